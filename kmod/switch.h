/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Accounting of one sched_switch event.
 */
#ifndef OSCOPE_SWITCH_H
#define OSCOPE_SWITCH_H

#include "block.h"

/* One event on its way through the accounting. */
struct switch_event {
	struct task_struct *prev, *next;
	struct task_node *prev_node, *next_node;
	struct oscope_switch sw;
	unsigned int state;		/* of prev, as the tracepoint gives it; 0: preempted */
};

/*
 * Count a switch of the CPU that b belongs to; flags as given by switch_flags(). Interrupts off.
 * e: prev, next, state, sw.ts and sw.flags filled in.
 */
void switch_account(struct cpu_block *b, struct switch_event *e);

/* OSCOPE_SWITCH_* of an event; the arguments as the tracepoint gives them. */
u32 switch_flags(const struct cpu_block *b, bool preempt, const struct task_struct *prev,
		 const struct task_struct *next, unsigned int prev_state);

#endif /* OSCOPE_SWITCH_H */
