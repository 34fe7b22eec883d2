// SPDX-License-Identifier: GPL-2.0
/* The rules of the claims on Python's threads and its lock, fed with made-up numbers. */
#include "notes_feed.h"

/* So many operations a sample, each well done, by an interpreter and what it forks beside. */
static void scripts(struct note *n, size_t a, uint64_t ops, uint64_t forks)
{
	n->counted[a].ops = n->counted[a].turns = ops * COUNTED;
	n->counted[a].lives.births[OSCOPE_BIRTH_FORK] = (1 + forks) * COUNTED;
}

static void threads(struct note *n, size_t a, uint64_t each)
{
	n->counted[a].lives.births[OSCOPE_BIRTH_THREAD] = each * COUNTED;
}

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
	((struct preflight *)n->machine)->cpus_allowed = 2;
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

TEST_HARNESS_MAIN
