// SPDX-License-Identifier: GPL-2.0
/*
 * /proc/oscope/ipc_pairs: whose messages somebody has received.
 */
#include "compat.h"
#include "proc_ipc.h"

static size_t pairs_count(const struct ipc_tables *t)
{
	size_t n = 0, i;

	for (i = 0; i < OSCOPE_IPC_PAIRS; i++)
		n += !!READ_ONCE(t->pair[i].key);
	return n;
}

static size_t pairs_bytes(void)
{
	return ipc_rows_bytes(pairs_count, sizeof(struct oscope_ipc_pair));
}

static int pairs_take(void *at, size_t bytes, struct pid_namespace *ns)
{
	const struct ipc_tables *t = ipc_hold();
	struct oscope_ipc_pair *row;
	struct ipc_rows *r = at;
	u32 i;

	r->n = 0;
	r->more = 0;
	for (i = 0; t && i < OSCOPE_IPC_PAIRS; i++) {
		if (!READ_ONCE(t->pair[i].messages) && !READ_ONCE(t->pair[i].bytes))
			continue;
		row = ipc_rows_next(r, bytes, sizeof(*row));
		if (row)
			ipc_peek(*row = t->pair[i]);
	}
	ipc_release();
	return ipc_rows_lines(r);
}

/* Appended to, never reordered. */
static const struct proc_column columns[] = {
	{ "object", -6 }, { "from", 7 }, { "to", 7 }, { "messages", 12 }, { "bytes", 16 },
	{ "uncertain", 12 }, { "wakes", 12 }, { "send_wake_ns", 16 }, { "wake_run_ns", 16 },
	{ NULL },
};

static void pair_put(struct seq_file *m, const void *at, int i)
{
	const struct oscope_ipc_pair *p = ipc_rows_at(m, at, i, sizeof(*p), columns);

	if (!p)
		return;
	seq_printf(m, "%-6u %7u %7u %12llu %16llu %12llu %12llu %16llu %16llu", p->object,
		   (u32)(p->key >> 32), (u32)p->key, p->messages, p->bytes, p->uncertain, p->wakes,
		   p->send_wake_ns, p->wake_run_ns);
}

static const struct proc_table pairs_table = {
	.name = "ipc_pairs",
	.version = 1,
	.access = ACCESS_ALL,
	.bytes = pairs_bytes,
	.take = pairs_take,
	.columns = columns,
	.row = pair_put,
};
PROC_TABLE(pairs_table);
