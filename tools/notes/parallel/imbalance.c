// SPDX-License-Identifier: GPL-2.0
/* parallel.imbalance: does uneven load limit the speed-up? */
#include <stdatomic.h>

#include "notes/cpus.h"
#include "notes/crew.h"
#include "notes/notes.h"

#define JOBS_A_WORKER	8
#define UNITS_A_WORKER	544000ULL	/* some 6 ms of computing, whatever their number */
#define LONGER	1.1
#define NOT	1.05

enum { UNEVEN_FIXED, UNEVEN_TAKEN, EVEN_FIXED };
enum { WORKERS, IDLE_SHARE, JOBS };

static size_t arm;
static unsigned int workers, jobs;
static uint64_t units;		/* of the first job; the nth has n times as many */
static atomic_uint next;

/* The same sum of work in every arm. */
static void job_do(struct crew_member *m, unsigned int i)
{
	compute(arm == EVEN_FIXED ? units * (jobs + 1) / 2 : units * (i + 1));
	m->done++;
}

/* A stretch of the list for each, as one would cut it without knowing the jobs. */
static void fixed(struct crew_member *m)
{
	unsigned int i, from = m->nth * jobs / workers, to = (m->nth + 1) * jobs / workers;

	for (i = from; i < to; i++)
		job_do(m, i);
}

/* From the list's long end: who is free takes the next. */
static void taken(struct crew_member *m)
{
	unsigned int i;

	while ((i = atomic_fetch_add(&next, 1)) < jobs)
		job_do(m, jobs - 1 - i);
}

/* Of the workers' time, what was left after their last job. */
static double idle_share(const struct crew *c)
{
	uint64_t last = 0, sum = 0;
	unsigned int i;

	for (i = 0; i < c->n; i++)
		last = c->member[i].end_ns > last ? c->member[i].end_ns : last;
	for (i = 0; i < c->n; i++)
		sum += last - c->member[i].end_ns;
	return (double)sum / ((double)c->wall_ns * c->n);
}

static int run(struct sample *s)
{
	struct crew c = { .fn = s->arm == UNEVEN_TAKEN ? taken : fixed };
	int err = cpus_unpin();

	arm = s->arm;
	workers = cpus_count();
	/* As many for each on every machine: with few of them some would have none, or one each. */
	jobs = workers * JOBS_A_WORKER;
	units = UNITS_A_WORKER * workers / ((uint64_t)jobs * (jobs + 1) / 2);
	c.n = workers;
	if (!err)
		err = crew_run(&c);
	s->ops = 1;
	s->turns = c.done == jobs;
	s->flat = true;
	s->value = (double)c.wall_ns;
	if (!err)
		sample_see(s, IDLE_SHARE, idle_share(&c));
	sample_see(s, WORKERS, workers);
	sample_see(s, JOBS, jobs);
	crew_free(&c);
	return err;
}

static struct interval to_taken(const struct note *n, int a)
{
	return note_ratio(n, a, UNEVEN_TAKEN);
}

static void effect(struct note *n)
{
	n->effect = to_taken(n, UNEVEN_FIXED);
	n->effect_unit = "x";
}

static void check(struct note *n)
{
	size_t a;

	for (a = UNEVEN_FIXED; a <= EVEN_FIXED; a++) {
		const struct arm_counted *c = &n->counted[a];

		note_gate_near(n, n->claim->arm[a].name, "threads/op - workers", 0, 0,
			       note_per_op(c, c->lives.births[OSCOPE_BIRTH_THREAD]) -
			       note_seen_mean(n, a, WORKERS));
	}
	note_evidence(n, "even_fixed", "to_taken", to_taken(n, EVEN_FIXED).value);
}

static void decide(struct note *n)
{
	const struct interval *e = &n->effect;

	if (cpus_too_few(n))
		return;
	if (e->lo >= LONGER)
		note_verdict(n, VERDICT_HOLDS,
			     "uneven jobs cut into stretches take %.2f times as long as the same ones "
			     "taken by who is free; workers are idle for %.0f %% of their time against "
			     "%.0f %%", e->value, 100 * note_seen_mean(n, UNEVEN_FIXED, IDLE_SHARE),
			     100 * note_seen_mean(n, UNEVEN_TAKEN, IDLE_SHARE));
	else if (e->hi <= NOT)
		note_verdict(n, VERDICT_FALSE,
			     "uneven jobs cut into stretches take %.3f times as long as the same ones "
			     "taken by who is free", e->value);
	else
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "%.2f to %.2f times as long as taken by who is free: neither the same nor a "
			     "tenth more", e->lo, e->hi);
}

static const struct claim imbalance = {
	.id = "parallel.imbalance",
	.topic = "parallel",
	.claim = "Uneven load limits the speed-up",
	.claim_zh = "负载不均衡限制提速",
	.how =
		"A thread for each CPU, and 8 jobs a thread, of which the nth is n times as long as the "
		"first: cut into stretches beforehand, or taken one by one by who is free, the longest "
		"first; and as many even jobs with the same sum, cut into stretches. Timed from the first "
		"one's begin to the last one's end. An operation is all of them.",
	.gates =
		"A thread made for each worker; all jobs done.",
	.rule =
		"r = time cut beforehand / taken one by one, of uneven jobs, with its 95 % interval. HOLDS "
		"if the lower end is 1.1 or more, FALSE if the upper end is 1.05 at most; INCONCLUSIVE HERE "
		"with one CPU, and else.",
	.live = "oscope timeline -- PROGRAM",
	.op = "list of jobs",
	.value = "ns",
	.seen = { [WORKERS] = "workers", [IDLE_SHARE] = "idle_share", [JOBS] = "jobs" },
	.counts = { NAMED(TURNS, ALL_ARMS, 1, "all jobs done/op") },
	.placement = "all CPUs",
	.narrow = 0.05,
	.needs_times = true,
	.needs_lives = true,
	.arm = {
		[UNEVEN_FIXED] = { "uneven_fixed", run }, [UNEVEN_TAKEN] = { "uneven_taken", run },
		[EVEN_FIXED] = { "even_fixed", run },
	},
	.effect = effect,
	.check = check,
	.decide = decide,
};
CLAIM(imbalance);
