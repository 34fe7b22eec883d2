// SPDX-License-Identifier: GPL-2.0
/*
 * Contention, by lock: from what the probes of inter-process communication keep of futexes. Taking
 * a lock that is free is no system call, and is not seen.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ipc.h"
#include "ipc_report.h"
#include "locks_report.h"
#include "locks_trace.h"
#include "report.h"
#include "session.h"
#include "util.h"

struct totals {
	uint64_t locks, waits, wait_ns, wakes, woken;
};

struct row {
	uint32_t object;
	char lock[IPC_NAME_MAX];
	uint64_t pid, waits, wait_ns, changed, waiters, wakes, woken, wake_run_ns;
	uint64_t handed, held_ns;
	double queue;
	bool convoy;
	uint64_t top_ns, top_woken;	/* of the next two */
	struct out_task waiter, waker;
};

static const struct out_column totals_columns[] = {
	{ "locks", "locks", OUT_U64, "that somebody waited for, or woke who does",
	  OUT_FIELD(struct totals, locks) },
	{ "waits", "waits", OUT_U64, "calls to wait for one", OUT_FIELD(struct totals, waits) },
	{ "wait_ns", "waited", OUT_NS, "time asleep in them", OUT_FIELD(struct totals, wait_ns) },
	{ "wakes", "wakes", OUT_U64, "calls to wake who waits", OUT_FIELD(struct totals, wakes) },
	{ "woken", "woken", OUT_U64, "tasks that they have woken",
	  OUT_FIELD(struct totals, woken) },
};

static bool get_lock(const void *row, struct out_value *v)
{
	v->str = ((const struct row *)row)->lock;
	return true;
}

static bool get_name(const void *row, struct out_value *v)
{
	v->str = lock_short_name(((const struct row *)row)->lock);
	return true;
}

static const struct out_column row_columns[] = {
	{ "lock", "WHERE", OUT_STR, "the word that is waited on: variable, or file and place", 0,
	  OUT_KEY | OUT_HIDDEN | OUT_TRUNC, get_lock },
	{ "name", "LOCK", OUT_STR, "the same without directories", 0, OUT_TRUNC, get_name },
	{ "pid", "PID", OUT_U64, "the process that was seen using it first",
	  OUT_FIELD(struct row, pid), OUT_HIDDEN },
	{ "waits", "WAITS", OUT_U64, "calls to wait for it", OUT_FIELD(struct row, waits) },
	{ "wait_ns", "WAITED", OUT_NS, "time asleep in them, all together",
	  OUT_FIELD(struct row, wait_ns) },
	{ "changed", "CHANGED", OUT_U64, "of the waits: came too late, its value had changed",
	  OUT_FIELD(struct row, changed), OUT_HIDDEN },
	{ "waiters", "WAITERS", OUT_U64, "tasks that have waited", OUT_FIELD(struct row, waiters),
	  OUT_HIDDEN },
	{ "wakes", "WAKES", OUT_U64, "calls to wake who waits", OUT_FIELD(struct row, wakes),
	  OUT_HIDDEN },
	{ "woken", "WOKEN", OUT_U64, "tasks that they have woken", OUT_FIELD(struct row, woken),
	  OUT_HIDDEN },
	{ "wake_run_ns", "TO-RUN", OUT_NS, "from a wake-up until the woken runs, mean",
	  OUT_FIELD(struct row, wake_run_ns), OUT_HIDDEN },
	{ "queue", "QUEUE", OUT_NUM, "how many waited for it at a time, mean",
	  OUT_FIELD(struct row, queue) },
	{ "handed", "HANDED", OUT_U64,
	  "of the wakes: by who had waited for it, of who waited by then",
	  OUT_FIELD(struct row, handed), OUT_HIDDEN },
	{ "held_ns", "HELD", OUT_NS, "from being let go until letting such a one go, mean",
	  OUT_FIELD(struct row, held_ns), OUT_OPTIONAL },
	{ "convoy", "CONVOY", OUT_BOOL, "next to each holder had to queue, and others behind it",
	  OUT_FIELD(struct row, convoy) },
	{ "top_waiter", "WAITER", OUT_TASK, "who has waited longest",
	  OUT_FIELD(struct row, waiter), OUT_OPTIONAL },
	{ "top_waker", "WAKER", OUT_TASK, "who has woken most often",
	  OUT_FIELD(struct row, waker), OUT_OPTIONAL },
};

const struct out_report locks_contention = {
	.command = "locks", .totals = OUT_TABLE(totals_columns), .rows = OUT_TABLE(row_columns),
};

static const struct out_task nobody = { .tid = UINT32_MAX };

static void use_add(struct row *row, const struct snapshot *snap, const struct oscope_ipc_use *u)
{
	if (ipc_use_op(u) == OSCOPE_IPC_SEND) {
		row->wakes += u->sum.count;
		row->woken += u->sum.messages;
		row->handed += u->sum.handed;
		row->held_ns += u->sum.held_ns;
		return;
	}
	row->waits += u->sum.count;
	row->wait_ns += u->sum.blocked_ns;
	row->changed += u->sum.eagain;
	row->waiters++;
	if (u->sum.blocked_ns <= row->top_ns)
		return;
	row->top_ns = u->sum.blocked_ns;
	row->waiter = ipc_task(snap, (uint32_t)u->key);
}

static struct row row_new(const struct ipc_reading *r, uint32_t object)
{
	struct row row = { .object = object, .pid = r->object[object - 1].word.pid,
			   .waiter = nobody, .waker = nobody };

	ipc_object_name(r, object, row.lock);
	return row;
}

/* Uses and pairs lie by object, both: so pairs are passed once. */
static void pairs_add(struct row *row, const struct snapshot *snap, size_t *at)
{
	const struct ipc_reading *r = snap->ipc;
	uint64_t wakes = 0, ns = 0;

	for (; *at < r->n_pair && r->pair[*at].object <= row->object; (*at)++) {
		const struct oscope_ipc_pair *p = &r->pair[*at];

		if (p->object != row->object)
			continue;
		wakes += p->wakes;
		ns += p->wake_run_ns;
		if (p->messages <= row->top_woken)
			continue;
		row->top_woken = p->messages;
		row->waker = ipc_task(snap, p->key >> 32);
	}
	row->wake_run_ns = wakes ? ns / wakes : NOT_CAPTURED;
}

/* From so many hand-overs on, if nine of ten that were woken were so by who had queued itself. */
#define CONVOY_LEAST	10

static void row_finish(struct row *row, uint64_t duration_ns)
{
	row->queue = duration_ns ? (double)row->wait_ns / duration_ns : NAN;
	row->convoy = row->handed >= CONVOY_LEAST && row->handed >= row->woken * 0.9;
	row->held_ns = row->handed ? row->held_ns / row->handed : NOT_CAPTURED;
}

static struct row *rows_fill(const struct snapshot *snap, size_t *n)
{
	const struct ipc_reading *r = snap->ipc;
	struct row *rows = calloc(r->n_use + 1, sizeof(*rows));
	size_t i, at = 0;

	*n = 0;
	for (i = 0; rows && i < r->n_use; i++) {
		uint32_t object = ipc_use_object(&r->use[i]);

		if (!r->use[i].sum.count || !object)
			continue;
		if (!*n || rows[*n - 1].object != object)
			rows[(*n)++] = row_new(r, object);
		use_add(&rows[*n - 1], snap, &r->use[i]);
	}
	for (i = 0; rows && i < *n; i++) {
		pairs_add(&rows[i], snap, &at);
		row_finish(&rows[i], snap->ts_ns - snap->start_ns);
	}
	return rows;
}

static int by_wait(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	if (x->wait_ns != y->wait_ns)
		return x->wait_ns > y->wait_ns ? -1 : 1;
	return x->waits > y->waits ? -1 : x->waits < y->waits;
}

static int print(struct session *s, const struct snapshot *snap)
{
	struct out_data data = { .report = &locks_contention, .stride = sizeof(struct row) };
	struct totals totals = { 0 };
	struct row *rows;
	size_t i;
	int err;

	ipc_keep(snap->ipc, 1ULL << OSCOPE_IPC_FUTEX);
	rows = rows_fill(snap, &data.n_rows);
	if (!rows)
		return err_sys(-ENOMEM, "report");
	for (i = 0; i < data.n_rows; i++) {
		totals.waits += rows[i].waits;
		totals.wait_ns += rows[i].wait_ns;
		totals.wakes += rows[i].wakes;
		totals.woken += rows[i].woken;
	}
	totals.locks = data.n_rows;
	qsort(rows, data.n_rows, sizeof(*rows), by_wait);
	data.head = report_head(s->src->ops->name, snap);
	data.totals = &totals;
	data.rows = rows;
	err = out_print(s->arg, &data);
	free(rows);
	return err;
}

int locks_trace(const struct opts *o, struct out *out)
{
	static const struct session_ops ops = { .report = print };
	struct source_config config = {
		.by_task = true,
		.ipc = OSCOPE_IPC_BIT(FUTEX),
		.calibrate = true,
	};

	return session_run(o, &config, &ops, out);
}
