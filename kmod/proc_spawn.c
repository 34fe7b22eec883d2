// SPDX-License-Identifier: GPL-2.0
/*
 * /proc/oscope/spawn: what has been made since the load, by kind, and what that has cost.
 */
#include "births.h"
#include "compat.h"
#include "proc.h"

static size_t snapshot_bytes(void)
{
	return OSCOPE_BIRTHS * sizeof(struct births);
}

static int snapshot_take(void *at, size_t bytes, struct pid_namespace *ns)
{
	births_read(at);
	return OSCOPE_BIRTHS;
}

/* Appended to, never reordered. */
static const struct proc_column columns[] = {
	{ "kind", -7 }, { "count", 12 }, { "runs", 12 }, { "first_run_ns", 20 }, { "execs", 12 },
	{ "exits", 12 }, { "page_tables", 14 }, { "child_faults", 14 }, { "maker_faults", 14 },
	{ NULL },
};

static void row_put(struct seq_file *m, const void *at, int i)
{
	const struct births *b = (const struct births *)at + i;

	seq_printf(m, "%-7s %12llu %12llu %20llu %12llu %12llu %14llu %14llu %14llu",
		   birth_names[i], b->made, b->runs, b->run_ns, b->execs, b->ended, b->page_tables,
		   b->child_faults, b->maker_faults);
}

static const struct proc_table spawn_table = {
	.name = "spawn",
	.version = 1,
	.access = ACCESS_SUMS,
	.bytes = snapshot_bytes,
	.take = snapshot_take,
	.columns = columns,
	.row = row_put,
};
PROC_TABLE(spawn_table);
