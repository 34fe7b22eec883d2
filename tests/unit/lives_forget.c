// SPDX-License-Identifier: GPL-2.0
/*
 * Lives that are over are let go of, and only those; a number's other lives stay what they are.
 */
#include <string.h>

#include "kselftest_harness.h"

#include "kmod/core/ring.h"
#include "lives.h"

FIXTURE(lives)
{
	struct lives l;
};

FIXTURE_SETUP(lives)
{
	memset(&self->l, 0, sizeof(self->l));
}

FIXTURE_TEARDOWN(lives)
{
	lives_free(&self->l);
}

static void born(struct lives *l, uint32_t tid, uint32_t tgid, uint64_t ns, const char *name)
{
	struct oscope_identity who = {
		.start_ns = ns, .tid = tid, .tgid = tgid, .ptid = 1,
		.head = oscope_head(OSCOPE_REC_IDENTITY, 0, 2),
	};
	struct event made = { .ts = ns, .id = OSCOPE_REC_NEWTASK, .w = { tid, 1, 0 } };

	memcpy(who.comm_lo, name, strlen(name));
	lives_identity(l, &who);
	lives_event(l, &made);
}

static void ended(struct lives *l, uint32_t tid, uint64_t ns, uint32_t flags)
{
	struct event e = { .ts = ns, .id = OSCOPE_REC_EXIT, .flags = flags, .w = { tid, 0, 1 } };

	lives_event(l, &e);
}

static const char *name_of(const struct lives *l, uint32_t tid)
{
	const struct life *life = lives_find(l, tid);

	return life ? life->comm : "";
}

TEST_F(lives, who_lives_stays)
{
	born(&self->l, 10, 10, 100, "ten");
	born(&self->l, 20, 20, 200, "twenty");
	born(&self->l, 30, 30, 300, "thirty");
	ended(&self->l, 20, 400, OSCOPE_END_LAST);
	EXPECT_EQ(lives_forget(&self->l, 1000), 0);
	EXPECT_EQ(self->l.n, 2);
	EXPECT_STREQ(name_of(&self->l, 10), "ten");
	EXPECT_STREQ(name_of(&self->l, 20), "");
	EXPECT_STREQ(name_of(&self->l, 30), "thirty");
}

TEST_F(lives, who_has_just_ended_stays_for_a_while)
{
	born(&self->l, 10, 10, 100, "ten");
	ended(&self->l, 10, 500, OSCOPE_END_LAST);
	EXPECT_EQ(lives_forget(&self->l, 500), 0);
	EXPECT_STREQ(name_of(&self->l, 10), "ten");
	EXPECT_EQ(lives_forget(&self->l, 501), 0);
	EXPECT_EQ(self->l.n, 0);
}

TEST_F(lives, a_leader_stays_as_long_as_its_threads)
{
	born(&self->l, 10, 10, 100, "ten");
	born(&self->l, 11, 10, 110, "ten");
	ended(&self->l, 10, 200, 0);
	EXPECT_EQ(lives_forget(&self->l, 1000), 0);
	EXPECT_EQ(self->l.n, 2);
	ended(&self->l, 11, 300, OSCOPE_END_LAST);
	EXPECT_EQ(lives_forget(&self->l, 1000), 0);
	EXPECT_EQ(self->l.n, 0);
}

TEST_F(lives, a_number_that_was_given_again)
{
	const struct life *life;

	born(&self->l, 10, 10, 100, "first");
	ended(&self->l, 10, 150, OSCOPE_END_LAST);
	born(&self->l, 20, 20, 180, "other");
	born(&self->l, 10, 10, 200, "second");
	EXPECT_EQ(lives_forget(&self->l, 1000), 0);
	EXPECT_EQ(self->l.n, 2);
	EXPECT_STREQ(name_of(&self->l, 10), "second");
	life = lives_find_at(&self->l, 10, 120);
	EXPECT_EQ(life, NULL);	/* it is not known any more */
	born(&self->l, 10, 10, 300, "third");
	EXPECT_STREQ(name_of(&self->l, 10), "third");
	life = lives_find_at(&self->l, 10, 250);
	ASSERT_NE(life, NULL);
	EXPECT_STREQ(life->comm, "second");
}

TEST_F(lives, many_come_and_go)
{
	uint32_t tid;

	for (tid = 1000; tid < 2000; tid++) {
		born(&self->l, tid, tid, tid, "one");
		if (tid % 10)
			ended(&self->l, tid, tid + 1, OSCOPE_END_LAST);
	}
	EXPECT_EQ(lives_forget(&self->l, 9999), 0);
	EXPECT_EQ(self->l.n, 100);
	for (tid = 1000; tid < 2000; tid++)
		EXPECT_EQ(!lives_find(&self->l, tid), !!(tid % 10));
}

TEST_HARNESS_MAIN
