// SPDX-License-Identifier: GPL-2.0
/*
 * The core's rules for futex: what operations do, and whose wake it was that no event has told of.
 */
#include <string.h>
#include <sys/syscall.h>
#include <linux/futex.h>

#include "kselftest_harness.h"

#include "kmod/core/ipc_exact.h"
#include "kmod/core/ipc_futex.h"

static uint32_t does(uint32_t op)
{
	return oscope_futex_does(oscope_ipc_call_rule(SYS_futex), op);
}

TEST(operations)
{
	static const uint32_t waits[] = { FUTEX_WAIT, FUTEX_WAIT_BITSET, FUTEX_WAIT_REQUEUE_PI };
	static const uint32_t wakes[] = { FUTEX_WAKE, FUTEX_WAKE_BITSET };
	static const uint32_t moves[] = { FUTEX_REQUEUE, FUTEX_CMP_REQUEUE, FUTEX_CMP_REQUEUE_PI };
	static const uint32_t locks[] = { FUTEX_LOCK_PI, FUTEX_TRYLOCK_PI, 13 };
	const uint32_t private = FUTEX_PRIVATE_FLAG;
	size_t i;

	for (i = 0; i < 3; i++) {
		EXPECT_EQ(does(waits[i] | private), OSCOPE_FUTEX_WAIT);
		EXPECT_EQ(does(moves[i] | private), OSCOPE_FUTEX_MOVE);
		EXPECT_EQ(does(locks[i] | private), OSCOPE_FUTEX_LOCK);
	}
	for (i = 0; i < 2; i++)
		EXPECT_EQ(does(wakes[i] | private), OSCOPE_FUTEX_WAKE);
	EXPECT_EQ(does(FUTEX_UNLOCK_PI | private), OSCOPE_FUTEX_UNLOCK);
	EXPECT_EQ(does(FUTEX_WAKE_OP | private), OSCOPE_FUTEX_WAKE | OSCOPE_FUTEX_TWO);
	EXPECT_EQ(does(FUTEX_WAIT_BITSET | private | FUTEX_CLOCK_REALTIME), OSCOPE_FUTEX_WAIT);
	EXPECT_EQ(does(FUTEX_WAIT), OSCOPE_FUTEX_WAIT | OSCOPE_FUTEX_SHARED);
}

TEST(operations_that_are_none)
{
	EXPECT_EQ(does(FUTEX_FD), 0);
	EXPECT_EQ(does(14), 0);
	EXPECT_EQ(does(127), 0);
	EXPECT_EQ(does(~0U), 0);
}

TEST(calls_of_their_own)
{
	const uint32_t list = OSCOPE_FUTEX_LIST;

	EXPECT_EQ(oscope_futex_does(oscope_ipc_call_rule(449), 3), OSCOPE_FUTEX_WAIT | list);
	EXPECT_EQ(oscope_futex_does(oscope_ipc_call_rule(454), 2),
		  OSCOPE_FUTEX_WAKE | OSCOPE_FUTEX_SHARED);
	EXPECT_EQ(oscope_futex_does(oscope_ipc_call_rule(455), 2 | FUTEX_PRIVATE_FLAG),
		  OSCOPE_FUTEX_WAIT);
	EXPECT_EQ(oscope_futex_does(oscope_ipc_call_rule(456), 0), OSCOPE_FUTEX_MOVE | list);
}

FIXTURE(lock)
{
	struct oscope_queue q;
	uint32_t begun[2];
	struct oscope_futex_got got;
};

FIXTURE_SETUP(lock)
{
	memset(self, 0, sizeof(*self));
	self->got.marked = 1;
}

FIXTURE_TEARDOWN(lock)
{
}

static uint32_t lock_ends(struct oscope_queue *q, uint32_t begun, int quiet,
			  struct oscope_futex_got *got)
{
	oscope_futex_lock_ends(q);
	return oscope_futex_holder(q, begun, quiet, got);
}

TEST_F(lock, handed_on)
{
	EXPECT_EQ(oscope_futex_lock_begins(&self->q, &self->begun[0]), 1);
	oscope_futex_unlock_begins(&self->q, 7);
	EXPECT_EQ(lock_ends(&self->q, self->begun[0], 1, &self->got), 7);
	EXPECT_EQ(self->got.free, 0);
	EXPECT_EQ(self->got.doubtful, 0);
}

TEST_F(lock, free)
{
	oscope_futex_unlock_begins(&self->q, 7);
	oscope_futex_unlock_ends(&self->q, 0);
	EXPECT_EQ(oscope_futex_lock_begins(&self->q, &self->begun[0]), 1);
	EXPECT_EQ(lock_ends(&self->q, self->begun[0], 1, &self->got), 0);
	EXPECT_EQ(self->got.free, 1);
}

/* It was unlocked when nobody waited yet. */
TEST_F(lock, free_meanwhile)
{
	EXPECT_EQ(oscope_futex_lock_begins(&self->q, &self->begun[0]), 1);
	oscope_futex_unlock_begins(&self->q, 7);
	self->got.marked = 0;
	EXPECT_EQ(lock_ends(&self->q, self->begun[0], 1, &self->got), 0);
	EXPECT_EQ(self->got.free, 1);
}

TEST_F(lock, handed_on_by_who_was_at_it)
{
	oscope_futex_unlock_begins(&self->q, 7);
	EXPECT_EQ(oscope_futex_lock_begins(&self->q, &self->begun[0]), 0);
	EXPECT_EQ(lock_ends(&self->q, self->begun[0], 0, &self->got), 7);
}

/* The mark may be the other's, and the lock have been free. */
TEST_F(lock, while_another_waits)
{
	EXPECT_EQ(oscope_futex_lock_begins(&self->q, &self->begun[0]), 1);
	EXPECT_EQ(oscope_futex_lock_begins(&self->q, &self->begun[1]), 1);
	oscope_futex_unlock_begins(&self->q, 7);
	EXPECT_EQ(lock_ends(&self->q, self->begun[0], 1, &self->got), 7);
	EXPECT_EQ(self->got.doubtful, 1);
	EXPECT_EQ(oscope_queue_exact(&self->q), 0);
}

/* Another had it from that call, and left it without one. */
TEST_F(lock, handed_to_another)
{
	EXPECT_EQ(oscope_futex_lock_begins(&self->q, &self->begun[0]), 1);
	EXPECT_EQ(oscope_futex_lock_begins(&self->q, &self->begun[1]), 1);
	oscope_futex_unlock_begins(&self->q, 7);
	self->got.woken = 7;
	EXPECT_EQ(lock_ends(&self->q, self->begun[1], 1, &self->got), 7);
	EXPECT_EQ(self->got.doubtful, 0);
	self->got.woken = 0;
	EXPECT_EQ(lock_ends(&self->q, self->begun[0], 1, &self->got), 0);
}

TEST_F(lock, unlocked_by_who_has_it_not)
{
	EXPECT_EQ(oscope_futex_lock_begins(&self->q, &self->begun[0]), 1);
	oscope_futex_unlock_begins(&self->q, 7);
	oscope_futex_unlock_begins(&self->q, 8);
	oscope_futex_unlock_ends(&self->q, 1);
	EXPECT_EQ(lock_ends(&self->q, self->begun[0], 1, &self->got), 0);
	EXPECT_EQ(self->got.free, 0);
}

FIXTURE(word)
{
	struct oscope_queue q;
	struct oscope_taken t;
	uint32_t number[2], crossed[2], want;
};

FIXTURE_SETUP(word)
{
	memset(self, 0, sizeof(*self));
	oscope_queue_empty(&self->q, 0);
	self->want = 1;
}

FIXTURE_TEARDOWN(word)
{
}

static int wake_begins(struct oscope_queue *q, uint32_t from, uint32_t *number, uint32_t *crossed)
{
	return oscope_queue_send(q, from, OSCOPE_IPC_ANY_UNITS, 0, 0, number, crossed);
}

TEST_F(word, let_go_by_the_one_who_wakes)
{
	EXPECT_EQ(wake_begins(&self->q, 7, &self->number[0], &self->crossed[0]), 1);
	EXPECT_EQ(oscope_futex_doubtful(&self->q), 0);
	EXPECT_EQ(oscope_queue_take(&self->q, 1, &self->want, 0, &self->t), 1);
	oscope_queue_sent(&self->q, 7, self->number[0], self->crossed[0], 1, &self->t);
	EXPECT_EQ(self->t.to, 1);
	EXPECT_EQ(self->t.units, 1);
	EXPECT_EQ(self->t.flags & OSCOPE_RUN_UNCERTAIN, 0);
}

/* Two have let go one each: whom, nobody knows, of either. */
TEST_F(word, let_go_by_one_of_two)
{
	int i;

	for (i = 0; i < 2; i++) {
		wake_begins(&self->q, 7 + i, &self->number[i], &self->crossed[i]);
		oscope_queue_sent(&self->q, 7 + i, self->number[i], self->crossed[i], 1, &self->t);
		oscope_queue_send_ends(&self->q, 7 + i, 1);
	}
	EXPECT_EQ(oscope_futex_doubtful(&self->q), 1);
	EXPECT_EQ(oscope_queue_take(&self->q, 1, &self->want, 1, &self->t), 1);
	EXPECT_NE(self->t.flags & OSCOPE_RUN_UNCERTAIN, 0);
	self->want = 1;
	EXPECT_EQ(oscope_futex_doubtful(&self->q), 0);
	EXPECT_EQ(oscope_queue_take(&self->q, 2, &self->want, 0, &self->t), 1);
	EXPECT_NE(self->t.flags & OSCOPE_RUN_UNCERTAIN, 0);
}

TEST_F(word, let_go_by_nobody_who_was_seen)
{
	EXPECT_EQ(wake_begins(&self->q, 7, &self->number[0], &self->crossed[0]), 1);
	oscope_queue_sent(&self->q, 7, self->number[0], self->crossed[0], 0, &self->t);
	EXPECT_EQ(oscope_futex_doubtful(&self->q), 0);
	EXPECT_EQ(oscope_queue_take(&self->q, 1, &self->want, 0, &self->t), 0);
	EXPECT_EQ(self->want, 1);
}

TEST_HARNESS_MAIN
