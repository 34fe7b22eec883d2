// SPDX-License-Identifier: GPL-2.0
/*
 * Statistics of the notes: quantiles, outliers, bootstrap intervals that cover what they should,
 * and equivalence.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kselftest_harness.h"

#include "notes/stats.h"

#define N 32

TEST(median_of_odd_and_even)
{
	double odd[] = { 5, 1, 3 }, even[] = { 4, 1, 3, 2 };

	EXPECT_EQ(stats_median(odd, 3), 3);
	EXPECT_EQ(stats_median(even, 4), 2.5);
	EXPECT_EQ(odd[0], 5);
}

TEST(quantiles_lie_between_ranks)
{
	double v[] = { 10, 20, 30, 40, 50 };

	EXPECT_EQ(stats_quantile(v, 5, 0), 10);
	EXPECT_EQ(stats_quantile(v, 5, 0.25), 20);
	EXPECT_EQ(stats_quantile(v, 5, 0.875), 45);
	EXPECT_EQ(stats_quantile(v, 5, 1), 50);
	EXPECT_EQ(stats_max(v, 5), 50);
}

TEST(nothing_gives_nan)
{
	struct stats_samples none = { .a = NULL, .n = 0, .block = 2 };

	EXPECT_TRUE(isnan(stats_median(NULL, 0)));
	EXPECT_TRUE(isnan(stats_median_interval(&none, STATS_95, 1).value));
}

/* What was drawn together keeps the ratio that each pair has; what was not cannot. */
TEST(arms_of_two_times_are_drawn_apart)
{
	double a[N], b[2UL * N];
	struct stats_samples s = { .a = a, .b = b, .n = N, .block = 1 };
	struct interval together, apart;
	const size_t n_b = sizeof(b) / sizeof(b[0]);
	size_t i;

	for (i = 0; i < n_b; i++)
		b[i] = 100 + (i % N);
	for (i = 0; i < N; i++)
		a[i] = 2 * b[i];
	together = stats_ratio(&s, STATS_95, 1);
	s.n_b = n_b;
	apart = stats_ratio(&s, STATS_95, 1);
	EXPECT_EQ(together.lo, 2);
	EXPECT_EQ(together.hi, 2);
	EXPECT_EQ(apart.value, 2);
	EXPECT_LT(apart.lo, 1.95);
	EXPECT_GT(apart.hi, 2.05);
	s.n_b = 1;
	EXPECT_TRUE(isnan(stats_ratio(&s, STATS_95, 1).lo));
}

TEST(one_block_gives_no_interval)
{
	double v[] = { 1, 2 };
	struct stats_samples s = { .a = v, .b = v, .n = 2, .block = 2 };
	struct interval i = stats_ratio(&s, STATS_95, 1);

	EXPECT_EQ(i.value, 1);
	EXPECT_TRUE(isnan(i.lo));
	EXPECT_TRUE(isnan(i.hi));
	EXPECT_TRUE(isinf(stats_relative_width(&i)));
}

/* Wilson's interval, values from its formula by hand. */
TEST(shares_have_intervals_that_do_not_vanish)
{
	struct interval all = stats_share(30, 30), none = stats_share(0, 30);
	struct interval half = stats_share(15, 30), nothing = stats_share(0, 0);

	EXPECT_EQ(all.value, 1);
	EXPECT_EQ(all.hi, 1);
	EXPECT_LT(fabs(all.lo - 0.8865), 0.0001);
	EXPECT_EQ(none.value, 0);
	EXPECT_EQ(none.lo, 0);
	EXPECT_LT(fabs(none.hi - 0.1135), 0.0001);
	EXPECT_LT(fabs(half.lo - 0.3315), 0.0001);
	EXPECT_LT(fabs(half.hi - 0.6685), 0.0001);
	EXPECT_TRUE(isnan(nothing.value));
}

TEST(outliers_are_counted_not_removed)
{
	double v[] = { 100, 101, 99, 100, 102, 98, 100, 500 };

	EXPECT_EQ(stats_outliers(v, 8), 1);
	EXPECT_EQ(stats_max(v, 8), 500);
}

TEST(negative_values_are_values)
{
	double v[] = { -3, -1, -2 };

	EXPECT_EQ(stats_median(v, 3), -2);
}

TEST(same_seed_same_draws)
{
	uint64_t a = 7, b = 7, c = 8;

	EXPECT_EQ(stats_random(&a), stats_random(&b));
	EXPECT_NE(stats_random(&a), stats_random(&c));
}

TEST(draws_stay_below_and_reach_everything)
{
	uint64_t rng = 1, v;
	size_t seen[7] = { 0 }, i;

	for (i = 0; i < 7000; i++) {
		v = stats_random_below(&rng, 7);
		ASSERT_LT(v, 7);
		seen[v]++;
	}
	for (i = 0; i < 7; i++)
		EXPECT_GT(seen[i], 800);
}

/* Sum of 12 uniforms less 6: near enough to normal. */
static double normal(uint64_t *rng)
{
	double sum = -6;
	int i;

	for (i = 0; i < 12; i++)
		sum += (double)(stats_random(rng) >> 11) / 9007199254740992.0;
	return sum;
}

static void fill(double *v, size_t n, double middle, double sigma, uint64_t *rng)
{
	size_t i;

	for (i = 0; i < n; i++)
		v[i] = middle + sigma * normal(rng);
}

/* 95 % intervals of 200 experiments with a ratio of 1.25 hold it in about 190. */
TEST(intervals_cover_the_ratio)
{
	double a[N], b[N];
	struct stats_samples s = { .a = a, .b = b, .n = N, .block = 2 };
	struct interval i;
	uint64_t rng = 42;
	int covered = 0, k;

	for (k = 0; k < 200; k++) {
		fill(a, N, 250, 12, &rng);
		fill(b, N, 200, 10, &rng);
		i = stats_ratio(&s, STATS_95, rng);
		covered += i.lo <= 1.25 && 1.25 <= i.hi;
	}
	EXPECT_GE(covered, 180);
	EXPECT_LE(covered, 199);
}

/* What disturbs a whole stretch of time falls out of the ratio, since blocks are drawn in pairs. */
TEST(common_disturbance_falls_out)
{
	double a[N], b[N];
	struct stats_samples s = { .a = a, .b = b, .n = N, .block = 2 };
	struct interval i;
	int k, pair;

	for (k = 0; k < N; k++) {
		pair = k / 2;
		b[k] = 100 * (1 + pair);
		a[k] = 1.5 * b[k];
	}
	i = stats_ratio(&s, STATS_95, 1);
	EXPECT_TRUE(fabs(i.lo - 1.5) < 1e-9);
	EXPECT_TRUE(fabs(i.hi - 1.5) < 1e-9);
}

TEST(difference_has_its_sign)
{
	double a[N], b[N];
	struct stats_samples s = { .a = a, .b = b, .n = N, .block = 2 };
	struct interval i;
	uint64_t rng = 3;

	fill(a, N, 10, 1, &rng);
	fill(b, N, 30, 1, &rng);
	i = stats_difference(&s, STATS_95, 1);
	EXPECT_LT(i.hi, -17);
	EXPECT_GT(i.lo, -23);
}

TEST(sameness_needs_proof)
{
	double a[N], b[N];
	struct stats_samples s = { .a = a, .b = b, .n = N, .block = 2 };
	uint64_t rng = 5;

	fill(a, N, 100, 1, &rng);
	fill(b, N, 100.5, 1, &rng);
	EXPECT_TRUE(stats_same(&s, 0.05, 1));
	fill(b, N, 110, 1, &rng);
	EXPECT_FALSE(stats_same(&s, 0.05, 1));
	/* Too noisy to tell apart is not the same. */
	fill(a, N, 100, 60, &rng);
	fill(b, N, 100, 60, &rng);
	EXPECT_FALSE(stats_same(&s, 0.05, 1));
}

TEST_HARNESS_MAIN
