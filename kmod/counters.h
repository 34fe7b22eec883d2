/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The counters of every CPU: the array that readers map, and reading it since the last reset.
 */
#ifndef OSCOPE_COUNTERS_H
#define OSCOPE_COUNTERS_H

#include "core/hist.h"

/* The scalars of struct oscope_counters, as words. */
#define COUNTER_WORDS	(offsetof(struct oscope_counters, wait) / sizeof(u64))
#define COUNTER_WORD(member)	(offsetof(struct oscope_counters, member) / sizeof(u64))

/* The histograms of struct oscope_counters, in their order there. */
#define COUNTER_HISTS	(OSCOPE_WAITS + 1 + OSCOPE_KINDS + OSCOPE_PLACES)

int counters_init(void);
void counters_uninit(void);

/* For mmap: the array and the distance of two CPUs' counters in it. */
void *counters_area(void);
size_t counters_stride(void);

/* Where CPU cpu counts. Readers see it change. */
struct oscope_counters *counters_of(int cpu);

/* Whether a CPU has a row in reports: it is online or has counted something. */
bool counters_cpu_known(int cpu);

/* to[COUNTER_WORDS]: the scalars of one CPU since the last reset, agreeing with each other. */
void counters_read(int cpu, u64 *to);

/*
 * Add histogram i (< COUNTER_HISTS) of one CPU since the last reset into sum. The maximum is exact
 * if it was reached since the reset, else the upper edge of its bucket.
 */
void counters_hist_add(int cpu, int i, struct oscope_hist *sum);

/* Start again from 0: what is there now becomes the base that is taken off. Task context. */
void counters_reset(void);

/* CLOCK_MONOTONIC of the last reset, or of the load. */
u64 counters_reset_ns(void);

/* Sum of the scalars of `from` into `to`, and of its histograms. For trees. */
void counters_accumulate(struct oscope_counters *to, const struct oscope_counters *from);

#endif /* OSCOPE_COUNTERS_H */
