/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One sample: what a fresh process is told, what it measures, and what it reports.
 *
 * A sample lives in memory shared with the harness. Its process does operations in batches: first
 * batches that grow until one is long against the clock, then batches until their times are flat,
 * then SAMPLE_BATCHES that count. All times are 64-bit integers in ns of CLOCK_MONOTONIC.
 */
#ifndef OSCOPE_NOTES_SAMPLE_H
#define OSCOPE_NOTES_SAMPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "notes/cells.h"
#include "notes/moved.h"
#include "notes/places.h"

#define SAMPLE_BATCHES	16
#define SAMPLE_WHY	200
#define SAMPLE_SEEN	24	/* different things that a sample may observe */

/* The clock as it is on this machine. */
struct clock_facts {
	uint64_t resolution_ns;		/* smallest step ever seen between two readings */
	uint64_t cost_ns;		/* of one reading, median */
};

struct sample {
	/* Told by the harness. */
	size_t arm;			/* whose it is, by its place in the claim */
	int cpu;			/* everything runs here, if there is no placement */
	enum placement place;		/* of two tasks: of a row by placement */
	int partner_cpu;		/* ... where the second one is to run */
	bool idle;			/* ... and each operation is to begin on CPUs that idle */
	struct clock_facts clock;
	uint64_t exact_ops;		/* not 0: do exactly so many operations and time nothing */
	bool counted;			/* by the second pass: nothing but operations then */

	/* Reported by the sample. */
	uint64_t begun_ns, ended_ns;	/* CLOCK_MONOTONIC */
	uint64_t ops;			/* operations done in all, warm-up too */
	uint64_t turns;			/* what the experiment itself counted, for its own gates */
	uint64_t loop_voluntary;	/* rusage of the process, within the loop alone */
	uint64_t loop_involuntary;
	double value;			/* the measured number, in the claim's unit */
	double share;			/* experiment's own: a part of something, 0..1 */
	struct moved moved;		/* bytes that its calls copied; of the second pass */
	double seen[SAMPLE_SEEN];	/* what it observed, by place in claim->seen */
	uint32_t seen_mask;		/* which of these it did; see sample_see() */
	double (*cell)[CELL_NUMBERS];	/* of a claim with sizes; else NULL */
	uint64_t batch_ops;
	uint32_t warmup;		/* batches until flat */
	bool flat;			/* whether warm-up ended flat rather than at its limit */
	int64_t batch_ns[SAMPLE_BATCHES]; /* clock cost taken out; may be negative, is kept so */
	int err;			/* 0 or -errno: why there is no value */
	char why[SAMPLE_WHY];		/* the same in words, "": errno says it */
	bool done;
};

/* Find out the clock's resolution and cost; some 100 us. */
void clock_measure(struct clock_facts *clock);

/* Pin the calling process to s->cpu with plain or batch scheduling. 0 or -errno. */
int sample_pin(const struct sample *s);
/* On every CPU that the kernel lets it have. 0 or -errno. */
int sample_unpin(void);
/*
 * SCHED_BATCH: as SCHED_OTHER, but a task that is woken does not push the one that woke it off
 * the CPU (check_preempt_wakeup_fair() in kernel/sched/fair.c), so that every hand-over is a
 * voluntary switch.
 */
int sample_batch_policy(void);

/*
 * Measure: ops(arg, n) does n operations. Fills in value (ns an operation, median over the batches)
 * and everything that is about batches; adds to s->ops. 0 or -errno.
 */
int sample_measure(struct sample *s, void (*ops)(void *arg, uint64_t n), void *arg);
/*
 * The same for operations that take long, such as making a process: every batch is batch_ops of
 * them, and one batch is enough of a warm-up.
 */
int sample_measure_long(struct sample *s, void (*ops)(void *arg, uint64_t n), void *arg,
			uint64_t batch_ops);
/* The same for some that take milliseconds: 4 batches of one. */
int sample_measure_few(struct sample *s, void (*ops)(void *arg, uint64_t n), void *arg);

/* An observation: a number, 0 or 1 for no or yes; what is a place in the claim's names. */
void sample_see(struct sample *s, unsigned int what, double value);

#endif /* OSCOPE_NOTES_SAMPLE_H */
