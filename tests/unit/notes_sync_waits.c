// SPDX-License-Identifier: GPL-2.0
/* The rules of the claims on waiting for each other, fed with made-up numbers. */
#include "notes_feed.h"

static void slept(struct note *n, size_t a, size_t task, enum oscope_reason reason, double per_op)
{
	n->counted[a].ledger[task].sum.blocked[reason].n = (uint64_t)llround(per_op * OPS);
}

/*
 * sync.condvar: arms hand, gap, shop; seen 0 all came, 1 items, 2 waits, 3 the setter slept, 4 came,
 * 5 the bare one slept, 6 lost, 7 took one, 8 took two, 9 waits, 10 waits; tasks hands, setter, bare
 * setter, bare waiter, again, once.
 */
static void condvar(struct note *n)
{
	feed(n, "sync.condvar");
	made(n, 0, OSCOPE_BIRTH_THREAD, 2);
	see(n, 0, 0, 1);
	see(n, 0, 1, 1000);
	see(n, 0, 2, 2000);
	slept(n, 0, 0, OSCOPE_REASON_FUTEX, 2000);
	made(n, 1, OSCOPE_BIRTH_THREAD, 4);
	see(n, 1, 3, 1);
	slept(n, 1, 1, OSCOPE_REASON_FUTEX, 1);
	see(n, 1, 4, 1);
	see(n, 1, 5, 0);
	see(n, 1, 6, 1);
	slept(n, 1, 3, OSCOPE_REASON_FUTEX, 1);
	made(n, 2, OSCOPE_BIRTH_THREAD, 4);
	see(n, 2, 7, 1);
	see(n, 2, 8, 1);
	see(n, 2, 9, 3);
	slept(n, 2, 4, OSCOPE_REASON_FUTEX, 3);
	see(n, 2, 10, 2);
	slept(n, 2, 5, OSCOPE_REASON_FUTEX, 2.5);
}

TEST_F(note, condvar_holds)
{
	condvar(self->n);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	EXPECT_NE(strstr(self->n->reason, "34000 items"), NULL);
}

TEST_F(note, condvar_false_when_an_item_does_not_come)
{
	condvar(self->n);
	see(self->n, 0, 0, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, condvar_false_when_the_mutex_does_not_help)
{
	condvar(self->n);
	see(self->n, 1, 4, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, condvar_false_when_it_works_without_the_mutex)
{
	condvar(self->n);
	see(self->n, 1, 6, 0);
	slept(self->n, 1, 3, OSCOPE_REASON_FUTEX, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, condvar_false_when_if_is_enough)
{
	condvar(self->n);
	see(self->n, 2, 8, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, condvar_inconclusive_when_samples_differ)
{
	condvar(self->n);
	see_half(self->n, 2, 7);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, condvar_void_when_nobody_slept)
{
	condvar(self->n);
	slept(self->n, 0, 0, OSCOPE_REASON_FUTEX, 0);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, condvar_void_when_nothing_was_waited_for)
{
	condvar(self->n);
	see(self->n, 0, 2, 100);
	slept(self->n, 0, 0, OSCOPE_REASON_FUTEX, 100);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, condvar_void_when_the_setter_slept_unseen)
{
	condvar(self->n);
	slept(self->n, 1, 2, OSCOPE_REASON_FUTEX, 1);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_HARNESS_MAIN
