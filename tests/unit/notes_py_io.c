// SPDX-License-Identifier: GPL-2.0
/* The rules of the claims on Python's waits and its processes' talk, fed with made-up numbers. */
#include "notes_feed.h"

/* Samples of ops operations each, all of them well done, in an interpreter and forks beside it. */
static void script(struct note *n, size_t a, uint64_t ops, uint64_t forks)
{
	n->counted[a].ops = n->counted[a].turns = ops * COUNTED;
	n->counted[a].lives.births[OSCOPE_BIRTH_FORK] = (1 + forks) * COUNTED;
}

static void threads(struct note *n, size_t a, uint64_t each)
{
	n->counted[a].lives.births[OSCOPE_BIRTH_THREAD] = each * COUNTED;
}

/* So many sleeps an operation, of the nth name in claim->tasks. */
static void sleeps(struct note *n, size_t a, size_t task, enum oscope_reason reason, double per_op)
{
	n->counted[a].ledger[task].sum.blocked[reason].n =
		(uint64_t)llround(per_op * (double)n->counted[a].ops);
}

static void see_all(struct note *n, size_t a, unsigned int from, unsigned int to)
{
	for (; from <= to; from++)
		see(n, a, from, 1);
}

/* py.threads-io: arms serial, threads, pool, asyncio, gevent, twisted; seen 0 module. */
static void threads_io(struct note *n, double gain)
{
	static const uint64_t made[] = { 0, 200, 20, 0, 0, 0 };
	size_t a;

	feed(n, "py.threads-io");
	for (a = 0; a < 6; a++) {
		times(n, a, a ? 5.1e6 / gain : 5.1e6, 0.02);
		script(n, a, a ? 200 : 6, 0);
		threads(n, a, made[a]);
		see(n, a, 0, 1);
		sleeps(n, a, 0, OSCOPE_REASON_SLEEP, a < 3);
	}
}

/* What an arm leaves whose module is missing. */
static void missing(struct note *n, size_t a)
{
	size_t i;

	for (i = 0; i < SAMPLES; i++)
		n->timed[a].value[i] = NAN;
	n->counted[a].ops = n->counted[a].turns = 0;
	see(n, a, 0, 0);
}

TEST_F(note, threads_io_holds)
{
	threads_io(self->n, 30);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	EXPECT_NE(strstr(self->n->reason, "gevent 30"), NULL);
}

TEST_F(note, threads_io_holds_without_modules_and_names_their_packages)
{
	threads_io(self->n, 30);
	missing(self->n, 4);
	missing(self->n, 5);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	EXPECT_NE(strstr(self->n->reason, "apt-get install python3-gevent"), NULL);
	EXPECT_NE(strstr(self->n->reason, "apt-get install python3-twisted"), NULL);
}

TEST_F(note, threads_io_false_when_one_way_gains_nothing)
{
	threads_io(self->n, 30);
	times(self->n, 3, 5.1e6, 0.02);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, threads_io_inconclusive_between)
{
	threads_io(self->n, 1.5);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, threads_io_void_when_a_wait_was_none)
{
	threads_io(self->n, 30);
	self->n->counted[1].turns--;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, threads_io_void_when_threads_did_not_sleep)
{
	threads_io(self->n, 30);
	sleeps(self->n, 1, 0, OSCOPE_REASON_SLEEP, 0.5);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, threads_io_void_when_the_loop_made_threads)
{
	threads_io(self->n, 30);
	threads(self->n, 3, 1);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* py.asyncio-block: arms awaits, sleeps, computes, thread; tasks 0 loop, 1 helper. */
static void asyncio_block(struct note *n, double sleeping_ms)
{
	static const double ms[] = { 3, 0, 61, 4 };
	size_t a;

	feed(n, "py.asyncio-block");
	for (a = 0; a < 4; a++) {
		times(n, a, 1e6 * (a == 1 ? sleeping_ms : ms[a]), 0.02);
		script(n, a, 1, 0);
		see(n, a, 0, 40);
	}
	threads(n, 3, 1);
	sleeps(n, 1, 0, OSCOPE_REASON_SLEEP, 1);
	sleeps(n, 3, 1, OSCOPE_REASON_SLEEP, 1);
}

TEST_F(note, asyncio_block_holds)
{
	asyncio_block(self->n, 61);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, asyncio_block_false_when_beats_go_on)
{
	asyncio_block(self->n, 3);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, asyncio_block_inconclusive_when_awaiting_blocks_too)
{
	asyncio_block(self->n, 61);
	times(self->n, 0, 61e6, 0.02);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, asyncio_block_void_when_the_loop_did_not_sleep_in_the_call)
{
	asyncio_block(self->n, 61);
	sleeps(self->n, 1, 0, OSCOPE_REASON_SLEEP, 0);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, asyncio_block_void_when_a_thread_slept_for_it)
{
	asyncio_block(self->n, 61);
	threads(self->n, 1, 1);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/*
 * py.queue-pipe: arms pipe, duplex, queue, simple, ends, threads; seen 0 in order, 1 socket if duplex,
 * 2 bytes, 3 reads, 4 writes, 5 full waited, 6 went on, 7 empty waited, 8 went on.
 */
static void queue_pipe(struct note *n)
{
	size_t a;

	feed(n, "py.queue-pipe");
	for (a = 0; a < 4; a++) {
		script(n, a, 2000, 1);
		see_all(n, a, 0, 1);
		see(n, a, 2, 63);
		see(n, a, 3, 4000);
		see(n, a, 4, 2000);
	}
	script(n, 4, 1, 2);
	see(n, 4, 0, 1);
	see_all(n, 4, 5, 8);
	script(n, 5, 2000, 0);
	threads(n, 5, 1);
	see(n, 5, 0, 1);
}

TEST_F(note, queue_pipe_holds)
{
	queue_pipe(self->n);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	EXPECT_NE(strstr(self->n->reason, "1.0 writes, 2.0 reads"), NULL);
}

TEST_F(note, queue_pipe_void_when_threads_are_processes)
{
	queue_pipe(self->n);
	threads(self->n, 5, 0);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, queue_pipe_void_when_threads_lose_the_order)
{
	queue_pipe(self->n);
	see_half(self->n, 5, 0);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, queue_pipe_false_when_put_does_not_wait)
{
	queue_pipe(self->n);
	see(self->n, 4, 5, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, queue_pipe_false_when_the_duplex_one_is_no_socket)
{
	queue_pipe(self->n);
	see(self->n, 1, 1, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, queue_pipe_inconclusive_when_some_come_out_of_order)
{
	queue_pipe(self->n);
	see_half(self->n, 2, 0);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, queue_pipe_void_when_a_message_did_not_come)
{
	queue_pipe(self->n);
	self->n->counted[0].turns--;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, queue_pipe_void_without_a_child)
{
	queue_pipe(self->n);
	script(self->n, 3, 2000, 0);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* py.value-array: arms locked, array, global, plain; seen 0 all there, 1 none there, 2 lost. */
static void value_array(struct note *n)
{
	size_t a;

	feed(n, "py.value-array");
	for (a = 0; a < 4; a++) {
		script(n, a, 20000, 2);
		see(n, a, 0, a < 2);
		see(n, a, 1, a == 2);
		see(n, a, 2, a == 3 ? 700 : 0);
	}
}

TEST_F(note, value_array_holds)
{
	value_array(self->n);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	EXPECT_NE(strstr(self->n->reason, "lost 700 of them, some in 100 %"), NULL);
}

TEST_F(note, value_array_false_when_the_lock_loses)
{
	value_array(self->n);
	see(self->n, 1, 0, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, value_array_false_when_any_variable_is_shared)
{
	value_array(self->n);
	see(self->n, 2, 1, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, value_array_inconclusive_when_it_loses_sometimes)
{
	value_array(self->n);
	see_half(self->n, 0, 0);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, value_array_void_when_a_child_did_not_end_well)
{
	value_array(self->n);
	self->n->counted[0].turns -= 10000;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* py.manager: arms dict, list, local; seen 0 changed, 1 unchanged, 2 requests; task 0 client. */
static void manager(struct note *n)
{
	size_t a;

	feed(n, "py.manager");
	for (a = 0; a < 3; a++) {
		script(n, a, 1000, a < 2 ? 2 : 1);
		see(n, a, 0, a < 2);
		see(n, a, 1, a == 2);
		see(n, a, 2, a < 2 ? 1000 : 0);
		sleeps(n, a, 0, OSCOPE_REASON_UNIX_RECV, a < 2 ? 1.25 : 0);
	}
}

TEST_F(note, manager_holds)
{
	manager(self->n);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	EXPECT_NE(strstr(self->n->reason, "1.00 requests to the server and 1.25 sleeps"), NULL);
}

TEST_F(note, manager_false_when_nothing_changes)
{
	manager(self->n);
	see(self->n, 1, 0, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, manager_inconclusive_when_it_changes_sometimes)
{
	manager(self->n);
	see_half(self->n, 0, 0);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, manager_void_without_a_server)
{
	manager(self->n);
	script(self->n, 0, 1000, 1);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, manager_void_when_its_own_dict_asks_somebody)
{
	manager(self->n);
	sleeps(self->n, 2, 0, OSCOPE_REASON_UNIX_RECV, 1);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/*
 * py.queue-full: seen 0 full told, 1 empty told, 2 empty after put, 3 hung, 4 ended when drained,
 * 5 small ended, 6 small was there.
 */
static void queue_full(struct note *n)
{
	feed(n, "py.queue-full");
	script(n, 0, 1, 2);
	see_all(n, 0, 0, 6);
	sleeps(n, 0, 0, OSCOPE_REASON_PIPE_FULL, 15);
}

TEST_F(note, queue_full_holds)
{
	queue_full(self->n);
	see_half(self->n, 0, 2);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	EXPECT_NE(strstr(self->n->reason, "in 50 % of the samples"), NULL);
}

TEST_F(note, queue_full_false_when_the_child_ends_with_it)
{
	queue_full(self->n);
	see(self->n, 0, 3, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, queue_full_inconclusive_when_full_is_right_sometimes)
{
	queue_full(self->n);
	see_half(self->n, 0, 0);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, queue_full_void_when_no_pipe_was_full)
{
	queue_full(self->n);
	sleeps(self->n, 0, 0, OSCOPE_REASON_PIPE_FULL, 0);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* py.gil-all-io: one arm; seen 0..8 calls, 9 one that keeps the lock. */
static void gil_all_io(struct note *n)
{
	unsigned int call;

	feed(n, "py.gil-all-io");
	script(n, 0, 10, 10);
	threads(n, 0, 10);
	for (call = 0; call < 9; call++)
		see(n, 0, call, 2e6);
	see(n, 0, 9, 31e6);
}

TEST_F(note, gil_all_io_holds_when_beats_go_on_beside_all)
{
	gil_all_io(self->n);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, gil_all_io_false_by_one_call_which_is_named)
{
	gil_all_io(self->n);
	see(self->n, 0, 6, 31e6);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
	EXPECT_NE(strstr(self->n->reason, "fcntl.flock()"), NULL);
}

TEST_F(note, gil_all_io_holds_when_a_beat_was_late_once)
{
	gil_all_io(self->n);
	self->n->timed[0].seen[6].max = 31e6;
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, gil_all_io_void_when_the_beat_cannot_tell)
{
	gil_all_io(self->n);
	see(self->n, 0, 9, 2e6);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, gil_all_io_void_when_a_call_did_not_wait)
{
	gil_all_io(self->n);
	self->n->counted[0].turns--;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* py.scrapy: arms one, many, one_now, many_now: with pages that wait, and without. */
static void scrapy(struct note *n, double waiting, double now)
{
	const double ns[] = { 55e6, 55e6 / waiting, 5e6, 5e6 / now };
	size_t a;

	feed(n, "py.scrapy");
	for (a = 0; a < 4; a++) {
		times(n, a, ns[a], 0.02);
		script(n, a, a % 2 ? 32 : 6, 1);
	}
}

TEST_F(note, scrapy_holds_if_pages_wait)
{
	scrapy(self->n, 8, 1);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
}

TEST_F(note, scrapy_holds_when_it_gains_in_either_case)
{
	scrapy(self->n, 8, 3);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, scrapy_false_without_any_gain)
{
	scrapy(self->n, 1, 1);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, scrapy_inconclusive_between)
{
	scrapy(self->n, 1.5, 1);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, scrapy_void_when_a_page_did_not_come)
{
	scrapy(self->n, 8, 1);
	self->n->counted[1].turns--;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_HARNESS_MAIN
