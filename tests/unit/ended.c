// SPDX-License-Identifier: GPL-2.0
/*
 * Sums of tasks that are gone: what goes in comes out again, and they close as ledgers do.
 */
#include <string.h>

#include "kselftest_harness.h"

#include "kmod/core/ended.h"

#define TASKS	100

struct life {
	struct oscope_task row;
	struct oscope_ledger ledger;
};

/* Made at start, first met later, sleeps for a reason, ends. */
static struct life life(uint64_t start, uint64_t met, uint32_t reason)
{
	struct life t = { .row = { .start_ns = start, .tid = start, .voluntary = 2, .waits = 3,
				   .involuntary = 1, .slice_ns = 50, .wait_ns = { 4, 5 },
				   .migrations = 6 } };
	const struct oscope_kernel_counts kernel = { .nvcsw = 2, .utime_ns = 7 };

	oscope_ledger_enter(&t.ledger, met, OSCOPE_STATE_RUNNING);
	oscope_ledger_leaves(&t.ledger, met + 10, OSCOPE_STATE_BLOCKED, reason);
	oscope_ledger_comes(&t.ledger, met + 100, met + 80);
	oscope_ledger_leaves(&t.ledger, met + 140, OSCOPE_STATE_ZOMBIE, 0);
	oscope_ledger_final(&t.ledger, &kernel);
	oscope_ledger_reaped(&t.ledger, met + 200);
	t.ledger.waited = ~0ULL / 3;
	return t;
}

static void add(struct oscope_ended *e, const struct life *t, int sign)
{
	oscope_ended_row(e, &t->row, sign);
	oscope_ended_ledger(e, &t->row, &t->ledger, sign);
}

static uint64_t states(const struct oscope_ledger *l)
{
	return l->new + l->running + l->ready[0] + l->ready[1] + oscope_ledger_blocked_sum(l) +
	       l->stopped + l->zombie + l->unobserved;
}

TEST(sums_close)
{
	struct oscope_ended e = { 0 };
	uint32_t i;

	for (i = 1; i <= TASKS; i++) {
		struct life t = life(1000UL * i, 1000UL * i + 30, i % OSCOPE_REASONS);

		add(&e, &t, 1);
	}
	EXPECT_EQ(e.rows, TASKS);
	EXPECT_EQ(e.tasks, TASKS);
	EXPECT_EQ(e.final, TASKS);
	EXPECT_EQ(e.lifetime_ns, TASKS * 230);
	EXPECT_EQ(states(&e.ledger), e.lifetime_ns);
	EXPECT_EQ(e.ledger.unobserved, TASKS * 30);
	EXPECT_EQ(e.ledger.running, TASKS * 50);
	EXPECT_EQ(e.ledger.kernel.nvcsw, TASKS * 2);
	EXPECT_EQ(e.ledger.moves[OSCOPE_MOVE_ZOMBIE_DEAD], TASKS);
	EXPECT_EQ(e.ledger.waited, 0);		/* a moment has no sum */
	EXPECT_EQ(e.voluntary, TASKS * 2);
	EXPECT_EQ(e.involuntary, TASKS);
	EXPECT_EQ(e.slice_ns, TASKS * 50);
	EXPECT_EQ(e.wait_ns[0], TASKS * 4);
	EXPECT_EQ(e.wait_ns[1], TASKS * 5);
	EXPECT_EQ(e.waits, TASKS * 3);
	EXPECT_EQ(e.migrations, TASKS * 6);
}

TEST(what_is_taken_off_leaves_nothing)
{
	struct oscope_ended e = { 0 }, none = { 0 };
	struct life t = life(1000, 1030, OSCOPE_REASON_POLL), u = life(50, 70, OSCOPE_REASON_SLEEP);

	add(&e, &t, 1);
	add(&e, &u, 1);
	add(&e, &t, -1);
	add(&e, &u, -1);
	EXPECT_EQ(memcmp(&e, &none, sizeof(e)), 0);
}

/* It goes on with another's number and start: one task, whose time is not counted twice. */
TEST(an_heir_is_no_task_of_its_own)
{
	struct life leader = life(1000, 1030, OSCOPE_REASON_POLL), heir;
	struct oscope_ended e = { 0 };

	heir = life(1000, 5000, OSCOPE_REASON_POLL);
	heir.row.flags |= OSCOPE_TASK_HEIR;
	add(&e, &leader, 1);
	add(&e, &heir, 1);
	EXPECT_EQ(e.tasks, 1);
	EXPECT_EQ(e.rows, 2);
	EXPECT_EQ(e.lifetime_ns, 230 + 200);
	EXPECT_EQ(states(&e.ledger), e.lifetime_ns);
}

/* Of an interval: what was before is in another. */
TEST(an_interval_begins_with_itself)
{
	struct life t = life(1000, 1030, OSCOPE_REASON_POLL);
	struct oscope_ended e = { 0 };

	t.ledger.flags |= OSCOPE_LEDGER_CUT;
	add(&e, &t, 1);
	EXPECT_EQ(e.lifetime_ns, 200);
	EXPECT_EQ(e.ledger.unobserved, 0);
}

/* The traced program: what its tracer took before it could see it is not of its time. */
TEST(who_was_held_begins_when_it_is_seen)
{
	struct life t = life(1000, 1030, OSCOPE_REASON_POLL);
	struct oscope_ended e = { 0 };

	t.ledger.flags |= OSCOPE_LEDGER_HELD;
	add(&e, &t, 1);
	EXPECT_EQ(e.lifetime_ns, 200);
	EXPECT_EQ(states(&e.ledger), e.lifetime_ns);
	EXPECT_EQ(e.ledger.unobserved, 0);
	EXPECT_EQ(e.final, 1);
}

/* Its end was not seen, or it did not pass the filter then. */
TEST(who_is_gone_has_come_to_an_end)
{
	struct oscope_ledger l = { 0 }, before;

	oscope_ledger_gone(&l, 50);		/* it was never met */
	EXPECT_EQ(l.since, 0);
	oscope_ledger_enter(&l, 100, OSCOPE_STATE_RUNNING);
	oscope_ledger_gone(&l, 150);
	EXPECT_EQ(l.unobserved, 50);
	EXPECT_EQ(l.since, 150);
	EXPECT_EQ(OSCOPE_LEDGER_STATE(l.state), OSCOPE_STATE_DEAD);
	before = l;
	oscope_ledger_gone(&l, 500);
	EXPECT_EQ(memcmp(&l, &before, sizeof(l)), 0);
}

TEST_HARNESS_MAIN
