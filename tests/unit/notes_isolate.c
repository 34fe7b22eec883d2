// SPDX-License-Identifier: GPL-2.0
/* The rules of the claims on what is shared and what breaks, fed with made-up numbers. */
#include "notes_feed.h"

/* isolate.memory: arms process, thread; seen 0 old value, 1 new value, 2 faults. */
static void memory(struct note *n, bool process_apart, bool thread_common)
{
	feed(n, "isolate.memory");
	made(n, 0, OSCOPE_BIRTH_FORK, 1);
	made(n, 1, OSCOPE_BIRTH_THREAD, 1);
	see(n, 0, 0, process_apart);
	see(n, 0, 1, !process_apart);
	see(n, 1, 0, !thread_common);
	see(n, 1, 1, thread_common);
}

TEST_F(note, memory_holds)
{
	memory(self->n, true, true);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, memory_false_when_processes_share)
{
	memory(self->n, false, true);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, memory_false_when_threads_do_not)
{
	memory(self->n, true, false);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, memory_inconclusive_when_samples_differ)
{
	memory(self->n, true, true);
	see_half(self->n, 1, 1);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, memory_void_without_its_thread)
{
	memory(self->n, true, true);
	self->n->counted[1].lives.births[OSCOPE_BIRTH_THREAD] = 0;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* isolate.process-crash: arms free, pipe, bound; seen 0 go on, 1 crashed, 2 and 3 killed. */
static void process_crash(struct note *n)
{
	size_t a;

	feed(n, "isolate.process-crash");
	for (a = 0; a < 3; a++) {
		see(n, a, 1, 1);
		made(n, a, OSCOPE_BIRTH_FORK, a ? 2 : 4);
	}
	see(n, 0, 0, 1);
	see(n, 1, 2, 1);
	see(n, 2, 3, 1);
}

TEST_F(note, process_crash_holds)
{
	process_crash(self->n);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	EXPECT_NE(strstr(self->n->reason, "SIGPIPE 1.00"), NULL);
}

TEST_F(note, process_crash_false_when_siblings_stop)
{
	process_crash(self->n);
	see(self->n, 0, 0, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, process_crash_inconclusive_when_samples_differ)
{
	process_crash(self->n);
	see_half(self->n, 0, 0);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, process_crash_void_when_nobody_crashed)
{
	process_crash(self->n);
	see(self->n, 2, 1, 0);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* isolate.thread-crash: arms crash, caught, ended; seen 0 all dead, 1 by signal, 2 others answer. */
static void thread_crash(struct note *n)
{
	size_t a;

	feed(n, "isolate.thread-crash");
	for (a = 0; a < 3; a++) {
		made(n, a, OSCOPE_BIRTH_FORK, 1);
		made(n, a, OSCOPE_BIRTH_THREAD, 3);
		see(n, a, 0, !a);
		see(n, a, 1, !a);
		see(n, a, 2, a > 0);
	}
	n->counted[0].lives.signalled = OPS;
}

TEST_F(note, thread_crash_holds)
{
	thread_crash(self->n);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, thread_crash_false_when_others_go_on)
{
	thread_crash(self->n);
	see(self->n, 0, 0, 0);
	see(self->n, 0, 2, 1);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, thread_crash_inconclusive_when_samples_differ)
{
	thread_crash(self->n);
	see_half(self->n, 0, 0);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, thread_crash_void_when_no_signal_killed)
{
	thread_crash(self->n);
	self->n->counted[0].lives.signalled = 0;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* isolate.crash-why: arms thread, memory only; seen 0 maker dies, 1 memory shared. */
static void crash_why(struct note *n, double dies)
{
	feed(n, "isolate.crash-why");
	made(n, 0, OSCOPE_BIRTH_THREAD, 1);
	made(n, 1, OSCOPE_BIRTH_CLONE, 1);
	see(n, 0, 0, 1);
	see(n, 0, 1, 1);
	see(n, 1, 0, dies);
	see(n, 1, 1, 1);
}

TEST_F(note, crash_why_false_when_memory_alone_kills_nobody)
{
	crash_why(self->n, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, crash_why_holds_when_it_does)
{
	crash_why(self->n, 1);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, crash_why_inconclusive_when_samples_differ)
{
	crash_why(self->n, 1);
	see_half(self->n, 1, 0);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, crash_why_void_when_memory_was_not_shared)
{
	crash_why(self->n, 0);
	see(self->n, 1, 1, 0);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* isolate.robust: seen 0 plain stuck, 1 robust told, 2 SEM_UNDO, 3 flock. */
static void robust(struct note *n)
{
	unsigned int what;

	feed(n, "isolate.robust");
	made(n, 0, OSCOPE_BIRTH_FORK, 1);
	n->counted[0].lives.signalled = OPS;
	for (what = 0; what < 4; what++)
		see(n, 0, what, 1);
}

TEST_F(note, robust_holds)
{
	robust(self->n);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, robust_false_when_the_plain_one_is_free)
{
	robust(self->n);
	see(self->n, 0, 0, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, robust_inconclusive_when_samples_differ)
{
	robust(self->n);
	see_half(self->n, 0, 3);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, robust_void_when_nothing_was_held)
{
	robust(self->n);
	self->n->counted[0].turns = 0;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* isolate.resources: arms thread, process; seen 0 later fails, 1 blocked survives, 2 other reads. */
static void resources(struct note *n, double blocked)
{
	feed(n, "isolate.resources");
	made(n, 0, OSCOPE_BIRTH_THREAD, 2);
	made(n, 1, OSCOPE_BIRTH_FORK, 1);
	see(n, 0, 0, 1);
	see(n, 0, 1, blocked);
	see(n, 1, 2, 1);
}

TEST_F(note, resources_hold_if_the_call_is_later)
{
	resources(self->n, 1);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
}

TEST_F(note, resources_hold_when_blocked_reads_get_nothing)
{
	resources(self->n, 0);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, resources_false_when_later_reads_work)
{
	resources(self->n, 1);
	see(self->n, 0, 0, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, resources_inconclusive_when_samples_differ)
{
	resources(self->n, 1);
	see_half(self->n, 1, 2);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, resources_void_without_threads)
{
	resources(self->n, 1);
	self->n->counted[0].lives.births[OSCOPE_BIRTH_THREAD] = OPS;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* isolate.share-only: arms mapped, read; seen 0 none lost, 1 read directly. */
static void share_only(struct note *n, double mapped, double direct)
{
	feed(n, "isolate.share-only");
	made(n, 0, OSCOPE_BIRTH_FORK, 1);
	made(n, 1, OSCOPE_BIRTH_FORK, 1);
	see(n, 0, 0, mapped);
	see(n, 1, 1, direct);
}

TEST_F(note, share_only_false_when_processes_share)
{
	share_only(self->n, 1, 1);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, share_only_holds_when_nothing_works)
{
	share_only(self->n, 0, 0);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, share_only_inconclusive_when_one_works)
{
	share_only(self->n, 1, 0);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, share_only_void_with_a_thread)
{
	share_only(self->n, 1, 1);
	made(self->n, 0, OSCOPE_BIRTH_THREAD, 1);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* isolate.tls-stack: seen 0 stack, 1 TLS, 2 heap written, 3 own places. */
static void tls_stack(struct note *n, double written)
{
	unsigned int what;

	feed(n, "isolate.tls-stack");
	made(n, 0, OSCOPE_BIRTH_THREAD, 1);
	for (what = 0; what < 3; what++)
		see(n, 0, what, written);
	see(n, 0, 3, 1);
}

TEST_F(note, tls_stack_false_when_all_are_written)
{
	tls_stack(self->n, 1);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, tls_stack_holds_when_none_is)
{
	tls_stack(self->n, 0);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, tls_stack_inconclusive_when_some_are)
{
	tls_stack(self->n, 1);
	see(self->n, 0, 1, 0);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, tls_stack_void_when_there_is_one_place_for_both)
{
	tls_stack(self->n, 1);
	see(self->n, 0, 3, 0);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* isolate.alone: seen 0 own values, 1 sees gaps, 2 gaps. */
static void alone(struct note *n, double gaps)
{
	feed(n, "isolate.alone");
	made(n, 0, OSCOPE_BIRTH_FORK, 1);
	see(n, 0, 0, 1);
	see(n, 0, 1, gaps > 0);
	see(n, 0, 2, gaps);
}

TEST_F(note, alone_holds_if_memory_is_meant)
{
	alone(self->n, 5);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
}

TEST_F(note, alone_holds_without_gaps)
{
	alone(self->n, 0);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, alone_false_when_values_mix)
{
	alone(self->n, 5);
	see(self->n, 0, 0, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, alone_inconclusive_when_samples_differ)
{
	alone(self->n, 5);
	see_half(self->n, 0, 0);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, alone_void_without_the_other)
{
	alone(self->n, 5);
	self->n->counted[0].lives.births[OSCOPE_BIRTH_FORK] = 0;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_HARNESS_MAIN
