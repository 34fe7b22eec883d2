// SPDX-License-Identifier: GPL-2.0
/*
 * Histograms: what a bucket stands for, and what is read from them, against the values recorded.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kselftest_harness.h"

#include "hist.h"
#include "kmod/core/hist.h"
#include "notes/stats.h"

#define LAST	(OSCOPE_HIST_BUCKETS - 1)
#define END	(1ULL << OSCOPE_HIST_MAX_BITS)	/* from here on all is in the last bucket */

/* Any number of bits is as likely as any other. */
static uint64_t any_value(uint64_t *rng, unsigned int bits)
{
	return stats_random(rng) >> (64 - bits + stats_random_below(rng, bits));
}

/* Whether seen is at most 1/64 away from v, with no rounding on the way. */
static bool near(uint64_t seen, uint64_t v)
{
	return 64 * (seen > v ? seen - v : v - seen) <= v;
}

static bool midpoint_near(uint64_t v)
{
	return near(oscope_hist_mid(oscope_hist_index(v)), v);
}

TEST(small_values_have_buckets_of_their_own)
{
	uint32_t v;

	for (v = 0; v < 2 * OSCOPE_HIST_SUB; v++) {
		EXPECT_EQ(v, oscope_hist_index(v));
		EXPECT_EQ(v, oscope_hist_mid(v));
	}
	EXPECT_EQ(64, oscope_hist_index(64));
	EXPECT_EQ(64, oscope_hist_index(65));
	EXPECT_EQ(65, oscope_hist_index(66));
}

TEST(buckets_leave_no_gap_and_do_not_overlap)
{
	uint32_t i;

	EXPECT_EQ(0, oscope_hist_low(0));
	EXPECT_EQ(END, oscope_hist_low(LAST + 1));
	for (i = 0; i < OSCOPE_HIST_BUCKETS; i++) {
		ASSERT_LT(oscope_hist_low(i), oscope_hist_low(i + 1));
		ASSERT_EQ(i, oscope_hist_index(oscope_hist_low(i)));
		ASSERT_EQ(i, oscope_hist_index(oscope_hist_low(i + 1) - 1));
		ASSERT_EQ(i, oscope_hist_index(oscope_hist_mid(i)));
	}
}

TEST(midpoint_is_within_a_64th_at_both_ends_of_every_bucket)
{
	uint32_t i;

	for (i = 0; i < OSCOPE_HIST_BUCKETS; i++) {
		ASSERT_TRUE(midpoint_near(oscope_hist_low(i)));
		ASSERT_TRUE(midpoint_near(oscope_hist_low(i + 1) - 1));
	}
}

TEST(midpoint_is_within_a_64th_around_every_power_of_two)
{
	unsigned int bit;

	for (bit = 0; bit < OSCOPE_HIST_MAX_BITS; bit++) {
		ASSERT_TRUE(midpoint_near((1ULL << bit) - 1));
		ASSERT_TRUE(midpoint_near(1ULL << bit));
		ASSERT_TRUE(midpoint_near((1ULL << bit) + 1));
	}
	EXPECT_TRUE(midpoint_near(END - 1));
}

TEST(midpoint_is_within_a_64th_of_any_value)
{
	uint64_t rng = 1;
	int i;

	for (i = 0; i < 1000000; i++)
		ASSERT_TRUE(midpoint_near(any_value(&rng, OSCOPE_HIST_MAX_BITS)));
}

TEST(larger_values_never_go_to_a_lower_bucket)
{
	uint64_t rng = 2, v, w;
	int i;

	for (i = 0; i < 1000000; i++) {
		v = any_value(&rng, 64);
		w = v + any_value(&rng, 64);
		if (w >= v)
			ASSERT_LE(oscope_hist_index(v), oscope_hist_index(w));
		if (v)
			ASSERT_LE(oscope_hist_index(v) - oscope_hist_index(v - 1), 1);
	}
}

TEST(what_is_too_large_goes_to_the_last_bucket)
{
	unsigned int bit;

	EXPECT_EQ(LAST, oscope_hist_index(END - 1));
	for (bit = OSCOPE_HIST_MAX_BITS; bit < 64; bit++)
		EXPECT_EQ(LAST, oscope_hist_index(1ULL << bit));
	EXPECT_EQ(LAST, oscope_hist_index(~0ULL));
}

#define N	20000

FIXTURE(hist)
{
	struct oscope_hist h, other;
	uint64_t value[N], rng;
};

FIXTURE_SETUP(hist)
{
	memset(&self->h, 0, sizeof(self->h));
	memset(&self->other, 0, sizeof(self->other));
	self->rng = 3;
}

FIXTURE_TEARDOWN(hist)
{
}

TEST_F(hist, empty_has_no_value_at_all)
{
	struct hist_stats s, zero = { 0 };

	memset(&s, 0xff, sizeof(s));
	hist_stats(&self->h, &s);
	EXPECT_EQ(0, memcmp(&s, &zero, sizeof(s)));
	EXPECT_EQ(0, hist_count(&self->h));
	EXPECT_EQ(0, hist_quantile(&self->h, 0.5));
	EXPECT_EQ(0, hist_quantile(&self->h, 1));
}

TEST_F(hist, recorded_zero_is_a_value)
{
	struct hist_stats s;

	oscope_hist_add(&self->h, 0);
	hist_stats(&self->h, &s);
	EXPECT_EQ(1, s.count);
	EXPECT_EQ(1, self->h.min_plus1);
	oscope_hist_add(&self->h, 7);
	hist_stats(&self->h, &s);
	EXPECT_EQ(0, s.min);
	EXPECT_EQ(0, s.p50);
	EXPECT_EQ(7, s.p99);
	EXPECT_EQ(3.5, s.mean);
}

TEST_F(hist, single_value_is_every_percentile_exactly)
{
	static const uint64_t values[] = { 0, 31, 32, 1000003, END - 1, END,
					   1ULL << 50, 1ULL << 63 };
	struct hist_stats s;
	size_t i;

	for (i = 0; i < sizeof(values) / sizeof(*values); i++) {
		memset(&self->h, 0, sizeof(self->h));
		oscope_hist_add(&self->h, values[i]);
		hist_stats(&self->h, &s);
		EXPECT_EQ(values[i], s.min);
		EXPECT_EQ(values[i], s.p50);
		EXPECT_EQ(values[i], s.p999);
		EXPECT_EQ(values[i], s.max);
		EXPECT_EQ(values[i], s.mean);
	}
}

TEST_F(hist, count_sum_min_and_max_are_exact)
{
	uint64_t sum = 0, min = ~0ULL, max = 0, buckets = 0;
	struct hist_stats s;
	int i;

	for (i = 1; i <= N; i++) {
		uint64_t v = any_value(&self->rng, 46);

		oscope_hist_add(&self->h, v);
		sum += v;
		min = v < min ? v : min;
		max = v > max ? v : max;
		if (i % 997 && i < N)
			continue;
		hist_stats(&self->h, &s);
		ASSERT_EQ(i, s.count);
		ASSERT_EQ(sum, self->h.sum);
		ASSERT_EQ(min, s.min);
		ASSERT_EQ(max, s.max);
		ASSERT_LT(fabs(s.mean * i / sum - 1), 1e-12);
	}
	for (i = 0; i < OSCOPE_HIST_BUCKETS; i++)
		buckets += self->h.bucket[i];
	EXPECT_EQ(N, buckets);
	EXPECT_EQ(N, hist_count(&self->h));
}

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* n values of at most so many bits, into h and, sorted, into value. */
static void fill(FIXTURE_DATA(hist) *self, size_t n, unsigned int bits)
{
	size_t i;

	memset(&self->h, 0, sizeof(self->h));
	for (i = 0; i < n; i++) {
		self->value[i] = any_value(&self->rng, bits);
		oscope_hist_add(&self->h, self->value[i]);
	}
	qsort(self->value, n, sizeof(*self->value), by_value);
}

/* The smallest value that at least part of whole parts of all do not exceed. */
static uint64_t exact(const uint64_t *value, size_t n, size_t part, size_t whole)
{
	size_t rank = (n * part + whole - 1) / whole;

	return value[rank ? rank - 1 : 0];
}

TEST_F(hist, percentiles_are_those_of_the_sorted_values)
{
	static const size_t sizes[] = { 1, 2, 3, 10, 99, 100, 101, 1000, 1001, N };
	static const unsigned int bits[] = { 5, 7, 20, 43 };
	struct hist_stats s;
	size_t i, n;

	for (i = 0; i < 4 * sizeof(sizes) / sizeof(*sizes); i++) {
		n = sizes[i / 4];
		fill(self, n, bits[i % 4]);
		hist_stats(&self->h, &s);
		EXPECT_EQ(self->value[0], s.min);
		EXPECT_TRUE(near(s.p50, exact(self->value, n, 1, 2)));
		EXPECT_TRUE(near(s.p90, exact(self->value, n, 9, 10)));
		EXPECT_TRUE(near(s.p99, exact(self->value, n, 99, 100)));
		EXPECT_TRUE(near(s.p999, exact(self->value, n, 999, 1000)));
		EXPECT_EQ(self->value[n - 1], s.max);
	}
}

TEST_F(hist, quantiles_grow_with_the_share_and_stay_within_min_and_max)
{
	uint64_t before = 0, q;
	int share;

	fill(self, 1024, 43);
	for (share = 0; share <= 1024; share++) {
		q = hist_quantile(&self->h, share / 1024.0);
		ASSERT_GE(q, before);
		ASSERT_TRUE(near(q, exact(self->value, 1024, share, 1024)));
		before = q;
	}
	EXPECT_GE(hist_quantile(&self->h, 0), self->value[0]);
	EXPECT_LE(before, self->value[1023]);
	EXPECT_EQ(before, hist_quantile(&self->h, 1.5));
}

TEST_F(hist, last_bucket_stands_for_the_maximum)
{
	oscope_hist_add(&self->h, 100);
	oscope_hist_add(&self->h, 3 * END);
	oscope_hist_add(&self->h, 5 * END);
	EXPECT_TRUE(near(hist_quantile(&self->h, 0.3), 100));
	EXPECT_EQ(5 * END, hist_quantile(&self->h, 0.5));
	EXPECT_EQ(5 * END, hist_quantile(&self->h, 1));
}

TEST_F(hist, merged_is_as_recorded_in_one)
{
	struct oscope_hist all;
	uint64_t v;
	int i;

	memset(&all, 0, sizeof(all));
	for (i = 0; i < N; i++) {
		v = any_value(&self->rng, 46);
		oscope_hist_add(i % 3 ? &self->h : &self->other, v);
		oscope_hist_add(&all, v);
	}
	hist_merge(&self->h, &self->other);
	EXPECT_EQ(0, memcmp(&all, &self->h, sizeof(all)));
}

TEST_F(hist, merging_takes_the_outer_min_and_max)
{
	struct hist_stats s;

	oscope_hist_add(&self->h, 10);
	oscope_hist_add(&self->h, 20);
	oscope_hist_add(&self->other, 5);
	hist_merge(&self->h, &self->other);
	hist_stats(&self->h, &s);
	EXPECT_EQ(5, s.min);
	EXPECT_EQ(20, s.max);
	memset(&self->other, 0, sizeof(self->other));
	oscope_hist_add(&self->other, 0);
	oscope_hist_add(&self->other, 30);
	hist_merge(&self->h, &self->other);
	hist_stats(&self->h, &s);
	EXPECT_EQ(0, s.min);
	EXPECT_EQ(30, s.max);
	EXPECT_EQ(5, s.count);
}

TEST_F(hist, merging_nothing_changes_nothing)
{
	struct oscope_hist before;

	fill(self, 100, 43);
	before = self->h;
	hist_merge(&self->h, &self->other);
	EXPECT_EQ(0, memcmp(&before, &self->h, sizeof(before)));
	hist_merge(&self->other, &self->h);
	EXPECT_EQ(0, memcmp(&before, &self->other, sizeof(before)));
}

TEST_HARNESS_MAIN
