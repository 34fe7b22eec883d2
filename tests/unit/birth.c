// SPDX-License-Identifier: GPL-2.0
/*
 * The core's kinds of births, by what clone(2) was asked for, and the order of a tree of processes;
 * sizes of makers, and who is charged which page faults.
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

static void told(struct lives *l, uint64_t ts, uint32_t id, uint32_t flags, uint32_t w0,
		 uint32_t w1, uint32_t w2)
{
	struct event e = { .ts = ts, .id = id, .flags = flags, .w = { w0, w1, w2 } };

	lives_event(l, &e);
}

/* A copy, by `maker`, which has had so many faults by then. */
static void copied(struct lives *l, uint64_t ts, uint32_t tid, uint32_t maker, uint32_t faults)
{
	heard(l, ts, tid, tid, maker);
	told(l, ts, OSCOPE_REC_FAULTS, OSCOPE_FAULTS_MADE, maker, faults, tid);
}

/* At an exec or an end of `tid`: its parent's count, then its own. */
static void counted(struct lives *l, uint64_t ts, uint32_t tid, uint32_t own, uint32_t parent,
		    uint32_t parents)
{
	told(l, ts, OSCOPE_REC_FAULTS, 0, parent, parents, tid);
	told(l, ts, OSCOPE_REC_FAULTS, 0, tid, own, tid);
}

FIXTURE(charges)
{
	struct lives l;
};

FIXTURE_SETUP(charges)
{
	memset(&self->l, 0, sizeof(self->l));
	heard(&self->l, 10, 1, 1, 0);
}

FIXTURE_TEARDOWN(charges)
{
	lives_free(&self->l);
}

TEST_F(charges, a_childs_until_its_first_exec)
{
	copied(&self->l, 20, 2, 1, 100);
	EXPECT_FALSE(lives_find(&self->l, 2)->faults_known);
	counted(&self->l, 30, 2, 7, 1, 112);
	counted(&self->l, 40, 2, 90, 1, 150);		/* its end */
	EXPECT_TRUE(lives_find(&self->l, 2)->faults_known);
	EXPECT_EQ(lives_find(&self->l, 2)->faults, 7);
	EXPECT_TRUE(lives_find(&self->l, 2)->maker_faults_known);
	EXPECT_EQ(lives_find(&self->l, 2)->maker_faults, 12);
}

/* The second is charged from its making on, also when the first ends before it, or after. */
TEST_F(charges, a_makers_to_the_youngest_once)
{
	copied(&self->l, 20, 2, 1, 100);
	copied(&self->l, 30, 3, 1, 103);
	counted(&self->l, 40, 2, 1, 1, 110);
	counted(&self->l, 50, 3, 1, 1, 120);
	told(&self->l, 60, OSCOPE_REC_FAULTS, 0, 1, 200, 1);	/* the maker's end */
	EXPECT_EQ(lives_find(&self->l, 2)->maker_faults, 3);
	EXPECT_EQ(lives_find(&self->l, 3)->maker_faults, 17);
}

TEST_F(charges, a_maker_that_ends_first_pays_until_then)
{
	copied(&self->l, 20, 2, 1, 100);
	told(&self->l, 30, OSCOPE_REC_FAULTS, 0, 1, 104, 1);
	counted(&self->l, 40, 2, 1, 77, 5000);		/* its parent is another now */
	EXPECT_EQ(lives_find(&self->l, 2)->maker_faults, 4);
}

TEST_F(charges, another_parent_pays_nothing)
{
	heard(&self->l, 15, 77, 77, 0);
	copied(&self->l, 16, 78, 77, 40);
	copied(&self->l, 20, 2, 1, 100);
	counted(&self->l, 40, 2, 1, 77, 5000);
	EXPECT_FALSE(lives_find(&self->l, 2)->maker_faults_known);
	EXPECT_FALSE(lives_find(&self->l, 78)->maker_faults_known);
	counted(&self->l, 50, 78, 1, 77, 5001);
	EXPECT_EQ(lives_find(&self->l, 78)->maker_faults, 4961);
}

/* Who had the number before is not who is charged now. */
TEST_F(charges, a_number_that_is_given_away_again)
{
	copied(&self->l, 20, 2, 1, 100);
	counted(&self->l, 30, 2, 5, 1, 101);
	copied(&self->l, 40, 2, 1, 200);
	EXPECT_FALSE(lives_find(&self->l, 2)->faults_known);
	counted(&self->l, 50, 2, 6, 1, 202);
	EXPECT_EQ(lives_find(&self->l, 2)->faults, 6);
	EXPECT_EQ(lives_find(&self->l, 2)->maker_faults, 2);
	EXPECT_EQ(lives_find_at(&self->l, 2, 35)->maker_faults, 1);
}

TEST_F(charges, memory_as_it_was_told)
{
	heard(&self->l, 20, 2, 2, 1);
	told(&self->l, 20, OSCOPE_REC_MEMORY, OSCOPE_MEMORY_THP, 2, 33, 65536);
	told(&self->l, 21, OSCOPE_REC_MEMORY, 0, 3, 1, 1);	/* of nobody */
	EXPECT_TRUE(lives_find(&self->l, 2)->memory_known);
	EXPECT_TRUE(lives_find(&self->l, 2)->thp);
	EXPECT_EQ(lives_find(&self->l, 2)->page_tables, 33);
	EXPECT_EQ(lives_find(&self->l, 2)->maker_kib, 65536);
	EXPECT_EQ(lives_find(&self->l, 3), NULL);
}

TEST_HARNESS_MAIN
