// SPDX-License-Identifier: GPL-2.0
/* py.one-core: do 100 threads of one interpreter use one core only? */
#include "notes/at_once.h"
#include "notes/cpus.h"

#define THREADS_MANY	100
#define PROCESSES_MANY	2
#define MS		200
#define ONE_CORE	1.05	/* CPU seconds a second: who waits for it wakes up at times */
#define MORE		1.2

enum { THREADS, PROCESSES };

static int run(struct sample *s)
{
	bool processes = s->arm == PROCESSES;

	return at_once_sample(s, processes, processes ? PROCESSES_MANY : THREADS_MANY, MS);
}

static void effect(struct note *n)
{
	n->effect = note_median(n, THREADS);
	n->effect_unit = "CPU s/s";
}

static void check(struct note *n)
{
	at_once_gate(n, THREADS);
	at_once_gate(n, PROCESSES);
}

static void decide(struct note *n)
{
	struct interval processes = note_median(n, PROCESSES);
	double cpus = note_seen(n, THREADS, AT_ONCE_CPUS).max;
	struct python_version v = python_version(n, THREADS, AT_ONCE_VERSION);
	const struct interval *e = &n->effect;

	if (cpus_too_few(n))
		return;
	if (e->lo > MORE)
		note_verdict(n, VERDICT_FALSE,
			     "%d threads of Python %s, %s a GIL, used %.2f CPU seconds a second",
			     THREADS_MANY, v.text,
			     note_seen_mean(n, THREADS, AT_ONCE_GIL) > 0 ? "with" : "without",
			     e->value);
	else if (e->hi <= ONE_CORE && processes.lo > MORE && cpus > 1)
		note_verdict(n, VERDICT_HOLDS_IF,
			     "it means one at a time: %d threads of Python %s used %.2f CPU "
			     "seconds a second, but ended on %.0f CPUs; two processes used %.2f",
			     THREADS_MANY, v.text,
			     e->value, cpus, processes.value);
	else if (e->hi <= ONE_CORE && processes.lo > MORE)
		note_verdict(n, VERDICT_HOLDS,
			     "%d threads of Python %s used %.2f CPU seconds a second, and ended on "
			     "one CPU; two processes used %.2f",
			     THREADS_MANY, v.text, e->value, processes.value);
	else
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "%.2f to %.2f CPU seconds a second by %d threads, %.2f to %.2f by two "
			     "processes: others use these CPUs",
			     e->lo, e->hi, THREADS_MANY, processes.lo,
			     processes.hi);
}

static const struct claim one_core = {
	.id = "py.one-core",
	.topic = "py",
	.claim = "A hundred threads of one Python interpreter use one core only",
	.claim_zh = "一个 Python 进程开 100 个线程也只能用一个核",
	.how =
		"A hundred threads compute for 200 ms; in another arm two processes. None is bound "
		"to a CPU. The value is CPU time a second that passes; each says where it ran "
		"last. An operation is one thread's or process's part.",
	.gates =
		"As many threads, or forks, as said, beside that of the interpreter; each had a "
		"turn; by the probes they had the CPU time that their clocks say (10 %, and 0.15 "
		"ms for its end).",
	.rule =
		"With 95 % intervals: FALSE if the threads' lower end is above 1.2; HOLDS if their "
		"upper end is 1.05 at most and processes begin above 1.2, and HOLDS IF it means "
		"one at a time if they ended on several CPUs in any sample; INCONCLUSIVE HERE with "
		"one CPU, and else.",
	.live = "oscope timeline -- python3 PROGRAM",
	.op = "part",
	.value = "cpu_s_per_s",
	.seen = { AT_ONCE_NAMES },
	.tasks = { AT_ONCE_TASK },
	.counts = {
		MADE(THREADS, THREAD, 1), MADE_ONCE(THREADS, FORK, 1),
		MADE_ONCE(PROCESSES, FORK, 1 + PROCESSES_MANY),
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
CLAIM(one_core);
