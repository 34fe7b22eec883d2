// SPDX-License-Identifier: GPL-2.0
/*
 * oscope states --wakers: who wakes whom.
 */
#include <stdlib.h>

#include "report.h"
#include "states_wakers.h"
#include "util.h"

struct waker_row {
	struct out_task waker, woken;
	const char *context;
	uint64_t count;
	double share;
};

static const struct out_column columns[] = {
	{ "waker", "WAKER", OUT_TASK, "who wakes; an interrupt has none",
	  OUT_FIELD(struct waker_row, waker), OUT_KEY | OUT_OPTIONAL },
	{ "context", "FROM", OUT_STR, "task, softirq (of whatever made it run), or hardirq",
	  OUT_FIELD(struct waker_row, context), OUT_KEY },
	{ "woken", "WOKEN", OUT_TASK, "who is woken", OUT_FIELD(struct waker_row, woken), OUT_KEY },
	{ "count", "COUNT", OUT_U64, "times", OUT_FIELD(struct waker_row, count) },
	{ "share", "SHARE", OUT_SHARE, "of all wake-ups", OUT_FIELD(struct waker_row, share) },
};

const struct out_table states_wakers_table = OUT_TABLE(columns);
const size_t states_wakers_stride = sizeof(struct waker_row);

static struct waker_row row_of(const struct snapshot *snap, const struct oscope_pair *p)
{
	uint32_t from = p->key >> 32;
	struct waker_row row = {
		.waker = { .tid = UINT32_MAX },
		.woken = task_of_tid(snap, (uint32_t)p->key),
		.context = from & OSCOPE_WAKER_HARDIRQ ? "hardirq" :
			   from & OSCOPE_WAKER_SOFTIRQ ? "softirq" : "task",
		.count = p->count,
	};

	if (!(snap->features & OSCOPE_FEAT_CONTEXT))
		row.context = NULL;
	if (!(from & OSCOPE_WAKER_HARDIRQ))
		row.waker = task_of_tid(snap, from & OSCOPE_WAKER_TID);
	return row;
}

static int by_count(const void *a, const void *b)
{
	const struct waker_row *x = a, *y = b;

	return x->count > y->count ? -1 : x->count < y->count;
}

void *states_wakers_rows(const struct snapshot *snap, const struct states_sum *sum, size_t n,
			 size_t *rows)
{
	struct waker_row *row = calloc(snap->n_pair + 1, sizeof(*row));
	uint64_t all = 0;
	size_t i;

	*rows = 0;
	for (i = 0; row && i < snap->n_pair; i++) {
		if (!snap->pair[i].count)
			continue;
		row[(*rows)++] = row_of(snap, &snap->pair[i]);
		all += snap->pair[i].count;
	}
	for (i = 0; row && i < *rows; i++)
		row[i].share = (double)row[i].count / all;
	if (row)
		qsort(row, *rows, sizeof(*row), by_count);
	return row;
}
