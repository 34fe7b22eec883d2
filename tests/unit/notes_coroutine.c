// SPDX-License-Identifier: GPL-2.0
/* The rules of the claims on user-space scheduling, fed with made-up numbers. */
#include "notes_feed.h"

#define MS	1e6

/* coroutine.hog: arms loop, yielding, thread; values gaps; seen 0 the job's sleeps. */
static void hog(struct note *n, double loop, double thread)
{
	size_t a;

	feed(n, "coroutine.hog");
	for (a = 0; a < 3; a++)
		see(n, a, 0, 0);
	made(n, 2, OSCOPE_BIRTH_THREAD, 1);
	times(n, 0, loop, 0.01);
	times(n, 1, MS, 0.01);
	times(n, 2, thread, 0.01);
}

TEST_F(note, hog_holds_false_or_neither)
{
	hog(self->n, 30 * MS, 4 * MS);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	hog(self->n, 4 * MS, 4 * MS);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
	hog(self->n, 30 * MS, 20 * MS);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
	/* Twice as long as beside a thread, but not as long as the job. */
	hog(self->n, 15 * MS, 4 * MS);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, hog_void_when_the_job_slept)
{
	hog(self->n, 30 * MS, 4 * MS);
	see(self->n, 0, 0, 3);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* coroutine.no-lock: arms plain, inside, locked, same, opposite; seen 0 right, 1 lost, 2 there. */
static void no_lock(struct note *n, double plain, double inside)
{
	size_t a;

	feed(n, "coroutine.no-lock");
	for (a = 3; a < 5; a++) {
		n->counted[a].ops = n->counted[a].turns = COUNTED;
		n->counted[a].lives.births[OSCOPE_BIRTH_FORK] = COUNTED;
		see(n, a, 2, 1);
		see(n, a, 3, a == 4 && inside > 0);
	}
	see(n, 0, 0, plain <= 0);
	see(n, 0, 1, plain);
	see(n, 1, 0, inside <= 0);
	see(n, 1, 1, inside);
	see(n, 2, 0, 1);
	see(n, 2, 1, 0);
}

TEST_F(note, no_lock_every_verdict)
{
	no_lock(self->n, 0, 9000);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
	no_lock(self->n, 0, 0);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	no_lock(self->n, 5, 9000);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
	no_lock(self->n, 0, 9000);
	see_half(self->n, 1, 1);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, no_lock_inconclusive_when_opposite_locks_do_not_always_stand_still)
{
	no_lock(self->n, 0, 9000);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
	EXPECT_NE(strstr(self->n->reason, "stood still for ever"), NULL);
	see_half(self->n, 4, 3);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
	/* Nor is there no conflict where they do so without a lost update. */
	no_lock(self->n, 0, 0);
	see(self->n, 4, 3, 1);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

/* What arms leave where there is no interpreter. */
TEST_F(note, no_lock_is_decided_without_asyncio)
{
	size_t a;

	no_lock(self->n, 0, 9000);
	for (a = 3; a < 5; a++) {
		self->n->counted[a].ops = self->n->counted[a].turns = 0;
		memset(&self->n->timed[a].seen[3], 0, sizeof(struct arm_seen));
		memset(&self->n->counted[a].seen[3], 0, sizeof(struct arm_seen));
		see(self->n, a, 2, 0);
	}
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
	EXPECT_NE(strstr(self->n->reason, "asyncio is not there (apt-get install python3)"), NULL);
}

TEST_F(note, no_lock_void_when_locks_in_the_same_order_stand_still)
{
	no_lock(self->n, 0, 9000);
	see(self->n, 3, 3, 1);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, no_lock_void_when_the_tasks_were_of_two_threads)
{
	no_lock(self->n, 0, 9000);
	self->n->counted[4].lives.births[OSCOPE_BIRTH_THREAD] = COUNTED;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, no_lock_void_when_they_neither_ended_nor_waited)
{
	no_lock(self->n, 0, 9000);
	self->n->counted[4].turns--;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, no_lock_void_when_updates_are_missing)
{
	no_lock(self->n, 0, 9000);
	self->n->counted[1].turns = OPS / 2;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* coroutine.auto-yield: arms raw, wrapped; values gaps beside a wait of 20 ms. */
static void auto_yield(struct note *n, double raw, double wrapped)
{
	feed(n, "coroutine.auto-yield");
	made(n, 0, OSCOPE_BIRTH_THREAD, 1);
	made(n, 1, OSCOPE_BIRTH_THREAD, 1);
	n->counted[0].ledger[0].sum.blocked[OSCOPE_REASON_PIPE_READ].n = OPS;
	times(n, 0, raw, 0.01);
	times(n, 1, wrapped, 0.01);
}

TEST_F(note, auto_yield_every_verdict)
{
	auto_yield(self->n, 20 * MS, 2 * MS);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
	auto_yield(self->n, 2 * MS, 2 * MS);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	auto_yield(self->n, 20 * MS, 20 * MS);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
	auto_yield(self->n, 20 * MS, 12 * MS);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, auto_yield_void_when_the_loop_did_not_sleep_in_the_read)
{
	auto_yield(self->n, 20 * MS, 2 * MS);
	self->n->counted[0].ledger[0].sum.blocked[OSCOPE_REASON_PIPE_READ].n = 0;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* coroutine.ready: arms pending, few, threads; values shares of the time. */
static void ready(struct note *n, double pending, double few)
{
	feed(n, "coroutine.ready");
	made(n, 2, OSCOPE_BIRTH_THREAD, 100);
	times(n, 0, pending, 0.01);
	times(n, 1, few, 0.01);
}

TEST_F(note, ready_every_verdict)
{
	ready(self->n, 0.98, 0.1);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
	ready(self->n, 0.98, 0.98);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	ready(self->n, 0.2, 0.1);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
	ready(self->n, 0.98, 0.7);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, ready_void_when_threads_carry_coroutines)
{
	ready(self->n, 0.98, 0.1);
	made(self->n, 0, OSCOPE_BIRTH_THREAD, 1);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* coroutine.cpu: arms one, two, hundred, wait one, wait ten. */
static void cpu(struct note *n, double hundred, double wait_one)
{
	feed(n, "coroutine.cpu");
	n->counted[3].sum->voluntary = n->counted[3].sum->events = 10 * OPS;
	n->counted[3].kernel_switches = 10 * OPS;
	times(n, 2, hundred, 0.01);
	times(n, 3, wait_one, 0.01);
}

TEST_F(note, cpu_every_verdict)
{
	cpu(self->n, 1, 10);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	cpu(self->n, 0.5, 10);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
	cpu(self->n, 1, 1);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
	cpu(self->n, 1, 1.5);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, cpu_void_when_nobody_waited)
{
	cpu(self->n, 1, 10);
	self->n->counted[3].sum->voluntary = 0;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* coroutine.call: arms coroutine, call; seen 0 values came, 1 went on inside, 2 as a call. */
static void call(struct note *n, double as_a_call)
{
	feed(n, "coroutine.call");
	see(n, 0, 0, 1 - as_a_call);
	see(n, 0, 1, 1 - as_a_call);
	see(n, 0, 2, as_a_call);
	see(n, 1, 2, 1);
}

TEST_F(note, call_every_verdict)
{
	call(self->n, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
	EXPECT_NE(strstr(self->n->reason, "gave a value"), NULL);
	call(self->n, 1);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	see_half(self->n, 0, 2);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, call_void_when_the_call_is_none)
{
	call(self->n, 0);
	see(self->n, 1, 2, 0);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_HARNESS_MAIN
