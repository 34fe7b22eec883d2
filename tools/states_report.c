// SPDX-License-Identifier: GPL-2.0
/*
 * The reports of oscope states: columns, and how sums of ledgers become rows.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../kmod/core/ledger.h"
#include "report.h"
#include "states_places.h"
#include "states_sum.h"
#include "states_wakers.h"
#include "util.h"

#define REASON_NAME(id, name) name,
static const char *const reason_names[OSCOPE_REASONS] = { OSCOPE_REASON_LIST(REASON_NAME) };

#define ENDED	"those that have ended and have no row any more"

struct row {
	struct states_sum sum;
	uint64_t blocked_ns, residual_ns;
	const char *why;		/* the reason of most of the time blocked */
	struct oscope_kernel_counts kernel;
	uint64_t cpu_difference_ns;
	struct out_pair pair[OSCOPE_REASONS];
	size_t n_pairs;
	uint64_t woken_ns;
};

#define LEDGER(_name, _title, _word, _flags, _help) \
	{ _name, _title, OUT_NS, _help, OUT_FIELD(struct row, sum.ledger._word), _flags }
#define KERNEL(_name, _title, _type, _word, _help) \
	{ "kernel." _name, _title, _type, _help, OUT_FIELD(struct row, kernel._word), OUT_HIDDEN }

static bool get_reasons(const void *at, struct out_value *v)
{
	const struct row *r = at;

	v->map = (struct out_map){ r->pair, r->n_pairs };
	return true;
}

/* Whose, then all that follows is the same. */
#define TIMES_COLUMNS \
	{ "lifetime_ns", "TIME", OUT_NS, "from its start to its end, or now; sums of these", \
	  OUT_FIELD(struct row, sum.lifetime_ns) }, \
	LEDGER("new_ns", "NEW", new, OUT_HIDDEN, "from its start to its first wake-up"), \
	LEDGER("running_ns", "RUNNING", running, 0, "on a CPU"), \
	{ "ready_woken_ns", "WOKEN", OUT_NS, "ready: from wake-ups until it ran", \
	  OUT_FIELD(struct row, woken_ns) }, \
	LEDGER("ready_preempted_ns", "PREEMPTED", ready[OSCOPE_WAIT_PREEMPTED], 0, \
	       "ready: from being made to give way until it ran again"), \
	{ "blocked_all_ns", "BLOCKED", OUT_NS, "asleep, whatever for", \
	  OUT_FIELD(struct row, blocked_ns) }, \
	{ "why", "WHY", OUT_STR, "what most of the time blocked was for", \
	  OUT_FIELD(struct row, why), OUT_OPTIONAL }, \
	{ "blocked_ns", "", OUT_MAP, "asleep, by reason", 0, OUT_HIDDEN, get_reasons }, \
	LEDGER("stopped_ns", "STOPPED", stopped, OUT_HIDDEN, "stopped by a signal"), \
	LEDGER("zombie_ns", "ZOMBIE", zombie, OUT_HIDDEN, "ended, and not reaped yet"), \
	{ "unobserved_ns", "UNSEEN", OUT_NS, "before the trace began, or in no known state", \
	  OUT_FIELD(struct row, sum.unobserved_ns), OUT_HIDDEN }, \
	{ "residual_ns", "RESIDUAL", OUT_NS, "the time less all of these", \
	  OUT_FIELD(struct row, residual_ns), OUT_HIDDEN }, \
	KERNEL("run_delay_ns", "K-DELAY", OUT_NS, run_delay_ns, \
	       "the kernel's own account: ready, both kinds"), \
	KERNEL("runtime_ns", "K-RUN", OUT_NS, runtime_ns, "... running (sum_exec_runtime)"), \
	KERNEL("nvcsw", "K-VOL", OUT_U64, nvcsw, "... voluntary switches"), \
	KERNEL("nivcsw", "K-INVOL", OUT_U64, nivcsw, "... involuntary switches"), \
	KERNEL("utime_ns", "K-USER", OUT_NS, utime_ns, "... running in user mode, by ticks"), \
	KERNEL("stime_ns", "K-SYS", OUT_NS, stime_ns, "... in the kernel, by ticks")

#define TASKS_COLUMN \
	{ "tasks", "TASKS", OUT_U64, "tasks, threads too", OUT_FIELD(struct row, sum.tasks) }

static const struct out_column task_times[] = {
	{ "task", "TASK", OUT_TASK, "the task; none: " ENDED, OUT_FIELD(struct row, sum.task),
	  OUT_KEY | OUT_OPTIONAL },
	TIMES_COLUMNS,
};

static const struct out_column process_times[] = {
	{ "process", "PROCESS", OUT_TASK, "the process, by its first thread; none: " ENDED,
	  OUT_FIELD(struct row, sum.task),
	  OUT_KEY | OUT_OPTIONAL },
	TASKS_COLUMN,
	TIMES_COLUMNS,
};

static const struct out_column total_times[] = {
	TASKS_COLUMN,
	TIMES_COLUMNS,
};

struct why_row {
	struct out_task task;
	const char *reason;
	uint64_t count, ns;
	double mean, share;
};

#define WHY_COLUMNS \
	{ "reason", "REASON", OUT_STR, "what it slept for", OUT_FIELD(struct why_row, reason), \
	  OUT_KEY }, \
	{ "count", "COUNT", OUT_U64, "times it went to sleep", OUT_FIELD(struct why_row, count) }, \
	{ "blocked_ns", "BLOCKED", OUT_NS, "time asleep", OUT_FIELD(struct why_row, ns) }, \
	{ "share", "SHARE", OUT_SHARE, "of all its time asleep", OUT_FIELD(struct why_row, share) }

static const struct out_column task_why[] = {
	{ "task", "TASK", OUT_TASK, "the task; none: " ENDED, OUT_FIELD(struct why_row, task),
	  OUT_KEY | OUT_OPTIONAL },
	WHY_COLUMNS,
};

static const struct out_column process_why[] = {
	{ "process", "PROCESS", OUT_TASK, "the process, by its first thread; none: " ENDED,
	  OUT_FIELD(struct why_row, task),
	  OUT_KEY | OUT_OPTIONAL },
	WHY_COLUMNS,
};

static const struct out_column total_why[] = { WHY_COLUMNS };

struct move_row {
	struct out_task task;
	const char *from, *to;
	uint64_t count;
};

#define MOVE_COLUMNS \
	{ "from", "FROM", OUT_STR, "the state that ends", OUT_FIELD(struct move_row, from), \
	  OUT_KEY }, \
	{ "to", "TO", OUT_STR, "the state that begins", OUT_FIELD(struct move_row, to), OUT_KEY }, \
	{ "count", "COUNT", OUT_U64, "times", OUT_FIELD(struct move_row, count) }

static const struct out_column task_moves[] = {
	{ "task", "TASK", OUT_TASK, "the task; none: " ENDED, OUT_FIELD(struct move_row, task),
	  OUT_KEY | OUT_OPTIONAL },
	MOVE_COLUMNS,
};

static const struct out_column process_moves[] = {
	{ "process", "PROCESS", OUT_TASK, "the process, by its first thread; none: " ENDED,
	  OUT_FIELD(struct move_row, task),
	  OUT_KEY | OUT_OPTIONAL },
	MOVE_COLUMNS,
};

static const struct out_column total_moves[] = { MOVE_COLUMNS };

struct totals {
	uint64_t tasks, rest, lifetime, running, woken, preempted, blocked, unobserved, residual;
};

static const struct out_column totals_columns[] = {
	{ "tasks", "tasks", OUT_U64, "tasks, threads too", OUT_FIELD(struct totals, tasks) },
	{ "ended_tasks", "of these ended and in no row", OUT_U64, "of these: " ENDED,
	  OUT_FIELD(struct totals, rest), OUT_OPTIONAL },
	{ "lifetime_ns", "time of all", OUT_NS, "the sum of their times",
	  OUT_FIELD(struct totals, lifetime) },
	{ "running_ns", "running", OUT_NS, "on CPUs", OUT_FIELD(struct totals, running) },
	{ "ready_woken_ns", "ready, woken", OUT_NS, "from wake-ups until they ran",
	  OUT_FIELD(struct totals, woken) },
	{ "ready_preempted_ns", "ready, preempted", OUT_NS,
	  "from being made to give way until they ran", OUT_FIELD(struct totals, preempted) },
	{ "blocked_all_ns", "blocked", OUT_NS, "asleep, whatever for",
	  OUT_FIELD(struct totals, blocked) },
	{ "unobserved_ns", "not observed", OUT_NS, "before the trace began, or in no known state",
	  OUT_FIELD(struct totals, unobserved) },
	{ "residual_ns", "residual", OUT_NS, "their times less all states",
	  OUT_FIELD(struct totals, residual), OUT_HIDDEN },
};

#define STATES_REPORT(columns) { \
	.command = "states", .totals = OUT_TABLE(totals_columns), .rows = OUT_TABLE(columns) }

static const struct out_report reports[STATES_WAKERS][STATES_BYS] = {
	[STATES_TIMES] = {
		[STATES_BY_TASK] = STATES_REPORT(task_times),
		[STATES_BY_PROCESS] = STATES_REPORT(process_times),
		[STATES_BY_TOTAL] = STATES_REPORT(total_times),
	},
	[STATES_WHY] = {
		[STATES_BY_TASK] = STATES_REPORT(task_why),
		[STATES_BY_PROCESS] = STATES_REPORT(process_why),
		[STATES_BY_TOTAL] = STATES_REPORT(total_why),
	},
	[STATES_MATRIX] = {
		[STATES_BY_TASK] = STATES_REPORT(task_moves),
		[STATES_BY_PROCESS] = STATES_REPORT(process_moves),
		[STATES_BY_TOTAL] = STATES_REPORT(total_moves),
	},
};

/* Whose it is makes no difference; the tables are in other files, so no constant. */
static struct out_report of_all = {
	.command = "states", .totals = OUT_TABLE(totals_columns),
};

const struct out_report *states_report(enum states_what what, enum states_by by)
{
	if (what < STATES_WAKERS)
		return &reports[what][by];
	of_all.rows = what == STATES_WAKERS ? states_wakers_table : states_places_table;
	return &of_all;
}

static void row_reasons(struct row *r)
{
	uint64_t most = 0, ns;
	int i;

	for (i = 0; i < OSCOPE_REASONS; i++) {
		ns = r->sum.ledger.blocked[i].ns;
		if (!ns)
			continue;
		r->pair[r->n_pairs++] = (struct out_pair){ reason_names[i], ns };
		if (ns > most)
			r->why = reason_names[i];
		if (ns > most)
			most = ns;
	}
}

static void row_kernel(struct row *r)
{
	const struct oscope_kernel_counts none = {
		NOT_CAPTURED, NOT_CAPTURED, NOT_CAPTURED, NOT_CAPTURED, NOT_CAPTURED, NOT_CAPTURED,
	};

	r->kernel = r->sum.kernel ? r->sum.ledger.kernel : none;
	if (r->sum.times)
		return;
	r->kernel.utime_ns = NOT_CAPTURED;
	r->kernel.stime_ns = NOT_CAPTURED;
}

static void *time_rows(const struct snapshot *snap, const struct states_sum *sum, size_t n,
		       size_t *rows)
{
	struct row *row = calloc(n + 1, sizeof(*row));
	size_t i;

	*rows = n;
	for (i = 0; row && i < n; i++) {
		row[i].sum = sum[i];
		row[i].blocked_ns = oscope_ledger_blocked_sum(&sum[i].ledger);
		row[i].residual_ns = states_residual(&sum[i]);
		row[i].woken_ns = snap->features & OSCOPE_FEAT_WAKING ?
				  sum[i].ledger.ready[OSCOPE_WAIT_WOKEN] : NOT_CAPTURED;
		if (snap->features & OSCOPE_FEAT_REASONS)
			row_reasons(&row[i]);
		row_kernel(&row[i]);
	}
	return row;
}

static int by_time(const void *a, const void *b)
{
	const struct why_row *x = a, *y = b;

	return x->ns > y->ns ? -1 : x->ns < y->ns;
}

static void *why_rows(const struct snapshot *snap, const struct states_sum *sum, size_t n,
		      size_t *rows)
{
	struct why_row *row = calloc(n * OSCOPE_REASONS + 1, sizeof(*row));
	uint64_t all;
	size_t i;
	int r;

	*rows = 0;
	for (i = 0; row && i < n; i++) {
		all = oscope_ledger_blocked_sum(&sum[i].ledger);
		for (r = 0; r < OSCOPE_REASONS; r++) {
			uint64_t ns = sum[i].ledger.blocked[r].ns;

			if (!ns && !sum[i].ledger.blocked[r].n)
				continue;
			row[(*rows)++] = (struct why_row){
				.task = sum[i].task,
				.reason = reason_names[r],
				.count = sum[i].ledger.blocked[r].n,
				.ns = ns,
				.share = all ? (double)ns / all : 0,
			};
		}
	}
	if (row)
		qsort(row, *rows, sizeof(*row), by_time);
	return row;
}

static void *move_rows(const struct snapshot *snap, const struct states_sum *sum, size_t n,
		       size_t *rows)
{
	struct move_row *row = calloc(n * OSCOPE_MOVES + 1, sizeof(*row));
	size_t i, m;

	*rows = 0;
	for (i = 0; row && i < n; i++) {
		for (m = 0; m < OSCOPE_MOVES; m++) {
			if (sum[i].ledger.moves[m])
				row[(*rows)++] = (struct move_row){
					.task = sum[i].task,
					.from = states_moves[m].from,
					.to = states_moves[m].to,
					.count = sum[i].ledger.moves[m],
				};
		}
	}
	return row;
}

static const struct {
	void *(*rows)(const struct snapshot *snap, const struct states_sum *sum, size_t n,
		      size_t *rows);
	size_t stride;
} fills[STATES_WHATS] = {
	[STATES_TIMES] = { time_rows, sizeof(struct row) },
	[STATES_WHY] = { why_rows, sizeof(struct why_row) },
	[STATES_MATRIX] = { move_rows, sizeof(struct move_row) },
	[STATES_WAKERS] = { states_wakers_rows, 0 },	/* strides: in their own files */
	[STATES_PLACES] = { states_places_rows, 0 },
};

static void totals_fill(struct totals *t, const struct snapshot *snap,
			const struct states_sum *sum, size_t n)
{
	size_t i;

	*t = (struct totals){ 0 };
	for (i = 0; i < n; i++) {
		const struct oscope_ledger *l = &sum[i].ledger;

		t->tasks += sum[i].tasks;
		t->lifetime += sum[i].lifetime_ns;
		t->running += l->running;
		t->woken += l->ready[OSCOPE_WAIT_WOKEN];
		t->preempted += l->ready[OSCOPE_WAIT_PREEMPTED];
		t->blocked += oscope_ledger_blocked_sum(l);
		t->unobserved += sum[i].unobserved_ns;
		t->residual += states_residual(&sum[i]);
	}
	t->rest = snap->rest.rows ? snap->rest.tasks : NOT_CAPTURED;
	if (!(snap->features & OSCOPE_FEAT_WAKING))
		t->woken = NOT_CAPTURED;
}

/* What is missing in all rows. */
static const char *const *not_captured(const struct snapshot *snap, enum states_what what)
{
	static const char *const no_places[] = { "placement", NULL };

	static const char *const no_ledger[] = { "states", NULL };
	static const char *const no_reasons[] = { "blocked_ns", NULL };

	if (!(snap->features & OSCOPE_FEAT_LEDGER))
		return no_ledger;
	if (what == STATES_PLACES)
		return snap->features & OSCOPE_FEAT_PLACES ? NULL : no_places;
	return snap->features & OSCOPE_FEAT_REASONS ? NULL : no_reasons;
}

int states_print(struct out *out, enum states_what what, enum states_by by, const char *source,
		 const struct snapshot *snap, bool live)
{
	struct out_data data = { .report = states_report(what, by), .stride = fills[what].stride };
	struct states_sum *sum;
	struct totals totals;
	void *rows;
	size_t n;
	int err;

	err = states_sum(snap, by, live, &sum, &n);
	if (err)
		return err;
	totals_fill(&totals, snap, sum, n);
	rows = fills[what].rows(snap, sum, n, &data.n_rows);
	if (what == STATES_WAKERS)
		data.stride = states_wakers_stride;
	else if (what == STATES_PLACES)
		data.stride = states_places_stride;
	free(sum);
	if (!rows)
		return err_sys(-ENOMEM, "report");
	data.head = report_head(source, snap);
	data.head.not_captured = not_captured(snap, what);
	data.totals = &totals;
	data.rows = rows;
	err = out_print(out, &data);
	free(rows);
	return err;
}
