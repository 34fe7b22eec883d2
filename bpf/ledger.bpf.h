/* SPDX-License-Identifier: GPL-2.0 */
/*
 * BPF side: the ledgers of tasks, one beside each row.
 */
#ifndef OSCOPE_LEDGER_BPF_H
#define OSCOPE_LEDGER_BPF_H

#include "../kmod/core/ledger.h"
#include "blocked.bpf.h"
#include "rows.bpf.h"

/* include/linux/sched.h; the same values since 4.2. */
#define EXIT_DEAD	0x10
#define EXIT_ZOMBIE	0x20

static __always_inline bool ledger_on(void)
{
	return config.ledger & LEDGER_ON;
}

/* The ledger of a state that has a row, else NULL. */
static __always_inline struct oscope_ledger *ledger_find(struct task_state *t)
{
	__u32 index;

	if (!t || !t->row)
		return NULL;
	index = t->row - 1;
	return bpf_map_lookup_elem(&ledgers, &index);
}

/* The same, with a row if there is none yet; NULL if there can be none, which is counted. */
static __always_inline struct oscope_ledger *ledger_get(struct oscope_counters *c,
							struct task_struct *p,
							struct task_state *t)
{
	if (t && !t->row)
		row_get(c, p, t);
	return ledger_find(t);
}

/* What the kernel counts of p now. */
static __always_inline void kernel_counts(struct oscope_kernel_counts *to, struct task_struct *p)
{
	to->run_delay_ns = p->sched_info.run_delay;
	to->runtime_ns = p->se.sum_exec_runtime;
	to->nvcsw = p->nvcsw;
	to->nivcsw = p->nivcsw;
	to->utime_ns = p->utime;
	to->stime_ns = p->stime;
}

/* It has ended, or is somebody else's from now on. */
static __always_inline void ledger_final(struct oscope_ledger *l, struct task_struct *p)
{
	struct oscope_kernel_counts now;

	kernel_counts(&now, p);
	oscope_ledger_final(l, &now);
}

/* A new task: in its maker's context, before anybody can wake it. */
static __always_inline void ledger_born(struct oscope_counters *c, struct task_struct *p,
					struct task_state *t)
{
	struct oscope_ledger *l;

	if (!ledger_on())
		return;
	l = ledger_get(c, p, t);
	if (l)
		oscope_ledger_born(l, p->start_time);
}

/*
 * The row of a zombie of this number and start, if one waits for its end: index + 1, or 0. It is
 * the caller's then.
 */
static __always_inline __u32 zombie_take(__u32 tid, __u64 start_ns)
{
	struct zombie_row *z = bpf_map_lookup_elem(&zombie_rows, &tid);
	__u32 row;

	if (!z || z->start_ns != start_ns)
		return 0;
	row = z->row;
	return bpf_map_delete_elem(&zombie_rows, &tid) ? 0 : row;
}

/*
 * A dead task of this number is let go at ts, or, if its parent was at a wait since it is a zombie,
 * then.
 */
static __always_inline void zombie_reaped(__u32 tid, __u64 start_ns, __u64 ts, __u64 waited)
{
	struct oscope_ledger *l;
	__u32 index;

	if (!ledger_on())
		return;
	index = zombie_take(tid, start_ns);
	if (!index--)
		return;
	l = bpf_map_lookup_elem(&ledgers, &index);
	if (l)
		oscope_ledger_reaped(l, waited > l->since ? waited : ts);
	row_done(index, ts);
}

/*
 * A zombie's row waits for its end under its number: the state is given back. Whose number it was
 * has been let go before this one was made, and has not told yet.
 */
static __always_inline void zombie_keep(struct oscope_counters *c, struct task_struct *p,
					struct task_state *t, __u64 ts)
{
	struct zombie_row z = { .start_ns = p->start_time, .row = t->row }, *before;
	__u32 tid = p->pid;

	before = bpf_map_lookup_elem(&zombie_rows, &tid);
	if (before)
		zombie_reaped(tid, before->start_ns, z.start_ns, 0);
	if (bpf_map_update_elem(&zombie_rows, &tid, &z, BPF_NOEXIST)) {
		c->untracked++;
		row_leave(t, ts);
	}
	t->row = 0;
}

/*
 * A task has left for good: it gives back what it has, but for the row of a zombie, and for what a
 * leader leaves to the thread that takes its place. Run-queue lock held, interrupts off.
 */
static __always_inline void task_left(struct oscope_counters *c, struct task_struct *p, __u64 ts)
{
	struct task_state *t = state_find(p);

	if (is_outlived(p))
		return;
	if (t && t->row && ledger_on() && (p->exit_state & EXIT_ZOMBIE))
		zombie_keep(c, p, t, ts);
	else if (t)
		row_leave(t, ts);
	state_release(p);
}

/* A task begins to wait for children. */
static __always_inline void ledger_waits(struct task_struct *p, __u64 ts)
{
	struct oscope_ledger *l;

	if (!ledger_on())
		return;
	l = ledger_find(state_find(p));
	if (l)
		l->waited = ts;
}

/*
 * The last trace of a dead task goes, an RCU grace period after it was reaped. Where that moment
 * was not seen, it is the last one at which its parent was at a wait for children.
 */
static __always_inline void ledger_gone(struct task_struct *p, __u64 ts)
{
	struct oscope_ledger *parent;

	if (!ledger_on())
		return;
	parent = ledger_find(state_find(p->real_parent));
	zombie_reaped(p->pid, p->start_time, ts, parent ? parent->waited : 0);
}

/* The state of a task that is there already, as the iterator meets it; see is_queued below. */
static __always_inline __u32 state_now(struct task_struct *p, __u32 *reason)
{
	__u32 state = p->__state;

	*reason = OSCOPE_REASON_OTHER;
	if (p->exit_state)
		return p->exit_state & EXIT_ZOMBIE ? OSCOPE_STATE_ZOMBIE : OSCOPE_STATE_DEAD;
	if (p->on_cpu)
		return OSCOPE_STATE_RUNNING;
	if (!state || task_queued(p))
		return OSCOPE_STATE_READY;
	if (state & OSCOPE_TASK_STOPPED)
		return OSCOPE_STATE_STOPPED;
	*reason = blocked_reason(p, state);
	return OSCOPE_STATE_BLOCKED;
}

/*
 * Begin the ledger of a task that is there already, unless one of its events was first: it has
 * stored a state then. If one comes in between, it finds this state without a start and makes
 * its own entry, after which this start is not stored.
 */
static __always_inline void ledger_seed(struct oscope_counters *c, struct task_struct *p,
					struct task_state *t)
{
	struct oscope_ledger *l = ledger_get(c, p, t);
	__u32 reason, state;
	__u64 ts;

	if (!l || (l->flags & OSCOPE_LEDGER_FINAL))
		return;
	if (config.inherit == INHERIT_TREE)	/* a tree has its root only yet, at its gate */
		l->flags |= OSCOPE_LEDGER_HELD;
	kernel_counts(&l->before, p);
	state = state_now(p, &reason);
	if (state == OSCOPE_STATE_BLOCKED)
		reason = oscope_ledger_again(l, reason);
	ts = bpf_ktime_get_ns();
	if (__sync_val_compare_and_swap(&l->state, 0, OSCOPE_LEDGER_WORD(state, reason)))
		return;
	if (!__sync_val_compare_and_swap(&l->since, 0, ts))
		__sync_val_compare_and_swap(&l->first, 0, ts);
}

#endif /* OSCOPE_LEDGER_BPF_H */
