// SPDX-License-Identifier: GPL-2.0
/*
 * The ledger of a task: it closes whatever happens, and each state gets its own.
 */
#include <string.h>

#include "kselftest_harness.h"

#include "kmod/core/ledger.h"

static uint64_t sum(const struct oscope_ledger *l)
{
	return l->new + l->running + l->ready[0] + l->ready[1] + oscope_ledger_blocked_sum(l) +
	       l->stopped + l->zombie + l->unobserved;
}

TEST(a_life)
{
	struct oscope_ledger l = { 0 };

	oscope_ledger_born(&l, 100);
	oscope_ledger_comes(&l, 150, 130);		/* woken at 130 */
	oscope_ledger_leaves(&l, 250, OSCOPE_STATE_READY, 0);
	oscope_ledger_comes(&l, 300, 250);
	oscope_ledger_leaves(&l, 320, OSCOPE_STATE_BLOCKED, OSCOPE_REASON_FUTEX);
	oscope_ledger_comes(&l, 1000, 900);
	oscope_ledger_leaves(&l, 1100, OSCOPE_STATE_STOPPED, 0);
	oscope_ledger_comes(&l, 1500, 1450);
	oscope_ledger_leaves(&l, 1600, OSCOPE_STATE_ZOMBIE, 0);
	oscope_ledger_reaped(&l, 2000);
	EXPECT_EQ(l.new, 30);
	EXPECT_EQ(l.ready[OSCOPE_WAIT_WOKEN], 20 + 100 + 50);
	EXPECT_EQ(l.ready[OSCOPE_WAIT_PREEMPTED], 50);
	EXPECT_EQ(l.running, 100 + 20 + 100 + 100);
	EXPECT_EQ(l.blocked[OSCOPE_REASON_FUTEX].ns, 580);
	EXPECT_EQ(l.blocked[OSCOPE_REASON_FUTEX].n, 1);
	EXPECT_EQ(l.stopped, 350);
	EXPECT_EQ(l.zombie, 400);
	EXPECT_EQ(l.unobserved, 0);
	EXPECT_EQ(sum(&l), 1900);
	oscope_ledger_close(&l, 5000);			/* it is gone */
	EXPECT_EQ(sum(&l), 1900);
	EXPECT_EQ(l.moves[OSCOPE_MOVE_WOKEN_RUNNING], 3);
	EXPECT_EQ(l.moves[OSCOPE_MOVE_ZOMBIE_DEAD], 1);
	EXPECT_EQ(l.moves[OSCOPE_MOVE_UNSEEN_RUNNING], 0);
}

/* A waking that came while the task was still on its way off the CPU. */
TEST(woken_before_it_left)
{
	struct oscope_ledger l = { 0 };

	oscope_ledger_enter(&l, 100, OSCOPE_STATE_RUNNING);
	oscope_ledger_leaves(&l, 200, OSCOPE_STATE_BLOCKED, OSCOPE_REASON_PIPE_READ);
	oscope_ledger_comes(&l, 250, 190);
	EXPECT_EQ(l.blocked[OSCOPE_REASON_PIPE_READ].ns, 0);
	EXPECT_EQ(l.ready[OSCOPE_WAIT_WOKEN], 50);
	EXPECT_EQ(sum(&l), 150);
}

TEST(what_does_not_fit_is_unobserved)
{
	struct oscope_ledger l = { 0 };

	oscope_ledger_enter(&l, 100, OSCOPE_STATE_RUNNING);
	oscope_ledger_comes(&l, 150, 0);		/* its leaving was missed */
	oscope_ledger_leaves(&l, 180, OSCOPE_STATE_BLOCKED, OSCOPE_REASON_SLEEP);
	oscope_ledger_comes(&l, 280, 0);		/* its waking was */
	oscope_ledger_leaves(&l, 300, OSCOPE_STATE_READY, 0);
	oscope_ledger_leaves(&l, 400, OSCOPE_STATE_READY, 0);	/* its coming was */
	EXPECT_EQ(l.running, 50);
	EXPECT_EQ(l.unobserved, 50 + 100 + 100);
	/* It came twice from where no way leads to a CPU; a coming that was missed is none. */
	EXPECT_EQ(l.moves[OSCOPE_MOVE_UNSEEN_RUNNING], 2);
	EXPECT_EQ(sum(&l), 300);
}

/* Met in the middle: nothing before is claimed. */
TEST(first_met_when_it_leaves)
{
	struct oscope_ledger l = { 0 };

	oscope_ledger_leaves(&l, 500, OSCOPE_STATE_BLOCKED, OSCOPE_REASON_POLL);
	EXPECT_EQ(l.first, 500);
	EXPECT_EQ(sum(&l), 0);
	oscope_ledger_close(&l, 600);
	EXPECT_EQ(l.blocked[OSCOPE_REASON_POLL].ns, 100);
	EXPECT_EQ(l.since, 600);
}

/* The clocks of two CPUs differ a little: nothing gets negative. */
TEST(a_clock_that_steps_back)
{
	struct oscope_ledger l = { 0 };

	oscope_ledger_enter(&l, 100, OSCOPE_STATE_RUNNING);
	oscope_ledger_leaves(&l, 90, OSCOPE_STATE_BLOCKED, OSCOPE_REASON_SLEEP);
	oscope_ledger_comes(&l, 80, 70);
	EXPECT_EQ(sum(&l), 0);
}

TEST(closed_while_it_waits_for_a_cpu)
{
	struct oscope_ledger l = { 0 };

	oscope_ledger_enter(&l, 100, OSCOPE_LEDGER_WORD(OSCOPE_STATE_BLOCKED, OSCOPE_REASON_SLEEP));
	l.woken = 150;
	oscope_ledger_close(&l, 175);
	EXPECT_EQ(l.blocked[OSCOPE_REASON_SLEEP].ns, 50);
	EXPECT_EQ(l.ready[OSCOPE_WAIT_WOKEN], 25);
	oscope_ledger_close(&l, 170);			/* an older reading changes nothing */
	EXPECT_EQ(sum(&l), 75);
}

/* A sleep that a stop interrupts goes on as what it was; a page fault in between changes nothing. */
TEST(a_call_that_goes_on)
{
	struct oscope_ledger l = { 0 };

	oscope_ledger_enter(&l, 100, OSCOPE_STATE_RUNNING);
	oscope_ledger_leaves(&l, 200, OSCOPE_STATE_BLOCKED, OSCOPE_REASON_AGAIN);
	oscope_ledger_comes(&l, 210, 210);
	EXPECT_EQ(l.blocked[OSCOPE_REASON_OTHER].ns, 10);	/* of what is not known */
	oscope_ledger_leaves(&l, 220, OSCOPE_STATE_BLOCKED, OSCOPE_REASON_POLL);
	oscope_ledger_comes(&l, 230, 230);
	oscope_ledger_leaves(&l, 240, OSCOPE_STATE_BLOCKED, OSCOPE_REASON_PAGE_FAULT);
	oscope_ledger_comes(&l, 250, 250);
	oscope_ledger_leaves(&l, 260, OSCOPE_STATE_BLOCKED, OSCOPE_REASON_AGAIN);
	oscope_ledger_comes(&l, 300, 300);
	EXPECT_EQ(l.blocked[OSCOPE_REASON_POLL].ns, 50);
	EXPECT_EQ(l.blocked[OSCOPE_REASON_POLL].n, 2);
	EXPECT_EQ(l.flags & OSCOPE_LEDGER_FINAL, 0);
}

/* A thread that execs goes on with its dead leader's. */
TEST(an_heir)
{
	struct oscope_ledger l = { 0 };

	oscope_ledger_enter(&l, 100, OSCOPE_STATE_RUNNING);
	oscope_ledger_leaves(&l, 200, OSCOPE_STATE_ZOMBIE, 0);
	oscope_ledger_inherit(&l, 260);
	oscope_ledger_leaves(&l, 300, OSCOPE_STATE_DEAD, 0);
	EXPECT_EQ(l.zombie, 60);
	EXPECT_EQ(l.running, 140);
	EXPECT_EQ(sum(&l), 200);
}

/* What the kernel had counted before is left out; an heir's comes on top of its leader's. */
TEST(what_the_kernel_counts)
{
	struct oscope_ledger l = { .before = { .nvcsw = 10, .runtime_ns = 100 } };
	struct oscope_kernel_counts now = { .nvcsw = 15, .runtime_ns = 700 };

	oscope_ledger_final(&l, &now);
	EXPECT_EQ(l.kernel.nvcsw, 5);
	EXPECT_EQ(l.kernel.runtime_ns, 600);
	EXPECT_TRUE(l.flags & OSCOPE_LEDGER_FINAL);
	l.before.nvcsw = 2;
	now.nvcsw = 3;
	oscope_ledger_final(&l, &now);
	EXPECT_EQ(l.kernel.nvcsw, 6);
	EXPECT_EQ(l.before.nvcsw, 0);
}

/* Any order of calls: the sum is always the time since the first. */
TEST(it_closes_whatever_comes)
{
	uint64_t seed = 88172645463325252ULL, ts = 1000, first = 0;
	struct oscope_ledger l = { 0 };
	int i;

	for (i = 0; i < 100000; i++) {
		seed ^= seed << 13;
		seed ^= seed >> 7;
		seed ^= seed << 17;
		ts += seed % 1000;
		switch (seed >> 32 & 3) {
		case 0:
			oscope_ledger_comes(&l, ts, seed >> 40 & 1 ? ts - seed % 500 : 0);
			break;
		case 1:
			oscope_ledger_reaped(&l, ts);
			break;
		default:
			oscope_ledger_leaves(&l, ts, OSCOPE_STATE_READY + (seed >> 36) % 4,
					     (seed >> 40) % OSCOPE_REASONS);
			break;
		}
		if (!first)
			first = l.first;
		if (l.first)
			ASSERT_EQ(sum(&l), l.since - first);
	}
}

TEST_HARNESS_MAIN
