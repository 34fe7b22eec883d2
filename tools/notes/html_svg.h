/* SPDX-License-Identifier: GPL-2.0 */
/* Parts of the page's figures: axes, ticks, names, in a box 360 wide. */
#ifndef OSCOPE_NOTES_HTML_SVG_H
#define OSCOPE_NOTES_HTML_SVG_H

#include "notes/html_impl.h"

#define SVG_WIDTH	360.0
#define SVG_LEFT	92.0	/* of names, and of the numbers at a sweep's side */
#define SVG_RIGHT	12.0
#define SVG_TOP		6.0
#define SVG_FOOT	24.0	/* of the axis */

/* From values to places. */
struct svg_axis {
	double lo, hi, from, to;
	bool log;
};

double svg_place(const struct svg_axis *a, double v);
/* Some room at both ends; numbers that no axis can have are brought near. */
void svg_axis_set(struct svg_axis *a, double lo, double hi);
void svg_ticks_x(struct html *h, const struct svg_axis *a, double y, const char *unit);
/*
 * A name that fits: so many characters, and a mark where there were more. It ends at x, or has its
 * middle there.
 */
enum svg_anchor { SVG_END, SVG_MIDDLE };
void svg_name(struct html *h, double x, double y, enum svg_anchor anchor, const char *name,
	      size_t most);
/* As coordinates are printed, by %g: a tenth is less than can be seen. */
double svg_tenth(double v);

/* A figure, with its title in the reader's language behind id. */
void svg_open(struct html *h, double height, const char *title, const char *id);

#endif /* OSCOPE_NOTES_HTML_SVG_H */
