// SPDX-License-Identifier: GPL-2.0
/* The rules of the claims on what it costs to talk, fed with made-up numbers. */
#include <assert.h>

#include "notes_feed.h"

/* Switches of both passes, all voluntary, with a sleep of that kind each. */
static void slept(struct note *n, size_t a, enum oscope_reason reason, double per_op)
{
	struct arm_counted *c = &n->counted[a];
	uint64_t count = (uint64_t)llround(per_op * OPS);

	assert(c->sum);
	c->sum->events = c->sum->voluntary = count;
	c->kernel_switches = count;
	c->blocked[reason] = count;
	n->timed[a].voluntary = count;
}

/* One task that each sample makes, by the samples and by their number. */
static void partner(struct note *n, size_t a, enum oscope_birth kind)
{
	made(n, a, kind, (double)COUNTED / OPS);
}

/* ipc.fifo-pipe: arms pipe, fifo; seen 0 all FIFOs, 1 ends without a name. */
static void fifo_pipe(struct note *n, double fifo, double spread)
{
	size_t a;

	feed(n, "ipc.fifo-pipe");
	for (a = 0; a < 2; a++) {
		slept(n, a, OSCOPE_REASON_PIPE_READ, 2);
		partner(n, a, OSCOPE_BIRTH_FORK);
		n->counted[a].syscalls = 4;
		see(n, a, 0, 1);
		see(n, a, 1, a ? 0 : 4);
	}
	times(n, 0, 1000, spread);
	times(n, 1, fifo, spread);
}

TEST_F(note, fifo_pipe_holds_within_5_percent)
{
	fifo_pipe(self->n, 1030, 0.02);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	fifo_pipe(self->n, 970, 0.02);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, fifo_pipe_false_when_either_costs_more)
{
	fifo_pipe(self->n, 1100, 0.02);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
	EXPECT_NE(strstr(self->n->reason, "1.100 times"), NULL);
	fifo_pipe(self->n, 900, 0.02);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, fifo_pipe_inconclusive_at_the_margin)
{
	fifo_pipe(self->n, 1050, 0.02);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
	fifo_pipe(self->n, 1000, 0.8);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, fifo_pipe_inconclusive_where_times_mean_nothing)
{
	fifo_pipe(self->n, 1000, 0.02);
	strcpy(self->machine.no_times, "an emulator");
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, fifo_pipe_void_when_a_fifo_has_no_name)
{
	fifo_pipe(self->n, 1000, 0.02);
	see(self->n, 1, 1, 2);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, fifo_pipe_void_when_it_is_no_pipe)
{
	fifo_pipe(self->n, 1000, 0.02);
	see(self->n, 0, 0, 0);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, fifo_pipe_void_when_it_slept_for_something_else)
{
	fifo_pipe(self->n, 1000, 0.02);
	self->n->counted[1].blocked[OSCOPE_REASON_PIPE_READ] = OPS;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, fifo_pipe_void_when_answers_are_wrong)
{
	fifo_pipe(self->n, 1000, 0.02);
	self->n->counted[0].turns = OPS - 1;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, fifo_pipe_void_with_other_calls_or_switches)
{
	fifo_pipe(self->n, 1000, 0.02);
	self->n->counted[0].syscalls = 6;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
	fifo_pipe(self->n, 1000, 0.02);
	slept(self->n, 1, OSCOPE_REASON_PIPE_READ, 1);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* ipc.thread-process: arms threads, processes, and both with bursts of 256. */
static void thread_process(struct note *n, double each, double burst)
{
	size_t a;

	feed(n, "ipc.thread-process");
	for (a = 0; a < 4; a++) {
		struct arm_counted *c = &n->counted[a];

		slept(n, a, OSCOPE_REASON_PIPE_READ, 2);
		c->sum->kind[a % 2 ? OSCOPE_KIND_CROSS_MM : OSCOPE_KIND_SAME_MM] = c->sum->events;
		partner(n, a, a % 2 ? OSCOPE_BIRTH_FORK : OSCOPE_BIRTH_THREAD);
		c->turns = (a < 2 ? 1 : 256) * OPS;
		c->syscalls = a < 2 ? 4 : 514;
		times(n, a, 1000, 0.02);
	}
	times(n, 1, 1000 * each, 0.02);
	times(n, 3, 1000 * burst, 0.02);
}

TEST_F(note, thread_process_holds_if_each_message_is_a_switch)
{
	thread_process(self->n, 1.4, 1);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
	EXPECT_NE(strstr(self->n->reason, "each message is a switch: "), NULL);
	thread_process(self->n, 1.4, 0.8);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
}

TEST_F(note, thread_process_holds_if_messages_come_together)
{
	thread_process(self->n, 1, 1.4);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
	EXPECT_NE(strstr(self->n->reason, "many at a time: "), NULL);
}

TEST_F(note, thread_process_holds_either_way)
{
	thread_process(self->n, 1.4, 1.2);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, thread_process_false_when_it_is_the_same)
{
	thread_process(self->n, 1, 1);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
	thread_process(self->n, 0.9, 0.9);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, thread_process_inconclusive_at_the_margin)
{
	thread_process(self->n, 1.05, 1);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
	thread_process(self->n, 1.4, 1.05);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, thread_process_void_when_a_burst_is_switched_through)
{
	thread_process(self->n, 1.4, 1);
	slept(self->n, 3, OSCOPE_REASON_PIPE_READ, 200);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, thread_process_void_without_switches)
{
	thread_process(self->n, 1.4, 1);
	self->n->timed[0].voluntary = OPS;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* The last one of its gates. */
TEST_F(note, thread_process_void_when_processes_share_memory)
{
	thread_process(self->n, 1.4, 1);
	self->n->counted[1].sum->kind[OSCOPE_KIND_CROSS_MM] = 0;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, thread_process_void_when_threads_are_none)
{
	thread_process(self->n, 1.4, 1);
	made(self->n, 2, OSCOPE_BIRTH_THREAD, 0);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, thread_process_void_when_messages_are_lost)
{
	thread_process(self->n, 1.4, 1);
	self->n->counted[2].turns = 255 * OPS;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* ipc.shm-threads: arms own, shared; seen 0 in a shared mapping. */
static void shm_threads(struct note *n, double shared, double spread)
{
	size_t a;

	feed(n, "ipc.shm-threads");
	for (a = 0; a < 2; a++) {
		slept(n, a, OSCOPE_REASON_FUTEX, 2);
		partner(n, a, OSCOPE_BIRTH_THREAD);
		n->counted[a].syscalls = 4;
		see(n, a, 0, (double)a);
	}
	times(n, 0, 1000, spread);
	times(n, 1, shared, spread);
}

TEST_F(note, shm_threads_holds_when_it_is_the_same)
{
	shm_threads(self->n, 1000, 0.02);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	EXPECT_NE(strstr(self->n->reason, "equivalent"), NULL);
}

TEST_F(note, shm_threads_holds_when_it_is_a_loss)
{
	shm_threads(self->n, 1300, 0.02);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	EXPECT_NE(strstr(self->n->reason, "a loss"), NULL);
}

TEST_F(note, shm_threads_false_when_it_is_a_gain)
{
	shm_threads(self->n, 800, 0.02);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, shm_threads_inconclusive_at_the_margin)
{
	shm_threads(self->n, 1050, 0.02);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
	shm_threads(self->n, 1000, 0.8);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, shm_threads_void_when_nothing_is_shared)
{
	shm_threads(self->n, 1000, 0.02);
	see(self->n, 1, 0, 0);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
	shm_threads(self->n, 1000, 0.02);
	see(self->n, 0, 0, 1);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, shm_threads_void_when_messages_are_wrong)
{
	shm_threads(self->n, 1000, 0.02);
	self->n->counted[1].turns = OPS - 1;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, shm_threads_void_without_hand_overs)
{
	shm_threads(self->n, 1000, 0.02);
	self->n->counted[0].blocked[OSCOPE_REASON_FUTEX] = OPS;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
	shm_threads(self->n, 1000, 0.02);
	self->n->timed[1].voluntary = OPS;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
	shm_threads(self->n, 1000, 0.02);
	self->n->counted[0].syscalls = 2;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, shm_threads_void_without_the_other)
{
	shm_threads(self->n, 1000, 0.02);
	made(self->n, 1, OSCOPE_BIRTH_THREAD, 0);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_HARNESS_MAIN
