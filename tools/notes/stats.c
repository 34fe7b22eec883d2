// SPDX-License-Identifier: GPL-2.0
/* Statistics of the notes: medians, bootstrap intervals over interleaved samples, equivalence. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "stats.h"

#define RESAMPLES	2000
#define MAD_TO_SIGMA	1.4826	/* for a normal distribution */
#define OUTLIER_SIGMAS	5.0
#define NORMAL_95	1.959964 /* of a normal distribution, 95 % lie within so many sigmas */

uint64_t stats_random(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15ULL;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

/* The high half of a product is free of the bias that a remainder has. */
uint64_t stats_random_below(uint64_t *state, uint64_t n)
{
	return (uint64_t)(((__uint128_t)stats_random(state) * n) >> 64);
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Of a sorted array. */
static double quantile_sorted(const double *v, size_t n, double share)
{
	double rank, low;
	size_t i;

	if (!n)
		return NAN;
	rank = share * (double)(n - 1);
	low = floor(rank);
	i = (size_t)low;
	if (i + 1 >= n)
		return v[n - 1];
	return v[i] + (rank - low) * (v[i + 1] - v[i]);
}

double stats_quantile(const double *v, size_t n, double share)
{
	double *sorted, q;

	sorted = malloc((n ? n : 1) * sizeof(*sorted));
	if (!sorted)
		return NAN;
	memcpy(sorted, v, n * sizeof(*sorted));
	qsort(sorted, n, sizeof(*sorted), compare);
	q = quantile_sorted(sorted, n, share);
	free(sorted);
	return q;
}

double stats_median(const double *v, size_t n)
{
	return stats_quantile(v, n, 0.5);
}

struct interval stats_share(size_t k, size_t n)
{
	double share, centre, half, count = (double)n, z2 = NORMAL_95 * NORMAL_95;

	if (!n)
		return (struct interval){ NAN, NAN, NAN };
	share = (double)k / count;
	centre = (share + z2 / (2 * count)) / (1 + z2 / count);
	half = NORMAL_95 / (1 + z2 / count) *
	       sqrt(share * (1 - share) / count + z2 / (4 * count * count));
	/* At 0 and 1 one end is the share itself, but for the arithmetic. */
	return (struct interval){ share, fmax(0, fmin(share, centre - half)),
				  fmin(1, fmax(share, centre + half)) };
}

double stats_max(const double *v, size_t n)
{
	return stats_quantile(v, n, 1);
}

double stats_far(const double *v, size_t n)
{
	double median = stats_median(v, n), *off, far;
	size_t i;

	off = malloc((n ? n : 1) * sizeof(*off));
	if (!off)
		return NAN;
	for (i = 0; i < n; i++)
		off[i] = fabs(v[i] - median);
	far = OUTLIER_SIGMAS * MAD_TO_SIGMA * stats_median(off, n);
	free(off);
	return far;
}

size_t stats_outliers(const double *v, size_t n)
{
	double median = stats_median(v, n), far = stats_far(v, n);
	size_t i, count = 0;

	for (i = 0; i < n; i++)
		count += fabs(v[i] - median) > far;
	return count;
}

/* What is asked of two medians. */
typedef double (*combine_fn)(double a, double b);

static double combine_first(double a, double b)
{
	return a;
}

static double combine_ratio(double a, double b)
{
	return a / b;
}

static double combine_difference(double a, double b)
{
	return a - b;
}

static double median_in_place(double *v, size_t n)
{
	qsort(v, n, sizeof(*v), compare);
	return quantile_sorted(v, n, 0.5);
}

/* Samples of b. */
static size_t samples_b(const struct stats_samples *s)
{
	if (!s->b)
		return 0;
	return s->n_b ? s->n_b : s->n;
}

static double combine_all(const struct stats_samples *s, combine_fn combine)
{
	return combine(stats_median(s->a, s->n), s->b ? stats_median(s->b, samples_b(s)) : 0);
}

/* One draw of as many blocks as there are, with replacement, into a and b. */
static double resample(const struct stats_samples *s, combine_fn combine, double *a, double *b,
		       uint64_t *rng)
{
	size_t blocks = s->n / s->block, i, from, bytes = s->block * sizeof(*a);

	for (i = 0; i < blocks; i++) {
		from = stats_random_below(rng, blocks) * s->block;
		memcpy(a + i * s->block, s->a + from, bytes);
		if (s->b && !s->n_b)
			memcpy(b + i * s->block, s->b + from, bytes);
	}
	for (i = 0; s->b && i < s->n_b / s->block; i++) {
		from = stats_random_below(rng, s->n_b / s->block) * s->block;
		memcpy(b + i * s->block, s->b + from, bytes);
	}
	return combine(median_in_place(a, blocks * s->block),
		       s->b ? median_in_place(b, samples_b(s) / s->block * s->block) : 0);
}

static struct interval bootstrap(const struct stats_samples *s, combine_fn combine,
				 double confidence, uint64_t seed)
{
	struct interval result = { combine_all(s, combine), NAN, NAN };
	double *room, *draw;
	size_t i;

	if (s->n < 2 * s->block || (s->n_b && s->n_b < 2 * s->block))
		return result;
	room = malloc((s->n + samples_b(s) + RESAMPLES) * sizeof(*room));
	if (!room)
		return result;
	draw = room + s->n + samples_b(s);
	for (i = 0; i < RESAMPLES; i++)
		draw[i] = resample(s, combine, room, room + s->n, &seed);
	qsort(draw, RESAMPLES, sizeof(*draw), compare);
	result.lo = quantile_sorted(draw, RESAMPLES, (1 - confidence) / 2);
	result.hi = quantile_sorted(draw, RESAMPLES, (1 + confidence) / 2);
	free(room);
	return result;
}

struct interval stats_median_interval(const struct stats_samples *s, double confidence,
				      uint64_t seed)
{
	return bootstrap(s, combine_first, confidence, seed);
}

struct interval stats_ratio(const struct stats_samples *s, double confidence, uint64_t seed)
{
	return bootstrap(s, combine_ratio, confidence, seed);
}

struct interval stats_difference(const struct stats_samples *s, double confidence, uint64_t seed)
{
	return bootstrap(s, combine_difference, confidence, seed);
}

bool stats_same(const struct stats_samples *s, double margin, uint64_t seed)
{
	struct interval r = stats_ratio(s, STATS_90, seed);

	return r.lo >= 1 / (1 + margin) && r.hi <= 1 + margin;
}

double stats_relative_width(const struct interval *i)
{
	double width = (i->hi - i->lo) / 2 / fabs(i->value);

	return isfinite(width) ? width : INFINITY;
}
