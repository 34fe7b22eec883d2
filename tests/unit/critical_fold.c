// SPDX-License-Identifier: GPL-2.0
/*
 * The critical path with its past added up: each task has the same time in each state as if all of
 * it had been kept, and what is kept does not grow with the run.
 */
#include "kselftest_harness.h"

#include "critical_pair.h"

#define SEEDS_FOLDED	12U
#define LONG		20U	/* times as many events */

static bool from_the_first(void *arg, uint64_t *ns)
{
	const struct critical *c = arg;

	*ns = c->first_ns;
	return c->first_ns != 0;
}

/* When tasks are in the midst of what they do: 0: not yet. */
static uint64_t late_ns;

static bool from_late(void *arg, uint64_t *ns)
{
	*ns = late_ns;
	return late_ns != 0;
}

static void folds(struct pair *p)
{
	p->few.begins = from_the_first;
	p->few.begins_arg = &p->few;
}

static uint64_t time_of(const struct critical *c, uint32_t task, uint32_t state)
{
	uint64_t ns = 0;
	size_t i;

	for (i = 0; i < c->all.sums; i++) {
		if (c->kind[i].task == task && c->kind[i].state == state)
			ns += c->all.sum[i].ns;
	}
	return ns;
}

static uint64_t time_of_all(const struct critical *c)
{
	uint64_t ns = 0;
	size_t i;

	for (i = 0; i < c->all.sums; i++)
		ns += c->all.sum[i].ns;
	return ns;
}

static uint64_t handed(const struct critical *c)
{
	uint64_t n = 0;
	size_t i;

	for (i = 0; i < c->all.sums; i++)
		n += c->all.sum[i].handed;
	return n;
}

static void same_sums(struct __test_metadata *_metadata, struct pair *p, uint32_t task,
		      uint64_t end_ns)
{
	const uint64_t start_ns = late_ns ? late_ns : p->all.first_ns;
	uint32_t i, state;

	p->all.n = p->few.n = 0;
	p->all.handovers = p->few.handovers = 0;
	ASSERT_EQ(0, critical_walk(&p->all, task, start_ns, end_ns));
	ASSERT_EQ(0, critical_walk(&p->few, task, start_ns, end_ns));
	ASSERT_EQ(end_ns - start_ns, time_of_all(&p->all));
	ASSERT_EQ(end_ns - start_ns, time_of_all(&p->few));
	for (i = 0; i < p->all.segments.n; i++) {
		for (state = 0; state < SEGMENT_STATES; state++)
			ASSERT_EQ(time_of(&p->all, i, state), time_of(&p->few, i, state)) {
				TH_LOG("path of %u: task %u, %s", task, i,
				       segment_state_name(state));
			}
	}
	EXPECT_EQ(p->all.all.handovers, p->few.all.handovers);
	EXPECT_EQ(handed(&p->all), handed(&p->few));
}

/* Where the run can still end: in each task that goes on. */
static void ends_now(struct __test_metadata *_metadata, struct pair *p)
{
	bool *on = calloc(p->all.segments.n, sizeof(*on));
	size_t i;

	ASSERT_NE(NULL, on);
	for (i = 0; i < p->all.segments.n; i++)
		on[i] = !p->all.segments.task[i].named &&
			p->all.segments.task[i].now.state != SEGMENT_GONE;
	/* Who goes on is not over, though no record follows. */
	p->few.prune_min = 0;
	ASSERT_EQ(0, segments_end(&p->all.segments, p->now + 1));
	ASSERT_EQ(0, segments_end(&p->few.segments, p->now + 1));
	for (i = 0; i < p->all.segments.n; i++) {
		if (on[i])
			same_sums(_metadata, p, i, p->now + 1);
	}
	free(on);
}

static enum critical_end no_end(void *arg, const struct segment_task *t)
{
	return CRITICAL_END_NOT;
}

/* late: the run begins at the how-manieth event, 0: with the first. */
static void compare(struct __test_metadata *_metadata, uint32_t lost, uint32_t often, uint32_t late)
{
	uint32_t seed, i, folded = 0;
	struct pair p;

	for (seed = 1; seed <= SEEDS_FOLDED; seed++) {
		pair_begin(&p, seed);
		folds(&p);
		late_ns = 0;
		if (late)
			p.few.begins = from_late;
		p.few.ends = no_end;
		ASSERT_EQ(0, lost ? losses_make(&p, lost) : 0);
		for (i = 0; i < EVENTS; i++) {
			ASSERT_EQ(0, happens(&p));
			if (late && i == late)
				late_ns = p.now;
			ASSERT_EQ(0, i % often ? 0 : critical_prune(&p.few));
		}
		folded += p.few.fold_ns > 0;
		ends_now(_metadata, &p);
		pair_free(&p);
	}
	EXPECT_EQ(folded, SEEDS_FOLDED);
}

TEST(each_task_has_the_same_time)
{
	compare(_metadata, 0, 500, 0);
}

TEST(each_task_has_the_same_time_however_often_it_is_added_up)
{
	compare(_metadata, 0, OFTEN, 0);
}

TEST(each_task_has_the_same_time_where_records_are_missing)
{
	compare(_metadata, 8, 500, 0);
}

/* What somebody slept in then began before the run did. */
TEST(each_task_has_the_same_time_in_a_run_that_begins_later)
{
	compare(_metadata, 0, 500, EVENTS / 2);
	compare(_metadata, 0, OFTEN, EVENTS / 2);
}

/* Two tasks hand over to each other all the time: all of it is on the path. */
static int round_of_two(struct pair *p)
{
	int err = wakes(p, 0, 2, 1);

	p->now += 10;
	err = err ? err : switches(p, 0, 1, 2, OSCOPE_SWITCH_VOLUNTARY);
	p->now += 10;
	err = err ? err : wakes(p, 0, 1, 2);
	p->now += 10;
	return err ? err : switches(p, 0, 2, 1, OSCOPE_SWITCH_VOLUNTARY);
}

TEST(of_a_ping_pong_no_more_is_kept_however_long_it_is)
{
	uint64_t most = 0;
	struct pair p;
	uint32_t i;

	pair_begin(&p, 1);
	folds(&p);
	ASSERT_EQ(0, switches(&p, 0, 0, 1, 0));
	for (i = 0; i < LONG * EVENTS; i++) {
		ASSERT_EQ(0, round_of_two(&p));
		most = p.few.held > most ? p.few.held : most;
	}
	EXPECT_LT(most, 64 * FEW);
	EXPECT_LT(p.few.task[0].room + p.few.task[1].room, 128 * FEW);
	EXPECT_GT(p.all.held, LONG * EVENTS);
	ends_now(_metadata, &p);
	pair_free(&p);
}

/* Each wakes the next one and sleeps: a path comes from any of them through all others. */
static int round_of_a_ring(struct pair *p)
{
	uint32_t tid, next;
	int err = 0;

	for (tid = 1; !err && tid <= TASKS; tid++) {
		next = tid % TASKS + 1;
		err = wakes(p, 0, next, tid);
		p->now += 10;
		err = err ? err : switches(p, 0, tid, next, OSCOPE_SWITCH_VOLUNTARY);
		p->now += 10;
	}
	return err;
}

TEST(of_a_ring_what_all_pasts_have_in_common_is_kept_once)
{
	struct pair p;
	uint32_t i;

	pair_begin(&p, 1);
	folds(&p);
	ASSERT_EQ(0, switches(&p, 0, 0, 1, 0));
	for (i = 0; i < EVENTS / TASKS; i++) {
		ASSERT_EQ(0, round_of_a_ring(&p));
		ASSERT_LT(p.few.held_sums, 6 * TASKS);
	}
	/* Each has been in two kinds of steps at least. */
	EXPECT_GE(p.few.held_sums, 2 * TASKS);
	ends_now(_metadata, &p);
	pair_free(&p);
}

/* The run is that of task 1; of who is above OTHERS it is not known yet whether they are of it. */
#define OTHERS	2U

static enum critical_end end_of_the_first(void *arg, const struct segment_task *t)
{
	if (t->tid > OTHERS)
		return CRITICAL_END_MAYBE;
	return t->tid == 1 ? CRITICAL_END_SURE : CRITICAL_END_NOT;
}

/* Tasks a and b hand over to each other until a ends; the other one stays asleep. */
static int rounds_until(struct pair *p, uint32_t a, uint32_t b, uint32_t rounds)
{
	int err = switches(p, 0, 0, a, 0);

	for (; !err && rounds; rounds--) {
		err = wakes(p, 0, b, a);
		p->now += 10;
		err = err ? err : switches(p, 0, a, b, OSCOPE_SWITCH_VOLUNTARY);
		p->now += 10;
		err = err ? err : wakes(p, 0, a, b);
		p->now += 10;
		err = err ? err : switches(p, 0, b, a, OSCOPE_SWITCH_VOLUNTARY);
	}
	p->now += 10;
	err = err ? err : ends(p, a);
	p->now += 10;
	return err ? err : switches(p, 0, a, 0, OSCOPE_SWITCH_DEAD);
}

TEST(a_run_may_end_before_others_did_of_which_it_is_told_later_that_they_are_not_of_it)
{
	uint64_t end_ns;
	struct pair p;

	pair_begin(&p, 1);
	folds(&p);
	p.few.ends = end_of_the_first;
	ASSERT_EQ(0, rounds_until(&p, 1, 2, EVENTS));
	end_ns = p.exit_ns[1];
	ASSERT_EQ(0, rounds_until(&p, OTHERS + 1, OTHERS + 2, EVENTS));
	ASSERT_EQ(0, rounds_until(&p, OTHERS + 3, OTHERS + 4, EVENTS));
	EXPECT_LE(p.few.fold_ns, end_ns);
	EXPECT_GT(p.few.fold_ns, end_ns / 2);
	same_sums(_metadata, &p, 0, end_ns);
	pair_free(&p);
}

TEST(a_run_may_end_with_the_first_of_which_it_is_not_known_whether_they_are_of_it)
{
	uint64_t end_ns;
	struct pair p;

	pair_begin(&p, 1);
	folds(&p);
	p.few.ends = end_of_the_first;
	ASSERT_EQ(0, rounds_until(&p, OTHERS + 1, OTHERS + 2, EVENTS));
	end_ns = p.exit_ns[OTHERS + 1];
	ASSERT_EQ(0, rounds_until(&p, OTHERS + 3, OTHERS + 4, EVENTS));
	ASSERT_EQ(0, rounds_until(&p, OTHERS + 5, OTHERS + 6, EVENTS));
	EXPECT_LE(p.few.fold_ns, end_ns);
	same_sums(_metadata, &p, 0, end_ns);
	pair_free(&p);
}

TEST_HARNESS_MAIN
