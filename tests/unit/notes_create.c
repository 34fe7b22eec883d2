// SPDX-License-Identifier: GPL-2.0
/* The rules of the claims on what making tasks costs, fed with made-up numbers. */
#include "notes_feed.h"

/* create.thread-cheaper: arms fork, vfork, spawn, clone, thread; times against a thread's. */
static void thread_cheaper(struct note *n, double fork, double vfork, double spread)
{
	static const enum oscope_birth kinds[] = {
		OSCOPE_BIRTH_FORK, OSCOPE_BIRTH_VFORK, OSCOPE_BIRTH_VFORK, OSCOPE_BIRTH_CLONE,
		OSCOPE_BIRTH_THREAD,
	};
	const double times_of[] = { fork, vfork, 3, 2, 1 };
	size_t a;

	feed(n, "create.thread-cheaper");
	for (a = 0; a < 5; a++) {
		times(n, a, 10000 * times_of[a], spread);
		made(n, a, kinds[a], 1);
	}
}

TEST_F(note, thread_cheaper_holds_against_every_way)
{
	thread_cheaper(self->n, 6, 1.5, 0.02);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	EXPECT_NE(strstr(self->n->reason, "1.50 times"), NULL);
}

TEST_F(note, thread_cheaper_holds_if_made_by_fork)
{
	thread_cheaper(self->n, 6, 0.9, 0.02);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
	EXPECT_NE(strstr(self->n->reason, "by fork"), NULL);
}

TEST_F(note, thread_cheaper_false_when_fork_wins)
{
	thread_cheaper(self->n, 0.8, 0.7, 0.02);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, thread_cheaper_inconclusive_when_one_lies_inside)
{
	thread_cheaper(self->n, 1.01, 0.9, 0.5);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, thread_cheaper_void_when_the_kind_is_another)
{
	thread_cheaper(self->n, 6, 1.5, 0.02);
	self->n->counted[1].lives.births[OSCOPE_BIRTH_VFORK] = 0;
	self->n->counted[1].lives.births[OSCOPE_BIRTH_FORK] = OPS;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
	EXPECT_TRUE(isnan(self->n->effect.value));
}

TEST_F(note, thread_cheaper_inconclusive_under_an_emulator)
{
	thread_cheaper(self->n, 6, 1.5, 0.02);
	strcpy(self->machine.no_times, "an emulator");
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

/*
 * create.fork-grows: arms none, some, large, largest, the last two with huge pages; seen 0 MiB,
 * 1 kB of page tables, 2 of huge pages.
 */
static void fork_grows(struct note *n, double largest, double spread)
{
	const double ns[] = { 1, 1 + (largest - 1) / 16, 1 + (largest - 1) / 4, largest, 1, 1 };
	const double mib[] = { 0, 16, 64, 256, 64, 256 };
	size_t a;

	feed(n, "create.fork-grows");
	for (a = 0; a < 6; a++) {
		times(n, a, 100000 * ns[a], spread);
		made(n, a, OSCOPE_BIRTH_FORK, 1);
		see(n, a, 0, mib[a]);
		see(n, a, 1, a < 4 ? 60 + 2 * mib[a] : 60);
		see(n, a, 2, a < 4 ? 0 : 1024 * mib[a]);
	}
}

TEST_F(note, fork_grows_holds)
{
	fork_grows(self->n, 5, 0.02);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	EXPECT_GT(self->n->effect.lo, 0);
	EXPECT_NE(strstr(self->n->reason, "256 MiB"), NULL);
	EXPECT_NE(strstr(self->n->reason, "100 %"), NULL);
}

TEST_F(note, fork_grows_says_where_there_are_no_huge_pages)
{
	fork_grows(self->n, 5, 0.02);
	see(self->n, 5, 2, -1);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	EXPECT_NE(strstr(self->n->reason, "no huge pages"), NULL);
}

TEST_F(note, fork_grows_with_less_memory)
{
	fork_grows(self->n, 5, 0.02);
	see(self->n, 3, 0, 128);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	EXPECT_NE(strstr(self->n->reason, "128 MiB"), NULL);
}

TEST_F(note, fork_grows_false_when_it_is_flat)
{
	fork_grows(self->n, 1, 0.02);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, fork_grows_inconclusive_near_the_limit)
{
	fork_grows(self->n, 1.1, 0.5);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, fork_grows_void_without_page_tables)
{
	fork_grows(self->n, 5, 0.02);
	see(self->n, 3, 1, 64);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, fork_grows_void_when_samples_had_different_room)
{
	fork_grows(self->n, 5, 0.02);
	self->n->timed[3].seen[0].min = 128;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* create.vfork-flat: arms fork, vfork, spawn, each small and large. */
static void vfork_flat(struct note *n, double fork, double spawn, double spread)
{
	const double ns[] = { 1, fork, 0.3, 0.3, 0.5, 0.5 * spawn };
	size_t a;

	feed(n, "create.vfork-flat");
	for (a = 0; a < 6; a++) {
		times(n, a, 100000 * ns[a], spread);
		made(n, a, a < 2 ? OSCOPE_BIRTH_FORK : OSCOPE_BIRTH_VFORK, 1);
		if (a >= 2)
			n->counted[a].blocked[OSCOPE_REASON_VFORK_WAIT] = OPS;
	}
}

TEST_F(note, vfork_flat_holds)
{
	vfork_flat(self->n, 10, 1, 0.02);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, vfork_flat_false_when_spawn_grows)
{
	vfork_flat(self->n, 10, 8, 0.02);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, vfork_flat_inconclusive_with_wide_intervals)
{
	vfork_flat(self->n, 2, 1, 0.6);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, vfork_flat_inconclusive_when_fork_is_flat)
{
	vfork_flat(self->n, 0.9, 1, 0.02);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
	EXPECT_NE(strstr(self->n->reason, "own slope"), NULL);
}

TEST_F(note, vfork_flat_void_when_the_maker_does_not_wait)
{
	vfork_flat(self->n, 10, 1, 0.02);
	self->n->counted[3].blocked[OSCOPE_REASON_VFORK_WAIT] = 0;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, vfork_flat_void_without_reasons)
{
	vfork_flat(self->n, 10, 1, 0.02);
	self->n->counted[2].states = false;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* create.coroutine-cheapest: arms fresh, kept, ucontext, thread; how often cheaper than a thread. */
static void coroutine(struct note *n, double fresh, double kept, double spread)
{
	feed(n, "create.coroutine-cheapest");
	times(n, 0, 10000 / fresh, spread);
	times(n, 1, 10000 / kept, spread);
	times(n, 2, 1000, spread);
	times(n, 3, 10000, spread);
	made(n, 3, OSCOPE_BIRTH_THREAD, 1);
}

TEST_F(note, coroutine_holds_with_fresh_stacks)
{
	coroutine(self->n, 20, 300, 0.02);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, coroutine_holds_if_stacks_are_kept)
{
	coroutine(self->n, 2, 300, 0.02);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
	EXPECT_NE(strstr(self->n->reason, "kept"), NULL);
}

TEST_F(note, coroutine_holds_if_less_is_meant)
{
	coroutine(self->n, 2, 3, 0.02);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
	EXPECT_NE(strstr(self->n->reason, "may mean"), NULL);
}

TEST_F(note, coroutine_false_when_threads_cost_no_more)
{
	coroutine(self->n, 0.5, 0.9, 0.02);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, coroutine_inconclusive_when_one_lies_inside)
{
	coroutine(self->n, 0.5, 1.01, 0.5);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, coroutine_void_when_a_task_is_made)
{
	coroutine(self->n, 20, 300, 0.02);
	made(self->n, 0, OSCOPE_BIRTH_THREAD, 1);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* create.cpu-share: the CPU time of nine threads through that of one. */
static void cpu_share(struct note *n, double ratio, double spread)
{
	feed(n, "create.cpu-share");
	times(n, 0, ratio, spread);
	made(n, 0, OSCOPE_BIRTH_FORK, 2);
	made(n, 0, OSCOPE_BIRTH_THREAD, 8);
}

TEST_F(note, cpu_share_holds_by_process)
{
	cpu_share(self->n, 1, 0.1);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, cpu_share_false_by_thread)
{
	cpu_share(self->n, 8.9, 0.1);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, cpu_share_inconclusive_in_between)
{
	cpu_share(self->n, 3, 1);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, cpu_share_void_without_its_threads)
{
	cpu_share(self->n, 8.9, 0.1);
	self->n->counted[0].lives.births[OSCOPE_BIRTH_THREAD] = 0;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* create.run-cost: arms process, thread, and both with memory; one task a sample. */
static void run_cost(struct note *n, double ratio, double spread)
{
	size_t a;

	feed(n, "create.run-cost");
	for (a = 0; a < 4; a++) {
		times(n, a, a == 0 ? ratio : 1, spread);
		n->counted[a].lives.births[a % 2 ? OSCOPE_BIRTH_THREAD : OSCOPE_BIRTH_FORK] =
			COUNTED;
	}
}

TEST_F(note, run_cost_false_when_they_are_the_same)
{
	run_cost(self->n, 1.01, 0.02);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, run_cost_false_when_processes_are_faster)
{
	run_cost(self->n, 0.8, 0.02);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, run_cost_holds)
{
	run_cost(self->n, 1.3, 0.02);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, run_cost_inconclusive_with_a_wide_interval)
{
	run_cost(self->n, 1.05, 0.5);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, run_cost_void_with_another_task)
{
	run_cost(self->n, 1, 0.02);
	self->n->counted[0].lives.births[OSCOPE_BIRTH_FORK]++;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/*
 * create.pool: arms a process for each job, a pool of processes, the same of threads, then both
 * kinds of processes with long jobs; seen 0 ns of 100 us, 1 of 1 ms, 2 to start the pool.
 */
static void pool(struct note *n, double each, double each_long, double spread)
{
	const double ns[] = { each, 1, (each + 1) / 2, 1, each_long, 1 };
	size_t a;

	feed(n, "create.pool");
	for (a = 0; a < 6; a++) {
		enum oscope_birth kind = a == 2 || a == 3 ? OSCOPE_BIRTH_THREAD : OSCOPE_BIRTH_FORK;

		times(n, a, (a < 4 ? 20000 : 10010000) * ns[a], spread);
		made(n, a, kind, a % 2 ? 4.0 * COUNTED / OPS : 1);
		n->counted[a].sum->voluntary = n->counted[a].kernel_switches = 2 * OPS;
		see(n, a, 0, 110000 * ns[a]);
		see(n, a, 1, 1010000 * ns[a]);
		see(n, a, 2, 400000);
	}
}

TEST_F(note, pool_holds_if_jobs_are_short)
{
	pool(self->n, 5, 1.01, 0.02);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
	/* (100 us - 1.1 * 20 us) / 0.1, and the 10 us that the job itself is; 400 us / 80 us. */
	EXPECT_NE(strstr(self->n->reason, "0.79 ms"), NULL);
	EXPECT_NE(strstr(self->n->reason, "after 5 such jobs"), NULL);
}

TEST_F(note, pool_holds_when_it_pays_with_long_jobs_too)
{
	pool(self->n, 5, 1.5, 0.02);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, pool_false_when_making_a_process_costs_nothing)
{
	pool(self->n, 1.02, 1, 0.02);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, pool_inconclusive_when_the_limit_lies_inside)
{
	pool(self->n, 1.1, 1, 0.5);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
	pool(self->n, 5, 1.1, 0.5);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, pool_inconclusive_while_others_use_the_cpu)
{
	pool(self->n, 5, 1.01, 0.02);
	self->machine.busy = 0.5;
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
	EXPECT_NE(strstr(self->n->reason, "others use 50 %"), NULL);
}

TEST_F(note, pool_void_when_a_job_is_not_done)
{
	pool(self->n, 5, 1.01, 0.02);
	self->n->counted[1].turns--;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, pool_void_when_the_pool_makes_one_for_each)
{
	pool(self->n, 5, 1.01, 0.02);
	self->n->counted[1].lives.births[OSCOPE_BIRTH_FORK] = OPS;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, pool_void_when_nobody_is_switched_to)
{
	pool(self->n, 5, 1.01, 0.02);
	self->n->counted[3].sum->voluntary = self->n->counted[3].kernel_switches = OPS;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, pool_inconclusive_under_an_emulator)
{
	pool(self->n, 5, 1.01, 0.02);
	strcpy(self->machine.no_times, "an emulator");
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_HARNESS_MAIN
