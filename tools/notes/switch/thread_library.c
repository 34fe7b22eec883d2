// SPDX-License-Identifier: GPL-2.0
/* switch.thread-library: is it the system that schedules threads, or a library? */
#include <errno.h>
#include <math.h>
#include <unistd.h>

#include "notes/crew.h"
#include "notes/kin.h"
#include "notes/notes.h"

#define THREADS	8
#define ROUNDS	50

enum { TIDS, OWN_SLEEPS };

static int ring[THREADS][2];
static volatile pid_t tid[THREADS];

/* Who has the byte gives it to the next one: each has to wait for all others. */
static void member(struct crew_member *m)
{
	int i;

	tid[m->nth] = gettid();
	for (i = 0; i < ROUNDS; i++) {
		if (kin_hear(ring[m->nth][0]))
			return;
		m->done++;
		if (kin_tell(ring[(m->nth + 1) % THREADS][1]))
			return;
	}
}

/* Numbers that the kernel has for them, each once. */
static unsigned int tids(void)
{
	unsigned int i, j, n = 0;

	for (i = 0; i < THREADS; i++) {
		for (j = 0; j < i && tid[j] != tid[i]; j++)
			;
		n += j == i;
	}
	return n;
}

static int run(struct sample *s)
{
	struct crew c = { .n = THREADS, .fn = member, .name = "member" };
	unsigned int i, slept = 0;
	int err = 0;

	for (i = 0; i < THREADS && !err; i++)
		err = pipe(ring[i]) ? -errno : 0;
	if (!err)
		err = kin_tell(ring[0][1]);
	if (!err)
		err = crew_run(&c);
	for (i = 0; i < THREADS && !err; i++)
		slept += c.member[i].voluntary >= ROUNDS / 2;
	s->ops = 1;
	s->turns = c.done;
	s->flat = true;
	s->value = (double)tids() / THREADS;
	sample_see(s, TIDS, tids());
	sample_see(s, OWN_SLEEPS, slept);
	crew_free(&c);
	return err;
}

static void effect(struct note *n)
{
	n->effect = note_median(n, 0);
	n->effect_unit = "tasks a thread";
}

static double tasks_seen(const struct note *n)
{
	const struct arm_counted *c = &n->counted[0];

	return c->states ? note_per_op(c, c->ledger[0].tasks) : NAN;
}

static void check(struct note *n)
{
	note_evidence(n, "threads", "tasks_switched_per_op", tasks_seen(n));
}

static void decide(struct note *n)
{
	double tasks = tasks_seen(n), slept = note_seen_mean(n, 0, OWN_SLEEPS);

	if (n->effect.lo >= 1 && tasks >= THREADS && slept >= THREADS)
		note_verdict(n, VERDICT_OUTDATED,
			     "as to the library, since NPTL (Linux 2.6, glibc 2.3.2): %d threads are %.0f "
			     "tasks of the kernel, each with switches of its own", THREADS, tasks);
	else if (n->effect.hi < 1 && tasks < THREADS)
		note_verdict(n, VERDICT_HOLDS,
			     "%d threads are %.1f tasks of the kernel: a library schedules the rest",
			     THREADS, tasks);
	else
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "%.2f numbers a thread, but %.1f tasks were switched, and %.1f of %d threads "
			     "slept on their own", n->effect.value, tasks, slept, THREADS);
}

static const struct claim thread_library = {
	.id = "switch.thread-library",
	.topic = "switch",
	.claim = "Threads are scheduled by the system or by a library",
	.claim_zh = "线程由操作系统或线程库调度",
	.how =
		"8 threads of pthread_create(3) give a byte around through pipes, 50 times. Each asks the "
		"kernel for its number (gettid(2)) and for its own switches (RUSAGE_THREAD); the probes "
		"have the ledgers of all tasks of their name. An operation is one such run.",
	.gates =
		"8 threads made by clone; the byte went round as often as said.",
	.rule =
		"t = numbers of the kernel / threads. OUTDATED, as to the library, if the lower end of its "
		"95 % interval is 1, as many tasks were switched as there are threads, and each slept on "
		"its own; HOLDS if t and tasks are fewer than threads; else INCONCLUSIVE HERE.",
	.live = "oscope switch --by task -- PROGRAM",
	.op = "run",
	.value = "tasks_a_thread",
	.seen = { [TIDS] = "tids", [OWN_SLEEPS] = "slept_on_their_own" },
	.tasks = { "member" },
	.counts = {
		MADE(0, THREAD, THREADS),
		NAMED(TURNS, 0, THREADS * ROUNDS, "bytes heard/op"),
	},
	.narrow = 0.1,
	.needs_lives = true,
	.needs_states = true,
	.arm = { { "threads", run } },
	.effect = effect,
	.check = check,
	.decide = decide,
};
CLAIM(thread_library);
