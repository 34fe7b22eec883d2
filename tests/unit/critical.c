// SPDX-License-Identifier: GPL-2.0
/*
 * The critical path: what a task slept at is what its call is about, though a call's record says the
 * time at which it was written, some time after the call's end.
 */
#include "kselftest_harness.h"

#include "critical.h"

#define READER	7
#define WRITER	8
#define PIPE	3U
#define SLEPT	1000000ULL	/* the reader, from then until .. */
#define WOKEN	2000000ULL	/* .. then */
#define LATE	300ULL	/* of a record, and of what is reckoned back from it */

static struct event reading(uint64_t from_ns, uint64_t to_ns)
{
	return (struct event){
		.ts = to_ns,
		.id = OSCOPE_REC_IPC_CALL,
		.call = {
			.tid = READER, .object = PIPE,
			.what = { .latency_ns = to_ns - from_ns, .blocked_ns = 1 },
		},
	};
}

TEST(a_call_is_found_at_the_end_of_its_sleep)
{
	/* Entered just before the sleep. */
	const struct event e = reading(SLEPT - LATE / 2 + LATE, WOKEN + 2 * LATE);
	const struct event later = reading(WOKEN + 50 * LATE, WOKEN + 90 * LATE);
	struct critical_calls c = { 0 };

	ASSERT_EQ(0, critical_calls_keep(&c, &e));
	ASSERT_EQ(0, critical_calls_keep(&c, &later));
	EXPECT_EQ(PIPE, critical_calls_find(&c, READER, WOKEN));
	/* Between calls it slept for something else. */
	EXPECT_EQ(0, critical_calls_find(&c, READER, WOKEN + 20 * LATE));
	EXPECT_EQ(0, critical_calls_find(&c, READER, WOKEN + 100 * LATE));
	EXPECT_EQ(0, critical_calls_find(&c, WRITER, WOKEN));
	critical_calls_free(&c);
}

/* The reader, place 0, sleeps and is woken by the writer, place 1, that runs all the time. */
TEST(a_step_knows_when_the_sleep_that_it_ends_did)
{
	struct losses none = { 0 };
	struct critical c = { .losses = &none };
	const struct segment segments[] = {
		{ 0, SLEPT, 0, 0, 0, SEGMENT_RUNNING },
		{ SLEPT, WOKEN, 0, 0, 0, SEGMENT_BLOCKED },
		{ 0, WOKEN + LATE, 1, 0, 1, SEGMENT_RUNNING },
		{ WOKEN, WOKEN + LATE, 0, 2, 0, SEGMENT_WOKEN, 0, SEGMENT_BY_TASK },
		{ WOKEN + LATE, WOKEN + 2 * LATE, 0, 0, 0, SEGMENT_RUNNING },
	};
	size_t i, waited = 0;

	for (i = 0; i < sizeof(segments) / sizeof(*segments); i++)
		ASSERT_EQ(0, critical_keep(&c, &segments[i]));
	ASSERT_EQ(0, critical_walk(&c, 0, 0, WOKEN + 2 * LATE));
	for (i = 0; i < c.n; i++) {
		if (!c.step[i].waited)
			continue;
		waited++;
		EXPECT_EQ(1, c.step[i].task);
		EXPECT_EQ(0, c.step[i].waited_task);
		EXPECT_EQ(WOKEN, c.step[i].slept_ns);
	}
	EXPECT_EQ(1, waited);
	critical_free(&c);
}

TEST_HARNESS_MAIN
