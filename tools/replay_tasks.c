// SPDX-License-Identifier: GPL-2.0
/*
 * Tasks of a recording. Memory follows what is in the file: tids without records have none.
 */
#include <stdlib.h>
#include <string.h>

#include "../kmod/core/ring.h"
#include "replay_tasks.h"
#include "util.h"

struct replay_task *replay_task_make(struct replay_tasks *t, uint32_t tid)
{
	size_t place = tids_place(&t->tids, tid);

	if (place == MAP_FULL || array_room(&t->task, &t->room, place, sizeof(*t->task)))
		return NULL;
	return &t->task[place];
}

static int row_keep(struct replay_tasks *t, const struct oscope_task *row)
{
	struct oscope_ledger *l = replay_ledger(t, row->tid);
	int err = array_room(&t->ended, &t->ended_room, t->n_ended, sizeof(*t->ended));

	if (!err && t->ledgers)
		err = array_room(&t->ended_ledger, &t->ended_ledger_room, t->n_ended,
				 sizeof(*t->ended_ledger));
	if (err)
		return err;
	if (l) {
		t->ended_ledger[t->n_ended] = *l;
		memset(l, 0, sizeof(*l));
	}
	t->ended[t->n_ended++] = *row;
	return 0;
}

/* Whether it is in the table: it was named, or had a part, and under a filter that passed. */
static bool has_row(const struct replay_tasks *t, const struct replay_task *task)
{
	return task->row.tid && (!t->filter || t->names || (task->asked & ASKED_SEEN));
}

static int row_forget(struct replay_tasks *t, uint32_t tid)
{
	struct oscope_ledger *l = replay_ledger(t, tid);

	if (l)
		memset(l, 0, sizeof(*l));
	return 0;
}

int replay_identity(struct replay_tasks *t, const struct oscope_identity *id)
{
	struct replay_task *task = replay_task(t, id->tid);
	int err;

	if (!task)
		return id->tid >= REPLAY_TID_MAX ? -EINVAL : -ENOMEM;
	if (task->row.start_ns && task->row.start_ns != id->start_ns) {
		err = t->forget || !has_row(t, task) ? row_forget(t, id->tid) :
						       row_keep(t, &task->row);
		if (err)
			return err;
		memset(task, 0, sizeof(*task));
	}
	/* Who it was at first may be heard of after it has changed, on another CPU. */
	if (task->row.start_ns == id->start_ns &&
	    !(oscope_head_flags(id->head) & OSCOPE_IDENTITY_RENAMED))
		return 0;
	if (task->row.start_ns != id->start_ns)
		task->asked = 0;	/* whatever was guessed of who was not known */
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
	size_t place = map_place(&t->pairs, (uint64_t)from << 32 | to);

	if (place == MAP_FULL ||
	    array_room(&t->pair_count, &t->pair_room, place, sizeof(*t->pair_count)))
		return -ENOMEM;
	t->pair_count[place]++;
	return 0;
}

/* Every row there is, ended lives first, and the ledgers beside them. Both are allocated. */
static int rows_collect(struct replay_tasks *t, struct oscope_task **rows,
			struct oscope_ledger **ledgers, size_t *n)
{
	size_t room = t->n_ended + t->tids.n + 1, i;

	replay_ledgers_whole(t);
	*rows = calloc(room, sizeof(**rows));
	*ledgers = t->ledgers ? calloc(room, sizeof(**ledgers)) : NULL;
	if (!*rows || (t->ledgers && !*ledgers))
		return err_sys(-ENOMEM, "replay");
	if (t->n_ended)
		memcpy(*rows, t->ended, t->n_ended * sizeof(**rows));
	if (t->n_ended && t->ledgers)
		memcpy(*ledgers, t->ended_ledger, t->n_ended * sizeof(**ledgers));
	*n = t->n_ended;
	for (i = 0; i < t->tids.n; i++) {
		if (!has_row(t, &t->task[i]))
			continue;
		if (t->ledgers && i < t->ledger_room)
			(*ledgers)[*n] = t->ledger[i];
		(*rows)[(*n)++] = t->task[i].row;
	}
	return 0;
}

static int pairs_collect(struct replay_tasks *t, struct oscope_pair **pairs)
{
	size_t i;

	*pairs = calloc(t->pairs.n + 1, sizeof(**pairs));
	if (!*pairs)
		return err_sys(-ENOMEM, "replay");
	for (i = 0; i < t->pairs.n; i++) {
		(*pairs)[i].key = t->pairs.key[i];
		(*pairs)[i].count = t->pair_count[i];
	}
	return 0;
}

int replay_tables(struct replay_tasks *t, struct snapshot *snap)
{
	struct task_tables tables = { 0 };
	struct oscope_ledger *ledgers;
	struct oscope_task *rows;
	struct oscope_pair *pairs;
	int err;

	err = rows_collect(t, &rows, &ledgers, &tables.n);
	tables.row = rows;
	tables.ledger = ledgers;
	if (!err)
		err = snapshot_take_tasks(snap, &tables);
	free(ledgers);
	free(rows);
	if (err)
		return err;
	err = pairs_collect(t, &pairs);
	if (err)
		return err;
	err = snapshot_take_pairs(snap, pairs, t->pairs.n);
	free(pairs);
	return err;
}

void replay_tasks_free(struct replay_tasks *t)
{
	tids_free(&t->tids);
	map_free(&t->pairs);
	free(t->task);
	free(t->ended);
	free(t->ledger);
	free(t->ended_ledger);
	free(t->pair_count);
	free(t->cpus);
}
