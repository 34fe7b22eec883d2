// SPDX-License-Identifier: GPL-2.0
/*
 * The reports of oscope critical: columns, and how steps become rows.
 */
#include <stdlib.h>

#include "critical_report.h"
#include "map.h"
#include "report.h"
#include "util.h"

struct step_row {
	uint64_t from_ns, to_ns, ns, cpu;
	struct out_task task, woken_by, next;
	const char *state, *reason, *waited_for, *object, *context;
};

struct task_row {
	uint32_t place;
	struct out_task task;
	uint64_t ns, state[SEGMENT_STATES], steps, handed, last_ns;
	double share;
};

struct reason_row {
	const char *state, *reason, *waited_for, *object;
	uint64_t ns, steps;
	double share;
};

#define STEP(member)	OUT_FIELD(struct step_row, member)
#define TASK(member)	OUT_FIELD(struct task_row, member)
#define REASON(member)	OUT_FIELD(struct reason_row, member)

#define SHARE_HELP	"of the time of the run"
#define OBJECT_HELP	"which pipe, lock or the like that was, if that was recorded"
#define WAITED_HELP	"what who comes next on the path was asleep for meanwhile"

static const struct out_column step_columns[] = {
	{ "from_ns", "FROM", OUT_NS, "its begin, since that of the run", STEP(from_ns), OUT_KEY },
	{ "to_ns", "TO", OUT_NS, "its end, where the next one begins", STEP(to_ns), OUT_HIDDEN },
	{ "ns", "TIME", OUT_NS, "how long it is", STEP(ns) },
	{ "cpu", "CPU", OUT_U64, "where the task was, or was last", STEP(cpu),
	  OUT_HIDDEN | OUT_OPTIONAL },
	{ "task", "TASK", OUT_TASK, "who has the path then", STEP(task), OUT_KEY | OUT_OPTIONAL },
	{ "state", "STATE", OUT_STR, "running, ready_woken, ready_preempted, blocked, stopped, "
	  "new, unknown", STEP(state), OUT_KEY },
	{ "reason", "FOR", OUT_STR, "blocked: what for", STEP(reason), OUT_OPTIONAL },
	{ "waited_for", "MEANWHILE", OUT_STR, WAITED_HELP, STEP(waited_for), OUT_OPTIONAL },
	{ "object", "OBJECT", OUT_STR, OBJECT_HELP, STEP(object), OUT_OPTIONAL | OUT_TRUNC },
	{ "woken_by", "WOKEN BY", OUT_TASK, "blocked, ready_woken: who woke it, if a task did",
	  STEP(woken_by), OUT_OPTIONAL },
	{ "context", "CONTEXT", OUT_STR, "... and from where: task, softirq, hardirq",
	  STEP(context), OUT_OPTIONAL | OUT_HIDDEN },
	{ "next", "NEXT", OUT_TASK, "who has the path after it, if another does", STEP(next),
	  OUT_OPTIONAL },
};

static const struct out_column task_columns[] = {
	{ "task", "TASK", OUT_TASK, "the task", TASK(task), OUT_KEY },
	{ "path_ns", "PATH", OUT_NS, "how long it has the path", TASK(ns) },
	{ "share", "SHARE", OUT_SHARE, SHARE_HELP, TASK(share) },
	{ "running_ns", "RUNNING", OUT_NS, "of that: on a CPU", TASK(state[SEGMENT_RUNNING]) },
	{ "ready_woken_ns", "WOKEN", OUT_NS, "... ready: woken, and waiting for a CPU",
	  TASK(state[SEGMENT_WOKEN]) },
	{ "ready_preempted_ns", "PREEMPTED", OUT_NS, "... ready: made to give way",
	  TASK(state[SEGMENT_PREEMPTED]) },
	{ "blocked_ns", "BLOCKED", OUT_NS, "... asleep, and not woken by a task that is known",
	  TASK(state[SEGMENT_BLOCKED]) },
	{ "stopped_ns", "STOPPED", OUT_NS, "... stopped by a signal", TASK(state[SEGMENT_STOPPED]),
	  OUT_HIDDEN },
	{ "new_ns", "NEW", OUT_NS, "... being made", TASK(state[SEGMENT_NEW]), OUT_HIDDEN },
	{ "unknown_ns", "UNKNOWN", OUT_NS, "... in no known state", TASK(state[SEGMENT_UNKNOWN]) },
	{ "segments", "SEGMENTS", OUT_U64, "parts of the path", TASK(steps) },
	{ "handed", "HANDED", OUT_U64, "how often it let another one go on", TASK(handed),
	  OUT_HIDDEN },
};

static const struct out_column reason_columns[] = {
	{ "state", "STATE", OUT_STR, "what whoever has the path does: running, ready_woken, "
	  "ready_preempted, blocked, stopped, new, unknown", REASON(state), OUT_KEY },
	{ "reason", "FOR", OUT_STR, "blocked: what for", REASON(reason), OUT_KEY | OUT_OPTIONAL },
	{ "waited_for", "MEANWHILE", OUT_STR, WAITED_HELP, REASON(waited_for),
	  OUT_KEY | OUT_OPTIONAL },
	{ "object", "OBJECT", OUT_STR, OBJECT_HELP, REASON(object),
	  OUT_KEY | OUT_OPTIONAL | OUT_TRUNC },
	{ "path_ns", "PATH", OUT_NS, "how long", REASON(ns) },
	{ "share", "SHARE", OUT_SHARE, SHARE_HELP, REASON(share) },
	{ "segments", "SEGMENTS", OUT_U64, "parts of the path", REASON(steps) },
};

struct totals {
	struct out_task task;
	uint64_t start_ns, run_ns, sum_ns, unknown_ns, cpu_wait_ns, tasks, steps, handovers, kept;
	uint64_t losses, unlisted;
};

#define TOTAL(member)	OUT_FIELD(struct totals, member)

static const struct out_column totals_columns[] = {
	{ "task", "run of", OUT_TASK, "the task in which the run ends", TOTAL(task) },
	{ "start_ns", "from", OUT_NS, "when the run begins, since the trace did", TOTAL(start_ns) },
	{ "run_ns", "run", OUT_NS, "how long it takes", TOTAL(run_ns) },
	{ "sum_ns", "segments add up to", OUT_NS, "the sum of all segments", TOTAL(sum_ns) },
	{ "cpu_wait_ns", "waiting for a CPU", OUT_NS, "of that: ready, and not running",
	  TOTAL(cpu_wait_ns) },
	{ "unknown_ns", "unknown", OUT_NS, "... in no known state", TOTAL(unknown_ns) },
	{ "segments", "segments", OUT_U64, "parts of the path", TOTAL(steps) },
	{ "tasks", "tasks", OUT_U64, "that the path is with at some time", TOTAL(tasks) },
	{ "handovers", "handovers", OUT_U64, "from one of them to another", TOTAL(handovers) },
	{ "losses", "losses", OUT_U64, "times from which records are missing", TOTAL(losses) },
	{ "kept_segments", "kept", OUT_U64, "segments of all tasks that a path may come to",
	  TOTAL(kept), OUT_HIDDEN },
	{ "summed_segments", "only in sums", OUT_U64, "parts of the path's past that are added up, "
	  "and listed by segment no more", TOTAL(unlisted), OUT_HIDDEN },
};

#define CRITICAL_REPORT(columns) { \
	.command = "critical", .totals = OUT_TABLE(totals_columns), .rows = OUT_TABLE(columns) }

const struct out_report critical_reports[CRITICAL_BYS] = {
	[CRITICAL_BY_TASK] = CRITICAL_REPORT(task_columns),
	[CRITICAL_BY_REASON] = CRITICAL_REPORT(reason_columns),
	[CRITICAL_BY_SEGMENT] = CRITICAL_REPORT(step_columns),
};

static const struct out_task nobody = { .tid = UINT32_MAX };

static struct out_task critical_task(const struct critical *c, const struct lives *lives,
				     uint32_t place, uint64_t ns)
{
	return task_at(lives, c->segments.task[place].tid, ns);
}

static const char *context_of(const struct critical_step *s, const struct snapshot *snap)
{
	static const char *const names[] = {
		[SEGMENT_BY_TASK] = "task",
		[SEGMENT_BY_SOFTIRQ] = "softirq",
		[SEGMENT_BY_HARDIRQ] = "hardirq",
		[SEGMENT_BY_EXEC] = NULL,
	};

	return snap->features & OSCOPE_FEAT_CONTEXT ? names[s->how] : NULL;
}

static const char *waited_for(bool waited, uint32_t state, uint32_t waited_reason)
{
	const char *reason;

	if (!waited)
		return NULL;
	reason = segment_reason_name(state, waited_reason);
	return reason ? reason : segment_state_name(state);
}

/* How much of the path is of kind i. NULL: nothing. */
static const struct critical_sum *sum_of(const struct critical *c, size_t i)
{
	return i < c->all.sums && c->all.sum[i].steps ? &c->all.sum[i] : NULL;
}

static void *step_rows(struct critical *c, const struct critical_run *run,
		       const struct lives *lives, const struct snapshot *snap, size_t *n)
{
	struct step_row *row = calloc(c->n + 1, sizeof(*row));
	size_t i;

	*n = c->n;
	for (i = 0; row && i < c->n; i++) {
		const struct critical_step *s = &c->step[i];

		row[i] = (struct step_row){
			.from_ns = s->from_ns - run->start_ns,
			.to_ns = s->to_ns - run->start_ns,
			.ns = s->to_ns - s->from_ns,
			.cpu = s->cpu == SEGMENT_NO_CPU ? NOT_CAPTURED : s->cpu,
			.task = critical_task(c, lives, s->task, s->to_ns),
			.woken_by = s->by ? critical_task(c, lives, s->by - 1, s->to_ns) : nobody,
			.next = s->next ? critical_task(c, lives, s->next - 1, s->to_ns) : nobody,
			.state = segment_state_name(s->state),
			.reason = segment_reason_name(s->state, s->reason),
			.waited_for = waited_for(s->waited, s->waited_state, s->waited_reason),
			.object = critical_calls_name(&c->calls, snap->ipc, critical_object(c, s)),
			.context = context_of(s, snap),
		};
	}
	return row;
}

static int by_time(const void *a, const void *b)
{
	const struct task_row *x = a, *y = b;

	if (x->ns != y->ns)
		return x->ns > y->ns ? -1 : 1;
	return x->place < y->place ? -1 : x->place > y->place;
}

/* A row for each task: those that the path is never with have none. */
static void *task_rows(struct critical *c, const struct critical_run *run,
		       const struct lives *lives, const struct snapshot *snap, size_t *n)
{
	struct task_row *row = calloc(c->segments.n + 1, sizeof(*row));
	size_t i;

	*n = 0;
	if (!row)
		return NULL;
	for (i = 0; i < c->all.sums; i++) {
		const struct critical_sum *sum = sum_of(c, i);
		const struct critical_kind *kind = &c->kind[i];
		struct task_row *r = &row[kind->task];

		if (!sum)
			continue;
		if (sum->last_ns > r->last_ns) {
			r->last_ns = sum->last_ns;
			r->task = critical_task(c, lives, kind->task, sum->last_ns);
		}
		r->ns += sum->ns;
		r->state[kind->state] += sum->ns;
		r->steps += sum->steps;
		r->handed += sum->handed;
	}
	for (i = 0; i < c->segments.n; i++) {
		row[i].place = i;
		row[i].share = (double)row[i].ns / (run->end_ns - run->start_ns);
		if (row[i].steps)
			row[(*n)++] = row[i];
	}
	qsort(row, *n, sizeof(*row), by_time);
	return row;
}

static int by_reason_time(const void *a, const void *b)
{
	const struct reason_row *x = a, *y = b;

	return x->ns > y->ns ? -1 : x->ns < y->ns;
}

/* Names are constants, or an object's only one, so that equal ones are one. NULL: no memory. */
static struct reason_row *reason_row(struct reason_row **row, size_t *room, size_t *n,
				     const struct reason_row *as)
{
	struct reason_row *r;
	size_t i;

	for (i = 0; i < *n; i++) {
		r = &(*row)[i];
		if (r->state == as->state && r->reason == as->reason &&
		    r->waited_for == as->waited_for && r->object == as->object)
			return r;
	}
	if (array_room(row, room, *n, sizeof(**row)))
		return NULL;
	(*row)[*n] = *as;
	return &(*row)[(*n)++];
}

static void *reason_rows(struct critical *c, const struct critical_run *run,
			 const struct lives *lives, const struct snapshot *snap, size_t *n)
{
	struct reason_row *row = NULL, *r;
	size_t room = 0, i;

	*n = 0;
	if (array_room(&row, &room, 0, sizeof(*row)))
		return NULL;
	for (i = 0; i < c->all.sums; i++) {
		const struct critical_sum *sum = sum_of(c, i);
		const struct critical_kind *k = &c->kind[i];
		struct reason_row as = {
			.state = segment_state_name(k->state),
			.reason = segment_reason_name(k->state, k->reason),
			.waited_for = waited_for(k->waited, k->waited_state, k->waited_reason),
			.object = critical_calls_name(&c->calls, snap->ipc, k->object),
		};

		if (!sum)
			continue;
		r = reason_row(&row, &room, n, &as);
		if (!r) {
			free(row);
			return NULL;
		}
		r->ns += sum->ns;
		r->steps += sum->steps;
	}
	for (i = 0; i < *n; i++)
		row[i].share = (double)row[i].ns / (run->end_ns - run->start_ns);
	qsort(row, *n, sizeof(*row), by_reason_time);
	return row;
}

static const struct {
	void *(*rows)(struct critical *c, const struct critical_run *run,
		      const struct lives *lives, const struct snapshot *snap, size_t *n);
	size_t stride;
} fills[CRITICAL_BYS] = {
	[CRITICAL_BY_TASK] = { task_rows, sizeof(struct task_row) },
	[CRITICAL_BY_REASON] = { reason_rows, sizeof(struct reason_row) },
	[CRITICAL_BY_SEGMENT] = { step_rows, sizeof(struct step_row) },
};

static void totals_fill(struct totals *t, const struct critical *c, const struct critical_run *run,
			const struct lives *lives, const struct snapshot *snap)
{
	bool *seen = calloc(c->segments.n + 1, sizeof(*seen));
	size_t i;

	*t = (struct totals){
		.task = critical_task(c, lives, run->task, run->end_ns),
		.start_ns = run->start_ns > snap->start_ns ? run->start_ns - snap->start_ns : 0,
		.run_ns = run->end_ns - run->start_ns,
		.handovers = c->all.handovers,
		.losses = c->losses->n,
		.kept = c->held,
		.tasks = seen ? 0 : NOT_CAPTURED,
	};
	for (i = 0; i < c->all.sums; i++) {
		const struct critical_sum *sum = sum_of(c, i);
		const struct critical_kind *kind = &c->kind[i];

		if (!sum)
			continue;
		t->steps += sum->steps;
		t->sum_ns += sum->ns;
		t->unknown_ns += kind->state == SEGMENT_UNKNOWN ? sum->ns : 0;
		t->cpu_wait_ns += kind->state == SEGMENT_WOKEN ||
				  kind->state == SEGMENT_PREEMPTED ? sum->ns : 0;
		if (!seen)
			continue;
		t->tasks += !seen[kind->task];
		seen[kind->task] = true;
	}
	t->unlisted = t->steps > c->n ? t->steps - c->n : 0;
	free(seen);
}

/* Which lock or pipe it was is recorded with what communicates only. */
static const char *const *not_captured(const struct snapshot *snap)
{
	static const char *const none[] = { "object", NULL };
	static const char *const no_reason[] = { "object", "reason", NULL };
	static const char *const no_context[] = { "object", "context", NULL };
	static const char *const neither[] = { "object", "reason", "context", NULL };
	bool reasons = snap->features & OSCOPE_FEAT_REASONS;
	bool contexts = snap->features & OSCOPE_FEAT_CONTEXT;

	if (!contexts)
		return (reasons ? no_context : neither) + !!snap->ipc;
	return (reasons ? none : no_reason) + !!snap->ipc;
}

static const char *note_of(const struct totals *t, enum critical_by by)
{
	static const char *const notes[2][2] = {
		{ NULL, "the path's first segments are only in the sums (summed_segments)" },
		{ "records are missing: what the path did then is unknown",
		  "records are missing: what the path did then is unknown; its first segments are "
		  "only in the sums (summed_segments)" },
	};

	return notes[t->losses != 0][by == CRITICAL_BY_SEGMENT && t->unlisted];
}

int critical_print(struct out *out, enum critical_by by, const char *source,
		   struct critical *c, const struct critical_run *run,
		   const struct lives *lives, const struct snapshot *snap)
{
	struct out_data data = { .report = &critical_reports[by], .stride = fills[by].stride };
	struct totals totals;
	void *rows;
	int err;

	totals_fill(&totals, c, run, lives, snap);
	rows = fills[by].rows(c, run, lives, snap, &data.n_rows);
	if (!rows)
		return err_sys(-ENOMEM, "report");
	data.head = report_head(source, snap);
	data.head.own_cost_ns = NOT_CAPTURED;
	data.head.not_captured = not_captured(snap);
	data.head.note = note_of(&totals, by);
	data.totals = &totals;
	data.rows = rows;
	err = out_print(out, &data);
	free(rows);
	return err;
}
