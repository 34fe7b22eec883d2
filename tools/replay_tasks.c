// SPDX-License-Identifier: GPL-2.0
/*
 * Tasks of a recording: a table of two levels by tid, which tids of any file can only fill so far.
 */
#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "replay_tasks.h"
#include "util.h"

struct replay_pair {
	uint64_t key;
	uint64_t count;
	UT_hash_handle hh;
};

struct replay_task *replay_task(struct replay_tasks *t, uint32_t tid)
{
	struct replay_task **leaf;

	if (tid >= REPLAY_TID_MAX)
		return NULL;
	leaf = &t->leaf[tid >> REPLAY_LEAF_BITS];
	if (!*leaf)
		*leaf = calloc(1U << REPLAY_LEAF_BITS, sizeof(**leaf));
	return *leaf ? *leaf + (tid & ((1U << REPLAY_LEAF_BITS) - 1)) : NULL;
}

static int row_keep(struct replay_tasks *t, const struct oscope_task *row)
{
	struct oscope_task *grown;

	if ((t->n_ended & (t->n_ended - 1)) == 0) {
		grown = realloc(t->ended, (t->n_ended ? 2 * t->n_ended : 1) * sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		t->ended = grown;
	}
	t->ended[t->n_ended++] = *row;
	return 0;
}

int replay_identity(struct replay_tasks *t, const struct oscope_identity *id)
{
	struct replay_task *task = replay_task(t, id->tid);
	int err;

	if (!task)
		return id->tid >= REPLAY_TID_MAX ? -EINVAL : -ENOMEM;
	if (task->row.tid && task->row.start_ns != id->start_ns) {
		err = row_keep(t, &task->row);
		if (err)
			return err;
		memset(task, 0, sizeof(*task));
	}
	task->row.start_ns = id->start_ns;
	task->row.tid = id->tid;
	task->row.tgid = id->tgid;
	task->row.flags = id->flags;
	memcpy(task->row.comm, id->comm_lo, sizeof(id->comm_lo));
	memcpy(task->row.comm + sizeof(id->comm_lo), id->comm_hi, sizeof(id->comm_hi));
	return 0;
}

int replay_pair(struct replay_tasks *t, uint32_t from, uint32_t to)
{
	uint64_t key = (uint64_t)from << 32 | to;
	struct replay_pair *pair;

	HASH_FIND(hh, t->pairs, &key, sizeof(key), pair);
	if (!pair) {
		pair = calloc(1, sizeof(*pair));
		if (!pair)
			return -ENOMEM;
		pair->key = key;
		HASH_ADD(hh, t->pairs, key, sizeof(key), pair);
		t->n_pairs++;
	}
	pair->count++;
	return 0;
}

/* Every row there is, ended lives first. *rows is allocated. */
static int rows_collect(struct replay_tasks *t, struct oscope_task **rows, size_t *n)
{
	size_t leaves = ARRAY_SIZE(t->leaf), room = t->n_ended, i, j;

	for (i = 0; i < leaves; i++)
		room += t->leaf[i] ? 1U << REPLAY_LEAF_BITS : 0;
	*rows = calloc(room ? room : 1, sizeof(**rows));
	if (!*rows)
		return err_sys(-ENOMEM, "replay");
	if (t->n_ended)
		memcpy(*rows, t->ended, t->n_ended * sizeof(**rows));
	*n = t->n_ended;
	for (i = 0; i < leaves; i++) {
		for (j = 0; t->leaf[i] && j < 1U << REPLAY_LEAF_BITS; j++) {
			if (t->leaf[i][j].row.tid)
				(*rows)[(*n)++] = t->leaf[i][j].row;
		}
	}
	return 0;
}

static int pairs_collect(struct replay_tasks *t, struct oscope_pair **pairs)
{
	struct replay_pair *pair, *next;
	size_t n = 0;

	*pairs = calloc(t->n_pairs ? t->n_pairs : 1, sizeof(**pairs));
	if (!*pairs)
		return err_sys(-ENOMEM, "replay");
	HASH_ITER(hh, t->pairs, pair, next) {
		(*pairs)[n].key = pair->key;
		(*pairs)[n++].count = pair->count;
	}
	return 0;
}

int replay_tables(struct replay_tasks *t, struct snapshot *snap)
{
	struct oscope_task *rows;
	struct oscope_pair *pairs;
	size_t n = 0;
	int err;

	err = rows_collect(t, &rows, &n);
	if (err)
		return err;
	err = snapshot_take_tasks(snap, rows, n);
	free(rows);
	if (err)
		return err;
	err = pairs_collect(t, &pairs);
	if (err)
		return err;
	err = snapshot_take_pairs(snap, pairs, t->n_pairs);
	free(pairs);
	return err;
}

void replay_tasks_free(struct replay_tasks *t)
{
	struct replay_pair *pair, *next;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(t->leaf); i++)
		free(t->leaf[i]);
	free(t->ended);
	HASH_ITER(hh, t->pairs, pair, next) {
		HASH_DEL(t->pairs, pair);
		free(pair);
	}
}
