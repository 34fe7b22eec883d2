// SPDX-License-Identifier: GPL-2.0
/* parallel.running-le-cpus: do never more tasks run at one instant than there are cores? */
#include <sched.h>
#include <stdio.h>

#include "notes/cpus.h"
#include "notes/crew.h"
#include "notes/kin.h"
#include "notes/notes.h"
#include "util.h"

#define TASKS	50
#define SPIN_NS	60000000ULL
#define LOOK_NS	30000000ULL	/* after the first began */
#define MORE	1.02		/* of the CPUs: beyond what clocks may differ by */

enum { CPUS, SHOWN_RUNNING, PROCS_RUNNING };

static struct crew crew;
static unsigned int shown;
static long procs_running;

/* procs_running of proc_stat(5): "runnable" would be the better word. */
static long system_running(void)
{
	FILE *f = fopen("/proc/stat", "re");
	char line[256];
	long n = -1;

	if (!f)
		return -1;
	while (n < 0 && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "procs_running %ld", &n) != 1)
			n = -1;
	}
	fclose(f);
	return n;
}

static void look(void)
{
	unsigned int i;

	procs_running = system_running();
	for (i = 0; i < crew.n; i++)
		shown += crew.member[i].tid && kin_state(crew.member[i].tid) == 'R';
}

static void spin(struct crew_member *m)
{
	if (!m->nth) {
		crew_spin(m, LOOK_NS);
		look();
	}
	crew_spin(m, SPIN_NS);
}

static int run(struct sample *s)
{
	int err;

	err = cpus_unpin();
	crew = (struct crew){ .n = TASKS, .fn = spin };
	if (!err)
		err = crew_run(&crew);
	if (!err) {
		s->ops = 1;
		s->turns = crew.done >= TASKS;
		s->flat = true;
		s->value = crew_at_once(&crew) / cpus_count();
		sample_see(s, CPUS, cpus_count());
		sample_see(s, SHOWN_RUNNING, shown);
		sample_see(s, PROCS_RUNNING, (double)procs_running);
	}
	crew_free(&crew);
	return err;
}

static void effect(struct note *n)
{
	struct stats_samples s = note_samples(n, 0, -1);

	n->effect = stats_median_interval(&s, STATS_95, n->seed);
	n->effect_unit = "of the CPUs";
}

static void decide(struct note *n)
{
	double cpus = note_seen_mean(n, 0, CPUS), shows = note_seen_mean(n, 0, SHOWN_RUNNING);
	const struct interval *e = &n->effect;

	if (e->hi <= MORE)
		note_verdict(n, VERDICT_HOLDS,
			     "%d tasks that could run used %.2f CPU seconds a second on %.0f CPUs; R, which "
			     "/proc shows for %.0f of them at once, is not \"running\" but \"runnable\"",
			     TASKS, e->value * cpus, cpus, shows);
	else if (e->lo > MORE)
		note_verdict(n, VERDICT_FALSE,
			     "%d tasks used %.2f CPU seconds a second, on %.0f CPUs", TASKS,
			     e->value * cpus, cpus);
	else
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "%.3f to %.3f of the CPUs' time: 1 is in it, and so is more", e->lo,
			     e->hi);
}

static const struct claim running_le_cpus = {
	.id = "parallel.running-le-cpus",
	.topic = "parallel",
	.claim = "Tasks that run at one instant are never more than the cores",
	.claim_zh = "同一时刻执行的任务数不超过核心数",
	.how =
		"50 threads compute for 60 ms on all CPUs that may be used. The value is their CPU time a "
		"second that passes, through the number of CPUs. In the midst one of them counts for how "
		"many of them /proc shows the state R, and reads procs_running of /proc/stat. An operation "
		"is one such run.",
	.gates =
		"50 threads made, and all had turns.",
	.rule =
		"With the 95 % interval of the value: HOLDS if its upper end is 1.02 at most, FALSE if its "
		"lower end is above, else INCONCLUSIVE HERE.",
	.live = "oscope states 1, beside ps -eLo state,tid,comm",
	.op = "run",
	.value = "of_cpus",
	.seen = {
		[CPUS] = "cpus", [SHOWN_RUNNING] = "shown_r", [PROCS_RUNNING] = "procs_running",
	},
	.counts = { MADE(0, THREAD, TASKS), NAMED(TURNS, 0, 1, "all had turns/op") },
	.placement = "all CPUs",
	.narrow = 0.05,
	.needs_lives = true,
	.arm = { { "runnable", run } },
	.effect = effect,
	.decide = decide,
};
CLAIM(running_le_cpus);
