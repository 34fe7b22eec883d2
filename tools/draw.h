/* SPDX-License-Identifier: GPL-2.0 */
/* Histograms drawn with block characters, one row a power of two. */
#ifndef OSCOPE_DRAW_H
#define OSCOPE_DRAW_H

#include <stdbool.h>
#include <stdio.h>

#include "../kmod/uapi/oscope.h"

/* Draw h, a histogram of ns, under a line with its title, at most width columns wide. */
void draw_hist(FILE *to, const char *title, const struct oscope_hist *h, int width, bool ascii);

#endif /* OSCOPE_DRAW_H */
