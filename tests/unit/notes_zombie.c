// SPDX-License-Identifier: GPL-2.0
/* The rules of the claims on zombies, fed with made-up numbers. */
#include "notes_feed.h"

/* zombie.reap: arm 0 at once, 1 later; seen 0 stays, 1 goes. */
static void reap(struct note *n, double shortest_ms)
{
	size_t a;

	feed(n, "zombie.reap");
	for (a = 0; a < 2; a++) {
		made(n, a, OSCOPE_BIRTH_FORK, 1);
		see(n, a, 1, 1);
		n->counted[a].lives.zombie_min_ns = n->counted[a].lives.zombie_p50_ns =
			a ? shortest_ms * 1e6 : 50e3;
	}
	see(n, 1, 0, 1);
}

TEST_F(note, reap_holds_when_they_stay_and_go)
{
	reap(self->n, 10.2);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	EXPECT_EQ(self->n->effect.value, 1);
	EXPECT_GT(self->n->effect.lo, 0.8);
}

TEST_F(note, reap_false_when_they_do_not_stay)
{
	reap(self->n, 10.2);
	see(self->n, 1, 0, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
	EXPECT_NE(strstr(self->n->reason, "before"), NULL);
}

TEST_F(note, reap_false_when_the_wait_lets_none_go)
{
	reap(self->n, 10.2);
	see(self->n, 0, 1, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
	EXPECT_NE(strstr(self->n->reason, "still there"), NULL);
}

TEST_F(note, reap_false_when_the_trace_saw_one_go_early)
{
	reap(self->n, 3);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, reap_inconclusive_when_samples_differ)
{
	reap(self->n, 10.2);
	see_half(self->n, 1, 0);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
	EXPECT_NE(strstr(self->n->reason, "50 %"), NULL);
}

TEST_F(note, reap_void_when_nobody_was_a_zombie)
{
	reap(self->n, 10.2);
	self->n->counted[1].lives.zombies--;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, void_when_nobody_followed_the_lives)
{
	reap(self->n, 10.2);
	self->n->counted[1].lives.known = false;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, outcomes_decide_under_an_emulator)
{
	reap(self->n, 10.2);
	strcpy(self->machine.no_times, "an emulator");
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

/* zombie.ignore: arm 0 ignored, 1 nocldwait, 2 default; seen 0 statuses. */
static void ignore(struct note *n, double zombies)
{
	struct arm_lives *l;
	size_t a;

	feed(n, "zombie.ignore");
	for (a = 0; a < 3; a++) {
		made(n, a, OSCOPE_BIRTH_FORK, 1);
		see(n, a, 0, a < 2 ? 8 * zombies : 8);
		l = &n->counted[a].lives;
		if (a == 2)
			continue;
		l->zombies = (uint64_t)(zombies * OPS);
		l->how[OSCOPE_HOW_IGNORED] = OPS - l->zombies;
	}
}

TEST_F(note, ignore_holds_without_zombies)
{
	ignore(self->n, 0);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	EXPECT_EQ(self->n->effect.value, 1);
}

TEST_F(note, ignore_false_when_all_are_zombies)
{
	ignore(self->n, 1);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
	EXPECT_EQ(self->n->effect.value, 0);
}

TEST_F(note, ignore_inconclusive_in_between)
{
	ignore(self->n, 0.5);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, ignore_void_when_the_default_makes_no_zombies)
{
	ignore(self->n, 0);
	self->n->counted[2].lives.zombies = 0;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* zombie.orphan: arm 0 init, 1 subreaper; seen 0 to the heir, 1 reaped there. */
static void orphan(struct note *n)
{
	size_t a;

	feed(n, "zombie.orphan");
	for (a = 0; a < 2; a++) {
		made(n, a, OSCOPE_BIRTH_FORK, 3);
		n->counted[a].lives.inherited = OPS;
		see(n, a, 0, 1);
		see(n, a, 1, 1);
	}
}

TEST_F(note, orphan_holds)
{
	orphan(self->n);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, orphan_false_when_it_goes_elsewhere)
{
	orphan(self->n);
	see(self->n, 1, 0, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, orphan_inconclusive_when_samples_differ)
{
	orphan(self->n);
	see_half(self->n, 0, 1);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, orphan_void_when_nobody_changed_parents)
{
	orphan(self->n);
	self->n->counted[1].lives.inherited = 0;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* zombie.find: seen 0..3 found Z, Zs, ZN, Zl, 4 false hits, 5 all in Z. */
static void find(struct note *n, double others, double false_hits)
{
	unsigned int what;

	feed(n, "zombie.find");
	made(n, 0, OSCOPE_BIRTH_FORK, 1.75);
	made(n, 0, OSCOPE_BIRTH_THREAD, 0.25);
	see(n, 0, 0, 1);
	for (what = 1; what < 4; what++)
		see(n, 0, what, others);
	see(n, 0, 4, false_hits);
	see(n, 0, 5, 1);
}

TEST_F(note, find_false_when_some_kind_is_never_found)
{
	find(self->n, 0, 1);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
	EXPECT_EQ(self->n->effect.value, 0);
}

TEST_F(note, find_holds_when_all_and_only_zombies_are_found)
{
	find(self->n, 1, 0);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, find_holds_if_false_hits_are_left_out)
{
	find(self->n, 1, 2);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
}

TEST_F(note, find_inconclusive_when_samples_differ)
{
	find(self->n, 1, 0);
	see_half(self->n, 0, 2);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, find_void_when_a_zombie_is_none)
{
	find(self->n, 0, 1);
	see_half(self->n, 0, 5);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* zombie.cost: seen 0 no memory, 1 no descriptors, 2 number, 3 status, 4 kB, 5 descriptors. */
static void cost(struct note *n)
{
	unsigned int what;

	feed(n, "zombie.cost");
	made(n, 0, OSCOPE_BIRTH_FORK, 1);
	for (what = 0; what < 4; what++)
		see(n, 0, what, 1);
	see(n, 0, 4, 5000);
	see(n, 0, 5, 12);
}

TEST_F(note, cost_holds)
{
	cost(self->n);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, cost_false_when_memory_stays)
{
	cost(self->n);
	see(self->n, 0, 0, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, cost_inconclusive_when_samples_differ)
{
	cost(self->n);
	see_half(self->n, 0, 3);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, cost_void_when_there_was_nothing_to_lose)
{
	cost(self->n);
	see(self->n, 0, 4, 100);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_HARNESS_MAIN
