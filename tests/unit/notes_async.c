// SPDX-License-Identifier: GPL-2.0
/* The rules of the claims on asynchronous and non-blocking work, fed with made-up numbers. */
#include "notes_feed.h"

/* async.matrix: arms sync block, sync nonblock, async block, async nonblock, asking; seen 1 switches. */
static void matrix(struct note *n, double best, double async_block)
{
	size_t a;

	feed(n, "async.matrix");
	for (a = 0; a < 5; a++) {
		see(n, a, 1, a ? 0.2 : 2);
		times(n, a, 10, 0.01);
		n->counted[a].lives.births[OSCOPE_BIRTH_FORK] = COUNTED;
	}
	times(n, 2, async_block, 0.01);
	times(n, 3, best, 0.01);
}

TEST_F(note, matrix_every_verdict)
{
	matrix(self->n, 5, 6);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	EXPECT_NE(strstr(self->n->reason, "async_block"), NULL);
	matrix(self->n, 5, 4);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
	matrix(self->n, 5, 5);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, matrix_void_when_nobody_waits_or_answers_are_wrong)
{
	matrix(self->n, 5, 6);
	see(self->n, 0, 1, 0.1);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
	matrix(self->n, 5, 6);
	self->n->counted[4].turns = OPS / 2;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/*
 * async.notify: arms asking, epoll, signal, completion; seen 0 data there, 1 no io_uring, 2 data left,
 * 3 asked.
 */
static void notify(struct note *n, double asking)
{
	size_t a;

	feed(n, "async.notify");
	for (a = 0; a < 4; a++) {
		see(n, a, 0, a == 0 || a == 3);
		see(n, a, 2, a == 1 || a == 2);
		see(n, a, 3, a ? 0 : 1000);
		made(n, a, OSCOPE_BIRTH_FORK, 1);
	}
	see(n, 3, 1, 0);
	times(n, 0, asking, 0.01);
}

TEST_F(note, notify_every_verdict)
{
	notify(self->n, 60);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	notify(self->n, 1);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
	notify(self->n, 5);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, notify_says_where_io_uring_may_not_be_used)
{
	notify(self->n, 60);
	see(self->n, 3, 0, 0);
	see(self->n, 3, 1, 1);
	see(self->n, 3, 2, 1);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	EXPECT_NE(strstr(self->n->reason, "may not be used"), NULL);
}

TEST_F(note, notify_void_when_readiness_was_completion)
{
	notify(self->n, 60);
	see(self->n, 1, 2, 0);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
	notify(self->n, 60);
	see(self->n, 3, 0, 0);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
	notify(self->n, 60);
	made(self->n, 3, OSCOPE_BIRTH_FORK, 0);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
	notify(self->n, 60);
	see(self->n, 0, 3, 0);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* async.same: arms the four; seen 0 is so, 1 slept. */
static void same(struct note *n, double last)
{
	size_t a;

	feed(n, "async.same");
	for (a = 0; a < 4; a++) {
		see(n, a, 0, a < 3 ? 1 : last);
		see(n, a, 1, a % 2 == 0);
		made(n, a, OSCOPE_BIRTH_THREAD, a < 2 ? 1 : 2);
	}
}

TEST_F(note, same_every_verdict)
{
	same(self->n, 1);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
	same(self->n, 0);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	EXPECT_NE(strstr(self->n->reason, "async_nonblock"), NULL);
	same(self->n, 1);
	see_half(self->n, 1, 0);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, same_void_when_the_byte_did_not_come)
{
	same(self->n, 1);
	self->n->counted[2].turns = 0;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* async.single: arms serial, loop, child; values in waits; seen 0 went on. */
static void single(struct note *n, double loop)
{
	feed(n, "async.single");
	n->counted[0].sum->voluntary = n->counted[0].sum->events = OPS;
	n->counted[0].kernel_switches = OPS;
	made(n, 2, OSCOPE_BIRTH_FORK, 1);
	see(n, 2, 0, 1);
	times(n, 1, loop, 0.01);
}

TEST_F(note, single_every_verdict)
{
	single(self->n, 1.2);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
	single(self->n, 100);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	single(self->n, 20);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, single_inconclusive_when_only_coroutines_went_on)
{
	single(self->n, 1.2);
	see(self->n, 2, 0, 0);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
	see_half(self->n, 2, 0);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
	EXPECT_NE(strstr(self->n->reason, "50 %"), NULL);
}

TEST_F(note, single_void_when_the_loop_made_tasks)
{
	single(self->n, 1.2);
	made(self->n, 1, OSCOPE_BIRTH_THREAD, 1);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* async.switches: arms threads, loop, packets; seen 0 reads a message, 1 partial. */
static void switches(struct note *n, double threads, double partial)
{
	size_t a;

	feed(n, "async.switches");
	for (a = 0; a < 3; a++) {
		see(n, a, 0, a < 2 ? 1 + partial : 1);
		see(n, a, 1, a < 2 ? partial : 0);
		n->counted[a].lives.births[OSCOPE_BIRTH_FORK] = COUNTED;
	}
	n->counted[0].lives.births[OSCOPE_BIRTH_THREAD] = 16UL * COUNTED;
	times(n, 0, threads, 0.01);
}

TEST_F(note, switches_every_verdict)
{
	switches(self->n, 10, 1);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	switches(self->n, 10, 0);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
	switches(self->n, 1, 1);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
	switches(self->n, 1.3, 1);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, switches_void_when_a_packet_came_in_parts)
{
	switches(self->n, 10, 1);
	see(self->n, 2, 0, 2);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* async.files: arms epoll, uring, thread; seen 0 refused, 1 read well, 2 from device, 3 slept. */
static void files(struct note *n, double refused, double uring, double thread)
{
	feed(n, "async.files");
	see(n, 0, 0, refused);
	see(n, 1, 1, uring);
	see(n, 1, 2, 1);
	see(n, 1, 3, 0);
	see(n, 2, 1, thread);
	made(n, 2, OSCOPE_BIRTH_THREAD, 1);
}

TEST_F(note, files_every_verdict)
{
	files(self->n, 1, 1, 1);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
	files(self->n, 1, 0, 1);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
	EXPECT_NE(strstr(self->n->reason, "may not be used"), NULL);
	files(self->n, 0, 1, 1);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	files(self->n, 1, 0, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
	see_half(self->n, 0, 0);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, files_void_when_nothing_was_tried)
{
	files(self->n, 1, 1, 1);
	self->n->counted[1].turns = 0;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_HARNESS_MAIN
