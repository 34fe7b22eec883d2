// SPDX-License-Identifier: GPL-2.0
/* The rules of the claims on semaphores, buffers and structures, fed with made-up numbers. */
#include <assert.h>

#include "notes_feed.h"

/* sync.sem-kinds: arms unnamed by threads, processes, named; seen 0 right, 1 names, 2 ns. */
static void sem_kinds(struct note *n)
{
	size_t a;

	feed(n, "sync.sem-kinds");
	for (a = 0; a < 4; a++) {
		struct arm_counted *c = &n->counted[a];

		assert(c->sum);
		c->sum->events = c->sum->voluntary = c->kernel_switches = 2 * OPS;
		c->blocked[OSCOPE_REASON_FUTEX] = 2 * OPS;
		c->syscalls = 4;
		made(n, a, a % 2 ? OSCOPE_BIRTH_FORK : OSCOPE_BIRTH_THREAD, (double)COUNTED / OPS);
		see(n, a, 0, 1);
		see(n, a, 1, a < 2 ? 0 : 2);
		see(n, a, 2, a < 2 ? 1000 : 1500);
	}
}

TEST_F(note, sem_kinds_holds_with_its_costs)
{
	sem_kinds(self->n);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	EXPECT_NE(strstr(self->n->reason, "1.500 times"), NULL);
	strcpy(self->machine.no_times, "an emulator");
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	EXPECT_EQ(strstr(self->n->reason, "1.500 times"), NULL);
}

TEST_F(note, sem_kinds_false_when_one_does_not_hand_over)
{
	size_t a;

	for (a = 0; a < 4; a++) {
		sem_kinds(self->n);
		see(self->n, a, 0, 0);
		EXPECT_EQ(judged(self->n), VERDICT_FALSE);
	}
}

TEST_F(note, sem_kinds_mixed)
{
	sem_kinds(self->n);
	see_half(self->n, 3, 0);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, sem_kinds_void_when_names_are_not_as_they_must_be)
{
	sem_kinds(self->n);
	see(self->n, 2, 1, 0);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
	sem_kinds(self->n);
	see(self->n, 0, 1, 2);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, sem_kinds_void_without_hand_overs)
{
	sem_kinds(self->n);
	self->n->counted[1].blocked[OSCOPE_REASON_FUTEX] = OPS;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
	sem_kinds(self->n);
	self->n->counted[2].syscalls = 2;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
	sem_kinds(self->n);
	made(self->n, 3, OSCOPE_BIRTH_FORK, 0);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/*
 * sync.buffer: arms unbounded, bounded; seen 0 ate, 1 flat, 2 waited, 3 never waited, 4 bytes an
 * item, 5 waits, 6 most inside.
 */
static void buffer_waits(struct note *n, size_t a, double waits)
{
	struct arm_counted *c = &n->counted[a];

	see(n, a, 2, waits > 0);
	see(n, a, 3, waits <= 0);
	see(n, a, 5, waits);
	c->ledger[0].tasks = COUNTED;
	c->ledger[0].lifetime_ns = 1000;
	c->ledger[0].blocked_ns = waits > 0 ? 250 : 0;
	c->ledger[0].sum.blocked[OSCOPE_REASON_FUTEX].n = (uint64_t)llround(waits * OPS);
}

static void buffer(struct note *n)
{
	size_t a;

	feed(n, "sync.buffer");
	for (a = 0; a < 2; a++) {
		made(n, a, OSCOPE_BIRTH_THREAD, 2);
		n->counted[a].turns = 400 * OPS;
		see(n, a, 0, !a);
		see(n, a, 1, a != 0);
		buffer_waits(n, a, a ? 40 : 0);
		see(n, a, 4, a ? 900 : 16000);
		see(n, a, 6, a ? 8 : 390);
	}
}

TEST_F(note, buffer_holds_with_the_share_asleep)
{
	buffer(self->n);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	EXPECT_NE(strstr(self->n->reason, "asleep 25 %"), NULL);
}

TEST_F(note, buffer_false_when_it_eats_nothing)
{
	buffer(self->n);
	see(self->n, 0, 0, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, buffer_false_when_one_with_an_end_grows_or_never_makes_wait)
{
	buffer(self->n);
	see(self->n, 1, 1, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
	buffer(self->n);
	buffer_waits(self->n, 1, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, buffer_false_when_one_without_an_end_makes_wait)
{
	buffer(self->n);
	buffer_waits(self->n, 0, 3);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, buffer_mixed)
{
	buffer(self->n);
	see_half(self->n, 1, 1);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, buffer_void_when_sleeps_and_waits_differ)
{
	buffer(self->n);
	self->n->counted[1].ledger[0].sum.blocked[OSCOPE_REASON_FUTEX].n = 10 * OPS;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
	buffer(self->n);
	self->n->counted[0].turns = 399 * OPS;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* sync.lock-free: arms ring mutex, free, map mutex, shards; the same alone. Gains by pairs. */
static void lock_free(struct note *n, double ring, double map, double ring_alone, double map_alone)
{
	const double gain[] = { ring, map, ring_alone, map_alone };
	size_t a;

	feed(n, "sync.lock-free");
	for (a = 0; a < 8; a++) {
		made(n, a, OSCOPE_BIRTH_THREAD, a < 4 ? 2 : 1);
		times(n, a, a % 2 ? 100 : 100 * gain[a / 2], 0.02);
	}
}

TEST_F(note, lock_free_holds_when_all_gain)
{
	self->machine.cpus_allowed = 2;
	lock_free(self->n, 5, 2, 3, 1.5);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	EXPECT_GT(self->n->effect.value, 1.9);
	EXPECT_LT(self->n->effect.value, 2.1);
}

TEST_F(note, lock_free_holds_if_two_use_it)
{
	self->machine.cpus_allowed = 2;
	lock_free(self->n, 5, 2, 3, 0.9);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
	EXPECT_NE(strstr(self->n->reason, "two use it at once"), NULL);
}

TEST_F(note, lock_free_holds_if_it_is_the_one_that_gains)
{
	self->machine.cpus_allowed = 2;
	lock_free(self->n, 5, 0.5, 3, 0.9);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
	EXPECT_NE(strstr(self->n->reason, "it is the ring"), NULL);
	lock_free(self->n, 0.5, 5, 3, 0.9);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
	EXPECT_NE(strstr(self->n->reason, "it is the map"), NULL);
}

TEST_F(note, lock_free_false_when_none_gains)
{
	self->machine.cpus_allowed = 2;
	lock_free(self->n, 0.8, 0.5, 3, 3);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, lock_free_inconclusive)
{
	self->machine.cpus_allowed = 2;
	lock_free(self->n, 1, 0.5, 3, 3);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
	lock_free(self->n, 5, 2, 3, 1.5);
	self->machine.cpus_allowed = 1;
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
	self->machine.cpus_allowed = 2;
	strcpy(self->machine.no_times, "an emulator");
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, lock_free_void_when_it_sleeps_or_loses)
{
	self->machine.cpus_allowed = 2;
	lock_free(self->n, 5, 2, 3, 1.5);
	self->n->counted[1].ledger[0].sum.blocked[OSCOPE_REASON_FUTEX].n = 1;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
	lock_free(self->n, 5, 2, 3, 1.5);
	self->n->counted[3].turns = OPS - 1;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* The last of its counts. */
TEST_F(note, lock_free_void_when_alone_is_two)
{
	self->machine.cpus_allowed = 2;
	lock_free(self->n, 5, 2, 3, 1.5);
	made(self->n, 7, OSCOPE_BIRTH_THREAD, 2);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_HARNESS_MAIN
