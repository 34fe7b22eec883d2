// SPDX-License-Identifier: GPL-2.0
/*
 * Records of several CPUs in the order of time: what comes late, what has no time of its own,
 * what was cut in two.
 */
#include <string.h>

#include "kselftest_harness.h"

#include "events.h"
#include "kmod/core/ring.h"

#define NEWTASK	(1ULL << OSCOPE_REC_NEWTASK)
#define EXEC	(1ULL << OSCOPE_REC_EXEC)
#define WHO	(1ULL << OSCOPE_REC_IDENTITY)

FIXTURE(events)
{
	struct events e;
	char seen[256];
};

FIXTURE_SETUP(events)
{
	memset(self, 0, sizeof(*self));
	self->e.wanted = NEWTASK | EXEC | WHO;
}

FIXTURE_TEARDOWN(events)
{
	events_free(&self->e);
}

static struct oscope_slot slot(uint64_t ts, uint32_t id)
{
	return (struct oscope_slot){ .ts = ts, .head = oscope_head(id, 0, 1) };
}

static void identity(struct oscope_slot to[2], const char *name)
{
	struct oscope_identity who = {
		.start_ns = 100, .tid = 5,
		.head = oscope_head(OSCOPE_REC_IDENTITY, 0, 2),
		.head2 = oscope_head(OSCOPE_REC_IDENTITY, 0, 2) | OSCOPE_HEAD_CONT,
	};

	strncpy(who.comm_lo, name, sizeof(who.comm_lo));
	memcpy(to, &who, sizeof(who));
}

/* "name 150 ..." */
static int note(void *seen, const struct event *event)
{
	char one[32];

	if (event->id == OSCOPE_REC_IDENTITY)
		snprintf(one, sizeof(one), "%.8s ", event->who.comm_lo);
	else
		snprintf(one, sizeof(one), "%llu ", (unsigned long long)event->ts);
	strcat(seen, one);
	return 0;
}

TEST_F(events, a_name_comes_before_what_follows_it)
{
	struct oscope_slot made[3], renamed[3];

	identity(made, "old");
	made[2] = slot(101, OSCOPE_REC_NEWTASK);
	identity(renamed, "new");
	renamed[2] = slot(150, OSCOPE_REC_EXEC);
	/* The later CPU is read first. */
	EXPECT_EQ(events_add(&self->e, 1, renamed, 3), 0);
	EXPECT_EQ(events_add(&self->e, 0, made, 3), 0);
	EXPECT_EQ(events_take(&self->e, UINT64_MAX, note, self->seen), 0);
	EXPECT_STREQ(self->seen, "old 101 new 150 ");
}

TEST_F(events, younger_ones_are_kept)
{
	struct oscope_slot a[2] = { slot(10, OSCOPE_REC_EXEC), slot(40, OSCOPE_REC_EXEC) };
	struct oscope_slot b[2] = { slot(20, OSCOPE_REC_EXEC), slot(30, OSCOPE_REC_EXEC) };

	EXPECT_EQ(events_add(&self->e, 0, a, 2), 0);
	EXPECT_EQ(events_take(&self->e, 15, note, self->seen), 0);
	EXPECT_EQ(events_add(&self->e, 70, b, 2), 0);
	EXPECT_EQ(events_take(&self->e, 30, note, self->seen), 0);
	EXPECT_STREQ(self->seen, "10 20 30 ");
	EXPECT_EQ(events_take(&self->e, UINT64_MAX, note, self->seen), 0);
	EXPECT_STREQ(self->seen, "10 20 30 40 ");
}

TEST_F(events, an_identity_in_two_runs_and_half_of_one)
{
	struct oscope_slot who[2], after = slot(50, OSCOPE_REC_EXEC);

	identity(who, "two");
	EXPECT_EQ(events_add(&self->e, 0, &who[1], 1), 0);	/* its first half was overwritten */
	EXPECT_EQ(events_add(&self->e, 0, &who[0], 1), 0);
	EXPECT_EQ(events_add(&self->e, 0, &who[1], 1), 0);
	EXPECT_EQ(events_add(&self->e, 0, &after, 1), 0);
	EXPECT_EQ(events_take(&self->e, 60, note, self->seen), 0);
	EXPECT_STREQ(self->seen, "two 50 ");
}

TEST_F(events, nothing_follows_at_the_end)
{
	struct oscope_slot who[2];

	identity(who, "last");
	EXPECT_EQ(events_add(&self->e, 0, who, 2), 0);
	EXPECT_EQ(events_take(&self->e, 1000, note, self->seen), 0);
	EXPECT_STREQ(self->seen, "");
	EXPECT_EQ(events_take(&self->e, UINT64_MAX, note, self->seen), 0);
	EXPECT_STREQ(self->seen, "last ");
}

TEST_F(events, what_is_not_wanted_tells_the_time_all_the_same)
{
	struct oscope_slot run[3];

	identity(run, "early");
	run[2] = slot(5, OSCOPE_REC_SWITCH);
	EXPECT_EQ(events_add(&self->e, 0, run, 3), 0);
	EXPECT_EQ(events_take(&self->e, 5, note, self->seen), 0);
	EXPECT_STREQ(self->seen, "early ");
}

TEST_HARNESS_MAIN
