/* SPDX-License-Identifier: GPL-2.0 */
/* oscope states --wakers: for states_report.c. */
#ifndef OSCOPE_STATES_WAKERS_H
#define OSCOPE_STATES_WAKERS_H

#include "states_sum.h"

extern const struct out_table states_wakers_table;
extern const size_t states_wakers_stride;

/* Rows of who wakes whom, allocated; NULL: no memory. The sums are not used. */
void *states_wakers_rows(const struct snapshot *snap, const struct states_sum *sum, size_t n,
			 size_t *rows);

#endif /* OSCOPE_STATES_WAKERS_H */
