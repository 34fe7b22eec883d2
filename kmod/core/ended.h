/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sums of tasks that are gone, so that their rows can be given to others. Pure functions on plain
 * structs.
 *
 * Written by the module under a lock, by the probes at several places at once: there each addition
 * is atomic, and `begun` and `done` tell readers when nobody is at it.
 */
#ifndef OSCOPE_CORE_ENDED_H
#define OSCOPE_CORE_ENDED_H

#include "ledger.h"

/* The words of a ledger that are added up: times, moves, the kernel's counts, reasons. */
#define OSCOPE_LEDGER_SUMS_AT	__builtin_offsetof(struct oscope_ledger, running)
#define OSCOPE_LEDGER_SUMS \
	((sizeof(struct oscope_ledger) - OSCOPE_LEDGER_SUMS_AT) / sizeof(__u64))

OSCOPE_CORE void oscope_ended_add(__u64 *word, __u64 n)
{
#ifdef __bpf__
	if (n)
		__sync_fetch_and_add(word, n);
#else
	oscope_add(word, n);
#endif
}

/* The task is gone, whatever its ledger knew of it last. */
OSCOPE_CORE void oscope_ledger_gone(struct oscope_ledger *l, __u64 ts)
{
	if (!l->since || OSCOPE_LEDGER_STATE(l->state) == OSCOPE_STATE_DEAD)
		return;
	oscope_add(&l->unobserved, oscope_ledger_span(l->since, ts));
	if (ts < l->since)
		ts = l->since;
	oscope_ledger_enter(l, ts, OSCOPE_STATE_DEAD);
}

/*
 * Where a ledger's time begins: with the task, if that is known; the interval's ledger with the
 * interval, and that of an heir when it became one: what was before is in another's. The program
 * that is traced is made before there is anybody to see it, and does nothing until there is: what
 * it was held for is the tracer's time.
 */
OSCOPE_CORE __u64 oscope_ledger_start(const struct oscope_ledger *l, const struct oscope_task *row)
{
	if ((l->flags & (OSCOPE_LEDGER_CUT | OSCOPE_LEDGER_HELD)) ||
	    (row->flags & OSCOPE_TASK_HEIR))
		return l->first;
	return row->start_ns && row->start_ns < l->first ? row->start_ns : l->first;
}

/* Add a row to the sums; sign -1: take it off again. */
OSCOPE_CORE void oscope_ended_row(struct oscope_ended *to, const struct oscope_task *row, int sign)
{
	__s64 by = sign;

	oscope_ended_add(&to->rows, by);
	if (!(row->flags & OSCOPE_TASK_HEIR))
		oscope_ended_add(&to->tasks, by);
	oscope_ended_add(&to->voluntary, by * row->voluntary);
	oscope_ended_add(&to->involuntary, by * row->involuntary);
	oscope_ended_add(&to->slice_ns, by * row->slice_ns);
	oscope_ended_add(&to->wait_ns[OSCOPE_WAIT_WOKEN], by * row->wait_ns[OSCOPE_WAIT_WOKEN]);
	oscope_ended_add(&to->wait_ns[OSCOPE_WAIT_PREEMPTED],
			 by * row->wait_ns[OSCOPE_WAIT_PREEMPTED]);
	oscope_ended_add(&to->waits, by * row->waits);
	oscope_ended_add(&to->migrations, by * row->migrations);
}

/* The same of the ledger beside it, which has come to its end, or is closed. */
OSCOPE_CORE void oscope_ended_ledger(struct oscope_ended *to, const struct oscope_task *row,
				     const struct oscope_ledger *l, int sign)
{
	const __u64 *from = (const __u64 *)((const char *)l + OSCOPE_LEDGER_SUMS_AT);
	__u64 *sum = (__u64 *)((char *)&to->ledger + OSCOPE_LEDGER_SUMS_AT);
	__u64 begin = oscope_ledger_start(l, row), i;
	__s64 by = sign;

	if (!l->first)
		return;
	if (l->flags & OSCOPE_LEDGER_FINAL)
		oscope_ended_add(&to->final, by);
	oscope_ended_add(&to->lifetime_ns, by * oscope_ledger_span(begin, l->since));
	oscope_ended_add(&to->ledger.unobserved, by * oscope_ledger_span(begin, l->first));
	for (i = 0; i < OSCOPE_LEDGER_SUMS; i++) {
		if (&from[i] != &l->waited)	/* a moment, which has no sum */
			oscope_ended_add(&sum[i], by * from[i]);
	}
}

#endif /* OSCOPE_CORE_ENDED_H */
