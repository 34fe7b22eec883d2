/* SPDX-License-Identifier: GPL-2.0 */
/* Where the tasks of one name were, in the counted pass: their ledgers, added up. */
#ifndef OSCOPE_NOTES_ARM_LEDGER_H
#define OSCOPE_NOTES_ARM_LEDGER_H

#include <stddef.h>
#include <stdint.h>

#include "source.h"

#define ARM_LEDGERS	6	/* names that a claim may ask for */

/* Of all tasks that had this name last. Times in ns. */
struct arm_ledger {
	uint64_t tasks;
	uint64_t lifetime_ns;		/* from starts to ends */
	uint64_t ready_ns;		/* woken and preempted */
	uint64_t blocked_ns;		/* whatever for */
	uint64_t unobserved_ns;
	double residual;		/* of the lifetime, of the task that has most */
	uint64_t leavings_missed;	/* of a CPU: the kernel counted more than events told of */
	uint64_t comings_missed;	/* to a CPU: it left, and no event told that it had come */
	struct oscope_ledger sum;	/* times, reasons, moves, the kernel's own counts */
};

/*
 * Those of snap with each of the n names, NULL: a name that is not asked for. 0, or -ENOMEM with a
 * line printed.
 */
int arm_ledgers_take(struct arm_ledger *ledger, const char *const *names, size_t n,
		     const struct snapshot *snap);

/* Add one to another. */
void arm_ledger_add(struct arm_ledger *to, const struct arm_ledger *more);

/* Moves from state to state that a life may have; all others are OSCOPE_MOVE_UNSEEN_RUNNING. */
uint64_t arm_ledger_legal(const struct arm_ledger *l);

#endif /* OSCOPE_NOTES_ARM_LEDGER_H */
