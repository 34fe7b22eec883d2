/* SPDX-License-Identifier: GPL-2.0 */
/*
 * BPF side: the task table (--by task) and the pair table (--by pair), both mapped by the tools.
 */
#ifndef OSCOPE_ROWS_BPF_H
#define OSCOPE_ROWS_BPF_H

#include "pidns.bpf.h"
#include "state.bpf.h"

/* rows.bpf.c */
int row_done(__u32 index, __u64 ts);
__u32 row_take(void);

/* Readers take a row for one in use as soon as it has a tid. */
static __always_inline void row_name(struct oscope_task *row, struct task_struct *p,
				     const struct task_state *t, const char *comm)
{
	row->tgid = process_number(p);
	__builtin_memcpy(row->comm, comm, OSCOPE_COMM_LEN);
	store_last(&row->tid, config.pid_ns ? t->number : p->pid);
}

/*
 * A task has got another name. Who gives it may be another thread, and the task may leave for good
 * meanwhile and its row be given away. So it is held, and then looked whose it is; a task lets go
 * of its row first, and whoever takes it looks then whether it is held. Both steps of both are
 * atomic operations with a result, which none overtakes.
 */
static __always_inline void row_rename(struct task_struct *p, struct task_state *t,
				       const char *comm)
{
	__u32 mine = oscope_once(t->row), index = mine - 1, held;
	struct oscope_task *row;

	if (!mine)
		return;
	row = bpf_map_lookup_elem(&rows, &index);
	if (!row)
		return;
	held = __sync_fetch_and_add(&row->held, 1);
	asm volatile("" :: "r"(held));
	if (__sync_fetch_and_add(&t->row, 0) == mine && row->start_ns == p->start_time)
		__builtin_memcpy(row->comm, comm, OSCOPE_COMM_LEN);
	held = __sync_fetch_and_add(&row->held, -1);
	asm volatile("" :: "r"(held));
}

/*
 * A task's state is about to go, or to be another's: its row goes for itself. Whoever has noticed
 * that; only one lets it go.
 */
static __always_inline void row_leave(struct task_state *t, __u64 ts)
{
	__u32 row;

	if (!config.rows)
		return;
	row = oscope_once(t->row);
	if (row && __sync_val_compare_and_swap(&t->row, row, 0) == row)
		row_done(row - 1, ts);
}

/*
 * The last trace of p goes, an RCU grace period after its last switch, and whoever let go of it. If
 * a row is still its own, that switch was not seen. Or it was a leader whose place a thread has
 * taken, and whose exec has failed after that: it leaves the number that was the thread's, whose
 * row nobody can find any more. Such a one has its process' number, and another start than p.
 */
static __always_inline void row_left_over(struct task_struct *p, __u64 ts)
{
	struct task_state *t = state_find(p);
	struct oscope_task *row;
	__u32 index;

	if (!t || !t->row)
		return;
	index = t->row - 1;
	row = bpf_map_lookup_elem(&rows, &index);
	if (row && (row->start_ns == p->start_time ||
		    (p->pid != p->tgid && row->tgid == (__u32)p->tgid)))
		row_leave(t, ts);
}

/*
 * The row of a task, given on first use; NULL if the table is full (counted once a task). Only
 * where there are rows: asked here, 6.1 looks at a million instructions of on_sched_switch().
 */
static __always_inline struct oscope_task *row_get(struct oscope_counters *c,
						   struct task_struct *p, struct task_state *t)
{
	struct oscope_task *row;
	__u32 index, mine, other;

	if (!t)
		return NULL;
	if (t->row) {
		index = t->row - 1;
		return bpf_map_lookup_elem(&rows, &index);
	}
	if (t->flags & STATE_NO_ROW)
		return NULL;
	mine = row_take();
	index = mine - 1;
	row = bpf_map_lookup_elem(&rows, &index);
	if (!row) {
		state_mark(t, STATE_NO_ROW);
		__sync_fetch_and_add(&c->rows_full, 1);
		return NULL;
	}
	row->start_ns = p->start_time;
	row->flags = (p->flags & PF_KTHREAD ? OSCOPE_TASK_KTHREAD : 0) |
		     (t->flags & STATE_HEIR ? OSCOPE_TASK_HEIR : 0);
	row_name(row, p, t, p->comm);
	other = __sync_val_compare_and_swap(&t->row, 0, mine);
	if (!other)
		return row;
	/* The iterator and the task's events were both at it: one row stays unused. */
	row->tid = 0;
	row_done(index, 0);
	index = other - 1;
	return bpf_map_lookup_elem(&rows, &index);
}

static __always_inline void pair_count(struct oscope_counters *c, __u32 from, __u32 to)
{
	__u64 key = (__u64)from << 32 | to;
	__u32 hash = (from * 0x9e3779b1U ^ to * 0x85ebca6bU) >> 7, i, cell;

	for (i = 0; i < PAIR_PROBES; i++) {
		struct oscope_pair *pair;

		cell = (hash + i) & config.pair_mask;
		pair = bpf_map_lookup_elem(&pairs, &cell);
		if (!pair)
			break;
		if (pair->key == key ||
		    (!pair->key && __sync_val_compare_and_swap(&pair->key, 0, key) == 0) ||
		    pair->key == key) {
			__sync_fetch_and_add(&pair->count, 1);
			return;
		}
	}
	c->pairs_full++;
}

#endif /* OSCOPE_ROWS_BPF_H */
