/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Statistics of the notes: medians, bootstrap intervals over interleaved samples, equivalence.
 *
 * Samples come in blocks: block i of an arm is the samples [i * block, (i + 1) * block), and
 * block i of every arm was taken in the same stretch of time. The bootstrap draws whole blocks,
 * the same ones for both arms, so that what disturbed a stretch disturbs both sides of a ratio.
 */
#ifndef OSCOPE_NOTES_STATS_H
#define OSCOPE_NOTES_STATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A number with its interval; all NAN where nothing can be said. */
struct interval {
	double value, lo, hi;
};

/* What a number of samples says of two arms. b may be NULL: of a alone. */
struct stats_samples {
	const double *a, *b;
	size_t n;		/* samples an arm */
	size_t block;		/* samples of an arm in a block, at least 1 */
	size_t n_b;		/* so many of b, taken at another time: drawn apart; 0: n, as a */
};

#define STATS_95	0.95
#define STATS_90	0.90	/* two one-sided tests at 5 % each */

/* splitmix64: the same seed gives the same draws on every machine. */
uint64_t stats_random(uint64_t *state);
/* Uniform in 0..n-1, n > 0. */
uint64_t stats_random_below(uint64_t *state, uint64_t n);

/* Linear between the two nearest ranks; NAN when n is 0. v is not changed. */
double stats_quantile(const double *v, size_t n, double share);
double stats_median(const double *v, size_t n);
double stats_max(const double *v, size_t n);

/*
 * Values further from the median than 5 robust standard deviations (1.4826 MAD): to be flagged,
 * never to be left out.
 */
double stats_far(const double *v, size_t n);	/* how far that is; NAN when n is 0 */
size_t stats_outliers(const double *v, size_t n);

/*
 * Percentile bootstrap intervals at the given confidence: of the median of a, of the ratio
 * median(a) / median(b), of the difference median(a) - median(b). Fewer than two whole blocks: NAN.
 */
struct interval stats_median_interval(const struct stats_samples *s, double confidence,
				      uint64_t seed);
struct interval stats_ratio(const struct stats_samples *s, double confidence, uint64_t seed);
struct interval stats_difference(const struct stats_samples *s, double confidence, uint64_t seed);

/* A share, k of n, with its 95 % interval (Wilson's, which does not shrink to 0 at either end). */
struct interval stats_share(size_t k, size_t n);

/*
 * Equivalence of two medians: two one-sided tests at 5 %, that is, whether the 90 % interval of
 * their ratio lies within 1 / (1 + margin) .. 1 + margin.
 */
bool stats_same(const struct stats_samples *s, double margin, uint64_t seed);

/* Half the interval's width against its value; INFINITY where it has none. */
double stats_relative_width(const struct interval *i);

#endif /* OSCOPE_NOTES_STATS_H */
