// SPDX-License-Identifier: GPL-2.0
/* Reading histograms: counts, percentiles, merging. */
#include <math.h>
#include <string.h>

#include "../kmod/core/hist.h"
#include "hist.h"

uint64_t hist_count(const struct oscope_hist *h)
{
	uint64_t count = 0;
	uint32_t i;

	for (i = 0; i < OSCOPE_HIST_BUCKETS; i++)
		count += h->bucket[i];
	return count;
}

/*
 * What bucket i stands for. The first and the last are often nearer to min and max than to their
 * own midpoint; the last one of all has no midpoint.
 */
static uint64_t bucket_value(const struct oscope_hist *h, uint32_t i)
{
	uint64_t mid = i == OSCOPE_HIST_BUCKETS - 1 ? h->max : oscope_hist_mid(i);
	uint64_t min = h->min_plus1 ? h->min_plus1 - 1 : 0;

	if (h->max && mid > h->max)
		mid = h->max;
	return mid < min ? min : mid;
}

/* The value of rank 1..count. */
static uint64_t value_at(const struct oscope_hist *h, uint64_t rank)
{
	uint64_t seen = 0;
	uint32_t i;

	for (i = 0; i < OSCOPE_HIST_BUCKETS; i++) {
		seen += h->bucket[i];
		if (seen >= rank)
			return bucket_value(h, i);
	}
	return h->max;
}

static uint64_t rank_of(double share, uint64_t count)
{
	double rank = ceil(share * (double)count);

	if (rank < 1)
		return 1;
	return rank > (double)count ? count : (uint64_t)rank;
}

uint64_t hist_quantile(const struct oscope_hist *h, double share)
{
	uint64_t count = hist_count(h);

	return count ? value_at(h, rank_of(share, count)) : 0;
}

void hist_stats(const struct oscope_hist *h, struct hist_stats *to)
{
	uint64_t count = hist_count(h);

	memset(to, 0, sizeof(*to));
	if (!count)
		return;
	to->count = count;
	to->min = h->min_plus1 ? h->min_plus1 - 1 : 0;
	to->max = h->max;
	to->p50 = value_at(h, rank_of(0.5, count));
	to->p90 = value_at(h, rank_of(0.9, count));
	to->p99 = value_at(h, rank_of(0.99, count));
	to->p999 = value_at(h, rank_of(0.999, count));
	to->mean = (double)h->sum / (double)count;
}

void hist_merge(struct oscope_hist *to, const struct oscope_hist *from)
{
	uint32_t i;

	to->sum += from->sum;
	if (from->min_plus1 && (!to->min_plus1 || from->min_plus1 < to->min_plus1))
		to->min_plus1 = from->min_plus1;
	if (from->max > to->max)
		to->max = from->max;
	for (i = 0; i < OSCOPE_HIST_BUCKETS; i++)
		to->bucket[i] += from->bucket[i];
}
