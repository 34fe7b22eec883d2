// SPDX-License-Identifier: GPL-2.0
/* The rules of the claims on servers, fed with made-up numbers. */
#include <errno.h>

#include "notes_feed.h"

#include "notes/echo.h"

/* parallel.best: arms by enum echo_way; seen 3 connected, 4 errno. */
static void best(struct note *n, double ours)
{
	size_t a;

	feed(n, "parallel.best");
	for (a = 0; a <= ECHO_PROCESSES; a++) {
		see(n, a, 1, 1000);
		see(n, a, 3, 1000);
		see(n, a, 4, 0);
	}
	n->counted[ECHO_PROCESS].lives.births[OSCOPE_BIRTH_FORK] = 1001UL * COUNTED;
	n->counted[ECHO_THREAD].lives.births[OSCOPE_BIRTH_THREAD] = 1000UL * COUNTED;
	n->counted[ECHO_PREFORK].lives.births[OSCOPE_BIRTH_FORK] = 1001UL * COUNTED;
	n->counted[ECHO_URING].lives.births[OSCOPE_BIRTH_FORK] = COUNTED;
	n->counted[ECHO_EPOLL].lives.births[OSCOPE_BIRTH_FORK] = COUNTED;
	n->counted[ECHO_COROUTINES].lives.births[OSCOPE_BIRTH_FORK] = COUNTED;
	times(n, ECHO_PROCESSES, ours, 0.01);
}

TEST_F(note, best_holds_when_it_is_apart)
{
	best(self->n, 0.8);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, best_false_when_another_is_cheaper)
{
	best(self->n, 1.2);
	times(self->n, ECHO_EPOLL, 0.7, 0.01);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
	EXPECT_NE(strstr(self->n->reason, "epoll"), NULL);
}

TEST_F(note, best_inconclusive_when_it_is_not_apart_or_a_limit_was_met)
{
	best(self->n, 1);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
	best(self->n, 0.8);
	see(self->n, ECHO_THREAD, 3, 400);
	see(self->n, ECHO_THREAD, 4, EAGAIN);
	self->n->counted[ECHO_THREAD].lives.births[OSCOPE_BIRTH_THREAD] = 400UL * COUNTED;
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
	EXPECT_NE(strstr(self->n->reason, "thread: 400 of 1000"), NULL);
	/* ... with all of them open: no answer was looked at. */
	best(self->n, 0.8);
	see(self->n, ECHO_EPOLL, 4, ENOMEM);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
	EXPECT_NE(strstr(self->n->reason, "epoll: 1000 of 1000"), NULL);
}

TEST_F(note, best_void_when_answers_are_wrong_or_nobody_was_made)
{
	best(self->n, 0.8);
	self->n->counted[ECHO_PROCESSES].turns = OPS - 1;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
	best(self->n, 0.8);
	self->n->counted[0].lives.births[OSCOPE_BIRTH_FORK] = COUNTED;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* Where nobody may have io_uring, the others are compared; another reason is a limit. */
TEST_F(note, best_without_io_uring)
{
	best(self->n, 0.8);
	see(self->n, ECHO_URING, 3, 0);
	see(self->n, ECHO_URING, 4, EPERM);
	times(self->n, ECHO_URING, 0, 0);
	self->n->counted[ECHO_URING].lives.births[OSCOPE_BIRTH_FORK] = 0;
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	EXPECT_EQ(strstr(self->n->reason, "io_uring"), NULL);
	see(self->n, ECHO_URING, 4, ENOMEM);
	EXPECT_NE(judged(self->n), VERDICT_HOLDS);
}

/* parallel.fork-request: arms fork, thread, prefork, fork long, prefork long. */
static void fork_request(struct note *n, double fork, double longer)
{
	feed(n, "parallel.fork-request");
	n->counted[0].lives.births[OSCOPE_BIRTH_FORK] = 41UL * COUNTED;
	made(n, 1, OSCOPE_BIRTH_THREAD, 1);
	n->counted[2].lives.births[OSCOPE_BIRTH_FORK] = 2UL * COUNTED;
	n->counted[3].lives.births[OSCOPE_BIRTH_FORK] = 5UL * COUNTED;
	n->counted[4].lives.births[OSCOPE_BIRTH_FORK] = 2UL * COUNTED;
	times(n, 0, fork, 0.01);
	times(n, 3, longer, 0.01);
}

TEST_F(note, fork_request_every_verdict)
{
	fork_request(self->n, 5, 1.02);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
	fork_request(self->n, 5, 2);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	fork_request(self->n, 1, 1);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
	fork_request(self->n, 1.3, 1);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, fork_request_void_without_forks)
{
	fork_request(self->n, 5, 1.02);
	self->n->counted[0].lives.births[OSCOPE_BIRTH_FORK] = COUNTED;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
	fork_request(self->n, 5, 1.02);
	self->n->counted[3].lives.births[OSCOPE_BIRTH_FORK] = COUNTED;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_HARNESS_MAIN
