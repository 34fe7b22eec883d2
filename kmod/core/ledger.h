/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The ledger of a task: at any time of its life it is in one state, and each state's time adds up.
 * Pure functions on plain structs.
 *
 *   new + running + ready(woken) + ready(preempted) + blocked(by reason) + stopped + zombie
 *   + unobserved = the time from `first` to now
 *
 * Entries are made when a task comes to a CPU and when it leaves one, and at its end. A waking only
 * notes its moment: where blocked ends and ready begins is settled when the task comes. A task that
 * is met in a state that it could not have (an event was missed, or a filter let only some pass)
 * has been unobserved for so long.
 *
 * Written by one context at a time, the switches of the CPU that the task is on; by a waker only
 * `woken`; by who begins it before the first event only what oscope_ledger_seed() says.
 */
#ifndef OSCOPE_CORE_LEDGER_H
#define OSCOPE_CORE_LEDGER_H

#include "contract.h"

#define OSCOPE_LEDGER_STATE(word)	((word) & 0xff)
#define OSCOPE_LEDGER_REASON(word)	((word) >> 8)
#define OSCOPE_LEDGER_WORD(state, reason)	((state) | (reason) << 8)

/* b - a for two times of one task; the clocks of two CPUs may differ a little. */
OSCOPE_CORE __u64 oscope_ledger_span(__u64 a, __u64 b)
{
	return b > a ? b - a : 0;
}

/* The task is made now, and not woken yet. */
OSCOPE_CORE void oscope_ledger_born(struct oscope_ledger *l, __u64 start_ns)
{
	l->first = start_ns;
	l->since = start_ns;
	l->state = OSCOPE_STATE_NEW;
}

OSCOPE_CORE void oscope_ledger_move(struct oscope_ledger *l, __u32 move)
{
	__u64 i = oscope_index(move);

	if (i < OSCOPE_MOVES)	/* always; the verifier wants to be told */
		oscope_add(&l->moves[i], 1);
}

OSCOPE_CORE void oscope_ledger_blocked(struct oscope_ledger *l, __u32 reason, __u64 ns)
{
	__u64 i = oscope_index(reason);

	if (i < OSCOPE_REASONS_ROOM)
		oscope_add(&l->blocked[i].ns, ns);
}

OSCOPE_CORE void oscope_ledger_begun(struct oscope_ledger *l, __u32 reason)
{
	__u64 i = oscope_index(reason);

	if (i < OSCOPE_REASONS_ROOM)
		oscope_add(&l->blocked[i].n, 1);
}

/* It sleeps until `woken`, and waits for a CPU from then until ts. */
OSCOPE_CORE void oscope_ledger_slept(struct oscope_ledger *l, __u64 woken, __u64 ts)
{
	__u32 state = OSCOPE_LEDGER_STATE(l->state), move = OSCOPE_MOVE_NEW_WOKEN;
	__u64 slept;

	if (woken < l->since)
		woken = l->since;
	slept = oscope_ledger_span(l->since, woken);
	if (state == OSCOPE_STATE_BLOCKED) {
		move = OSCOPE_MOVE_BLOCKED_WOKEN;
		oscope_ledger_blocked(l, OSCOPE_LEDGER_REASON(l->state), slept);
	} else if (state == OSCOPE_STATE_STOPPED) {
		move = OSCOPE_MOVE_STOPPED_WOKEN;
		oscope_add(&l->stopped, slept);
	} else {
		oscope_add(&l->new, slept);
	}
	oscope_add(&l->ready[OSCOPE_WAIT_WOKEN], oscope_ledger_span(woken, ts));
	oscope_ledger_move(l, move);
	oscope_ledger_move(l, OSCOPE_MOVE_WOKEN_RUNNING);
}

/* From now on it is in this state. */
OSCOPE_CORE void oscope_ledger_enter(struct oscope_ledger *l, __u64 ts, __u32 word)
{
	if (!l->first)
		l->first = ts;
	oscope_put(&l->since, ts);
	oscope_once(l->state) = word;
}

/* The task comes to a CPU. wait_since: the start of its wait for one, 0: not known. */
OSCOPE_CORE void oscope_ledger_comes(struct oscope_ledger *l, __u64 ts, __u64 wait_since)
{
	__u32 state = OSCOPE_LEDGER_STATE(l->state);

	if (l->since) {
		if (state == OSCOPE_STATE_READY) {
			oscope_add(&l->ready[OSCOPE_WAIT_PREEMPTED],
				   oscope_ledger_span(l->since, ts));
			oscope_ledger_move(l, OSCOPE_MOVE_PREEMPTED_RUNNING);
		} else if (wait_since && (state == OSCOPE_STATE_BLOCKED ||
					  state == OSCOPE_STATE_STOPPED ||
					  state == OSCOPE_STATE_NEW)) {
			oscope_ledger_slept(l, wait_since, ts);
		} else {
			oscope_add(&l->unobserved, oscope_ledger_span(l->since, ts));
			oscope_ledger_move(l, OSCOPE_MOVE_UNSEEN_RUNNING);
		}
	}
	oscope_ledger_enter(l, ts, OSCOPE_STATE_RUNNING);
}

/* A call that goes on after a signal has the reason that it had: the last one that can go on. */
OSCOPE_CORE __u32 oscope_ledger_again(struct oscope_ledger *l, __u32 reason)
{
	__u32 kept = (l->flags & OSCOPE_LEDGER_AGAIN) >> 8;

	if (reason == OSCOPE_REASON_AGAIN)
		return kept ? kept - 1 : OSCOPE_REASON_OTHER;
	if (kept != reason + 1 && (reason == OSCOPE_REASON_SLEEP || reason == OSCOPE_REASON_POLL ||
				   reason == OSCOPE_REASON_FUTEX))
		l->flags = (l->flags & ~OSCOPE_LEDGER_AGAIN) | (reason + 1) << 8;
	return reason;
}

/* The task leaves the CPU for a state, and if it blocks, for a reason. */
OSCOPE_CORE void oscope_ledger_leaves(struct oscope_ledger *l, __u64 ts, __u32 state, __u32 reason)
{
	__u32 move = OSCOPE_MOVE_RUNNING_PREEMPTED;

	if (l->since) {
		if (OSCOPE_LEDGER_STATE(l->state) == OSCOPE_STATE_RUNNING)
			oscope_add(&l->running, oscope_ledger_span(l->since, ts));
		else
			oscope_add(&l->unobserved, oscope_ledger_span(l->since, ts));
	}
	if (state == OSCOPE_STATE_BLOCKED) {
		move = OSCOPE_MOVE_RUNNING_BLOCKED;
		reason = oscope_ledger_again(l, reason);
		oscope_ledger_begun(l, reason);
	} else if (state == OSCOPE_STATE_STOPPED) {
		move = OSCOPE_MOVE_RUNNING_STOPPED;
	} else if (state == OSCOPE_STATE_ZOMBIE) {
		move = OSCOPE_MOVE_RUNNING_ZOMBIE;
	} else if (state == OSCOPE_STATE_DEAD) {
		move = OSCOPE_MOVE_RUNNING_DEAD;
	}
	oscope_ledger_move(l, move);
	oscope_ledger_enter(l, ts, OSCOPE_LEDGER_WORD(state, reason));
}

/* A zombie is reaped; anything else is gone already, or its end was not seen. */
OSCOPE_CORE void oscope_ledger_reaped(struct oscope_ledger *l, __u64 ts)
{
	if (OSCOPE_LEDGER_STATE(l->state) != OSCOPE_STATE_ZOMBIE)
		return;
	oscope_add(&l->zombie, oscope_ledger_span(l->since, ts));
	oscope_ledger_move(l, OSCOPE_MOVE_ZOMBIE_DEAD);
	if (ts < l->since)
		ts = l->since;
	oscope_ledger_enter(l, ts, OSCOPE_STATE_DEAD);
}

/* The task has ended, or is somebody else's from now on; now: what the kernel has counted. */
OSCOPE_CORE void oscope_ledger_final(struct oscope_ledger *l,
				     const struct oscope_kernel_counts *now)
{
	const struct oscope_kernel_counts none = { 0 };

	l->kernel.run_delay_ns += now->run_delay_ns - l->before.run_delay_ns;
	l->kernel.runtime_ns += now->runtime_ns - l->before.runtime_ns;
	l->kernel.nvcsw += now->nvcsw - l->before.nvcsw;
	l->kernel.nivcsw += now->nivcsw - l->before.nivcsw;
	l->kernel.utime_ns += now->utime_ns - l->before.utime_ns;
	l->kernel.stime_ns += now->stime_ns - l->before.stime_ns;
	l->before = none;
	l->flags |= OSCOPE_LEDGER_FINAL;
}

/* A running task goes on with the ledger of a leader that it outlives. */
OSCOPE_CORE void oscope_ledger_inherit(struct oscope_ledger *l, __u64 ts)
{
	oscope_ledger_reaped(l, ts);
	if (l->since)
		oscope_add(&l->unobserved, oscope_ledger_span(l->since, ts));
	oscope_ledger_enter(l, ts, OSCOPE_STATE_RUNNING);
}

/*
 * Close the present state at now, in a copy: so that the sum is the time until then. Zombies and
 * sleepers go on; a state that cannot be told apart yet from what comes after is what it is now.
 */
OSCOPE_CORE void oscope_ledger_close(struct oscope_ledger *l, __u64 now)
{
	__u32 state = OSCOPE_LEDGER_STATE(l->state);
	__u64 woken = l->woken > l->since && l->woken < now ? l->woken : now;

	if (!l->since || state == OSCOPE_STATE_DEAD || now < l->since)
		return;
	if (state == OSCOPE_STATE_NONE) {
		l->unobserved += now - l->since;
	} else if (state == OSCOPE_STATE_RUNNING) {
		l->running += now - l->since;
	} else if (state == OSCOPE_STATE_READY) {
		l->ready[OSCOPE_WAIT_PREEMPTED] += now - l->since;
	} else if (state == OSCOPE_STATE_ZOMBIE) {
		l->zombie += now - l->since;
	} else {
		if (state == OSCOPE_STATE_BLOCKED)
			oscope_ledger_blocked(l, OSCOPE_LEDGER_REASON(l->state), woken - l->since);
		else if (state == OSCOPE_STATE_STOPPED)
			l->stopped += woken - l->since;
		else
			l->new += woken - l->since;
		l->ready[OSCOPE_WAIT_WOKEN] += now - woken;
	}
	l->since = now;
}

/* All that is not blocked, and the sum of that; together they are the observed life. */
OSCOPE_CORE __u64 oscope_ledger_blocked_sum(const struct oscope_ledger *l)
{
	__u64 sum = 0;
	__u32 i;

	for (i = 0; i < OSCOPE_REASONS_ROOM; i++)
		sum += l->blocked[i].ns;
	return sum;
}

#endif /* OSCOPE_CORE_LEDGER_H */
