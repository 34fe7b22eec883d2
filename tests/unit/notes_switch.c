// SPDX-License-Identifier: GPL-2.0
/* The rules of further claims on switches, fed with made-up numbers. */
#include <assert.h>
#include <unistd.h>

#include "notes_feed.h"
#include "notes/handoff.h"

/* Switches of a kind that an operation makes, all voluntary. */
static void switched(struct note *n, size_t a, enum oscope_kind kind, double per_op)
{
	struct arm_counted *c = &n->counted[a];
	uint64_t count = (uint64_t)llround(per_op * OPS);

	assert(c->sum);
	c->sum->events = c->sum->voluntary = c->sum->kind[kind] = count;
	c->kernel_switches = count;
	n->timed[a].voluntary = count;
}

/* switch.indirect: arms threads, none, small, ordered, large, huge; values in ns. */
static void indirect(struct note *n, double small, double large)
{
	size_t a;

	feed(n, "switch.indirect");
	for (a = 0; a < 6; a++) {
		switched(n, a, OSCOPE_KIND_CROSS_MM, 2);
		times(n, a, a < 2 ? 1000 : large, 0.02);
		see(n, a, 0, 2000);
		see(n, a, 1, 100);
		see(n, a, 2, 1 << 20);
	}
	see(n, 5, 4, 2 << 20);
	times(n, 2, small, 0.02);
}

TEST_F(note, indirect_holds_if_sets_do_not_fit)
{
	indirect(self->n, 50, 4000);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
	EXPECT_NE(strstr(self->n->reason, "4.0 times"), NULL);
	EXPECT_NE(strstr(self->n->reason, "4.0 in huge pages"), NULL);
	/* Pages that a fork or the kernel made small say nothing on huge ones. */
	see(self->n, 5, 4, 0);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
	EXPECT_NE(strstr(self->n->reason, "no huge pages"), NULL);
}

static void die(void *arg)
{
	pid_t *first = arg;

	if (getpid() != *first)
		_exit(1);
}

/* Without its end being seen the test would not come to its own. */
TEST(handoff_ends_with_a_partner_that_dies)
{
	pid_t first = getpid();
	struct handoff h;

	ASSERT_EQ(handoff_begin_work(&h, HANDOFF_PROCESS, die, &first), 0);
	handoff_rounds(&h, 3);
	handoff_rounds(&h, 3);
	EXPECT_EQ(h.turns, 0);
	EXPECT_NE(handoff_end(&h), 0);
}

TEST_F(note, indirect_holds_when_small_sets_are_gone_too)
{
	indirect(self->n, 1500, 4000);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, indirect_false_when_large_sets_stay)
{
	indirect(self->n, 50, 100);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, indirect_inconclusive_in_between)
{
	indirect(self->n, 50, 1000);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, indirect_void_without_switches)
{
	indirect(self->n, 50, 4000);
	switched(self->n, 4, OSCOPE_KIND_CROSS_MM, 0.1);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* switch.tlb: arms processes 4, 6, 8, 12, threads 4, 12. */
static void tlb(struct note *n, double few, double many)
{
	static const double forks[] = { 4, 5, 7, 11 };
	size_t a;

	feed(n, "switch.tlb");
	for (a = 0; a < 6; a++) {
		switched(n, a, a < 4 ? OSCOPE_KIND_CROSS_MM : OSCOPE_KIND_SAME_MM, 1);
		if (a < 4)
			made(n, a, OSCOPE_BIRTH_FORK, forks[a] * COUNTED / OPS);
		else
			made(n, a, OSCOPE_BIRTH_THREAD, (a == 4 ? 3.0 : 11.0) * COUNTED / OPS);
	}
	times(n, 0, few, 0.02);
	times(n, 3, many, 0.02);
}

TEST_F(note, tlb_outdated_where_translations_stay)
{
	tlb(self->n, 1.01, 3);
	EXPECT_EQ(judged(self->n), VERDICT_OUTDATED);
	EXPECT_NE(strstr(self->n->reason, "do not suffice"), NULL);
	tlb(self->n, 1.01, 1.01);
	EXPECT_EQ(judged(self->n), VERDICT_OUTDATED);
	EXPECT_EQ(strstr(self->n->reason, "do not suffice"), NULL);
}

TEST_F(note, tlb_holds_where_they_are_gone)
{
	tlb(self->n, 3, 3);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, tlb_inconclusive_in_between)
{
	tlb(self->n, 1.25, 3);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, tlb_void_when_the_address_space_stays)
{
	tlb(self->n, 3, 3);
	self->n->counted[0].sum->kind[OSCOPE_KIND_CROSS_MM] = 0;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* switch.coroutine-state: seen 0 intact. */
TEST_F(note, coroutine_state_holds)
{
	feed(self->n, "switch.coroutine-state");
	see(self->n, 0, 0, 1);
	see(self->n, 1, 0, 1);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, coroutine_state_false_when_locals_are_lost)
{
	feed(self->n, "switch.coroutine-state");
	see(self->n, 0, 0, 1);
	see(self->n, 1, 0, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
	see_half(self->n, 1, 0);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, coroutine_state_void_when_it_was_not_resumed)
{
	feed(self->n, "switch.coroutine-state");
	see(self->n, 0, 0, 1);
	see(self->n, 1, 0, 1);
	self->n->counted[1].turns = 1;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* switch.too-many: arms few, many, blocked, wakers few, wakers many; seen 0 forced, 1 sleeps a s, 2 forced. */
static void too_many(struct note *n, double many, double wakers)
{
	size_t a;

	feed(n, "switch.too-many");
	for (a = 0; a < 5; a++) {
		made(n, a, OSCOPE_BIRTH_THREAD, a == 0 || a == 3 ? 2 : 64);
		see(n, a, 0, 250);
		see(n, a, 1, a < 3 ? 0 : 40000);
		see(n, a, 2, a < 2 ? 64 : 0);
	}
	times(n, 1, many, 0.01);
	times(n, 4, wakers, 0.01);
}

TEST_F(note, too_many_holds)
{
	too_many(self->n, 1.5, 1.5);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, too_many_holds_if_they_wake_each_other)
{
	too_many(self->n, 1, 1.3);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
}

TEST_F(note, too_many_false_when_it_is_the_same)
{
	too_many(self->n, 1, 1);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, too_many_inconclusive_in_between)
{
	too_many(self->n, 1.05, 1);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, too_many_void_when_wakers_do_not_sleep)
{
	too_many(self->n, 1, 1.3);
	see(self->n, 4, 1, 10);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, too_many_void_when_nobody_had_a_slice_to_lose)
{
	too_many(self->n, 1, 1.3);
	see(self->n, 1, 2, 2);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, too_many_void_when_work_is_missing)
{
	too_many(self->n, 1, 1.3);
	self->n->counted[1].turns = 0;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* switch.wakeup: arms spinning, same CPU, other CPU, idle 1 ms, idle 10 ms. */
static void wakeup(struct note *n, double other)
{
	size_t a;

	feed(n, "switch.wakeup");
	((struct preflight *)n->machine)->cpus_allowed = 2;
	for (a = 1; a < 5; a++) {
		n->counted[a].ledger[0].sum.blocked[OSCOPE_REASON_FUTEX].n = OPS;
		times(n, a, other, 0.02);
	}
}

TEST_F(note, wakeup_holds)
{
	wakeup(self->n, 30);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, wakeup_false_when_it_is_no_longer)
{
	wakeup(self->n, 0.9);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, wakeup_inconclusive_with_one_cpu_or_in_between)
{
	wakeup(self->n, 30);
	self->machine.cpus_allowed = 1;
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
	EXPECT_NE(strstr(self->n->reason, "one CPU"), NULL);
	wakeup(self->n, 1.001);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, wakeup_void_when_the_receiver_was_awake)
{
	wakeup(self->n, 30);
	self->n->counted[2].ledger[0].sum.blocked[OSCOPE_REASON_FUTEX].n = OPS / 2;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* switch.registers: seen 0 forced, 1 wrong, 2 intact. */
static void registers(struct note *n, double forced, double wrong)
{
	feed(n, "switch.registers");
	made(n, 0, OSCOPE_BIRTH_THREAD, 2);
	n->counted[0].sum->involuntary = 100 * OPS;
	n->counted[0].sum->events = n->counted[0].kernel_switches = 100 * OPS;
	see(n, 0, 0, forced);
	see(n, 0, 1, wrong);
	see(n, 0, 2, wrong <= 0);
}

TEST_F(note, registers_hold)
{
	registers(self->n, 100, 0);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, registers_false_when_one_differs)
{
	registers(self->n, 100, 1);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, registers_inconclusive_with_few_switches)
{
	registers(self->n, 10, 0);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, registers_void_when_nobody_is_pushed_off)
{
	registers(self->n, 100, 0);
	self->n->counted[0].turns = 0;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* switch.program-decides: arms plain, nicer, yielding, fifo, slices; seen 0 refused, 1 forced. */
static void program_decides(struct note *n, double nicer, double slices)
{
	size_t a;

	feed(n, "switch.program-decides");
	for (a = 0; a < 5; a++) {
		made(n, a, OSCOPE_BIRTH_THREAD, 2);
		times(n, a, 0.5, 0.02);
		see(n, a, 0, 0);
		see(n, a, 1, a == 4 ? slices : 20);
	}
	times(n, 1, nicer, 0.02);
}

TEST_F(note, program_decides_false_when_nice_has_an_effect)
{
	program_decides(self->n, 0.1, 20);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, program_decides_holds_when_nothing_has)
{
	program_decides(self->n, 0.5, 20);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	see(self->n, 3, 0, 1);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	EXPECT_NE(strstr(self->n->reason, "refused"), NULL);
}

TEST_F(note, program_decides_inconclusive_when_slices_or_a_little_changed)
{
	program_decides(self->n, 0.5, 5);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
	program_decides(self->n, 0.4, 20);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, program_decides_void_when_it_was_uneven_before)
{
	program_decides(self->n, 0.1, 20);
	times(self->n, 0, 0.9, 0.02);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* switch.thread-library: seen 0 tids, 1 slept on their own. */
static void thread_library(struct note *n, double share, uint64_t tasks, double slept)
{
	feed(n, "switch.thread-library");
	made(n, 0, OSCOPE_BIRTH_THREAD, 8);
	n->counted[0].turns = 400 * OPS;
	n->counted[0].ledger[0].tasks = tasks * OPS;
	times(n, 0, share, 0);
	see(n, 0, 0, 8 * share);
	see(n, 0, 1, slept);
}

TEST_F(note, thread_library_outdated_when_each_is_a_task)
{
	thread_library(self->n, 1, 8, 8);
	EXPECT_EQ(judged(self->n), VERDICT_OUTDATED);
}

TEST_F(note, thread_library_holds_when_tasks_are_fewer)
{
	thread_library(self->n, 0.25, 2, 2);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, thread_library_inconclusive_when_they_disagree)
{
	thread_library(self->n, 1, 2, 8);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, thread_library_void_when_nothing_went_round)
{
	thread_library(self->n, 1, 8, 8);
	self->n->counted[0].turns = 0;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* switch.coroutine-why: arms coroutine, thread, process. */
static void coroutine_why(struct note *n, double thread, double process)
{
	feed(n, "switch.coroutine-why");
	switched(n, 1, OSCOPE_KIND_SAME_MM, 1);
	switched(n, 2, OSCOPE_KIND_CROSS_MM, 1);
	times(n, 1, thread, 0.01);
	times(n, 2, process, 0.01);
}

TEST_F(note, coroutine_why_false_when_the_kernel_is_more)
{
	coroutine_why(self->n, 300, 400);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, coroutine_why_holds_when_the_address_space_is_more)
{
	coroutine_why(self->n, 20, 400);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, coroutine_why_inconclusive_when_they_are_alike)
{
	coroutine_why(self->n, 300, 599);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, coroutine_why_void_when_coroutines_sleep)
{
	coroutine_why(self->n, 300, 400);
	self->n->counted[0].sum->voluntary = OPS;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_HARNESS_MAIN
