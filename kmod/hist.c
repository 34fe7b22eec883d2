// SPDX-License-Identifier: GPL-2.0
/*
 * Summaries of histograms: percentiles, maximum, mean.
 */
#include <linux/math64.h>
#include <linux/minmax.h>
#include "hist.h"

static u64 hist_count(const struct oscope_hist *h)
{
	u64 n = 0;
	int i;

	for (i = 0; i < OSCOPE_HIST_BUCKETS; i++)
		n += h->bucket[i];
	return n;
}

/* The value that `percent` of count values do not exceed. */
static u64 hist_percentile(const struct oscope_hist *h, u64 count, u32 percent)
{
	u64 rank = mul_u64_u64_div_u64(count, percent, 100) + 1, seen = 0;
	int i;

	rank = min(rank, count);
	for (i = 0; i < OSCOPE_HIST_BUCKETS; i++) {
		seen += h->bucket[i];
		if (seen >= rank)
			return min(oscope_hist_mid(i), h->max);
	}
	return h->max;
}

struct hist_summary hist_summarize(const struct oscope_hist *h)
{
	struct hist_summary s = { .count = hist_count(h) };

	if (!s.count)
		return s;
	s.p50 = hist_percentile(h, s.count, 50);
	s.p90 = hist_percentile(h, s.count, 90);
	s.p99 = hist_percentile(h, s.count, 99);
	s.max = h->max;
	s.mean = div64_u64(h->sum, s.count);
	return s;
}

void hist_merge(struct oscope_hist *sum, const struct oscope_hist *h)
{
	int i;

	for (i = 0; i < OSCOPE_HIST_BUCKETS; i++)
		sum->bucket[i] += h->bucket[i];
	sum->sum += h->sum;
	sum->max = max(sum->max, h->max);
	if (h->min_plus1 && (!sum->min_plus1 || h->min_plus1 < sum->min_plus1))
		sum->min_plus1 = h->min_plus1;
}
