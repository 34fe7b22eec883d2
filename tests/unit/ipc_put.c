// SPDX-License-Identifier: GPL-2.0
/* Queues into which a message is put, and from which it is taken, in one step. */
#include <string.h>

#include "kselftest_harness.h"

#include "../../kmod/core/ipc_exact.h"
#include "../../kmod/core/ipc_put.h"

FIXTURE(queue)
{
	struct oscope_queue q;
	__u32 from, uncertain;
};

FIXTURE_SETUP(queue)
{
	memset(&self->q, 0, sizeof(self->q));
	oscope_queue_empty(&self->q, 0);
}

FIXTURE_TEARDOWN(queue)
{
}

#define PUT(who)	oscope_queue_put(&self->q, who)
#define GET(who)	do { \
	ASSERT_EQ(oscope_queue_get(&self->q, &self->from, &self->uncertain), 1); \
	EXPECT_EQ(self->from, (__u32)(who)); \
} while (0)
#define NOTHING()	EXPECT_EQ(oscope_queue_get(&self->q, &self->from, &self->uncertain), 0)

TEST_F(queue, in_order)
{
	PUT(1);
	PUT(1);
	PUT(2);
	PUT(1);
	GET(1);
	GET(1);
	GET(2);
	EXPECT_EQ(self->uncertain, 0U);
	GET(1);
	NOTHING();
}

TEST_F(queue, one_sender_takes_one_run)
{
	int i;

	for (i = 0; i < 1000; i++)
		PUT(7);
	EXPECT_EQ(self->q.last - self->q.first, 1U);
	for (i = 0; i < 1000; i++)
		GET(7);
	NOTHING();
	EXPECT_EQ(self->q.flags & OSCOPE_QUEUE_MANY_FROM, 0U);
}

TEST_F(queue, nobody_is_a_sender_too)
{
	PUT(0);
	PUT(3);
	GET(0);
	GET(3);
	NOTHING();
}

/* More turns than there are runs: the sums stay right, the order is said to be uncertain. */
TEST_F(queue, two_in_turns)
{
	int i, of[3] = { 0 }, uncertain = 0;

	for (i = 0; i < 100; i++)
		PUT(1 + i % 2);
	EXPECT_EQ(oscope_queue_left(&self->q), 100U);
	while (oscope_queue_get(&self->q, &self->from, &self->uncertain)) {
		of[self->from]++;
		uncertain += !!self->uncertain;
	}
	EXPECT_EQ(of[1], 50);
	EXPECT_EQ(of[2], 50);
	EXPECT_GT(uncertain, 0);
	EXPECT_TRUE(oscope_queue_exact(&self->q));
}

TEST_F(queue, a_third_without_room_is_not_made_up)
{
	int i;

	for (i = 0; i < (int)OSCOPE_QUEUE_RUNS; i++)
		PUT(1 + i % 2);
	PUT(3);
	EXPECT_EQ(self->q.flags & OSCOPE_QUEUE_SYNCED, 0U);
	EXPECT_FALSE(oscope_queue_exact(&self->q));
}

TEST_F(queue, what_was_there_before_is_nobodys)
{
	memset(&self->q, 0, sizeof(self->q));
	PUT(1);
	NOTHING();
}

/* Around the end of the numbers. */
TEST_F(queue, numbers_wrap)
{
	self->q.first = self->q.last = UINT32_MAX;
	PUT(1);
	PUT(2);
	PUT(3);
	GET(1);
	GET(2);
	GET(3);
	NOTHING();
}

/* Of a kind of which the kernel has one at most: what overtakes one that nobody has got by now. */
TEST_F(queue, the_only_one)
{
	oscope_queue_put_only(&self->q, 1);
	GET(1);
	EXPECT_EQ(self->uncertain, 0U);
	oscope_queue_put_only(&self->q, 1);
	oscope_queue_put_only(&self->q, 2);
	GET(2);
	EXPECT_NE(self->uncertain, 0U);
	NOTHING();
	oscope_queue_put_only(&self->q, 3);
	GET(3);
	EXPECT_EQ(self->uncertain, 0U);
}

/* What was there may be gone, and what comes may not be all there is. */
TEST_F(queue, foreign)
{
	PUT(1);
	oscope_queue_foreign(&self->q);
	NOTHING();
	oscope_queue_empty(&self->q, self->q.begun);
	PUT(1);
	NOTHING();
	EXPECT_EQ(oscope_queue_exact(&self->q), 0);
}

TEST_HARNESS_MAIN
