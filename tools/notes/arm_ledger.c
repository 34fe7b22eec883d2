// SPDX-License-Identifier: GPL-2.0
/* Where the tasks of one name were: their ledgers, added up. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../kmod/core/ended.h"
#include "notes/arm_ledger.h"
#include "states_sum.h"

uint64_t arm_ledger_legal(const struct arm_ledger *l)
{
	uint64_t sum = 0;
	int m;

	for (m = 0; m < OSCOPE_MOVE_UNSEEN_RUNNING; m++)
		sum += l->sum.moves[m];
	return sum;
}

void arm_ledger_add(struct arm_ledger *to, const struct arm_ledger *more)
{
	const uint64_t *from = (const uint64_t *)&more->sum + OSCOPE_LEDGER_SUMS_AT / sizeof(*from);
	uint64_t *sum = (uint64_t *)&to->sum + OSCOPE_LEDGER_SUMS_AT / sizeof(*sum);
	size_t i;

	to->tasks += more->tasks;
	to->lifetime_ns += more->lifetime_ns;
	to->ready_ns += more->ready_ns;
	to->blocked_ns += more->blocked_ns;
	to->unobserved_ns += more->unobserved_ns;
	to->residual = fmax(to->residual, more->residual);
	to->leavings_missed += more->leavings_missed;
	to->comings_missed += more->comings_missed;
	for (i = 0; i < OSCOPE_LEDGER_SUMS; i++)
		sum[i] += from[i];
}

/* A task leaves a CPU once for each time that it comes to one; the kernel counts the leavings. */
static void missed(struct arm_ledger *l, bool counted)
{
	const uint64_t *moves = (const uint64_t *)l->sum.moves;
	uint64_t left = moves[OSCOPE_MOVE_RUNNING_PREEMPTED] + moves[OSCOPE_MOVE_RUNNING_BLOCKED] +
			moves[OSCOPE_MOVE_RUNNING_STOPPED] + moves[OSCOPE_MOVE_RUNNING_ZOMBIE] +
			moves[OSCOPE_MOVE_RUNNING_DEAD];
	uint64_t came = moves[OSCOPE_MOVE_WOKEN_RUNNING] + moves[OSCOPE_MOVE_PREEMPTED_RUNNING] +
			moves[OSCOPE_MOVE_UNSEEN_RUNNING];
	uint64_t kernel = l->sum.kernel.nvcsw + l->sum.kernel.nivcsw;

	l->comings_missed = left > came ? left - came : 0;
	l->leavings_missed = counted && kernel > left ? kernel - left : 0;
}

static void task_add(struct arm_ledger *to, const struct states_sum *s)
{
	struct arm_ledger one = {
		.tasks = s->tasks,
		.lifetime_ns = s->lifetime_ns,
		.ready_ns = s->ledger.ready[OSCOPE_WAIT_WOKEN] +
			    s->ledger.ready[OSCOPE_WAIT_PREEMPTED],
		.blocked_ns = oscope_ledger_blocked_sum(&s->ledger),
		.unobserved_ns = s->unobserved_ns,
		.sum = s->ledger,
	};

	if (s->lifetime_ns)
		one.residual = (double)states_residual(s) / (double)s->lifetime_ns;
	missed(&one, s->kernel);
	arm_ledger_add(to, &one);
}

int arm_ledgers_take(struct arm_ledger *ledger, const char *const *names, size_t n,
		     const struct snapshot *snap)
{
	struct states_sum *sum;
	size_t tasks, i, k;
	int err;

	err = states_sum(snap, STATES_BY_TASK, false, &sum, &tasks);
	if (err)
		return err;
	for (i = 0; i < tasks; i++) {
		for (k = 0; k < n; k++) {
			if (names[k] && !strncmp(sum[i].task.comm, names[k], OSCOPE_COMM_LEN))
				task_add(&ledger[k], &sum[i]);
		}
	}
	free(sum);
	return 0;
}
