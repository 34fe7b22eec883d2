// SPDX-License-Identifier: GPL-2.0
/* parallel.procs-cpus: is the best number of processes the number of cores? */
#include <time.h>

#include "notes/cpus.h"
#include "notes/crew.h"
#include "notes/notes.h"

#define JOBS_A_CPU	24	/* so that the most workers, four a CPU, have 6 each */
#define UNITS		40000ULL	/* a job: some 500 us of computing */
#define WAIT_NS		500000L		/* in half of the arms as long a wait beside it */
#define BETTER		1.1		/* times as fast */

enum { HALF_BUSY, CPUS_BUSY, MORE_BUSY, CPUS_WAITING, TWICE_WAITING, MORE_WAITING };
enum { WORKERS, JOBS };

static size_t arm;
static unsigned int workers, jobs;

static void member(struct crew_member *m)
{
	const struct timespec t = { .tv_nsec = WAIT_NS };
	unsigned int i;

	for (i = m->nth; i < jobs; i += workers) {
		compute(UNITS);
		if (arm >= CPUS_WAITING)
			nanosleep(&t, NULL);
		m->done++;
	}
}

static unsigned int workers_of(size_t a)
{
	static const unsigned int half_cpus[] = { 1, 2, 8, 2, 4, 8 };
	unsigned int n = half_cpus[a] * cpus_count() / 2;

	return n ? n : 1;
}

static int run(struct sample *s)
{
	struct crew c = { .processes = true, .fn = member };
	int err = cpus_unpin();

	arm = s->arm;
	workers = workers_of(arm);
	jobs = JOBS_A_CPU * cpus_count();
	c.n = workers;
	if (!err)
		err = crew_run(&c);
	s->ops = 1;
	s->turns = c.done == jobs;
	s->flat = true;
	s->value = (double)c.wall_ns;
	sample_see(s, WORKERS, workers);
	sample_see(s, JOBS, jobs);
	crew_free(&c);
	return err;
}

/* How many times as fast b is as a. */
static struct interval gain(const struct note *n, int a, int b)
{
	return note_ratio(n, a, b);
}

static void effect(struct note *n)
{
	n->effect = gain(n, CPUS_WAITING, MORE_WAITING);
	n->effect_unit = "x";
}

static void check(struct note *n)
{
	size_t a;

	for (a = HALF_BUSY; a <= MORE_WAITING; a++) {
		const struct arm_counted *c = &n->counted[a];

		note_gate_near(n, n->claim->arm[a].name, "forks/op - workers", 0, 0,
			       note_per_op(c, c->lives.births[OSCOPE_BIRTH_FORK]) -
			       note_seen_mean(n, a, WORKERS));
	}
	note_evidence(n, "busy", "half_to_cpus", gain(n, HALF_BUSY, CPUS_BUSY).value);
	note_evidence(n, "busy", "cpus_to_more", gain(n, CPUS_BUSY, MORE_BUSY).value);
	note_evidence(n, "waiting", "cpus_to_twice", gain(n, CPUS_WAITING, TWICE_WAITING).value);
}

static void decide(struct note *n)
{
	struct interval busy = gain(n, CPUS_BUSY, MORE_BUSY);
	struct interval twice = gain(n, CPUS_WAITING, TWICE_WAITING);
	const struct interval *e = &n->effect;

	if (busy.lo >= BETTER)
		note_verdict(n, VERDICT_FALSE,
			     "four processes a CPU are %.2f times as fast as one a CPU, though none waits",
			     busy.value);
	else if (busy.hi < BETTER && (e->lo >= BETTER || twice.lo >= BETTER))
		note_verdict(n, VERDICT_HOLDS_IF,
			     "jobs do not wait: then more processes than CPUs gain nothing (%.2f times); "
			     "with half of the time waiting two a CPU are %.2f times as fast, four %.2f",
			     busy.value, twice.value, e->value);
	else if (busy.hi < BETTER && e->hi < BETTER && twice.hi < BETTER)
		note_verdict(n, VERDICT_HOLDS,
			     "more processes than CPUs gain nothing, whether jobs wait (%.2f times) or not "
			     "(%.2f)", e->value, busy.value);
	else
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "four processes a CPU are %.2f to %.2f times as fast as one without waiting, "
			     "%.2f to %.2f with it: %.1f is in it", busy.lo, busy.hi, e->lo, e->hi,
			     BETTER);
}

static const struct claim procs_cpus = {
	.id = "parallel.procs-cpus",
	.topic = "parallel",
	.claim = "The best number of processes is the number of cores",
	.claim_zh = "进程数等于核心数最好",
	.how =
		"24 jobs a CPU, of some 500 us of computing each, are done by processes: half as many as "
		"there are CPUs, as many, and four times as many; and the same jobs, each with a sleep of "
		"500 us, by as many, twice and four times as many. Timed from the first one's begin to the "
		"last one's end. An operation is all of them.",
	.gates =
		"One fork a worker; all jobs done.",
	.rule =
		"Ratios with 95 % intervals, better is 1.1 times as fast. FALSE if more than the CPUs are "
		"better though none waits; HOLDS IF jobs do not wait, if more are better only where they "
		"do; HOLDS if nowhere; else INCONCLUSIVE HERE.",
	.live = "oscope states -- PROGRAM: ready and blocked beside running",
	.op = "list of jobs",
	.value = "ns",
	.seen = { [WORKERS] = "workers", [JOBS] = "jobs" },
	.counts = { NAMED(TURNS, ALL_ARMS, 1, "all jobs done/op") },
	.placement = "all CPUs",
	.narrow = 0.05,
	.needs_times = true,
	.needs_lives = true,
	.arm = {
		[HALF_BUSY] = { "half_busy", run }, [CPUS_BUSY] = { "cpus_busy", run },
		[MORE_BUSY] = { "more_busy", run }, [CPUS_WAITING] = { "cpus_waiting", run },
		[TWICE_WAITING] = { "twice_waiting", run },
		[MORE_WAITING] = { "more_waiting", run },
	},
	.effect = effect,
	.check = check,
	.decide = decide,
};
CLAIM(procs_cpus);
