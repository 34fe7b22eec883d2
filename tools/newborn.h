/* SPDX-License-Identifier: GPL-2.0 */
/* Tasks that have been made and have not run yet, as /proc shows them. */
#ifndef OSCOPE_NEWBORN_H
#define OSCOPE_NEWBORN_H

#include <stdint.h>

/*
 * Add how many there are: all of those that are there from before the call until after it, and
 * maybe some of those that come or run meanwhile. 0 or -errno, a line printed.
 */
int newborn_count(uint64_t *to);

#endif /* OSCOPE_NEWBORN_H */
