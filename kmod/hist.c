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

/* What bucket i stands for, as the tool's hist.c has it. */
static u64 bucket_value(const struct oscope_hist *h, int i)
{
	u64 mid = i == OSCOPE_HIST_BUCKETS - 1 ? h->max : oscope_hist_mid(i);

	return max(min(mid, h->max), h->min_plus1 ? h->min_plus1 - 1 : 0);
}

/* The lowest value that `percent` of count values do not exceed. */
static u64 hist_percentile(const struct oscope_hist *h, u64 count, u32 percent)
{
	u64 rank = DIV_ROUND_UP_ULL(count * percent, 100), seen = 0;	/* count: below 2^57 */
	int i;

	for (i = 0; i < OSCOPE_HIST_BUCKETS; i++) {
		seen += h->bucket[i];
		if (seen >= rank)
			return bucket_value(h, i);
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
