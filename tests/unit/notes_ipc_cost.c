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

TEST_HARNESS_MAIN
