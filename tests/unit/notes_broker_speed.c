// SPDX-License-Identifier: GPL-2.0
/* The rules of the claims on brokers' throughput and protocols, fed with made-up numbers. */
#include "notes_feed.h"

#include "notes/broker.h"

#define ARMS	(2 + 2 * BROKERS_REAL)

/* broker.throughput: arms socket, then each broker, a message a write and batched. */
static void throughput(struct note *n, double each, double batched)
{
	const double socket[] = { 100, 10 }, broker[] = { each, batched };
	size_t a;

	feed(n, "broker.throughput");
	for (a = 0; a < ARMS; a++) {
		times(n, a, a < 2 ? socket[a] : broker[a % 2], 0.02);
		see(n, a, 0, 50);
		see(n, a, 1, a > 1 ? 50 : 0);
	}
}

TEST_F(note, throughput_holds_if_batched)
{
	throughput(self->n, 400, 50);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
	EXPECT_NE(strstr(self->n->reason, "many go in one write"), NULL);
	EXPECT_LT(fabs(self->n->effect.value - 0.5), 0.02);
}

TEST_F(note, throughput_holds_one_by_one)
{
	throughput(self->n, 80, 20);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, throughput_false_even_batched)
{
	throughput(self->n, 400, 200);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, throughput_holds_if_it_is_one_that_is)
{
	throughput(self->n, 400, 50);
	times(self->n, 5, 200, 0.02);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
	EXPECT_NE(strstr(self->n->reason, "by Redis, "), NULL);
	EXPECT_EQ(strstr(self->n->reason, "by Redis, NATS"), NULL);
}

TEST_F(note, throughput_inconclusive_when_one_cannot_be_told)
{
	throughput(self->n, 400, 50);
	times(self->n, 5, 100, 0.02);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, throughput_is_of_those_that_are_there)
{
	size_t a;

	throughput(self->n, 400, 50);
	for (a = 4; a < ARMS; a++)
		self->n->timed[a].ops = self->n->counted[a].ops = 0;
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
	EXPECT_NE(strstr(self->n->reason, "by Redis: "), NULL);
	EXPECT_EQ(strstr(self->n->reason, "NATS"), NULL);
}

TEST_F(note, throughput_void_when_messages_are_out_of_order)
{
	throughput(self->n, 400, 50);
	self->n->counted[3].turns = OPS - 1;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* broker.protocol: arms own to other, other to own, other to other; seen 0 all came, 1 how many. */
static void protocol(struct note *n)
{
	size_t a;

	feed(n, "broker.protocol");
	for (a = 0; a < 3; a++) {
		see(n, a, 0, 1);
		see(n, a, 1, 30);
	}
}

TEST_F(note, protocol_holds_when_all_came_each_way)
{
	protocol(self->n);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, protocol_false_when_one_way_none_did)
{
	protocol(self->n);
	see(self->n, 1, 0, 0);
	see(self->n, 1, 1, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
	EXPECT_NE(strstr(self->n->reason, "0 from MQTT to its own"), NULL);
}

TEST_F(note, protocol_inconclusive_when_now_and_then)
{
	protocol(self->n);
	see_half(self->n, 2, 0);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, protocol_void_when_not_asked_to_the_end)
{
	protocol(self->n);
	self->n->counted[0].turns = OPS - 1;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_HARNESS_MAIN
