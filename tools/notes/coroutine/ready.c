// SPDX-License-Identifier: GPL-2.0
/* coroutine.ready: do coroutines keep their thread ready to run? */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <time.h>

#include "notes/crew.h"
#include "notes/loop.h"
#include "notes/notes.h"
#include "util.h"

#define JOBS_PENDING	100	/* more work than a CPU has in the time that they wait */
#define JOBS_FEW	5
#define WORK_UNITS	4000	/* some 50 us */
#define PENDING_WAIT_NS	1000000ULL
#define FEW_WAIT_NS	5000000ULL
#define RUN_NS		30000000ULL
#define STACK_BYTES	16384
#define MOSTLY		0.9
#define HALF		0.5

enum { PENDING, FEW, THREADS };

static uint64_t wait_ns, until_ns, rounds;

/* Time on a CPU and time waiting for one, of the calling thread (Documentation/scheduler). */
static double runnable_ns(void)
{
	FILE *f = fopen("/proc/thread-self/schedstat", "re");
	unsigned long long run, delay;
	double ns = NAN;

	if (!f)
		return NAN;
	if (fscanf(f, "%llu %llu", &run, &delay) == 2)
		ns = (double)run + (double)delay;
	fclose(f);
	return ns;
}

static void job(void *arg)
{
	while (now_ns() < until_ns) {
		compute(WORK_UNITS);
		rounds++;
		loop_sleep(wait_ns);
	}
}

static int run_loop(struct sample *s)
{
	int jobs = s->arm == FEW ? JOBS_FEW : JOBS_PENDING, i, err;
	uint64_t start;
	double before;

	wait_ns = s->arm == FEW ? FEW_WAIT_NS : PENDING_WAIT_NS;
	err = loop_begin((unsigned int)jobs, STACK_BYTES);
	for (i = 0; i < jobs && !err; i++)
		err = loop_add(job, NULL);
	start = now_ns();
	until_ns = start + RUN_NS;
	before = runnable_ns();
	if (!err)
		err = loop_run();
	s->value = (runnable_ns() - before) / (double)(now_ns() - start);
	loop_end();
	s->ops = 1;
	s->turns = rounds >= (uint64_t)jobs;
	return err;
}

static void member(struct crew_member *m)
{
	const struct timespec t = { .tv_nsec = (long)PENDING_WAIT_NS };
	uint64_t until = m->begin_ns + RUN_NS;
	double before = runnable_ns();

	while (now_ns() < until) {
		compute(WORK_UNITS);
		nanosleep(&t, NULL);
	}
	/* In thousandths, as members tell whole numbers. */
	m->done =
		1 + (uint64_t)(1000 * (runnable_ns() - before) / (double)(now_ns() - m->begin_ns));
}

static int run_threads(struct sample *s)
{
	struct crew c = { .n = JOBS_PENDING, .fn = member };
	int err = crew_run(&c);

	s->ops = 1;
	s->turns = c.done >= c.n;
	s->value = (double)(c.done - c.n) / 1000 / c.n;
	crew_free(&c);
	return err;
}

static int run(struct sample *s)
{
	int err = s->arm == THREADS ? run_threads(s) : run_loop(s);

	s->flat = true;
	/* Without CONFIG_SCHED_INFO the kernel does not tell. */
	return !err && isnan(s->value) ? -ENODATA : err;
}

static struct interval share(const struct note *n, int arm)
{
	return note_median(n, arm);
}

static void effect(struct note *n)
{
	n->effect = share(n, PENDING);
	n->effect_unit = "of the time";
}

static void decide(struct note *n)
{
	struct interval few = share(n, FEW), each = share(n, THREADS);
	const struct interval *e = &n->effect;

	if (e->lo >= MOSTLY && few.lo >= MOSTLY)
		note_verdict(n, VERDICT_HOLDS,
			     "the loop's thread ran or was ready for %.2f of the time, with little to do for "
			     "%.2f", e->value, few.value);
	else if (e->lo >= MOSTLY && few.hi <= HALF)
		note_verdict(n, VERDICT_HOLDS_IF,
			     "work is pending: %d jobs keep the loop's thread running or ready for %.2f of "
			     "the time, %d for %.2f; with a thread for each of the %d it is %.2f, as a mean",
			     JOBS_PENDING, e->value, JOBS_FEW, few.value, JOBS_PENDING, each.value);
	else if (e->hi <= HALF)
		note_verdict(n, VERDICT_FALSE,
			     "%d jobs keep the loop's thread running or ready for %.2f of the time only",
			     JOBS_PENDING, e->value);
	else
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "the loop's thread ran or was ready for %.2f to %.2f of the time, with little "
			     "to do for %.2f to %.2f", e->lo, e->hi, few.lo, few.hi);
}

static const struct claim ready = {
	.id = "coroutine.ready",
	.topic = "coroutine",
	.claim = "Coroutines keep their thread ready to run",
	.claim_zh = "协程使线程始终处于就绪状态",
	.how =
		"100 coroutines of one loop compute some 50 us and wait a millisecond, again and again, for "
		"30 ms: more than one CPU can do. 5 coroutines do so with waits of 5 ms, and 100 threads as "
		"the 100 coroutines. The value is the part of the time in which the loop's thread ran or "
		"waited for the CPU (/proc/thread-self/schedstat), of threads the mean. An operation is one "
		"such run.",
	.gates =
		"No task made for coroutines, 100 threads else; each had a turn.",
	.rule =
		"With 95 % intervals: HOLDS IF work is pending, if it is 0.9 at least with 100 and 0.5 at "
		"most with 5 coroutines; HOLDS if 0.9 with both; FALSE if 0.5 at most with 100; else "
		"INCONCLUSIVE HERE.",
	.live = "oscope states --by task -- PROGRAM",
	.op = "run",
	.value = "runnable_share",
	.counts = {
		COUNT(MADE_ALL, PENDING, 0), COUNT(MADE_ALL, FEW, 0),
		MADE(THREADS, THREAD, JOBS_PENDING), NAMED(TURNS, ALL_ARMS, 1, "all had turns/op"),
	},
	.narrow = 0.05,
	.needs_lives = true,
	.arm = {
		[PENDING] = { "pending", run }, [FEW] = { "few", run },
		[THREADS] = { "threads", run },
	},
	.effect = effect,
	.decide = decide,
};
CLAIM(ready);
