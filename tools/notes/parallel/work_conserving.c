// SPDX-License-Identifier: GPL-2.0
/* parallel.work-conserving: does the scheduler keep all cores in use? */
#include <errno.h>
#include <math.h>
#include <sched.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "notes/cpus.h"
#include "notes/crew.h"
#include "notes/notes.h"
#include "util.h"

#define RUN_NS		130000000ULL
#define SETTLE_NS	20000000ULL	/* until all have begun */
#define BREAK_NS	1000000L
#define SPINNERS	2	/* a CPU, which can always run */
#define SELDOM		0.01	/* of the CPUs' time */

enum { IDLE_TICKS, ALL_TICKS, SPINNERS_SLEPT };

static unsigned int cpus;
static uint64_t idle_ticks, all_ticks;
static int failure;
static bool looked;

/* Ticks of all CPUs that may be used: idle ones, and all (proc_stat(5)). */
static int ticks_read(const cpu_set_t *allowed, uint64_t *idle, uint64_t *all)
{
	FILE *f = fopen("/proc/stat", "re");
	unsigned long long t[8];
	unsigned int cpu;
	char line[512];
	int i;

	if (!f)
		return -errno;
	*idle = *all = 0;
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "cpu%u %llu %llu %llu %llu %llu %llu %llu %llu", &cpu, &t[0],
			   &t[1], &t[2], &t[3], &t[4], &t[5], &t[6], &t[7]) != 9 ||
		    !CPU_ISSET(cpu, allowed))
			continue;
		*idle += t[3] + t[4];
		for (i = 0; i < 8; i++)
			*all += t[i];
	}
	fclose(f);
	return 0;
}

/* The CPUs' ticks from one moment to another, which may come late. */
static void ticks_watch(struct crew_member *m)
{
	uint64_t idle = 0, all = 0, idle_after = 0, all_after = 0;
	struct timespec t = { .tv_nsec = SETTLE_NS };
	cpu_set_t allowed;

	nanosleep(&t, NULL);
	failure = sched_getaffinity(0, sizeof(allowed), &allowed) ? -errno : 0;
	if (!failure)
		failure = ticks_read(&allowed, &idle, &all);
	t.tv_nsec = RUN_NS - 2 * SETTLE_NS;
	nanosleep(&t, NULL);
	if (!failure)
		failure = ticks_read(&allowed, &idle_after, &all_after);
	if (failure)
		return;
	idle_ticks = idle_after - idle;
	all_ticks = all_after - all;
	m->done = 1;
}

/* The last of all looks at the CPUs while the others go on. */
static void look(struct crew_member *m)
{
	ticks_watch(m);
	__atomic_store_n(&looked, true, __ATOMIC_RELEASE);
}

/* Until the second look is over, however late: after its end idle CPUs were no gap. */
static void spinner(struct crew_member *m)
{
	crew_spin(m, RUN_NS);
	while (!__atomic_load_n(&looked, __ATOMIC_ACQUIRE))
		m->done++;
}

static void sleeper(struct crew_member *m)
{
	const struct timespec t = { .tv_nsec = BREAK_NS };
	uint64_t until = now_ns() + RUN_NS, spin;

	while (now_ns() < until) {
		nanosleep(&t, NULL);
		for (spin = now_ns() + BREAK_NS; now_ns() < spin;)
			;
		m->done++;
	}
}

static void member(struct crew_member *m)
{
	if (m->nth < SPINNERS * cpus)
		spinner(m);
	else if (m->nth == (SPINNERS + 1) * cpus)
		look(m);
	else
		sleeper(m);
}

static int run(struct sample *s)
{
	struct crew c = { .fn = member };
	unsigned int i, slept = 0;
	int err = cpus_unpin();

	cpus = cpus_count();
	c.n = (SPINNERS + 1) * cpus + 1;
	if (!err)
		err = crew_run(&c);
	for (i = 0; i < c.n && !err; i++) {
		s->turns += c.member[i].done > 0;
		/* Once: at its first write it may have to wait for the page. */
		slept += i < SPINNERS * cpus && c.member[i].voluntary > 1;
	}
	s->ops = c.n;
	s->flat = true;
	s->value = all_ticks ? (double)idle_ticks / (double)all_ticks : NAN;
	sample_see(s, IDLE_TICKS, (double)idle_ticks);
	sample_see(s, ALL_TICKS, (double)all_ticks);
	sample_see(s, SPINNERS_SLEPT, slept);
	crew_free(&c);
	return err ? err : failure;
}

/* Ticks are counted by the kernel: so many of so many, over all samples. */
static void effect(struct note *n)
{
	n->effect = stats_share((size_t)note_seen(n, 0, IDLE_TICKS).sum,
				(size_t)note_seen(n, 0, ALL_TICKS).sum);
	n->effect_unit = "of CPU time";
}

static void decide(struct note *n)
{
	double idle = note_seen(n, 0, IDLE_TICKS).sum, all = note_seen(n, 0, ALL_TICKS).sum;
	const struct interval *e = &n->effect;

	if (e->hi < SELDOM)
		note_verdict(n, VERDICT_HOLDS,
			     "CPUs were idle for %.0f of %.0f ticks while tasks could have run on them",
			     idle, all);
	else if (e->lo >= SELDOM)
		note_verdict(n, VERDICT_FALSE,
			     "CPUs were idle for %.1f %% of the time (%.0f of %.0f ticks) while tasks could "
			     "have run on them", 100 * e->value, idle, all);
	else
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "CPUs were idle for %.2f to %.2f %% of the time (%.0f of %.0f ticks): 1 %% is "
			     "in it", 100 * e->lo, 100 * e->hi, idle, all);
}

static const struct claim work_conserving = {
	.id = "parallel.work-conserving",
	.topic = "parallel",
	.claim = "The scheduler keeps all cores in use",
	.claim_zh = "调度器充分利用多核",
	.how =
		"Two threads a CPU that compute and one a CPU that sleeps and computes a millisecond each, "
		"none bound to a CPU, for 130 ms or until the second look is over. At every moment more "
		"tasks can run than there are CPUs, so a CPU that is idle is a gap. Another thread reads "
		"the idle ticks of the CPUs in /proc/stat, 90 ms apart. An operation is one thread.",
	.gates =
		"Each thread had turns; those that compute slept once at most (their first write may wait for "
		"its page), so that they could always run.",
	.rule =
		"Share of idle ticks over all samples, with its 95 % interval (Wilson). HOLDS if the upper "
		"end is below 1 %, FALSE if the lower end is not, else INCONCLUSIVE HERE.",
	.live = "oscope timeline 1, while more busy loops than CPUs run",
	.op = "thread",
	.value = "idle_share",
	.seen = {
		[IDLE_TICKS] = "idle_ticks", [ALL_TICKS] = "ticks",
		[SPINNERS_SLEPT] = "spinners_slept",
	},
	.counts = {
		MADE(0, THREAD, 1), NAMED(TURNS, 0, 1, "had turns/op"), SEEN(0, SPINNERS_SLEPT, 0),
	},
	.placement = "all CPUs",
	.narrow = 0.01,
	.needs_lives = true,
	.arm = { { "mix", run } },
	.effect = effect,
	.decide = decide,
};
CLAIM(work_conserving);
