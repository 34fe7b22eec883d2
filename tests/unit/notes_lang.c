// SPDX-License-Identifier: GPL-2.0
/* The rules of the claims on other languages, fed with made-up numbers. */
#include <errno.h>

#include "notes/installed.h"
#include "notes_feed.h"

static void script(struct note *n, size_t a, uint64_t ops, uint64_t threads)
{
	n->counted[a].ops = n->counted[a].turns = ops * COUNTED;
	n->counted[a].lives.births[OSCOPE_BIRTH_FORK] = COUNTED;
	n->counted[a].lives.births[OSCOPE_BIRTH_THREAD] = threads * COUNTED;
}

TEST(what_is_missing_is_named_with_its_package)
{
	struct sample s = { 0 };

	EXPECT_EQ(installed(&s, "/nowhere/node", "nodejs"), -ENOENT);
	EXPECT_STREQ(s.why, "/nowhere/node is not there: apt-get install nodejs");
	EXPECT_EQ(installed(&s, "/bin/sh", "dash"), 0);
}

/*
 * lang.node: arms loop, waits, workers; seen 0 CPU time, 1 one thread, 2 thread each, 3 stood
 * still, 4 at once.
 */
static void node(struct note *n)
{
	feed(n, "lang.node");
	script(n, 0, 2, 10);
	script(n, 1, 100, 10);
	script(n, 2, 2, 12);
	see(n, 0, 1, 1);
	see(n, 0, 3, 1);
	see(n, 1, 1, 1);
	see(n, 1, 4, 1);
	see(n, 2, 0, 120e6);
	see(n, 2, 2, 1);
}

TEST_F(note, node_holds_if_one_loop_is_meant)
{
	node(self->n);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
}

TEST_F(note, node_false_when_computations_have_two_threads)
{
	node(self->n);
	see(self->n, 0, 1, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, node_false_when_waits_come_one_by_one)
{
	node(self->n);
	see(self->n, 1, 4, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, node_inconclusive_when_a_beat_comes_sometimes)
{
	node(self->n);
	see_half(self->n, 0, 3);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, node_void_when_workers_are_no_threads_of_the_kernel)
{
	node(self->n);
	script(self->n, 2, 2, 10);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, node_void_when_a_wait_did_not_end)
{
	node(self->n);
	self->n->counted[1].turns--;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* lang.java: arms free, locked; task 0 those that compute. */
static void java(struct note *n, double at_once)
{
	size_t a;

	((struct preflight *)n->machine)->cpus_allowed = 2;
	feed(n, "lang.java");
	for (a = 0; a < 2; a++) {
		times(n, a, a ? 0.01 : at_once, 0.02);
		script(n, a, 2, 20);
		see(n, a, 0, 120e6);
		n->counted[a].ledger[0].tasks = 2UL * COUNTED;
	}
}

TEST_F(note, java_holds)
{
	java(self->n, 0.95);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, java_false_when_they_take_turns)
{
	java(self->n, 0.01);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, java_inconclusive_when_others_have_the_cpu)
{
	java(self->n, 0.01);
	self->machine.busy = 0.9;
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, java_inconclusive_when_a_lock_does_not_keep_them_apart)
{
	java(self->n, 0.95);
	times(self->n, 1, 0.95, 0.02);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, java_inconclusive_with_one_cpu)
{
	java(self->n, 0.95);
	self->machine.cpus_allowed = 1;
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, java_void_when_a_thread_was_none)
{
	java(self->n, 0.95);
	self->n->counted[0].ledger[0].tasks--;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_HARNESS_MAIN
