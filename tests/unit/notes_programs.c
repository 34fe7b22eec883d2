// SPDX-License-Identifier: GPL-2.0
/* The rules of claims that whole programs in another language decide, fed with made-up numbers. */
#include "notes_feed.h"

static void programs(struct note *n, const char *id, uint64_t ops)
{
	size_t a;

	feed(n, id);
	for (a = 0; a < 2; a++)
		n->counted[a].ops = n->counted[a].turns = ops * COUNTED;
}

/* py.samples: arms given, anew; seen 0 ran, 1 lack a body, 2 all ran, 3 accounted for. */
static void samples(struct note *n, double given, double anew)
{
	programs(n, "py.samples", 4);
	see(n, 0, 0, given);
	see(n, 0, 1, 4 - given);
	see(n, 0, 2, given >= 4);
	see(n, 0, 3, 1);
	see(n, 1, 0, anew);
	see(n, 1, 1, 0);
	see(n, 1, 2, anew >= 4);
	see(n, 1, 3, anew >= 4);
}

TEST_F(note, samples_hold_if_what_is_left_out_is_written)
{
	samples(self->n, 1, 4);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
	EXPECT_NE(strstr(self->n->reason, "1 of 4 ran as shown, 3 have a comment"), NULL);
}

TEST_F(note, samples_hold_where_all_run_as_shown)
{
	samples(self->n, 4, 4);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, samples_false_where_a_body_does_not_help)
{
	samples(self->n, 1, 3);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, samples_inconclusive_where_they_differ)
{
	samples(self->n, 1, 4);
	see_half(self->n, 1, 2);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, samples_void_where_one_failed_for_another_reason)
{
	samples(self->n, 1, 4);
	see_half(self->n, 0, 3);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* lang.csharp: arms await, sleep; seen 0 at once, 1 one by one, 2 threads. */
static void csharp(struct note *n)
{
	programs(n, "lang.csharp", 100);
	see(n, 0, 0, 1);
	see(n, 0, 1, 0);
	see(n, 0, 2, 3);
	see(n, 1, 0, 0);
	see(n, 1, 1, 1);
	see(n, 1, 2, 1);
}

TEST_F(note, csharp_holds_where_awaits_are_under_way_at_once)
{
	csharp(self->n);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	EXPECT_NE(strstr(self->n->reason, "3.0 threads"), NULL);
}

TEST_F(note, csharp_false_where_awaits_come_one_by_one)
{
	csharp(self->n);
	see(self->n, 0, 0, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, csharp_inconclusive_where_they_do_so_now_and_then)
{
	csharp(self->n);
	see_half(self->n, 0, 0);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, csharp_void_where_waits_are_missing)
{
	csharp(self->n);
	self->n->counted[0].turns--;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_HARNESS_MAIN
