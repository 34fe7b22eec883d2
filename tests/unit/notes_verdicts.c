// SPDX-License-Identifier: GPL-2.0
/*
 * The rules of the claims, fed with made-up numbers: every outcome can be reached, a failed gate
 * voids, what forbids a verdict makes it inconclusive. Nothing is measured here.
 */
#include "kmod/core/hist.h"
#include "notes_feed.h"

#define ROUNDS	100000

/* NAN: there is none of this name. */
static double evidence(const struct note *n, const char *name)
{
	size_t i;

	for (i = 0; i < n->n_evidence; i++) {
		if (!strcmp(n->evidence[i].name, name))
			return n->evidence[i].value;
	}
	return NAN;
}

/* A pass in which each operation made so many switches of one kind, all voluntary. */
static void switches(struct note *n, size_t a, enum oscope_kind kind, double per_op)
{
	struct arm_counted *c = &n->counted[a];
	uint64_t count = (uint64_t)(per_op * ROUNDS);

	c->counted = true;
	c->n = 4;
	c->ops = c->turns = ROUNDS;
	c->sum = calloc(1, sizeof(*c->sum));
	c->sum->events = c->sum->voluntary = c->sum->kind[kind] = count;
	c->kernel_switches = count;
	c->value = 1;
	c->syscalls = NAN;
	n->timed[a].ops = n->timed[a].turns = ROUNDS;
	n->timed[a].voluntary = count;
}

/* switch.thread-cheaper: arm 0 threads, arm 1 processes. */
static void thread_cheaper(struct note *n, double threads, double processes, double spread)
{
	n->claim = claim_find("switch.thread-cheaper");
	times(n, 0, threads, spread);
	times(n, 1, processes, spread);
	switches(n, 0, OSCOPE_KIND_SAME_MM, 2);
	switches(n, 1, OSCOPE_KIND_CROSS_MM, 2);
	n->counted[0].syscalls = n->counted[1].syscalls = 4;
}

TEST_F(note, thread_cheaper_holds_at_twice)
{
	thread_cheaper(self->n, 500, 1100, 0.02);
	note_judge(self->n);
	EXPECT_EQ(self->n->verdict, VERDICT_HOLDS);
	EXPECT_GE(self->n->effect.lo, 2);
}

/* Each part as it was measured; what they do not add up to is said. */
TEST_F(note, thread_cheaper_says_what_is_unexplained)
{
	const double parts[] = { 60, 70, 10 };
	size_t a, i;

	thread_cheaper(self->n, 500, 1100, 0);
	for (a = 0; a < 2; a++) {
		for (i = 0; i < 3; i++)
			see(self->n, a, i, parts[i]);
	}
	oscope_hist_add(&self->n->counted[0].sum->direct[OSCOPE_KIND_SAME_MM], 60);
	oscope_hist_add(&self->n->counted[1].sum->direct[OSCOPE_KIND_CROSS_MM], 400);
	note_judge(self->n);
	EXPECT_LT(fabs(evidence(self->n, "threads_unexplained_share") - 50.0 / 250), 0.02);
	EXPECT_LT(fabs(evidence(self->n, "processes_unexplained_share") - 10.0 / 550), 0.02);
	EXPECT_EQ(evidence(self->n, "processes_hand_over_ns"), 550);
}

TEST_F(note, thread_cheaper_holds_if_much_is_taken_away)
{
	thread_cheaper(self->n, 500, 700, 0.02);
	note_judge(self->n);
	EXPECT_EQ(self->n->verdict, VERDICT_HOLDS_IF);
	EXPECT_NE(strstr(self->n->reason, "1.40 times"), NULL);
	EXPECT_NE(strstr(self->n->reason, "not twice"), NULL);
}

TEST_F(note, thread_cheaper_may_leave_much_undecided)
{
	thread_cheaper(self->n, 500, 1000, 0.5);
	note_judge(self->n);
	EXPECT_EQ(self->n->verdict, VERDICT_HOLDS_IF);
	EXPECT_NE(strstr(self->n->reason, "not decided"), NULL);
}

TEST_F(note, thread_cheaper_false_when_processes_win)
{
	thread_cheaper(self->n, 500, 450, 0.02);
	note_judge(self->n);
	EXPECT_EQ(self->n->verdict, VERDICT_FALSE);
}

TEST_F(note, thread_cheaper_inconclusive_when_one_lies_inside)
{
	thread_cheaper(self->n, 500, 505, 0.5);
	note_judge(self->n);
	EXPECT_EQ(self->n->verdict, VERDICT_INCONCLUSIVE);
}

TEST_F(note, thread_cheaper_void_when_it_did_not_switch)
{
	thread_cheaper(self->n, 500, 700, 0.02);
	free(self->n->counted[0].sum);
	switches(self->n, 0, OSCOPE_KIND_SAME_MM, 0.01);
	note_judge(self->n);
	EXPECT_EQ(self->n->verdict, VERDICT_VOID);
	EXPECT_NE(strstr(self->n->reason, "measured 0.01, expected 2"), NULL);
	EXPECT_TRUE(isnan(self->n->effect.value));
}

TEST_F(note, thread_cheaper_void_when_kinds_are_wrong)
{
	thread_cheaper(self->n, 500, 700, 0.02);
	self->n->counted[0].sum->kind[OSCOPE_KIND_SAME_MM] = 0;
	note_judge(self->n);
	EXPECT_EQ(self->n->verdict, VERDICT_VOID);
}

TEST_F(note, void_when_probes_and_kernel_disagree)
{
	thread_cheaper(self->n, 500, 700, 0.02);
	self->n->counted[1].kernel_switches -= 100;
	note_judge(self->n);
	EXPECT_EQ(self->n->verdict, VERDICT_VOID);
}

TEST_F(note, void_when_events_are_lost)
{
	thread_cheaper(self->n, 500, 700, 0.02);
	self->n->counted[1].lost = ROUNDS / 10;
	note_judge(self->n);
	EXPECT_EQ(self->n->verdict, VERDICT_VOID);
}

TEST_F(note, inconclusive_when_nothing_counted)
{
	thread_cheaper(self->n, 500, 700, 0.02);
	self->n->counted[0].counted = false;
	note_judge(self->n);
	EXPECT_EQ(self->n->verdict, VERDICT_INCONCLUSIVE);
	EXPECT_TRUE(isnan(self->n->effect.value));
}

TEST_F(note, inconclusive_with_the_reason_that_blocked)
{
	thread_cheaper(self->n, 500, 700, 0.02);
	strcpy(self->n->blocked, "no privilege");
	note_judge(self->n);
	EXPECT_EQ(self->n->verdict, VERDICT_INCONCLUSIVE);
	EXPECT_STREQ(self->n->reason, "no privilege");
}

TEST_F(note, inconclusive_with_few_samples)
{
	thread_cheaper(self->n, 500, 700, 0.02);
	self->n->timed[0].n = self->n->timed[1].n = 4;
	note_judge(self->n);
	EXPECT_EQ(self->n->verdict, VERDICT_INCONCLUSIVE);
}

TEST_F(note, times_decide_nothing_under_an_emulator)
{
	thread_cheaper(self->n, 500, 700, 0.02);
	strcpy(self->machine.no_times, "an emulator");
	note_judge(self->n);
	EXPECT_EQ(self->n->verdict, VERDICT_INCONCLUSIVE);
}

/* switch.coroutine: arm 0 assembly, 1 ucontext, 2 thread. */
static void coroutine(struct note *n, double assembly, double library)
{
	n->claim = claim_find("switch.coroutine");
	times(n, 0, 5, 0.02);
	times(n, 1, 100, 0.02);
	times(n, 2, 300, 0.02);
	switches(n, 0, OSCOPE_KIND_TO_KTHREAD, 0.0001);
	switches(n, 1, OSCOPE_KIND_TO_KTHREAD, 0.0001);
	switches(n, 2, OSCOPE_KIND_SAME_MM, 1);
	n->counted[0].syscalls = assembly;
	n->counted[1].syscalls = library;
	n->counted[2].syscalls = 2;
}

TEST_F(note, coroutine_holds_when_none_enters_the_kernel)
{
	coroutine(self->n, 0.0001, 0.0002);
	note_judge(self->n);
	EXPECT_EQ(self->n->verdict, VERDICT_HOLDS);
}

TEST_F(note, coroutine_holds_if_not_ucontext)
{
	coroutine(self->n, 0.0001, 1.0002);
	note_judge(self->n);
	EXPECT_EQ(self->n->verdict, VERDICT_HOLDS_IF);
	EXPECT_NE(strstr(self->n->reason, "ucontext"), NULL);
}

TEST_F(note, coroutine_decides_under_an_emulator)
{
	coroutine(self->n, 0.0001, 1.0002);
	strcpy(self->machine.no_times, "an emulator");
	note_judge(self->n);
	EXPECT_EQ(self->n->verdict, VERDICT_HOLDS_IF);
	/* ... but says nothing of its times. */
	EXPECT_TRUE(isnan(self->n->effect.value));
	EXPECT_EQ(strstr(self->n->reason, "as long"), NULL);
}

TEST_F(note, coroutine_false_when_assembly_calls_the_kernel)
{
	coroutine(self->n, 1, 1);
	note_judge(self->n);
	EXPECT_EQ(self->n->verdict, VERDICT_FALSE);
}

TEST_F(note, coroutine_inconclusive_without_system_call_counts)
{
	coroutine(self->n, NAN, NAN);
	note_judge(self->n);
	EXPECT_EQ(self->n->verdict, VERDICT_INCONCLUSIVE);
}

TEST_F(note, coroutine_void_when_a_coroutine_sleeps)
{
	coroutine(self->n, 0.0001, 1);
	self->n->timed[0].loop_voluntary = 1;
	note_judge(self->n);
	EXPECT_EQ(self->n->verdict, VERDICT_VOID);
}

TEST_F(note, coroutine_void_when_turns_are_missing)
{
	coroutine(self->n, 0.0001, 1);
	self->n->counted[0].turns /= 2;
	note_judge(self->n);
	EXPECT_EQ(self->n->verdict, VERDICT_VOID);
}

/* switch.forced: arm 0 two spinners, 1 one alone; values are forced switches a second. */
static void forced(struct note *n, double two, double alone)
{
	n->claim = claim_find("switch.forced");
	times(n, 0, two, 0.1);
	times(n, 1, alone, 0.1);
	switches(n, 0, OSCOPE_KIND_SAME_MM, 0.25);
	switches(n, 1, OSCOPE_KIND_TO_KTHREAD, 0.01);
	n->timed[0].share = 0.49;
	oscope_hist_add(&n->counted[0].sum->slice, 4000000);
}

TEST_F(note, forced_holds)
{
	forced(self->n, 250, 5);
	note_judge(self->n);
	EXPECT_EQ(self->n->verdict, VERDICT_HOLDS);
}

TEST_F(note, forced_holds_if_slices_are_long)
{
	forced(self->n, 4, 0);
	note_judge(self->n);
	EXPECT_EQ(self->n->verdict, VERDICT_HOLDS_IF);
}

TEST_F(note, forced_false_when_nobody_is_pushed_off)
{
	forced(self->n, 5, 5);
	note_judge(self->n);
	EXPECT_EQ(self->n->verdict, VERDICT_FALSE);
}

TEST_F(note, forced_inconclusive_when_others_hide_it)
{
	forced(self->n, 100, 98);
	self->n->timed[1].value[0] = self->n->timed[1].value[5] = 120;
	self->n->timed[0].value[2] = self->n->timed[0].value[9] = 60;
	note_judge(self->n);
	EXPECT_EQ(self->n->verdict, VERDICT_INCONCLUSIVE);
}

TEST_F(note, forced_void_when_a_spinner_sleeps)
{
	forced(self->n, 250, 5);
	self->n->counted[0].loop_voluntary = 1;
	note_judge(self->n);
	EXPECT_EQ(self->n->verdict, VERDICT_VOID);
}

TEST_F(note, forced_void_when_one_starves)
{
	forced(self->n, 250, 5);
	self->n->timed[0].share = 0.1;
	note_judge(self->n);
	EXPECT_EQ(self->n->verdict, VERDICT_VOID);
}

/* Of arms and observations that the claim has. */
static bool counts_are_there(const struct claim *c, const struct claim_count *count)
{
	for (; count->of; count++) {
		if (count->arm != ALL_ARMS && count->arm >= claim_arms(c))
			return false;
		if (count->of == COUNT_SEEN && !c->seen[count->what])
			return false;
	}
	return true;
}

TEST(claims_are_complete_and_sorted)
{
	const struct claim *c = NULL, *before = NULL;

	while ((c = claim_next(c))) {
		EXPECT_EQ(strncmp(c->id, c->topic, strlen(c->topic)), 0);
		EXPECT_EQ(c->id[strlen(c->topic)], '.');
		EXPECT_TRUE(c->claim && c->claim_zh && c->how && c->gates && c->rule && c->live);
		EXPECT_TRUE((c->check || c->counts[0].of) && c->op);
		/* The lists have room for their ends. */
		EXPECT_EQ(c->counts[CLAIM_COUNTS - 1].of, COUNT_END);
		EXPECT_EQ(c->needed[CLAIM_NEEDED - 1].of, COUNT_END);
		EXPECT_TRUE(counts_are_there(c, c->counts) && counts_are_there(c, c->needed));
		/* A rule of its own, or outcomes with what to say of them. */
		EXPECT_TRUE(c->decide || (c->needed[0].of && c->yes && c->no));
		EXPECT_TRUE(c->effect || c->needed[0].of);
		/* A number or outcomes: something must be there to judge by. */
		EXPECT_TRUE(c->value || c->seen[0] || c->sizes[0] || c->needs_lives ||
			    c->needs_states);
		EXPECT_GE(claim_arms(c), 1);
		if (before)
			EXPECT_LT(strcmp(before->id, c->id), 0);
		before = c;
	}
	EXPECT_NE(before, NULL);
}

TEST(nearest_claim_is_found_by_either_name)
{
	EXPECT_STREQ(claim_nearest("switch.forcd"), "switch.forced");
	EXPECT_STREQ(claim_nearest("forced"), "switch.forced");
	EXPECT_EQ(claim_nearest("zzz.qqq"), NULL);
}

TEST_HARNESS_MAIN
