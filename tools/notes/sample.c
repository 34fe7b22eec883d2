// SPDX-License-Identifier: GPL-2.0
/* The inside of a sample: the clock, warm-up until flat, batches. */
#include <errno.h>
#include <math.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "notes/sample.h"
#include "notes/stats.h"
#include "util.h"

#define CLOCK_READINGS		2000
#define BATCH_RESOLUTIONS	100	/* a batch is at least so many steps of the clock */
#define BATCH_MIN_NS		300000	/* ... and so long, to be far above one interrupt */
#define BATCH_MIN_OPS		256	/* so that beginning and end are nothing against a sample */
#define BATCH_MAX_OPS		(1ULL << 32)
#define FEW_BATCHES		4
#define WARMUP_MAX		40
#define FLAT_BATCHES		4
#define FLAT_SPREAD		0.05

void clock_measure(struct clock_facts *clock)
{
	double step[CLOCK_READINGS];
	uint64_t before = now_ns(), now, smallest = UINT64_MAX;
	size_t i;

	for (i = 0; i < CLOCK_READINGS; i++) {
		now = now_ns();
		step[i] = (double)(now - before);
		if (now > before && now - before < smallest)
			smallest = now - before;
		before = now;
	}
	clock->cost_ns = (uint64_t)llround(stats_median(step, CLOCK_READINGS));
	/* A reading that takes longer than a step hides the step: its cost is the bound we know. */
	clock->resolution_ns = smallest == UINT64_MAX ? 1000000 : smallest;
}

int sample_pin(const struct sample *s)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(s->cpu, &one);
	return sched_setaffinity(0, sizeof(one), &one) ? -errno : 0;
}

int sample_unpin(void)
{
	cpu_set_t all;

	memset(&all, 0xff, sizeof(all));
	return sched_setaffinity(0, sizeof(all), &all) ? -errno : 0;
}

int sample_batch_policy(void)
{
	struct sched_param param = { 0 };

	return sched_setscheduler(0, SCHED_BATCH, &param) ? -errno : 0;
}

/* One batch, in ns without the two clock readings' share. */
static int64_t batch(struct sample *s, void (*ops)(void *arg, uint64_t n), void *arg)
{
	uint64_t start = now_ns(), end;

	ops(arg, s->batch_ops);
	end = now_ns();
	s->ops += s->batch_ops;
	return (int64_t)(end - start) - (int64_t)s->clock.cost_ns;
}

static void batch_grow(struct sample *s, void (*ops)(void *arg, uint64_t n), void *arg)
{
	int64_t enough = BATCH_RESOLUTIONS * (int64_t)s->clock.resolution_ns;

	if (enough < BATCH_MIN_NS)
		enough = BATCH_MIN_NS;
	for (s->batch_ops = BATCH_MIN_OPS; s->batch_ops < BATCH_MAX_OPS; s->batch_ops *= 2) {
		if (batch(s, ops, arg) >= enough)
			break;
	}
}

/* Whether the last few times lie close together. */
static bool flat(const int64_t *ns, uint32_t n)
{
	int64_t low, high;
	uint32_t i;

	if (n < FLAT_BATCHES)
		return false;
	low = ns[n - 1];
	high = low;
	for (i = n - FLAT_BATCHES; i < n; i++) {
		if (ns[i] < low)
			low = ns[i];
		if (ns[i] > high)
			high = ns[i];
	}
	return (double)(high - low) <= FLAT_SPREAD * (double)high;
}

static void warm_up(struct sample *s, void (*ops)(void *arg, uint64_t n), void *arg)
{
	int64_t ns[WARMUP_MAX];

	s->flat = false;
	for (s->warmup = 0; s->warmup < WARMUP_MAX && !s->flat;) {
		ns[s->warmup++] = batch(s, ops, arg);
		s->flat = flat(ns, s->warmup);
	}
}

static void batches(struct sample *s, void (*ops)(void *arg, uint64_t n), void *arg, size_t count)
{
	double value[SAMPLE_BATCHES];
	size_t i;

	for (i = 0; i < count; i++) {
		s->batch_ns[i] = batch(s, ops, arg);
		value[i] = (double)s->batch_ns[i] / (double)s->batch_ops;
	}
	s->value = stats_median(value, count);
}

/* Warm-up and batches, with what the kernel counts meanwhile. */
static void measure(struct sample *s, void (*ops)(void *arg, uint64_t n), void *arg, size_t count,
		    void (*warm)(struct sample *s, void (*ops)(void *arg, uint64_t n), void *arg))
{
	struct rusage before, after;

	getrusage(RUSAGE_SELF, &before);
	warm(s, ops, arg);
	batches(s, ops, arg, count);
	getrusage(RUSAGE_SELF, &after);
	s->loop_voluntary = after.ru_nvcsw - before.ru_nvcsw;
	s->loop_involuntary = after.ru_nivcsw - before.ru_nivcsw;
}

static void warm_until_flat(struct sample *s, void (*ops)(void *arg, uint64_t n), void *arg)
{
	batch_grow(s, ops, arg);
	warm_up(s, ops, arg);
}

static void warm_once(struct sample *s, void (*ops)(void *arg, uint64_t n), void *arg)
{
	batch(s, ops, arg);
	s->warmup = 1;
	s->flat = true;
}

int sample_measure(struct sample *s, void (*ops)(void *arg, uint64_t n), void *arg)
{
	if (s->exact_ops) {
		ops(arg, s->exact_ops);
		s->ops = s->exact_ops;
		return 0;
	}
	measure(s, ops, arg, SAMPLE_BATCHES, warm_until_flat);
	return 0;
}

int sample_measure_long(struct sample *s, void (*ops)(void *arg, uint64_t n), void *arg,
			uint64_t batch_ops)
{
	s->batch_ops = batch_ops;
	measure(s, ops, arg, SAMPLE_BATCHES, warm_once);
	return 0;
}

int sample_measure_few(struct sample *s, void (*ops)(void *arg, uint64_t n), void *arg)
{
	s->batch_ops = 1;
	measure(s, ops, arg, FEW_BATCHES, warm_once);
	return 0;
}

void sample_see(struct sample *s, unsigned int what, double value)
{
	s->seen[what] = value;
	s->seen_mask |= 1U << what;
}
