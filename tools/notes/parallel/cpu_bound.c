// SPDX-License-Identifier: GPL-2.0
/* parallel.cpu-bound: does computing want processes rather than threads? */
#include <math.h>

#include "notes/cpus.h"
#include "notes/crew.h"
#include "notes/notes.h"

#define UNITS	1200000ULL	/* in all: some 15 ms on one CPU */
#define MORE	4		/* times the CPUs, where there are many workers */
#define SAME	0.05

enum { ONE, THREADS, PROCESSES, THREADS_MORE, PROCESSES_MORE };
enum { CPUS };

static uint64_t part;

static void work(struct crew_member *m)
{
	compute(part);
	m->done = part;
}

static unsigned int workers(size_t arm)
{
	if (arm == ONE)
		return 1;
	return arm >= THREADS_MORE ? MORE * cpus_count() : cpus_count();
}

static int run(struct sample *s)
{
	struct crew c = {
		.processes = s->arm == PROCESSES || s->arm == PROCESSES_MORE, .fn = work,
	};
	int err = cpus_unpin();

	c.n = workers(s->arm);
	part = UNITS / c.n;
	if (!err)
		err = crew_run(&c);
	s->ops = c.n;
	s->turns = part ? c.done / part : 0;
	s->flat = true;
	s->value = (double)c.wall_ns;
	sample_see(s, CPUS, cpus_count());
	crew_free(&c);
	return err;
}

static struct stats_samples kinds(const struct note *n)
{
	return note_samples(n, THREADS, PROCESSES);
}

static void effect(struct note *n)
{
	n->effect = note_ratio(n, THREADS, PROCESSES);
	n->effect_unit = "x";
}

static void check(struct note *n)
{
	size_t a;

	for (a = ONE; a <= PROCESSES_MORE; a++) {
		const struct arm_lives *l = &n->counted[a].lives;
		bool processes = a == PROCESSES || a == PROCESSES_MORE;

		note_gate_near(n, n->claim->arm[a].name, processes ? "forks/op" : "threads/op", 1,
			       0,
			       l->known ? note_per_op(&n->counted[a],
						      l->births[processes ? OSCOPE_BIRTH_FORK
									  : OSCOPE_BIRTH_THREAD])
					: NAN);
	}
	note_evidence(n, "threads", "speed_up", note_ratio(n, ONE, THREADS).value);
	note_evidence(n, "processes", "speed_up", note_ratio(n, ONE, PROCESSES).value);
	note_evidence(n, "threads_more", "speed_up", note_ratio(n, ONE, THREADS_MORE).value);
	note_evidence(n, "processes_more", "speed_up", note_ratio(n, ONE, PROCESSES_MORE).value);
}

static void decide(struct note *n)
{
	struct stats_samples s = kinds(n);
	const struct interval *e = &n->effect;
	double cpus = note_seen_mean(n, THREADS, CPUS), up = note_ratio(n, ONE, THREADS).value;

	if (cpus_too_few(n))
		return;
	if (e->lo > 1 + SAME)
		note_verdict(n, VERDICT_HOLDS,
			     "%.0f threads take %.2f times as long as %.0f processes", cpus,
			     e->value, cpus);
	else if (stats_same(&s, SAME, n->seed))
		note_verdict(n, VERDICT_FALSE,
			     "%.0f threads and %.0f processes take the same time (%.3f times, 5 %% either "
			     "way): what counts is cores, with which it goes %.2f times as fast as with one "
			     "worker", cpus, cpus, e->value, up);
	else if (e->hi < 1 - SAME)
		note_verdict(n, VERDICT_FALSE,
			     "%.0f threads take %.2f times as long as %.0f processes: less", cpus,
			     e->value, cpus);
	else
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "threads take %.2f to %.2f times as long as processes: neither the same "
			     "within 5 %% nor apart", e->lo, e->hi);
}

static const struct claim cpu_bound = {
	.id = "parallel.cpu-bound",
	.topic = "parallel",
	.claim = "Work that is bound by the CPU wants processes, not threads",
	.claim_zh = "计算密集型任务应使用多进程",
	.how =
		"The same computation, in C, is done by one thread; by as many threads, or processes, as "
		"there are CPUs; and by four times as many of either. Timed is from the first one's begin "
		"to the last one's end, without making them. An operation is one worker's part.",
	.gates =
		"One thread, or one fork, a worker, and all of the work done.",
	.rule =
		"r = time of threads / of processes, one a CPU. HOLDS if its 95 % interval is above 1.05; "
		"FALSE if both are the same within 5 % (two one-sided tests at 5 %), or it is below 0.95; "
		"INCONCLUSIVE HERE with one CPU, and else.",
	.live = "oscope timeline -- PROGRAM",
	.op = "worker",
	.value = "ns",
	.seen = { [CPUS] = "cpus" },
	.counts = { NAMED(TURNS, ALL_ARMS, 1, "parts done/op") },
	.placement = "all CPUs",
	.narrow = 0.02,
	.needs_times = true,
	.needs_lives = true,
	.arm = {
		[ONE] = { "one", run }, [THREADS] = { "threads", run },
		[PROCESSES] = { "processes", run }, [THREADS_MORE] = { "threads_more", run },
		[PROCESSES_MORE] = { "processes_more", run },
	},
	.effect = effect,
	.check = check,
	.decide = decide,
};
CLAIM(cpu_bound);
