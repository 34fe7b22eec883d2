/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where time went, by task, by process or in all: ledgers added up.
 */
#ifndef OSCOPE_STATES_SUM_H
#define OSCOPE_STATES_SUM_H

#include "out.h"
#include "states_report.h"

struct states_sum {
	struct out_task task;		/* the task; a process's first; of all: tid NONE */
	uint64_t tasks;
	uint64_t lifetime_ns;		/* from start, or that of the interval, to end or now */
	uint64_t unobserved_ns;		/* of that: before we came, or not known */
	struct oscope_ledger ledger;	/* times, counts, what the kernel counts */
	bool kernel, times;		/* ledger.kernel is known: all, the CPU times too */
};

/* What states a move is from and to, by enum oscope_move. */
struct states_move {
	const char *from, *to;
};

extern const struct states_move states_moves[OSCOPE_MOVES];

/*
 * Sums of snap: *sums is allocated, sorted by who has most time on CPUs first. 0, or -ENOMEM with a
 * line printed.
 */
int states_sum(const struct snapshot *snap, enum states_by by, bool live,
	       struct states_sum **sums, size_t *n);

/* What is left of the time when all states are taken off: clocks of two CPUs that differ. In ns. */
uint64_t states_residual(const struct states_sum *s);

#endif /* OSCOPE_STATES_SUM_H */
