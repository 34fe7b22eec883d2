// SPDX-License-Identifier: GPL-2.0
/*
 * The core's pairing where receivers choose, against a queue that knows, with calls that overlap in
 * any way.
 */
#include <string.h>

#include "kselftest_harness.h"

#include "ipc_teller.h"
#include "notes/stats.h"

/* How receivers choose. Which tag they have got they know, but for the blind. */
enum choice { FIRST, TAG, EXCEPT, LOWEST, HIGHEST, CHOICES, BLIND = CHOICES, ANY };

#define ROOM	4096

/* A queue that knows: who has sent what lies in it, in order. */
struct oracle {
	uint64_t truth[TASKS + 1][TASKS + 1];
	struct {
		uint32_t from, tag;
	} message[ROOM];
	uint32_t n;
};

enum step { IDLE, BEGUN, DONE };

struct actor {
	enum step step;
	enum choice choice;
	uint32_t tag, number, crossed, ended;
	int placed, works;
};

static uint64_t rng;

/* Uniform in 0..n-1, n > 0. */
static uint32_t below(uint32_t n)
{
	return stats_random_below(&rng, n);
}

static int chosen(enum choice choice, uint32_t tag, uint32_t other)
{
	return choice == TAG ? other == tag : choice == EXCEPT ? other != tag :
	       choice == LOWEST ? other <= tag : 1;
}

static int comes_before(enum choice choice, uint32_t a, uint32_t b)
{
	return choice == LOWEST ? a < b : choice == HIGHEST || choice == BLIND ? a > b : 0;
}

/* Returns whether there is one, and its tag. */
static int oracle_get(struct oracle *o, uint32_t to, enum choice choice, uint32_t *tag)
{
	uint32_t i, best = o->n;

	for (i = 0; i < o->n; i++) {
		if (chosen(choice, *tag, o->message[i].tag) &&
		    (best == o->n ||
		     comes_before(choice, o->message[i].tag, o->message[best].tag)))
			best = i;
	}
	if (best == o->n)
		return 0;
	*tag = o->message[best].tag;
	o->truth[o->message[best].from][to]++;
	memmove(&o->message[best], &o->message[best + 1],
		(--o->n - best) * sizeof(o->message[0]));
	return 1;
}

FIXTURE(chosen)
{
	struct oracle o;
	struct teller t;
	struct actor a[TASKS + 1];
};

FIXTURE_SETUP(chosen)
{
	memset(self, 0, sizeof(*self));
}

FIXTURE_TEARDOWN(chosen)
{
}

FIXTURE_VARIANT(chosen)
{
	int senders, receivers, tags;	/* tags 0: each sender has one of its own */
	enum choice choice;		/* ANY: any but the blind */
	int blind;			/* of receivers, how many */
	int apart;			/* no two calls at the same time */
	uint32_t room;
	int exact;			/* all that is told is sure, and all is told */
};

/* What the queue of the kernel is seen to be when a call begins. */
static void begin_look(struct oracle *o, struct teller *t)
{
	if (!o->n)
		oscope_queue_empty(&t->q, t->q.begun);
}

static void sender_steps(struct oracle *o, struct teller *t, struct actor *a, uint32_t id, int tags)
{
	switch (a->step++) {
	case IDLE:
		a->tag = tags ? below(tags) : id;
		begin_look(o, t);
		a->placed = chosen_begins(t, id, a->tag, &a->number);
		break;
	case BEGUN:
		a->works = below(4) != 0;
		if (!a->works)
			break;
		o->message[o->n].from = id;
		o->message[o->n++].tag = a->tag;
		break;
	case DONE:
		chosen_sent(t, id, a->placed, a->number, a->works, 10 * id);
		a->step = IDLE;
		break;
	}
}

static void receiver_steps(struct oracle *o, struct teller *t, struct actor *a, uint32_t id,
			   enum choice choice, uint32_t tag)
{
	switch (a->step++) {
	case IDLE:
		a->choice = choice;
		a->tag = tag;
		begin_look(o, t);
		oscope_choose_receive(&t->q, &a->crossed, &a->ended);
		break;
	case BEGUN:
		a->works = oracle_get(o, id, a->choice, &a->tag);
		break;
	case DONE:
		chosen_received(t, id, a->works, a->choice == BLIND ? OSCOPE_TAG_HIGHEST : a->tag,
				a->crossed, a->ended);
		a->step = IDLE;
		break;
	}
}

/* Senders are 1 to n, receivers n + 1 to n + m. */
static void actor_steps(FIXTURE_DATA(chosen) *self, const FIXTURE_VARIANT(chosen) *v, uint32_t id)
{
	uint32_t n = v->senders;
	enum choice choice = v->choice == ANY ? below(CHOICES) : v->choice;

	if (id <= n)
		sender_steps(&self->o, &self->t, &self->a[id], id, v->tags);
	else if (id <= n + v->blind)
		receiver_steps(&self->o, &self->t, &self->a[id], id, BLIND, 0);
	else
		receiver_steps(&self->o, &self->t, &self->a[id], id, choice,
			       v->tags ? below(v->tags) : id - n);
}

static void actor_finishes(FIXTURE_DATA(chosen) *self, const FIXTURE_VARIANT(chosen) *v,
			   uint32_t id)
{
	while (self->a[id].step != IDLE)
		actor_steps(self, v, id);
}

static void play(FIXTURE_DATA(chosen) *self, const FIXTURE_VARIANT(chosen) *v, int steps)
{
	int i, id, all = v->senders + v->receivers, last = 1;

	for (i = 0; i < steps; i++) {
		id = v->apart && self->a[last].step != IDLE ? last : 1 + (int)below(all);
		if (id <= v->senders && self->a[id].step == IDLE && self->o.n >= v->room)
			continue;
		last = id;
		actor_steps(self, v, id);
	}
	for (id = 1; id <= all; id++)
		actor_finishes(self, v, id);
	while (self->o.n) {
		id = v->senders + 1 + below(v->receivers);
		actor_steps(self, v, id);
		actor_finishes(self, v, id);
	}
}

static uint64_t sum(const uint64_t m[TASKS + 1][TASKS + 1])
{
	uint64_t all = 0;
	int i, j;

	for (i = 0; i <= TASKS; i++) {
		for (j = 0; j <= TASKS; j++)
			all += m[i][j];
	}
	return all;
}

static int nowhere_more(const uint64_t a[TASKS + 1][TASKS + 1],
			const uint64_t b[TASKS + 1][TASKS + 1])
{
	int i, j;

	for (i = 0; i <= TASKS; i++) {
		for (j = 0; j <= TASKS; j++) {
			if (a[i][j] > b[i][j])
				return 0;
		}
	}
	return 1;
}

/* senders, receivers, tags, choice, blind, apart, room, exact */
FIXTURE_VARIANT_ADD(chosen, one_to_one) { 1, 1, 5, ANY, 0, 0, 200, 1 };
FIXTURE_VARIANT_ADD(chosen, one_to_many) { 1, 4, 5, ANY, 0, 0, 200, 1 };
FIXTURE_VARIANT_ADD(chosen, one_to_blind) { 1, 1, 5, ANY, 1, 0, 200, 0 };
FIXTURE_VARIANT_ADD(chosen, each_its_own_type) { 4, 4, 0, TAG, 0, 0, 200, 1 };
FIXTURE_VARIANT_ADD(chosen, many_to_many_apart) { 4, 4, 3, ANY, 0, 1, 8, 1 };
FIXTURE_VARIANT_ADD(chosen, many_to_blind_apart) { 4, 4, 3, ANY, 4, 1, 8, 1 };
FIXTURE_VARIANT_ADD(chosen, many_to_some_blind_apart) { 4, 4, 3, ANY, 2, 1, 8, 1 };
FIXTURE_VARIANT_ADD(chosen, many_to_one) { 7, 1, 3, ANY, 0, 0, 16, 0 };
FIXTURE_VARIANT_ADD(chosen, many_to_many) { 4, 4, 3, ANY, 0, 0, 16, 0 };
FIXTURE_VARIANT_ADD(chosen, many_to_many_one_tag) { 4, 4, 1, ANY, 0, 0, 16, 0 };
FIXTURE_VARIANT_ADD(chosen, two_to_two) { 2, 2, 2, ANY, 0, 0, 16, 0 };
FIXTURE_VARIANT_ADD(chosen, many_to_many_blind) { 4, 4, 3, ANY, 4, 0, 16, 0 };
FIXTURE_VARIANT_ADD(chosen, many_to_many_blind_one_tag) { 4, 4, 1, ANY, 4, 0, 16, 0 };
FIXTURE_VARIANT_ADD(chosen, many_to_one_blind) { 7, 1, 3, ANY, 1, 0, 16, 0 };
FIXTURE_VARIANT_ADD(chosen, many_to_some_blind) { 4, 4, 3, ANY, 2, 0, 16, 0 };
FIXTURE_VARIANT_ADD(chosen, two_to_two_blind) { 2, 2, 2, ANY, 2, 0, 4, 0 };
FIXTURE_VARIANT_ADD(chosen, more_than_there_is_room_for) { 4, 4, 60, ANY, 0, 0, 200, 0 };
FIXTURE_VARIANT_ADD(chosen, blind_and_more_than_room) { 4, 4, 60, ANY, 2, 0, 200, 0 };

TEST_F(chosen, what_is_told_is_true)
{
	uint64_t told = 0, sure = 0, truth = 0;
	int seed, few = variant->senders == 1 || variant->receivers == 1;

	for (seed = 0; seed < 4000; seed++) {
		memset(self, 0, sizeof(*self));
		rng = seed;
		play(self, variant, seed % 40 ? 8 + seed % 90 : seed % 4000);
		ASSERT_EQ(nowhere_more(self->t.sure.messages, self->o.truth), 1)
			TH_LOG("seed %d", seed);
		truth += sum(self->o.truth);
		told += sum(self->t.told.messages);
		sure += sum(self->t.sure.messages);
		/* A highest that was another's leaves what somebody else then asks for in vain. */
		if (variant->tags > 10 || (variant->blind && variant->blind < variant->receivers))
			continue;
		ASSERT_EQ(self->t.missing, 0) TH_LOG("seed %d", seed);
		ASSERT_EQ(oscope_queue_left(&self->t.q), 0) TH_LOG("seed %d", seed);
		ASSERT_EQ(sum(self->t.told.messages), sum(self->o.truth)) TH_LOG("seed %d", seed);
		if (few)
			ASSERT_EQ(memcmp(self->t.told.messages, self->o.truth,
					 sizeof(self->o.truth)), 0) TH_LOG("seed %d", seed);
	}
	if (variant->exact) {
		EXPECT_EQ(sure, truth);
	}
	EXPECT_GT(sure, 0);
	TH_LOG("of %llu told %llu, sure %llu", (unsigned long long)truth,
	       (unsigned long long)told, (unsigned long long)sure);
}

TEST_HARNESS_MAIN
