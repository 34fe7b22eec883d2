// SPDX-License-Identifier: GPL-2.0
/* The rules of the claims on what a new task has and is, fed with made-up numbers. */
#include "notes_feed.h"

/* create.copies-all: seen data, code, stack copied, own pages after, faults a page, kept. */
static void copies_all(struct note *n, double copied, double faults)
{
	feed(n, "create.copies-all");
	made(n, 0, OSCOPE_BIRTH_FORK, 1);
	see(n, 0, 0, copied);
	see(n, 0, 1, copied);
	see(n, 0, 2, copied);
	see(n, 0, 3, copied > 0 ? 1024 : 100);
	see(n, 0, 4, faults);
	see(n, 0, 5, 1);
}

TEST_F(note, copies_all_false_with_copy_on_write)
{
	copies_all(self->n, 0, 1);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
	EXPECT_EQ(self->n->effect.value, 0);
}

TEST_F(note, copies_all_holds_when_everything_is_copied)
{
	copies_all(self->n, 1, 0);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, copies_all_inconclusive_in_between)
{
	copies_all(self->n, 0.5, 0.5);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, copies_all_void_when_the_parent_sees_the_childs_writes)
{
	copies_all(self->n, 0, 1);
	see(self->n, 0, 5, 0);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* create.inherits: arms fork, vfork, thread, exec; seen 0..3 what is inherited, 4.. what is shared. */
static void inherits(struct note *n)
{
	size_t a;
	unsigned int what;

	feed(n, "create.inherits");
	for (a = 0; a < 4; a++) {
		for (what = 0; what < 4; what++)
			see(n, a, what, 1);
		for (what = 5; what < 9 && a < 3; what++)
			see(n, a, what, a == 2);
	}
	see(n, 1, 7, 1);
	see(n, 3, 4, 1);
	made(n, 0, OSCOPE_BIRTH_FORK, 1);
	made(n, 1, OSCOPE_BIRTH_VFORK, 1);
	made(n, 2, OSCOPE_BIRTH_THREAD, 1);
	made(n, 3, OSCOPE_BIRTH_FORK, 1);
}

TEST_F(note, inherits_holds)
{
	inherits(self->n);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	EXPECT_NE(strstr(self->n->reason, "is a copy"), NULL);
}

TEST_F(note, inherits_false_without_environment)
{
	inherits(self->n);
	see(self->n, 0, 2, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, inherits_inconclusive_when_samples_differ)
{
	inherits(self->n);
	see_half(self->n, 3, 3);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, inherits_void_when_threads_have_tables_of_their_own)
{
	inherits(self->n);
	see(self->n, 2, 5, 0);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* create.stdio-copy: arms unflushed, flushed, line; seen 0 copies, 1 twice. */
static void stdio_copy(struct note *n, double copies)
{
	size_t a;

	feed(n, "create.stdio-copy");
	for (a = 0; a < 3; a++) {
		see(n, a, 0, a ? 1 : copies);
		see(n, a, 1, !a && copies == 2);
		made(n, a, OSCOPE_BIRTH_FORK, 1);
	}
}

TEST_F(note, stdio_copy_holds)
{
	stdio_copy(self->n, 2);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, stdio_copy_false_when_it_comes_once)
{
	stdio_copy(self->n, 1);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, stdio_copy_inconclusive_when_samples_differ)
{
	stdio_copy(self->n, 2);
	see_half(self->n, 0, 1);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, stdio_copy_void_when_flushing_does_not_help)
{
	stdio_copy(self->n, 2);
	see(self->n, 1, 0, 2);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* Claims of one arm that need all of their first observations. */
static void all_yes(struct note *n, const char *id, unsigned int count)
{
	unsigned int what;

	feed(n, id);
	for (what = 0; what < count; what++)
		see(n, 0, what, 1);
	made(n, 0, OSCOPE_BIRTH_FORK, 1);
	made(n, 0, OSCOPE_BIRTH_THREAD, 1);
}

TEST_F(note, unit_holds)
{
	all_yes(self->n, "create.unit", 5);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, unit_false_when_priority_is_the_process_s)
{
	all_yes(self->n, "create.unit", 5);
	see(self->n, 0, 2, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, unit_inconclusive_when_samples_differ)
{
	all_yes(self->n, "create.unit", 5);
	see_half(self->n, 0, 4);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, unit_void_without_a_thread)
{
	all_yes(self->n, "create.unit", 5);
	self->n->counted[0].lives.births[OSCOPE_BIRTH_THREAD] = 0;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, main_thread_holds)
{
	all_yes(self->n, "create.main-thread", 6);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, main_thread_false_when_a_thread_leaves_its_process)
{
	all_yes(self->n, "create.main-thread", 6);
	see(self->n, 0, 1, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, main_thread_inconclusive_when_samples_differ)
{
	all_yes(self->n, "create.main-thread", 6);
	see_half(self->n, 0, 2);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, main_thread_void_when_nobody_answers)
{
	all_yes(self->n, "create.main-thread", 6);
	see(self->n, 0, 3, 0);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

static void parent_child(struct note *n)
{
	all_yes(n, "create.parent-child", 5);
	made(n, 0, OSCOPE_BIRTH_FORK, 2);
	n->counted[0].lives.ended = n->counted[0].lives.zombies = 2 * OPS;
	n->counted[0].lives.births[OSCOPE_BIRTH_THREAD] = 0;
	n->counted[0].lives.signalled = n->counted[0].lives.inherited = OPS;
}

TEST_F(note, parent_child_holds)
{
	parent_child(self->n);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, parent_child_false_when_others_can_wait)
{
	parent_child(self->n);
	see(self->n, 0, 2, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, parent_child_inconclusive_when_samples_differ)
{
	parent_child(self->n);
	see_half(self->n, 0, 1);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, parent_child_void_when_nobody_was_killed)
{
	parent_child(self->n);
	self->n->counted[0].lives.signalled = 0;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* create.why: arms thread, process; seen 0 nothing more, 1 fixed, 2 maps, 3 kB, 4 and 5 tables. */
static void why(struct note *n, bool nothing_more, bool fixed)
{
	feed(n, "create.why");
	made(n, 0, OSCOPE_BIRTH_THREAD, 1);
	made(n, 1, OSCOPE_BIRTH_FORK, 2);
	see(n, 0, 0, nothing_more);
	see(n, 0, 2, nothing_more ? 0 : 2);
	see(n, 0, 3, nothing_more ? 0 : 8196);
	see(n, 1, 1, fixed);
	see(n, 1, 4, 48);
	see(n, 1, 5, fixed ? 48 : 176);
}

TEST_F(note, why_false_when_threads_need_more)
{
	why(self->n, false, true);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
	EXPECT_NE(strstr(self->n->reason, "2 mappings"), NULL);
}

TEST_F(note, why_false_when_tables_grow)
{
	why(self->n, true, false);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, why_holds)
{
	why(self->n, true, true);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, why_inconclusive_when_samples_differ)
{
	why(self->n, true, true);
	see_half(self->n, 0, 0);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, why_void_without_its_children)
{
	why(self->n, true, true);
	self->n->counted[1].lives.births[OSCOPE_BIRTH_FORK] = OPS;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_HARNESS_MAIN
