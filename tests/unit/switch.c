// SPDX-License-Identifier: GPL-2.0
/*
 * The accounting core: kinds, slices, waits, direct cost, filters.
 */
#include <pthread.h>
#include <string.h>

#include "kselftest_harness.h"

#include "hist.h"
#include "kmod/core/switch.h"
#include "source.h"

FIXTURE(core)
{
	struct oscope_counters c;
	struct oscope_cpu cpu;
	struct oscope_wait_state task;
};

FIXTURE_SETUP(core)
{
	memset(&self->c, 0, sizeof(self->c));
	memset(&self->cpu, 0, sizeof(self->cpu));
	memset(&self->task, 0, sizeof(self->task));
}

FIXTURE_TEARDOWN(core)
{
}

/* A counted switch, as a producer makes it. */
static uint64_t counted(struct oscope_counters *c, struct oscope_cpu *cpu, uint64_t ts,
			uint32_t flags)
{
	struct oscope_switch sw = { .ts = ts, .direct_ns = cpu->direct_ns, .flags = flags };
	uint64_t slice;

	oscope_direct_settle(c, cpu, sw.direct_ns);
	slice = oscope_on_switch(c, cpu, &sw);
	oscope_cpu_counted(cpu, &sw);
	return slice;
}

TEST(kinds_cover_all_and_idle_wins)
{
	int bits, count[OSCOPE_KINDS] = { 0 };

	for (bits = 0; bits < 32; bits++) {
		uint32_t kind = oscope_switch_kind(bits & 1, bits >> 1 & 1, bits >> 2 & 1,
						   bits >> 3 & 1, bits >> 4 & 1);

		ASSERT_LT(kind, OSCOPE_KINDS);
		count[kind]++;
		if (bits & 2) {
			EXPECT_EQ(OSCOPE_KIND_TO_IDLE, kind);
		} else if (bits & 1) {
			EXPECT_EQ(OSCOPE_KIND_FROM_IDLE, kind);
		}
	}
	for (bits = 0; bits < OSCOPE_KINDS; bits++)
		EXPECT_GT(count[bits], 0);
	EXPECT_EQ(OSCOPE_KIND_SAME_MM, oscope_switch_kind(0, 0, 0, 0, 1));
	EXPECT_EQ(OSCOPE_KIND_CROSS_MM, oscope_switch_kind(0, 0, 0, 0, 0));
	EXPECT_EQ(OSCOPE_KIND_FROM_KTHREAD, oscope_switch_kind(0, 0, 1, 0, 1));
	EXPECT_EQ(OSCOPE_KIND_TO_KTHREAD, oscope_switch_kind(0, 0, 0, 1, 1));
}

TEST_F(core, voluntary_involuntary_and_from_idle_add_up_to_events)
{
	counted(&self->c, &self->cpu, 100, OSCOPE_KIND_SAME_MM | OSCOPE_SWITCH_VOLUNTARY);
	counted(&self->c, &self->cpu, 200, OSCOPE_KIND_CROSS_MM | OSCOPE_SWITCH_READY);
	counted(&self->c, &self->cpu, 300, OSCOPE_KIND_FROM_IDLE);
	EXPECT_EQ(3, self->c.events);
	EXPECT_EQ(1, self->c.voluntary);
	EXPECT_EQ(1, self->c.involuntary);
	EXPECT_EQ(1, self->c.kind[OSCOPE_KIND_FROM_IDLE]);
	EXPECT_EQ(1, self->c.ready);
}

TEST_F(core, slice_is_the_time_since_the_switch_before_and_idle_has_none)
{
	EXPECT_EQ(~0ULL, counted(&self->c, &self->cpu, 100, OSCOPE_KIND_SAME_MM));
	EXPECT_EQ(150, counted(&self->c, &self->cpu, 250, OSCOPE_KIND_TO_IDLE));
	EXPECT_EQ(~0ULL, counted(&self->c, &self->cpu, 900, OSCOPE_KIND_FROM_IDLE));
	EXPECT_EQ(100, counted(&self->c, &self->cpu, 1000, OSCOPE_KIND_SAME_MM));
	EXPECT_EQ(2, hist_count(&self->c.slice));
	EXPECT_EQ(250, self->c.slice.sum);
}

TEST_F(core, no_slice_is_known_of_a_task_whose_coming_was_not_seen)
{
	struct oscope_switch sw = { .ts = 100, .prev = 7, .comes = 8 };

	oscope_cpu_passed_over(&self->cpu, &sw);
	sw = (struct oscope_switch){ .ts = 130, .prev = 8, .comes = 9 };
	EXPECT_EQ(30, oscope_on_switch(&self->c, &self->cpu, &sw));
	oscope_cpu_counted(&self->cpu, &sw);
	/* 9 left, and 7 came, without an event. */
	sw = (struct oscope_switch){ .ts = 200, .prev = 7, .comes = 8 };
	EXPECT_EQ(~0ULL, oscope_on_switch(&self->c, &self->cpu, &sw));
	EXPECT_EQ(2, self->c.events);
	EXPECT_EQ(1, hist_count(&self->c.slice));
	/* Nor of one that did not pass when it came, but does now. */
	sw.comes = OSCOPE_TID_OTHER;
	oscope_cpu_counted(&self->cpu, &sw);
	EXPECT_EQ(~0ULL, oscope_on_switch(&self->c, &self->cpu, &sw));
}

TEST_F(core, waits_are_split_by_why_and_end_once)
{
	EXPECT_EQ(~0ULL, oscope_task_comes(&self->c, &self->task, 10));
	EXPECT_EQ(1, self->c.unpaired);
	oscope_task_woken(&self->task, 100, 0);
	EXPECT_EQ(50, oscope_task_comes(&self->c, &self->task, 150));
	oscope_task_leaves_ready(&self->task, 200);
	EXPECT_EQ(30, oscope_task_comes(&self->c, &self->task, 230));
	EXPECT_EQ(~0ULL, oscope_task_comes(&self->c, &self->task, 240));
	EXPECT_EQ(1, hist_count(&self->c.wait[OSCOPE_WAIT_WOKEN]));
	EXPECT_EQ(1, hist_count(&self->c.wait[OSCOPE_WAIT_PREEMPTED]));
}

TEST_F(core, later_waking_replaces_an_earlier_one)
{
	oscope_task_woken(&self->task, 100, 0);
	oscope_task_woken(&self->task, 140, 0);
	EXPECT_EQ(10, oscope_task_comes(&self->c, &self->task, 150));
}

TEST_F(core, preempted_on_its_way_to_sleep_it_waits_all_along)
{
	oscope_task_leaves_ready(&self->task, 100);
	oscope_task_woken(&self->task, 140, 1);
	EXPECT_EQ(50, oscope_task_comes(&self->c, &self->task, 150));
	EXPECT_EQ(1, hist_count(&self->c.wait[OSCOPE_WAIT_PREEMPTED]));
	/* On its way off the CPU, not waiting yet: the waking is the start. */
	oscope_task_woken(&self->task, 200, 1);
	EXPECT_EQ(10, oscope_task_comes(&self->c, &self->task, 210));
	EXPECT_EQ(1, hist_count(&self->c.wait[OSCOPE_WAIT_WOKEN]));
}

TEST_F(core, who_was_woken_on_its_way_off_the_cpu_shows_when_it_comes)
{
	oscope_task_woken(&self->task, 100, 1);
	oscope_task_woken_on(&self->task, 3);
	EXPECT_TRUE(oscope_task_woken_leaving(&self->task));
	oscope_task_comes(&self->c, &self->task, 110);
	EXPECT_FALSE(oscope_task_woken_leaving(&self->task));
	/* It went on, and slept later: somebody else has woken it. */
	oscope_task_woken(&self->task, 200, 1);
	oscope_task_woken(&self->task, 240, 0);
	EXPECT_FALSE(oscope_task_woken_leaving(&self->task));
	oscope_task_comes(&self->c, &self->task, 250);
	/* It went on, and was forced off the CPU. */
	oscope_task_woken(&self->task, 300, 1);
	oscope_task_leaves_ready(&self->task, 310);
	EXPECT_FALSE(oscope_task_woken_leaving(&self->task));
}

/* Woken on CPU 3, and comes where it comes. */
static void place(struct oscope_counters *c, struct oscope_wait_state *t, uint32_t cpu, int idle)
{
	oscope_task_woken(t, 100, 0);
	oscope_task_woken_on(t, 3);
	oscope_task_placed(c, t, 140, cpu, idle);
	oscope_task_comes(c, t, 140);
}

TEST_F(core, placement_is_whose_cpu_and_whether_it_was_idle)
{
	int i;

	place(&self->c, &self->task, 3, 1);
	place(&self->c, &self->task, 3, 0);
	place(&self->c, &self->task, 0, 1);
	place(&self->c, &self->task, 4, 0);
	for (i = 0; i < OSCOPE_PLACES; i++) {
		EXPECT_EQ(1, hist_count(&self->c.placed[i]));
		EXPECT_EQ(40, self->c.placed[i].max);
		EXPECT_EQ(0, self->c.moved[i]);
	}
	EXPECT_EQ(4, hist_count(&self->c.wait[OSCOPE_WAIT_WOKEN]));
}

TEST_F(core, who_is_moved_while_it_waits_is_counted_where_it_comes)
{
	oscope_task_moved(&self->task);		/* it does not wait: no matter */
	oscope_task_woken(&self->task, 100, 0);
	oscope_task_woken_on(&self->task, 3);
	oscope_task_moved(&self->task);
	oscope_task_placed(&self->c, &self->task, 140, 5, 1);
	EXPECT_EQ(1, self->c.moved[OSCOPE_PLACE_OTHER_IDLE]);
	oscope_task_comes(&self->c, &self->task, 140);
	/* The next wake-up is another. */
	place(&self->c, &self->task, 5, 1);
	EXPECT_EQ(1, self->c.moved[OSCOPE_PLACE_OTHER_IDLE]);
	EXPECT_EQ(2, hist_count(&self->c.placed[OSCOPE_PLACE_OTHER_IDLE]));
}

TEST_F(core, who_was_not_woken_has_no_placement)
{
	int i;

	oscope_task_placed(&self->c, &self->task, 140, 5, 1);
	oscope_task_leaves_ready(&self->task, 200);
	oscope_task_woken_on(&self->task, 3);	/* preempted on its way to sleep */
	oscope_task_moved(&self->task);
	oscope_task_placed(&self->c, &self->task, 240, 3, 1);
	EXPECT_EQ(40, oscope_task_comes(&self->c, &self->task, 240));
	EXPECT_EQ(1, hist_count(&self->c.wait[OSCOPE_WAIT_PREEMPTED]));
	oscope_task_woken(&self->task, 300, 0);	/* nobody says where */
	oscope_task_placed(&self->c, &self->task, 340, 0, 1);
	for (i = 0; i < OSCOPE_PLACES; i++)
		EXPECT_EQ(0, hist_count(&self->c.placed[i]) + self->c.moved[i]);
}

TEST_F(core, clocks_that_step_back_count_as_zero_and_are_counted)
{
	oscope_task_woken(&self->task, 200, 0);
	EXPECT_EQ(0, oscope_task_comes(&self->c, &self->task, 190));
	EXPECT_EQ(1, self->c.clock_back);
}

TEST_F(core, direct_cost_goes_to_the_switch_before)
{
	counted(&self->c, &self->cpu, 100, OSCOPE_KIND_SAME_MM);
	self->cpu.entry_ns = 90;
	oscope_direct_close(&self->cpu, 390, 100);
	counted(&self->c, &self->cpu, 500, OSCOPE_KIND_CROSS_MM);
	EXPECT_EQ(1, hist_count(&self->c.direct[OSCOPE_KIND_SAME_MM]));
	EXPECT_EQ(200, self->c.direct[OSCOPE_KIND_SAME_MM].sum);
	EXPECT_EQ(0, hist_count(&self->c.direct[OSCOPE_KIND_CROSS_MM]));
}

TEST_F(core, direct_cost_of_a_clock_that_went_back_is_missing)
{
	counted(&self->c, &self->cpu, 100, OSCOPE_KIND_SAME_MM);
	self->cpu.entry_ns = 200;
	oscope_direct_close(&self->cpu, 190, 0);
	counted(&self->c, &self->cpu, 300, OSCOPE_KIND_SAME_MM);
	EXPECT_EQ(0, hist_count(&self->c.direct[OSCOPE_KIND_SAME_MM]));
	EXPECT_EQ(1, self->c.direct_missing);
}

TEST_F(core, direct_cost_that_never_came_is_missing_not_zero)
{
	counted(&self->c, &self->cpu, 100, OSCOPE_KIND_SAME_MM);
	counted(&self->c, &self->cpu, 200, OSCOPE_KIND_SAME_MM);
	EXPECT_EQ(1, self->c.direct_missing);
	EXPECT_EQ(0, hist_count(&self->c.direct[OSCOPE_KIND_SAME_MM]));
}

TEST_F(core, direct_cost_survives_switches_that_the_filter_passes_over)
{
	struct oscope_switch over = { .ts = 300 };

	counted(&self->c, &self->cpu, 100, OSCOPE_KIND_CROSS_MM);
	self->cpu.entry_ns = 100;
	oscope_direct_close(&self->cpu, 250, 0);
	oscope_cpu_passed_over(&self->cpu, &over);
	self->cpu.entry_ns = 300;
	oscope_direct_close(&self->cpu, 999, 0);	/* of the one passed over: not ours */
	EXPECT_EQ(100, counted(&self->c, &self->cpu, 400, OSCOPE_KIND_SAME_MM));
	EXPECT_EQ(150, self->c.direct[OSCOPE_KIND_CROSS_MM].sum);
}

TEST_F(core, own_time_larger_than_the_bracket_gives_zero)
{
	counted(&self->c, &self->cpu, 100, OSCOPE_KIND_CROSS_MM);
	self->cpu.entry_ns = 100;
	oscope_direct_close(&self->cpu, 150, 80);
	counted(&self->c, &self->cpu, 400, OSCOPE_KIND_SAME_MM);
	EXPECT_EQ(0, self->c.direct[OSCOPE_KIND_CROSS_MM].sum);
	EXPECT_EQ(1, hist_count(&self->c.direct[OSCOPE_KIND_CROSS_MM]));
}

/* Counts as a CPU does, hundreds of ns apart, until there are SWITCHES, all kinds and ways in turn. */
#define SWITCHES	1000000U
static void *counts(void *counters)
{
	struct oscope_cpu cpu = {};
	uint32_t i, pause;

	for (i = 0; i < SWITCHES; i++) {
		counted(counters, &cpu, i, i % OSCOPE_KINDS |
			(i & 1 ? OSCOPE_SWITCH_VOLUNTARY : 0));
		for (pause = 0; pause < 500; pause++)
			__asm__ volatile("" ::: "memory");
	}
	return NULL;
}

TEST_F(core, counters_copied_while_they_count_add_up)
{
	struct oscope_counters copy;
	unsigned int apart = 0;
	pthread_t thread;

	ASSERT_EQ(pthread_create(&thread, NULL, counts, &self->c), 0);
	do {
		counters_copy(&copy, &self->c);
		apart += !oscope_counters_agree(&copy);
	} while (copy.events < SWITCHES);
	pthread_join(thread, NULL);
	EXPECT_EQ(apart, 0);
}

TEST_HARNESS_MAIN
