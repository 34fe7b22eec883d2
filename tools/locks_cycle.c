// SPDX-License-Identifier: GPL-2.0
/*
 * Cycles of tasks that wait for each other, and whether they stand still.
 */
#include <stdlib.h>

#include "locks.h"
#include "map.h"

/* Each waits for one other at most, so from each one there is one way. */
static int next_fill(struct locks *l)
{
	struct map by_tid = { 0 };
	size_t i, at;
	int err = 0;

	for (i = 0; i < l->n && !err; i++) {
		at = map_place(&by_tid, l->task[i].who.tid);
		if (at == MAP_FULL)
			err = -1;
	}
	/* A thread that was met twice, at both ends of a reading of /proc: no places, no cycles. */
	for (i = 0; i < l->n && !err && by_tid.n == l->n; i++) {
		const struct lock_wait *w = &l->task[i].wait;

		if (!w->owner || w->timed)
			continue;
		at = map_find(&by_tid, w->owner);
		l->task[i].next = at == MAP_FULL ? LOCKS_NOBODY : at;
	}
	map_free(&by_tid);
	return err;
}

/* Whether the wait is for the same owner as before. */
static bool same_owner(struct locks *l, const struct lock_task *t)
{
	struct lock_task again = *t;

	again.wait = (struct lock_wait){ 0 };
	lock_fill(l, &again);
	return again.wait.owner == t->wait.owner && again.wait.kind == t->wait.kind &&
	       again.wait.sure == t->wait.sure;
}

/* Whether it has not run since it was first looked at. */
static bool stands_still(const struct lock_task *t)
{
	struct proc_call call;
	uint64_t switches;

	return !proc_call(t->who.pid, t->who.tid, &call) && proc_call_same(&call, &t->call) &&
	       proc_switches(t->who.pid, t->who.tid, &switches) && switches == t->switches;
}

/* First whose all the locks are now, then that nobody has moved. */
static bool cycle_holds(struct locks *l, const struct lock_cycle *c)
{
	size_t i, at;

	/* What is read once a look is read once more. */
	l->cache->lines_read = false;
	l->cache->n_lines = 0;
	for (i = 0, at = c->first; i < c->n; i++, at = l->task[at].next) {
		if (!same_owner(l, &l->task[at]))
			return false;
	}
	for (i = 0; i < c->n; i++, at = l->task[at].next) {
		if (!stands_still(&l->task[at]))
			return false;
	}
	return true;
}

static bool all_sure(const struct locks *l, const struct lock_cycle *c)
{
	size_t i, at = c->first;

	for (i = 0; i < c->n; i++, at = l->task[at].next) {
		const struct lock_wait *w = &l->task[at].wait;

		if (!w->sure || (w->kind == LOCK_FLOCK && lock_file_shared(w)))
			return false;
	}
	return true;
}

/* It is there from when the last of them went to sleep. */
static uint64_t closed_ns(const struct locks *l, const struct lock_cycle *c)
{
	size_t i, at = c->first;
	uint64_t since = 0;

	for (i = 0; i < c->n; i++, at = l->task[at].next) {
		if (!l->task[at].since_ns)
			return 0;
		if (l->task[at].since_ns > since)
			since = l->task[at].since_ns;
	}
	return since;
}

/* A cycle from a task on one; it is kept if it stands still. */
static int cycle_add(struct locks *l, size_t first)
{
	struct lock_cycle c = { .first = first };
	size_t at = first;
	int err;

	do {
		c.n++;
		at = l->task[at].next;
	} while (at != first);
	if (!cycle_holds(l, &c))
		return 0;
	c.proved = all_sure(l, &c);
	c.since_ns = closed_ns(l, &c);
	err = array_room(&l->cycle, &l->cycles_room, l->n_cycles, sizeof(c));
	if (err)
		return err;
	l->cycle[l->n_cycles++] = c;
	do {
		l->task[at].cycle = l->n_cycles;
		at = l->task[at].next;
	} while (at != first);
	return 0;
}

/* That takes us to the CPU where they ran: only for those of interest. */
static void times_fill(struct locks *l)
{
	size_t i;

	for (i = 0; i < l->n; i++) {
		struct lock_task *t = &l->task[i];

		if (l->times_of_all || t->wait.owner || t->wait.gone || t->wait.kind != LOCK_FUTEX)
			t->since_ns = proc_last_ran_ns(t->who.pid, t->who.tid, t->cpu);
	}
}

int locks_cycles(struct locks *l)
{
	/* On which way, from 1 on, a task was met first. */
	size_t *way = calloc(l->n + 1, sizeof(*way)), i, at;
	int err = way ? next_fill(l) : -1;

	times_fill(l);
	for (i = 0; i < l->n && !err; i++) {
		for (at = i; at != LOCKS_NOBODY && !way[at]; at = l->task[at].next)
			way[at] = i + 1;
		if (at != LOCKS_NOBODY && way[at] == i + 1)
			err = cycle_add(l, at);
	}
	free(way);
	return err ? -1 : 0;
}
