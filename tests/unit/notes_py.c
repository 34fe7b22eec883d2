// SPDX-License-Identifier: GPL-2.0
/* The rules of the claims on Python's threads and its lock, fed with made-up numbers. */
#include "notes_feed_py.h"

/*
 * What at_once.h has: seen 0 CPU time, 1 CPUs, 2 GIL, 3 version; the first task is those that
 * compute.
 */
static void at_once(struct note *n, size_t a, double value)
{
	times(n, a, value, 0.02);
	see(n, a, 0, 60e6);
	see(n, a, 1, 2);
	see(n, a, 2, 1);
	see(n, a, 3, 311);
	n->counted[a].ledger[0].sum.running = (uint64_t)(COUNTED * 60e6);
}

/* py.gil-serial: arms threads, processes. */
static void gil_serial(struct note *n, double value)
{
	two_cpus(n);
	feed(n, "py.gil-serial");
	at_once(n, 0, value);
	scripts(n, 0, 2, 0);
	threads(n, 0, 2);
	at_once(n, 1, 0.9);
	scripts(n, 1, 2, 2);
}

TEST_F(note, gil_serial_holds)
{
	gil_serial(self->n, 0.01);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	EXPECT_NE(strstr(self->n->reason, "Python 3.11"), NULL);
}

TEST_F(note, gil_serial_false_when_they_compute_at_once_with_a_gil)
{
	gil_serial(self->n, 0.95);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, gil_serial_holds_if_there_is_a_gil)
{
	gil_serial(self->n, 0.95);
	see(self->n, 0, 2, 0);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
}

TEST_F(note, gil_serial_inconclusive_between)
{
	gil_serial(self->n, 0.5);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, gil_serial_inconclusive_where_processes_have_no_second_cpu)
{
	gil_serial(self->n, 0.01);
	times(self->n, 1, 0.1, 0.02);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, gil_serial_inconclusive_with_one_cpu)
{
	gil_serial(self->n, 0.01);
	self->machine.cpus_allowed = 1;
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, gil_serial_void_when_the_probes_saw_other_times)
{
	gil_serial(self->n, 0.01);
	self->n->counted[0].ledger[0].sum.running *= 2;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, gil_serial_void_when_one_had_no_turn)
{
	gil_serial(self->n, 0.01);
	self->n->counted[0].turns--;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, gil_serial_void_when_a_thread_was_none)
{
	gil_serial(self->n, 0.01);
	self->n->counted[0].lives.births[OSCOPE_BIRTH_THREAD]--;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* py.one-core: arms threads, processes. */
static void one_core(struct note *n, double value, double cpus)
{
	two_cpus(n);
	feed(n, "py.one-core");
	at_once(n, 0, value);
	see(n, 0, 1, cpus);
	scripts(n, 0, 100, 0);
	threads(n, 0, 100);
	at_once(n, 1, 1.9);
	scripts(n, 1, 2, 2);
}

TEST_F(note, one_core_holds_on_one_cpu)
{
	one_core(self->n, 1.01, 1);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, one_core_holds_if_it_means_one_at_a_time)
{
	one_core(self->n, 1.01, 2);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
}

TEST_F(note, one_core_false_when_threads_use_more)
{
	one_core(self->n, 1.9, 2);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, one_core_inconclusive_where_processes_use_no_more)
{
	one_core(self->n, 1.01, 2);
	times(self->n, 1, 1.1, 0.02);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, one_core_void_when_the_probes_saw_other_times)
{
	one_core(self->n, 1.01, 2);
	self->n->counted[1].ledger[0].sum.running /= 2;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, one_core_void_when_the_end_of_each_was_long)
{
	one_core(self->n, 1.01, 2);
	self->n->counted[0].ledger[0].tasks = 100UL * COUNTED;
	/* 0.15 ms each is 0.25 of what their clocks say. */
	self->n->counted[0].ledger[0].sum.running = (uint64_t)(COUNTED * 60e6 * 1.34);
	EXPECT_NE(judged(self->n), VERDICT_VOID);
	self->n->counted[0].ledger[0].sum.running = (uint64_t)(COUNTED * 60e6 * 1.36);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* py.gil-slower: arms serial cold, threads cold, serial warm, threads warm; seen 0 version. */
static void gil_slower(struct note *n, double cold, double warm)
{
	size_t a;

	feed(n, "py.gil-slower");
	for (a = 0; a < 4; a++) {
		see(n, a, 0, 311);
		scripts(n, a, 2, 0);
		threads(n, a, a % 2 ? 2 : 1);
	}
	times(n, 1, cold, 0.02);
	times(n, 3, warm, 0.02);
}

TEST_F(note, gil_slower_holds)
{
	gil_slower(self->n, 1.3, 1.2);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, gil_slower_holds_if_cold)
{
	gil_slower(self->n, 1.3, 1.0);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
	EXPECT_NE(strstr(self->n->reason, "is cold"), NULL);
}

TEST_F(note, gil_slower_holds_if_warm)
{
	gil_slower(self->n, 1.0, 1.3);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
	EXPECT_NE(strstr(self->n->reason, "is warm"), NULL);
}

TEST_F(note, gil_slower_outdated_when_they_are_as_fast)
{
	gil_slower(self->n, 1.0, 1.0);
	EXPECT_EQ(judged(self->n), VERDICT_OUTDATED);
}

TEST_F(note, gil_slower_inconclusive_when_too_wide)
{
	gil_slower(self->n, 1.05, 1.0);
	times(self->n, 1, 1.05, 0.8);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, gil_slower_void_when_a_piece_came_out_wrong)
{
	gil_slower(self->n, 1.3, 1.2);
	self->n->counted[3].turns -= 2;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, gil_slower_void_when_threads_were_one)
{
	gil_slower(self->n, 1.3, 1.2);
	threads(self->n, 1, 1);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* py.gil-lock: arms plus, call, locked; seen 0 loses, 1 lost, 2 GIL, 3 version; task adder. */
static void gil_lock(struct note *n, bool plus, bool call, bool locked)
{
	const bool loses[] = { plus, call, locked };
	size_t a;

	feed(n, "py.gil-lock");
	for (a = 0; a < 3; a++) {
		see(n, a, 0, loses[a]);
		see(n, a, 1, loses[a] ? 500 : 0);
		see(n, a, 2, 1);
		see(n, a, 3, 311);
		scripts(n, a, 1, 0);
		threads(n, a, 2);
		sleeps(n, a, 0, OSCOPE_REASON_FUTEX, 20);
	}
}

TEST_F(note, gil_lock_holds_when_both_lose)
{
	gil_lock(self->n, true, true, false);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, gil_lock_holds_if_there_is_a_place_to_switch)
{
	gil_lock(self->n, false, true, false);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
}

TEST_F(note, gil_lock_false_when_none_is_lost)
{
	gil_lock(self->n, false, false, false);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, gil_lock_false_when_a_lock_does_not_help)
{
	gil_lock(self->n, true, true, true);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, gil_lock_void_when_nobody_waited_for_the_other)
{
	gil_lock(self->n, false, true, false);
	sleeps(self->n, 0, 0, OSCOPE_REASON_FUTEX, 2);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, gil_lock_void_when_a_thread_is_missing)
{
	gil_lock(self->n, false, true, false);
	threads(self->n, 2, 1);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/*
 * py.gil-ticks: arms default, 1 ms, 20 ms; seen 0 tenure, 1 tenures, 2 interval, 3 version; task
 * computing.
 */
static void gil_ticks(struct note *n, double bytecodes, double follows)
{
	size_t a;

	feed(n, "py.gil-ticks");
	for (a = 0; a < 3; a++) {
		times(n, a, a == 2 ? follows * bytecodes : bytecodes, 0.02);
		see(n, a, 0, a == 2 ? follows * 1e6 : 1e6);
		see(n, a, 1, 20);
		see(n, a, 2, 5000);
		see(n, a, 3, 311);
		scripts(n, a, 1, 0);
		threads(n, a, 2);
		sleeps(n, a, 0, OSCOPE_REASON_FUTEX, 40);
	}
}

TEST_F(note, gil_ticks_holds_near_100)
{
	gil_ticks(self->n, 110, 1);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, gil_ticks_outdated_when_time_decides)
{
	gil_ticks(self->n, 600000, 10);
	EXPECT_EQ(judged(self->n), VERDICT_OUTDATED);
}

TEST_F(note, gil_ticks_false_when_it_is_long_and_time_does_not_decide)
{
	gil_ticks(self->n, 600000, 1);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, gil_ticks_inconclusive_between)
{
	gil_ticks(self->n, 500, 10);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, gil_ticks_void_when_nobody_slept_for_it)
{
	gil_ticks(self->n, 600000, 10);
	sleeps(self->n, 1, 0, OSCOPE_REASON_FUTEX, 5);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, gil_ticks_void_without_a_tenure)
{
	gil_ticks(self->n, 600000, 10);
	self->n->counted[0].turns = 0;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* py.gil-io: arms sleep, recv, alone, beside; seen 0 went on, 1 steps, 2 version; task waiting. */
static void gil_io(struct note *n, bool went_on, double beside)
{
	static const enum oscope_reason reason[] = {
		OSCOPE_REASON_SLEEP, OSCOPE_REASON_UNIX_RECV,
	};
	size_t a;

	feed(n, "py.gil-io");
	for (a = 0; a < 4; a++) {
		see(n, a, 2, 311);
		scripts(n, a, a < 2 ? 1 : 20, a < 2 ? 0 : 1);
		threads(n, a, a == 3 ? 2 : 1);
	}
	for (a = 0; a < 2; a++) {
		see(n, a, 0, went_on);
		see(n, a, 1, went_on ? 100000 : 0);
		sleeps(n, a, 0, reason[a], 1);
		n->counted[a].ledger[0].sum.blocked[reason[a]].ns = (uint64_t)(COUNTED * 100e6);
	}
	times(n, 3, beside, 0.02);
}

TEST_F(note, gil_io_holds_with_a_convoy)
{
	gil_io(self->n, true, 100);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	EXPECT_NE(strstr(self->n->reason, "but a round trip"), NULL);
}

TEST_F(note, gil_io_holds_without_one)
{
	gil_io(self->n, true, 1.1);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	EXPECT_EQ(strstr(self->n->reason, "but a round trip"), NULL);
}

TEST_F(note, gil_io_false_when_nobody_goes_on)
{
	gil_io(self->n, false, 100);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, gil_io_inconclusive_when_samples_differ)
{
	gil_io(self->n, true, 100);
	see_half(self->n, 1, 0);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, gil_io_void_when_the_waiter_slept_for_something_else)
{
	gil_io(self->n, true, 100);
	sleeps(self->n, 1, 0, OSCOPE_REASON_UNIX_RECV, 0);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, gil_io_void_when_the_wait_was_short)
{
	gil_io(self->n, true, 100);
	self->n->counted[0].ledger[0].sum.blocked[OSCOPE_REASON_SLEEP].ns /= 2;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_HARNESS_MAIN
