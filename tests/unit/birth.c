// SPDX-License-Identifier: GPL-2.0
/*
 * The core's kinds of births, by what clone(2) was asked for, and the order of a tree of processes;
 * sizes of makers.
 */
#include <linux/sched.h>
#include <signal.h>
#include <string.h>

#include "kselftest_harness.h"

#include "kmod/core/birth.h"
#include "spawn_tree.h"

TEST(kinds_by_flags)
{
	EXPECT_EQ(oscope_birth_kind(SIGCHLD, 0), OSCOPE_BIRTH_FORK);
	EXPECT_EQ(oscope_birth_kind(CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID | SIGCHLD, 0),
		  OSCOPE_BIRTH_FORK);
	EXPECT_EQ(oscope_birth_kind(CLONE_NEWPID | CLONE_NEWNS | SIGCHLD, 0), OSCOPE_BIRTH_FORK);
	EXPECT_EQ(oscope_birth_kind(CLONE_VFORK | CLONE_VM | SIGCHLD, 0), OSCOPE_BIRTH_VFORK);
	EXPECT_EQ(oscope_birth_kind(CLONE_VM | SIGCHLD, 0), OSCOPE_BIRTH_CLONE);
	EXPECT_EQ(oscope_birth_kind(CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND |
				    CLONE_THREAD | CLONE_SYSVSEM, 0), OSCOPE_BIRTH_THREAD);
}

TEST(the_kernels_own_are_told_by_what_they_are)
{
	EXPECT_EQ(oscope_birth_kind(CLONE_VM | CLONE_UNTRACED, OSCOPE_NEW_KTHREAD),
		  OSCOPE_BIRTH_KTHREAD);
	EXPECT_EQ(oscope_birth_kind(CLONE_VM | CLONE_THREAD, OSCOPE_NEW_WORKER),
		  OSCOPE_BIRTH_WORKER);
}

static void heard(struct lives *l, uint64_t ts, uint32_t tid, uint32_t tgid, uint32_t maker)
{
	struct oscope_identity who = { .start_ns = ts, .tid = tid, .tgid = tgid };
	struct event made = { .ts = ts, .id = OSCOPE_REC_NEWTASK, .w = { tid, maker } };

	lives_identity(l, &who);
	if (maker)
		lives_event(l, &made);
}

/* 1 makes 2 and 3; 2 has a thread 20 that makes 4; 3 makes 5; number 2 is another's in the end. */
TEST(a_tree_in_the_order_of_making)
{
	static const uint32_t order[] = { 1, 2, 4, 3, 5, 2 };
	static const size_t depth[] = { 0, 1, 2, 1, 2, 1 };
	struct lives l = { .root = 1 };
	struct spawn_tree t;
	size_t at, n = 0;

	heard(&l, 10, 1, 1, 0);
	heard(&l, 20, 2, 2, 1);
	heard(&l, 30, 3, 3, 1);
	heard(&l, 40, 20, 2, 2);
	heard(&l, 50, 4, 4, 20);
	heard(&l, 60, 5, 5, 3);
	heard(&l, 15, 99, 99, 98);		/* of no concern */
	ASSERT_EQ(spawn_tree_make(&t, &l), 0);
	while (n < 5 && spawn_tree_next(&t, &at)) {
		EXPECT_EQ(l.life[at].tid, order[n]);
		EXPECT_EQ(t.depth, depth[n]);
		n++;
	}
	EXPECT_FALSE(spawn_tree_next(&t, &at));
	spawn_tree_free(&t);
	heard(&l, 70, 2, 2, 1);
	ASSERT_EQ(spawn_tree_make(&t, &l), 0);
	for (n = 0; spawn_tree_next(&t, &at); n++)
		EXPECT_EQ(l.life[at].tid, n < 6 ? order[n] : 0);
	EXPECT_EQ(n, 6);
	spawn_tree_free(&t);
	lives_free(&l);
}

TEST(makers_by_powers_of_two)
{
	EXPECT_EQ(oscope_birth_bucket(0), 0);
	EXPECT_EQ(oscope_birth_bucket(1), 1);
	EXPECT_EQ(oscope_birth_bucket(4095), 2048);
	EXPECT_EQ(oscope_birth_bucket(4096), 4096);
	EXPECT_EQ(oscope_birth_bucket(4097), 4096);
	EXPECT_EQ(oscope_birth_bucket((1ULL << 40) - 1), 1ULL << 39);
	EXPECT_EQ(oscope_birth_bucket(~0ULL), 1ULL << 63);
}

TEST(memory_in_kib)
{
	EXPECT_EQ(oscope_birth_kib(0, 12), 0);
	EXPECT_EQ(oscope_birth_kib(3, 12), 12);
	EXPECT_EQ(oscope_birth_kib(3, 16), 192);
	EXPECT_EQ(oscope_birth_kib((1ULL << 30) - 1, 12), 0xfffffffcU);
	EXPECT_EQ(oscope_birth_kib(1ULL << 30, 12), ~0U);
}

TEST(counts_of_faults_wrap)
{
	EXPECT_EQ(oscope_faults_between(7, 7), 0);
	EXPECT_EQ(oscope_faults_between(7, 10), 3);
	EXPECT_EQ(oscope_faults_between(0xfffffffe, 3), 5);
}

TEST_HARNESS_MAIN
