/* SPDX-License-Identifier: GPL-2.0 */
/*
 * BPF side: where the state of a task is kept.
 *
 * A table indexed by tid, whose look-up the verifier turns into three instructions, instead of task
 * storage: a helper call costs more than everything else that a switch has to do. The entry belongs
 * to the task whose tid it holds, from the first event that wants it until the task's last
 * switch-out, which leaves it empty for the next: it is whole as soon as its tid is there. A task
 * that finds its entry taken (tids further apart than the table is long) gets its state from task
 * storage. That is made only where memory may be had: at the task's creation and by the iterator.
 * Under the run-queue lock it would be asked of the kernel's allocator before Linux 6.4, which may
 * have to wake somebody up.
 *
 * The state of a task is touched by sched_switch on the task's CPU and by its wakers, which the
 * scheduler serialises.
 */
#ifndef OSCOPE_STATE_BPF_H
#define OSCOPE_STATE_BPF_H

#include "shared.bpf.h"

/* Set a flag: the iterator and the task's events do so at the same time. Dear, so only once. */
static __always_inline void state_mark(struct task_state *t, __u32 flag)
{
	if (!(t->flags & flag))
		__sync_fetch_and_or(&t->flags, flag);
}

/* Give an entry back, empty: who finds no tid in it may claim it at once. */
static __always_inline void state_give_back(struct task_state *t)
{
	t->wait.since = 0;
	t->wait.why = 0;
	t->wait.nivcsw = 0;
	t->flags = 0;
	t->row = 0;
	t->number = 0;
	store_last(&t->tid, 0);
}

static __always_inline struct task_state *state_entry(__u32 tid)
{
	__u32 key = tid & config.state_mask;

	return bpf_map_lookup_elem(&states, &key);
}

/* The entry is not ours: claim it if it is free, else make one in task storage if we may. */
static __always_inline struct task_state *state_claim(struct task_struct *p, struct task_state *t,
						      bool may_spill)
{
	__u32 tid = p->pid;

	if (!t->tid && __sync_val_compare_and_swap(&t->tid, 0, tid) == 0)
		return t;
	if (!may_spill)
		return NULL;
	t = bpf_task_storage_get(&spilled_states, p, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (t && !t->tid) {
		t->tid = tid;
		__sync_fetch_and_add(&globals.states_spilled, 1);
	}
	return t;
}

/* The state of a task, NULL if it has none. Any context that may run sched_switch programs. */
static __always_inline struct task_state *state_find(struct task_struct *p)
{
	struct task_state *t = state_entry(p->pid);

	if (t && t->tid == (__u32)p->pid)
		return t;
	if (!globals.states_spilled)
		return NULL;
	return bpf_task_storage_get(&spilled_states, p, 0, 0);
}

static __always_inline struct task_state *state_get_or_make(struct task_struct *p, bool may_spill)
{
	struct task_state *t = state_entry(p->pid);

	if (!t)
		return NULL;
	if (t->tid == (__u32)p->pid)
		return t;
	if (globals.states_spilled) {
		struct task_state *s = bpf_task_storage_get(&spilled_states, p, 0, 0);

		if (s)
			return s;
	}
	return state_claim(p, t, may_spill);
}

/*
 * The state of a task, claimed if its entry is free; NULL if there is none (counted by the caller
 * as untracked). Any context that may run sched_switch programs.
 */
static __always_inline struct task_state *state_get(struct task_struct *p)
{
	return state_get_or_make(p, false);
}

/* The same, made in any case. Not under the scheduler's locks. */
static __always_inline struct task_state *state_make(struct task_struct *p)
{
	return state_get_or_make(p, true);
}

/*
 * Whether this is a leader that one of its threads outlives by exec: it leaves its tid to that
 * thread, and takes the thread's in exchange. Before the exchange the process tells of the exec;
 * after it the thread is the leader, with the same start.
 */
static __always_inline bool is_outlived(struct task_struct *p)
{
	struct task_struct *leader = p->group_leader;

	if (leader == p)
		return p->signal->group_exec_task;
	return p->start_time == leader->start_time;
}

/* The task has left for good; task storage goes with the task. */
static __always_inline void state_release(struct task_struct *p)
{
	struct task_state *t = state_entry(p->pid);

	if (is_outlived(p))
		return;
	if (t && t->tid == (__u32)p->pid)
		state_give_back(t);
}

#endif /* OSCOPE_STATE_BPF_H */
