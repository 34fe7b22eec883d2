// SPDX-License-Identifier: GPL-2.0
/* The rules of the claims on locks, fed with made-up numbers. */
#include "notes_feed.h"

/* Processes of an arm that are killed, as all that it makes. */
static void killed(struct note *n, size_t a)
{
	made(n, a, OSCOPE_BIRTH_FORK, 1);
	n->counted[a].lives.signalled = OPS;
}

/* sync.deadlock: arms opposite, same; seen 0 proved, 1 both in it, 2 went through. */
static void deadlock(struct note *n, bool stuck, bool went)
{
	feed(n, "sync.deadlock");
	killed(n, 0);
	made(n, 0, OSCOPE_BIRTH_THREAD, 1);
	made(n, 1, OSCOPE_BIRTH_FORK, 1);
	made(n, 1, OSCOPE_BIRTH_THREAD, 1);
	see(n, 0, 0, stuck);
	see(n, 0, 1, stuck);
	see(n, 1, 2, went);
}

TEST_F(note, deadlock_holds)
{
	deadlock(self->n, true, true);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, deadlock_false_when_it_goes_through)
{
	deadlock(self->n, false, true);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, deadlock_false_when_the_order_does_not_matter)
{
	deadlock(self->n, true, false);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, deadlock_inconclusive_when_samples_differ)
{
	deadlock(self->n, true, true);
	see_half(self->n, 0, 0);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, deadlock_void_when_the_stuck_are_not_killed)
{
	deadlock(self->n, true, true);
	self->n->counted[0].lives.signalled = 0;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, deadlock_void_without_the_second_thread)
{
	deadlock(self->n, true, true);
	self->n->counted[1].lives.births[OSCOPE_BIRTH_THREAD] = 0;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* sync.self: arms plain, checked, recursive; seen 0 proved, 1 told, 2 taken, 3 held, 4 freed. */
static void self_take(struct note *n)
{
	feed(n, "sync.self");
	killed(n, 0);
	made(n, 2, OSCOPE_BIRTH_THREAD, 2);
	see(n, 0, 0, 1);
	see(n, 1, 1, 1);
	see(n, 2, 2, 1);
	see(n, 2, 3, 1);
	see(n, 2, 4, 1);
}

TEST_F(note, self_holds)
{
	self_take(self->n);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, self_false_when_a_plain_one_goes_on)
{
	self_take(self->n);
	see(self->n, 0, 0, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, self_false_when_releases_need_not_pair)
{
	self_take(self->n);
	see(self->n, 2, 3, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, self_void_without_who_tries)
{
	self_take(self->n);
	made(self->n, 2, OSCOPE_BIRTH_THREAD, 1);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* sync.rlock-cure: arms own, opposite, other; seen 0 went on, 1 proved, 2 busy. */
static void rlock_cure(struct note *n)
{
	feed(n, "sync.rlock-cure");
	made(n, 0, OSCOPE_BIRTH_FORK, 1);
	killed(n, 1);
	made(n, 1, OSCOPE_BIRTH_THREAD, 1);
	made(n, 2, OSCOPE_BIRTH_THREAD, 1);
	see(n, 0, 0, 1);
	see(n, 1, 1, 1);
	see(n, 2, 2, 1);
}

TEST_F(note, rlock_cure_false)
{
	rlock_cure(self->n);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, rlock_cure_holds_when_it_does)
{
	rlock_cure(self->n);
	see(self->n, 1, 1, 0);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, rlock_cure_void_when_its_owner_had_to_be_killed)
{
	rlock_cure(self->n);
	self->n->counted[0].lives.signalled = OPS;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* sync.race: arms one CPU, all CPUs; seen 0 lost some, 1 lost, 2 stored over others. */
static void race(struct note *n, double lost)
{
	size_t a;

	feed(n, "sync.race");
	for (a = 0; a < 2; a++) {
		made(n, a, OSCOPE_BIRTH_THREAD, 1);
		see(n, a, 0, lost > 0);
		see(n, a, 1, lost);
		see(n, a, 2, lost > 0);
	}
}

TEST_F(note, race_holds)
{
	race(self->n, 1000);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, race_holds_where_there_is_one_cpu_only)
{
	race(self->n, 1000);
	see(self->n, 1, 0, 0);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, race_false_when_nothing_is_lost)
{
	race(self->n, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, race_inconclusive_when_samples_differ)
{
	race(self->n, 1000);
	see_half(self->n, 0, 0);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, race_void_when_one_did_nothing)
{
	race(self->n, 1000);
	self->n->counted[0].turns = 0;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* sync.mutex: arms contended, free; seen 0 none lost, 1 never both. */
static void mutex(struct note *n)
{
	feed(n, "sync.mutex");
	see(n, 0, 0, 1);
	see(n, 0, 1, 1);
	n->counted[0].ledger[0].sum.blocked[OSCOPE_REASON_FUTEX].n = 3 * OPS;
	n->counted[1].syscalls = 0;
}

TEST_F(note, mutex_holds)
{
	mutex(self->n);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	EXPECT_NE(strstr(self->n->reason, "3.0 times"), NULL);
}

TEST_F(note, mutex_false_when_updates_are_lost)
{
	mutex(self->n);
	see(self->n, 0, 0, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, mutex_inconclusive_when_samples_differ)
{
	mutex(self->n);
	see_half(self->n, 0, 1);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, mutex_void_when_nobody_waited)
{
	mutex(self->n);
	self->n->counted[0].ledger[0].sum.blocked[OSCOPE_REASON_FUTEX].n = 0;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, mutex_void_when_a_free_one_calls_the_kernel)
{
	mutex(self->n);
	self->n->counted[1].syscalls = 1;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_HARNESS_MAIN
