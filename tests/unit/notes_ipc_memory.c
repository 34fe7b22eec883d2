// SPDX-License-Identifier: GPL-2.0
/* The rules of the claims on semaphores and shared memory, fed with made-up numbers. */
#include "notes_feed.h"

/* ipc.sem-sync: arms posix, sysv and both free; seen 0 waited, 1 in order, 2 count kept. */
static void sem_sync(struct note *n)
{
	unsigned int what;
	size_t a;

	feed(n, "ipc.sem-sync");
	for (a = 0; a < 2; a++) {
		for (what = 0; what < 3; what++)
			see(n, a, what, 1);
	}
	n->counted[0].ledger[0].sum.blocked[OSCOPE_REASON_FUTEX].n = OPS;
	n->counted[1].ledger[0].sum.blocked[OSCOPE_REASON_SEMOP].n = OPS;
	n->counted[3].syscalls = 2;
}

TEST_F(note, sem_sync_holds)
{
	sem_sync(self->n);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	EXPECT_NE(strstr(self->n->reason, "2.00 with System V"), NULL);
}

TEST_F(note, sem_sync_false_when_nobody_waits)
{
	sem_sync(self->n);
	see(self->n, 1, 0, 0);
	self->n->counted[1].ledger[0].sum.blocked[OSCOPE_REASON_SEMOP].n = 0;
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, sem_sync_false_when_the_count_is_wrong)
{
	sem_sync(self->n);
	see(self->n, 0, 2, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, sem_sync_inconclusive_when_samples_differ)
{
	sem_sync(self->n);
	see_half(self->n, 0, 1);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, sem_sync_void_when_it_slept_for_something_else)
{
	sem_sync(self->n);
	self->n->counted[0].ledger[0].sum.blocked[OSCOPE_REASON_FUTEX].n = 0;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/*
 * ipc.shm-size: arms posix, sysv; seen 0 grown, 1 shrunk, 2 full, 3 fixed, 4 too large, 5 too much,
 * 6 too many.
 */
static void shm_size(struct note *n, double fixed)
{
	unsigned int what;

	feed(n, "ipc.shm-size");
	for (what = 0; what < 7; what++)
		see(n, what >= 3, what, what == 3 ? fixed : 1);
}

TEST_F(note, shm_size_holds_if_it_is_posix)
{
	shm_size(self->n, 1);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
}

TEST_F(note, shm_size_holds_where_segments_grow)
{
	shm_size(self->n, 0);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, shm_size_false_when_it_does_not_shrink)
{
	shm_size(self->n, 1);
	see(self->n, 0, 1, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, shm_size_inconclusive_when_samples_differ)
{
	shm_size(self->n, 1);
	see_half(self->n, 1, 5);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, shm_size_void_when_the_page_was_there_before)
{
	shm_size(self->n, 1);
	self->n->counted[0].turns = 0;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* ipc.shm-sync: arms without, with; seen 0 wrong, 1 right. */
static void shm_sync(struct note *n)
{
	size_t a;

	feed(n, "ipc.shm-sync");
	for (a = 0; a < 2; a++) {
		made(n, a, OSCOPE_BIRTH_FORK, 1);
		see(n, a, a, 1);
	}
}

TEST_F(note, shm_sync_holds)
{
	shm_sync(self->n);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, shm_sync_false_when_nothing_goes_wrong)
{
	shm_sync(self->n);
	see(self->n, 0, 0, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, shm_sync_false_when_the_lock_does_not_help)
{
	shm_sync(self->n);
	see(self->n, 1, 1, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, shm_sync_inconclusive_when_samples_differ)
{
	shm_sync(self->n);
	see_half(self->n, 0, 0);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, shm_sync_void_when_one_did_nothing)
{
	shm_sync(self->n);
	self->n->counted[1].turns = OPS - 1;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_HARNESS_MAIN
