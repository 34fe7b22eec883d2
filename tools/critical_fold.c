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
	size_t joined, next;		/* place + 1: who joins it first, who after that: by .at */
	struct critical_part *part;	/* what it joins */
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
	struct critical_adder adder;
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

/* What a step is in sums; the place of its kind. MAP_FULL without memory. */
static size_t step_sum(struct critical *c, const struct critical_step *s, struct critical_sum *sum)
{
	const struct critical_kind kind = {
		.task = s->task, .object = critical_object(c, s), .state = s->state,
		.reason = s->reason, .waited = s->waited, .waited_state = s->waited_state,
		.waited_reason = s->waited_reason,
	};

	*sum = (struct critical_sum){
		.ns = s->to_ns - s->from_ns, .steps = 1, .handed = s->next != 0,
		.last_ns = s->to_ns,
	};
	return kind_place(c, &kind);
}

/* To a part in the making, or to a total. */
static int step_add(struct critical *c, struct critical_adder *a, struct critical_total *t,
		    const struct critical_step *s)
{
	struct critical_sum sum;
	size_t place = step_sum(c, s, &sum);

	if (place == MAP_FULL)
		return -ENOMEM;
	return a ? critical_adder_add(a, place, &sum) : critical_total_add(t, place, &sum);
}

/*
 * From where the walk has come to go on to the begin, with what was added up before: who has the
 * path in what is unknown until then, and with whom it begins. The segment of before may have begun
 * earlier than the run; nothing of it before that is the path's.
 */
static const struct critical_past *past_begin(struct critical *c, uint32_t task, uint64_t ns,
					      uint64_t begin_ns, struct critical_step unknown[2])
{
	const struct critical_past *past = c->fold_ns && begin_ns <= c->begin_ns ?
					   critical_past_of(c, task) : NULL;
	struct critical_step all = {
		.task = task, .state = SEGMENT_UNKNOWN, .reason = SEGMENT_NO_REASON, .to_ns = ns,
		.from_ns = begin_ns,
	};

	unknown[0] = all;
	unknown[1] = all;
	unknown[1].to_ns = begin_ns;
	if (!past)
		return NULL;
	unknown[0].from_ns = past->to_ns;
	unknown[1].task = past->origin;
	unknown[1].to_ns = ns < c->begin_ns ? ns : c->begin_ns;
	return past;
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

/* Who joins a branch is among those that do in the order in which its steps are added. */
static void branch_joined(struct fold *f, size_t place)
{
	struct branch *b = &f->branch[place];
	size_t *next = &f->branch[b->other].joined;

	while (*next && f->branch[*next - 1].at > b->at)
		next = &f->branch[*next - 1].next;
	b->next = *next;
	*next = place + 1;
}

/* What has been added up to here is a part, if there is anything. */
static int part_close(struct fold *f, struct critical_part **part)
{
	struct critical_part *next;

	if (!f->adder.n)
		return 0;
	next = critical_part_make(f->c, &f->adder, *part);
	if (!next)
		return -ENOMEM;
	critical_part_put(f->c, *part);
	*part = next;
	return 0;
}

/* What was before its own steps. */
static int branch_begin(struct fold *f, struct branch *b, struct critical_past *to)
{
	const struct critical_past *past;
	struct critical_step unknown[2];
	int err = 0, i;

	if (b->joins) {
		const struct critical_past *other = &f->past[f->branch[b->other].task];

		to->origin = other->origin;
		to->handovers = other->handovers - b->others;
		to->part = b->part;
		b->part = NULL;
		return 0;
	}
	past = past_begin(f->c, b->end, b->end_ns, f->c->begin_ns, unknown);
	to->origin = past ? past->origin : b->end;
	to->handovers = past ? past->handovers : 0;
	to->part = past ? critical_part_get(past->part) : NULL;
	for (i = 0; !err && i < 2; i++)
		err = unknown[i].from_ns < unknown[i].to_ns ?
		      step_add(f->c, &f->adder, NULL, &unknown[i]) : 0;
	return err;
}

/* The past before its own steps, and those; a part ends where others join it. */
static int branch_sum(struct fold *f, struct branch *b)
{
	struct critical_past *to = &f->past[b->task];
	struct branch *joins;
	size_t i = b->to, next = b->joined;
	int err = branch_begin(f, b, to);

	for (;;) {
		for (; !err && next && f->branch[next - 1].at == i; next = joins->next) {
			joins = &f->branch[next - 1];
			err = part_close(f, &to->part);
			joins->part = critical_part_get(to->part);
		}
		if (err || i == b->from)
			break;
		err = step_add(f->c, &f->adder, NULL, &f->c->step[--i]);
	}
	if (!err)
		err = part_close(f, &to->part);
	to->handovers += b->handovers;
	return err;
}

/* All of them: whom one joins comes before it. */
static int branches_sum(struct fold *f)
{
	size_t i;
	int err = 0;

	for (i = 0; i < f->n; i++) {
		if (f->branch[i].joins)
			branch_joined(f, i);
	}
	for (i = 0; !err && i < f->n; i++)
		err = branch_sum(f, &f->branch[i]);
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
	if (c->fold_ns && s->from_ns < c->fold_ns) {
		if (past)
			f->past[task] = *past;
		critical_part_get(f->past[task].part);
		return 0;
	}
	if (array_room(&f->branch, &f->room, f->n, sizeof(*f->branch)))
		return -ENOMEM;
	b = &f->branch[f->n];
	*b = (struct branch){ .task = task };
	err = branch_walk(f, b, s);
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

static void pasts_free(struct critical *c, struct critical_past *past, size_t n)
{
	size_t i;

	for (i = 0; past && i < n; i++)
		critical_part_put(c, past[i].part);
	free(past);
}

static void fold_free(struct fold *f)
{
	size_t i;

	for (i = 0; i < f->n; i++)
		critical_part_put(f->c, f->branch[i].part);
	critical_adder_free(&f->adder);
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
	if (!err)
		err = branches_sum(&f);
	c->n = 0;
	c->handovers = 0;
	fold_free(&f);
	if (err) {
		pasts_free(c, f.past, n);
		return err;
	}
	pasts_free(c, c->past, c->pasts);
	c->past = f.past;
	c->pasts = n;
	critical_parts_join(c);
	c->fold_ns = cut_ns;
	critical_calls_forget(&c->calls, cut_ns);
	return 0;
}

/* All of a path: what was added up before, what is unknown, and the steps. */
int critical_fold_finish(struct critical *c, struct critical_walk *w)
{
	const struct critical_past *past;
	const struct critical_part *p;
	struct critical_step unknown[2];
	size_t i;
	int err = 0;

	free(c->all.sum);
	c->all = (struct critical_total){ 0 };
	past = past_begin(c, w->task, w->now, w->start_ns, unknown);
	for (p = past ? past->part : NULL; !err && p; p = p->before) {
		for (i = 0; !err && i < p->n; i++)
			err = critical_total_add(&c->all, p->kind[i].place, &p->kind[i].sum);
	}
	for (i = 0; !err && i < 2; i++)
		err = unknown[i].from_ns < unknown[i].to_ns ?
		      step_add(c, NULL, &c->all, &unknown[i]) : 0;
	for (i = 0; !err && i < c->n; i++)
		err = step_add(c, NULL, &c->all, &c->step[i]);
	c->all.handovers = (past ? past->handovers : 0) + c->handovers;
	return err;
}

void critical_fold_free(struct critical *c)
{
	pasts_free(c, c->past, c->pasts);
	free(c->all.sum);
	free(c->kind);
	map_free(&c->objects);
	map_free(&c->kinds);
}
