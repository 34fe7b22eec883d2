// SPDX-License-Identifier: GPL-2.0
/* The rules of the claims on message queues, fed with made-up numbers. */
#include "notes_feed.h"

enum { SYSV, POSIX, PIPE };

/*
 * ipc.mq-limits: arms posix, sysv; seen 0 full, 1 too large, 2 too deep, 3 too many, 4 too many
 * bytes, 7 queues.
 */
static void mq_limits(struct note *n)
{
	unsigned int what;

	feed(n, "ipc.mq-limits");
	for (what = 0; what <= 4; what++)
		see(n, 0, what, 1);
	see(n, 1, 0, 1);
	see(n, 1, 1, 1);
	see(n, 1, 3, 1);
	see(n, 1, 7, 8);
}

TEST_F(note, mq_limits_hold)
{
	mq_limits(self->n);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, mq_limits_false_when_one_is_not_kept)
{
	mq_limits(self->n);
	see(self->n, 0, 4, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
	mq_limits(self->n);
	see(self->n, 1, 3, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, mq_limits_inconclusive_when_samples_differ)
{
	mq_limits(self->n);
	see_half(self->n, 0, 2);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, mq_limits_void_when_the_limit_was_not_lowered)
{
	mq_limits(self->n);
	see(self->n, 1, 7, 32000);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* ipc.mq-leftover: seen 0 stayed, 1 refused, 2 cut, 3 rest came. */
static void mq_leftover(struct note *n)
{
	size_t a;

	feed(n, "ipc.mq-leftover");
	for (a = SYSV; a <= PIPE; a++) {
		made(n, a, OSCOPE_BIRTH_FORK, 1);
		see(n, a, 0, 1);
		see(n, a, 1, 1);
		see(n, a, 3, a == PIPE);
	}
	see(n, SYSV, 2, 1);
}

TEST_F(note, mq_leftover_holds)
{
	mq_leftover(self->n);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	EXPECT_NE(strstr(self->n->reason, "its rest then in 0 %"), NULL);
}

TEST_F(note, mq_leftover_false_when_a_message_goes_with_its_sender)
{
	mq_leftover(self->n);
	see(self->n, POSIX, 0, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, mq_leftover_inconclusive_when_samples_differ)
{
	mq_leftover(self->n);
	see_half(self->n, SYSV, 1);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, mq_leftover_void_without_a_sender)
{
	mq_leftover(self->n);
	made(self->n, SYSV, OSCOPE_BIRTH_FORK, 0);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* ipc.mq-typed: seen 0 chosen, 1 kept apart. */
static void mq_typed(struct note *n)
{
	size_t a;

	feed(n, "ipc.mq-typed");
	for (a = SYSV; a <= PIPE; a++) {
		made(n, a, OSCOPE_BIRTH_FORK, 1);
		n->counted[a].turns = 3 * OPS;
		see(n, a, 0, 1);
		see(n, a, 1, a != PIPE);
	}
}

TEST_F(note, mq_typed_holds)
{
	mq_typed(self->n);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, mq_typed_false_when_types_do_not_choose)
{
	mq_typed(self->n);
	see(self->n, SYSV, 0, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, mq_typed_inconclusive_when_samples_differ)
{
	mq_typed(self->n);
	see_half(self->n, POSIX, 1);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, mq_typed_void_when_messages_are_missing)
{
	mq_typed(self->n);
	self->n->counted[PIPE].turns = 2 * OPS;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* ipc.mq-bigger: seen 0 bytes in the largest messages, 1 in small ones. */
static void mq_bigger(struct note *n, double sysv, double posix)
{
	size_t a;

	feed(n, "ipc.mq-bigger");
	for (a = SYSV; a <= PIPE; a++)
		n->counted[a].turns = 2 * OPS;
	see(n, SYSV, 0, sysv);
	see(n, SYSV, 1, sysv);
	see(n, POSIX, 0, posix);
	see(n, POSIX, 1, posix / 100);
	see(n, PIPE, 0, 65536);
	see(n, PIPE, 1, 65536);
}

TEST_F(note, mq_bigger_false_when_none_holds_more)
{
	mq_bigger(self->n, 16384, 65536);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, mq_bigger_holds_if_it_is_one_of_them)
{
	mq_bigger(self->n, 16384, 81920);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
	EXPECT_NE(strstr(self->n->reason, "it is POSIX with the largest messages:"), NULL);
	EXPECT_EQ(self->n->effect.value, 1.25);
}

TEST_F(note, mq_bigger_holds_when_all_do)
{
	mq_bigger(self->n, 1e6, 1e8);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, mq_bigger_void_when_nothing_went_in)
{
	mq_bigger(self->n, 16384, 81920);
	self->n->counted[POSIX].turns = OPS;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* ipc.mq-list: arms typed, oldest, POSIX; a value is how many times dearer it is when deep. */
static void mq_list(struct note *n, double typed, double posix)
{
	size_t a;

	feed(n, "ipc.mq-list");
	times(n, 0, typed, 0.02);
	times(n, 2, posix, 0.02);
	for (a = 0; a < 3; a++)
		n->counted[a].syscalls = 2;
}

TEST_F(note, mq_list_holds_if_it_is_system_v)
{
	mq_list(self->n, 15, 1.1);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
	EXPECT_NE(strstr(self->n->reason, "it is System V: "), NULL);
}

TEST_F(note, mq_list_holds_when_both_are)
{
	mq_list(self->n, 15, 15);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, mq_list_false_when_none_is_walked)
{
	mq_list(self->n, 1.1, 1.1);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, mq_list_inconclusive_between_them)
{
	mq_list(self->n, 3, 1.1);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
	mq_list(self->n, 15, 3);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, mq_list_inconclusive_where_there_are_no_times)
{
	mq_list(self->n, 15, 1.1);
	snprintf(self->machine.no_times, sizeof(self->machine.no_times), "an emulator");
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, mq_list_void_when_another_message_came)
{
	mq_list(self->n, 15, 1.1);
	self->n->counted[0].turns = OPS - 1;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, mq_list_void_when_more_calls_were_made)
{
	mq_list(self->n, 15, 1.1);
	self->n->counted[2].syscalls = 3;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_HARNESS_MAIN
