// SPDX-License-Identifier: GPL-2.0
/* The rules of the claims on contention and on what avoids it, fed with made-up numbers. */
#include "notes_feed.h"

static void slept(struct note *n, size_t a, double per_op)
{
	n->counted[a].ledger[0].sum.blocked[OSCOPE_REASON_FUTEX].n = (uint64_t)llround(per_op * OPS);
}

/*
 * sync.starve: arms plain long, ticket long, plain short; seen 0 starved, 1 least share, 2 in a
 * row, 3 sleeps; task rival.
 */
static void starve(struct note *n)
{
	static const double sleeps[] = { 14, 290, 1 };
	size_t a;

	feed(n, "sync.starve");
	for (a = 0; a < 3; a++) {
		made(n, a, OSCOPE_BIRTH_THREAD, 2);
		see(n, a, 0, a == 0);
		see(n, a, 1, a ? 0.95 : 0.01);
		see(n, a, 2, a ? 2 : 99);
		see(n, a, 3, sleeps[a]);
		slept(n, a, sleeps[a]);
	}
}

TEST_F(note, starve_holds_if_unfair_and_held_long)
{
	starve(self->n);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
	EXPECT_NE(strstr(self->n->reason, "the lock is unfair and held most of the time"), NULL);
}

TEST_F(note, starve_holds_if_held_long_when_tickets_do_not_help)
{
	starve(self->n);
	see(self->n, 1, 0, 1);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
	EXPECT_EQ(strstr(self->n->reason, "unfair"), NULL);
}

TEST_F(note, starve_holds_if_unfair_when_short_starves_too)
{
	starve(self->n);
	see(self->n, 2, 0, 1);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
	EXPECT_EQ(strstr(self->n->reason, "held most"), NULL);
}

TEST_F(note, starve_holds_when_all_starve)
{
	starve(self->n);
	see(self->n, 1, 0, 1);
	see(self->n, 2, 0, 1);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, starve_false_when_none_does)
{
	starve(self->n);
	see(self->n, 0, 0, 0);
	see(self->n, 0, 1, 0.8);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, starve_inconclusive_when_samples_differ)
{
	starve(self->n);
	see_half(self->n, 0, 0);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, starve_void_when_nobody_waited)
{
	starve(self->n);
	see(self->n, 0, 3, 0);
	slept(self->n, 0, 0);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, starve_void_when_probes_count_other_sleeps)
{
	starve(self->n);
	slept(self->n, 2, 4);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, starve_void_when_tickets_were_not_waited_for)
{
	starve(self->n);
	see(self->n, 1, 3, 20);
	slept(self->n, 1, 20);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, starve_void_when_takes_do_not_add_up)
{
	starve(self->n);
	self->n->counted[0].turns = OPS - 1;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* sync.contention: arms one, each; seen 0 p99 ns, 1 found taken, 2 sleeps; task customer. */
static void contention(struct note *n, double one_ns)
{
	size_t a;

	feed(n, "sync.contention");
	for (a = 0; a < 2; a++) {
		made(n, a, OSCOPE_BIRTH_THREAD, 2);
		times(n, a, a ? 600 : one_ns, 0.02);
		see(n, a, 0, a ? 1500 : 9000);
		see(n, a, 1, a ? 0 : 0.5);
		see(n, a, 2, a ? 0 : 700);
		slept(n, a, a ? 0 : 700);
	}
}

TEST_F(note, contention_holds)
{
	self->machine.cpus_allowed = 2;
	contention(self->n, 1800);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	EXPECT_NE(strstr(self->n->reason, "3.0"), NULL);
}

TEST_F(note, contention_holds_if_throughput_when_no_take_is_later)
{
	self->machine.cpus_allowed = 2;
	contention(self->n, 1800);
	see(self->n, 0, 0, 1400);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
}

TEST_F(note, contention_false_when_it_costs_nothing)
{
	self->machine.cpus_allowed = 2;
	contention(self->n, 600);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, contention_inconclusive_when_the_interval_has_the_margin)
{
	self->machine.cpus_allowed = 2;
	contention(self->n, 630);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, contention_inconclusive_with_one_cpu)
{
	contention(self->n, 1800);
	self->machine.cpus_allowed = 1;
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, contention_inconclusive_without_times)
{
	self->machine.cpus_allowed = 2;
	contention(self->n, 1800);
	strcpy(self->machine.no_times, "an emulator");
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, contention_void_when_nobody_contended)
{
	self->machine.cpus_allowed = 2;
	contention(self->n, 1800);
	see(self->n, 0, 1, 0.0001);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, contention_void_when_one_each_was_contended)
{
	self->machine.cpus_allowed = 2;
	contention(self->n, 1800);
	see(self->n, 1, 1, 0.2);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, contention_void_when_probes_count_other_sleeps)
{
	self->machine.cpus_allowed = 2;
	contention(self->n, 1800);
	slept(self->n, 0, 600);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/*
 * sync.atomic: arms atomic, plain, mutex; seen 0 right on one CPU, 1 on two, 2 lost share, 3 never
 * slept, 4 sleeps; task adder.
 */
static void atomic(struct note *n)
{
	size_t a;

	feed(n, "sync.atomic");
	for (a = 0; a < 3; a++) {
		made(n, a, OSCOPE_BIRTH_THREAD, 4);
		n->counted[a].turns = n->timed[a].turns = 2 * OPS;
		see(n, a, 0, 1);
		see(n, a, 1, a != 1);
		see(n, a, 2, a == 1 ? 0.4 : 0);
		see(n, a, 3, a != 2);
		see(n, a, 4, a == 2 ? 3 : 0);
		slept(n, a, a == 2 ? 3 : 0);
	}
}

TEST_F(note, atomic_holds)
{
	self->machine.cpus_allowed = 2;
	atomic(self->n);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	EXPECT_NE(strstr(self->n->reason, " ns"), NULL);
}

TEST_F(note, atomic_holds_and_tells_no_times_where_there_are_none)
{
	self->machine.cpus_allowed = 2;
	strcpy(self->machine.no_times, "an emulator");
	atomic(self->n);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	EXPECT_EQ(strstr(self->n->reason, " ns"), NULL);
}

TEST_F(note, atomic_false_when_some_are_lost)
{
	self->machine.cpus_allowed = 2;
	atomic(self->n);
	see(self->n, 0, 1, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, atomic_false_when_it_sleeps)
{
	self->machine.cpus_allowed = 2;
	atomic(self->n);
	see(self->n, 0, 3, 0);
	see(self->n, 0, 4, 5);
	slept(self->n, 0, 5);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, atomic_inconclusive_when_samples_differ)
{
	self->machine.cpus_allowed = 2;
	atomic(self->n);
	see_half(self->n, 0, 1);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, atomic_inconclusive_when_plain_ones_are_not_lost)
{
	self->machine.cpus_allowed = 2;
	atomic(self->n);
	see(self->n, 1, 1, 1);
	see(self->n, 1, 2, 0);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, atomic_inconclusive_with_one_cpu)
{
	self->machine.cpus_allowed = 1;
	atomic(self->n);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, atomic_void_when_the_mutex_loses)
{
	self->machine.cpus_allowed = 2;
	atomic(self->n);
	see(self->n, 2, 1, 0);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, atomic_void_when_probes_count_other_sleeps)
{
	self->machine.cpus_allowed = 2;
	atomic(self->n);
	slept(self->n, 2, 4);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_HARNESS_MAIN
