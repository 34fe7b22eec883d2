// SPDX-License-Identifier: GPL-2.0
/*
 * Tables of tasks in readings: rows and ledgers taken over, joined, subtracted.
 */
#include <stdlib.h>
#include <string.h>

#include "../kmod/core/ledger.h"
#include "source_impl.h"
#include "util.h"

#define COPY_TRIES	16

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

static int task_compare(const void *a, const void *b)
{
	const struct oscope_task *x = a, *y = b;

	if (x->tid != y->tid)
		return x->tid < y->tid ? -1 : 1;
	return x->start_ns < y->start_ns ? -1 : x->start_ns > y->start_ns;
}

/* Two rows of one task: the heir's name is the later one. */
static void task_add(struct oscope_task *to, const struct oscope_task *from)
{
	int i;

	if (from->flags & OSCOPE_TASK_HEIR) {
		memcpy(to->comm, from->comm, sizeof(to->comm));
		to->tree = from->tree;
	}
	to->voluntary += from->voluntary;
	to->involuntary += from->involuntary;
	to->slice_ns += from->slice_ns;
	for (i = 0; i < OSCOPE_WAITS; i++)
		to->wait_ns[i] += from->wait_ns[i];
	to->waits += from->waits;
	to->migrations += from->migrations;
}

/* The words of a ledger that only grow, as one vector. */
#define LEDGER_SUMS_AT	offsetof(struct oscope_ledger, running)
#define LEDGER_SUMS	((sizeof(struct oscope_ledger) - LEDGER_SUMS_AT) / sizeof(__u64))

static void ledger_sums(struct oscope_ledger *to, const struct oscope_ledger *from, int sign)
{
	__u64 *a = (__u64 *)((char *)to + LEDGER_SUMS_AT);
	const __u64 *b = (const __u64 *)((const char *)from + LEDGER_SUMS_AT);
	size_t i;

	for (i = 0; i < LEDGER_SUMS; i++)
		a[i] += sign * b[i];
}

/*
 * The ledgers of a leader and of who took its place: the one ends where, or before, the other
 * begins, and nobody had the number between.
 */
static void ledger_add(struct oscope_ledger *to, const struct oscope_ledger *from)
{
	const struct oscope_ledger *early = to, *late = from;
	struct oscope_ledger sum;
	__u64 overlap;

	if (!from->first)
		return;
	if (!to->first) {
		*to = *from;
		return;
	}
	if (from->first < to->first) {
		early = from;
		late = to;
	}
	sum = *late;
	ledger_sums(&sum, early, 1);
	sum.unobserved += oscope_ledger_span(early->since, late->first);
	/* The dead leader's last trace may go after that: it is no zombie then. */
	overlap = oscope_ledger_span(late->first, early->since);
	sum.zombie -= overlap < sum.zombie ? overlap : sum.zombie;
	sum.first = early->first;
	*to = sum;
}

/* A ledger that is written meanwhile: tried again until nothing has moved. */
static void ledger_copy(struct oscope_ledger *to, const struct oscope_ledger *from, uint64_t now)
{
	const __u64 *b = (const __u64 *)from;
	__u64 *a = (__u64 *)to, since;
	int tries = COPY_TRIES;
	size_t i;

	do {
		since = oscope_load(&from->since);
		for (i = 0; i < sizeof(*to) / sizeof(*a); i++)
			a[i] = oscope_load(&b[i]);
	} while ((to->since != since || oscope_load(&from->since) != since) && --tries);
	oscope_ledger_close(to, now);
}

static const struct oscope_task *sorted_rows;	/* qsort() passes nothing on */

static int place_compare(const void *a, const void *b)
{
	return task_compare(&sorted_rows[*(const size_t *)a], &sorted_rows[*(const size_t *)b]);
}

static size_t *places_sorted(const struct oscope_task *rows, size_t n, size_t *used)
{
	size_t *place = malloc((n + 1) * sizeof(*place)), i;

	*used = 0;
	for (i = 0; place && i < n; i++) {
		if (rows[i].tid)
			place[(*used)++] = i;
	}
	sorted_rows = rows;
	if (place)
		qsort(place, *used, sizeof(*place), place_compare);
	return place;
}

/* Rows are sorted: those of a leader and of who took its place stand together. */
static void tasks_gather(struct snapshot *snap, const struct oscope_task *rows,
			 const struct oscope_ledger *ledgers, const size_t *place, size_t n)
{
	struct oscope_ledger ledger = { 0 };
	size_t used = 0, i;

	for (i = 0; i < n; i++) {
		const struct oscope_task *row = &rows[place[i]];
		bool same = used && !task_compare(&snap->task[used - 1], row);

		if (same)
			task_add(&snap->task[used - 1], row);
		else
			snap->task[used++] = *row;
		if (!ledgers)
			continue;
		ledger_copy(&ledger, &ledgers[place[i]], snap->ts_ns);
		if (same)
			ledger_add(&snap->ledger[used - 1], &ledger);
		else
			snap->ledger[used - 1] = ledger;
	}
	snap->n_task = used;
}

int snapshot_take_tasks(struct snapshot *snap, const struct oscope_task *rows,
			const struct oscope_ledger *ledgers, size_t n)
{
	struct oscope_task *copy = NULL;
	size_t *place = NULL, used;
	int err = -ENOMEM;

	/* The table may be written meanwhile; what is sorted must not. */
	if (array_copy(&copy, rows, n, sizeof(*rows)))
		goto out;
	place = places_sorted(copy, n, &used);
	if (!place || array_copy(&snap->task, copy, used, sizeof(*snap->task)))
		goto out;
	if (ledgers && array_copy(&snap->ledger, ledgers, used, sizeof(*snap->ledger)))
		goto out;
	tasks_gather(snap, copy, ledgers, place, used);
	err = 0;
out:
	free(place);
	free(copy);
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

void tasks_subtract(struct snapshot *after, const struct snapshot *before)
{
	const struct oscope_task *t;
	size_t i;

	for (i = 0; i < after->n_task; i++) {
		t = bsearch(&after->task[i], before->task, before->n_task, sizeof(*t),
			    task_compare);
		if (!t)
			continue;
		task_subtract(&after->task[i], t);
		if (!after->ledger || !before->ledger || !after->ledger[i].first)
			continue;
		ledger_sums(&after->ledger[i], &before->ledger[t - before->task], -1);
		after->ledger[i].first = before->ledger[t - before->task].since;
		after->ledger[i].flags |= OSCOPE_LEDGER_CUT;
	}
}
