// SPDX-License-Identifier: GPL-2.0
/*
 * The core's pairing: whose message it is that somebody receives, by hand.
 */
#include <stdlib.h>
#include <string.h>

#include "kselftest_harness.h"

#include "kmod/core/ipc.h"
#include "ipc_teller.h"

FIXTURE(ipc)
{
	struct teller t;
};

FIXTURE_SETUP(ipc)
{
	memset(&self->t, 0, sizeof(self->t));
	oscope_queue_empty(&self->t.q, 0);
}

FIXTURE_TEARDOWN(ipc)
{
}

static void send_whole(struct teller *t, uint32_t from, uint32_t units)
{
	uint32_t number = 0, crossed;
	int placed = begins(t, from, units, &number, &crossed);

	sent(t, from, placed, number, crossed, units);
}

static void receive_whole(struct teller *t, uint32_t by, uint32_t units)
{
	uint32_t crossed;

	oscope_queue_receive(&t->q, &crossed);
	received(t, by, crossed, units);
}

TEST_F(ipc, one_write_one_read)
{
	send_whole(&self->t, 1, 100);
	receive_whole(&self->t, 2, 100);
	EXPECT_EQ(self->t.sure.units[1][2], 100);
	EXPECT_EQ(self->t.sure.messages[1][2], 1);
	EXPECT_EQ(oscope_queue_left(&self->t.q), 0);
	EXPECT_EQ(oscope_queue_exact(&self->t.q), 1);
}

TEST_F(ipc, a_message_counts_when_its_last_byte_is_read)
{
	send_whole(&self->t, 1, 100);
	send_whole(&self->t, 1, 100);
	receive_whole(&self->t, 2, 99);
	EXPECT_EQ(self->t.sure.messages[1][2], 0);
	receive_whole(&self->t, 3, 2);
	EXPECT_EQ(self->t.sure.messages[1][3], 1);
	receive_whole(&self->t, 2, 99);
	EXPECT_EQ(self->t.sure.messages[1][2], 1);
	EXPECT_EQ(self->t.sure.units[1][2], 198);
	EXPECT_EQ(self->t.sure.units[1][3], 2);
}

TEST_F(ipc, receiver_is_back_before_the_sender)
{
	uint32_t number, crossed, receiving;
	int placed;

	oscope_queue_receive(&self->t.q, &receiving);
	placed = oscope_queue_send(&self->t.q, 1, 100, 0, 0, &number, &crossed);
	received(&self->t, 2, receiving, 100);
	EXPECT_EQ(self->t.told.units[1][2], 0);	/* it might send less */
	sent(&self->t, 1, placed, number, crossed, 100);
	EXPECT_EQ(self->t.sure.units[1][2], 100);
	EXPECT_EQ(self->t.sure.messages[1][2], 1);
	EXPECT_EQ(self->t.missing, 0);
}

TEST_F(ipc, sends_less_than_it_wanted)
{
	uint32_t number, crossed;
	int placed = oscope_queue_send(&self->t.q, 1, 5000, 0, 0, &number, &crossed);

	receive_whole(&self->t, 2, 70);
	sent(&self->t, 1, placed, number, crossed, 100);
	EXPECT_EQ(self->t.sure.units[1][2], 70);
	EXPECT_EQ(oscope_queue_left(&self->t.q), 30);
	receive_whole(&self->t, 2, 30);
	EXPECT_EQ(self->t.sure.messages[1][2], 1);
}

TEST_F(ipc, a_failed_send_leaves_nothing)
{
	uint32_t number, crossed;
	int placed = oscope_queue_send(&self->t.q, 1, 5000, 0, 0, &number, &crossed);

	sent(&self->t, 1, placed, number, crossed, 0);
	EXPECT_EQ(oscope_queue_left(&self->t.q), 0);
	send_whole(&self->t, 2, 10);
	receive_whole(&self->t, 3, 10);
	EXPECT_EQ(self->t.sure.units[2][3], 10);
}

/* The receiver is thought to have what the first one wanted to send; it has that of the second. */
TEST_F(ipc, what_failed_was_anothers)
{
	uint32_t number[2], crossed[2];

	oscope_queue_send(&self->t.q, 1, 50, 0, 0, &number[0], &crossed[0]);
	oscope_queue_send(&self->t.q, 2, 50, 0, 0, &number[1], &crossed[1]);
	receive_whole(&self->t, 3, 50);
	sent(&self->t, 1, 1, number[0], crossed[0], 0);
	sent(&self->t, 2, 1, number[1], crossed[1], 50);
	EXPECT_EQ(self->t.told.units[1][3], 0);
	EXPECT_EQ(self->t.told.units[2][3], 50);
	EXPECT_EQ(self->t.told.messages[2][3], 1);
	EXPECT_EQ(self->t.sure.units[2][3], 0);
	EXPECT_EQ(oscope_queue_exact(&self->t.q), 1);	/* it is the only one who has sent */
}

/* 1 waits for what it is to send, while 2 sends to 3 what is not its own. */
TEST_F(ipc, who_fetches_first_is_not_in_the_way)
{
	uint32_t number, crossed;
	int placed = begins_as(&self->t, 1, 5000, OSCOPE_RUN_FETCHES, &number, &crossed), i;

	for (i = 0; i < 100; i++) {
		send_whole(&self->t, 2, 10);
		receive_whole(&self->t, 3, 10);
	}
	EXPECT_EQ(self->t.told.messages[2][3], 100);
	EXPECT_EQ(self->t.told.units[2][3], 1000);
	EXPECT_EQ(self->t.sure.units[2][3], 0);
	EXPECT_EQ(oscope_queue_exact(&self->t.q), 0);	/* it might have been 1 who has sent it */
	sent(&self->t, 1, placed, number, crossed, 0);
	EXPECT_EQ(self->t.told.units[1][3], 0);
	EXPECT_EQ(oscope_queue_exact(&self->t.q), 1);
	EXPECT_EQ(self->t.missing, 0);
}

/* ... nor where 2 has not come back when 3 has it. */
TEST_F(ipc, who_fetches_first_is_not_in_the_way_of_who_is_under_way)
{
	uint32_t fetches, sends, crossed[2], receiving;

	begins_as(&self->t, 1, 5000, OSCOPE_RUN_FETCHES, &fetches, &crossed[0]);
	begins(&self->t, 2, 10, &sends, &crossed[1]);
	oscope_queue_receive(&self->t.q, &receiving);
	received(&self->t, 3, receiving, 10);
	sent(&self->t, 2, 1, sends, crossed[1], 10);
	EXPECT_EQ(self->t.told.units[2][3], 10);
	EXPECT_EQ(self->t.told.messages[2][3], 1);
	sent(&self->t, 1, 1, fetches, crossed[0], 0);
	EXPECT_EQ(oscope_queue_left(&self->t.q), 0);
	EXPECT_EQ(oscope_queue_exact(&self->t.q), 1);
}

/* What 3 has got was of 1 in truth: when all is received the sums are right. */
TEST_F(ipc, who_fetches_has_sent_after_all)
{
	uint32_t number, crossed;

	begins_as(&self->t, 1, 5000, OSCOPE_RUN_FETCHES, &number, &crossed);
	send_whole(&self->t, 2, 50);
	receive_whole(&self->t, 3, 50);
	receive_whole(&self->t, 3, 20);
	sent(&self->t, 1, 1, number, crossed, 50);
	EXPECT_EQ(oscope_queue_exact(&self->t.q), 0);
	receive_whole(&self->t, 3, 30);
	EXPECT_EQ(self->t.told.units[1][3], 50);
	EXPECT_EQ(self->t.told.units[2][3], 50);
	EXPECT_EQ(self->t.sure.units[1][3] + self->t.sure.units[2][3], 0);
	EXPECT_EQ(oscope_queue_exact(&self->t.q), 1);
	EXPECT_EQ(self->t.missing, 0);
}

/* While a part of a call is received and not told sums of others are not known, either. */
TEST_F(ipc, nothing_is_exact_before_it_is_told)
{
	uint32_t number, crossed;

	begins(&self->t, 1, 100, &number, &crossed);
	receive_whole(&self->t, 2, 70);
	EXPECT_EQ(oscope_queue_exact(&self->t.q), 0);
	sent(&self->t, 1, 1, number, crossed, 100);
	EXPECT_EQ(oscope_queue_exact(&self->t.q), 1);
}

TEST_F(ipc, nothing_is_paired_before_it_was_seen_empty)
{
	self->t.q.flags = 0;
	send_whole(&self->t, 1, 10);
	receive_whole(&self->t, 2, 30);
	EXPECT_EQ(self->t.told.units[1][2], 0);
	EXPECT_EQ(self->t.missing, 30);
	oscope_queue_empty(&self->t.q, self->t.q.begun);
	send_whole(&self->t, 1, 10);
	receive_whole(&self->t, 2, 10);
	EXPECT_EQ(self->t.sure.units[1][2], 10);
	EXPECT_EQ(oscope_queue_exact(&self->t.q), 0);
}

TEST_F(ipc, a_look_that_is_out_of_date_says_nothing)
{
	uint32_t begun, crossed;

	self->t.q.flags = 0;
	begun = self->t.q.begun;
	send_whole(&self->t, 1, 10);	/* after the look */
	oscope_queue_empty(&self->t.q, begun);
	EXPECT_EQ(self->t.q.flags & OSCOPE_QUEUE_SYNCED, 0);
	oscope_queue_receive(&self->t.q, &crossed);
	oscope_queue_empty(&self->t.q, self->t.q.begun);	/* somebody may be taking */
	EXPECT_EQ(self->t.q.flags & OSCOPE_QUEUE_SYNCED, 0);
}

TEST_F(ipc, unseen_senders_end_the_pairing)
{
	send_whole(&self->t, 1, 10);
	receive_whole(&self->t, 2, 11);
	EXPECT_EQ(self->t.missing, 1);
	EXPECT_EQ(self->t.q.flags & OSCOPE_QUEUE_SYNCED, 0);
}

static void send_message(struct teller *t, uint32_t from, uint32_t size)
{
	uint32_t number = 0, crossed;
	int placed = oscope_queue_send(&t->q, from, 1, 0, OSCOPE_RUN_WHOLE, &number, &crossed);

	sent(t, from, placed, number, crossed, size + 1);
}

/* Of what is not a stream each takes one, whatever its size, none too. */
TEST_F(ipc, messages_stay_whole)
{
	struct oscope_taken p;
	uint32_t want;

	send_message(&self->t, 1, 100);
	send_message(&self->t, 1, 0);
	send_message(&self->t, 2, 7);
	send_message(&self->t, 2, 7);
	want = 1;
	EXPECT_EQ(oscope_queue_take(&self->t.q, 3, &want, 0, &p), 1);
	EXPECT_EQ(p.messages, 1);
	EXPECT_EQ(oscope_taken_bytes(&p), 100);
	want = 1;
	EXPECT_EQ(oscope_queue_take(&self->t.q, 4, &want, 0, &p), 1);
	EXPECT_EQ(p.from, 1);
	EXPECT_EQ(p.messages, 1);
	EXPECT_EQ(oscope_taken_bytes(&p), 0);
	want = 2;
	EXPECT_EQ(oscope_queue_take(&self->t.q, 3, &want, 0, &p), 1);
	EXPECT_EQ(want, 0);
	EXPECT_EQ(p.from, 2);
	EXPECT_EQ(p.messages, 2);
	EXPECT_EQ(oscope_taken_bytes(&p), 14);
	EXPECT_EQ(oscope_queue_left(&self->t.q), 0);
}

TEST_F(ipc, a_message_is_told_when_its_call_ends)
{
	uint32_t number = 0, crossed, want = 1;
	struct oscope_taken p;

	oscope_queue_send(&self->t.q, 1, 1, 0, OSCOPE_RUN_WHOLE, &number, &crossed);
	EXPECT_EQ(oscope_queue_take(&self->t.q, 3, &want, 0, &p), 1);
	EXPECT_EQ(p.units, 0);
	oscope_queue_sent(&self->t.q, 1, number, crossed, 31, &p);
	EXPECT_EQ(p.to, 3);
	EXPECT_EQ(p.messages, 1);
	EXPECT_EQ(oscope_taken_bytes(&p), 30);
	EXPECT_EQ(oscope_queue_left(&self->t.q), 0);
}

/* More runs than there is room for: of one receiver the sums are right. */
TEST_F(ipc, many_senders_in_turn)
{
	uint32_t i, from;

	for (i = 0; i < 1000; i++)
		send_whole(&self->t, 1 + i % 7, 8 + i % 7);
	receive_whole(&self->t, 8, 3000);
	for (i = 0; i < 1000; i++)
		send_whole(&self->t, 1 + i % 7, 8 + i % 7);
	for (i = 0, from = oscope_queue_left(&self->t.q); i < from; i++)
		receive_whole(&self->t, 8, 1);
	for (from = 1; from <= 7; from++) {
		uint64_t n = 2ULL * (1000 / 7 + (from <= 1000 % 7));

		EXPECT_EQ(self->t.told.messages[from][8], n);
		EXPECT_EQ(self->t.told.units[from][8], n * (7 + from));
	}
	EXPECT_EQ(self->t.missing, 0);
	EXPECT_EQ(oscope_queue_exact(&self->t.q), 1);
}

TEST_F(ipc, more_calls_at_once_than_there_is_room_for)
{
	uint32_t number[OSCOPE_QUEUE_RUNS + 1], crossed[OSCOPE_QUEUE_RUNS + 1], i;

	for (i = 0; i < OSCOPE_QUEUE_RUNS; i++)
		EXPECT_EQ(oscope_queue_send(&self->t.q, 1 + i % 7, 1, 0, 0, &number[i],
					    &crossed[i]), 1);
	EXPECT_EQ(oscope_queue_send(&self->t.q, 8, 1, 0, 0, &number[i], &crossed[i]), 0);
	EXPECT_EQ(oscope_queue_exact(&self->t.q), 0);
	for (i = 0; i < OSCOPE_QUEUE_RUNS; i++)
		sent(&self->t, 1 + i % 7, 1, number[i], crossed[i], 1);
	sent(&self->t, 8, 0, 0, crossed[i], 1);
	EXPECT_EQ(self->t.q.senders, 0);
}

/* Two fill it in turn, then all others come, and nothing is received until all of them are in a call. */
TEST_F(ipc, a_full_queue_has_room_for_all_its_senders)
{
	uint32_t number[TASKS + 1], crossed[TASKS + 1], i, from, n = OSCOPE_QUEUE_LONG;
	int placed[TASKS + 1];

	for (i = 0; i < n; i++)
		send_whole(&self->t, 1 + i % 2, 10);
	for (from = 3; from < TASKS; from++)
		send_whole(&self->t, from, 10);
	for (from = 1; from < TASKS; from++) {
		placed[from] = begins(&self->t, from, 10, &number[from], &crossed[from]);
		EXPECT_EQ(placed[from], 1);
	}
	for (from = 1; from < TASKS; from++)
		sent(&self->t, from, placed[from], number[from], crossed[from], 10);
	for (i = 0; i < n + TASKS - 3 + TASKS - 1; i++)
		receive_whole(&self->t, TASKS, 10);
	for (from = 1; from < TASKS; from++)
		EXPECT_EQ(self->t.told.messages[from][TASKS], from < 3 ? n / 2 + 1 : 2);
	EXPECT_EQ(self->t.missing, 0);
	EXPECT_EQ(oscope_queue_exact(&self->t.q), 1);
}

TEST_F(ipc, numbers_of_runs_wrap_around)
{
	uint32_t i;

	self->t.q.first = self->t.q.last = ~0U - 2;
	for (i = 0; i < 6; i++)
		send_whole(&self->t, 1 + i % 2, 10);
	receive_whole(&self->t, 3, 60);
	EXPECT_EQ(self->t.sure.messages[1][3], 3);
	EXPECT_EQ(self->t.sure.messages[2][3], 3);
	EXPECT_EQ(self->t.missing, 0);
}

#define OBJECTS	8192
#define CELLS	(4 * OBJECTS)

static int cell_compare(const void *a, const void *b)
{
	return *(const uint32_t *)a < *(const uint32_t *)b ? -1 :
	       *(const uint32_t *)a > *(const uint32_t *)b;
}

/* Uses of many objects by one task differ in the upper bits of their keys only. */
TEST(hash_of_a_use_has_its_object_in_it)
{
	uint32_t cell[OBJECTS], i, kinds = 1;

	for (i = 0; i < OBJECTS; i++)
		cell[i] = oscope_ipc_hash((uint64_t)(i + 1) << 40 | 1234) & (CELLS - 1);
	qsort(cell, OBJECTS, sizeof(*cell), cell_compare);
	for (i = 1; i < OBJECTS; i++)
		kinds += cell[i] != cell[i - 1];
	/* Thrown into four times as many cells by chance some 88 % of them have one of their own. */
	EXPECT_GT(kinds, OBJECTS * 8 / 10);
}

/* Whether a key finds a cell of a table by the places that are looked at. */
static bool placed(bool taken[OBJECTS], uint64_t key)
{
	uint32_t hash = oscope_ipc_hash(key), i, cell;

	for (i = 0; i < OSCOPE_IPC_PLACES; i++) {
		cell = oscope_ipc_place(hash, i) & (OBJECTS - 1);
		if (!taken[cell]) {
			taken[cell] = true;
			return true;
		}
	}
	return false;
}

/* Objects are known by addresses of the kernel's, which lie in pages one after another. */
TEST(table_takes_all_until_three_quarters_full)
{
	static const uint64_t sizes[] = { 64, 192, 704, 1024, 4096 };
	bool taken[OBJECTS];
	uint32_t k, i;

	for (k = 0; k < sizeof(sizes) / sizeof(*sizes); k++) {
		memset(taken, 0, sizeof(taken));
		for (i = 0; i < OBJECTS * 3 / 4; i++)
			ASSERT_TRUE(placed(taken, 0xffff888104a00000ULL + i * sizes[k]))
				TH_LOG("size %u, key %u", (unsigned int)sizes[k], i);
	}
}

TEST_HARNESS_MAIN
