// SPDX-License-Identifier: GPL-2.0
/*
 * Calls that were under way before the trace, whose end is not seen: nothing that they may have had
 * is told as somebody else's.
 */
#include <string.h>

#include "kselftest_harness.h"

#include "../../kmod/core/ipc_exact.h"
#include "../../kmod/core/ipc_unseen.h"

#define X	1U
#define Y	2U
#define READER	9U

FIXTURE(queue)
{
	struct oscope_queue q;
	struct oscope_taken taken;
	__u32 want;
};

FIXTURE_SETUP(queue)
{
	memset(&self->q, 0, sizeof(self->q));
	oscope_queue_empty(&self->q, 0);
}

FIXTURE_TEARDOWN(queue)
{
}

/* A whole call that sends so much, into what was seen to be empty before it. */
static int sends(struct oscope_queue *q, __u32 from, __u32 units)
{
	__u32 number = 0, crossed;
	struct oscope_taken t;
	int placed;

	if (!(q->flags & OSCOPE_QUEUE_SYNCED))
		oscope_queue_empty(q, q->begun);
	placed = oscope_queue_send(q, from, units, 0, 0, &number, &crossed);
	if (placed)
		oscope_queue_sent(q, from, number, crossed, units, &t);
	oscope_queue_send_ends(q, from, units);
	return placed;
}

/* What is there is asked for; whose it was, 0: nobody knows. */
static __u32 received(struct oscope_queue *q, __u32 units, struct oscope_taken *t)
{
	__u32 crossed, from = 0;

	oscope_queue_receive(q, &crossed);
	if (oscope_queue_take(q, READER, &units, oscope_queue_overlaps(q, crossed), t))
		from = t->from;
	oscope_queue_received(q, READER, 1, units);
	return from;
}

TEST_F(queue, what_an_unseen_reader_had_is_nobody_elses)
{
	oscope_queue_unseen_begins(&self->q, 0);
	EXPECT_EQ(sends(&self->q, X, 10), 0);
	/* It has that, and begins again. */
	oscope_queue_unseen_ends(&self->q, 0);
	EXPECT_EQ(sends(&self->q, Y, 10), 1);
	EXPECT_EQ(received(&self->q, 10, &self->taken), Y);
	EXPECT_EQ(self->q.receivers, 0U);
}

TEST_F(queue, what_came_before_it_was_known_is_forgotten)
{
	EXPECT_EQ(sends(&self->q, X, 10), 1);
	oscope_queue_unseen_begins(&self->q, 0);
	EXPECT_EQ(received(&self->q, 10, &self->taken), 0U);
	oscope_queue_unseen_ends(&self->q, 0);
	EXPECT_EQ(sends(&self->q, Y, 10), 1);
	EXPECT_EQ(received(&self->q, 10, &self->taken), Y);
}

TEST_F(queue, nothing_is_paired_beside_an_unseen_sender)
{
	oscope_queue_unseen_begins(&self->q, 1);
	EXPECT_EQ(sends(&self->q, X, 10), 0);
	EXPECT_EQ(received(&self->q, 10, &self->taken), 0U);
	oscope_queue_unseen_ends(&self->q, 1);
	EXPECT_EQ(self->q.senders, 0U);
	EXPECT_EQ(sends(&self->q, X, 10), 1);
	EXPECT_EQ(received(&self->q, 10, &self->taken), X);
}

TEST_F(queue, what_ends_twice_takes_nobodys_place)
{
	__u32 crossed;

	oscope_queue_unseen_ends(&self->q, 0);
	oscope_queue_unseen_ends(&self->q, 1);
	EXPECT_EQ(self->q.receivers, 0U);
	EXPECT_EQ(self->q.senders, 0U);
	oscope_queue_receive(&self->q, &crossed);
	oscope_queue_unseen_ends(&self->q, 1);
	EXPECT_EQ(self->q.receivers, 1U);
}

TEST_F(queue, sums_are_not_exact_then)
{
	EXPECT_EQ(oscope_queue_exact(&self->q), 1);
	oscope_queue_unseen_begins(&self->q, 0);
	oscope_queue_unseen_ends(&self->q, 0);
	EXPECT_EQ(oscope_queue_exact(&self->q), 0);
}

TEST_HARNESS_MAIN
