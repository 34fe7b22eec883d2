// SPDX-License-Identifier: GPL-2.0
/*
 * What making tasks costs in memory: sums of lives, and rows by the size of the maker.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../kmod/core/hist.h"
#include "spawn_memory.h"
#include "util.h"

void spawn_memory_add(struct spawn_memory *sum, const struct life *life)
{
	if (!life->memory_known)
		return;
	sum->known++;
	sum->page_tables += life->page_tables;
	sum->rss_bytes += (uint64_t)life->maker_kib << 10;
	sum->thp += life->thp;
	sum->child_faults += life->faults_known ? life->faults : 0;
	sum->maker_faults += life->maker_faults_known ? life->maker_faults : 0;
}

void spawn_memory_end(struct spawn_memory *sum, const struct snapshot *snap)
{
	sum->rss_mean = sum->known ? sum->rss_bytes / sum->known : NOT_CAPTURED;
	if (snap->features & OSCOPE_FEAT_MEMORY)
		return;
	sum->page_tables = NOT_CAPTURED;
	sum->child_faults = NOT_CAPTURED;
	sum->maker_faults = NOT_CAPTURED;
	sum->thp = NOT_CAPTURED;
}

void spawn_memory_of(struct spawn_memory *m, const struct life *life)
{
	memset(m, 0xff, sizeof(*m));
	if (!life->memory_known)
		return;
	m->page_tables = life->page_tables;
	m->rss_mean = (uint64_t)life->maker_kib << 10;
	m->thp = life->thp;
	if (life->faults_known)
		m->child_faults = life->faults;
	if (life->maker_faults_known)
		m->maker_faults = life->maker_faults;
}

/* The row of each kind, size and huge pages; + 1, 0: none. */
struct memory_index {
	struct spawn_memory_row *row;
	size_t n, room;
	size_t at[OSCOPE_BIRTHS][65][2];
};

static struct spawn_memory_row *row_get(struct memory_index *m, const struct life *life)
{
	uint64_t from = oscope_birth_bucket((uint64_t)life->maker_kib << 10);
	uint32_t kind = life->birth % OSCOPE_BIRTHS;
	size_t *at = &m->at[kind][from ? 64 - __builtin_clzll(from) : 0][life->thp];

	if (*at)
		return &m->row[*at - 1];
	if (array_room(&m->row, &m->room, m->n, sizeof(*m->row)))
		return NULL;
	*at = ++m->n;
	m->row[*at - 1] = (struct spawn_memory_row){
		.kind = spawn_kind_name(kind),
		.birth = kind,
		.rss_from = from,
		.thp = life->thp,
	};
	return &m->row[*at - 1];
}

static int row_add(struct memory_index *m, const struct life *life)
{
	struct spawn_memory_row *row = row_get(m, life);
	uint64_t time[INTERVALS];
	int i;

	if (!row)
		return -ENOMEM;
	row->count++;
	spawn_memory_add(&row->memory, life);
	spawn_times(life, time);
	for (i = 0; i < INTERVALS; i++) {
		if (time[i] != NOT_CAPTURED)
			oscope_hist_add(&row->hist[i], time[i]);
	}
	return 0;
}

static int row_compare(const void *a, const void *b)
{
	const struct spawn_memory_row *x = a, *y = b;

	if (x->birth != y->birth)
		return x->birth < y->birth ? -1 : 1;
	if (x->rss_from != y->rss_from)
		return x->rss_from < y->rss_from ? -1 : 1;
	return x->thp - y->thp;
}

/* They lie where they stay now. */
static void row_end(struct spawn_memory_row *row, const struct snapshot *snap)
{
	int i;

	for (i = 0; i < INTERVALS; i++)
		row->time[i] = &row->hist[i];
	if (!(snap->features & OSCOPE_FEAT_RUN))
		row->time[FIRST_RUN] = NULL;
	if (!(snap->features & OSCOPE_FEAT_SPAWN))
		row->time[COST] = NULL;
	spawn_memory_end(&row->memory, snap);
}

void *spawn_memory_rows(const struct lives *lives, const struct snapshot *snap, size_t *n)
{
	struct memory_index m = { 0 };
	size_t i;
	int err = array_room(&m.row, &m.room, 0, sizeof(*m.row));

	for (i = 0; !err && i < lives->n; i++) {
		if (spawn_was_made(&lives->life[i]) && lives->life[i].memory_known)
			err = row_add(&m, &lives->life[i]);
	}
	if (err) {
		free(m.row);
		return NULL;
	}
	qsort(m.row, m.n, sizeof(*m.row), row_compare);
	for (i = 0; i < m.n; i++)
		row_end(&m.row[i], snap);
	*n = m.n;
	return m.row;
}
