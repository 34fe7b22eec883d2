// SPDX-License-Identifier: GPL-2.0
/*
 * The critical path with and without what no path can come to: the same path, of any tasks that
 * make and wake each other; and of tasks that work beside each other few segments.
 */
#include "kselftest_harness.h"

#include "critical_pair.h"

static enum critical_end only_last(void *arg, const struct segment_task *t)
{
	const struct pair *p = arg;

	return t->tid == p->last_tid ? CRITICAL_END_SURE : CRITICAL_END_NOT;
}

static bool same_step(const struct critical_step *a, const struct critical_step *b)
{
	return a->from_ns == b->from_ns && a->to_ns == b->to_ns && a->task == b->task &&
	       a->next == b->next && a->by == b->by && a->cpu == b->cpu && a->state == b->state &&
	       a->reason == b->reason && a->how == b->how && a->waited == b->waited &&
	       a->waited_task == b->waited_task && a->waited_state == b->waited_state &&
	       a->waited_reason == b->waited_reason && a->slept_ns == b->slept_ns;
}

static bool same_steps(const struct critical *a, const struct critical *b)
{
	size_t i;

	if (a->n != b->n || a->handovers != b->handovers)
		return false;
	for (i = 0; i < a->n; i++) {
		if (!same_step(&a->step[i], &b->step[i]))
			return false;
	}
	return true;
}

static void same_path(struct __test_metadata *_metadata, struct pair *p, size_t task,
		      uint64_t end_ns)
{
	p->all.n = p->few.n = 0;
	p->all.handovers = p->few.handovers = 0;
	ASSERT_EQ(0, critical_walk(&p->all, task, 0, end_ns));
	ASSERT_EQ(0, critical_walk(&p->few, task, 0, end_ns));
	ASSERT_TRUE(same_steps(&p->all, &p->few));
}

static void ends_everywhere(struct __test_metadata *_metadata, struct pair *p, uint32_t tid)
{
	size_t i;

	ASSERT_EQ(0, segments_end(&p->all.segments, p->now + 1));
	ASSERT_EQ(0, segments_end(&p->few.segments, p->now + 1));
	for (i = 0; i < p->all.segments.n; i++) {
		if (tid && p->all.segments.task[i].tid != tid)
			continue;
		same_path(_metadata, p, i, p->now + 1);
		if (p->all.segments.task[i].exit_ns)
			same_path(_metadata, p, i, p->all.segments.task[i].exit_ns);
	}
}

static void compare(struct __test_metadata *_metadata, uint32_t lost, uint32_t last_tid)
{
	uint32_t seed, i;
	struct pair p;

	for (seed = 1; seed <= SEEDS; seed++) {
		pair_begin(&p, seed);
		p.last_tid = last_tid;
		p.few.ends = last_tid ? only_last : NULL;
		p.few.ends_arg = &p;
		ASSERT_EQ(0, lost ? losses_make(&p, lost) : 0);
		for (i = 0; i < EVENTS; i++) {
			ASSERT_EQ(0, happens(&p));
			ASSERT_EQ(0, i % OFTEN ? 0 : critical_prune(&p.few));
		}
		EXPECT_LT(p.few.held, p.all.held);
		ends_everywhere(_metadata, &p, last_tid);
		pair_free(&p);
	}
}

TEST(the_path_is_the_same_wherever_the_run_ends)
{
	compare(_metadata, 0, 0);
}

TEST(the_path_is_the_same_where_records_are_missing)
{
	compare(_metadata, 8, 0);
}

TEST(the_path_is_the_same_if_the_run_can_end_in_one_task_only)
{
	compare(_metadata, 0, 3);
}

/* Tasks 2 to TASKS run beside each other; the last of a round wakes task 1, and that all. */
static int round_of_workers(struct pair *p)
{
	uint32_t tid, last = 2 + any(p, TASKS - 1);
	int err = 0;

	for (tid = 2; !err && tid <= TASKS; tid++)
		err = wakes(p, 0, tid, 1);
	p->now += 10;
	err = err ? err : switches(p, 0, 1, 0, OSCOPE_SWITCH_VOLUNTARY);
	for (tid = 2; !err && tid <= TASKS; tid++) {
		err = switches(p, tid, 0, tid, 0);
		p->now += 10;
		if (!err && tid != last)
			err = switches(p, tid, tid, 0, OSCOPE_SWITCH_VOLUNTARY);
	}
	p->now += 10;
	err = err ? err : wakes(p, last, 1, last);
	p->now += 10;
	err = err ? err : switches(p, last, last, 0, OSCOPE_SWITCH_VOLUNTARY);
	return err ? err : switches(p, 0, 0, 1, 0);
}

#define ROUNDS	3000U

TEST(of_workers_beside_each_other_the_last_one_is_kept)
{
	struct pair p;
	uint32_t i;

	pair_begin(&p, 1);
	ASSERT_EQ(0, switches(&p, 0, 0, 1, 0));
	for (i = 0; i < ROUNDS; i++)
		ASSERT_EQ(0, round_of_workers(&p));
	ASSERT_EQ(0, critical_prune(&p.few));
	/* Of 23 workers one, and the task that waits: six segments in a round. */
	EXPECT_LT(p.few.held, 6 * ROUNDS + 10 * TASKS);
	EXPECT_GT(p.all.held, 60 * ROUNDS);
	ends_everywhere(_metadata, &p, 0);
	pair_free(&p);
}

/* A task that runs makes others that run beside it, and end, and nobody waits for them. */
static int brief_task(struct pair *p)
{
	const struct event ends = { .id = OSCOPE_REC_EXIT, .w = { 2 } };
	struct event e = ends;
	int err = makes(p, 2, 1);

	p->now += 10;
	err = err ? err : switches(p, 1, 0, 2, 0);
	e.ts = p->now;
	err = err ? err : both(p, &e);
	p->now += 10;
	return err ? err : switches(p, 1, 2, 0, OSCOPE_SWITCH_VOLUNTARY | OSCOPE_SWITCH_DEAD);
}

TEST(of_tasks_that_have_ended_nothing_stays)
{
	struct pair p;
	uint32_t i;

	pair_begin(&p, 1);
	p.few.ends = only_last;
	p.few.ends_arg = &p;
	p.last_tid = 1;
	ASSERT_EQ(0, switches(&p, 0, 0, 1, 0));
	for (i = 0; i < ROUNDS; i++) {
		ASSERT_EQ(0, brief_task(&p));
		ASSERT_LT(p.few.held, 2 * FEW);
	}
	EXPECT_GT(p.all.held, ROUNDS);
	ends_everywhere(_metadata, &p, 1);
	pair_free(&p);
}

TEST_HARNESS_MAIN
