// SPDX-License-Identifier: GPL-2.0
/*
 * /proc/oscope/ipc: what calls that communicate have come to, by mechanism and operation, since it
 * was switched on.
 */
#include "compat.h"
#include "proc_ipc.h"

const struct ipc_words ipc_words[OSCOPE_IPCS] = {
#define WORDS(id, name, send, receive, take) \
	[OSCOPE_IPC_##id] = { name, { send, receive } },
	OSCOPE_IPC_LIST(WORDS)
};

#define ROWS_MORE	1024		/* that may come between opening and reading */

int ipc_rows_lines(const struct ipc_rows *r)
{
	return r->n + !!r->more;
}

void *ipc_rows_next(struct ipc_rows *r, size_t all, size_t bytes)
{
	if (sizeof(*r) + (r->n + 1) * bytes <= all)
		return r->at + r->n++ * bytes;
	r->more++;
	return NULL;
}

const void *ipc_rows_at(struct seq_file *m, const struct ipc_rows *r, int i, size_t bytes,
			const struct proc_column *columns)
{
	if (i < r->n)
		return r->at + i * bytes;
	seq_printf(m, "+%u", r->more);
	while ((++columns)->name)
		seq_puts(m, " -");
	return NULL;
}

size_t ipc_rows_bytes(size_t (*count)(const struct ipc_tables *t), size_t row)
{
	const struct ipc_tables *t = ipc_hold();
	size_t n = t ? count(t) : 0;

	ipc_release();
	return size_add(sizeof(struct ipc_rows), size_mul(size_add(n, ROWS_MORE), row));
}

struct op_row {
	u32 mechanism, op;
	struct oscope_ipc_sum sum;
};

#define OP_ROWS	(OSCOPE_IPCS * OSCOPE_IPC_OPS)

struct op_rows {
	struct oscope_ipc_cpu sum;
	struct op_row row[OP_ROWS];
};

static size_t ops_bytes(void)
{
	return sizeof(struct op_rows);
}

static int ops_take(void *at, size_t bytes, struct pid_namespace *ns)
{
	const struct ipc_tables *t = ipc_hold();
	struct op_rows *r = at;
	u64 mechanisms = ipc_followed();	/* of these tables: others may come after them */
	u32 m, op;
	int n = 0;

	if (t)
		ipc_cpus_sum(t, &r->sum);
	ipc_release();
	for (m = 0; m < OSCOPE_IPCS; m++) {
		if (!(mechanisms >> m & 1))
			continue;
		for (op = 0; op < OSCOPE_IPC_OPS; op++)
			r->row[n++] = (struct op_row){ m, op, r->sum.op[m][op] };
	}
	return n;
}

/* Appended to, never reordered. */
static const struct proc_column columns[] = {
	{ "mechanism", -14 }, { "op", -8 }, { "count", 12 }, { "messages", 12 }, { "bytes", 16 },
	{ "errors", 10 }, { "eagain", 10 }, { "latency_ns", 16 }, { "blocked_ns", 16 },
	{ "switches", 12 }, { "wakeups", 12 }, { "unpaired", 12 }, { NULL },
};

static void op_put(struct seq_file *m, const void *at, int i)
{
	const struct op_row *row = &((const struct op_rows *)at)->row[i];
	const struct oscope_ipc_sum *s = &row->sum;
	const u64 words[] = {
		s->count, s->messages, s->bytes, s->errors, s->eagain, s->latency_ns,
		s->blocked_ns, s->switches, s->wakeups, s->unpaired,
	};
	int c;

	seq_printf(m, "%-14s %-8s", ipc_words[row->mechanism].name,
		   ipc_words[row->mechanism].op[row->op]);
	for (c = 0; c < ARRAY_SIZE(words); c++)
		seq_printf(m, " %*llu", columns[c + 2].width, words[c]);
}

static const struct proc_table ops_table = {
	.name = "ipc",
	.version = 1,
	.access = ACCESS_SUMS,
	.bytes = ops_bytes,
	.take = ops_take,
	.columns = columns,
	.row = op_put,
};
PROC_TABLE(ops_table);
