// SPDX-License-Identifier: GPL-2.0
/* The rules of the claims on signals, fed with made-up numbers. */
#include "notes_feed.h"

/*
 * ipc.signal: arms asleep, computing, blocked; seen 0 told, 1 latency, 2 plain, 3 queued, 4 in order.
 */
static void signal_sent(struct note *n, double plain)
{
	size_t a;

	feed(n, "ipc.signal");
	for (a = 0; a < 3; a++)
		see(n, a, 0, 1);
	n->counted[2].turns = 200 * OPS;
	see(n, 2, 2, plain);
	see(n, 2, 3, 100);
	see(n, 2, 4, 1);
}

TEST_F(note, signal_holds_and_is_no_queue)
{
	signal_sent(self->n, 1);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	EXPECT_NE(strstr(self->n->reason, "no queue"), NULL);
}

TEST_F(note, signal_holds_where_none_is_lost)
{
	signal_sent(self->n, 100);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	EXPECT_EQ(strstr(self->n->reason, "no queue"), NULL);
}

TEST_F(note, signal_false_when_who_computes_is_not_told)
{
	signal_sent(self->n, 1);
	see(self->n, 1, 0, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, signal_inconclusive_when_samples_differ)
{
	signal_sent(self->n, 1);
	see_half(self->n, 0, 0);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, signal_void_when_one_was_not_handled)
{
	signal_sent(self->n, 1);
	self->n->counted[0].turns--;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, signal_void_when_one_was_not_accepted)
{
	signal_sent(self->n, 1);
	self->n->counted[2].turns--;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* ipc.thread-signal: seen 0 directed, 1 by mask, 2 handler shared, 3 waits for its own. */
static void thread_signal(struct note *n)
{
	unsigned int what;

	feed(n, "ipc.thread-signal");
	made(n, 0, OSCOPE_BIRTH_THREAD, 2);
	n->counted[0].turns = 22 * OPS;
	for (what = 0; what < 4; what++)
		see(n, 0, what, 1);
}

TEST_F(note, thread_signal_holds)
{
	thread_signal(self->n);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, thread_signal_false_when_another_handles_it)
{
	thread_signal(self->n);
	see(self->n, 0, 0, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, thread_signal_inconclusive_when_samples_differ)
{
	thread_signal(self->n);
	see_half(self->n, 0, 1);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, thread_signal_void_when_one_got_lost)
{
	thread_signal(self->n);
	self->n->counted[0].turns--;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_HARNESS_MAIN
