// SPDX-License-Identifier: GPL-2.0
/*
 * The core's pairing against a queue that knows, with calls that overlap in any way.
 */
#include <string.h>

#include "kselftest_harness.h"

#include "ipc_teller.h"
#include "notes/stats.h"

/*
 * A queue that knows: a call begins, does what it does at some moment, and ends, and others do so
 * at the same time.
 */
#define BYTES	(1 << 16)

struct oracle {
	struct tally truth;
	unsigned char owner[BYTES];	/* of each byte */
	unsigned char last[BYTES];	/* whether it is its message's last */
	uint32_t head, tail;
};

enum step { IDLE, BEGUN, DONE };

struct actor {
	enum step step;
	uint32_t want, got, number, crossed;
	int placed;
};

static uint64_t rng;

/* Uniform in 0..n-1, n > 0. */
static uint32_t below(uint32_t n)
{
	return stats_random_below(&rng, n);
}

static void oracle_put(struct oracle *o, uint32_t from, uint32_t n)
{
	uint32_t i;

	for (i = 0; i < n; i++, o->head++) {
		o->owner[o->head % BYTES] = from;
		o->last[o->head % BYTES] = i == n - 1;
	}
}

static void oracle_get(struct oracle *o, uint32_t to, uint32_t n)
{
	for (; n; n--, o->tail++) {
		o->truth.units[o->owner[o->tail % BYTES]][to]++;
		o->truth.messages[o->owner[o->tail % BYTES]][to] += o->last[o->tail % BYTES];
	}
}

/* In between: a sender sends what it wants to, less, or nothing; a receiver takes what is there. */
static void actor_does(struct oracle *o, struct actor *a, uint32_t id, int sends)
{
	uint32_t there = o->head - o->tail;

	a->step = DONE;
	if (!sends) {
		a->got = a->want < there ? a->want : there;
		oracle_get(o, id, a->got);
		return;
	}
	a->got = below(4) ? a->want : below(2) ? 0 : below(a->want + 1);
	oracle_put(o, id, a->got);
}

static void actor_steps(struct oracle *o, struct teller *t, struct actor *a, uint32_t id, int sends)
{
	switch (a->step) {
	case IDLE:
		a->want = below(3) ? 16 : 1 + below(40);
		a->step = BEGUN;
		if (sends)
			a->placed = begins_as(t, id, a->want, below(3) ? 0 : OSCOPE_RUN_FETCHES,
					      &a->number, &a->crossed);
		else
			oscope_queue_receive(&t->q, &a->crossed);
		break;
	case BEGUN:
		actor_does(o, a, id, sends);
		break;
	case DONE:
		if (sends)
			sent(t, id, a->placed, a->number, a->crossed, a->got);
		else
			received(t, id, a->crossed, a->got);
		a->step = IDLE;
		break;
	}
}

/* Senders are 1 to n, receivers n + 1 to n + m. Each finishes what it does; all is received. */
enum overlap { NONE, SENDING, RECEIVING, ALL };

static void play(struct oracle *o, struct teller *t, int n, int m, enum overlap overlap,
		 uint32_t room, int steps)
{
	struct actor a[TASKS + 1] = { 0 };
	int i, id, last = 1;

	for (i = 0; i < steps; i++) {
		id = 1 + below(n + m);
		if (a[last].step != IDLE && overlap != ALL &&
		    overlap != (last <= n ? SENDING : RECEIVING))
			id = last;
		/* Not more than a pipe would hold. */
		if (id <= n && a[id].step == IDLE && o->head - o->tail > room)
			continue;
		last = id;
		actor_steps(o, t, &a[id], id, id <= n);
	}
	for (id = 1; id <= n + m; id++) {
		while (a[id].step != IDLE)
			actor_steps(o, t, &a[id], id, id <= n);
	}
	while (o->head != o->tail) {
		id = n + 1 + below(m);
		do {
			actor_steps(o, t, &a[id], id, 0);
		} while (a[id].step != IDLE);
	}
}

static int all_equal(const struct tally *a, const struct tally *b)
{
	return !memcmp(a, b, sizeof(*a));
}

static int nowhere_more(const struct tally *a, const struct tally *b)
{
	int i, j;

	for (i = 0; i <= TASKS; i++) {
		for (j = 0; j <= TASKS; j++) {
			if (a->units[i][j] > b->units[i][j])
				return 0;
		}
	}
	return 1;
}

FIXTURE(played)
{
	struct oracle o;
	struct teller t;
};

FIXTURE_SETUP(played)
{
	memset(self, 0, sizeof(*self));
	oscope_queue_empty(&self->t.q, 0);
}

FIXTURE_TEARDOWN(played)
{
}

FIXTURE_VARIANT(played)
{
	int senders, receivers;
	enum overlap overlap;
	uint32_t room;			/* units in the queue */
};

FIXTURE_VARIANT_ADD(played, one_to_one) { 1, 1, ALL, BYTES / 2 };
FIXTURE_VARIANT_ADD(played, one_to_many) { 1, 4, ALL, BYTES / 2 };
FIXTURE_VARIANT_ADD(played, many_to_one) { 7, 1, ALL, BYTES / 2 };
FIXTURE_VARIANT_ADD(played, two_to_one) { 2, 1, ALL, BYTES / 2 };
FIXTURE_VARIANT_ADD(played, many_to_many_one_at_a_time) { 4, 4, NONE, 160 };
FIXTURE_VARIANT_ADD(played, many_to_many_one_at_a_time_much_in_between) { 4, 4, NONE, 2000 };
FIXTURE_VARIANT_ADD(played, many_to_many_only_receivers_overlap) { 4, 4, RECEIVING, 160 };
FIXTURE_VARIANT_ADD(played, many_to_many_only_senders_overlap) { 4, 4, SENDING, 400 };
FIXTURE_VARIANT_ADD(played, many_to_many) { 4, 4, ALL, BYTES / 2 };
FIXTURE_VARIANT_ADD(played, two_to_two) { 2, 2, ALL, BYTES / 2 };

TEST_F(played, what_is_told_is_true)
{
	int seed, exact = variant->senders == 1 || variant->receivers == 1 ||
		(variant->overlap == NONE && variant->room < 10 * OSCOPE_QUEUE_LONG);

	/* Most of them short, so that one error is not made up for by another. */
	for (seed = 0; seed < 4000; seed++) {
		memset(self, 0, sizeof(*self));
		oscope_queue_empty(&self->t.q, 0);
		rng = seed;
		play(&self->o, &self->t, variant->senders, variant->receivers, variant->overlap,
		     variant->room, seed % 40 ? 8 + seed % 60 : seed);
		ASSERT_EQ(self->t.missing, 0);
		ASSERT_EQ(oscope_queue_left(&self->t.q), 0);
		ASSERT_EQ(nowhere_more(&self->t.sure, &self->o.truth), 1)
			TH_LOG("seed %d", seed);
		if (!exact)
			continue;
		ASSERT_EQ(memcmp(self->t.told.units, self->o.truth.units,
				 sizeof(self->o.truth.units)), 0)
			TH_LOG("seed %d", seed);
		/* Which of several receivers ends a message is not known where they overlap. */
		if (variant->receivers > 1 && variant->overlap)
			continue;
		ASSERT_EQ(all_equal(&self->t.told, &self->o.truth), 1) TH_LOG("seed %d", seed);
	}
}

TEST_HARNESS_MAIN
