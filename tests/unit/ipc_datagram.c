// SPDX-License-Identifier: GPL-2.0
/*
 * The core's words about datagrams: who has sent by a socket, whose a buffer is, for which call.
 */
#include "kselftest_harness.h"

#include "kmod/core/ipc_datagram.h"

TEST(who_sends_again_by_a_socket_does_not_share_it)
{
	struct oscope_sent s = { .from = 7, .flags = OSCOPE_SENT_PASSES };

	oscope_sent_again(&s, 7, OSCOPE_SENT_PASSES);
	EXPECT_EQ(s.from, 7);
	EXPECT_EQ(s.flags, OSCOPE_SENT_PASSES);
}

TEST(a_socket_that_two_send_by_is_shared_for_ever)
{
	struct oscope_sent s = { .from = 7, .flags = OSCOPE_SENT_PASSES };

	oscope_sent_again(&s, 8, 0);
	EXPECT_EQ(s.from, 8);
	EXPECT_EQ(s.flags, OSCOPE_SENT_SHARED);
	oscope_sent_again(&s, 8, OSCOPE_SENT_PASSES);
	EXPECT_EQ(s.flags, OSCOPE_SENT_SHARED | OSCOPE_SENT_PASSES);
}

TEST(a_word_has_sender_and_size_of_the_largest_datagram)
{
	struct oscope_sent s = { .from = ~0U, .units = 65507, .flags = OSCOPE_SENT_PASSES };
	__u64 word = oscope_sent_whose(&s);

	EXPECT_EQ((__u32)word, ~0U);
	EXPECT_EQ(OSCOPE_WHOSE_UNITS(word), 65507);
	EXPECT_NE(word & OSCOPE_WHOSE_PASSES, 0);
	EXPECT_EQ(word & OSCOPE_WHOSE_NOBODY, 0);
}

TEST(a_word_is_for_the_call_that_it_was_stored_for)
{
	const __u64 word = OSCOPE_WHOSE(7, 100, OSCOPE_WHOSE_KNOWN) | OSCOPE_WHOSE_CALL(0x12345);

	EXPECT_EQ(oscope_whose_call(word, 0x12345), 1);
	EXPECT_EQ(oscope_whose_call(word, 0x12346), 0);
	EXPECT_EQ(oscope_whose_call(0, 0), 0);
}

TEST(the_oldest_buffer_gives_way_before_any_socket_that_is_there)
{
	const struct oscope_sent old = { .ns = 1 }, young = { .ns = 1ULL << 62 };

	EXPECT_LT(oscope_sent_rank(&old, 0), oscope_sent_rank(&young, 0));
	EXPECT_LT(oscope_sent_rank(&young, 0), oscope_sent_rank(&old, 1));
	EXPECT_LT(oscope_sent_rank(&old, 1), oscope_sent_rank(&young, 1));
}

#define CELLS	4

/* The place of the cell that a socket or a buffer takes, of those addresses and lives; -1: none. */
static int lowest(const struct oscope_sent *s, const __u64 *at, const int *lives, int socket)
{
	__u64 least = OSCOPE_SENT_NONE;
	int i, place = -1;

	for (i = 0; i < CELLS; i++) {
		if (oscope_sent_lower(&s[i], at[i], lives[i], socket, &least))
			place = i;
	}
	return place;
}

TEST(who_needs_a_cell_takes_the_oldest_that_may_be_taken)
{
	const struct oscope_sent s[] = { { .ns = 3 }, { .ns = 1 }, { .ns = 2 }, { .ns = 2 } };
	const __u64 all[] = { 8, 16, 24, 32 };
	const int none[] = { 0, 0, 0, 0 }, first[] = { 0, 1, 0, 0 }, every[] = { 1, 1, 1, 1 };
	const __u64 taken[] = { 8, OSCOPE_SENT_TAKEN, 24, 32 };
	const __u64 every_taken[] = { OSCOPE_SENT_TAKEN, OSCOPE_SENT_TAKEN, OSCOPE_SENT_TAKEN,
				      OSCOPE_SENT_TAKEN };

	EXPECT_EQ(lowest(s, all, none, 0), 1);
	EXPECT_EQ(lowest(s, taken, none, 0), 2);	/* of two alike the first */
	EXPECT_EQ(lowest(s, every_taken, none, 1), -1);
	/* That of a socket which is there only for another socket, and after all others. */
	EXPECT_EQ(lowest(s, all, first, 0), 2);
	EXPECT_EQ(lowest(s, all, first, 1), 2);
	EXPECT_EQ(lowest(s, all, every, 0), -1);
	EXPECT_EQ(lowest(s, all, every, 1), 1);
}

/* Whether there is a free cell for an address, which is taken. */
static int cell_takes(uint8_t *taken, __u64 at)
{
	__u32 i, cell;

	for (i = 0; i < OSCOPE_SENT_WAYS; i++) {
		cell = oscope_sent_cell(at, i);
		if (!taken[cell])
			return taken[cell] = 1;
	}
	return 0;
}

/* As they lie: 256 bytes each, side by side in pages, which may be anywhere. */
TEST(two_thousand_buffers_that_wait_have_a_cell_each)
{
	static uint8_t taken[OSCOPE_SENT_CELLS];
	__u64 random = 1, page;
	int round, i, missing = 0;

	for (round = 0; round < 50; round++) {
		memset(taken, 0, sizeof(taken));
		for (i = 0; i < 2000; i++) {
			if (i % 16 == 0)
				random = random * 6364136223846793005ULL + 1442695040888963407ULL;
			page = random >> 44;	/* of 4 GiB */
			missing += !cell_takes(taken, 0xffff888000000000ULL + (page << 12) +
					       i % 16 * 256ULL);
		}
	}
	EXPECT_EQ(missing, 0);
}

TEST(what_was_sent_since_is_of_who_sends_and_not_from_before)
{
	const struct oscope_sent s = { .from = 7, .ns = 10 };

	EXPECT_EQ(oscope_sent_since(&s, 7, 9), 1);
	EXPECT_EQ(oscope_sent_since(&s, 7, 10), 0);
	EXPECT_EQ(oscope_sent_since(&s, 8, 9), 0);
}

TEST_HARNESS_MAIN
