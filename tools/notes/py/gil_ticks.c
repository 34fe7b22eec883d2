// SPDX-License-Identifier: GPL-2.0
/* py.gil-ticks: does a thread give the GIL up every 100 bytecodes? */
#include <math.h>

#include "notes/cpus.h"
#include "notes/python.h"

#define MS		"100"
#define TICKS		100.0	/* as the notes have it, and Python 2 had */
#define NEAR		2.0	/* times as many, or as few */
#define FAR		10.0
#define SLEEPS_MOST	1000.0	/* an interval that is cut short is begun again */
#define FOLLOWS		3.0	/* tenures at 20 ms against those at 1 ms */

enum { DEFAULT, SHORT, LONG };
enum { TENURE_NS, TENURES, INTERVAL_US, VERSION };
enum { WALL, STEPS, SAID_TENURES, BYTECODES, INTERVAL, SAID_VERSION };
enum { COMPUTING };

static void report(struct sample *s, const struct foreign_number *said)
{
	double tenures = (double)(said[SAID_TENURES].value ? said[SAID_TENURES].value : 1);

	s->ops = 1;
	s->turns = said[SAID_TENURES].value > 0;
	s->flat = true;
	s->value = (double)said[STEPS].value * (double)said[BYTECODES].value / tenures;
	sample_see(s, TENURE_NS, (double)said[WALL].value / tenures);
	sample_see(s, TENURES, tenures);
	sample_see(s, INTERVAL_US, (double)said[INTERVAL].value);
	sample_see(s, VERSION, (double)said[SAID_VERSION].value);
}

static int run(struct sample *s)
{
	static const char *const interval[] = { "0", "1000", "20000" };
	struct foreign_number said[] = {
		[WALL] = { "wall_ns" }, [STEPS] = { "steps" }, [SAID_TENURES] = { "tenures" },
		[BYTECODES] = { "bytecodes_a_step" }, [INTERVAL] = { "interval_us" },
		[SAID_VERSION] = { "version" }, { NULL },
	};
	struct python p = { .script = "py/gil_ticks.py", .args = { interval[s->arm], MS } };
	int err = cpus_unpin();

	if (!err)
		err = python_run(s, &p, said);
	if (!err)
		report(s, said);
	return err;
}

static void effect(struct note *n)
{
	n->effect = note_median(n, DEFAULT);
	n->effect_unit = "bytecodes";
}

/* Who waits for the lock sleeps, once for the interval and again until it has been given up. */
static void check(struct note *n)
{
	size_t a;

	for (a = 0; a < claim_arms(n->claim); a++) {
		const struct arm_seen *tenures = &n->counted[a].seen[TENURES];
		double each = tenures->n ? tenures->sum / (double)tenures->n : NAN;

		note_gate(n, n->claim->arm[a].name, "sleeps for it/op", each, each / 2, SLEEPS_MOST,
			  note_sleeps(n, a, COMPUTING, OSCOPE_REASON_FUTEX));
	}
}

static void decide(struct note *n)
{
	double us = note_seen_mean(n, DEFAULT, INTERVAL_US);
	struct interval follows = note_ratio(n, LONG, SHORT);
	struct python_version v = python_version(n, DEFAULT, VERSION);
	const struct interval *e = &n->effect;

	if (e->lo > FAR * TICKS && follows.lo > FOLLOWS)
		note_verdict(n, VERDICT_OUTDATED,
			     "a thread of Python %s had it for %.0f bytecodes: by time since 3.2, "
			     "%.1f ms as a mean where the interval is %.0f ms, and %.1f times as "
			     "long at 20 ms as at 1 ms",
			     v.text, e->value, note_seen_mean(n, DEFAULT, TENURE_NS) / 1e6,
			     us / 1e3, follows.value);
	else if (e->lo > FAR * TICKS && follows.hi <= FOLLOWS)
		note_verdict(n, VERDICT_FALSE,
			     "a thread had it for %.0f bytecodes, and no longer with a longer "
			     "interval (%.1f times)", e->value, follows.value);
	else if (e->lo >= TICKS / NEAR && e->hi <= TICKS * NEAR)
		note_verdict(n, VERDICT_HOLDS, "a thread had it for %.0f bytecodes", e->value);
	else
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "a thread had it for %.0f to %.0f bytecodes", e->lo, e->hi);
}

static const struct claim gil_ticks = {
	.id = "py.gil-ticks",
	.topic = "py",
	.claim = "A thread gives the GIL up every 100 bytecodes",
	.claim_zh = "每执行 100 条字节码释放一次 GIL",
	.how =
		"Two threads compute for 100 ms. At each step a thread looks whether it was the "
		"one to make the step before; if not, a tenure began. Bytecodes a step are counted "
		"in the function's code. With the interval that the interpreter has, with 1 ms, "
		"and with 20 ms. The value is bytecodes a tenure. An operation is both threads.",
	.gates =
		"Two threads and one interpreter an operation, and a tenure at least; by the "
		"probes the threads slept for each other (futex) half as often as tenures began at "
		"least.",
	.rule =
		"With the 95 % interval: HOLDS if it lies within 50 and 200; OUTDATED if its lower "
		"end is above 1000 and tenures are more than three times as long with 20 ms as "
		"with 1 ms, and FALSE if they are not; else INCONCLUSIVE HERE.",
	.live = "oscope states --why -- python3 PROGRAM, reason futex",
	.op = "run",
	.value = "bytecodes",
	.seen = {
		[TENURE_NS] = "tenure_ns", [TENURES] = "tenures", [INTERVAL_US] = "interval_us",
		[VERSION] = "python",
	},
	.tasks = { [COMPUTING] = "computing" },
	.counts = {
		MADE(ALL_ARMS, THREAD, 2), MADE(ALL_ARMS, FORK, 1),
		NAMED(TURNS, ALL_ARMS, 1, "a tenure began/op"),
	},
	.placement = "all CPUs",
	.narrow = 0.05,
	.needs_times = true,
	.needs_lives = true,
	.needs_states = true,
	.arm = {
		[DEFAULT] = { "default", run }, [SHORT] = { "ms_1", run },
		[LONG] = { "ms_20", run },
	},
	.effect = effect,
	.check = check,
	.decide = decide,
};
CLAIM(gil_ticks);
