// SPDX-License-Identifier: GPL-2.0
/*
 * Segments that no path can come to any more. A path begins in a task that goes on, or in one that
 * has ended and may be the run's last; from there it only goes back, from each segment to another.
 * What lies on none of these ways is freed, so that of many tasks that work beside each other only
 * the one that the others waited for is kept.
 *
 * A loss has the path stay with a task, whoever woke it then. Segments know of it, unless it shows
 * only once they have been handed out: then the path may come to where nothing was kept, and what
 * it did there is unknown, as it is in the loss.
 */
#include <stdlib.h>
#include <string.h>

#include "critical.h"
#include "map.h"
#include "util.h"

enum mark {
	MARK_NONE,
	MARK_SEEN,	/* looked at from a segment of a way */
	MARK_WAY,	/* on a way itself, and all that follows from it */
};

static void mark_seen(const struct segment *s)
{
	if (s && !s->mark)
		((struct segment *)s)->mark = MARK_SEEN;
}

static int way_add(struct critical *c, uint32_t task, uint64_t ns)
{
	if (array_room(&c->way, &c->ways_room, c->ways, sizeof(*c->way)))
		return -ENOMEM;
	c->way[c->ways++] = (struct critical_way){ task, ns };
	return 0;
}

/*
 * Where the path may go on from the beginning of a segment: what critical_walk() will do there. Of
 * a waker whose segment then has not ended it is not known yet whether it ran: that it did not is
 * the safe answer, as it goes on, and what it has done up to now is on a way of its own.
 */
static int ways_from(struct critical *c, const struct segment *s)
{
	bool other = s->by && s->by - 1 != s->task, jumps;

	if (s->state != SEGMENT_WOKEN) {
		jumps = other && (s->how == SEGMENT_BY_MAKER || s->how == SEGMENT_BY_EXEC);
	} else {
		jumps = other && s->how == SEGMENT_BY_TASK &&
			critical_runs_at(c, s->by - 1, s->from_ns);
		mark_seen(critical_before(c, s->task, s->from_ns));
		mark_seen(s->by ? critical_before(c, s->by - 1, s->from_ns + 1) : NULL);
	}
	return way_add(c, jumps ? s->by - 1 : s->task, s->from_ns);
}

/* All that has been added, and what follows from it. */
static int ways_follow(struct critical *c)
{
	int err = 0;

	while (!err && c->ways) {
		const struct critical_way way = c->way[--c->ways];
		struct segment *s = (struct segment *)critical_before(c, way.task, way.ns);

		if (!s || s->mark == MARK_WAY)
			continue;
		s->mark = MARK_WAY;
		err = ways_from(c, s);
	}
	return err;
}

static enum critical_end end_of(const struct critical *c, const struct segment_task *t)
{
	return c->ends ? c->ends(c->ends_arg, t) : CRITICAL_END_MAYBE;
}

static bool is_over(const struct critical *c, const struct segment_task *t)
{
	return t->now.state == SEGMENT_GONE && end_of(c, t) == CRITICAL_END_NOT;
}

/* Who woke a task that has not come to a CPU yet, or did so too early: what it did then. */
static int way_of_waker(struct critical *c, uint32_t by, uint64_t ns)
{
	if (!by)
		return 0;
	mark_seen(critical_before(c, by - 1, ns + 1));
	return way_add(c, by - 1, ns);
}

/* From where a task is now. */
static int ways_of_task(struct critical *c, uint32_t task)
{
	const struct segment_task *t = &c->segments.task[task];
	int err;

	if (is_over(c, t))
		return 0;
	err = way_add(c, task, UINT64_MAX);
	/* A run that it ends in ends there, not with what it still does. */
	if (!err && t->exit_ns)
		err = way_add(c, task, t->exit_ns);
	if (!err)
		err = way_of_waker(c, t->now.by, t->now.from_ns);
	if (!err)
		err = way_of_waker(c, t->early.by, t->now.from_ns);
	return err ? err : ways_follow(c);
}

/* Room that nobody needs goes back; it may stay if that fails. */
static void task_shrink(struct critical_task *t)
{
	size_t room = 2 * (t->n + 1);
	struct segment *less;

	if (t->n >= t->room / 4)
		return;
	less = realloc(t->segment, room * sizeof(*less));
	if (!less)
		return;
	t->segment = less;
	t->room = room;
}

/* What is on no way, and what lies before a time from which on the path is added up. */
static size_t task_sweep(struct critical_task *t, uint64_t fold_ns)
{
	size_t used = 0, i;

	for (i = 0; i < t->n; i++) {
		if (t->segment[i].mark == MARK_NONE || t->segment[i].to_ns < fold_ns)
			continue;
		t->segment[used] = t->segment[i];
		t->segment[used++].mark = MARK_NONE;
	}
	t->n = used;
	task_shrink(t);
	return used;
}

static bool is_on_way(const struct segment *s)
{
	return s->mark == MARK_WAY;
}

/*
 * Before this no run can end: the last end that it is sure to have; without one the first of those
 * that may turn out to be its only one.
 */
static uint64_t certain_ns(const struct critical *c)
{
	uint64_t sure = 0, maybe = UINT64_MAX, ns;
	size_t i;

	for (i = 0; i < c->segments.n; i++) {
		const struct segment_task *t = &c->segments.task[i];
		enum critical_end end = t->exit_ns ? end_of(c, t) : CRITICAL_END_NOT;

		if (end == CRITICAL_END_SURE && t->exit_ns > sure)
			sure = t->exit_ns;
		if (end == CRITICAL_END_MAYBE && t->exit_ns < maybe)
			maybe = t->exit_ns;
	}
	ns = sure ? sure : maybe;
	return ns < c->fold_next_ns ? ns : c->fold_next_ns;
}

int critical_prune(struct critical *c)
{
	size_t held = 0, i;
	int err = 0;

	for (i = 0; !err && i < c->segments.n; i++)
		err = ways_of_task(c, i);
	/* As much again is left to be looked into: a call's record comes later than its sleeps. */
	if (!err && c->begins && c->fold_next_ns)
		err = critical_fold(c, certain_ns(c), is_on_way);
	if (err)
		return err;
	c->fold_next_ns = c->last_ns;
	for (i = 0; i < c->tasks; i++)
		held += task_sweep(&c->task[i], c->fold_ns);
	c->held = held;
	c->prune_at = 2 * held;
	return 0;
}
