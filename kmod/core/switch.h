/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Accounting of context switches: kinds, voluntary and involuntary, on-CPU slices, waits for a CPU,
 * direct cost. Pure functions on plain structs: no lock, no clock, no allocation, no kernel type.
 *
 * The module, the probes and the replay of a recording feed the same events in the same order of
 * calls, so that all three come to the same numbers:
 *
 *   sched_switch   oscope_direct_settle(), oscope_on_switch(), oscope_cpu_counted(), then
 *                  oscope_task_leaves_ready() and oscope_task_comes()
 *   after it       oscope_direct_close()
 *   sched_waking   oscope_task_woken(), oscope_task_woken_on()
 *   migration      oscope_task_moved()
 *
 * Context in the kernel: sched_switch runs with the run-queue lock held and interrupts off, so the
 * counters of a CPU are written by one context at a time; sched_waking too, but for a task that
 * wakes itself, where the caller counts atomically.
 */
#ifndef OSCOPE_CORE_SWITCH_H
#define OSCOPE_CORE_SWITCH_H

#include "hist.h"

/*
 * Nobody's tid: of who came to a CPU and does not pass the filter. Who passes comes with a record,
 * so that a replay knows it, too; the others' coming counts for nothing, even if one should pass
 * when it leaves.
 */
#define OSCOPE_TID_OTHER	(~0U)

/* What one CPU must remember from one switch to the next. */
struct oscope_cpu {
	__u64 run_since;		/* time of the last switch, 0: none seen yet */
	__u64 entry_ns;			/* direct cost: when the bracket was opened */
	__u32 direct_ns;		/* ... of the last counted switch, or OSCOPE_NS_NONE */
	__u32 direct_open;		/* the last switch was counted, its cost is still to come */
	__u32 last_kind;		/* of the last counted switch + 1, 0: none, or settled */
	__u32 curr;			/* who came last: tid, or OSCOPE_TID_OTHER */
};

/*
 * What one task must remember while it is not on a CPU. A waker may write it while the task's CPU
 * does: it holds another lock than the switch when the task is still queued. Both starts are then
 * of the same moment, and either is right, with the other's reason, too.
 */
struct oscope_wait_state {
	__u64 since;			/* start of its wait for a CPU, 0: unknown or not waiting */
	__u32 why;			/* enum oscope_wait, and OSCOPE_WHY_* */
	__u32 nivcsw;			/* the kernel's count at the last look */
};

#define OSCOPE_WHY		0x1U	/* enum oscope_wait */
#define OSCOPE_WHY_MOVED	0x2U	/* woken, and moved from queue to queue since */
#define OSCOPE_WHY_QUEUED	0x4U	/* woken, while it was queued still */
#define OSCOPE_WHY_CPU_SHIFT	8	/* woken: CPU of its waker + 1, 0: not known */

/* One switch as its producer saw it. */
struct oscope_switch {
	__u64 ts;
	__u32 direct_ns;		/* of the switch before, see struct oscope_slot */
	__u32 flags;			/* OSCOPE_SWITCH_* */
	__u32 prev;			/* tid of who leaves, 0 for idle */
	__u32 comes;			/* ... of who comes if it passes, else OSCOPE_TID_OTHER */
};

OSCOPE_CORE __u32 oscope_switch_kind(int prev_idle, int next_idle, int prev_kthread,
				     int next_kthread, int same_mm)
{
	if (next_idle)
		return OSCOPE_KIND_TO_IDLE;
	if (prev_idle)
		return OSCOPE_KIND_FROM_IDLE;
	if (prev_kthread)
		return next_kthread ? OSCOPE_KIND_KTHREAD_KTHREAD : OSCOPE_KIND_FROM_KTHREAD;
	if (next_kthread)
		return OSCOPE_KIND_TO_KTHREAD;
	return same_mm ? OSCOPE_KIND_SAME_MM : OSCOPE_KIND_CROSS_MM;
}

/* a - b for two times; a negative one (the clocks of two CPUs may differ a little) counts as 0. */
OSCOPE_CORE __u64 oscope_interval(struct oscope_counters *c, __u64 a, __u64 b)
{
	if (oscope_seldom(a < b)) {
		oscope_add(&c->clock_back, 1);
		return 0;
	}
	return a - b;
}

/*
 * The direct cost that arrives with a switch belongs to the last one counted on this CPU. Nothing
 * to do if there is none (first after the start).
 */
OSCOPE_CORE void oscope_direct_settle(struct oscope_counters *c, struct oscope_cpu *cpu,
				      __u32 direct_ns)
{
	__u32 kind = cpu->last_kind - 1;

	if (kind >= OSCOPE_KINDS)
		return;
	if (direct_ns == OSCOPE_NS_NONE)
		oscope_add(&c->direct_missing, 1);
	else
		oscope_hist_add(&c->direct[kind], direct_ns);
	cpu->last_kind = 0;
}

/*
 * Whether counters are from between two events: the kinds and the ways to leave each add up to the
 * events. What is read while its CPU counts does not, and is read again.
 */
OSCOPE_CORE int oscope_counters_agree(const struct oscope_counters *c)
{
	__u64 kinds = 0;
	int i;

	for (i = 0; i < OSCOPE_KINDS; i++)
		kinds += c->kind[i];
	return kinds == c->events &&
	       c->voluntary + c->involuntary + c->kind[OSCOPE_KIND_FROM_IDLE] == c->events;
}

/*
 * Count one switch that passed the filter; an arrival (OSCOPE_SWITCH_ARRIVAL) is not for counting.
 * Returns the time that the leaving task spent on the CPU, ~0 if that is not known: some kernels
 * have tasks whose switches fire no event, so that another may have been here since the last one.
 * (The same is said of a thread that took its leader's tid by exec meanwhile.)
 */
OSCOPE_CORE __u64 oscope_on_switch(struct oscope_counters *c, struct oscope_cpu *cpu,
				   const struct oscope_switch *sw)
{
	__u32 kind = sw->flags & OSCOPE_SWITCH_KIND;
	__u64 slice = ~0ULL;

	oscope_add(&c->events, 1);
	if (kind < OSCOPE_KINDS)	/* always; the verifier wants to be told */
		oscope_add(&c->kind[kind], 1);
	if (kind == OSCOPE_KIND_FROM_IDLE)
		return slice;
	if (sw->flags & OSCOPE_SWITCH_VOLUNTARY)
		oscope_add(&c->voluntary, 1);
	else
		oscope_add(&c->involuntary, 1);
	if (sw->flags & OSCOPE_SWITCH_READY)
		oscope_add(&c->ready, 1);
	if (sw->flags & OSCOPE_SWITCH_PREEMPT)
		oscope_add(&c->ready_preempt, 1);
	if (cpu->run_since && cpu->curr == sw->prev) {
		slice = oscope_interval(c, sw->ts, cpu->run_since);
		oscope_hist_add(&c->slice, slice);
	}
	return slice;
}

/* Remember a counted switch for the next one on its CPU. */
OSCOPE_CORE void oscope_cpu_counted(struct oscope_cpu *cpu, const struct oscope_switch *sw)
{
	cpu->run_since = sw->ts;
	cpu->curr = sw->comes;
	cpu->direct_ns = OSCOPE_NS_NONE;
	cpu->direct_open = 1;
	cpu->last_kind = (sw->flags & OSCOPE_SWITCH_KIND) + 1;
}

/* The same for a switch that did not pass the filter, or was an arrival only. */
OSCOPE_CORE void oscope_cpu_passed_over(struct oscope_cpu *cpu, const struct oscope_switch *sw)
{
	cpu->run_since = sw->ts;
	cpu->curr = sw->comes;
	cpu->direct_open = 0;
}

/* The bracket of the direct cost closes at now; own_ns of it was ours. Called after each switch. */
OSCOPE_CORE void oscope_direct_close(struct oscope_cpu *cpu, __u64 now, __u32 own_ns)
{
	__u64 ns = now - cpu->entry_ns;

	if (!cpu->direct_open)
		return;
	cpu->direct_open = 0;
	/* The clock went back, or nothing opened it: not captured, and counted so. */
	if (now < cpu->entry_ns || !cpu->entry_ns)
		return;
	ns = ns > own_ns ? ns - own_ns : 0;
	cpu->direct_ns = ns < OSCOPE_NS_NONE ? ns : OSCOPE_NS_NONE - 1;
}

/* A task leaves the CPU though it could go on: from now on it waits. */
OSCOPE_CORE void oscope_task_leaves_ready(struct oscope_wait_state *t, __u64 ts)
{
	oscope_once(t->since) = ts;
	oscope_once(t->why) = OSCOPE_WAIT_PREEMPTED;
}

/*
 * A task is woken by another: from now on it waits. A later waking replaces an earlier one.
 *
 * Also for a target that is still queued: most often it goes on running, and its next leaving or
 * waking replaces this start; but when it is just on its way off the CPU, the waker waits for the
 * run-queue lock and then wakes it for good, with no second event. Not if it was preempted on its
 * way to sleep: then it has been waiting all along.
 */
OSCOPE_CORE void oscope_task_woken(struct oscope_wait_state *t, __u64 ts, int queued)
{
	if (queued && oscope_once(t->since) &&
	    (oscope_once(t->why) & OSCOPE_WHY) == OSCOPE_WAIT_PREEMPTED)
		return;
	oscope_once(t->since) = ts;
	oscope_once(t->why) = OSCOPE_WAIT_WOKEN | (queued ? OSCOPE_WHY_QUEUED : 0);
}

/*
 * Whether a task that comes was woken while it was on its way off the CPU, by whom no later event
 * tells: it has left, so it was no wake-up of somebody awake. Before its wait ends.
 */
OSCOPE_CORE int oscope_task_woken_leaving(const struct oscope_wait_state *t)
{
	__u32 why = oscope_once(t->why);

	return oscope_once(t->since) && (why & OSCOPE_WHY) == OSCOPE_WAIT_WOKEN &&
	       (why & OSCOPE_WHY_QUEUED);
}

/* ... by somebody, or an interrupt, on this CPU. */
OSCOPE_CORE void oscope_task_woken_on(struct oscope_wait_state *t, __u32 cpu)
{
	__u32 why = oscope_once(t->why);

	if ((why & OSCOPE_WHY) == OSCOPE_WAIT_WOKEN)
		oscope_once(t->why) = OSCOPE_WAIT_WOKEN | (why & OSCOPE_WHY_QUEUED) |
				      (cpu + 1) << OSCOPE_WHY_CPU_SHIFT;
}

/* A task that is queued is moved to another CPU's queue. */
OSCOPE_CORE void oscope_task_moved(struct oscope_wait_state *t)
{
	__u32 why = oscope_once(t->why);

	if (oscope_once(t->since) && (why & OSCOPE_WHY) == OSCOPE_WAIT_WOKEN)
		oscope_once(t->why) = why | OSCOPE_WHY_MOVED;
}

/* A task comes to this CPU, idle or not: where a wake-up has led to. Before its wait ends. */
OSCOPE_CORE void oscope_task_placed(struct oscope_counters *c, const struct oscope_wait_state *t,
				    __u64 ts, __u32 cpu, int idle)
{
	__u64 since = oscope_once(t->since), place = idle ? 0 : 1;
	__u32 why = oscope_once(t->why), waker = why >> OSCOPE_WHY_CPU_SHIFT;

	if (!since || !waker || (why & OSCOPE_WHY) != OSCOPE_WAIT_WOKEN)
		return;
	if (waker != cpu + 1)
		place += OSCOPE_PLACE_OTHER_IDLE;
	place = oscope_index(place);
	if (place >= OSCOPE_PLACES)	/* never; the verifier wants to be told */
		return;
	if (why & OSCOPE_WHY_MOVED)
		oscope_add(&c->moved[place], 1);
	oscope_hist_add(&c->placed[place], ts > since ? ts - since : 0);
}

/*
 * A task comes to the CPU.
 * Returns how long it waited, ~0 if the start of the wait is not known.
 */
OSCOPE_CORE __u64 oscope_task_comes(struct oscope_counters *c, struct oscope_wait_state *t,
				    __u64 ts)
{
	__u64 since = oscope_once(t->since), wait;

	if (!since) {
		oscope_add(&c->unpaired, 1);
		return ~0ULL;
	}
	wait = oscope_interval(c, ts, since);
	oscope_hist_add(&c->wait[oscope_once(t->why) & 1], wait);
	oscope_once(t->since) = 0;
	return wait;
}

#endif /* OSCOPE_CORE_SWITCH_H */
