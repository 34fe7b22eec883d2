/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reading histograms of the contract: counts, percentiles, merging.
 *
 * A percentile is the midpoint of the bucket that holds it, kept within min..max, so that it is at
 * most 1.6 % off (see kmod/core/hist.h).
 */
#ifndef OSCOPE_TOOLS_HIST_H
#define OSCOPE_TOOLS_HIST_H

#include <stdint.h>

#include "../kmod/uapi/oscope.h"

/* Everything but count is 0 when count is 0. */
struct hist_stats {
	uint64_t count;
	uint64_t min, p50, p90, p99, p999, max;
	double mean;
};

uint64_t hist_count(const struct oscope_hist *h);

/* The smallest recorded value that at least share (0..1) of all values do not exceed; 0: empty. */
uint64_t hist_quantile(const struct oscope_hist *h, double share);

void hist_stats(const struct oscope_hist *h, struct hist_stats *to);

/* to += from. */
void hist_merge(struct oscope_hist *to, const struct oscope_hist *from);

#endif /* OSCOPE_TOOLS_HIST_H */
