// SPDX-License-Identifier: GPL-2.0
/*
 * BPF side: sched_switch. Runs with the run-queue lock held and interrupts off.
 */
#include "emit.bpf.h"
#include "filter.bpf.h"
#include "ledger.bpf.h"

/* One event on its way through the steps below. */
struct event {
	struct task_struct *prev, *next;
	struct task_state *prev_state, *next_state;
	struct oscope_switch sw;
	bool prev_idle, next_idle;
	bool counted;
};

/* What kind of switch this is, and who gave way to whom. prev_state as the tracepoint gives it. */
static __always_inline __u32 switch_flags(struct event *e, bool preempt, __u32 prev_state)
{
	struct task_struct *prev = e->prev, *next = e->next;
	__u32 flags = oscope_switch_kind(e->prev_idle, e->next_idle, prev->flags & PF_KTHREAD,
					 next->flags & PF_KTHREAD, prev->active_mm == next->mm);

	if (e->prev_idle)
		return flags;
	if (prev_state & TASK_DEAD)
		flags |= OSCOPE_SWITCH_DEAD;
	if (preempt)
		return flags | OSCOPE_SWITCH_PREEMPT | OSCOPE_SWITCH_READY;
	if (prev_state) {
		flags |= OSCOPE_SWITCH_VOLUNTARY;
		/* A signal kept it on its queue: before 6.13 prev_state does not tell. */
		return task_queued(prev) ? flags | OSCOPE_SWITCH_READY : flags;
	}
	return prev->exit_state ? flags : flags | OSCOPE_SWITCH_READY;
}

/*
 * A task with state 0 was made to go, or wanted to sleep and a pending signal cleared its state:
 * only the kernel's own counts tell, and of those nivcsw moves on this path alone, so that it need
 * not be looked at when a task blocks.
 */
static __always_inline void voluntary_settle(struct event *e)
{
	struct task_state *t = e->prev_state;
	__u32 now;

	if (!t || (e->sw.flags & OSCOPE_SWITCH_VOLUNTARY))
		return;
	now = e->prev->nivcsw;
	if ((t->flags & STATE_KNOWN) && t->wait.nivcsw == now)
		e->sw.flags |= OSCOPE_SWITCH_VOLUNTARY;
	t->wait.nivcsw = now;
	state_mark(t, STATE_KNOWN);
}

/* States are needed for members, rows, and of the leaving task only if it goes on waiting. */
static __always_inline void states_find(struct event *e)
{
	bool member = config.filter & FILTER_MEMBER;

	e->prev_state = NULL;
	e->next_state = NULL;
	if (!e->prev_idle && (member || config.rows || (e->sw.flags & OSCOPE_SWITCH_READY)))
		e->prev_state = member ? state_find(e->prev) : state_get(e->prev);
	if (!e->next_idle)
		e->next_state = member ? state_find(e->next) : state_get(e->next);
}

static __always_inline void rows_count(struct oscope_counters *c, struct event *e, __u64 slice)
{
	struct oscope_task *row;

	if (!config.rows || e->prev_idle)
		return;
	row = row_get(c, e->prev, e->prev_state);
	if (!row)
		return;
	if (e->sw.flags & OSCOPE_SWITCH_VOLUNTARY)
		row->voluntary++;
	else
		row->involuntary++;
	if (slice != ~0ULL)
		row->slice_ns += slice;
}

/* The task that comes: end its wait. */
static __always_inline void next_comes(struct oscope_counters *c, struct event *e)
{
	struct task_state *t = e->next_state;
	struct oscope_task *row;
	__u32 why;
	__u64 wait;

	if (!t) {
		c->untracked++;
		return;
	}
	why = t->wait.why;
	wait = oscope_task_comes(c, &t->wait, e->sw.ts);
	if (!config.rows || wait == ~0ULL)
		return;
	row = row_get(c, e->next, t);
	if (!row)
		return;
	row->wait_ns[why & 1] += wait;
	row->waits++;
}

static __always_inline void event_emit(struct event *e)
{
	emit(OSCOPE_REC_SWITCH, e->sw.flags, e->sw.ts, e->sw.prev, e->next->pid, e->sw.direct_ns);
}

/* A switch that is counted: the leaving task passes, or an idle CPU takes one that does. */
static __always_inline void switch_counted(struct cpu_block *b, struct event *e)
{
	__u64 slice;

	slice = oscope_on_switch(&b->counters, &b->cpu, &e->sw);
	oscope_cpu_counted(&b->cpu, &e->sw);
	if (e->prev_state && (e->sw.flags & OSCOPE_SWITCH_READY))
		oscope_task_leaves_ready(&e->prev_state->wait, e->sw.ts);
	else if (!e->prev_idle && (e->sw.flags & OSCOPE_SWITCH_READY))
		b->counters.untracked++;
	rows_count(&b->counters, e, slice);
}

/* With -C, on a CPU that is left out: waits begin and end there, too. */
static __always_inline void waits_elsewhere(struct event *e)
{
	if (e->prev_state && (e->sw.flags & OSCOPE_SWITCH_READY))
		oscope_task_leaves_ready(&e->prev_state->wait, e->sw.ts);
	if (e->next_state)
		oscope_once(e->next_state->wait.since) = 0;
}

static __always_inline void event_account(struct cpu_block *b, struct event *e)
{
	bool prev_in = !e->prev_idle && task_passes(e->prev, e->prev_state);
	bool next_in = !e->next_idle && task_passes(e->next, e->next_state);
	bool counted = prev_in || (e->prev_idle && (next_in || !config.filter));

	e->counted = counted;
	e->sw.comes = next_in ? e->next->pid : OSCOPE_TID_OTHER;
	if (!counted && !next_in) {
		oscope_cpu_passed_over(&b->cpu, &e->sw);
		if (config.filter & FILTER_CPU)
			waits_elsewhere(e);
		return;
	}
	e->sw.direct_ns = OSCOPE_NS_NONE;
	if (config.direct) {
		e->sw.direct_ns = b->cpu.direct_ns;
		oscope_direct_settle(&b->counters, &b->cpu, e->sw.direct_ns);
	}
	if (counted) {
		switch_counted(b, e);
	} else {
		e->sw.flags |= OSCOPE_SWITCH_ARRIVAL;
		oscope_cpu_passed_over(&b->cpu, &e->sw);
	}
	if (next_in) {
		e->sw.flags |= OSCOPE_SWITCH_NEXT;
		next_comes(&b->counters, e);
	}
	if (recording(OSCOPE_REC_SWITCH))
		event_emit(e);
}

SEC("tp_btf/sched_switch")
int BPF_PROG(on_sched_switch, bool preempt, struct task_struct *prev, struct task_struct *next,
	     unsigned int prev_state)
{
	struct event e = {
		.prev = prev,
		.next = next,
		.prev_idle = !prev->pid,
		.next_idle = !next->pid,
		.sw.prev = prev->pid,
	};
	struct cpu_block *b = this_block();

	if (!b)
		return 0;
	/* The ledger's program has run, and both make records and counts of one moment. */
	e.sw.ts = config.ledger ? b->ledger_ts : bpf_ktime_get_ns();
	e.sw.flags = oscope_forget(switch_flags(&e, preempt, prev_state), e.sw.ts);
	states_find(&e);
	voluntary_settle(&e);
	event_account(b, &e);
	if (e.sw.flags & OSCOPE_SWITCH_DEAD)
		task_left(&b->counters, prev, e.sw.ts);
	/* Last: the verifier follows each of its turns through all that comes after. */
	if (config.pair_mask && e.counted && !(config.ledger & LEDGER_WAKERS))
		pair_count(&b->counters, prev->pid, next->pid);
	if (config.direct == DIRECT_FINISH)
		b->cpu.entry_ns = bpf_ktime_get_ns();
	return 0;
}
