// SPDX-License-Identifier: GPL-2.0
/*
 * Tables of tasks in readings: rows and ledgers taken over, joined, subtracted.
 */
#include <stdlib.h>
#include <string.h>

#include "../kmod/core/ended.h"
#include "source_impl.h"
#include "util.h"

#define COPY_TRIES	16
#define TABLE_TRIES	4

int array_copy(void *to, const void *from, size_t n, size_t size)
{
	void **at = to, *grown;

	grown = realloc(*at, n ? n * size : size);
	if (!grown)
		return -ENOMEM;
	*at = grown;
	if (n)
		memcpy(grown, from, n * size);
	return 0;
}

/* An heir's row is another than that of the leader whose place it took, and comes after it. */
static int task_compare(const void *a, const void *b)
{
	const struct oscope_task *x = a, *y = b;
	uint32_t x_heir = x->flags & OSCOPE_TASK_HEIR, y_heir = y->flags & OSCOPE_TASK_HEIR;

	if (x->tid != y->tid)
		return x->tid < y->tid ? -1 : 1;
	if (x->start_ns != y->start_ns)
		return x->start_ns < y->start_ns ? -1 : 1;
	return x_heir < y_heir ? -1 : x_heir > y_heir;
}

bool same_task(const struct oscope_task *a, const struct oscope_task *b)
{
	return a->tid == b->tid && a->start_ns == b->start_ns;
}

static void words_copy(void *to, const void *from, size_t bytes)
{
	const __u64 *b = from;
	__u64 *a = to;
	size_t i;

	for (i = 0; i < bytes / sizeof(*a); i++)
		a[i] = oscope_load(&b[i]);
}

/* A ledger that is written meanwhile: tried again until nothing has moved. */
static void ledger_copy(struct oscope_ledger *to, const struct oscope_ledger *from, uint64_t now)
{
	int tries = COPY_TRIES;
	__u64 since;

	do {
		since = oscope_load(&from->since);
		words_copy(to, from, sizeof(*to));
	} while ((to->since != since || oscope_load(&from->since) != since) && --tries);
	oscope_ledger_close(to, now);
}

static uint32_t turn_load(const struct oscope_task *row)
{
	return __atomic_load_n(&row->turn, __ATOMIC_ACQUIRE);
}

/*
 * One row of one task. False: nobody's, or on its way from one to the next, whose life begins.
 */
static bool row_copy(const struct task_tables *t, size_t i, uint64_t now, struct oscope_task *row,
		     struct oscope_ledger *ledger)
{
	uint32_t turn;

	do {
		turn = turn_load(&t->row[i]);
		words_copy(row, &t->row[i], sizeof(*row));
		if (turn & 1 || !row->tid || (t->tree && row->tree != t->tree))
			return false;
		if (ledger)
			ledger_copy(ledger, &t->ledger[i], now);
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
	} while (turn_load(&t->row[i]) != turn);
	return true;
}

/* The sums at a moment at which nobody adds to them. */
static void ended_copy(struct oscope_ended *to, const struct oscope_ended *from)
{
	__u64 done;

	do {
		done = __atomic_load_n(&from->done, __ATOMIC_ACQUIRE);
		words_copy(to, from, sizeof(*to));
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
	} while (to->begun != done || oscope_load(&from->begun) != done);
}

/* Sums are of all rows that ended before they were copied: take those off that are there. */
static void rest_leave(struct snapshot *snap)
{
	struct oscope_ended *rest = &snap->rest;
	uint64_t last = rest->tree ? rest->latest : rest->begun;
	size_t i;

	for (i = 0; i < snap->n_task; i++) {
		if (!snap->task[i].ended || snap->task[i].ended > last)
			continue;
		oscope_ended_row(rest, &snap->task[i], -1);
		if (snap->ledger)
			oscope_ended_ledger(rest, &snap->task[i], &snap->ledger[i], -1);
	}
}

/* The sums, then the rows; the ends whose rows went meanwhile, so that they are in neither. */
static uint64_t tables_copy(struct snapshot *snap, const struct task_tables *t)
{
	uint64_t last = t->all ? oscope_load(&t->all->begun) : 0, reused;
	size_t i;

	if (t->sum)
		ended_copy(&snap->rest, t->sum);
	snap->n_task = 0;
	for (i = 0; i < t->n; i++)
		snap->n_task += row_copy(t, i, snap->ts_ns, &snap->task[snap->n_task],
					 snap->ledger ? &snap->ledger[snap->n_task] : NULL);
	rest_leave(snap);
	reused = t->all ? oscope_load(&t->all->reused) : 0;
	return reused > last ? reused - last : 0;
}

static const struct oscope_task *sorted_rows;	/* qsort() passes nothing on */

static int place_compare(const void *a, const void *b)
{
	return task_compare(&sorted_rows[*(const size_t *)a], &sorted_rows[*(const size_t *)b]);
}

/* What belongs to place i is at place[i]: follow each ring of moves once. */
static void rows_move(struct snapshot *snap, size_t *place)
{
	struct oscope_ledger ledger = { 0 };
	struct oscope_task task;
	size_t i, at, from;

	for (i = 0; i < snap->n_task; i++) {
		task = snap->task[i];
		if (snap->ledger)
			ledger = snap->ledger[i];
		for (at = i; place[at] != i; at = from) {
			from = place[at];
			snap->task[at] = snap->task[from];
			if (snap->ledger)
				snap->ledger[at] = snap->ledger[from];
			place[at] = at;
		}
		snap->task[at] = task;
		if (snap->ledger)
			snap->ledger[at] = ledger;
		place[at] = at;
	}
}

static int rows_sort(struct snapshot *snap)
{
	size_t *place = malloc((snap->n_task + 1) * sizeof(*place)), i;

	if (!place)
		return -ENOMEM;
	for (i = 0; i < snap->n_task; i++)
		place[i] = i;
	sorted_rows = snap->task;
	qsort(place, snap->n_task, sizeof(*place), place_compare);
	rows_move(snap, place);
	free(place);
	return 0;
}

static int snapshot_room(struct snapshot *snap, const struct task_tables *t)
{
	size_t n = t->n ? t->n : 1;
	struct oscope_task *task = realloc(snap->task, n * sizeof(*task));
	struct oscope_ledger *ledger;

	if (!task)
		return -ENOMEM;
	snap->task = task;
	if (!t->ledger)
		return 0;
	ledger = realloc(snap->ledger, n * sizeof(*ledger));
	if (!ledger)
		return -ENOMEM;
	snap->ledger = ledger;
	return 0;
}

int snapshot_take_tasks(struct snapshot *snap, const struct task_tables *t)
{
	int tries = TABLE_TRIES, err;

	memset(&snap->rest, 0, sizeof(snap->rest));
	err = snapshot_room(snap, t);
	if (!err) {
		do {
			snap->rows_missed = tables_copy(snap, t);
		} while (snap->rows_missed && --tries);
		err = rows_sort(snap);
	}
	return err ? err_sys(err, "reading the task table") : 0;
}

static void task_subtract(struct oscope_task *t, const struct oscope_task *before)
{
	t->voluntary -= before->voluntary;
	t->involuntary -= before->involuntary;
	t->slice_ns -= before->slice_ns;
	t->wait_ns[0] -= before->wait_ns[0];
	t->wait_ns[1] -= before->wait_ns[1];
	t->waits -= before->waits;
	t->migrations -= before->migrations;
}

/*
 * Where the moment of a reap is told afterwards, a zombie may have been told of for too long: the
 * interval has less than nothing of it, and then nothing. By how much.
 */
static uint64_t late_reap(__u64 *zombie_ns)
{
	uint64_t late = (int64_t)*zombie_ns < 0 ? -*zombie_ns : 0;

	*zombie_ns += late;
	return late;
}

static void ledger_subtract(struct oscope_ledger *l, const struct oscope_ledger *before)
{
	__u64 *a = (__u64 *)((char *)l + OSCOPE_LEDGER_SUMS_AT);
	const __u64 *b = (const __u64 *)((const char *)before + OSCOPE_LEDGER_SUMS_AT);
	size_t i;

	for (i = 0; i < OSCOPE_LEDGER_SUMS; i++)
		a[i] -= b[i];
	l->first = before->since;
	l->flags |= OSCOPE_LEDGER_CUT;
	late_reap(&l->zombie);
}

/*
 * What was in no row before is no news; nor is what those had then that are in no row any more. Who
 * of these was there still has ended since, and what the kernel counts of it is from before, too.
 */
static void rest_subtract(struct oscope_ended *rest, const struct snapshot *before,
			  const bool *kept)
{
	const __u64 *b = (const __u64 *)&before->rest.tasks;
	__u64 *a = &rest->tasks;
	size_t i;

	for (i = 0; i < (sizeof(*rest) - offsetof(struct oscope_ended, tasks)) / sizeof(*a); i++)
		a[i] -= b[i];
	for (i = 0; i < before->n_task; i++) {
		const struct oscope_task *t = &before->task[i];

		if (kept[i])
			continue;
		oscope_ended_row(rest, t, -1);
		if (before->ledger)
			oscope_ended_ledger(rest, t, &before->ledger[i], -1);
		if (t->ended)
			continue;
		rest->tasks += !(t->flags & OSCOPE_TASK_HEIR);
		rest->rows++;
		rest->final--;
	}
	rest->lifetime_ns += late_reap(&rest->ledger.zombie);
}

/* Row i of after; false if its task was gone before. */
static bool row_subtract(struct snapshot *after, size_t i, const struct snapshot *before,
			 bool *kept)
{
	const struct oscope_task *t = bsearch(&after->task[i], before->task, before->n_task,
					      sizeof(*t), task_compare);

	if (!t)
		return true;
	kept[t - before->task] = true;
	/* What it has sent may be read a moment before it was, and so be of this interval. */
	if (t->ended && !after->ipc)
		return false;
	task_subtract(&after->task[i], t);
	/* It may have had a row already, and its ledger not begun. */
	if (after->ledger && before->ledger && before->ledger[t - before->task].first)
		ledger_subtract(&after->ledger[i], &before->ledger[t - before->task]);
	return true;
}

int tasks_subtract(struct snapshot *after, const struct snapshot *before)
{
	bool *kept = calloc(before->n_task + 1, sizeof(*kept));
	size_t i, used = 0;

	if (!kept)
		return err_sys(-ENOMEM, "reading the task table");
	for (i = 0; i < after->n_task; i++) {
		if (!row_subtract(after, i, before, kept))
			continue;
		after->task[used] = after->task[i];
		if (after->ledger)
			after->ledger[used] = after->ledger[i];
		used++;
	}
	after->n_task = used;
	rest_subtract(&after->rest, before, kept);
	free(kept);
	return 0;
}
