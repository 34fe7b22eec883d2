// SPDX-License-Identifier: GPL-2.0
/* parallel.running-le-cpus: do never more tasks run at one instant than there are cores? */
#include <sched.h>
#include <stdio.h>

#include "notes/cpus.h"
#include "notes/crew.h"
#include "notes/kin.h"
#include "notes/notes.h"
#include "util.h"

#define TASKS		50	/* at least ... */
#define TASKS_A_CPU	4
#define SPIN_NS		60000000ULL
#define LOOK_NS		30000000ULL	/* after the first began */
#define MORE		1.02	/* of the CPUs: beyond what clocks may differ by */
#define FULL		0.8	/* of them: less, and others had them, or nobody */

enum { CPUS, SHOWN_RUNNING, PROCS_RUNNING, THREADS };

static struct crew crew;
static bool looked;
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
		shown += kin_state(crew.member[i].tid) == 'R';
	__atomic_store_n(&looked, true, __ATOMIC_RELEASE);
}

/* With many in the queue the one that looks may have its turn late: all go on until it has. */
static void spin(struct crew_member *m)
{
	if (!m->nth) {
		crew_spin(m, LOOK_NS);
		look();
	}
	crew_spin(m, SPIN_NS);
	while (!__atomic_load_n(&looked, __ATOMIC_ACQUIRE))
		m->done++;
}

static int run(struct sample *s)
{
	unsigned int cpus = cpus_count(), had_turns = 0, i;
	int err;

	err = cpus_unpin();
	crew = (struct crew){ .n = cpus * TASKS_A_CPU, .fn = spin };
	if (crew.n < TASKS)
		crew.n = TASKS;
	if (!err)
		err = crew_run(&crew);
	if (!err) {
		for (i = 0; i < crew.n; i++)
			had_turns += crew.member[i].done > 0;
		s->ops = 1;
		s->turns = had_turns > cpus;
		s->flat = true;
		s->value = crew_at_once(&crew) / cpus;
		sample_see(s, CPUS, cpus);
		sample_see(s, SHOWN_RUNNING, shown);
		sample_see(s, PROCS_RUNNING, (double)procs_running);
		sample_see(s, THREADS, crew.n);
	}
	crew_free(&crew);
	return err;
}

static void effect(struct note *n)
{
	n->effect = note_median(n, 0);
	n->effect_unit = "of the CPUs";
}

static void check(struct note *n)
{
	const struct arm_counted *c = &n->counted[0];
	double threads = note_seen_mean(n, 0, THREADS);

	note_gate_near(n, "runnable", "threads/op", threads, 0,
		       note_per_op(c, c->lives.births[OSCOPE_BIRTH_THREAD]));
	/* The least of all samples: more could run than there are CPUs. */
	note_gate(n, "runnable", "shown as R", threads, note_seen(n, 0, CPUS).max + 1, threads,
		  note_seen(n, 0, SHOWN_RUNNING).min);
}

static void decide(struct note *n)
{
	double cpus = note_seen_mean(n, 0, CPUS), shows = note_seen_mean(n, 0, SHOWN_RUNNING);
	double tasks = note_seen_mean(n, 0, THREADS);
	const struct interval *e = &n->effect;

	if (e->lo >= FULL && e->hi <= MORE)
		note_verdict(n, VERDICT_HOLDS,
			     "%.0f tasks that could run used %.2f CPU seconds a second on %.0f CPUs; R, which "
			     "/proc shows for %.0f of them at once, is not \"running\" but \"runnable\"",
			     tasks, e->value * cpus, cpus, shows);
	else if (e->lo > MORE)
		note_verdict(n, VERDICT_FALSE,
			     "%.0f tasks used %.2f CPU seconds a second, on %.0f CPUs", tasks,
			     e->value * cpus, cpus);
	else if (e->hi <= MORE)
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "%.0f tasks that could run had %.2f of the CPUs' time only: CPUs that "
			     "others have, or nobody, are no test", tasks, e->value);
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
		"50 threads, or four a CPU if that is more, compute for 60 ms on all CPUs that may be used. "
		"The value is their CPU time a second that passes, through the number of CPUs. In the "
		"midst one of them counts for how many of them /proc shows the state R, and reads "
		"procs_running of /proc/stat. An operation is one such run.",
	.gates =
		"As many threads made; more than there are CPUs had turns within that time, and were R at the "
		"moment of the look.",
	.rule =
		"With the 95 % interval of the value: HOLDS if it lies within 0.8 and 1.02, FALSE if its "
		"lower end is above, else INCONCLUSIVE HERE.",
	.live = "oscope states 1, beside ps -eLo state,tid,comm",
	.op = "run",
	.value = "of_cpus",
	.seen = {
		[CPUS] = "cpus", [SHOWN_RUNNING] = "shown_r", [PROCS_RUNNING] = "procs_running",
		[THREADS] = "threads",
	},
	.counts = { NAMED(TURNS, 0, 1, "more than CPUs had turns/op") },
	.placement = "all CPUs",
	.narrow = 0.05,
	.needs_lives = true,
	.arm = { { "runnable", run } },
	.effect = effect,
	.check = check,
	.decide = decide,
};
CLAIM(running_le_cpus);
