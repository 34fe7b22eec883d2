// SPDX-License-Identifier: GPL-2.0
/* The rules of the claims on Python's processes, generators and modules: made-up numbers. */
#include "notes_feed_py.h"

/* py.processes: arms serial, processes; seen 0 CPUs, 1 begin, 2 version; task computing. */
static void processes(struct note *n, double faster)
{
	two_cpus(n);
	feed(n, "py.processes");
	times(n, 0, 60e6 * faster, 0.02);
	times(n, 1, 60e6, 0.02);
	see(n, 0, 0, 2);
	see(n, 1, 0, 2);
	see(n, 1, 1, 4e6);
	see(n, 1, 2, 311);
	scripts(n, 0, 2, 0);
	scripts(n, 1, 2, 4);
	n->counted[1].ledger[0].tasks = 4UL * COUNTED;
}

TEST_F(note, processes_hold)
{
	processes(self->n, 1.8);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	EXPECT_NE(strstr(self->n->reason, "shorter than 4.0 ms"), NULL);
}

TEST_F(note, processes_false_when_no_faster)
{
	processes(self->n, 1.0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, processes_inconclusive_when_others_have_the_cpus)
{
	processes(self->n, 1.0);
	self->machine.busy = 0.5;
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, processes_inconclusive_with_one_cpu)
{
	processes(self->n, 1.8);
	self->machine.cpus_allowed = 1;
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, processes_void_when_one_is_missing)
{
	processes(self->n, 1.8);
	scripts(self->n, 1, 2, 3);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, processes_void_when_one_was_never_named)
{
	processes(self->n, 1.8);
	self->n->counted[1].ledger[0].tasks--;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, processes_void_when_a_piece_came_out_wrong)
{
	processes(self->n, 1.8);
	self->n->counted[1].turns--;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* py.generator: arms send, threads; seen 0 sleeps, 1 version; task resuming. */
static void generator(struct note *n, double leaves, double syscalls)
{
	size_t a;

	feed(n, "py.generator");
	for (a = 0; a < 2; a++) {
		see(n, a, 1, 311);
		scripts(n, a, a ? 1000 : 200000, 0);
		threads(n, a, a ? 2 : 1);
	}
	see(n, 0, 0, 0);
	n->counted[0].syscalls = syscalls;
	n->counted[0].ledger[0].sum.kernel.nvcsw = (uint64_t)(leaves * 200000 * COUNTED);
	n->counted[1].ledger[0].sum.kernel.nvcsw = 1800UL * COUNTED;
}

TEST_F(note, generator_holds)
{
	generator(self->n, 0, 0.003);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, generator_false_when_it_leaves_the_cpu)
{
	generator(self->n, 1, 0.003);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, generator_false_when_it_makes_system_calls)
{
	generator(self->n, 0, 1);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, generator_inconclusive_when_calls_are_not_counted)
{
	generator(self->n, 0, NAN);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, generator_void_when_a_switch_would_not_be_seen)
{
	generator(self->n, 0, 0.003);
	self->n->counted[1].ledger[0].sum.kernel.nvcsw = 0;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, generator_void_when_the_sum_is_wrong)
{
	generator(self->n, 0, 0.003);
	self->n->counted[0].turns = 0;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* py.await: arms yield, yield from, await, asyncio; seen 0 version. */
static void await(struct note *n, double ratio)
{
	size_t a;

	feed(n, "py.await");
	for (a = 0; a < 4; a++) {
		see(n, a, 0, 311);
		scripts(n, a, a == 3 ? 5000 : 100000, 0);
		n->counted[a].syscalls = a == 3 ? 1.3 : 0.01;
	}
	times(n, 2, ratio, 0.02);
}

TEST_F(note, await_holds_when_cheaper)
{
	await(self->n, 0.8);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, await_false_when_as_dear)
{
	await(self->n, 1.0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, await_inconclusive_at_the_bound)
{
	await(self->n, 0.95);
	times(self->n, 2, 0.95, 0.4);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, await_void_when_a_resume_is_missing)
{
	await(self->n, 0.8);
	self->n->counted[2].turns /= 2;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, await_void_when_resumes_make_system_calls)
{
	await(self->n, 0.8);
	self->n->counted[2].syscalls = 1;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* py.thread-module: arms below, above; seen 0 started below, 1 old name, 2 version. */
static void thread_module(struct note *n, bool wraps, bool old)
{
	size_t a;

	feed(n, "py.thread-module");
	for (a = 0; a < 2; a++) {
		see(n, a, 0, a ? wraps : 1);
		see(n, a, 1, old);
		see(n, a, 2, 311);
		scripts(n, a, 101, 0);
		threads(n, a, 101);
	}
}

TEST_F(note, thread_module_holds_with_the_old_name)
{
	thread_module(self->n, true, true);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, thread_module_outdated_without_it)
{
	thread_module(self->n, true, false);
	EXPECT_EQ(judged(self->n), VERDICT_OUTDATED);
}

TEST_F(note, thread_module_false_when_threading_makes_its_own)
{
	thread_module(self->n, false, false);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, thread_module_inconclusive_when_samples_differ)
{
	thread_module(self->n, true, false);
	see_half(self->n, 1, 0);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, thread_module_void_when_the_profile_does_not_see_it)
{
	thread_module(self->n, true, false);
	see(self->n, 0, 0, 0);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, thread_module_void_when_threads_are_none)
{
	thread_module(self->n, true, false);
	threads(self->n, 1, 0);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/*
 * py.start-method: arms fork, spawn, forkserver; seen 0 inherited, 1 anew, 2 is a child, 3 default
 * method, 4 version.
 */
static void start_method(struct note *n, bool fork_has, double method)
{
	size_t a;

	feed(n, "py.start-method");
	for (a = 0; a < 3; a++) {
		see(n, a, 0, !a && fork_has);
		see(n, a, 1, a || !fork_has);
		see(n, a, 2, a < 2);
		see(n, a, 3, method);
		see(n, a, 4, 311);
		scripts(n, a, 1, 1);
		n->counted[a].lives.execs = (a ? 3UL : 1UL) * COUNTED;
	}
}

TEST_F(note, start_method_false_where_fork_is_the_default)
{
	start_method(self->n, true, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, start_method_holds_if_the_default_is_another)
{
	start_method(self->n, true, 2);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
	EXPECT_NE(strstr(self->n->reason, "has forkserver"), NULL);
}

TEST_F(note, start_method_holds_when_no_child_inherits)
{
	start_method(self->n, false, 0);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, start_method_inconclusive_when_spawn_inherits)
{
	start_method(self->n, true, 0);
	see_half(self->n, 1, 1);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, start_method_void_when_no_interpreter_was_executed)
{
	start_method(self->n, true, 0);
	self->n->counted[1].lives.execs--;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, start_method_void_when_a_child_did_not_end_well)
{
	start_method(self->n, true, 0);
	self->n->counted[2].turns--;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_HARNESS_MAIN
