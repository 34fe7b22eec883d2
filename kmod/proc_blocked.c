// SPDX-License-Identifier: GPL-2.0
/*
 * /proc/oscope/blocked: what tasks have slept for since the load, of the whole system. The time of
 * a sleep is there when the task has come to a CPU again.
 */
#include "compat.h"
#include "ledger.h"
#include "proc.h"

static size_t snapshot_bytes(void)
{
	return OSCOPE_REASONS * sizeof(struct sleeps);
}

static int snapshot_take(void *at, size_t bytes, struct pid_namespace *ns)
{
	sleeps_read(at);
	return ledgers_kept() ? OSCOPE_REASONS : 0;
}

/* Appended to, never reordered. */
static const struct proc_column columns[] = {
	{ "reason", -12 }, { "count", 14 }, { "blocked_ns", 20 }, { NULL },
};

static void row_put(struct seq_file *m, const void *at, int i)
{
	const struct sleeps *sum = at;

	seq_printf(m, "%-12s %14llu %20llu", ledger_reason_names[i], sum[i].n,
		   sum[i].ns);
}

static const struct proc_table blocked_table = {
	.name = "blocked",
	.version = 1,
	.access = ACCESS_SUMS,
	.bytes = snapshot_bytes,
	.take = snapshot_take,
	.columns = columns,
	.row = row_put,
};
PROC_TABLE(blocked_table);
