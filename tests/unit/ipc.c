// SPDX-License-Identifier: GPL-2.0
/*
 * The core's pairing: whose message it is that somebody receives. By hand, and against a queue that
 * knows, with calls that overlap in any way.
 */
#include <stdlib.h>
#include <string.h>

#include "kselftest_harness.h"

#include "kmod/core/ipc.h"

#define TASKS	8

/* What was told of each pair, and what is true. */
struct tally {
	uint64_t units[TASKS + 1][TASKS + 1], messages[TASKS + 1][TASKS + 1];
};

struct teller {
	struct oscope_queue q;
	struct tally told, sure;	/* all; without what is marked as uncertain */
	uint64_t missing;
};

static void told_add(struct teller *t, const struct oscope_taken *p)
{
	if (!p->to)
		return;
	t->told.units[p->from][p->to] += p->units;
	t->told.messages[p->from][p->to] += p->messages;
	if (p->flags & OSCOPE_RUN_UNCERTAIN)
		return;
	t->sure.units[p->from][p->to] += p->units;
	t->sure.messages[p->from][p->to] += p->messages;
}

/* As the probes do it: take until nothing is wanted or there. */
static void take(struct teller *t, uint32_t by, uint32_t *want, int doubtful)
{
	struct oscope_taken p;

	while (*want && oscope_queue_take(&t->q, by, want, doubtful, &p)) {
		if (p.units)
			told_add(t, &p);
	}
}

static void received(struct teller *t, uint32_t by, uint32_t crossed, uint32_t units)
{
	int overlaps = units ? oscope_queue_overlaps(&t->q, crossed) : 0;
	uint32_t want = units;

	take(t, by, &want, overlaps);
	t->missing += want;
	oscope_queue_received(&t->q, by, units, want);
}

static void sent(struct teller *t, uint32_t from, int placed, uint32_t number, uint32_t crossed,
		 uint32_t units)
{
	struct oscope_taken p = { 0 };

	if (placed)
		oscope_queue_sent(&t->q, from, number, crossed, units, &p);
	told_add(t, &p);
	oscope_queue_send_ends(&t->q, from, units);
	take(t, p.to, &p.owed, 1);
	take(t, 0, &p.excess, 1);
}

FIXTURE(ipc)
{
	struct teller t;
};

FIXTURE_SETUP(ipc)
{
	memset(&self->t, 0, sizeof(self->t));
	oscope_queue_empty(&self->t.q, 0);
}

FIXTURE_TEARDOWN(ipc)
{
}

static void send_whole(struct teller *t, uint32_t from, uint32_t units)
{
	uint32_t number = 0, crossed;
	int placed = oscope_queue_send(&t->q, from, units, 0, 0, &number, &crossed);

	sent(t, from, placed, number, crossed, units);
}

static void receive_whole(struct teller *t, uint32_t by, uint32_t units)
{
	uint32_t crossed;

	oscope_queue_receive(&t->q, &crossed);
	received(t, by, crossed, units);
}

TEST_F(ipc, one_write_one_read)
{
	send_whole(&self->t, 1, 100);
	receive_whole(&self->t, 2, 100);
	EXPECT_EQ(self->t.sure.units[1][2], 100);
	EXPECT_EQ(self->t.sure.messages[1][2], 1);
	EXPECT_EQ(oscope_queue_left(&self->t.q), 0);
	EXPECT_EQ(oscope_queue_exact(&self->t.q), 1);
}

TEST_F(ipc, a_message_counts_when_its_last_byte_is_read)
{
	send_whole(&self->t, 1, 100);
	send_whole(&self->t, 1, 100);
	receive_whole(&self->t, 2, 99);
	EXPECT_EQ(self->t.sure.messages[1][2], 0);
	receive_whole(&self->t, 3, 2);
	EXPECT_EQ(self->t.sure.messages[1][3], 1);
	receive_whole(&self->t, 2, 99);
	EXPECT_EQ(self->t.sure.messages[1][2], 1);
	EXPECT_EQ(self->t.sure.units[1][2], 198);
	EXPECT_EQ(self->t.sure.units[1][3], 2);
}

TEST_F(ipc, receiver_is_back_before_the_sender)
{
	uint32_t number, crossed, receiving;
	int placed;

	oscope_queue_receive(&self->t.q, &receiving);
	placed = oscope_queue_send(&self->t.q, 1, 100, 0, 0, &number, &crossed);
	received(&self->t, 2, receiving, 100);
	EXPECT_EQ(self->t.told.units[1][2], 0);	/* it might send less */
	sent(&self->t, 1, placed, number, crossed, 100);
	EXPECT_EQ(self->t.sure.units[1][2], 100);
	EXPECT_EQ(self->t.sure.messages[1][2], 1);
	EXPECT_EQ(self->t.missing, 0);
}

TEST_F(ipc, sends_less_than_it_wanted)
{
	uint32_t number, crossed;
	int placed = oscope_queue_send(&self->t.q, 1, 5000, 0, 0, &number, &crossed);

	receive_whole(&self->t, 2, 70);
	sent(&self->t, 1, placed, number, crossed, 100);
	EXPECT_EQ(self->t.sure.units[1][2], 70);
	EXPECT_EQ(oscope_queue_left(&self->t.q), 30);
	receive_whole(&self->t, 2, 30);
	EXPECT_EQ(self->t.sure.messages[1][2], 1);
}

TEST_F(ipc, a_failed_send_leaves_nothing)
{
	uint32_t number, crossed;
	int placed = oscope_queue_send(&self->t.q, 1, 5000, 0, 0, &number, &crossed);

	sent(&self->t, 1, placed, number, crossed, 0);
	EXPECT_EQ(oscope_queue_left(&self->t.q), 0);
	send_whole(&self->t, 2, 10);
	receive_whole(&self->t, 3, 10);
	EXPECT_EQ(self->t.sure.units[2][3], 10);
}

/* The receiver is thought to have what the first one wanted to send; it has that of the second. */
TEST_F(ipc, what_failed_was_anothers)
{
	uint32_t number[2], crossed[2];

	oscope_queue_send(&self->t.q, 1, 50, 0, 0, &number[0], &crossed[0]);
	oscope_queue_send(&self->t.q, 2, 50, 0, 0, &number[1], &crossed[1]);
	receive_whole(&self->t, 3, 50);
	sent(&self->t, 1, 1, number[0], crossed[0], 0);
	sent(&self->t, 2, 1, number[1], crossed[1], 50);
	EXPECT_EQ(self->t.told.units[1][3], 0);
	EXPECT_EQ(self->t.told.units[2][3], 50);
	EXPECT_EQ(self->t.told.messages[2][3], 1);
	EXPECT_EQ(self->t.sure.units[2][3], 0);
	EXPECT_EQ(oscope_queue_exact(&self->t.q), 1);	/* it is the only one who has sent */
}

TEST_F(ipc, nothing_is_paired_before_it_was_seen_empty)
{
	self->t.q.flags = 0;
	send_whole(&self->t, 1, 10);
	receive_whole(&self->t, 2, 30);
	EXPECT_EQ(self->t.told.units[1][2], 0);
	EXPECT_EQ(self->t.missing, 30);
	oscope_queue_empty(&self->t.q, self->t.q.begun);
	send_whole(&self->t, 1, 10);
	receive_whole(&self->t, 2, 10);
	EXPECT_EQ(self->t.sure.units[1][2], 10);
	EXPECT_EQ(oscope_queue_exact(&self->t.q), 0);
}

TEST_F(ipc, a_look_that_is_out_of_date_says_nothing)
{
	uint32_t begun, crossed;

	self->t.q.flags = 0;
	begun = self->t.q.begun;
	send_whole(&self->t, 1, 10);	/* after the look */
	oscope_queue_empty(&self->t.q, begun);
	EXPECT_EQ(self->t.q.flags & OSCOPE_QUEUE_SYNCED, 0);
	oscope_queue_receive(&self->t.q, &crossed);
	oscope_queue_empty(&self->t.q, self->t.q.begun);	/* somebody may be taking */
	EXPECT_EQ(self->t.q.flags & OSCOPE_QUEUE_SYNCED, 0);
}

TEST_F(ipc, unseen_senders_end_the_pairing)
{
	send_whole(&self->t, 1, 10);
	receive_whole(&self->t, 2, 11);
	EXPECT_EQ(self->t.missing, 1);
	EXPECT_EQ(self->t.q.flags & OSCOPE_QUEUE_SYNCED, 0);
}

static void send_message(struct teller *t, uint32_t from, uint32_t size)
{
	uint32_t number = 0, crossed;
	int placed = oscope_queue_send(&t->q, from, 1, 0, OSCOPE_RUN_WHOLE, &number, &crossed);

	sent(t, from, placed, number, crossed, size + 1);
}

/* Of what is not a stream each takes one, whatever its size, none too. */
TEST_F(ipc, messages_stay_whole)
{
	struct oscope_taken p;
	uint32_t want;

	send_message(&self->t, 1, 100);
	send_message(&self->t, 1, 0);
	send_message(&self->t, 2, 7);
	send_message(&self->t, 2, 7);
	want = 1;
	EXPECT_EQ(oscope_queue_take(&self->t.q, 3, &want, 0, &p), 1);
	EXPECT_EQ(p.messages, 1);
	EXPECT_EQ(oscope_taken_bytes(&p), 100);
	want = 1;
	EXPECT_EQ(oscope_queue_take(&self->t.q, 4, &want, 0, &p), 1);
	EXPECT_EQ(p.from, 1);
	EXPECT_EQ(p.messages, 1);
	EXPECT_EQ(oscope_taken_bytes(&p), 0);
	want = 2;
	EXPECT_EQ(oscope_queue_take(&self->t.q, 3, &want, 0, &p), 1);
	EXPECT_EQ(want, 0);
	EXPECT_EQ(p.from, 2);
	EXPECT_EQ(p.messages, 2);
	EXPECT_EQ(oscope_taken_bytes(&p), 14);
	EXPECT_EQ(oscope_queue_left(&self->t.q), 0);
}

TEST_F(ipc, a_message_is_told_when_its_call_ends)
{
	uint32_t number = 0, crossed, want = 1;
	struct oscope_taken p;

	oscope_queue_send(&self->t.q, 1, 1, 0, OSCOPE_RUN_WHOLE, &number, &crossed);
	EXPECT_EQ(oscope_queue_take(&self->t.q, 3, &want, 0, &p), 1);
	EXPECT_EQ(p.units, 0);
	oscope_queue_sent(&self->t.q, 1, number, crossed, 31, &p);
	EXPECT_EQ(p.to, 3);
	EXPECT_EQ(p.messages, 1);
	EXPECT_EQ(oscope_taken_bytes(&p), 30);
	EXPECT_EQ(oscope_queue_left(&self->t.q), 0);
}

/* More runs than there is room for: of one receiver the sums are right. */
TEST_F(ipc, many_senders_in_turn)
{
	uint32_t i, from;

	for (i = 0; i < 1000; i++)
		send_whole(&self->t, 1 + i % 7, 8 + i % 7);
	receive_whole(&self->t, 8, 3000);
	for (i = 0; i < 1000; i++)
		send_whole(&self->t, 1 + i % 7, 8 + i % 7);
	for (i = 0, from = oscope_queue_left(&self->t.q); i < from; i++)
		receive_whole(&self->t, 8, 1);
	for (from = 1; from <= 7; from++) {
		uint64_t n = 2 * (1000 / 7 + (from <= 1000 % 7));

		EXPECT_EQ(self->t.told.messages[from][8], n);
		EXPECT_EQ(self->t.told.units[from][8], n * (7 + from));
	}
	EXPECT_EQ(self->t.missing, 0);
	EXPECT_EQ(oscope_queue_exact(&self->t.q), 1);
}

TEST_F(ipc, more_calls_at_once_than_there_is_room_for)
{
	uint32_t number[OSCOPE_QUEUE_RUNS + 1], crossed[OSCOPE_QUEUE_RUNS + 1], i;

	for (i = 0; i < OSCOPE_QUEUE_RUNS; i++)
		EXPECT_EQ(oscope_queue_send(&self->t.q, 1 + i % 7, 1, 0, 0, &number[i],
					    &crossed[i]), 1);
	EXPECT_EQ(oscope_queue_send(&self->t.q, 8, 1, 0, 0, &number[i], &crossed[i]), 0);
	EXPECT_EQ(oscope_queue_exact(&self->t.q), 0);
	for (i = 0; i < OSCOPE_QUEUE_RUNS; i++)
		sent(&self->t, 1 + i % 7, 1, number[i], crossed[i], 1);
	sent(&self->t, 8, 0, 0, crossed[i], 1);
	EXPECT_EQ(self->t.q.senders, 0);
}

TEST_F(ipc, numbers_of_runs_wrap_around)
{
	uint32_t i;

	self->t.q.first = self->t.q.last = ~0U - 2;
	for (i = 0; i < 6; i++)
		send_whole(&self->t, 1 + i % 2, 10);
	receive_whole(&self->t, 3, 60);
	EXPECT_EQ(self->t.sure.messages[1][3], 3);
	EXPECT_EQ(self->t.sure.messages[2][3], 3);
	EXPECT_EQ(self->t.missing, 0);
}

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
	a->got = rand() % 4 ? a->want : rand() % 2 ? 0 : rand() % (a->want + 1);
	oracle_put(o, id, a->got);
}

static void actor_steps(struct oracle *o, struct teller *t, struct actor *a, uint32_t id, int sends)
{
	switch (a->step) {
	case IDLE:
		a->want = rand() % 3 ? 16 : 1 + rand() % 40;
		a->step = BEGUN;
		if (sends)
			a->placed = oscope_queue_send(&t->q, id, a->want, 0, 0, &a->number,
						      &a->crossed);
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
		id = 1 + rand() % (n + m);
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
		id = n + 1 + rand() % m;
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
		srand(seed);
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
