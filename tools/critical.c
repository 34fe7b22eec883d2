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
	c->first_ns = c->first_ns && c->first_ns < segment->from_ns ? c->first_ns :
								   segment->from_ns;
	c->last_ns = c->last_ns > segment->to_ns ? c->last_ns : segment->to_ns;
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

/* One step, from a time to `now`, as s says; NULL: unknown. Cut where the next one's wait began. */
static int step_add(struct critical_walk *w, const struct segment *s, uint64_t from_ns)
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
static void jump(struct critical_walk *w, uint32_t by)
{
	w->next = w->task + 1;
	w->task = by - 1;
	w->c->handovers++;
}

/* Of a walk while the trace goes on: in what has not ended yet. */
static bool runs_still(const struct critical *c, uint32_t task, uint64_t ns)
{
	const struct segment *now = task < c->segments.n ? &c->segments.task[task].now : NULL;

	return now && now->state == SEGMENT_RUNNING && now->from_ns <= ns;
}

bool critical_open(const struct critical *c, uint32_t task, uint64_t ns, struct segment *open)
{
	const struct segment_task *t = task < c->segments.n ? &c->segments.task[task] : NULL;

	if (!t || t->named || t->now.state == SEGMENT_GONE || t->now.from_ns >= ns)
		return false;
	*open = t->now;
	open->to_ns = ns;
	/* Woken on its way off the CPU: what looks like sleep will turn out to be no such. */
	if (t->early.ns && (t->now.state == SEGMENT_BLOCKED || t->now.state == SEGMENT_STOPPED)) {
		open->state = SEGMENT_WOKEN;
		open->by = t->early.by;
		open->how = t->early.how;
	}
	return true;
}

/* Whoever has been woken now waited for its waker, if that was a task that we have seen run. */
static void woken(struct critical_walk *w, const struct segment *s)
{
	const struct segment *before = critical_before(w->c, w->task, w->now);

	w->by = s->by;
	w->how = s->how;
	if (s->how != SEGMENT_BY_TASK || !s->by || s->by - 1 == w->task ||
	    !(runs_still(w->c, s->by - 1, w->now) || critical_runs_at(w->c, s->by - 1, w->now)))
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

void critical_walk_begins(struct critical_walk *w, const struct segment *s)
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

static uint64_t max_ns(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

const struct critical_past *critical_past_of(const struct critical *c, uint32_t task)
{
	return task < c->pasts && c->past[task].to_ns ? &c->past[task] : NULL;
}

/* Where what is not known ends, going back: what is added up has all that is known before. */
static uint64_t past_ns(const struct critical *c, uint32_t task, uint64_t now)
{
	const struct critical_past *past = critical_past_of(c, task);

	if (now > c->fold_ns)
		return c->fold_ns;
	return past && past->to_ns < now ? past->to_ns : 0;
}

/* Time always moves: no recording can have a path without an end. */
int critical_walk_step(struct critical_walk *w)
{
	uint64_t now = w->now, floor, past = past_ns(w->c, w->task, now);
	const struct loss *loss = lost_at(w->c->losses, now, &floor);
	const struct segment *s = &w->open;
	int err;

	if (!critical_open(w->c, w->task, now, &w->open))
		s = critical_before(w->c, w->task, now);
	if (loss)
		return step_add(w, NULL, max_ns(loss->from_ns, past));
	if (!s)		/* nothing was heard of it before */
		return step_add(w, NULL, max_ns(floor, past));
	if (s->to_ns < now)
		return step_add(w, NULL, max_ns(s->to_ns, max_ns(floor, past)));
	err = step_add(w, s, s->from_ns > floor ? s->from_ns : floor);
	w->by = 0;
	w->how = SEGMENT_BY_NOBODY;
	/* Who is behind one that begins before that is in its past already. */
	if (!err && w->now == s->from_ns && w->now >= w->c->fold_ns)
		critical_walk_begins(w, s);
	return err;
}

bool critical_walk_is_past(const struct critical_walk *w)
{
	const struct critical_past *past = critical_past_of(w->c, w->task);
	const struct segment *s;

	if (w->now > w->c->fold_ns)
		return false;
	if (past)
		return w->now <= past->to_ns;
	s = critical_before(w->c, w->task, w->now);
	return !s || s->to_ns < w->now;
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
	struct critical_walk w = { .c = c, .task = task, .now = end_ns, .start_ns = start_ns };
	int err = 0;

	while (!err && w.now > start_ns && !(c->fold_ns && critical_walk_is_past(&w)))
		err = critical_walk_step(&w);
	if (!err && critical_fold_finish(c, &w))
		err = err_sys(-ENOMEM, "the critical path");
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
	critical_fold_free(c);
	critical_calls_free(&c->calls);
	segments_free(&c->segments);
}
