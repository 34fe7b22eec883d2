/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The direct cost of a switch: which bracket measures it, and what of it is our own time.
 */
#ifndef OSCOPE_DIRECT_H
#define OSCOPE_DIRECT_H

#include "block.h"

enum direct_metric {
	DIRECT_NONE,
	DIRECT_SCHED,			/* __schedule(), entry to exit */
	DIRECT_FINISH,			/* end of our sched_switch probe to finish_task_switch() */
};

/* Which one is in use; changes only while switches are not counted. */
extern enum direct_metric direct_metric;

/* What lies inside the bracket and is ours, in ns. Set once at load. */
extern u32 direct_own_ns;

/* Choose a metric. After hooks_find(). */
void direct_init(void);

/*
 * Start and stop what is no tracepoint. Without a place to probe the metric becomes DIRECT_NONE.
 * Task context.
 */
void direct_start(void);
void direct_stop(void);

/* Kprobe hits that the kernel dropped. */
u64 direct_missed(void);

/* OSCOPE_FEAT_DIRECT_* in use. */
u64 direct_feature(void);

/*
 * The time from opening the bracket of DIRECT_FINISH to closing it with nothing in between: a round
 * with a kprobe of the same kind on a function of ours. In ns, 0 if it cannot be measured.
 */
u32 direct_finish_calibrate(void);

/* The last thing in the sched_switch probe: where DIRECT_FINISH begins. */
static __always_inline void direct_open(struct cpu_block *b)
{
	if (direct_metric == DIRECT_FINISH)
		b->core.entry_ns = clock_ns();
}

#endif /* OSCOPE_DIRECT_H */
