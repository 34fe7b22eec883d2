/* SPDX-License-Identifier: GPL-2.0 */
/* oscope states --placement: for states_report.c. */
#ifndef OSCOPE_STATES_PLACES_H
#define OSCOPE_STATES_PLACES_H

#include "states_sum.h"

extern const struct out_table states_places_table;
extern const size_t states_places_stride;

/* Rows of wake latency by placement, allocated; NULL: no memory. The sums are not used. */
void *states_places_rows(const struct snapshot *snap, const struct states_sum *sum, size_t n,
			 size_t *rows);

#endif /* OSCOPE_STATES_PLACES_H */
