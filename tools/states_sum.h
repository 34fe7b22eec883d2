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

/*
 * Sums of snap: *sums is allocated, sorted by who has most time on CPUs first. 0, or -ENOMEM with a
 * line printed.
 */
int states_sum(const struct snapshot *snap, enum states_by by, bool live,
	       struct states_sum **sums, size_t *n);

#endif /* OSCOPE_STATES_SUM_H */
