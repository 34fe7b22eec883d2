// SPDX-License-Identifier: GPL-2.0
/*
 * oscope ipc --by pair: who has received what from whom.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ipc_report.h"
#include "report.h"
#include "util.h"

static bool get_mechanism(const void *row, struct out_value *v)
{
	v->str = ipc_mechanism_name(((const struct ipc_pair_row *)row)->mechanism);
	return v->str;
}

static bool get_object(const void *row, struct out_value *v)
{
	v->str = ((const struct ipc_pair_row *)row)->object;
	return true;
}

static const struct out_column columns[] = {
	{ "mechanism", "MECHANISM", OUT_STR, "what they communicate by", 0, OUT_KEY | OUT_HIDDEN,
	  get_mechanism },
	{ "object", "OBJECT", OUT_STR, "through which pipe, socket or the like", 0,
	  OUT_KEY | OUT_TRUNC, get_object },
	{ "from", "FROM", OUT_TASK, "who has sent", OUT_FIELD(struct ipc_pair_row, from),
	  OUT_KEY },
	{ "to", "TO", OUT_TASK, "who has received", OUT_FIELD(struct ipc_pair_row, to), OUT_KEY },
	{ "messages", "MESSAGES", OUT_U64, "sending calls whose last byte was received, or wakes",
	  OUT_FIELD(struct ipc_pair_row, messages) },
	{ "bytes", "BYTES", OUT_U64, "bytes received", OUT_FIELD(struct ipc_pair_row, bytes) },
	{ "send_wake_ns", "TO-WAKE", OUT_NS,
	  "from the sender's call until it wakes the receiver, mean over wakes",
	  OUT_FIELD(struct ipc_pair_row, send_wake_ns) },
	{ "wake_run_ns", "TO-RUN", OUT_NS, "from that until the receiver runs, mean over wakes",
	  OUT_FIELD(struct ipc_pair_row, wake_run_ns) },
	{ "wakes", "WAKES", OUT_U64, "messages whose sender has woken the receiver",
	  OUT_FIELD(struct ipc_pair_row, wakes), OUT_HIDDEN },
	{ "uncertain", "UNCERTAIN", OUT_U64,
	  "messages that calls at the same time may have sent or received instead",
	  OUT_FIELD(struct ipc_pair_row, uncertain), OUT_HIDDEN },
	{ "certainty", "CERTAIN", OUT_STR, "exact, or order_uncertain",
	  OUT_FIELD(struct ipc_pair_row, certainty) },
};

const struct out_table ipc_pair_table = OUT_TABLE(columns);

bool ipc_ask_name(uint32_t tid, char comm[OSCOPE_COMM_LEN])
{
	char path[32], line[64];

	snprintf(path, sizeof(path), "/proc/%u/comm", tid);
	if (file_line(path, line, sizeof(line)) < 0)
		return false;
	memset(comm, 0, OSCOPE_COMM_LEN);
	memcpy(comm, line, strnlen(line, OSCOPE_COMM_LEN));
	return true;
}

static int by_tid(const void *a, const void *b)
{
	const struct oscope_identity *x = a, *y = b;

	return x->tid < y->tid ? -1 : x->tid > y->tid;
}

/*
 * Whoever does not pass the filter has no row; he may still be there, or have been when recorded.
 */
static void other_name(const struct snapshot *snap, struct out_task *task)
{
	const struct oscope_identity key = { .tid = task->tid }, *id = NULL;

	if (!snap->ipc->recorded) {
		ipc_ask_name(task->tid, task->comm);
		return;
	}
	if (snap->ipc->other)
		id = bsearch(&key, snap->ipc->other, snap->ipc->n_other, sizeof(key), by_tid);
	if (!id)
		return;
	memcpy(task->comm, id->comm_lo, sizeof(id->comm_lo));
	memcpy(task->comm + sizeof(id->comm_lo), id->comm_hi, sizeof(id->comm_hi));
}

struct out_task ipc_task(const struct snapshot *snap, uint32_t tid)
{
	struct out_task task = task_of_tid(snap, tid);

	if (!tid)	/* an interrupt: nobody */
		snprintf(task.comm, sizeof(task.comm), "kernel");
	else if (!task.comm[0])
		other_name(snap, &task);
	return task;
}

/* Whether a task passes the filter: those that do have used the object. */
static bool has_used(const struct ipc_reading *r, uint32_t object, enum oscope_ipc_op op,
		     uint32_t tid)
{
	uint64_t key = (uint64_t)object << 40 | (uint64_t)op << 32 | tid;
	size_t low = 0, high = r->n_use;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (r->use[mid].key < key)
			low = mid + 1;
		else
			high = mid;
	}
	return low < r->n_use && r->use[low].key == key;
}

static bool is_shown(const struct ipc_reading *r, const struct oscope_ipc_pair *p)
{
	return (p->messages || p->bytes) &&
	       (has_used(r, p->object, OSCOPE_IPC_SEND, p->key >> 32) ||
		has_used(r, p->object, OSCOPE_IPC_RECEIVE, (uint32_t)p->key));
}

/* Of who has done nothing itself, and is gone, only the object knows the name. */
static void process_name(struct out_task *task, const struct snapshot *snap, uint32_t object)
{
	const struct oscope_ipc_object *o = &snap->ipc->object[object - 1];

	if (o->mechanism == OSCOPE_IPC_PROCESS_VM + 1 && task->tid == o->ino && !task->comm[0])
		memcpy(task->comm, o->comm, sizeof(o->comm));
}

static void row_fill(struct ipc_pair_row *row, const struct snapshot *snap,
		     const struct oscope_ipc_pair *p)
{
	row->from = ipc_task(snap, p->key >> 32);
	row->to = ipc_task(snap, (uint32_t)p->key);
	process_name(&row->from, snap, p->object);
	process_name(&row->to, snap, p->object);
	row->mechanism = ipc_mechanism(snap->ipc, p->object);
	if (!row->from.tid && ipc_from_elsewhere(row->mechanism))
		snprintf(row->from.comm, sizeof(row->from.comm), "remote");
	row->messages = p->messages;
	row->bytes = p->bytes;
	row->uncertain = p->uncertain;
	row->wakes = p->wakes;
	row->send_wake_ns = p->wakes ? p->send_wake_ns / p->wakes : NOT_CAPTURED;
	row->wake_run_ns = p->wakes ? p->wake_run_ns / p->wakes : NOT_CAPTURED;
	ipc_object_name(snap->ipc, p->object, row->object);
}

/* Pairs lie by object: where some of one's messages may be another's, none of its sums is sure. */
static void rows_judge(const struct ipc_reading *r, struct ipc_pair_row *row,
		       const uint32_t *object, size_t n)
{
	size_t first, end, i;

	for (first = 0; first < n; first = end) {
		bool sure = r->exact[object[first] - 1], certain = true;

		for (end = first; end < n && object[end] == object[first]; end++)
			certain = certain && !row[end].uncertain;
		for (i = first; i < end; i++)
			row[i].certainty = sure || certain ? "exact" : "order_uncertain";
	}
}

static int by_messages(const void *a, const void *b)
{
	const struct ipc_pair_row *x = a, *y = b;

	if (x->messages != y->messages)
		return x->messages > y->messages ? -1 : 1;
	return x->bytes > y->bytes ? -1 : x->bytes < y->bytes;
}

struct ipc_pair_row *ipc_pair_rows(const struct snapshot *snap, size_t *n)
{
	const struct ipc_reading *r = snap->ipc;
	struct ipc_pair_row *rows = calloc(r->n_pair + 1, sizeof(*rows));
	uint32_t *object = calloc(r->n_pair + 1, sizeof(*object));
	size_t i;

	*n = 0;
	for (i = 0; rows && object && i < r->n_pair; i++) {
		if (!is_shown(r, &r->pair[i]))
			continue;
		object[*n] = r->pair[i].object;
		row_fill(&rows[(*n)++], snap, &r->pair[i]);
	}
	if (rows && object) {
		rows_judge(r, rows, object, *n);
		qsort(rows, *n, sizeof(*rows), by_messages);
	} else {
		free(rows);
		rows = NULL;
	}
	free(object);
	return rows;
}

int ipc_graph(struct out *out, enum out_graph_kind kind, const char *source,
	      const struct snapshot *snap)
{
	struct out_graph g = { .kind = kind, .name = "ipc", .head = report_head(source, snap) };
	struct ipc_pair_row *rows = ipc_pair_rows(snap, &g.n);
	char note[96];
	size_t i;
	int err;

	g.edge = calloc(g.n + 1, sizeof(*g.edge));
	if (!rows || !g.edge) {
		free(rows);
		free(g.edge);
		return err_sys(-ENOMEM, "graph");
	}
	for (i = 0; i < g.n; i++)
		g.edge[i] = (struct out_edge){
			.from = rows[i].from,
			.to = rows[i].to,
			.label = rows[i].object,
			.count = rows[i].messages,
			.sure = !strcmp(rows[i].certainty, "exact"),
		};
	snprintf(note, sizeof(note), "messages received, unpaired %.1f%%",
		 100 * ipc_unpaired_share(snap->ipc));
	g.note = note;
	err = out_graph(out, &g);
	free(rows);
	free(g.edge);
	return err;
}
