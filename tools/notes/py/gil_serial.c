// SPDX-License-Identifier: GPL-2.0
/* py.gil-serial: do threads of one interpreter never compute at once? */
#include "notes/at_once.h"
#include "notes/cpus.h"

#define TASKS		2
#define MS		60
#define HARDLY		0.05
#define MOSTLY		0.9
#define ROOM		0.2	/* of the time two processes ran at once: there was a CPU for it */

enum { THREADS, PROCESSES };

static int run(struct sample *s)
{
	int err = at_once_sample(s, s->arm == PROCESSES, TASKS, MS);

	s->value -= 1;
	return err;
}

static void effect(struct note *n)
{
	n->effect = note_median(n, THREADS);
	n->effect_unit = "of the time";
}

static void check(struct note *n)
{
	at_once_gate(n, THREADS);
	at_once_gate(n, PROCESSES);
}

static void decide(struct note *n)
{
	struct interval processes = note_median(n, PROCESSES);
	struct python_version v = python_version(n, THREADS, AT_ONCE_VERSION);
	bool gil = note_seen_mean(n, THREADS, AT_ONCE_GIL) > 0;
	const struct interval *e = &n->effect;

	if (cpus_too_few(n))
		return;
	if (e->hi < HARDLY && processes.lo > ROOM)
		note_verdict(n, VERDICT_HOLDS,
			     "two threads of Python %s%s computed at once for %.1f %% of the time "
			     "at most, two processes for %.0f %%",
			     v.text, gil ? "" : ", without a GIL,",
			     100 * (e->hi > 0 ? e->hi : 0), 100 * processes.value);
	else if (e->lo > MOSTLY)
		note_verdict(n, gil ? VERDICT_FALSE : VERDICT_HOLDS_IF,
			     "%s: two threads of Python %s %s GIL computed at once for %.0f %% of "
			     "it", gil ? "it does not" : "it has a GIL", v.text,
			     gil ? "with a" : "without",
			     100 * e->value);
	else
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "two threads computed at once for %.0f to %.0f %% of the time, two "
			     "processes for %.0f to %.0f %%: others use these CPUs",
			     100 * e->lo, 100 * e->hi,
			     100 * processes.lo, 100 * processes.hi);
}

static const struct claim gil_serial = {
	.id = "py.gil-serial",
	.topic = "py",
	.claim = "Threads of one Python interpreter never compute at once",
	.claim_zh = "GIL 使同一解释器的多线程只能交替执行",
	.how =
		"Two threads compute for 60 ms, then, in another arm, two processes, each forked "
		"from an interpreter. What two used in CPU time beyond the time that passed, they "
		"must have used at once. An operation is one thread's or process's part.",
	.gates =
		"Two threads, or two forks, beside that of the interpreter; each had a turn; by "
		"the probes they had the CPU time that their clocks say (10 %, and 0.15 ms for the "
		"end of each).",
	.rule =
		"With the 95 % interval of the part at once: HOLDS if its upper end is below 0.05 "
		"and that of processes begins above 0.2; above 0.9, HOLDS IF there is a GIL if "
		"this build has none, and FALSE if it has one; INCONCLUSIVE HERE with one CPU, and "
		"else.",
	.live = "oscope timeline -- python3 PROGRAM",
	.op = "part",
	.value = "at_once_share",
	.seen = { AT_ONCE_NAMES },
	.tasks = { AT_ONCE_TASK },
	.counts = {
		MADE(THREADS, THREAD, 1), MADE_ONCE(THREADS, FORK, 1),
		MADE_ONCE(PROCESSES, FORK, 1 + TASKS), COUNT(MADE_ALL, PROCESSES, 1.5),
		NAMED(TURNS, ALL_ARMS, 1, "had a turn/op"),
	},
	.placement = "all CPUs",
	.narrow = 0.02,
	.needs_times = true,
	.needs_lives = true,
	.needs_states = true,
	.arm = { [THREADS] = { "threads", run }, [PROCESSES] = { "processes", run } },
	.effect = effect,
	.check = check,
	.decide = decide,
};
CLAIM(gil_serial);
