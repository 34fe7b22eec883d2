// SPDX-License-Identifier: GPL-2.0
/*
 * What is certain of a critical path, added up, so that memory does not follow the length of a run.
 *
 * Wherever a run will end, at an earlier time its path is with one of the tasks that are there
 * then; and what it was before that no longer depends on what comes. So for each of them its past
 * is added up, by kind of step, and the segments are freed. Most pasts meet soon, going back: from
 * there on they are one, which is walked once, and the others take it over from whoever did.
 */
#include <stdlib.h>
#include <string.h>

#include "critical.h"
#include "util.h"

/* One task's past on its way to being added up: its own steps, and whose past is before them. */
struct branch {
	uint32_t task;
	size_t from, to;		/* its steps in c->step[], backwards */
	bool joins;			/* ... another branch, */
	size_t other, at;		/* which, and from which place in c->step[] on */
	uint64_t others;		/* ... and handovers of that up to there */
	uint64_t handovers;		/* its own */
	uint32_t end;			/* else with whom it came to an end */
	uint64_t end_ns;
};

struct fold {
	struct critical *c;
	uint64_t cut_ns;
	struct branch *branch;
	size_t n, room;
	struct map times, places;	/* where a task was woken: a place of meeting[] */
	struct meeting {
		size_t branch, step;
		uint64_t handovers;
	} *meeting;
	size_t meetings;
	struct critical_past *past;	/* by task, all new */
	struct segment open;		/* one that goes on, as it will be */
};

/* The place of a kind. MAP_FULL without memory. */
static size_t kind_place(struct critical *c, const struct critical_kind *k)
{
	size_t who = map_place(&c->objects, (uint64_t)k->object << 32 | k->task), place;

	if (who == MAP_FULL)
		return MAP_FULL;
	place = map_place(&c->kinds, (uint64_t)who << 32 | (uint64_t)k->waited << 31 |
			  (uint64_t)k->state << 24 | k->reason << 16 |
			  (k->waited ? k->waited_state << 8 | k->waited_reason : 0));
	if (place == MAP_FULL || array_room(&c->kind, &c->kind_room, place, sizeof(*c->kind)))
		return MAP_FULL;
	c->kind[place] = *k;
	return place;
}

uint32_t critical_object(const struct critical *c, const struct critical_step *s)
{
	const struct segment_task *task = c->segments.task;

	if (!c->calls.callers)
		return 0;
	if (s->state == SEGMENT_BLOCKED)
		return critical_calls_find(&c->calls, task[s->task].tid, s->slept_ns);
	if (s->waited && s->waited_state == SEGMENT_BLOCKED)
		return critical_calls_find(&c->calls, task[s->waited_task].tid, s->slept_ns);
	return 0;
}

/* Add a step to a past, or take it off again. */
static int step_sum(struct critical *c, struct critical_past *p, const struct critical_step *s,
		    bool off)
{
	const struct critical_kind kind = {
		.task = s->task, .object = critical_object(c, s), .state = s->state,
		.reason = s->reason, .waited = s->waited, .waited_state = s->waited_state,
		.waited_reason = s->waited_reason,
	};
	size_t place = kind_place(c, &kind);
	struct critical_sum *sum;

	if (place == MAP_FULL || array_room(&p->sum, &p->sums, place, sizeof(*p->sum)))
		return -ENOMEM;
	sum = &p->sum[place];
	if (off) {
		sum->ns -= s->to_ns - s->from_ns;
		sum->steps--;
		sum->handed -= s->next != 0;
		return 0;
	}
	sum->ns += s->to_ns - s->from_ns;
	sum->steps++;
	sum->handed += s->next != 0;
	if (s->to_ns > sum->last_ns)
		sum->last_ns = s->to_ns;
	return 0;
}

static int past_copy(struct critical_past *to, const struct critical_past *from)
{
	*to = *from;
	to->sum = NULL;
	if (!from->sums)
		return 0;
	to->sum = malloc(from->sums * sizeof(*to->sum));
	if (!to->sum)
		return -ENOMEM;
	memcpy(to->sum, from->sum, from->sums * sizeof(*to->sum));
	return 0;
}

/*
 * From where the walk has come to go on to the begin, with what was added up before: sum it up. The
 * segment of before may have begun earlier than the run; nothing of it before that is the path's.
 */
static int past_begin(struct critical *c, struct critical_past *to, uint32_t task, uint64_t ns,
		      uint64_t begin_ns)
{
	const struct critical_past *past = c->fold_ns && begin_ns <= c->begin_ns ?
					   critical_past_of(c, task) : NULL;
	struct critical_step unknown = {
		.task = task, .state = SEGMENT_UNKNOWN, .reason = SEGMENT_NO_REASON, .to_ns = ns,
		.from_ns = begin_ns,
	};
	int err = 0;

	*to = (struct critical_past){ .origin = task };
	if (past) {
		err = past_copy(to, past);
		unknown.from_ns = past->to_ns;
		if (!err && unknown.from_ns < ns)
			err = step_sum(c, to, &unknown, false);
		unknown.task = past->origin;
		unknown.from_ns = begin_ns;
		unknown.to_ns = ns < c->begin_ns ? ns : c->begin_ns;
	}
	if (!err && unknown.from_ns < unknown.to_ns)
		err = step_sum(c, to, &unknown, false);
	return err;
}

/* Where a task was woken at a time: one place each. MAP_FULL without memory. */
static size_t meeting_place(struct fold *f, uint32_t task, uint64_t ns)
{
	size_t time = map_place(&f->times, ns);

	return time == MAP_FULL ? MAP_FULL : map_place(&f->places, (uint64_t)time << 32 | task);
}

/*
 * The walk has come from a task to who woke it, after which all that it knows is of that moment.
 * Whether another branch has been there: then it joins that. 1, 0 or -ENOMEM.
 */
static int branch_meets(struct fold *f, struct branch *b, uint32_t woken, uint64_t ns)
{
	size_t known = f->places.n, place = meeting_place(f, woken, ns);
	struct meeting *m;

	if (place == MAP_FULL ||
	    array_room(&f->meeting, &f->meetings, place, sizeof(*f->meeting)))
		return -ENOMEM;
	m = &f->meeting[place];
	if (place < known) {
		b->joins = true;
		b->other = m->branch;
		b->at = m->step;
		b->others = m->handovers;
		return 1;
	}
	m->branch = f->n;
	m->step = f->c->n;
	m->handovers = f->c->handovers - b->handovers;
	return 0;
}

static uint64_t since_begin(const struct critical *c, uint64_t ns)
{
	return ns > c->begin_ns ? ns : c->begin_ns;
}

/* From where the segment of a task begins that the cut is in, back to what is known already. */
static int branch_walk(struct fold *f, struct branch *b, const struct segment *s)
{
	struct critical *c = f->c;
	struct critical_walk w = {
		.c = c, .task = b->task, .now = since_begin(c, s->from_ns),
		.start_ns = c->begin_ns,
	};
	uint32_t from = w.task;
	int err = 0;

	b->from = c->n;
	b->handovers = c->handovers;
	critical_walk_begins(&w, s);
	for (;;) {
		if (w.task != from && w.by && !err)
			err = branch_meets(f, b, from, w.now);
		if (err || w.now <= w.start_ns || (c->fold_ns && critical_walk_is_past(&w)))
			break;
		from = w.task;
		err = critical_walk_step(&w);
	}
	b->to = c->n;
	b->handovers = c->handovers - b->handovers;
	b->end = w.task;
	b->end_ns = w.now;
	return err < 0 ? err : 0;
}

/* The past before its own steps, and those: of one that joins, what the other has from there. */
static int branch_sum(struct fold *f, struct branch *b)
{
	struct critical_past *to = &f->past[b->task];
	struct critical *c = f->c;
	size_t i;
	int err;

	if (b->joins) {
		const struct branch *other = &f->branch[b->other];

		err = past_copy(to, &f->past[other->task]);
		for (i = other->from; !err && i < b->at; i++)
			err = step_sum(c, to, &c->step[i], true);
		to->handovers -= b->others;
	} else {
		err = past_begin(c, to, b->end, b->end_ns, c->begin_ns);
	}
	for (i = b->from; !err && i < b->to; i++)
		err = step_sum(c, to, &c->step[i], false);
	to->handovers += b->handovers;
	return err;
}

/* A task that the path may be with at the cut, in the segment s. */
static int branch_add(struct fold *f, uint32_t task, const struct segment *s)
{
	struct critical *c = f->c;
	const struct critical_past *past = critical_past_of(c, task);
	struct branch *b;
	int err;

	/* It was in that at the last one, too. */
	if (c->fold_ns && s->from_ns < c->fold_ns)
		return past ? past_copy(&f->past[task], past) : 0;
	if (array_room(&f->branch, &f->room, f->n, sizeof(*f->branch)))
		return -ENOMEM;
	b = &f->branch[f->n];
	*b = (struct branch){ .task = task };
	err = branch_walk(f, b, s);
	if (!err)
		err = branch_sum(f, b);
	f->past[task].to_ns = since_begin(c, s->from_ns);
	f->n++;
	return err;
}

/* The segment of a task that the cut is in, as far as a way goes through it; it may go on still. */
static const struct segment *segment_cut(struct fold *f, uint32_t task,
					 bool (*marked)(const struct segment *segment))
{
	const struct segment *s = critical_before(f->c, task, f->cut_ns);

	if (s && s->to_ns >= f->cut_ns)
		return marked(s) ? s : NULL;
	return critical_open(f->c, task, f->cut_ns, &f->open) ? &f->open : NULL;
}

static void pasts_free(struct critical_past *past, size_t n)
{
	size_t i;

	for (i = 0; past && i < n; i++)
		free(past[i].sum);
	free(past);
}

static void fold_free(struct fold *f)
{
	map_free(&f->times);
	map_free(&f->places);
	free(f->meeting);
	free(f->branch);
}

/* Whether there is anything to add up before the cut; and from where on. */
static bool fold_begins(struct critical *c, uint64_t cut_ns)
{
	if (!c->fold_ns && !c->begins(c->begins_arg, &c->begin_ns))
		return false;
	return cut_ns > (c->fold_ns ? c->fold_ns : c->begin_ns);
}

int critical_fold(struct critical *c, uint64_t cut_ns,
		  bool (*marked)(const struct segment *segment))
{
	struct fold f = { .c = c, .cut_ns = cut_ns };
	size_t n = c->segments.n, i;
	int err = 0;

	if (!fold_begins(c, cut_ns))
		return 0;
	f.past = calloc(n + 1, sizeof(*f.past));
	if (!f.past)
		return -ENOMEM;
	for (i = 0; !err && i < n; i++) {
		const struct segment *s = segment_cut(&f, i, marked);

		if (s)
			err = branch_add(&f, i, s);
	}
	c->n = 0;
	c->handovers = 0;
	fold_free(&f);
	if (err) {
		pasts_free(f.past, n);
		return err;
	}
	pasts_free(c->past, c->pasts);
	c->past = f.past;
	c->pasts = n;
	c->fold_ns = cut_ns;
	critical_calls_forget(&c->calls, cut_ns);
	return 0;
}

int critical_fold_finish(struct critical *c, struct critical_walk *w)
{
	size_t i;
	int err;

	free(c->all.sum);
	err = past_begin(c, &c->all, w->task, w->now, w->start_ns);
	for (i = 0; !err && i < c->n; i++)
		err = step_sum(c, &c->all, &c->step[i], false);
	c->all.handovers += c->handovers;
	return err;
}

void critical_fold_free(struct critical *c)
{
	pasts_free(c->past, c->pasts);
	free(c->all.sum);
	free(c->kind);
	map_free(&c->objects);
	map_free(&c->kinds);
}
