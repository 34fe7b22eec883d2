/* SPDX-License-Identifier: GPL-2.0 */
/*
 * BPF side: a call that communicates begins: whether it is followed, and what is known of it then.
 */
#ifndef OSCOPE_IPC_CALL_BPF_H
#define OSCOPE_IPC_CALL_BPF_H

#include "filter.bpf.h"
#include "ipc.bpf.h"
#include "rows.bpf.h"

/* The task has a row, by which reports know its name. */
static __always_inline void task_named(struct task_struct *p, struct task_state *t)
{
	struct cpu_block *b;

	if (!config.rows || !t || t->row || (t->flags & STATE_NO_ROW))
		return;
	b = this_block();
	if (b)
		row_get(&b->counters, p, t);
}

/* Begin to follow a call. */
static __always_inline void call_fill(struct ipc_call *c, __u32 tid, __u32 mechanism, bool passes)
{
	c->mechanism = mechanism;
	c->flags = passes ? IPC_CALL_PASSES : 0;
	c->asleep_ns = 0;
	c->woken_ns = 0;
	c->blocked_ns = 0;
	c->switches = 0;
	c->wakeups = 0;
	c->waker = 0;
	c->left = 0;
	c->tid = tid;
}

/* Whether its place is not another task's. */
static __always_inline bool call_has_room(struct ipc_call *c, struct oscope_ipc_cpu *b, __u32 tid)
{
	if (!c->tid || c->tid == tid)
		return true;
	b->calls_full++;
	return false;
}

/* The state by which its caller passes the filter. */
static __always_inline struct task_state *call_state(struct task_struct *p)
{
	return config.filter & FILTER_MEMBER ? state_find(p) : state_get(p);
}

/* Of a program's tree only its root was there before the trace, and waits to be let go. */
static __always_inline bool call_is_wait_for_start(__u32 late, bool passes)
{
	return late && passes && config.inherit == INHERIT_TREE;
}

#endif /* OSCOPE_IPC_CALL_BPF_H */
