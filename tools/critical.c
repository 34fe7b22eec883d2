// SPDX-License-Identifier: GPL-2.0
/*
 * The critical path of a run. Where a task waits until another one wakes it, the path is with that
 * one until then; so each moment of the run belongs to one task, and to what that did then.
 */
#include <stdlib.h>
#include <string.h>

#include "critical.h"
#include "util.h"

int critical_keep(void *arg, const struct segment *segment)
{
	struct critical *c = arg;
	struct critical_task *t;

	if (array_room(&c->task, &c->tasks, segment->task, sizeof(*c->task)))
		return err_sys(-ENOMEM, "keeping what tasks do");
	t = &c->task[segment->task];
	if (!t->begun)
		t->first = *segment;
	t->begun = true;
	if (array_room(&t->segment, &t->room, t->n, sizeof(*t->segment)))
		return err_sys(-ENOMEM, "keeping what tasks do");
	t->segment[t->n++] = *segment;
	c->held++;
	if (!c->prune_min || c->held <= c->prune_min || c->held <= c->prune_at)
		return 0;
	return critical_prune(c) ? err_sys(-ENOMEM, "keeping what tasks do") : 0;
}

const struct segment *critical_first(const struct critical *c, uint32_t task)
{
	return task < c->tasks && c->task[task].begun ? &c->task[task].first : NULL;
}

const struct segment *critical_before(const struct critical *c, uint32_t task, uint64_t ns)
{
	size_t low = 0, high = task < c->tasks ? c->task[task].n : 0;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (c->task[task].segment[mid].from_ns < ns)
			low = mid + 1;
		else
			high = mid;
	}
	return low ? &c->task[task].segment[low - 1] : NULL;
}

bool critical_runs_at(const struct critical *c, uint32_t task, uint64_t ns)
{
	const struct segment *s = critical_before(c, task, ns + 1);

	if (s && s->state == SEGMENT_RUNNING && s->to_ns >= ns)
		return true;
	s = critical_before(c, task, ns);
	return s && s->state == SEGMENT_RUNNING && s->to_ns >= ns;
}

/* The walk, backwards: who has the path at `now`, and since when the next one waited for it. */
struct walk {
	struct critical *c;
	uint32_t task;
	uint64_t now, start_ns;
	uint32_t next;			/* place + 1 of who goes on from here, if another */
	uint32_t by;			/* who woke it at the end of what follows, as in a step */
	uint8_t how;
	bool waited;
	uint32_t waited_task;
	uint64_t waited_ns, slept_ns;	/* since when, until when */
	uint8_t waited_state, waited_reason;
};

/* One step, from a time to `now`, as s says; NULL: unknown. Cut where the next one's wait began. */
static int step_add(struct walk *w, const struct segment *s, uint64_t from_ns)
{
	struct critical *c = w->c;
	struct critical_step *step;

	if (from_ns < w->start_ns)
		from_ns = w->start_ns;
	if (w->waited && w->waited_ns >= w->now)
		w->waited = false;
	if (w->waited && w->waited_ns > from_ns)
		from_ns = w->waited_ns;
	if (from_ns >= w->now)
		return 0;
	if (array_room(&c->step, &c->room, c->n, sizeof(*c->step)))
		return err_sys(-ENOMEM, "the critical path");
	step = &c->step[c->n++];
	*step = (struct critical_step){
		.from_ns = from_ns, .to_ns = w->now, .task = w->task, .next = w->next,
		.cpu = s ? s->cpu : SEGMENT_NO_CPU,
		.state = s ? s->state : SEGMENT_UNKNOWN,
		.reason = s ? s->reason : SEGMENT_NO_REASON,
		.waited = w->waited,
		.waited_state = w->waited_state,
		.waited_reason = w->waited_reason,
		.waited_task = w->waited_task,
		.slept_ns = s && s->state == SEGMENT_BLOCKED ? s->to_ns : w->slept_ns,
	};
	if (step->state == SEGMENT_WOKEN) {
		step->by = s->by;
		step->how = s->how;
	} else if (step->state == SEGMENT_BLOCKED || step->state == SEGMENT_STOPPED) {
		step->by = w->by;
		step->how = w->how;
	}
	w->next = 0;
	w->now = from_ns;
	return 0;
}

/* From here on, backwards, the path is with another task. */
static void jump(struct walk *w, uint32_t by)
{
	w->next = w->task + 1;
	w->task = by - 1;
	w->c->handovers++;
}

/* Whoever has been woken now waited for its waker, if that was a task that we have seen run. */
static void woken(struct walk *w, const struct segment *s)
{
	const struct segment *before = critical_before(w->c, w->task, w->now);

	w->by = s->by;
	w->how = s->how;
	if (s->how != SEGMENT_BY_TASK || !s->by || s->by - 1 == w->task ||
	    !critical_runs_at(w->c, s->by - 1, w->now))
		return;
	w->waited = before && (before->state == SEGMENT_BLOCKED ||
			       before->state == SEGMENT_STOPPED);
	if (w->waited) {
		w->waited_task = w->task;
		w->waited_ns = before->from_ns;
		w->slept_ns = before->to_ns;
		w->waited_state = before->state;
		w->waited_reason = before->reason;
	}
	jump(w, s->by);
}

/* Where its segment begins: who is behind that? */
static void begins(struct walk *w, const struct segment *s)
{
	if (s->state == SEGMENT_WOKEN)
		woken(w, s);
	else if (s->by && s->by - 1 != w->task &&
		 (s->how == SEGMENT_BY_MAKER || s->how == SEGMENT_BY_EXEC))
		jump(w, s->by);
}

/* The loss that `now` is in, or at the end of; or NULL, and *floor: the end of the one before. */
static const struct loss *lost_at(const struct losses *l, uint64_t now, uint64_t *floor)
{
	const struct loss *loss = losses_after(l, now - 1), *before;

	*floor = 0;
	if (loss && loss->from_ns < now)
		return loss;
	before = loss ? loss : l->loss + l->n;
	if (l->n && before > l->loss)
		*floor = before[-1].to_ns;
	return NULL;
}

/* Time always moves: no recording can have a path without an end. */
static int walk_step(struct walk *w)
{
	const struct segment *s = critical_before(w->c, w->task, w->now);
	uint64_t now = w->now, floor;
	const struct loss *loss = lost_at(w->c->losses, now, &floor);
	int err;

	if (loss)
		return step_add(w, NULL, loss->from_ns);
	if (!s)		/* nothing was heard of it before */
		return step_add(w, NULL, floor);
	if (s->to_ns < now)
		return step_add(w, NULL, s->to_ns > floor ? s->to_ns : floor);
	err = step_add(w, s, s->from_ns > floor ? s->from_ns : floor);
	w->by = 0;
	w->how = SEGMENT_BY_NOBODY;
	if (!err && w->now == s->from_ns)
		begins(w, s);
	return err;
}

static void steps_reverse(struct critical *c)
{
	size_t i;

	for (i = 0; i < c->n / 2; i++) {
		struct critical_step swap = c->step[i];

		c->step[i] = c->step[c->n - 1 - i];
		c->step[c->n - 1 - i] = swap;
	}
}

int critical_walk(struct critical *c, uint32_t task, uint64_t start_ns, uint64_t end_ns)
{
	struct walk w = { .c = c, .task = task, .now = end_ns, .start_ns = start_ns };
	int err = 0;

	while (!err && w.now > start_ns)
		err = walk_step(&w);
	steps_reverse(c);
	return err;
}

void critical_free(struct critical *c)
{
	size_t i;

	for (i = 0; i < c->tasks; i++)
		free(c->task[i].segment);
	free(c->task);
	free(c->way);
	free(c->step);
	critical_calls_free(&c->calls);
	segments_free(&c->segments);
}
