// SPDX-License-Identifier: GPL-2.0
/* The rules of the claims on ready, running and blocked, fed with made-up numbers. */
#include "notes_feed.h"

/* state.blocking: sleeps for pipe-read an operation, and the kernel's switches beside them. */
static void blocking(struct note *n, double sleeps, double switches)
{
	feed(n, "state.blocking");
	n->counted[0].blocked[OSCOPE_REASON_PIPE_READ] = (uint64_t)(sleeps * OPS);
	n->timed[0].voluntary = (uint64_t)(switches * OPS);
}

TEST_F(note, blocking_holds)
{
	blocking(self->n, 1, 1);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, blocking_false_without_sleeps)
{
	blocking(self->n, 0, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, blocking_inconclusive_in_between)
{
	blocking(self->n, 0.5, 0.5);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, blocking_void_when_the_kernel_counts_something_else)
{
	blocking(self->n, 1, 0.5);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, blocking_void_without_reasons)
{
	blocking(self->n, 1, 1);
	self->n->counted[0].states = false;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* state.nonblocking: arms pipe, file; seen 0 device read, 1 slept. */
static void nonblocking(struct note *n, double sleeps)
{
	feed(n, "state.nonblocking");
	n->counted[0].blocked[OSCOPE_REASON_PIPE_READ] = (uint64_t)(sleeps * OPS);
}

TEST_F(note, nonblocking_holds_where_no_file_is_read)
{
	nonblocking(self->n, 0);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	EXPECT_NE(strstr(self->n->reason, "no file"), NULL);
}

TEST_F(note, nonblocking_holds_when_files_do_not_sleep)
{
	nonblocking(self->n, 0);
	see(self->n, 1, 0, 1);
	see(self->n, 1, 1, 0);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	EXPECT_EQ(strstr(self->n->reason, "no file"), NULL);
}

TEST_F(note, nonblocking_holds_if_it_is_no_file)
{
	nonblocking(self->n, 0);
	see(self->n, 1, 0, 1);
	see(self->n, 1, 1, 1);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
}

TEST_F(note, nonblocking_false_when_the_pipe_sleeps)
{
	nonblocking(self->n, 1);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
	EXPECT_EQ(self->n->effect.value, 0);
}

TEST_F(note, nonblocking_inconclusive_when_it_sleeps_at_times)
{
	nonblocking(self->n, 0.1);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
	nonblocking(self->n, 0);
	self->n->timed[0].loop_voluntary = 1;
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, nonblocking_void_when_there_was_something_to_read)
{
	nonblocking(self->n, 0);
	self->n->counted[0].turns = OPS - 1;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* state.sleep: seen 0 never early, 1 other worked, 2 overshoot. */
static void sleeper(struct note *n, double sleeps)
{
	feed(n, "state.sleep");
	n->counted[0].blocked[OSCOPE_REASON_SLEEP] = (uint64_t)(sleeps * OPS);
	n->counted[0].lives.births[OSCOPE_BIRTH_FORK] = COUNTED;
	see(n, 0, 0, 1);
	see(n, 0, 1, 1);
	see(n, 0, 2, 60000);
}

TEST_F(note, sleep_holds)
{
	sleeper(self->n, 1);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, sleep_false_without_sleeps)
{
	sleeper(self->n, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, sleep_false_when_the_other_never_works)
{
	sleeper(self->n, 1);
	see(self->n, 0, 1, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, sleep_inconclusive_when_some_are_too_short)
{
	sleeper(self->n, 1);
	see_half(self->n, 0, 0);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, sleep_void_without_the_other)
{
	sleeper(self->n, 1);
	self->n->counted[0].lives.births[OSCOPE_BIRTH_FORK] = 0;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* state.join: arms with, without; seen 0 thread over, 1 caller first. */
static void join(struct note *n)
{
	size_t a;

	feed(n, "state.join");
	for (a = 0; a < 2; a++) {
		made(n, a, OSCOPE_BIRTH_THREAD, 1);
		see(n, a, a, 1);
	}
	n->counted[0].blocked[OSCOPE_REASON_FUTEX] = OPS;
}

TEST_F(note, join_holds)
{
	join(self->n);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, join_false_when_the_thread_is_not_over)
{
	join(self->n);
	see(self->n, 0, 0, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, join_inconclusive_when_samples_differ)
{
	join(self->n);
	see_half(self->n, 1, 1);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, join_void_when_nobody_slept)
{
	join(self->n);
	self->n->counted[0].blocked[OSCOPE_REASON_FUTEX] = 0;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* state.coroutine-block: seen 0 loop stops, 1 thread goes on, 2 loop resumes. */
static void coroutine_block(struct note *n, double thread_goes_on)
{
	feed(n, "state.coroutine-block");
	made(n, 0, OSCOPE_BIRTH_THREAD, 1);
	n->counted[0].blocked[OSCOPE_REASON_PIPE_READ] = OPS;
	see(n, 0, 0, 1);
	see(n, 0, 1, thread_goes_on);
	see(n, 0, 2, 1);
}

TEST_F(note, coroutine_block_holds_if_there_is_no_other_thread)
{
	coroutine_block(self->n, 1);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
}

TEST_F(note, coroutine_block_holds_when_all_stand_still)
{
	coroutine_block(self->n, 0);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, coroutine_block_false_when_others_have_turns)
{
	coroutine_block(self->n, 1);
	see(self->n, 0, 0, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, coroutine_block_inconclusive_when_samples_differ)
{
	coroutine_block(self->n, 1);
	see_half(self->n, 0, 0);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, coroutine_block_void_when_nothing_blocked)
{
	coroutine_block(self->n, 1);
	self->n->counted[0].blocked[OSCOPE_REASON_PIPE_READ] = 0;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/*
 * state.three: ledgers 0 spinners, 1 sleeper, 2 stopped, 3 thread; seen 0 to 3 the letters of /proc,
 * 4 ns that the spinners waited.
 */
static void three(struct note *n)
{
	static const uint64_t tasks[] = { 2, 1, 1, 1 };
	size_t k, m;

	feed(n, "state.three");
	made(n, 0, OSCOPE_BIRTH_FORK, 4);
	made(n, 0, OSCOPE_BIRTH_THREAD, 1);
	for (k = 0; k < 4; k++) {
		struct arm_ledger *l = &n->counted[0].ledger[k];

		l->tasks = tasks[k] * OPS;
		l->lifetime_ns = 100000000;
		l->sum.running = l->ready_ns = 50000000;
		for (m = 0; m < OSCOPE_MOVE_UNSEEN_RUNNING; m++)
			l->sum.moves[m] = OPS;
		l->sum.blocked[OSCOPE_REASON_SLEEP].n = 5 * OPS;
		see(n, 0, k, 1);
	}
	see(n, 0, 4, 50000000.0 / COUNTED);
}

TEST_F(note, three_holds)
{
	three(self->n);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	EXPECT_EQ(self->n->effect.value, 1);
	EXPECT_NE(strstr(self->n->reason, "running 50 %, ready 50 %"), NULL);
}

TEST_F(note, three_false_when_tasks_move_otherwise)
{
	three(self->n);
	self->n->counted[0].ledger[1].sum.moves[OSCOPE_MOVE_UNSEEN_RUNNING] = OPS;
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
	EXPECT_LT(self->n->effect.value, 1);
}

TEST_F(note, three_false_when_who_waits_is_blocked)
{
	three(self->n);
	self->n->counted[0].ledger[0].ready_ns = 0;
	self->n->counted[0].ledger[0].blocked_ns = 50000000;
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, three_false_when_proc_never_says_so)
{
	three(self->n);
	see(self->n, 0, 0, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, three_inconclusive_when_events_are_missed)
{
	three(self->n);
	self->n->counted[0].ledger[1].sum.moves[OSCOPE_MOVE_UNSEEN_RUNNING] = 1;
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
	three(self->n);
	self->n->counted[0].ledger[1].leavings_missed = 1;
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
	three(self->n);
	self->n->counted[0].ledger[0].unobserved_ns = 60000000;
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
	EXPECT_NE(strstr(self->n->reason, "15.0 %"), NULL);
}

TEST_F(note, three_inconclusive_when_a_move_is_never_seen)
{
	size_t k;

	three(self->n);
	for (k = 0; k < 4; k++)
		self->n->counted[0].ledger[k].sum.moves[OSCOPE_MOVE_ZOMBIE_DEAD] = 0;
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
	EXPECT_NE(strstr(self->n->reason, "1 of these never"), NULL);
}

TEST_F(note, three_inconclusive_when_samples_differ)
{
	three(self->n);
	see_half(self->n, 0, 2);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
	three(self->n);
	see(self->n, 0, 4, 80000000.0 / COUNTED);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, three_void_when_the_ledger_does_not_close)
{
	three(self->n);
	self->n->counted[0].ledger[3].residual = 0.002;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, three_void_without_a_task_of_each_name)
{
	three(self->n);
	self->n->counted[0].ledger[2].tasks--;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, three_void_without_ledgers)
{
	three(self->n);
	self->n->counted[0].states = false;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, three_void_when_nobody_sleeps_or_stops)
{
	three(self->n);
	self->n->counted[0].ledger[1].sum.blocked[OSCOPE_REASON_SLEEP].n = 0;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
	three(self->n);
	self->n->counted[0].ledger[2].sum.moves[OSCOPE_MOVE_RUNNING_STOPPED] = 0;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* state.occupies: arms blocked, asking; their shares of the CPU, and the waiter's own as seen 0. */
static void occupies(struct note *n, double beside, double own)
{
	feed(n, "state.occupies");
	times(n, 0, beside, 0.02);
	times(n, 1, 0.5, 0.02);
	made(n, 0, OSCOPE_BIRTH_FORK, 1);
	made(n, 1, OSCOPE_BIRTH_FORK, 1);
	n->counted[0].ledger[0].sum.blocked[OSCOPE_REASON_PIPE_READ].n = OPS;
	see(n, 0, 0, own);
	see(n, 1, 0, 0.5);
}

TEST_F(note, occupies_false)
{
	occupies(self->n, 0.99, 0.001);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, occupies_holds_when_it_has_half)
{
	occupies(self->n, 0.5, 0.5);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, occupies_inconclusive_in_between)
{
	occupies(self->n, 0.75, 0.001);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
	occupies(self->n, 0.99, 0.1);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, occupies_void_when_it_would_not_show)
{
	occupies(self->n, 0.99, 0.001);
	times(self->n, 1, 0.9, 0.02);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, occupies_void_when_the_waiter_did_not_sleep)
{
	occupies(self->n, 0.99, 0.001);
	self->n->counted[0].ledger[0].sum.blocked[OSCOPE_REASON_PIPE_READ].n = 0;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* state.events: arms lacking, there; seen 0 to 4 whether calls slept, 5 to 9 whether that was so. */
static void events(struct note *n)
{
	static const unsigned int reason[] = { OSCOPE_REASON_TTY, OSCOPE_REASON_SLEEP,
					       OSCOPE_REASON_UNIX_SEND, OSCOPE_REASON_UNIX_RECV };
	unsigned int a, call;

	feed(n, "state.events");
	for (a = 0; a < 2; a++) {
		for (call = 0; call < 5; call++) {
			see(n, a, call, !a);
			see(n, a, 5 + call, 1);
		}
		n->counted[a].lives.births[OSCOPE_BIRTH_FORK] = COUNTED;
	}
	for (call = 0; call < 4; call++)
		n->counted[0].ledger[0].sum.blocked[reason[call]].n = COUNTED;
}

TEST_F(note, events_hold_if_something_lacks)
{
	events(self->n);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
	EXPECT_NE(strstr(self->n->reason, "a page read from a device slept"), NULL);
}

TEST_F(note, events_say_what_of_files_is_not_known)
{
	events(self->n);
	self->n->timed[0].seen[2].n = self->n->counted[0].seen[2].n = 0;
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
	EXPECT_NE(strstr(self->n->reason, "no file"), NULL);
}

TEST_F(note, events_false_when_one_never_slept)
{
	events(self->n);
	see(self->n, 0, 5, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, events_false_when_one_slept_though_all_was_there)
{
	events(self->n);
	see(self->n, 1, 9, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, events_inconclusive_when_it_is_so_at_times)
{
	events(self->n);
	see_half(self->n, 1, 8);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, events_void_when_the_probes_tell_another_reason)
{
	events(self->n);
	self->n->counted[0].ledger[0].sum.blocked[OSCOPE_REASON_UNIX_RECV].n = 0;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_HARNESS_MAIN
