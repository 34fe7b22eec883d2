// SPDX-License-Identifier: GPL-2.0
/*
 * The reports of oscope ipc: columns, and how a reading becomes rows.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hist.h"
#include "ipc_report.h"
#include "report.h"
#include "util.h"

struct totals {
	uint64_t calls, sent, received, bytes, pairs, no_entry, asynchronous, own_ns;
	double unpaired;
	const char *hooked_by;
};

static const struct out_column totals_columns[] = {
	{ "calls", "calls", OUT_U64, "calls that communicate, and have ended",
	  OUT_FIELD(struct totals, calls) },
	{ "sent", "sent", OUT_U64, "of these: have sent something",
	  OUT_FIELD(struct totals, sent) },
	{ "received", "received", OUT_U64, "of these: have received something",
	  OUT_FIELD(struct totals, received) },
	{ "bytes", "bytes", OUT_U64, "received", OUT_FIELD(struct totals, bytes) },
	{ "pairs", "pairs", OUT_U64, "of sender, object and receiver",
	  OUT_FIELD(struct totals, pairs) },
	{ "unpaired_share", "unpaired", OUT_SHARE,
	  "of what was received: the sender of some of it was not seen",
	  OUT_FIELD(struct totals, unpaired) },
	{ "asynchronous", "asynchronous", OUT_U64,
	  "transfers by io_uring or io_submit: what they move is not captured",
	  OUT_FIELD(struct totals, asynchronous) },
	{ "no_entry", "begun before", OUT_U64, "calls that had begun before the trace",
	  OUT_FIELD(struct totals, no_entry), OUT_HIDDEN },
	{ "hooked_by", "hooked by", OUT_STR, "how calls are seen",
	  OUT_FIELD(struct totals, hooked_by) },
	{ "own_cost_ns_per_call", "own cost per call", OUT_NS,
	  "what the probes add to a call and its switch, calibrated before the run",
	  OUT_FIELD(struct totals, own_ns) },
};

/* What calls came to, of whichever key. */
struct row {
	struct out_task task;
	uint32_t mechanism, object;
	enum oscope_ipc_op op;
	struct oscope_ipc_sum sum;
	struct oscope_ipc_sum received;	/* by mechanism */
	const struct oscope_hist *latency;
	struct oscope_hist *both;	/* by mechanism: of both operations, allocated */
	struct ipc_segment segment;	/* by object */
	const char *peer;		/* by object */
	uint64_t mean_ns, tasks;
	char name[IPC_NAME_MAX];
};

static bool get_mechanism(const void *row, struct out_value *v)
{
	v->str = ipc_mechanism_name(((const struct row *)row)->mechanism);
	return v->str;
}

static bool get_op(const void *row, struct out_value *v)
{
	const struct row *r = row;

	v->str = ipc_op_name(r->mechanism, r->op);
	return v->str;
}

static bool get_object(const void *row, struct out_value *v)
{
	v->str = ((const struct row *)row)->name;
	return true;
}

#define SUM(name, title, type, field, flags, help) \
	{ name, title, type, help, OUT_FIELD(struct row, sum.field), flags }

#define MECHANISM_COLUMN \
	{ "mechanism", "MECHANISM", OUT_STR, "what is communicated by", 0, OUT_KEY, get_mechanism }
#define OP_COLUMN \
	{ "op", "OP", OUT_STR, "what the calls do", 0, OUT_KEY, get_op }
#define COUNT_COLUMN \
	SUM("count", "CALLS", OUT_U64, count, 0, "calls that have ended")
#define COST_COLUMNS(flags) \
	SUM("errors", "ERRORS", OUT_U64, errors, flags, "calls that failed, but for those"), \
	SUM("eagain", "EAGAIN", OUT_U64, eagain, flags, "that would have had to wait"), \
	SUM("blocked_ns", "BLOCKED", OUT_NS, blocked_ns, 0, "time asleep in them"), \
	SUM("switches", "SWITCHES", OUT_U64, switches, OUT_HIDDEN, \
	    "times that the caller left its CPU in them"), \
	SUM("wakeups", "WAKES", OUT_U64, wakeups, 0, "wake-ups of others by them")
#define UNPAIRED_COLUMN \
	SUM("unpaired", "UNPAIRED", OUT_U64, unpaired, OUT_HIDDEN, \
	    "receiving calls of something that nobody was seen to send")
#define LATENCY_COLUMN \
	{ "latency_ns", "", OUT_HIST, "from a call's entry to its end", \
	  OUT_FIELD(struct row, latency), OUT_MEDIAN }
#define MEAN_COLUMN \
	{ "latency_mean_ns", "MEAN", OUT_NS, "from a call's entry to its end, mean", \
	  OUT_FIELD(struct row, mean_ns) }
#define MOVED_COLUMNS \
	SUM("messages", "MESSAGES", OUT_U64, messages, 0, "calls that have moved something"), \
	SUM("bytes", "BYTES", OUT_U64, bytes, 0, "that they have moved")

#define PEER_COLUMN \
	{ "peer", "PEER", OUT_STR, "of TCP, and UDP that is connected: local or remote", \
	  OUT_FIELD(struct row, peer), OUT_HIDDEN }

#define SEGMENT_COLUMN(name, title, field, help) \
	{ name, title, OUT_U64, help, OUT_FIELD(struct row, segment.field), OUT_HIDDEN }
#define SEGMENT_COLUMNS \
	SEGMENT_COLUMN("segment_bytes", "SIZE", bytes, "of memory that is shared: its size"), \
	SEGMENT_COLUMN("resident_bytes", "TOUCHED", resident, "... of which was there at a look"), \
	SEGMENT_COLUMN("processes", "PROCESSES", processes, "... that have or have had it")

static const struct out_column mechanism_columns[] = {
	MECHANISM_COLUMN, COUNT_COLUMN,
	SUM("messages", "SENT", OUT_U64, messages, 0,
	    "calls that have sent something; tasks woken"),
	{ "received", "RECEIVED", OUT_U64, "calls that have received something",
	  OUT_FIELD(struct row, received.messages) },
	SUM("bytes", "BYTES", OUT_U64, bytes, 0, "sent"),
	{ "received_bytes", "BYTES-IN", OUT_U64, "received",
	  OUT_FIELD(struct row, received.bytes), OUT_HIDDEN },
	COST_COLUMNS(0), UNPAIRED_COLUMN, LATENCY_COLUMN,
};

static const struct out_column op_columns[] = {
	MECHANISM_COLUMN, OP_COLUMN, COUNT_COLUMN, MOVED_COLUMNS, COST_COLUMNS(0), UNPAIRED_COLUMN,
	LATENCY_COLUMN,
};

static const struct out_column object_columns[] = {
	MECHANISM_COLUMN,
	{ "object", "OBJECT", OUT_STR, "through which pipe, socket or the like", 0,
	  OUT_KEY | OUT_TRUNC, get_object },
	OP_COLUMN,
	{ "tasks", "TASKS", OUT_U64, "that have called", OUT_FIELD(struct row, tasks) },
	COUNT_COLUMN, MOVED_COLUMNS, MEAN_COLUMN, COST_COLUMNS(OUT_HIDDEN), UNPAIRED_COLUMN,
	PEER_COLUMN, SEGMENT_COLUMNS,
};

static const struct out_column task_columns[] = {
	{ "task", "TASK", OUT_TASK, "who has called", OUT_FIELD(struct row, task), OUT_KEY },
	MECHANISM_COLUMN, OP_COLUMN, COUNT_COLUMN, MOVED_COLUMNS, MEAN_COLUMN,
	COST_COLUMNS(OUT_HIDDEN), UNPAIRED_COLUMN,
};

#define IPC_REPORT(by) { \
	.command = "ipc", .totals = OUT_TABLE(totals_columns), .rows = OUT_TABLE(by##_columns) }

static const struct out_report by_mechanism = IPC_REPORT(mechanism);
static const struct out_report by_object = IPC_REPORT(object);
static const struct out_report by_task = IPC_REPORT(task);
static const struct out_report by_op = IPC_REPORT(op);

const struct out_report *ipc_report(enum ipc_by by)
{
	static const struct out_report *const reports[IPC_BYS] = {
		[IPC_BY_MECHANISM] = &by_mechanism,
		[IPC_BY_OBJECT] = &by_object,
		[IPC_BY_TASK] = &by_task,
		[IPC_BY_OP] = &by_op,
	};
	static struct out_report by_pair = {
		.command = "ipc", .totals = OUT_TABLE(totals_columns),
	}, by_share;

	if (reports[by])
		return reports[by];
	by_share = by_pair;
	by_pair.rows = ipc_pair_table;
	by_share.rows = ipc_share_table;
	return by == IPC_BY_PAIR ? &by_pair : &by_share;
}

static void row_mean(struct row *row)
{
	/* What is no call of its own takes no time: signals. */
	row->mean_ns = row->sum.latency_ns ? row->sum.latency_ns / row->sum.count : NOT_CAPTURED;
}

/* Both operations of a mechanism; what is received is a column of its own. */
static struct row mechanism_row(const struct ipc_reading *r, uint32_t m)
{
	const struct oscope_ipc_sum *sent = &r->sum.op[m][OSCOPE_IPC_SEND];
	struct row row = { .mechanism = m, .sum = *sent,
			   .received = r->sum.op[m][OSCOPE_IPC_RECEIVE] };

	ipc_sum_add(&row.sum, &row.received);
	row.sum.messages = sent->messages;
	row.sum.bytes = sent->bytes;
	return row;
}

/* Of both operations; allocated. */
static struct oscope_hist *mechanism_latency(const struct ipc_reading *r, uint32_t m)
{
	struct oscope_hist *both = calloc(1, sizeof(*both));
	int op;

	for (op = 0; both && op < OSCOPE_IPC_OPS; op++)
		hist_merge(both, &r->sum.latency[m][op]);
	return both;
}

static int by_count(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	return x->sum.count > y->sum.count ? -1 : x->sum.count < y->sum.count;
}

static void rows_free(struct row *rows, size_t n)
{
	while (rows && n)
		free(rows[--n].both);
	free(rows);
}

static struct row *mechanism_rows(const struct snapshot *snap, size_t *n)
{
	struct row *rows = calloc(OSCOPE_IPCS + 1, sizeof(*rows)), row;
	uint32_t m;

	for (m = 0; rows && m < OSCOPE_IPCS; m++) {
		row = mechanism_row(snap->ipc, m);
		if (!row.sum.count)
			continue;
		row.both = mechanism_latency(snap->ipc, m);
		row.latency = snap->ipc->no_hist ? NULL : row.both;
		rows[(*n)++] = row;
		if (!row.both) {
			rows_free(rows, *n);
			return NULL;
		}
	}
	return rows;
}

static struct row *op_rows(const struct snapshot *snap, size_t *n)
{
	struct row *rows = calloc(OSCOPE_IPCS * OSCOPE_IPC_OPS + 1, sizeof(*rows));
	const struct oscope_ipc_cpu *sum = &snap->ipc->sum;
	uint32_t m;
	int op;

	for (m = 0; rows && m < OSCOPE_IPCS; m++) {
		for (op = 0; op < OSCOPE_IPC_OPS; op++) {
			if (!sum->op[m][op].count)
				continue;
			rows[(*n)++] = (struct row){
				.mechanism = m,
				.op = op,
				.sum = sum->op[m][op],
				.latency = snap->ipc->no_hist ? NULL : &sum->latency[m][op],
			};
		}
	}
	return rows;
}

/* Uses lie by object, then by operation: all of one row are neighbours. */
static struct row *object_rows(const struct snapshot *snap, size_t *n)
{
	const struct ipc_reading *r = snap->ipc;
	struct row *rows = calloc(r->n_use + 1, sizeof(*rows)), *row = NULL;
	size_t i;

	if (!rows)
		return NULL;
	for (i = 0; i < r->n_use; i++) {
		const struct oscope_ipc_use *u = &r->use[i];

		if (!u->sum.count)
			continue;
		if (!row || row->object != ipc_use_object(u) || row->op != ipc_use_op(u)) {
			row = &rows[(*n)++];
			row->object = ipc_use_object(u);
			row->op = ipc_use_op(u);
			row->mechanism = ipc_mechanism(r, row->object);
			row->segment = ipc_segment(r, row->object);
			row->peer = ipc_peer(r, row->object);
			ipc_object_name(r, row->object, row->name);
		}
		ipc_sum_add(&row->sum, &u->sum);
		row->tasks++;
	}
	for (i = 0; i < *n; i++)
		row_mean(&rows[i]);
	return rows;
}

static int by_task_order(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	if (x->task.tid != y->task.tid)
		return x->task.tid < y->task.tid ? -1 : 1;
	if (x->mechanism != y->mechanism)
		return x->mechanism < y->mechanism ? -1 : 1;
	return (int)x->op - (int)y->op;
}

/* Put neighbours of the same task, mechanism and operation together. */
static size_t rows_unite(struct row *rows, size_t n)
{
	size_t i, used = 0;

	for (i = 0; i < n; i++) {
		if (used && !by_task_order(&rows[used - 1], &rows[i]))
			ipc_sum_add(&rows[used - 1].sum, &rows[i].sum);
		else
			rows[used++] = rows[i];
	}
	return used;
}

static struct row *task_rows(const struct snapshot *snap, size_t *n)
{
	const struct ipc_reading *r = snap->ipc;
	struct row *rows = calloc(r->n_use + 1, sizeof(*rows));
	size_t i;

	for (i = 0; rows && i < r->n_use; i++) {
		const struct oscope_ipc_use *u = &r->use[i];

		if (!u->sum.count)
			continue;
		rows[(*n)++] = (struct row){
			.task.tid = (uint32_t)u->key,
			.mechanism = ipc_mechanism(r, ipc_use_object(u)),
			.op = ipc_use_op(u),
			.sum = u->sum,
		};
	}
	if (rows)
		qsort(rows, *n, sizeof(*rows), by_task_order);
	*n = rows ? rows_unite(rows, *n) : 0;
	for (i = 0; i < *n; i++) {
		rows[i].task = ipc_task(snap, rows[i].task.tid);
		row_mean(&rows[i]);
	}
	return rows;
}

static void totals_fill(struct totals *t, const struct snapshot *snap)
{
	const struct ipc_reading *r = snap->ipc;
	uint32_t m;

	memset(t, 0, sizeof(*t));
	for (m = 0; m < OSCOPE_IPCS; m++) {
		const struct oscope_ipc_sum *op = r->sum.op[m];

		t->calls += op[OSCOPE_IPC_SEND].count + op[OSCOPE_IPC_RECEIVE].count;
		t->sent += op[OSCOPE_IPC_SEND].messages;
		t->received += op[OSCOPE_IPC_RECEIVE].messages;
		t->bytes += op[OSCOPE_IPC_RECEIVE].bytes;
	}
	t->unpaired = ipc_unpaired_share(r);
	t->no_entry = r->sum.no_entry;
	t->asynchronous = r->sum.asynchronous;
	t->hooked_by = r->hooked_by;
	t->own_ns = snap->own_ns ? snap->own_ns : NOT_CAPTURED;
}

/* Pairs are counted in any case, and are rows of their own, as shares are. */
static int print_data(struct out *out, struct out_data *data, struct totals *totals,
		      const struct snapshot *snap)
{
	size_t pairs;
	struct ipc_pair_row *rows = ipc_pair_rows(snap, &pairs);
	void *shares = NULL;
	int err;

	if (!rows)
		return err_sys(-ENOMEM, "report");
	totals->pairs = pairs;
	if (data->report == ipc_report(IPC_BY_PAIR)) {
		data->rows = rows;
		data->n_rows = pairs;
		data->stride = sizeof(*rows);
	}
	if (data->report == ipc_report(IPC_BY_SHARE)) {
		shares = ipc_share_rows(snap, &data->n_rows);
		data->rows = shares;
		data->stride = ipc_share_stride;
	}
	err = data->rows ? out_print(out, data) : err_sys(-ENOMEM, "report");
	free(shares);
	free(rows);
	return err;
}

/* What a source leaves out is said. */
static const char *followed_note(const struct ipc_reading *r)
{
	static char note[200];
	size_t len;
	uint32_t m;

	if (!r->followed)
		return NULL;
	len = snprintf(note, sizeof(note), "not seen by this source:");
	for (m = 0; m < OSCOPE_IPCS; m++) {
		if (!(r->followed >> m & 1) && len < sizeof(note))
			len += snprintf(note + len, sizeof(note) - len, " %s",
					ipc_mechanism_name(m));
	}
	return note;
}

int ipc_print(struct out *out, enum ipc_by by, const char *source, const struct snapshot *snap)
{
	static struct row *(*const fill[IPC_BYS])(const struct snapshot *snap, size_t *n) = {
		[IPC_BY_MECHANISM] = mechanism_rows,
		[IPC_BY_OBJECT] = object_rows,
		[IPC_BY_TASK] = task_rows,
		[IPC_BY_OP] = op_rows,
	};
	struct out_data data = { .report = ipc_report(by), .stride = sizeof(struct row) };
	struct row *rows = NULL;
	struct totals totals;
	int err;

	if (fill[by]) {
		rows = fill[by](snap, &data.n_rows);
		if (!rows)
			return err_sys(-ENOMEM, "report");
		qsort(rows, data.n_rows, sizeof(*rows), by_count);
	}
	totals_fill(&totals, snap);
	data.head = report_head(source, snap);
	data.head.note = followed_note(snap->ipc);
	data.head.own_cost_ns = snap->own_ns ? snap->own_ns * snap->ipc->sum.calls : NOT_CAPTURED;
	data.totals = &totals;
	data.rows = rows;
	err = print_data(out, &data, &totals, snap);
	rows_free(rows, data.n_rows);
	return err;
}
