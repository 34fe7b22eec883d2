// SPDX-License-Identifier: GPL-2.0
/* The rules of the claims on concurrency and parallelism, fed with made-up numbers. */
#include "notes_feed.h"
#include "notes/crew.h"

static void two_cpus(struct note *n)
{
	((struct preflight *)n->machine)->cpus_allowed = 2;
}

/* parallel.one-cpu: arms four, alone; values CPU seconds a second; seen 0 the least share. */
static void one_cpu(struct note *n, double at_once, double least)
{
	feed(n, "parallel.one-cpu");
	made(n, 0, OSCOPE_BIRTH_THREAD, 1);
	made(n, 1, OSCOPE_BIRTH_THREAD, 1);
	n->counted[0].sum->involuntary = n->counted[0].sum->events = OPS;
	n->counted[0].kernel_switches = OPS;
	times(n, 0, at_once, 0.01);
	see(n, 0, 0, least);
}

TEST_F(note, one_cpu_holds_when_they_take_turns)
{
	one_cpu(self->n, 1, 0.24);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, one_cpu_false_when_they_run_at_once)
{
	one_cpu(self->n, 1.9, 0.24);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, one_cpu_inconclusive_beside_others_or_when_one_starves)
{
	one_cpu(self->n, 0.5, 0.24);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
	one_cpu(self->n, 1, 0.01);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, one_cpu_void_when_nobody_is_pushed_off)
{
	one_cpu(self->n, 1, 0.24);
	self->n->counted[0].sum->involuntary = 0;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* parallel.many-cpu: arms two, alone; values the share at once; seen 0 steps a CPU ms. */
static void many_cpu(struct note *n, double at_once, double speed)
{
	feed(n, "parallel.many-cpu");
	two_cpus(n);
	made(n, 0, OSCOPE_BIRTH_THREAD, 1);
	made(n, 1, OSCOPE_BIRTH_THREAD, 1);
	times(n, 0, at_once, 0.01);
	see(n, 0, 0, 1000 * speed);
	see(n, 1, 0, 1000);
}

TEST_F(note, many_cpu_holds)
{
	many_cpu(self->n, 0.99, 1);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	many_cpu(self->n, 0.99, 0.6);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
}

TEST_F(note, many_cpu_false_when_they_alternate)
{
	many_cpu(self->n, 0.01, 1);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
	/* ... but others may be why. */
	self->machine.busy = 0.5;
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, many_cpu_inconclusive_with_one_cpu)
{
	many_cpu(self->n, 0.99, 1);
	self->machine.cpus_allowed = 1;
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
	EXPECT_NE(strstr(self->n->reason, "one CPU"), NULL);
}

TEST_F(note, many_cpu_void_when_one_had_no_turn)
{
	many_cpu(self->n, 0.99, 1);
	self->n->counted[0].turns = OPS / 2;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* parallel.running-le-cpus: values of the CPUs; seen 0 CPUs, 1 shown as R, 3 threads. */
static void running(struct note *n, double of_cpus)
{
	feed(n, "parallel.running-le-cpus");
	made(n, 0, OSCOPE_BIRTH_THREAD, 50);
	times(n, 0, of_cpus, 0.01);
	see(n, 0, 0, 2);
	see(n, 0, 1, 50);
	see(n, 0, 3, 50);
}

TEST_F(note, running_le_cpus_holds_false_or_neither)
{
	running(self->n, 0.99);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	running(self->n, 1.5);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
	running(self->n, 1.02);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
	running(self->n, 0.5);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
	EXPECT_NE(strstr(self->n->reason, "no test"), NULL);
}

TEST_F(note, running_le_cpus_void_without_its_threads_or_more_of_them_than_cpus)
{
	running(self->n, 0.99);
	made(self->n, 0, OSCOPE_BIRTH_THREAD, 2);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
	running(self->n, 0.99);
	self->n->timed[0].seen[1].min = 2;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST(crew_member_without_a_turn_has_done_nothing)
{
	uint64_t long_ago = 1;
	struct crew_member m = { .first_ns = &long_ago };

	crew_spin(&m, 1);
	EXPECT_EQ(m.done, 0);
}

/* parallel.cpu-bound: arms one, threads, processes, threads more, processes more; seen 0 CPUs. */
static void cpu_bound(struct note *n, double threads)
{
	size_t a;

	feed(n, "parallel.cpu-bound");
	two_cpus(n);
	for (a = 0; a < 5; a++) {
		made(n, a, a == 2 || a == 4 ? OSCOPE_BIRTH_FORK : OSCOPE_BIRTH_THREAD, 1);
		see(n, a, 0, 2);
	}
	times(n, 0, 2, 0.01);
	times(n, 1, threads, 0.01);
}

TEST_F(note, cpu_bound_false_when_both_are_the_same)
{
	cpu_bound(self->n, 1);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
	EXPECT_NE(strstr(self->n->reason, "2.00 times as fast"), NULL);
	cpu_bound(self->n, 0.8);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, cpu_bound_holds_when_threads_are_slower)
{
	cpu_bound(self->n, 1.3);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, cpu_bound_inconclusive_in_between_or_with_one_cpu)
{
	cpu_bound(self->n, 1.05);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
	cpu_bound(self->n, 1);
	self->machine.cpus_allowed = 1;
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, cpu_bound_void_when_threads_were_processes)
{
	cpu_bound(self->n, 1);
	self->n->counted[1].lives.births[OSCOPE_BIRTH_THREAD] = 0;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* parallel.io-bound: arms serial, threads, epoll, coroutines. */
static void io_bound(struct note *n, double serial)
{
	feed(n, "parallel.io-bound");
	made(n, 1, OSCOPE_BIRTH_THREAD, 1);
	n->counted[0].sum->voluntary = n->counted[0].sum->events = OPS;
	n->counted[0].kernel_switches = OPS;
	n->counted[1].sum->voluntary = n->counted[1].sum->events = 2 * OPS;
	n->counted[1].kernel_switches = 2 * OPS;
	times(n, 0, serial, 0.01);
}

TEST_F(note, io_bound_holds_false_or_neither)
{
	io_bound(self->n, 60);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	io_bound(self->n, 1);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
	io_bound(self->n, 1.5);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, io_bound_void_when_nobody_waited)
{
	io_bound(self->n, 60);
	self->n->counted[0].sum->voluntary = 0;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* parallel.amdahl: arms 0, 5, 20, 50 % serial; values speed-ups; seen 0 workers. */
static void amdahl(struct note *n, double s0, double s5, double s20, double s50)
{
	const double up[] = { s0, s5, s20, s50 };
	size_t a;

	feed(n, "parallel.amdahl");
	two_cpus(n);
	for (a = 0; a < 4; a++) {
		made(n, a, OSCOPE_BIRTH_THREAD, 1);
		times(n, a, up[a], 0.01);
		see(n, a, 0, 2);
	}
}

TEST_F(note, amdahl_holds_below_its_bounds)
{
	amdahl(self->n, 1.98, 1.88, 1.65, 1.32);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, amdahl_false_beyond)
{
	amdahl(self->n, 1.98, 1.88, 1.65, 1.6);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, amdahl_inconclusive_where_neighbours_overlap_or_with_one_cpu)
{
	amdahl(self->n, 1.88, 1.88, 1.65, 1.32);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
	amdahl(self->n, 1.98, 1.88, 1.65, 1.32);
	self->machine.cpus_allowed = 1;
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, amdahl_void_when_parts_are_missing)
{
	amdahl(self->n, 1.98, 1.88, 1.65, 1.32);
	self->n->counted[3].turns = 1;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* parallel.coroutine-core: arms loop, processes; values CPU seconds a second; seen 0 CPUs. */
static void coroutine_core(struct note *n, double loop, double processes)
{
	feed(n, "parallel.coroutine-core");
	two_cpus(n);
	made(n, 0, OSCOPE_BIRTH_THREAD, 1);
	made(n, 1, OSCOPE_BIRTH_FORK, 1);
	times(n, 0, loop, 0.01);
	times(n, 1, processes, 0.01);
	see(n, 1, 0, 2);
}

TEST_F(note, coroutine_core_holds_false_or_neither)
{
	coroutine_core(self->n, 1, 1.9);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	coroutine_core(self->n, 1.8, 1.9);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
	coroutine_core(self->n, 0.9, 1);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
	coroutine_core(self->n, 1, 1.9);
	self->machine.cpus_allowed = 1;
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, coroutine_core_void_when_turns_are_missing)
{
	coroutine_core(self->n, 1, 1.9);
	self->n->counted[0].turns = 0;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* parallel.coroutine-many: arms 10^4, 10^5, threads; seen 0 alive, 1 bytes, 3 errno. */
static void coroutine_many(struct note *n, double alive, double threads, int err)
{
	size_t a;

	feed(n, "parallel.coroutine-many");
	for (a = 0; a < 3; a++) {
		see(n, a, 0, a == 2 ? threads : alive);
		see(n, a, 1, 4160);
		see(n, a, 3, a == 2 ? err : 0);
	}
	made(n, 2, OSCOPE_BIRTH_THREAD, 1);
}

TEST_F(note, coroutine_many_holds)
{
	coroutine_many(self->n, 10000, 2048, 0);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	EXPECT_NE(strstr(self->n->reason, "no limit met"), NULL);
	coroutine_many(self->n, 10000, 500, 11);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	EXPECT_NE(strstr(self->n->reason, "temporarily unavailable"), NULL);
}

TEST_F(note, coroutine_many_false_when_they_are_fewer)
{
	coroutine_many(self->n, 9000, 2048, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, coroutine_many_void_when_threads_carry_them)
{
	coroutine_many(self->n, 10000, 2048, 0);
	made(self->n, 0, OSCOPE_BIRTH_THREAD, 1);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* parallel.responsive: arms inline, same CPU, other CPU. */
static void responsive(struct note *n, double inside)
{
	feed(n, "parallel.responsive");
	made(n, 1, OSCOPE_BIRTH_THREAD, 1);
	made(n, 2, OSCOPE_BIRTH_THREAD, 1);
	n->counted[1].sum->voluntary = n->counted[1].sum->events = 20 * OPS;
	n->counted[1].kernel_switches = 20 * OPS;
	times(n, 0, inside, 0.01);
}

TEST_F(note, responsive_holds_false_or_neither)
{
	responsive(self->n, 15);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	responsive(self->n, 1);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
	responsive(self->n, 1.5);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, responsive_void_without_beats)
{
	responsive(self->n, 15);
	self->n->counted[0].turns = 0;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* parallel.imbalance: arms uneven fixed, uneven taken, even fixed; seen 0 workers, 1 idle. */
static void imbalance(struct note *n, double fixed)
{
	size_t a;

	feed(n, "parallel.imbalance");
	two_cpus(n);
	for (a = 0; a < 3; a++) {
		made(n, a, OSCOPE_BIRTH_THREAD, 2);
		see(n, a, 0, 2);
		see(n, a, 1, a ? 0.01 : 0.25);
	}
	times(n, 0, fixed, 0.01);
}

TEST_F(note, imbalance_holds_false_or_neither)
{
	imbalance(self->n, 1.5);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	imbalance(self->n, 1);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
	imbalance(self->n, 1.08);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
	imbalance(self->n, 1.5);
	self->machine.cpus_allowed = 1;
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, imbalance_void_without_its_workers)
{
	imbalance(self->n, 1.5);
	made(self->n, 1, OSCOPE_BIRTH_THREAD, 1);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* parallel.procs-cpus: arms half, CPUs, more busy; CPUs, twice, more waiting; seen 0 workers. */
static void procs_cpus(struct note *n, double more_busy, double more_waiting)
{
	static const double workers[] = { 1, 2, 8, 2, 4, 8 };
	size_t a;

	feed(n, "parallel.procs-cpus");
	for (a = 0; a < 6; a++) {
		made(n, a, OSCOPE_BIRTH_FORK, workers[a]);
		see(n, a, 0, workers[a]);
	}
	times(n, 2, more_busy, 0.01);
	times(n, 4, more_waiting, 0.01);
	times(n, 5, more_waiting, 0.01);
}

TEST_F(note, procs_cpus_every_verdict)
{
	procs_cpus(self->n, 1, 0.6);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
	procs_cpus(self->n, 1, 1);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	procs_cpus(self->n, 0.6, 0.6);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
	procs_cpus(self->n, 1, 1 / 1.1);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, procs_cpus_void_when_jobs_are_missing)
{
	procs_cpus(self->n, 1, 0.6);
	self->n->counted[4].turns = 0;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* parallel.work-conserving: seen 0 idle ticks, 1 ticks, 2 spinners that slept. */
static void work_conserving(struct note *n, double idle, double all)
{
	feed(n, "parallel.work-conserving");
	made(n, 0, OSCOPE_BIRTH_THREAD, 1);
	see(n, 0, 0, idle);
	see(n, 0, 1, all);
	see(n, 0, 2, 0);
}

TEST_F(note, work_conserving_holds_false_or_neither)
{
	work_conserving(self->n, 0, 20);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	work_conserving(self->n, 2, 20);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
	work_conserving(self->n, 0, 5);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, work_conserving_void_when_spinners_slept)
{
	work_conserving(self->n, 0, 20);
	see(self->n, 0, 2, 1);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_HARNESS_MAIN
