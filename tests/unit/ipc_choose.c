// SPDX-License-Identifier: GPL-2.0
/*
 * The core's pairing where receivers choose by a tag, by hand.
 */
#include <string.h>

#include "kselftest_harness.h"

#include "ipc_teller.h"

FIXTURE(choose)
{
	struct teller t;
};

FIXTURE_SETUP(choose)
{
	memset(&self->t, 0, sizeof(self->t));
	oscope_queue_empty(&self->t.q, 0);
}

FIXTURE_TEARDOWN(choose)
{
}

static void send_one(struct teller *t, uint32_t from, uint32_t tag)
{
	uint32_t number = 0;
	int placed = chosen_begins(t, from, tag, &number);

	chosen_sent(t, from, placed, number, 1, 10 * from);
}

static void receive_one(struct teller *t, uint32_t by, uint32_t tag)
{
	uint32_t crossed, ended;

	oscope_choose_receive(&t->q, &crossed, &ended);
	chosen_received(t, by, 1, tag, crossed, ended);
}

TEST_F(choose, the_first_of_its_tag)
{
	send_one(&self->t, 1, 100);
	send_one(&self->t, 2, 200);
	send_one(&self->t, 3, 100);
	receive_one(&self->t, 4, 200);
	EXPECT_EQ(self->t.sure.messages[2][4], 1);
	EXPECT_EQ(self->t.bytes, 20);
	receive_one(&self->t, 5, 100);
	EXPECT_EQ(self->t.sure.messages[1][5], 1);
	receive_one(&self->t, 6, 100);
	EXPECT_EQ(self->t.sure.messages[3][6], 1);
	EXPECT_EQ(self->t.bytes, 60);
	EXPECT_EQ(oscope_queue_left(&self->t.q), 0);
	EXPECT_EQ(self->t.missing, 0);
}

TEST_F(choose, an_empty_message_is_one)
{
	uint32_t number = 0;
	int placed = chosen_begins(&self->t, 1, 5, &number);

	chosen_sent(&self->t, 1, placed, number, 1, 0);
	receive_one(&self->t, 2, 5);
	EXPECT_EQ(self->t.sure.messages[1][2], 1);
	EXPECT_EQ(self->t.bytes, 0);
}

TEST_F(choose, the_highest_and_of_that_the_first)
{
	send_one(&self->t, 1, 0);
	send_one(&self->t, 2, 9);
	send_one(&self->t, 3, 9);
	send_one(&self->t, 4, 5);
	receive_one(&self->t, 5, OSCOPE_TAG_HIGHEST);
	receive_one(&self->t, 6, OSCOPE_TAG_HIGHEST);
	receive_one(&self->t, 7, OSCOPE_TAG_HIGHEST);
	receive_one(&self->t, 8, OSCOPE_TAG_HIGHEST);
	EXPECT_EQ(self->t.sure.messages[2][5], 1);
	EXPECT_EQ(self->t.sure.messages[3][6], 1);
	EXPECT_EQ(self->t.sure.messages[4][7], 1);
	EXPECT_EQ(self->t.sure.messages[1][8], 1);
}

TEST_F(choose, one_senders_tags_in_turn_take_a_place_each)
{
	int i;

	for (i = 0; i < 1000; i++)
		send_one(&self->t, 1, i % 10);
	EXPECT_LE(self->t.q.last - self->t.q.first, 11);
	for (i = 0; i < 1000; i++)
		receive_one(&self->t, 2, 9 - i % 10);
	EXPECT_EQ(self->t.sure.messages[1][2], 1000);
	EXPECT_EQ(self->t.missing, 0);
}

/* What lies there for long does not make the others' order unsure. */
TEST_F(choose, one_that_stays_is_in_nobodys_way)
{
	int i;

	send_one(&self->t, 1, 7);
	for (i = 0; i < 200; i++) {
		send_one(&self->t, 2, 1);
		send_one(&self->t, 3, 1);
		send_one(&self->t, 2, 2);
		receive_one(&self->t, 4, 1);
		receive_one(&self->t, 5, 2);
		receive_one(&self->t, 6, 1);
	}
	receive_one(&self->t, 4, 7);
	EXPECT_EQ(self->t.sure.messages[2][4], 200);
	EXPECT_EQ(self->t.sure.messages[2][5], 200);
	EXPECT_EQ(self->t.sure.messages[3][6], 200);
	EXPECT_EQ(self->t.sure.messages[1][4], 1);
}

/* One sender's are always there when it sends, the other's first one is received last. */
TEST_F(choose, who_is_slow_is_in_nobodys_way)
{
	uint32_t a = 0;
	int i, placed;

	for (i = 0; i < 5; i++)
		send_one(&self->t, 1, 1);
	send_one(&self->t, 2, 2);
	for (i = 0; i < 200; i++) {
		placed = chosen_begins(&self->t, 2, 2, &a);
		receive_one(&self->t, 3, 2);
		chosen_sent(&self->t, 2, placed, a, 1, 20);
	}
	EXPECT_LE(self->t.q.last - self->t.q.first, 4);
	EXPECT_EQ(self->t.sure.messages[2][3], 200);
}

/* More in turn than there is room for: of one receiver the sums are right, nothing is lost. */
TEST_F(choose, many_senders_in_turn)
{
	int i;

	for (i = 0; i < 300; i++)
		send_one(&self->t, 1 + i % 3, i % 2);
	for (i = 0; i < 300; i++)
		receive_one(&self->t, 4, i % 2);
	for (i = 1; i <= 3; i++)
		EXPECT_EQ(self->t.told.messages[i][4], 100);
	EXPECT_EQ(self->t.missing, 0);
	EXPECT_EQ(oscope_queue_exact(&self->t.q), 1);
}

/* The same with two receivers in turn, one of them for each sender: the order was given up. */
TEST_F(choose, what_is_put_together_is_uncertain)
{
	int i;

	for (i = 0; i < 60; i++)
		send_one(&self->t, 1 + i % 2, 5);
	for (i = 0; i < 60; i++)
		receive_one(&self->t, 3 + i % 2, 5);
	EXPECT_EQ(self->t.missing, 0);
	EXPECT_GT(self->t.told.messages[1][4], 0);
	EXPECT_EQ(self->t.sure.messages[1][4] + self->t.sure.messages[2][3], 0);
}

TEST_F(choose, overlapping_senders_of_one_tag_are_uncertain)
{
	uint32_t a = 0, b = 0;
	int placed[2] = { chosen_begins(&self->t, 1, 5, &a), chosen_begins(&self->t, 2, 5, &b) };

	chosen_sent(&self->t, 1, placed[0], a, 1, 10);
	chosen_sent(&self->t, 2, placed[1], b, 1, 10);
	receive_one(&self->t, 3, 5);
	receive_one(&self->t, 4, 5);
	EXPECT_EQ(self->t.told.messages[1][3], 1);
	EXPECT_EQ(self->t.told.messages[2][4], 1);
	EXPECT_EQ(self->t.sure.messages[1][3] + self->t.sure.messages[2][4], 0);
}

TEST_F(choose, overlapping_senders_of_two_tags_are_not)
{
	uint32_t a = 0, b = 0;
	int placed[2] = { chosen_begins(&self->t, 1, 5, &a), chosen_begins(&self->t, 2, 6, &b) };

	chosen_sent(&self->t, 1, placed[0], a, 1, 10);
	chosen_sent(&self->t, 2, placed[1], b, 1, 10);
	receive_one(&self->t, 3, 6);
	receive_one(&self->t, 4, 5);
	EXPECT_EQ(self->t.sure.messages[2][3], 1);
	EXPECT_EQ(self->t.sure.messages[1][4], 1);
}

/* Who is back first has not taken first. Of one sender, or of two tags, that does not matter. */
TEST_F(choose, overlapping_receivers_of_two_senders_are_uncertain)
{
	uint32_t crossed[2], ended[2];

	send_one(&self->t, 1, 5);
	send_one(&self->t, 2, 5);
	oscope_choose_receive(&self->t.q, &crossed[0], &ended[0]);
	oscope_choose_receive(&self->t.q, &crossed[1], &ended[1]);
	chosen_received(&self->t, 4, 1, 5, crossed[1], ended[1]);
	chosen_received(&self->t, 3, 1, 5, crossed[0], ended[0]);
	EXPECT_EQ(self->t.told.messages[1][4] + self->t.told.messages[2][3], 2);
	EXPECT_EQ(self->t.sure.messages[1][4] + self->t.sure.messages[2][3], 0);
}

TEST_F(choose, overlapping_receivers_of_one_sender_are_not)
{
	uint32_t crossed[2], ended[2];

	oscope_choose_receive(&self->t.q, &crossed[0], &ended[0]);
	oscope_choose_receive(&self->t.q, &crossed[1], &ended[1]);
	send_one(&self->t, 1, 5);
	send_one(&self->t, 1, 5);
	send_one(&self->t, 2, 6);
	chosen_received(&self->t, 4, 1, 5, crossed[1], ended[1]);
	chosen_received(&self->t, 3, 1, 5, crossed[0], ended[0]);
	EXPECT_EQ(self->t.sure.messages[1][4], 1);
	EXPECT_EQ(self->t.sure.messages[1][3], 1);
}

TEST_F(choose, receiver_is_back_before_the_sender)
{
	uint32_t number = 0, crossed, ended;
	int placed;

	oscope_choose_receive(&self->t.q, &crossed, &ended);
	placed = chosen_begins(&self->t, 1, 5, &number);
	chosen_received(&self->t, 2, 1, 5, crossed, ended);
	EXPECT_EQ(self->t.told.messages[1][2], 0);	/* it might fail */
	chosen_sent(&self->t, 1, placed, number, 1, 10);
	EXPECT_EQ(self->t.sure.messages[1][2], 1);
	EXPECT_EQ(self->t.bytes, 10);
	EXPECT_EQ(self->t.missing, 0);
}

/* The receiver is thought to have the first one's; that fails, so it has the second one's. */
TEST_F(choose, what_failed_was_anothers_of_its_tag)
{
	uint32_t a = 0, b = 0;
	int placed[2] = { chosen_begins(&self->t, 1, 5, &a), chosen_begins(&self->t, 2, 5, &b) };

	send_one(&self->t, 4, 6);
	receive_one(&self->t, 3, 5);
	chosen_sent(&self->t, 1, placed[0], a, 0, 10);
	chosen_sent(&self->t, 2, placed[1], b, 1, 10);
	EXPECT_EQ(self->t.told.messages[1][3], 0);
	EXPECT_EQ(self->t.told.messages[2][3], 1);
	EXPECT_EQ(self->t.sure.messages[2][3], 0);
	EXPECT_EQ(oscope_queue_left(&self->t.q), 1);
}

/* It slept when the first one came, and is back when there are two: which it was it does not say. */
TEST_F(choose, the_highest_may_have_come_too_late)
{
	uint32_t crossed, ended;

	oscope_choose_receive(&self->t.q, &crossed, &ended);
	send_one(&self->t, 1, 1);
	send_one(&self->t, 2, 9);
	chosen_received(&self->t, 3, 1, OSCOPE_TAG_HIGHEST, crossed, ended);
	receive_one(&self->t, 4, OSCOPE_TAG_HIGHEST);
	EXPECT_EQ(self->t.told.messages[2][3] + self->t.told.messages[1][4], 2);
	EXPECT_EQ(self->t.sure.messages[2][3] + self->t.sure.messages[1][4], 0);
}

/*
 * The third has the second's; the first's is not there yet when the fourth receives, and so has what
 * is lower.
 */
TEST_F(choose, the_highest_may_not_have_come_yet)
{
	uint32_t a = 0;
	int placed = chosen_begins(&self->t, 1, 1, &a);

	send_one(&self->t, 2, 1);
	receive_one(&self->t, 3, OSCOPE_TAG_HIGHEST);
	send_one(&self->t, 2, 0);
	receive_one(&self->t, 4, OSCOPE_TAG_HIGHEST);
	chosen_sent(&self->t, 1, placed, a, 1, 10);
	receive_one(&self->t, 5, OSCOPE_TAG_HIGHEST);
	EXPECT_EQ(self->t.told.messages[2][5], 1);
	EXPECT_EQ(self->t.sure.messages[2][5], 0);
}

TEST_F(choose, who_says_the_priority_has_no_such_doubt)
{
	uint32_t crossed, ended;

	oscope_choose_receive(&self->t.q, &crossed, &ended);
	send_one(&self->t, 1, 1);
	send_one(&self->t, 2, 9);
	chosen_received(&self->t, 3, 1, 1, crossed, ended);
	receive_one(&self->t, 4, OSCOPE_TAG_HIGHEST);
	EXPECT_EQ(self->t.sure.messages[1][3], 1);
	EXPECT_EQ(self->t.sure.messages[2][4], 1);
}

TEST_F(choose, a_tag_that_is_not_known_ends_the_pairing)
{
	send_one(&self->t, 1, OSCOPE_TAG_UNKNOWN);
	send_one(&self->t, 2, 5);
	receive_one(&self->t, 3, 5);
	receive_one(&self->t, 3, 5);
	EXPECT_EQ(self->t.told.messages[1][3] + self->t.told.messages[2][3], 0);
	EXPECT_EQ(self->t.missing, 2);
	oscope_queue_empty(&self->t.q, self->t.q.begun);
	send_one(&self->t, 1, 5);
	receive_one(&self->t, 3, OSCOPE_TAG_UNKNOWN);
	EXPECT_EQ(self->t.missing, 3);
	EXPECT_EQ(self->t.told.messages[1][3], 0);
}

/* Of a tag that nobody was seen to send: then of the others not all was seen, either. */
TEST_F(choose, unseen_senders_end_the_pairing)
{
	send_one(&self->t, 1, 5);
	receive_one(&self->t, 3, 6);
	receive_one(&self->t, 3, 5);
	EXPECT_EQ(self->t.missing, 2);
	EXPECT_EQ(self->t.told.messages[1][3], 0);
	EXPECT_EQ(oscope_queue_exact(&self->t.q), 0);
}

TEST_F(choose, more_tags_than_there_is_room_for)
{
	uint32_t i;

	for (i = 0; i <= OSCOPE_QUEUE_RUNS; i++)
		send_one(&self->t, 1, i);
	EXPECT_EQ(self->t.q.flags & OSCOPE_QUEUE_SYNCED, 0);
	for (i = 0; i <= OSCOPE_QUEUE_RUNS; i++)
		receive_one(&self->t, 2, OSCOPE_QUEUE_RUNS - i);
	EXPECT_EQ(self->t.sure.messages[1][2], OSCOPE_QUEUE_RUNS);
	EXPECT_EQ(self->t.missing, 1);
	EXPECT_EQ(oscope_queue_left(&self->t.q), 0);
}

TEST_HARNESS_MAIN
