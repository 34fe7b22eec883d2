// SPDX-License-Identifier: GPL-2.0
/*
 * The reports of oscope switch: columns, and how a reading becomes rows.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "hist.h"
#include "report.h"
#include "switch_report.h"
#include "util.h"

struct totals {
	uint64_t events, switches, voluntary, involuntary, from_idle, migrations, wakings, unpaired;
	double rate;
	const struct oscope_hist *wait_woken, *wait_preempted, *slice;
	uint64_t own_ns, own_direct_ns;
};

static const struct out_column totals_columns[] = {
	{ "events", "events", OUT_U64, "all sched_switch events counted",
	  OUT_FIELD(struct totals, events) },
	{ "switches", "switches", OUT_U64, "events whose leaving task is not idle",
	  OUT_FIELD(struct totals, switches) },
	{ "voluntary", "voluntary", OUT_U64, "of these: the kernel counted it in nvcsw",
	  OUT_FIELD(struct totals, voluntary) },
	{ "involuntary", "involuntary", OUT_U64, "of these: the kernel counted it in nivcsw",
	  OUT_FIELD(struct totals, involuntary) },
	{ "from_idle", "from idle", OUT_U64, "events whose leaving task is an idle task",
	  OUT_FIELD(struct totals, from_idle) },
	{ "migrations", "migrations", OUT_U64, "tasks moved to another CPU",
	  OUT_FIELD(struct totals, migrations) },
	{ "wakings", "wakings", OUT_U64, "wake-ups of sleeping tasks",
	  OUT_FIELD(struct totals, wakings) },
	{ "unpaired", "unpaired", OUT_U64, "arrivals whose wait has no known start (attach)",
	  OUT_FIELD(struct totals, unpaired), OUT_HIDDEN },
	{ "rate", "rate", OUT_RATE, "switches a second", OUT_FIELD(struct totals, rate) },
	{ "wait_woken_ns", "wake latency", OUT_HIST, "from wake-up until it runs",
	  OUT_FIELD(struct totals, wait_woken), OUT_DRAW },
	{ "wait_preempted_ns", "preempt wait", OUT_HIST,
	  "from being made to give way until it runs again",
	  OUT_FIELD(struct totals, wait_preempted), OUT_DRAW },
	{ "slice_ns", "slice", OUT_HIST, "time on the CPU between two switches",
	  OUT_FIELD(struct totals, slice), OUT_DRAW },
	{ "own_cost_ns_per_event", "own cost per event", OUT_NS,
	  "what the probes add to a switch, calibrated before the run",
	  OUT_FIELD(struct totals, own_ns) },
	{ "own_direct_ns", "own time taken out of direct cost", OUT_NS,
	  "calibrated time of the probes inside the direct cost, subtracted",
	  OUT_FIELD(struct totals, own_direct_ns), OUT_HIDDEN },
};

struct kind_row {
	const char *kind;
	uint64_t count;
	double share, rate;
	const struct oscope_hist *direct;
};

static const struct out_column kind_columns[] = {
	{ "kind", "KIND", OUT_STR, "kind of switch", OUT_FIELD(struct kind_row, kind), OUT_KEY },
	{ "count", "COUNT", OUT_U64, "events", OUT_FIELD(struct kind_row, count) },
	{ "share", "SHARE", OUT_SHARE, "of all events", OUT_FIELD(struct kind_row, share) },
	{ "rate", "RATE/S", OUT_RATE, "a second", OUT_FIELD(struct kind_row, rate) },
	{ "direct_ns", "DIRECT", OUT_HIST, "direct cost: time inside the scheduler",
	  OUT_FIELD(struct kind_row, direct) },
};

struct cpu_row {
	uint64_t cpu, events, switches, voluntary, involuntary, from_idle, migrations;
	const struct oscope_hist *wait_woken, *wait_preempted, *slice;
};

static const struct out_column cpu_columns[] = {
	{ "cpu", "CPU", OUT_U64, "CPU number", OUT_FIELD(struct cpu_row, cpu), OUT_KEY },
	{ "events", "EVENTS", OUT_U64, "all events", OUT_FIELD(struct cpu_row, events) },
	{ "switches", "SWITCHES", OUT_U64, "leaving task not idle",
	  OUT_FIELD(struct cpu_row, switches) },
	{ "voluntary", "VOLUNTARY", OUT_U64, "counted in nvcsw",
	  OUT_FIELD(struct cpu_row, voluntary) },
	{ "involuntary", "INVOLUNTARY", OUT_U64, "counted in nivcsw",
	  OUT_FIELD(struct cpu_row, involuntary) },
	{ "from_idle", "FROM-IDLE", OUT_U64, "leaving task idle",
	  OUT_FIELD(struct cpu_row, from_idle) },
	{ "migrations", "MIGRATIONS", OUT_U64, "tasks moved, as seen by the CPU that decided it",
	  OUT_FIELD(struct cpu_row, migrations) },
	{ "wait_woken_ns", "WOKEN", OUT_HIST, "wake latency",
	  OUT_FIELD(struct cpu_row, wait_woken), OUT_HIDDEN },
	{ "wait_preempted_ns", "PREEMPTED", OUT_HIST, "preempt wait",
	  OUT_FIELD(struct cpu_row, wait_preempted), OUT_HIDDEN },
	{ "slice_ns", "SLICE", OUT_HIST, "time on the CPU between two switches",
	  OUT_FIELD(struct cpu_row, slice), OUT_HIDDEN },
};

struct task_row {
	struct out_task task;
	uint64_t switches, voluntary, involuntary, migrations, slice, woken, preempted;
};

static const struct out_column task_columns[] = {
	{ "task", "TASK", OUT_TASK,
	  "the task; none: those that have ended and have no row any more",
	  OUT_FIELD(struct task_row, task), OUT_KEY | OUT_OPTIONAL },
	{ "switches", "SWITCHES", OUT_U64, "times it left a CPU",
	  OUT_FIELD(struct task_row, switches) },
	{ "voluntary", "VOLUNT", OUT_U64, "counted in nvcsw",
	  OUT_FIELD(struct task_row, voluntary) },
	{ "involuntary", "INVOLUNT", OUT_U64, "counted in nivcsw",
	  OUT_FIELD(struct task_row, involuntary) },
	{ "migrations", "MIGR", OUT_U64, "moves to another CPU",
	  OUT_FIELD(struct task_row, migrations) },
	{ "slice_ns", "ON-CPU", OUT_NS, "time on CPUs up to its last switch",
	  OUT_FIELD(struct task_row, slice) },
	{ "wait_woken_ns", "WOKEN", OUT_NS, "time from wake-ups until it ran",
	  OUT_FIELD(struct task_row, woken) },
	{ "wait_preempted_ns", "PREEMPTED", OUT_NS, "time from being made to give way until it ran",
	  OUT_FIELD(struct task_row, preempted) },
};

struct pair_row {
	struct out_task from, to;
	uint64_t count;
	double share;
};

static const struct out_column pair_columns[] = {
	{ "from", "FROM", OUT_TASK, "who leaves", OUT_FIELD(struct pair_row, from), OUT_KEY },
	{ "to", "TO", OUT_TASK, "who comes", OUT_FIELD(struct pair_row, to), OUT_KEY },
	{ "count", "COUNT", OUT_U64, "switches", OUT_FIELD(struct pair_row, count) },
	{ "share", "SHARE", OUT_SHARE, "of all events", OUT_FIELD(struct pair_row, share) },
};

#define SWITCH_REPORT(by) { \
	.command = "switch", .totals = OUT_TABLE(totals_columns), .rows = OUT_TABLE(by##_columns) }

static const struct out_report by_kind = SWITCH_REPORT(kind);
static const struct out_report by_task = SWITCH_REPORT(task);
static const struct out_report by_cpu = SWITCH_REPORT(cpu);
static const struct out_report by_pair = SWITCH_REPORT(pair);

const struct out_report *const switch_reports[SWITCH_BYS] = {
	[SWITCH_BY_KIND] = &by_kind,
	[SWITCH_BY_TASK] = &by_task,
	[SWITCH_BY_CPU] = &by_cpu,
	[SWITCH_BY_PAIR] = &by_pair,
};

static const char *const kind_names[OSCOPE_KINDS] = {
	[OSCOPE_KIND_TO_IDLE] = "to_idle",
	[OSCOPE_KIND_FROM_IDLE] = "from_idle",
	[OSCOPE_KIND_TO_KTHREAD] = "to_kthread",
	[OSCOPE_KIND_FROM_KTHREAD] = "from_kthread",
	[OSCOPE_KIND_KTHREAD_KTHREAD] = "kthread_kthread",
	[OSCOPE_KIND_SAME_MM] = "same_mm",
	[OSCOPE_KIND_CROSS_MM] = "cross_mm",
};

static double rate(uint64_t count, const struct snapshot *snap)
{
	uint64_t ns = snap->ts_ns - snap->start_ns;

	return ns ? count * 1e9 / ns : NAN;
}

static double share(uint64_t part, uint64_t of)
{
	return of ? (double)part / of : 0;
}

static uint64_t captured(const struct snapshot *snap, uint64_t features, uint64_t value)
{
	return (snap->features & features) == features ? value : NOT_CAPTURED;
}

/*
 * The waits of one reason: those after wake-ups need wake-ups, all need the task's state, and all
 * CPUs: a recording of some knows nothing of who went on, or was woken, elsewhere.
 */
static bool waits_known(const struct snapshot *snap, enum oscope_wait why)
{
	uint64_t need = OSCOPE_FEAT_TASKS;

	if (why == OSCOPE_WAIT_WOKEN)
		need |= OSCOPE_FEAT_WAKING;
	return (snap->features & (need | OSCOPE_FEAT_SOME_CPUS)) == need;
}

static const struct oscope_hist *wait_captured(const struct snapshot *snap,
					       const struct oscope_counters *c,
					       enum oscope_wait why)
{
	return waits_known(snap, why) ? &c->wait[why] : NULL;
}

static void totals_fill(struct totals *t, const struct snapshot *snap)
{
	const struct oscope_counters *c = snap->sum;

	t->events = c->events;
	t->from_idle = c->kind[OSCOPE_KIND_FROM_IDLE];
	t->switches = t->events - t->from_idle;
	t->voluntary = c->voluntary;
	t->involuntary = c->involuntary;
	t->migrations = captured(snap, OSCOPE_FEAT_MIGRATE, c->migrations);
	t->wakings = captured(snap, OSCOPE_FEAT_WAKING, c->wakings);
	t->unpaired = waits_known(snap, OSCOPE_WAIT_PREEMPTED) ? c->unpaired : NOT_CAPTURED;
	t->rate = rate(t->switches, snap);
	t->wait_woken = wait_captured(snap, c, OSCOPE_WAIT_WOKEN);
	t->wait_preempted = wait_captured(snap, c, OSCOPE_WAIT_PREEMPTED);
	t->slice = &c->slice;
	t->own_ns = snap->own_ns ? snap->own_ns : NOT_CAPTURED;
	t->own_direct_ns = snap->own_direct_ns ? snap->own_direct_ns : NOT_CAPTURED;
}

static void *kind_rows(const struct snapshot *snap, size_t *n)
{
	bool direct = snap->features & (OSCOPE_FEAT_DIRECT_SCHED | OSCOPE_FEAT_DIRECT_FINISH);
	struct kind_row *rows = calloc(OSCOPE_KINDS, sizeof(*rows));
	int i;

	*n = OSCOPE_KINDS;
	for (i = 0; rows && i < OSCOPE_KINDS; i++) {
		rows[i].kind = kind_names[i];
		rows[i].count = snap->sum->kind[i];
		rows[i].share = share(rows[i].count, snap->sum->events);
		rows[i].rate = rate(rows[i].count, snap);
		rows[i].direct = direct ? &snap->sum->direct[i] : NULL;
	}
	return rows;
}

static void *cpu_rows(const struct snapshot *snap, size_t *n)
{
	static const struct oscope_counters nothing;
	struct cpu_row *rows = calloc(snap->cpus ? snap->cpus : 1, sizeof(*rows));
	uint32_t i;

	*n = snap->cpus;
	for (i = 0; rows && i < snap->cpus; i++) {
		const struct oscope_counters *c = snapshot_cpu(snap, i);

		if (!c)
			c = &nothing;
		rows[i] = (struct cpu_row){
			.cpu = i,
			.events = c->events,
			.switches = c->events - c->kind[OSCOPE_KIND_FROM_IDLE],
			.voluntary = c->voluntary,
			.involuntary = c->involuntary,
			.from_idle = c->kind[OSCOPE_KIND_FROM_IDLE],
			.migrations = captured(snap, OSCOPE_FEAT_MIGRATE, c->migrations),
			.wait_woken = wait_captured(snap, c, OSCOPE_WAIT_WOKEN),
			.wait_preempted = wait_captured(snap, c, OSCOPE_WAIT_PREEMPTED),
			.slice = &c->slice,
		};
	}
	return rows;
}

static int by_switches(const void *a, const void *b)
{
	const struct task_row *x = a, *y = b;

	return x->switches > y->switches ? -1 : x->switches < y->switches;
}

static void task_row_add(struct task_row *to, const struct oscope_task *t)
{
	to->switches += t->voluntary + t->involuntary;
	to->voluntary += t->voluntary;
	to->involuntary += t->involuntary;
	to->migrations += t->migrations;
	to->slice += t->slice_ns;
	to->woken += t->wait_ns[OSCOPE_WAIT_WOKEN];
	to->preempted += t->wait_ns[OSCOPE_WAIT_PREEMPTED];
	/* An heir's name is the later one. */
	if (t->flags & OSCOPE_TASK_HEIR)
		memcpy(to->task.comm, t->comm, sizeof(to->task.comm));
}

/* Those that have ended and are in no row any more, as one. */
static void rest_row(struct task_row *row, const struct snapshot *snap)
{
	const struct oscope_ended *rest = &snap->rest;
	const struct oscope_task sum = {
		.voluntary = rest->voluntary,
		.involuntary = rest->involuntary,
		.slice_ns = rest->slice_ns,
		.wait_ns = { rest->wait_ns[0], rest->wait_ns[1] },
		.migrations = rest->migrations,
	};

	row->task.tid = UINT32_MAX;
	task_row_add(row, &sum);
}

static void row_captured(struct task_row *row, const struct snapshot *snap)
{
	row->migrations = captured(snap, OSCOPE_FEAT_MIGRATE, row->migrations);
	if (!waits_known(snap, OSCOPE_WAIT_WOKEN))
		row->woken = NOT_CAPTURED;
	if (!waits_known(snap, OSCOPE_WAIT_PREEMPTED))
		row->preempted = NOT_CAPTURED;
}

static void *task_rows(const struct snapshot *snap, size_t *n)
{
	struct task_row *rows = calloc(snap->n_task + 2, sizeof(*rows));
	const struct oscope_task *last = NULL;
	size_t i;

	*n = 0;
	for (i = 0; rows && i < snap->n_task; i++) {
		const struct oscope_task *t = &snap->task[i];

		if (!(t->voluntary + t->involuntary + t->waits))
			continue;
		if (!last || !same_task(last, t))
			rows[(*n)++].task = task_of_row(t);
		task_row_add(&rows[*n - 1], t);
		last = t;
	}
	if (rows && snap->rest.voluntary + snap->rest.involuntary + snap->rest.waits)
		rest_row(&rows[(*n)++], snap);
	for (i = 0; rows && i < *n; i++)
		row_captured(&rows[i], snap);
	if (rows)
		qsort(rows, *n, sizeof(*rows), by_switches);
	return rows;
}

static int by_count(const void *a, const void *b)
{
	const struct pair_row *x = a, *y = b;

	return x->count > y->count ? -1 : x->count < y->count;
}

static void *pair_rows(const struct snapshot *snap, size_t *n)
{
	struct pair_row *rows = calloc(snap->n_pair + 1, sizeof(*rows));
	size_t i;

	*n = 0;
	for (i = 0; rows && i < snap->n_pair; i++) {
		const struct oscope_pair *p = &snap->pair[i];

		if (!p->count)
			continue;
		rows[(*n)++] = (struct pair_row){
			.from = task_of_tid(snap, p->key >> 32),
			.to = task_of_tid(snap, (uint32_t)p->key),
			.count = p->count,
			.share = share(p->count, snap->sum->events),
		};
	}
	if (rows)
		qsort(rows, *n, sizeof(*rows), by_count);
	return rows;
}

static const struct {
	void *(*rows)(const struct snapshot *snap, size_t *n);
	size_t stride;
} fills[SWITCH_BYS] = {
	[SWITCH_BY_KIND] = { kind_rows, sizeof(struct kind_row) },
	[SWITCH_BY_TASK] = { task_rows, sizeof(struct task_row) },
	[SWITCH_BY_CPU] = { cpu_rows, sizeof(struct cpu_row) },
	[SWITCH_BY_PAIR] = { pair_rows, sizeof(struct pair_row) },
};

/* How the direct cost was measured, where that needs saying. */
static const char *direct_note(const struct snapshot *snap)
{
	if (!(snap->features & OSCOPE_FEAT_DIRECT_FINISH))
		return NULL;
	return "direct cost: from sched_switch to finish_task_switch (no sched_entry_tp here)";
}

/* What a report by task lacks besides cells. */
static const char *const *tasks_not_captured(enum switch_by by, const struct snapshot *snap)
{
	static const char *const no_tasks[] = { "tasks", NULL };
	static const char *const no_names[] = { "new_names", NULL };

	if (by != SWITCH_BY_TASK)
		return NULL;
	if (!(snap->features & OSCOPE_FEAT_TASKS))
		return no_tasks;
	return snap->features & OSCOPE_FEAT_RENAME ? NULL : no_names;
}

int switch_print(struct out *out, enum switch_by by, const char *source,
		 const struct snapshot *snap)
{
	struct out_data data = { .report = switch_reports[by], .stride = fills[by].stride };
	struct totals totals;
	void *rows;
	int err;

	rows = fills[by].rows(snap, &data.n_rows);
	if (!rows)
		return err_sys(-ENOMEM, "report");
	totals_fill(&totals, snap);
	data.head = report_head(source, snap);
	data.head.note = direct_note(snap);
	data.head.not_captured = tasks_not_captured(by, snap);
	data.totals = &totals;
	data.rows = rows;
	err = out_print(out, &data);
	free(rows);
	return err;
}
