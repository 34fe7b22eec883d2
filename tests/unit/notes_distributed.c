// SPDX-License-Identifier: GPL-2.0
/* The rules of the claims on what is distributed, fed with made-up numbers. */
#include "notes_feed.h"

enum { HELD, KILLED, NO_TTL, OVERRUN };

/*
 * sync.distributed-lock: seen 0 exclusive, 1 counted, 2 freed, 3 waited ms, 4 the other's kept,
 * 5 ns a take, 7 namespaces, 8 takes.
 */
static void lock(struct note *n, double late)
{
	size_t a;

	feed(n, "sync.distributed-lock");
	for (a = HELD; a <= OVERRUN; a++) {
		see(n, a, 0, a == OVERRUN ? late : 1);
		see(n, a, 7, 3);
		if (a != HELD)
			see(n, a, 2, a != NO_TTL);
	}
	see(n, HELD, 1, 1);
	see(n, HELD, 8, 110);
	see(n, HELD, 5, 100000);
	see(n, KILLED, 3, 39);
	see(n, OVERRUN, 4, 1);
}

TEST_F(note, lock_holds_if_it_is_held_for_less_than_its_ttl)
{
	lock(self->n, 0);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
	EXPECT_NE(strstr(self->n->reason, "never free"), NULL);
}

TEST_F(note, lock_holds_when_it_is_exclusive_past_its_ttl)
{
	lock(self->n, 1);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, lock_false_when_both_have_it)
{
	lock(self->n, 0);
	see(self->n, HELD, 0, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, lock_false_when_a_killed_holder_keeps_it)
{
	lock(self->n, 0);
	see(self->n, KILLED, 2, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, lock_inconclusive_when_samples_differ)
{
	lock(self->n, 0);
	see_half(self->n, HELD, 0);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
	lock(self->n, 0);
	see_half(self->n, OVERRUN, 0);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, lock_inconclusive_when_some_counts_were_lost)
{
	lock(self->n, 0);
	see_half(self->n, HELD, 1);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, lock_void_when_it_was_not_taken_as_often)
{
	lock(self->n, 0);
	see(self->n, HELD, 8, 109);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, lock_void_in_one_namespace)
{
	lock(self->n, 0);
	see(self->n, KILLED, 7, 2);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, lock_void_when_the_late_one_takes_it_away)
{
	lock(self->n, 0);
	see(self->n, OVERRUN, 4, 0);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* ipc.rpc: arms socket, loopback, socket between hosts, hosts; seen 0 called, 2 namespaces. */
static void rpc(struct note *n, double here, double hosts)
{
	size_t a;

	feed(n, "ipc.rpc");
	for (a = 0; a < 4; a++) {
		times(n, a, a % 2 ? 250 : 100, 0.02);
		see(n, a, 0, a == 1 ? here : a == 3 ? hosts : 1);
		see(n, a, 2, a < 2 ? 1 : 2);
		see(n, a, 3, 1);
		n->counted[a].syscalls = a % 2 ? 8 : 4;
	}
}

TEST_F(note, rpc_holds_and_says_the_ratio)
{
	rpc(self->n, 1, 1);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	EXPECT_NE(strstr(self->n->reason, "2.5"), NULL);
	EXPECT_LT(fabs(self->n->effect.value - 2.5), 0.1);
}

TEST_F(note, rpc_holds_without_times_where_they_are_none)
{
	rpc(self->n, 1, 1);
	snprintf(self->machine.no_times, sizeof(self->machine.no_times), "an emulator");
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	EXPECT_EQ(strstr(self->n->reason, "2.5"), NULL);
}

TEST_F(note, rpc_holds_if_it_is_one_host)
{
	rpc(self->n, 1, 0);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
}

TEST_F(note, rpc_false_when_results_are_wrong)
{
	rpc(self->n, 0, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, rpc_inconclusive_when_samples_differ)
{
	rpc(self->n, 1, 1);
	see_half(self->n, 3, 0);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, rpc_void_when_it_ran_here)
{
	rpc(self->n, 1, 1);
	see(self->n, 3, 2, 1);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, rpc_void_when_it_ran_twice)
{
	rpc(self->n, 1, 1);
	see_half(self->n, 1, 3);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, rpc_void_when_the_socket_took_more_calls)
{
	rpc(self->n, 1, 1);
	self->n->counted[0].syscalls = 5;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_HARNESS_MAIN
