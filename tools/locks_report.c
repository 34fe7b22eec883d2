// SPDX-License-Identifier: GPL-2.0
/*
 * The reports of oscope locks: columns, and how a look becomes rows.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "locks_report.h"
#include "proc_tasks.h"
#include "util.h"

struct deadlock {
	uint64_t number, age_ns;
	const char *proof;
	struct out_list tasks, locks;
};

struct totals {
	uint64_t looks, tasks, unreadable, waiting, unknown;
	struct out_list deadlocks;
};

struct row {
	struct out_task task, owner;
	const char *kind, *lock, *owner_is;
	uint64_t waited_ns, deadlock;
	bool timed;
};

static const struct out_column cycle_tasks[] = {
	{ "task", "TASK", OUT_TASK,
	  "who waits, for the lock of the same place in the list, which the next one has",
	  OUT_FIELD(struct row, task) },
};

static const struct out_column cycle_locks[] = {
	{ "kind", "KIND", OUT_STR, "what kind of lock it is", OUT_FIELD(struct row, kind) },
	{ "lock", "LOCK", OUT_STR, "which one", OUT_FIELD(struct row, lock) },
};

static const struct out_table cycle_tasks_table = OUT_TABLE(cycle_tasks);
static const struct out_table cycle_locks_table = OUT_TABLE(cycle_locks);

static const struct out_column deadlock_columns[] = {
	{ "number", "NUMBER", OUT_U64, "as in the rows", OUT_FIELD(struct deadlock, number) },
	{ "proof", "PROOF", OUT_STR,
	  "proved: nobody in it can ever go on; inferred: if the owners are who they seem to be",
	  OUT_FIELD(struct deadlock, proof) },
	{ "age_ns", "AGE", OUT_NS, "since the last of them went to sleep",
	  OUT_FIELD(struct deadlock, age_ns) },
	{ "tasks", "TASKS", OUT_LIST, "who wait for each other",
	  OUT_FIELD(struct deadlock, tasks), .sub = &cycle_tasks_table },
	{ "locks", "LOCKS", OUT_LIST, "for what", OUT_FIELD(struct deadlock, locks),
	  .sub = &cycle_locks_table },
};

static const struct out_table deadlock_table = OUT_TABLE(deadlock_columns);

static const struct out_column totals_columns[] = {
	{ "looks", "looks", OUT_U64, "how often it was looked; this is the last",
	  OUT_FIELD(struct totals, looks) },
	{ "tasks", "tasks", OUT_U64, "that were looked at", OUT_FIELD(struct totals, tasks) },
	{ "unreadable", "unreadable", OUT_U64, "of these: not ours to look at",
	  OUT_FIELD(struct totals, unreadable) },
	{ "waiting", "waiting", OUT_U64, "of these: wait for a lock that somebody has",
	  OUT_FIELD(struct totals, waiting) },
	{ "unknown", "owner unknown", OUT_U64,
	  "of these: wait for something of which nobody can tell who gives it (--all)",
	  OUT_FIELD(struct totals, unknown) },
	{ "deadlocks", "deadlocks", OUT_LIST, "tasks that wait for each other, and stand still",
	  OUT_FIELD(struct totals, deadlocks), .sub = &deadlock_table },
};

const char *lock_short_name(const char *name)
{
	const char *last = name[0] == '/' ? strrchr(name, '/') : NULL;

	return last && last[1] ? last + 1 : name;
}

static bool get_name(const void *row, struct out_value *v)
{
	const struct row *r = row;

	v->str = r->lock ? lock_short_name(r->lock) : NULL;
	return v->str;
}

static const struct out_column row_columns[] = {
	{ "task", "TASK", OUT_TASK, "who waits", OUT_FIELD(struct row, task), OUT_KEY },
	{ "kind", "KIND", OUT_STR,
	  "for what: mutex, robust-mutex, pi-mutex, join, flock, fcntl, semaphore, futex (any other word)",
	  OUT_FIELD(struct row, kind), OUT_KEY },
	{ "lock", "WHERE", OUT_STR, "which one: the file and the place in it, or the address",
	  OUT_FIELD(struct row, lock), OUT_KEY | OUT_HIDDEN | OUT_TRUNC },
	{ "name", "LOCK", OUT_STR, "the same without directories", 0, OUT_TRUNC, get_name },
	{ "owner", "OWNER", OUT_TASK, "who has it", OUT_FIELD(struct row, owner), OUT_OPTIONAL },
	{ "owner_is", "OWNER-IS", OUT_STR,
	  "waiting (for a lock itself), alive, or gone: it has ended and kept the lock",
	  OUT_FIELD(struct row, owner_is), OUT_OPTIONAL },
	{ "waited_ns", "WAITED", OUT_NS, "since it has last run",
	  OUT_FIELD(struct row, waited_ns) },
	{ "timed", "TIMED", OUT_BOOL, "the wait has a time limit", OUT_FIELD(struct row, timed),
	  OUT_HIDDEN },
	{ "deadlock", "DEADLOCK", OUT_U64, "of which cycle it is one",
	  OUT_FIELD(struct row, deadlock), OUT_OPTIONAL },
};

const struct out_report locks_report = {
	.command = "locks", .totals = OUT_TABLE(totals_columns), .rows = OUT_TABLE(row_columns),
};

static bool is_known(const struct lock_task *t)
{
	return t->wait.owner || t->wait.gone;
}

/* Without the owner only if it is asked for. */
static bool is_shown(const struct lock_task *t, const struct locks_run *run)
{
	return (t->asked || t->cycle) &&
	       (run->all || is_known(t) || t->wait.kind != LOCK_FUTEX);
}

static struct row row_of(const struct locks *l, const struct lock_task *t)
{
	struct row row = {
		.task = t->who,
		.owner = t->owner,
		.kind = lock_kind_names[t->wait.kind],
		.lock = t->wait.name[0] ? t->wait.name : NULL,
		.waited_ns = t->since_ns ? l->ns - t->since_ns : NOT_CAPTURED,
		.deadlock = t->cycle ? t->cycle : NOT_CAPTURED,
		.timed = t->wait.timed,
	};
	size_t i;

	if (t->wait.gone)
		row.owner_is = "gone";
	else if (t->wait.owner)
		row.owner_is = "alive";
	for (i = 0; i < l->n && t->wait.owner; i++) {
		if (l->task[i].who.tid == (uint32_t)t->wait.owner)
			row.owner_is = "waiting";
	}
	return row;
}

/* Rows of cycles first, each along its way; then who waits longest. */
static struct row *rows_fill(const struct locks *l, const struct locks_run *run, size_t *n)
{
	struct row *rows = calloc(l->n + 1, sizeof(*rows));
	size_t i, j, at;

	*n = 0;
	for (i = 0; rows && i < l->n_cycles; i++) {
		at = l->cycle[i].first;
		for (j = 0; j < l->cycle[i].n; j++, at = l->task[at].next)
			rows[(*n)++] = row_of(l, &l->task[at]);
	}
	for (i = 0; rows && i < l->n; i++) {
		if (!l->task[i].cycle && is_shown(&l->task[i], run))
			rows[(*n)++] = row_of(l, &l->task[i]);
	}
	return rows;
}

static int by_wait(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	return x->waited_ns > y->waited_ns ? -1 : x->waited_ns < y->waited_ns;
}

static struct deadlock *deadlocks_fill(const struct locks *l, const struct row *rows)
{
	struct deadlock *d = calloc(l->n_cycles + 1, sizeof(*d));
	size_t i;

	for (i = 0; d && i < l->n_cycles; i++) {
		const struct lock_cycle *c = &l->cycle[i];
		struct out_list list = { .row = rows, .n = c->n, .stride = sizeof(*rows) };

		d[i] = (struct deadlock){
			.number = i + 1,
			.age_ns = c->since_ns ? l->ns - c->since_ns : NOT_CAPTURED,
			.proof = c->proved ? "proved" : "inferred",
			.tasks = list,
			.locks = list,
		};
		rows += c->n;
	}
	return d;
}

static void totals_fill(struct totals *t, const struct locks *l, const struct locks_run *run)
{
	size_t i;

	*t = (struct totals){ .looks = run->looks, .tasks = l->looked,
			      .unreadable = l->unreadable };
	for (i = 0; i < l->n; i++) {
		t->waiting += l->task[i].asked && is_known(&l->task[i]);
		t->unknown += l->task[i].asked && !is_known(&l->task[i]);
	}
}

/* Two deadlocks of one proof or the other, in a line. */
static const char *note_fill(const struct locks *l, char to[96])
{
	size_t proved = locks_proved(l);

	if (!l->n_cycles)
		return NULL;
	snprintf(to, 96, "deadlocks: %zu proved (nobody in them can ever go on), %zu inferred",
		 proved, l->n_cycles - proved);
	return to;
}

static struct out_head head_fill(const struct locks *l, const struct locks_run *run)
{
	return (struct out_head){
		.source = "proc",
		.start_ns = run->begin_ns,
		.duration_ns = l->ns - run->begin_ns,
		.own_cost_ns = run->own_ns,
	};
}

int locks_print(struct out *out, const struct locks *l, const struct locks_run *run)
{
	struct out_data data = { .report = &locks_report, .head = head_fill(l, run),
				 .stride = sizeof(struct row) };
	struct row *rows = rows_fill(l, run, &data.n_rows);
	struct deadlock *deadlocks = rows ? deadlocks_fill(l, rows) : NULL;
	struct totals totals;
	size_t first = 0, i;
	char note[96];
	int err;

	if (!deadlocks) {
		free(rows);
		return err_sys(-ENOMEM, "report");
	}
	for (i = 0; i < l->n_cycles; i++)
		first += l->cycle[i].n;
	qsort(rows + first, data.n_rows - first, sizeof(*rows), by_wait);
	totals_fill(&totals, l, run);
	totals.deadlocks = (struct out_list){ .row = deadlocks, .n = l->n_cycles,
					      .stride = sizeof(*deadlocks) };
	data.head.note = note_fill(l, note);
	data.totals = &totals;
	data.rows = rows;
	err = out_print(out, &data);
	free(deadlocks);
	free(rows);
	return err;
}

int locks_graph(struct out *out, enum out_graph_kind kind, const struct locks *l,
		const struct locks_run *run)
{
	struct out_graph g = { .kind = kind, .name = "locks", .head = head_fill(l, run) };
	struct row *rows = rows_fill(l, run, &g.n);
	size_t i, n = g.n;
	char note[96];
	int err;

	g.edge = calloc(n + 1, sizeof(*g.edge));
	if (!rows || !g.edge) {
		free(rows);
		free(g.edge);
		return err_sys(-ENOMEM, "graph");
	}
	for (i = 0, g.n = 0; i < n; i++) {
		if (rows[i].owner.tid == UINT32_MAX)
			continue;
		g.edge[g.n++] = (struct out_edge){
			.from = rows[i].task,
			.to = rows[i].owner,
			.label = rows[i].lock ? lock_short_name(rows[i].lock) : rows[i].kind,
			.count = rows[i].waited_ns,
			.timed = true,
			.sure = rows[i].deadlock != NOT_CAPTURED &&
				l->cycle[rows[i].deadlock - 1].proved,
		};
	}
	g.note = note_fill(l, note);
	if (!g.note)
		g.note = "deadlocks: none";
	err = out_graph(out, &g);
	free(rows);
	free(g.edge);
	return err;
}
