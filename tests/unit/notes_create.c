// SPDX-License-Identifier: GPL-2.0
/* The rules of the claims on making processes, threads and coroutines, fed with made-up numbers. */
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

/* create.fork-grows: arms none, some, large, thp; seen 0 kB of page tables, 1 of huge pages. */
static void fork_grows(struct note *n, double large, double spread)
{
	const double ns[] = { 1, (1 + large) / 2, large, 1 };
	size_t a;

	feed(n, "create.fork-grows");
	for (a = 0; a < 4; a++) {
		times(n, a, 100000 * ns[a], spread);
		made(n, a, OSCOPE_BIRTH_FORK, 1);
		see(n, a, 0, a == 2 ? 200 : 60);
		see(n, a, 1, a == 3 ? 65536 : 0);
	}
}

TEST_F(note, fork_grows_holds)
{
	fork_grows(self->n, 5, 0.02);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	EXPECT_GT(self->n->effect.lo, 0);
	EXPECT_NE(strstr(self->n->reason, "100 %"), NULL);
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
	see(self->n, 2, 0, 64);
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

/* create.copies-all: seen data, code, stack copied, own pages after, faults a page, kept. */
static void copies_all(struct note *n, double copied, double faults)
{
	feed(n, "create.copies-all");
	made(n, 0, OSCOPE_BIRTH_FORK, 1);
	see(n, 0, 0, copied);
	see(n, 0, 1, copied);
	see(n, 0, 2, copied);
	see(n, 0, 3, copied > 0 ? 1024 : 100);
	see(n, 0, 4, faults);
	see(n, 0, 5, 1);
}

TEST_F(note, copies_all_false_with_copy_on_write)
{
	copies_all(self->n, 0, 1);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
	EXPECT_EQ(self->n->effect.value, 0);
}

TEST_F(note, copies_all_holds_when_everything_is_copied)
{
	copies_all(self->n, 1, 0);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, copies_all_inconclusive_in_between)
{
	copies_all(self->n, 0.5, 0.5);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, copies_all_void_when_the_parent_sees_the_childs_writes)
{
	copies_all(self->n, 0, 1);
	see(self->n, 0, 5, 0);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* create.inherits: arms fork, vfork, thread, exec; seen 0..3 what is inherited, 4.. what is shared. */
static void inherits(struct note *n)
{
	size_t a;
	unsigned int what;

	feed(n, "create.inherits");
	for (a = 0; a < 4; a++) {
		for (what = 0; what < 4; what++)
			see(n, a, what, 1);
		for (what = 5; what < 9 && a < 3; what++)
			see(n, a, what, a == 2);
	}
	see(n, 1, 7, 1);
	see(n, 3, 4, 1);
	made(n, 0, OSCOPE_BIRTH_FORK, 1);
	made(n, 1, OSCOPE_BIRTH_VFORK, 1);
	made(n, 2, OSCOPE_BIRTH_THREAD, 1);
	made(n, 3, OSCOPE_BIRTH_FORK, 1);
}

TEST_F(note, inherits_holds)
{
	inherits(self->n);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	EXPECT_NE(strstr(self->n->reason, "is a copy"), NULL);
}

TEST_F(note, inherits_false_without_environment)
{
	inherits(self->n);
	see(self->n, 0, 2, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, inherits_inconclusive_when_samples_differ)
{
	inherits(self->n);
	see_half(self->n, 3, 3);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, inherits_void_when_threads_have_tables_of_their_own)
{
	inherits(self->n);
	see(self->n, 2, 5, 0);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* create.stdio-copy: arms unflushed, flushed, line; seen 0 copies, 1 twice. */
static void stdio_copy(struct note *n, double copies)
{
	size_t a;

	feed(n, "create.stdio-copy");
	for (a = 0; a < 3; a++) {
		see(n, a, 0, a ? 1 : copies);
		see(n, a, 1, !a && copies == 2);
		made(n, a, OSCOPE_BIRTH_FORK, 1);
	}
}

TEST_F(note, stdio_copy_holds)
{
	stdio_copy(self->n, 2);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, stdio_copy_false_when_it_comes_once)
{
	stdio_copy(self->n, 1);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, stdio_copy_inconclusive_when_samples_differ)
{
	stdio_copy(self->n, 2);
	see_half(self->n, 0, 1);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, stdio_copy_void_when_flushing_does_not_help)
{
	stdio_copy(self->n, 2);
	see(self->n, 1, 0, 2);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* Claims of one arm that need all of their first observations. */
static void all_yes(struct note *n, const char *id, unsigned int count)
{
	unsigned int what;

	feed(n, id);
	for (what = 0; what < count; what++)
		see(n, 0, what, 1);
	made(n, 0, OSCOPE_BIRTH_FORK, 1);
	made(n, 0, OSCOPE_BIRTH_THREAD, 1);
}

TEST_F(note, unit_holds)
{
	all_yes(self->n, "create.unit", 5);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, unit_false_when_priority_is_the_process_s)
{
	all_yes(self->n, "create.unit", 5);
	see(self->n, 0, 2, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, unit_inconclusive_when_samples_differ)
{
	all_yes(self->n, "create.unit", 5);
	see_half(self->n, 0, 4);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, unit_void_without_a_thread)
{
	all_yes(self->n, "create.unit", 5);
	self->n->counted[0].lives.births[OSCOPE_BIRTH_THREAD] = 0;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, main_thread_holds)
{
	all_yes(self->n, "create.main-thread", 6);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, main_thread_false_when_a_thread_leaves_its_process)
{
	all_yes(self->n, "create.main-thread", 6);
	see(self->n, 0, 1, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, main_thread_inconclusive_when_samples_differ)
{
	all_yes(self->n, "create.main-thread", 6);
	see_half(self->n, 0, 2);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, main_thread_void_when_nobody_answers)
{
	all_yes(self->n, "create.main-thread", 6);
	see(self->n, 0, 3, 0);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

static void parent_child(struct note *n)
{
	all_yes(n, "create.parent-child", 5);
	made(n, 0, OSCOPE_BIRTH_FORK, 2);
	n->counted[0].lives.ended = n->counted[0].lives.zombies = 2 * OPS;
	n->counted[0].lives.births[OSCOPE_BIRTH_THREAD] = 0;
	n->counted[0].lives.signalled = n->counted[0].lives.inherited = OPS;
}

TEST_F(note, parent_child_holds)
{
	parent_child(self->n);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, parent_child_false_when_others_can_wait)
{
	parent_child(self->n);
	see(self->n, 0, 2, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, parent_child_inconclusive_when_samples_differ)
{
	parent_child(self->n);
	see_half(self->n, 0, 1);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, parent_child_void_when_nobody_was_killed)
{
	parent_child(self->n);
	self->n->counted[0].lives.signalled = 0;
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

TEST_HARNESS_MAIN
