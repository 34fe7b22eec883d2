// SPDX-License-Identifier: GPL-2.0
/*
 * The core's arithmetic of deaths: since when a process is a zombie, how it was let go, what
 * comes in another order than usual.
 */
#include <string.h>

#include "kselftest_harness.h"

#include "kmod/core/death.h"

#define PARENT	100
#define INIT	1
#define REAPER	101

FIXTURE(death)
{
	struct oscope_death d;
};

FIXTURE_SETUP(death)
{
	memset(&self->d, 0, sizeof(self->d));
}

FIXTURE_TEARDOWN(death)
{
}

TEST_F(death, zombie_from_told_to_reaped)
{
	oscope_death_exit(&self->d, 1000, 7 << 8, PARENT, OSCOPE_END_LAST, 1);
	EXPECT_EQ(oscope_death_zombie_ns(&self->d, 1500), ~0ULL);
	oscope_death_told(&self->d, 1010, PARENT, 7 << 8, OSCOPE_END_LAST);
	EXPECT_EQ(oscope_death_zombie_ns(&self->d, 1500), 490);
	oscope_death_reaped(&self->d, 3010, REAPER, PARENT, OSCOPE_REAP_WAITED);
	EXPECT_EQ(oscope_death_zombie_ns(&self->d, 9999), 2000);
	EXPECT_EQ(self->d.how, OSCOPE_HOW_WAITED);
	EXPECT_EQ(self->d.reaper, REAPER);
	EXPECT_EQ(self->d.status, 7 << 8);
	EXPECT_EQ(self->d.reparented, 0);
	/* Its last trace, later, changes nothing. */
	oscope_death_freed(&self->d, 5000);
	EXPECT_EQ(self->d.reap_ns, 3010);
	EXPECT_EQ(self->d.inexact, 0);
}

TEST_F(death, nobody_is_told_nor_ignores_it)
{
	oscope_death_exit(&self->d, 1000, 0, PARENT, OSCOPE_END_LAST | OSCOPE_END_SILENT, 1);
	EXPECT_EQ(oscope_death_zombie_ns(&self->d, 1200), 200);
	oscope_death_waited(&self->d, 1300, REAPER);
	EXPECT_EQ(oscope_death_zombie_ns(&self->d, 9999), 300);
}

TEST_F(death, ignored_is_no_zombie)
{
	oscope_death_exit(&self->d, 1000, 0, PARENT, OSCOPE_END_LAST | OSCOPE_END_IGNORED, 1);
	EXPECT_EQ(self->d.how, OSCOPE_HOW_IGNORED);
	EXPECT_EQ(oscope_death_zombie_ns(&self->d, 1200), ~0ULL);
	/* The exact moment, where it can be had. */
	oscope_death_reaped(&self->d, 1005, 55, PARENT, OSCOPE_REAP_SELF);
	EXPECT_EQ(self->d.how, OSCOPE_HOW_IGNORED);
	EXPECT_EQ(self->d.reap_ns, 1005);
	EXPECT_EQ(oscope_death_zombie_ns(&self->d, 1200), ~0ULL);
}

TEST_F(death, nocldwait_hears_of_it_and_need_not_wait)
{
	oscope_death_exit(&self->d, 1000, 0, PARENT, OSCOPE_END_LAST | OSCOPE_END_NOCLDWAIT, 1);
	oscope_death_told(&self->d, 1010, PARENT, 0, OSCOPE_END_LAST | OSCOPE_END_NOCLDWAIT);
	oscope_death_freed(&self->d, 9000);
	EXPECT_EQ(self->d.how, OSCOPE_HOW_NOCLDWAIT);
	EXPECT_EQ(oscope_death_zombie_ns(&self->d, 9999), ~0ULL);
}

TEST_F(death, ignored_but_traced_waits_for_its_tracer)
{
	oscope_death_exit(&self->d, 1000, 0, PARENT,
			  OSCOPE_END_LAST | OSCOPE_END_IGNORED | OSCOPE_END_TRACED, 1);
	EXPECT_EQ(self->d.how, OSCOPE_HOW_NONE);
	oscope_death_told(&self->d, 1010, 200, 0, OSCOPE_END_TRACED);
	oscope_death_reaped(&self->d, 1110, 200, PARENT,
			    OSCOPE_REAP_WAITED | OSCOPE_REAP_TRACED);
	EXPECT_EQ(self->d.how, OSCOPE_HOW_PTRACE);
	EXPECT_EQ(self->d.reparented, 0);
	EXPECT_EQ(oscope_death_zombie_ns(&self->d, 9999), 100);
}

TEST_F(death, leader_first_is_none_before_its_threads)
{
	oscope_death_exit(&self->d, 1000, 3 << 8, PARENT, 0, 1);
	EXPECT_EQ(oscope_death_zombie_ns(&self->d, 1500), ~0ULL);
	oscope_death_exit(&self->d, 2000, 0, PARENT, OSCOPE_END_LAST, 0);
	EXPECT_EQ(self->d.status, 3 << 8);
	EXPECT_EQ(self->d.exit_ns, 2000);
	oscope_death_told(&self->d, 2010, PARENT, 3 << 8, OSCOPE_END_DELAYED | OSCOPE_END_LAST);
	EXPECT_EQ(oscope_death_zombie_ns(&self->d, 2110), 100);
}

TEST_F(death, adopted_once_however_often_it_is_said)
{
	oscope_death_exit(&self->d, 1000, 0, PARENT, OSCOPE_END_LAST, 1);
	oscope_death_told(&self->d, 1010, PARENT, 0, OSCOPE_END_LAST);
	oscope_death_told(&self->d, 4000, INIT, 0, OSCOPE_END_ADOPTED);
	EXPECT_EQ(self->d.zombie_ns, 1010);
	EXPECT_EQ(self->d.reparented, 1);
	oscope_death_reaped(&self->d, 5010, INIT, INIT, OSCOPE_REAP_WAITED);
	EXPECT_EQ(self->d.reparented, 1);
	EXPECT_EQ(self->d.told, INIT);
	EXPECT_EQ(oscope_death_zombie_ns(&self->d, 9999), 4000);
}

TEST_F(death, gone_and_nobody_seen)
{
	oscope_death_exit(&self->d, 1000, 0, PARENT, OSCOPE_END_LAST, 1);
	oscope_death_told(&self->d, 1010, PARENT, 0, OSCOPE_END_LAST);
	oscope_death_freed(&self->d, 2010);
	EXPECT_EQ(self->d.how, OSCOPE_HOW_UNKNOWN);
	EXPECT_EQ(self->d.inexact, 1);
	EXPECT_EQ(oscope_death_zombie_ns(&self->d, 9999), 1000);
	/* Who did it is heard of later: another CPU's clock is a little behind. */
	oscope_death_reaped(&self->d, 1900, REAPER, PARENT, OSCOPE_REAP_WAITED);
	EXPECT_EQ(self->d.how, OSCOPE_HOW_WAITED);
	EXPECT_EQ(self->d.inexact, 0);
}

TEST_F(death, waited_for_though_nobody_was_seen_told)
{
	oscope_death_exit(&self->d, 1000, 0, PARENT, OSCOPE_END_LAST, 1);
	oscope_death_reaped(&self->d, 1400, REAPER, PARENT, OSCOPE_REAP_WAITED);
	EXPECT_EQ(oscope_death_zombie_ns(&self->d, 9999), 400);
}

TEST_F(death, time_that_steps_back_is_no_time)
{
	oscope_death_exit(&self->d, 1000, 0, PARENT, OSCOPE_END_LAST, 1);
	oscope_death_told(&self->d, 1010, PARENT, 0, 0);
	oscope_death_reaped(&self->d, 1005, REAPER, PARENT, OSCOPE_REAP_WAITED);
	EXPECT_EQ(oscope_death_zombie_ns(&self->d, 9999), 0);
}

TEST_F(death, let_go_with_its_parent)
{
	oscope_death_exit(&self->d, 1000, 0, PARENT, OSCOPE_END_LAST, 1);
	oscope_death_told(&self->d, 1010, PARENT, 0, 0);
	oscope_death_reaped(&self->d, 2000, PARENT, INIT, OSCOPE_REAP_EXITING);
	EXPECT_EQ(self->d.how, OSCOPE_HOW_PARENT_EXIT);
	EXPECT_EQ(self->d.reparented, 1);
}

TEST_HARNESS_MAIN
