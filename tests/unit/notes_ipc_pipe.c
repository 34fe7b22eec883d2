// SPDX-License-Identifier: GPL-2.0
/* The rules of the claims on pipes and FIFOs, fed with made-up numbers. */
#include "notes_feed.h"

#include "notes/strangers.h"

/* ipc.pipe-oneway: arms one, two; seen 0 write refused, 1 read refused, 2 reopened, 3 answered. */
static void pipe_oneway(struct note *n, double reopened)
{
	feed(n, "ipc.pipe-oneway");
	made(n, 0, OSCOPE_BIRTH_FORK, 1);
	made(n, 1, OSCOPE_BIRTH_FORK, 1);
	see(n, 0, 0, 1);
	see(n, 0, 1, 1);
	see(n, 0, 2, reopened);
	see(n, 1, 3, 1);
}

TEST_F(note, pipe_oneway_holds_if_it_is_not_reopened)
{
	pipe_oneway(self->n, 1);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
}

TEST_F(note, pipe_oneway_holds_where_reopening_gives_nothing)
{
	pipe_oneway(self->n, 0);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, pipe_oneway_false_when_the_end_to_read_takes_writes)
{
	pipe_oneway(self->n, 1);
	see(self->n, 0, 0, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, pipe_oneway_inconclusive_when_samples_differ)
{
	pipe_oneway(self->n, 1);
	see_half(self->n, 0, 1);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, pipe_oneway_void_when_nothing_arrives)
{
	pipe_oneway(self->n, 1);
	self->n->counted[0].turns = 0;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* ipc.pipe-page: arms plain, packets, crowded; seen 0 pages, 1 as said, 2 more, 3 pieces. */
static void pipe_page(struct note *n, double pages)
{
	feed(n, "ipc.pipe-page");
	see(n, 0, 0, pages);
	see(n, 0, 1, 1);
	see(n, 0, 2, pages > 1);
	see(n, 0, 3, pages);
	see(n, 1, 3, pages);
}

TEST_F(note, pipe_page_outdated)
{
	pipe_page(self->n, 16);
	see(self->n, 2, 0, 2);
	EXPECT_EQ(judged(self->n), VERDICT_OUTDATED);
	EXPECT_NE(strstr(self->n->reason, "took 16 of"), NULL);
	EXPECT_NE(strstr(self->n->reason, "soft gets 2"), NULL);
}

TEST_F(note, pipe_page_outdated_where_users_have_no_limit)
{
	pipe_page(self->n, 4);
	EXPECT_EQ(judged(self->n), VERDICT_OUTDATED);
	EXPECT_NE(strstr(self->n->reason, "no limit"), NULL);
}

TEST_F(note, pipe_page_holds_with_one)
{
	pipe_page(self->n, 1);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, pipe_page_inconclusive_when_samples_differ)
{
	pipe_page(self->n, 16);
	see_half(self->n, 0, 2);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, pipe_page_void_when_it_takes_something_else)
{
	pipe_page(self->n, 16);
	see(self->n, 0, 1, 0);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/*
 * ipc.pipe-capacity: arms full, grown; seen 0 as said, 1 waited, 2 went on, 3 to the limit, 4 past
 * it refused.
 */
static void pipe_capacity(struct note *n, double waited, double sleeps)
{
	feed(n, "ipc.pipe-capacity");
	made(n, 0, OSCOPE_BIRTH_FORK, 1);
	see(n, 0, 0, 1);
	see(n, 0, 1, waited);
	see(n, 0, 2, 1);
	see(n, 1, 3, 1);
	see(n, 1, 4, 1);
	n->counted[0].ledger[0].sum.blocked[OSCOPE_REASON_PIPE_FULL].n = (uint64_t)(sleeps * OPS);
}

TEST_F(note, pipe_capacity_holds)
{
	pipe_capacity(self->n, 1, 1);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, pipe_capacity_false_when_nobody_waits)
{
	pipe_capacity(self->n, 0, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, pipe_capacity_false_when_it_grows_past_the_limit)
{
	pipe_capacity(self->n, 1, 1);
	see(self->n, 1, 4, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, pipe_capacity_inconclusive_when_samples_differ)
{
	pipe_capacity(self->n, 1, 1);
	see_half(self->n, 0, 2);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, pipe_capacity_void_when_it_slept_for_something_else)
{
	pipe_capacity(self->n, 1, 0);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* ipc.pipe-relatives: arms passed, taken, opened; seen 0 got, 1 no kin, 2 not handed down. */
static void pipe_relatives(struct note *n, double passed, double taken, double opened)
{
	const double got[] = { passed, taken, opened };
	size_t a;

	feed(n, "ipc.pipe-relatives");
	for (a = 0; a < 3; a++) {
		made(n, a, OSCOPE_BIRTH_FORK, STRANGERS_FORKS);
		see(n, a, 0, got[a]);
		see(n, a, 1, 1);
		see(n, a, 2, 1);
	}
}

TEST_F(note, pipe_relatives_false_when_one_way_works)
{
	pipe_relatives(self->n, 0, 1, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
	EXPECT_NE(strstr(self->n->reason, "by: pidfd_getfd(2)"), NULL);
	EXPECT_EQ(self->n->effect.value, 1);
}

TEST_F(note, pipe_relatives_holds_when_none_does)
{
	pipe_relatives(self->n, 0, 0, 0);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, pipe_relatives_inconclusive_when_one_works_at_times)
{
	pipe_relatives(self->n, 0, 0, 0);
	see_half(self->n, 2, 0);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, pipe_relatives_void_between_relatives)
{
	pipe_relatives(self->n, 1, 1, 1);
	see(self->n, 0, 1, 0);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, pipe_relatives_void_when_it_was_handed_down)
{
	pipe_relatives(self->n, 1, 1, 1);
	see(self->n, 1, 2, 0);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* ipc.pipe-bytes: arms merged, atomic, larger; seen 0 run together, 1 whole, 2 torn. */
static void pipe_bytes(struct note *n)
{
	size_t a;

	feed(n, "ipc.pipe-bytes");
	n->counted[0].turns = 3 * OPS;
	for (a = 0; a < 3; a++) {
		see(n, a, a, 1);
		if (a)
			made(n, a, OSCOPE_BIRTH_FORK, 2);
	}
}

TEST_F(note, pipe_bytes_holds)
{
	pipe_bytes(self->n);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, pipe_bytes_false_when_writes_are_kept_apart)
{
	pipe_bytes(self->n);
	see(self->n, 0, 0, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, pipe_bytes_false_when_small_records_are_torn)
{
	pipe_bytes(self->n);
	see(self->n, 1, 1, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, pipe_bytes_inconclusive_when_large_ones_are_torn_at_times)
{
	pipe_bytes(self->n);
	see_half(self->n, 2, 2);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, pipe_bytes_void_when_bytes_are_missing)
{
	pipe_bytes(self->n);
	self->n->counted[1].turns = OPS - 1;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* ipc.fifo-any: arms writer first, other user; seen 0 got, 1 open waited, 2 denied. */
static void fifo_any(struct note *n, double denied)
{
	size_t a;

	feed(n, "ipc.fifo-any");
	for (a = 0; a < 2; a++) {
		made(n, a, OSCOPE_BIRTH_FORK, STRANGERS_FORKS);
		see(n, a, 0, 1);
		see(n, a, 1, 1);
		n->counted[a].ledger[0].sum.blocked[OSCOPE_REASON_FIFO_OPEN].n = OPS;
	}
	see(n, 1, 2, denied);
}

TEST_F(note, fifo_any_holds_if_the_mode_lets_them)
{
	fifo_any(self->n, 1);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
}

TEST_F(note, fifo_any_holds_where_nobody_is_denied)
{
	fifo_any(self->n, 0);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, fifo_any_false_when_another_user_gets_nothing_through)
{
	fifo_any(self->n, 1);
	see(self->n, 1, 0, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, fifo_any_false_when_open_does_not_wait)
{
	fifo_any(self->n, 1);
	see(self->n, 0, 1, 0);
	self->n->counted[0].ledger[0].sum.blocked[OSCOPE_REASON_FIFO_OPEN].n = 0;
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, fifo_any_void_when_open_slept_for_something_else)
{
	fifo_any(self->n, 1);
	self->n->counted[1].ledger[0].sum.blocked[OSCOPE_REASON_FIFO_OPEN].n = 0;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* ipc.fifo-oneway: arms ends, both; seen 0 one way, 1 both ways by turns, 2 own back. */
static void fifo_oneway(struct note *n, double turns, double own)
{
	feed(n, "ipc.fifo-oneway");
	made(n, 1, OSCOPE_BIRTH_FORK, 1);
	see(n, 0, 0, 1);
	see(n, 1, 1, turns);
	see(n, 1, 2, own);
}

TEST_F(note, fifo_oneway_undefined_when_both_are_true)
{
	fifo_oneway(self->n, 1, 1);
	EXPECT_EQ(judged(self->n), VERDICT_UNDEFINED);
}

TEST_F(note, fifo_oneway_false_with_a_queue_for_each_way)
{
	fifo_oneway(self->n, 1, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, fifo_oneway_holds_when_it_never_goes_both_ways)
{
	fifo_oneway(self->n, 0, 0);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, fifo_oneway_inconclusive_when_samples_differ)
{
	fifo_oneway(self->n, 1, 1);
	see_half(self->n, 1, 1);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
	fifo_oneway(self->n, 1, 1);
	see_half(self->n, 0, 0);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, fifo_oneway_void_without_the_other)
{
	fifo_oneway(self->n, 1, 1);
	made(self->n, 1, OSCOPE_BIRTH_FORK, 0);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* ipc.close-ends: arms closed, kept; seen 0 data and end, 1 stuck, 2 broken told, 3 not told. */
static void close_ends(struct note *n, double stuck)
{
	feed(n, "ipc.close-ends");
	made(n, 0, OSCOPE_BIRTH_FORK, 1);
	made(n, 1, OSCOPE_BIRTH_FORK, 1);
	n->counted[1].ledger[0].sum.blocked[OSCOPE_REASON_PIPE_READ].n =
		(uint64_t)(stuck * 1.5 * OPS);
	see(n, 0, 0, 1);
	see(n, 0, 2, 1);
	see(n, 1, 1, stuck);
	see(n, 1, 3, stuck);
}

TEST_F(note, close_ends_holds_and_must)
{
	close_ends(self->n, 1);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	EXPECT_NE(strstr(self->n->reason, "must"), NULL);
}

TEST_F(note, close_ends_holds_where_keeping_does_no_harm)
{
	close_ends(self->n, 0);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	EXPECT_EQ(strstr(self->n->reason, "must"), NULL);
}

TEST_F(note, close_ends_false_when_data_are_lost)
{
	close_ends(self->n, 1);
	see(self->n, 0, 0, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, close_ends_inconclusive_when_samples_differ)
{
	close_ends(self->n, 1);
	see_half(self->n, 0, 2);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, close_ends_void_when_nobody_slept)
{
	close_ends(self->n, 1);
	self->n->counted[1].ledger[0].sum.blocked[OSCOPE_REASON_PIPE_READ].n = 0;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_HARNESS_MAIN
