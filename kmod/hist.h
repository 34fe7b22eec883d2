/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Summaries of histograms.
 */
#ifndef OSCOPE_HIST_H
#define OSCOPE_HIST_H

#include "core/hist.h"

struct hist_summary {
	u64 count;
	u64 p50, p90, p99, max, mean;	/* 0 if count is */
};

/* Percentiles are midpoints of buckets: at most 1.6 % off. */
struct hist_summary hist_summarize(const struct oscope_hist *h);

/* Add h to sum. */
void hist_merge(struct oscope_hist *sum, const struct oscope_hist *h);

#endif /* OSCOPE_HIST_H */
