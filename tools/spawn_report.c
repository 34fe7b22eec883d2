// SPDX-License-Identifier: GPL-2.0
/*
 * The reports of oscope spawn: columns, and how lives become rows.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../kmod/core/hist.h"
#include "report.h"
#include "spawn_memory.h"
#include "spawn_report.h"
#include "spawn_tree.h"
#include "util.h"

static const char *const kind_names[OSCOPE_BIRTHS] = {
	[OSCOPE_BIRTH_FORK] = "fork",
	[OSCOPE_BIRTH_VFORK] = "vfork",
	[OSCOPE_BIRTH_CLONE] = "clone",
	[OSCOPE_BIRTH_THREAD] = "thread",
	[OSCOPE_BIRTH_KTHREAD] = "kthread",
	[OSCOPE_BIRTH_WORKER] = "worker",
};

const char *spawn_kind_name(uint32_t birth)
{
	return kind_names[birth % OSCOPE_BIRTHS];
}

struct totals {
	uint64_t made[OSCOPE_BIRTHS], execs, exits;
	uint64_t ran_first, both_known;
	double child_first;
};

#define TOTAL(_name, _title, _kind, _help) \
	{ _name, _title, OUT_U64, _help, \
	  OUT_FIELD(struct totals, made) + sizeof(uint64_t) * (_kind) }

static const struct out_column totals_columns[] = {
	TOTAL("forks", "forks", OSCOPE_BIRTH_FORK, "processes made with a copy of the memory"),
	TOTAL("vforks", "vforks", OSCOPE_BIRTH_VFORK,
	      "processes that borrow it until exec or end: vfork, posix_spawn"),
	TOTAL("clones", "clones", OSCOPE_BIRTH_CLONE, "processes that share it"),
	TOTAL("threads", "threads", OSCOPE_BIRTH_THREAD, "threads"),
	TOTAL("kthreads", "kthreads", OSCOPE_BIRTH_KTHREAD, "kernel threads"),
	TOTAL("workers", "workers", OSCOPE_BIRTH_WORKER,
	      "tasks that work in the kernel for a process: io_uring, vhost"),
	{ "execs", "execs", OUT_U64, "programs executed", OUT_FIELD(struct totals, execs) },
	{ "exits", "exits", OUT_U64, "tasks that ended, threads too",
	  OUT_FIELD(struct totals, exits) },
	{ "child_first", "ran before the call came back", OUT_SHARE,
	  "of all tasks made: those that ran before their maker's call came back",
	  OUT_FIELD(struct totals, child_first), OUT_OPTIONAL },
};

struct kind_row {
	const char *kind;
	uint64_t count;
	double child_first;
	const struct oscope_hist *time[INTERVALS];
	struct oscope_hist hist[INTERVALS];
	uint64_t ran_first, both_known;
	struct spawn_memory memory;
};

#define KIND_TIME(_name, _title, _which, _help) \
	{ _name, _title, OUT_HIST, _help, \
	  OUT_FIELD(struct kind_row, time) + sizeof(void *) * (_which), OUT_MEDIAN }

static const struct out_column kind_columns[] = {
	{ "kind", "KIND", OUT_STR, "how it was made", OUT_FIELD(struct kind_row, kind), OUT_KEY },
	{ "count", "COUNT", OUT_U64, "tasks made", OUT_FIELD(struct kind_row, count) },
	KIND_TIME("cost_ns", "COST", COST, "of the maker's system call, from its entry to its end"),
	KIND_TIME("first_run_ns", "RUN", FIRST_RUN, "from being made until it runs first"),
	KIND_TIME("exec_ns", "EXEC", EXEC, "from being made until its first exec"),
	KIND_TIME("lifetime_ns", "LIFE", LIFETIME, "from being made until its end"),
	{ "child_first", "FIRST", OUT_SHARE, "that ran before the maker's call came back",
	  OUT_FIELD(struct kind_row, child_first), OUT_HIDDEN | OUT_OPTIONAL },
	SPAWN_MEMORY_COLUMNS(struct kind_row, memory, OUT_HIDDEN),
	{ "parent_rss_bytes", "RSS", OUT_U64, "resident memory of the makers, on average",
	  OUT_FIELD(struct kind_row, memory.rss_mean), OUT_HIDDEN | OUT_OPTIONAL },
	{ "thp_makers", "THP", OUT_U64, "of which the maker's memory may hold huge pages",
	  OUT_FIELD(struct kind_row, memory.thp), OUT_HIDDEN },
};

struct task_row {
	struct out_task task, maker;
	const char *kind;
	uint64_t at_ns, time[INTERVALS], execs;
	char tree[SPAWN_TREE_LEN];
	const char *tree_text;
	uint64_t depth;
	struct spawn_memory memory;
};

static bool task_thp(const void *row, struct out_value *v)
{
	const struct spawn_memory *m = &((const struct task_row *)row)->memory;

	v->yes = m->thp;
	return m->thp != NOT_CAPTURED;
}

#define TASK_TIME(_name, _title, _which, _help) \
	{ _name, _title, OUT_NS, _help, \
	  OUT_FIELD(struct task_row, time) + sizeof(uint64_t) * (_which), OUT_OPTIONAL }
#define TASK_KEY \
	{ "task", "TASK", OUT_TASK, "the task", OUT_FIELD(struct task_row, task), OUT_KEY }
#define TASK_KIND \
	{ "kind", "KIND", OUT_STR, "how it was made", OUT_FIELD(struct task_row, kind), \
	  OUT_OPTIONAL }
#define TASK_AT \
	{ "at_ns", "AT", OUT_NS, "when it was made, since the trace began", \
	  OUT_FIELD(struct task_row, at_ns), OUT_OPTIONAL }
#define TASK_TIMES \
	TASK_TIME("cost_ns", "COST", COST, "of the maker's system call"), \
	TASK_TIME("first_run_ns", "RUN", FIRST_RUN, "from being made until it ran first"), \
	TASK_TIME("exec_ns", "EXEC", EXEC, "from being made until its first exec"), \
	TASK_TIME("lifetime_ns", "LIFE", LIFETIME, "from being made until its end")

static const struct out_column task_columns[] = {
	TASK_KEY,
	TASK_KIND,
	{ "maker", "MAKER", OUT_TASK, "who made it", OUT_FIELD(struct task_row, maker) },
	TASK_AT,
	TASK_TIMES,
	SPAWN_MEMORY_COLUMNS(struct task_row, memory, OUT_HIDDEN | OUT_OPTIONAL),
	{ "parent_rss_bytes", "RSS", OUT_U64, "resident memory of its maker",
	  OUT_FIELD(struct task_row, memory.rss_mean), OUT_HIDDEN | OUT_OPTIONAL },
	{ "thp", "THP", OUT_BOOL, "whether the maker's memory may hold huge pages", 0,
	  OUT_HIDDEN | OUT_OPTIONAL, task_thp },
};

static const struct out_column tree_columns[] = {
	{ "tree", "PROCESS", OUT_STR, "the process below that of its maker",
	  OUT_FIELD(struct task_row, tree_text), OUT_TRUNC },
	{ "task", "", OUT_TASK, "the process", OUT_FIELD(struct task_row, task),
	  OUT_KEY | OUT_HIDDEN },
	{ "depth", "", OUT_U64, "how many processes stand above it",
	  OUT_FIELD(struct task_row, depth), OUT_HIDDEN },
	TASK_KIND,
	TASK_AT,
	TASK_TIMES,
	{ "execs", "EXECS", OUT_U64, "programs it has executed", OUT_FIELD(struct task_row, execs),
	  OUT_HIDDEN },
};

#define MEMORY_TIME(_name, _title, _which, _help) \
	{ _name, _title, OUT_HIST, _help, \
	  OUT_FIELD(struct spawn_memory_row, time) + sizeof(void *) * (_which), OUT_MEDIAN }

static const struct out_column memory_columns[] = {
	{ "kind", "KIND", OUT_STR, "how they were made", OUT_FIELD(struct spawn_memory_row, kind),
	  OUT_KEY },
	{ "parent_rss_bytes", "RSS FROM", OUT_U64,
	  "makers with so much resident memory, a power of two, up to twice that",
	  OUT_FIELD(struct spawn_memory_row, rss_from), OUT_KEY },
	{ "thp", "THP", OUT_BOOL, "whether the makers' memory may hold huge pages",
	  OUT_FIELD(struct spawn_memory_row, thp), OUT_KEY },
	{ "count", "COUNT", OUT_U64, "tasks made", OUT_FIELD(struct spawn_memory_row, count) },
	MEMORY_TIME("cost_ns", "COST", COST,
		    "of the maker's system call, from its entry to its end"),
	MEMORY_TIME("first_run_ns", "RUN", FIRST_RUN, "from being made until it runs first"),
	SPAWN_MEMORY_COLUMNS(struct spawn_memory_row, memory, 0),
};

#define SPAWN_REPORT(by) { \
	.command = "spawn", .totals = OUT_TABLE(totals_columns), .rows = OUT_TABLE(by##_columns) }

static const struct out_report by_kind = SPAWN_REPORT(kind);
static const struct out_report by_task = SPAWN_REPORT(task);
static const struct out_report by_tree = SPAWN_REPORT(tree);
static const struct out_report by_memory = SPAWN_REPORT(memory);

const struct out_report *const spawn_reports[SPAWN_BYS] = {
	[SPAWN_BY_KIND] = &by_kind,
	[SPAWN_BY_TASK] = &by_task,
	[SPAWN_BY_TREE] = &by_tree,
	[SPAWN_BY_MEMORY] = &by_memory,
};

/* b - a; NOT_CAPTURED if one of them is not known. */
static uint64_t between(uint64_t a, uint64_t b)
{
	if (!a || !b)
		return NOT_CAPTURED;
	return b > a ? b - a : 0;
}

void spawn_times(const struct life *life, uint64_t time[INTERVALS])
{
	time[COST] = life->cost_ns == OSCOPE_NS_NONE ? NOT_CAPTURED : life->cost_ns;
	time[FIRST_RUN] = between(life->made_ns, life->run_ns);
	time[EXEC] = between(life->made_ns, life->exec_ns);
	time[LIFETIME] = between(life->made_ns, life->death.exit_ns);
}

bool spawn_was_made(const struct life *life)
{
	return life->member && life->made_ns;
}

/* Whether it is known who ran first, the new task or its maker. */
static bool first_known(const struct life *life)
{
	return life->run_ns && life->returned_ns;
}

static void kind_row_add(struct kind_row *row, const struct life *life)
{
	uint64_t time[INTERVALS];
	int i;

	row->count++;
	spawn_memory_add(&row->memory, life);
	spawn_times(life, time);
	for (i = 0; i < INTERVALS; i++) {
		if (time[i] != NOT_CAPTURED)
			oscope_hist_add(&row->hist[i], time[i]);
	}
	if (!first_known(life))
		return;
	row->both_known++;
	row->ran_first += life->run_ns < life->returned_ns;
}

static void *kind_rows(const struct lives *lives, const struct snapshot *snap, size_t *n)
{
	struct kind_row *rows = calloc(OSCOPE_BIRTHS, sizeof(*rows));
	bool run = snap->features & OSCOPE_FEAT_RUN, cost = snap->features & OSCOPE_FEAT_SPAWN;
	size_t i, t;

	*n = OSCOPE_BIRTHS;
	if (!rows)
		return NULL;
	for (i = 0; i < lives->n; i++) {
		if (spawn_was_made(&lives->life[i]))
			kind_row_add(&rows[lives->life[i].birth % OSCOPE_BIRTHS], &lives->life[i]);
	}
	for (i = 0; i < OSCOPE_BIRTHS; i++) {
		rows[i].kind = spawn_kind_name(i);
		rows[i].child_first = NAN;
		if (rows[i].both_known)
			rows[i].child_first = (double)rows[i].ran_first / rows[i].both_known;
		for (t = 0; t < INTERVALS; t++)
			rows[i].time[t] = &rows[i].hist[t];
		rows[i].time[FIRST_RUN] = run ? rows[i].time[FIRST_RUN] : NULL;
		rows[i].time[COST] = cost ? rows[i].time[COST] : NULL;
		spawn_memory_end(&rows[i].memory, snap);
	}
	return rows;
}

static void task_row_fill(struct task_row *row, const struct lives *lives, const struct life *life,
			  const struct snapshot *snap)
{
	const struct life *maker = NULL;

	if (life->made_ns)
		maker = lives_find_at(lives, life->maker, life->made_ns);
	row->task = task_of_life(life);
	row->maker = maker ? task_of_life(maker) : (struct out_task){ .tid = UINT32_MAX };
	if (!maker && life->made_ns)
		row->maker = (struct out_task){ .tid = life->maker, .pid = life->maker };
	row->kind = life->made_ns ? spawn_kind_name(life->birth) : NULL;
	row->at_ns = between(snap->start_ns, life->made_ns);
	row->execs = life->execs;
	spawn_times(life, row->time);
	spawn_memory_of(&row->memory, life);
}

static void *task_rows(const struct lives *lives, const struct snapshot *snap, size_t *n)
{
	struct task_row *rows = calloc(lives->n + 1, sizeof(*rows));
	size_t i;

	*n = 0;
	for (i = 0; rows && i < lives->n; i++) {
		if (spawn_was_made(&lives->life[i]))
			task_row_fill(&rows[(*n)++], lives, &lives->life[i], snap);
	}
	return rows;
}

static void *tree_rows(const struct lives *lives, const struct snapshot *snap, size_t *n)
{
	struct task_row *rows = calloc(lives->n + 1, sizeof(*rows));
	struct spawn_tree tree;
	size_t at;

	*n = 0;
	if (!rows || spawn_tree_make(&tree, lives)) {
		free(rows);
		return NULL;
	}
	while (spawn_tree_next(&tree, &at)) {
		struct task_row *row = &rows[(*n)++];

		task_row_fill(row, lives, &lives->life[at], snap);
		row->depth = tree.depth;
		spawn_tree_text(&tree, at, row->tree);
		row->tree_text = row->tree;
	}
	spawn_tree_free(&tree);
	return rows;
}

static void totals_fill(struct totals *t, const struct lives *lives)
{
	size_t i;

	for (i = 0; i < lives->n; i++) {
		const struct life *life = &lives->life[i];

		if (!life->member)
			continue;
		if (life->made_ns)
			t->made[life->birth % OSCOPE_BIRTHS]++;
		t->execs += life->execs;
		t->exits += life->ended;
		t->both_known += first_known(life);
		t->ran_first += first_known(life) && life->run_ns < life->returned_ns;
	}
	t->child_first = t->both_known ? (double)t->ran_first / t->both_known : NAN;
}

static const struct {
	void *(*rows)(const struct lives *lives, const struct snapshot *snap, size_t *n);
	size_t stride;
} fills[SPAWN_BYS] = {
	[SPAWN_BY_KIND] = { kind_rows, sizeof(struct kind_row) },
	[SPAWN_BY_TASK] = { task_rows, sizeof(struct task_row) },
	[SPAWN_BY_TREE] = { tree_rows, sizeof(struct task_row) },
	[SPAWN_BY_MEMORY] = { spawn_memory_rows, sizeof(struct spawn_memory_row) },
};

/* Names of columns whose being missing would mean nothing, and of all if there are no rows. */
static void not_captured(const char **name, enum spawn_by by, const struct snapshot *snap)
{
	static const char *const memory[] = {
		"page_tables", "child_faults", "maker_faults", "parent_rss_bytes", "thp"
	};
	size_t i;

	if (!(snap->features & OSCOPE_FEAT_RUN))
		*name++ = "first_run_ns";
	if (!(snap->features & OSCOPE_FEAT_SPAWN))
		*name++ = "cost_ns";
	for (i = 0; by != SPAWN_BY_TREE && i < ARRAY_SIZE(memory); i++) {
		if (!(snap->features & OSCOPE_FEAT_MEMORY))
			*name++ = memory[i];
	}
}

int spawn_print(struct out *out, enum spawn_by by, const char *source, const struct lives *lives,
		const struct snapshot *snap)
{
	struct out_data data = { .report = spawn_reports[by], .stride = fills[by].stride };
	const char *missing[8] = { NULL };
	struct totals totals = { 0 };
	void *rows = fills[by].rows(lives, snap, &data.n_rows);
	int err;

	if (!rows)
		return err_sys(-ENOMEM, "report");
	totals_fill(&totals, lives);
	data.head = report_head(source, snap);
	data.head.own_cost_ns = NOT_CAPTURED;
	if (by != SPAWN_BY_KIND)
		not_captured(missing, by, snap);
	data.head.not_captured = missing;
	data.totals = &totals;
	data.rows = rows;
	err = out_print(out, &data);
	free(rows);
	return err;
}
