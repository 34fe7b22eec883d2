// SPDX-License-Identifier: GPL-2.0
/*
 * The reports of oscope zombies: columns, and how deaths become rows.
 */
#include <stdlib.h>
#include <string.h>

#include "../kmod/core/hist.h"
#include "report.h"
#include "util.h"
#include "zombies_report.h"

#define STATUS_UNKNOWN	UINT32_MAX

struct totals {
	uint64_t live, exits, threads, dethreaded, reaped, self_reaped, reparented, unknown;
	const struct oscope_hist *zombie_ns;
};

#define TOTAL_LIVE { "live", "live", OUT_U64, "zombies now", OUT_FIELD(struct totals, live) }

static const struct out_column now_totals[] = { TOTAL_LIVE };

static const struct out_column history_totals[] = {
	TOTAL_LIVE,
	{ "exits", "exits", OUT_U64, "processes that ended", OUT_FIELD(struct totals, exits) },
	{ "reaped", "reaped", OUT_U64, "zombies that somebody reaped",
	  OUT_FIELD(struct totals, reaped) },
	{ "self_reaped", "self-reaped", OUT_U64,
	  "processes that never were one: their parent ignores SIGCHLD, or has SA_NOCLDWAIT",
	  OUT_FIELD(struct totals, self_reaped) },
	{ "reparented", "reparented", OUT_U64, "times that a zombie got another parent",
	  OUT_FIELD(struct totals, reparented) },
	{ "threads", "threads", OUT_U64, "threads that ended before their process",
	  OUT_FIELD(struct totals, threads) },
	{ "dethreaded", "dethreaded", OUT_U64, "leaders replaced by a thread of theirs, by exec",
	  OUT_FIELD(struct totals, dethreaded) },
	{ "unknown", "unknown", OUT_U64, "gone, and nobody was seen reaping them",
	  OUT_FIELD(struct totals, unknown) },
	{ "zombie_ns", "from end to reap", OUT_HIST, "how long those that were reaped were zombies",
	  OUT_FIELD(struct totals, zombie_ns), OUT_DRAW },
};

struct task_row {
	struct out_task task, parent, reaper;
	uint32_t status;		/* STATUS_UNKNOWN: not known */
	uint64_t zombie_ns, age_ns, threads, reparented_to;
	const char *how, *reapable, *parent_state;
};

static bool get_exit_code(const void *row, struct out_value *v)
{
	const struct task_row *r = row;

	v->natural = r->status >> 8 & 0xff;
	return r->status != STATUS_UNKNOWN && !(r->status & 0x7f);
}

static bool get_signal(const void *row, struct out_value *v)
{
	const struct task_row *r = row;

	v->natural = r->status & 0x7f;
	return r->status != STATUS_UNKNOWN && (r->status & 0x7f);
}

static bool get_core(const void *row, struct out_value *v)
{
	const struct task_row *r = row;

	if (!get_signal(row, v))
		return false;
	v->yes = r->status & 0x80;
	return true;
}

#define COLUMN_TASK \
	{ "task", "TASK", OUT_TASK, "the process that ended", OUT_FIELD(struct task_row, task), \
	  OUT_KEY }
#define COLUMN_PARENT \
	{ "parent", "PARENT", OUT_TASK, "its parent", OUT_FIELD(struct task_row, parent), \
	  OUT_OPTIONAL }
#define COLUMNS_STATUS \
	{ "exit_code", "CODE", OUT_U64, "what it gave back, if it ended by itself", 0, \
	  OUT_OPTIONAL, get_exit_code }, \
	{ "signal", "SIGNAL", OUT_U64, "the signal that ended it, if one did", 0, \
	  OUT_OPTIONAL, get_signal }, \
	{ "core", "CORE", OUT_BOOL, "... and whether it left a core", 0, \
	  OUT_OPTIONAL | OUT_HIDDEN, get_core }
#define COLUMN_AGE \
	{ "age_ns", "AGE", OUT_NS, "how long it has been a zombie", \
	  OUT_FIELD(struct task_row, age_ns), OUT_OPTIONAL }

static const struct out_column now_columns[] = {
	COLUMN_TASK,
	COLUMN_PARENT,
	COLUMNS_STATUS,
	COLUMN_AGE,
	{ "threads", "THREADS", OUT_U64, "its other threads that live: nobody can reap it before",
	  OUT_FIELD(struct task_row, threads) },
	{ "reapable", "REAPABLE", OUT_STR,
	  "why its parent can be expected to reap it: waits, init, handles (SIGCHLD), or no",
	  OUT_FIELD(struct task_row, reapable) },
};

static const struct out_column task_columns[] = {
	COLUMN_TASK,
	COLUMN_PARENT,
	COLUMNS_STATUS,
	{ "zombie_ns", "ZOMBIE", OUT_NS, "how long it was a zombie until it was reaped",
	  OUT_FIELD(struct task_row, zombie_ns), OUT_OPTIONAL },
	COLUMN_AGE,
	{ "how", "HOW", OUT_STR, "how it was let go; alive: it still is a zombie",
	  OUT_FIELD(struct task_row, how) },
	{ "reaper", "REAPER", OUT_TASK, "who reaped it", OUT_FIELD(struct task_row, reaper),
	  OUT_OPTIONAL },
	{ "parent_state", "PARENT-WAS", OUT_STR,
	  "its parent at its end: waits, ignores or nocldwait (SIGCHLD), has_waited (at another time), no",
	  OUT_FIELD(struct task_row, parent_state), OUT_OPTIONAL | OUT_HIDDEN },
	{ "reparented_to", "NOW-OF", OUT_U64, "its parent by then, if that had changed",
	  OUT_FIELD(struct task_row, reparented_to), OUT_OPTIONAL | OUT_HIDDEN },
};

struct parent_row {
	struct out_task parent;
	uint64_t exits, live, reaped, self_reaped;
	const char *waits;
	struct oscope_hist hist;
	const struct oscope_hist *zombie_ns;
};

static const struct out_column parent_columns[] = {
	{ "parent", "PARENT", OUT_TASK, "whose children ended",
	  OUT_FIELD(struct parent_row, parent), OUT_KEY },
	{ "exits", "EXITS", OUT_U64, "children that ended", OUT_FIELD(struct parent_row, exits) },
	{ "live", "LIVE", OUT_U64, "of these: zombies now", OUT_FIELD(struct parent_row, live) },
	{ "reaped", "REAPED", OUT_U64, "of these: were zombies until somebody reaped them",
	  OUT_FIELD(struct parent_row, reaped) },
	{ "self_reaped", "SELF", OUT_U64, "of these: reaped themselves",
	  OUT_FIELD(struct parent_row, self_reaped) },
	{ "waits", "WAITS", OUT_STR, "whether the parent was seen waiting for children: yes or no",
	  OUT_FIELD(struct parent_row, waits) },
	{ "zombie_ns", "ZOMBIE", OUT_HIST, "from end to reap",
	  OUT_FIELD(struct parent_row, zombie_ns) },
};

const struct out_report zombies_now = {
	.command = "zombies", .totals = OUT_TABLE(now_totals), .rows = OUT_TABLE(now_columns),
};

static const struct out_report by_task = {
	.command = "zombies", .totals = OUT_TABLE(history_totals), .rows = OUT_TABLE(task_columns),
};

static const struct out_report by_parent = {
	.command = "zombies", .totals = OUT_TABLE(history_totals),
	.rows = OUT_TABLE(parent_columns),
};

const struct out_report *const zombies_reports[ZOMBIES_BYS] = {
	[ZOMBIES_BY_PARENT] = &by_parent,
	[ZOMBIES_BY_TASK] = &by_task,
};

static const struct out_task nobody = { .tid = UINT32_MAX };

static struct out_task proc_task(pid_t pid)
{
	struct out_task task = { .tid = pid, .pid = pid };

	return pid > 0 && proc_comm(pid, task.comm) ? task : nobody;
}

int zombies_print_now(struct out *out, const struct proc_zombie *found, size_t n)
{
	struct task_row *rows = calloc(n + 1, sizeof(*rows));
	struct totals totals = { 0 };
	struct out_data data = {
		.report = &zombies_now, .totals = &totals, .rows = rows, .n_rows = n,
		.stride = sizeof(*rows),
		.head = { .source = "proc", .start_ns = now_ns(), .own_cost_ns = NOT_CAPTURED },
	};
	size_t i;
	int err;

	if (!rows)
		return err_sys(-ENOMEM, "report");
	for (i = 0; i < n; i++) {
		const struct proc_zombie *z = &found[i];
		struct task_row *row = &rows[i];

		row->task = (struct out_task){ .tid = z->who.tid, .pid = z->who.tgid,
					       .start_ns = z->who.start_ns };
		memcpy(row->task.comm, z->who.comm_lo, sizeof(z->who.comm_lo));
		memcpy(row->task.comm + 8, z->who.comm_hi, sizeof(z->who.comm_hi));
		row->parent = proc_task(z->who.ptid);
		row->status = z->status;
		row->age_ns = z->since_ns ? data.head.start_ns - z->since_ns : NOT_CAPTURED;
		row->threads = z->threads;
		row->reapable = z->threads ? "no" : proc_reaper_names[proc_reaper(z->who.ptid)];
		totals.live += !z->threads;
	}
	err = out_print(out, &data);
	free(rows);
	return err;
}

static const char *const how_names[OSCOPE_HOWS] = {
	[OSCOPE_HOW_NONE] = "alive",
	[OSCOPE_HOW_WAITED] = "waited",
	[OSCOPE_HOW_IGNORED] = "sigchld_ignored",
	[OSCOPE_HOW_NOCLDWAIT] = "nocldwait",
	[OSCOPE_HOW_THREAD] = "thread",
	[OSCOPE_HOW_DETHREAD] = "dethread",
	[OSCOPE_HOW_PTRACE] = "ptrace",
	[OSCOPE_HOW_PARENT_EXIT] = "parent_exit",
	[OSCOPE_HOW_UNKNOWN] = "unknown",
};

/* Who has a number, as far as it was heard of. */
static struct out_task number_task(const struct lives *lives, uint32_t tid)
{
	const struct life *life = tid ? lives_find(lives, tid) : NULL;

	if (life)
		return task_of_life(life);
	return tid ? (struct out_task){ .tid = tid, .pid = tid } : nobody;
}

/* A process of interest that has ended: its last thread has, or its parent was told. */
static bool has_ended(const struct life *life)
{
	return life_is_process(life) && life->member &&
	       (life->death.zombie_ns || life->death.reap_ns ||
		(life->death.exit_ns && life->death.flags & OSCOPE_END_LAST));
}

static bool is_zombie(const struct life *life)
{
	return life->death.zombie_ns && !life->death.reap_ns;
}

static bool reaped_itself(const struct life *life)
{
	return life->death.how == OSCOPE_HOW_IGNORED || life->death.how == OSCOPE_HOW_NOCLDWAIT;
}

static bool duration_known(const struct life *life)
{
	return life->death.zombie_ns && life->death.reap_ns && !life->since_unknown;
}

/* What its parent was up to when it ended; NULL: its end was not seen. */
static const char *parent_state(const struct lives *lives, const struct life *life)
{
	const struct oscope_death *d = &life->death;
	const struct life *parent = d->parent ? lives_find(lives, d->parent) : NULL;

	if (!d->exit_ns)
		return NULL;
	if (d->flags & OSCOPE_END_IGNORED)
		return "ignores";
	if (d->flags & OSCOPE_END_NOCLDWAIT)
		return "nocldwait";
	if (d->flags & OSCOPE_END_AWAITED)
		return "waits";
	return parent && parent->waits ? "has_waited" : "no";
}

static void task_row_fill(struct task_row *row, const struct lives *lives, const struct life *life,
			  uint64_t now)
{
	const struct oscope_death *d = &life->death;
	bool zombie = is_zombie(life);

	row->task = task_of_life(life);
	row->parent = number_task(lives, d->parent ? d->parent : life->parent);
	row->reaper = number_task(lives, d->reaper);
	row->status = d->status;
	row->zombie_ns = duration_known(life) ? oscope_death_zombie_ns(d, now) : NOT_CAPTURED;
	row->age_ns = NOT_CAPTURED;
	if (zombie && !life->since_unknown)
		row->age_ns = oscope_death_zombie_ns(d, now);
	row->how = how_names[zombie || d->how ? d->how % OSCOPE_HOWS : OSCOPE_HOW_UNKNOWN];
	row->parent_state = parent_state(lives, life);
	row->reparented_to = d->told && d->told != d->parent ? d->told : NOT_CAPTURED;
}

static void *task_rows(const struct lives *lives, uint64_t now, size_t *n)
{
	struct task_row *rows = calloc(lives->n + 1, sizeof(*rows));
	size_t i;

	*n = 0;
	for (i = 0; rows && i < lives->n; i++) {
		if (has_ended(&lives->life[i]))
			task_row_fill(&rows[(*n)++], lives, &lives->life[i], now);
	}
	return rows;
}

static void parent_row_add(struct parent_row *row, const struct life *life, uint64_t now)
{
	row->exits++;
	row->live += is_zombie(life);
	row->self_reaped += reaped_itself(life);
	if (!life->death.zombie_ns || !life->death.reap_ns)
		return;
	row->reaped++;
	if (duration_known(life))
		oscope_hist_add(&row->hist, oscope_death_zombie_ns(&life->death, now));
}

static int by_exits(const void *a, const void *b)
{
	const struct parent_row *x = a, *y = b;

	return x->exits > y->exits ? -1 : x->exits < y->exits;
}

/* By the parent that they had at their end. */
static void *parent_rows(const struct lives *lives, uint64_t now, size_t *n)
{
	struct map parents = { 0 };
	struct parent_row *rows = NULL;
	size_t room = 0, i, place;

	for (i = 0; i < lives->n; i++) {
		const struct life *life = &lives->life[i];
		uint32_t parent = life->death.parent ? life->death.parent : life->parent;

		if (!has_ended(life))
			continue;
		place = map_place(&parents, parent);
		if (place == MAP_FULL || array_room(&rows, &room, place, sizeof(*rows)))
			goto no_memory;
		rows[place].parent = number_task(lives, parent);
		parent_row_add(&rows[place], life, now);
	}
	*n = parents.n;
	for (i = 0; i < *n; i++) {
		const struct life *life = lives_find(lives, rows[i].parent.tid);

		rows[i].waits = life && life->waits ? "yes" : "no";
	}
	map_free(&parents);
	if (!rows)
		return calloc(1, sizeof(*rows));
	qsort(rows, *n, sizeof(*rows), by_exits);
	for (i = 0; i < *n; i++)
		rows[i].zombie_ns = &rows[i].hist;
	return rows;

no_memory:
	map_free(&parents);
	free(rows);
	return NULL;
}

static void totals_fill(struct totals *t, struct oscope_hist *hist, const struct lives *lives,
			uint64_t now)
{
	size_t i;

	for (i = 0; i < lives->n; i++) {
		const struct life *life = &lives->life[i];

		if (!has_ended(life))
			continue;
		t->exits++;
		t->live += is_zombie(life);
		t->self_reaped += reaped_itself(life);
		t->reparented += life->death.reparented;
		t->reaped += life->death.zombie_ns && life->death.reap_ns;
		t->unknown += life->death.how == OSCOPE_HOW_UNKNOWN;
		if (duration_known(life))
			oscope_hist_add(hist, oscope_death_zombie_ns(&life->death, now));
	}
	t->threads = lives->threads_ended;
	t->dethreaded = lives->dethreaded;
	t->zombie_ns = hist;
}

static const struct {
	void *(*rows)(const struct lives *lives, uint64_t now, size_t *n);
	size_t stride;
} fills[ZOMBIES_BYS] = {
	[ZOMBIES_BY_PARENT] = { parent_rows, sizeof(struct parent_row) },
	[ZOMBIES_BY_TASK] = { task_rows, sizeof(struct task_row) },
};

/* What a kernel without the hook on signals, or a probe where tasks are let go, cannot tell. */
static const char *const *not_captured(const struct snapshot *snap)
{
	static const char *const lacks[] = { "how", "reaper", "live", NULL };
	static const char *const no_zombies[] = { "live", NULL };
	static const char *const no_reapers[] = { "how", "reaper", NULL };
	bool zombies = snap->features & OSCOPE_FEAT_ZOMBIE;
	bool reapers = snap->features & OSCOPE_FEAT_REAP;

	if (zombies)
		return reapers ? NULL : no_reapers;
	return reapers ? no_zombies : lacks;
}

int zombies_print(struct out *out, enum zombies_by by, const char *source,
		  const struct lives *lives, const struct snapshot *snap)
{
	struct out_data data = { .report = zombies_reports[by], .stride = fills[by].stride };
	struct oscope_hist *hist = calloc(1, sizeof(*hist));
	struct totals totals = { 0 };
	void *rows = hist ? fills[by].rows(lives, snap->ts_ns, &data.n_rows) : NULL;
	int err;

	if (!rows) {
		free(hist);
		return err_sys(-ENOMEM, "report");
	}
	totals_fill(&totals, hist, lives, snap->ts_ns);
	data.head = report_head(source, snap);
	data.head.own_cost_ns = NOT_CAPTURED;
	data.head.not_captured = not_captured(snap);
	data.totals = &totals;
	data.rows = rows;
	err = out_print(out, &data);
	free(rows);
	free(hist);
	return err;
}
