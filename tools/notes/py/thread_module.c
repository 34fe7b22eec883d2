// SPDX-License-Identifier: GPL-2.0
/* py.thread-module: is `thread` the low level, and `threading` around it? */
#include <stdio.h>

#include "notes/python.h"

#define THREADS	100

enum { BELOW, ABOVE };
enum { WRAPS, OLD_NAME, VERSION };
enum { WALL, STARTS, SAID_OLD, SAID_VERSION };

static int run(struct sample *s)
{
	struct foreign_number said[] = {
		[WALL] = { "wall_ns" }, [STARTS] = { "starts_below" }, [SAID_OLD] = { "old_name" },
		[SAID_VERSION] = { "version" }, { NULL },
	};
	char how_many[16];
	struct python p = {
		.script = "py/thread_module.py",
		.args = { s->arm == BELOW ? "below" : "above", how_many },
	};
	int err;

	snprintf(how_many, sizeof(how_many), "%d", THREADS);
	err = python_run(s, &p, said);
	if (err)
		return err;
	/* One more is made to look at how. */
	s->ops = THREADS + 1;
	s->flat = true;
	s->value = (double)said[WALL].value / THREADS;
	sample_see(s, WRAPS, said[STARTS].value == 1);
	sample_see(s, OLD_NAME, (double)said[SAID_OLD].value);
	sample_see(s, VERSION, (double)said[SAID_VERSION].value);
	return 0;
}

static void effect(struct note *n)
{
	n->effect = note_ratio(n, ABOVE, BELOW);
	n->effect_unit = "x the time";
}

static void decide(struct note *n)
{
	struct python_version v = python_version(n, ABOVE, VERSION);
	double wraps = note_seen_mean(n, ABOVE, WRAPS), old = note_seen_mean(n, ABOVE, OLD_NAME);
	double below = note_median(n, BELOW).value, above = note_median(n, ABOVE).value;

	if (wraps >= 1 && old >= 1)
		note_verdict(n, VERDICT_HOLDS,
			     "in Python %s a thread of threading is one of thread: %.0f us each, "
			     "without threading %.0f", v.text, above / 1e3, below / 1e3);
	else if (wraps >= 1 && old <= 0)
		note_verdict(n, VERDICT_OUTDATED,
			     "Python %s has no module thread: it is _thread since 3.0. A thread "
			     "of threading is one of it, a clone each; %.0f us, without threading "
			     "%.0f", v.text, above / 1e3, below / 1e3);
	else if (wraps <= 0)
		note_verdict(n, VERDICT_FALSE,
			     "in Python %s threading made a thread without the module below it",
			     v.text);
	else
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "threading used the module below in %.0f %% of the samples",
			     100 * wraps);
}

static const struct claim thread_module = {
	.id = "py.thread-module",
	.topic = "py",
	.claim = "`thread` is the low level module, `threading` wraps it",
	.claim_zh = "thread 是低级模块，threading 对其封装",
	.how =
		"100 threads, one after the other, by _thread.start_new_thread() or by "
		"threading.Thread; then one more, with a profile of the C functions of _thread "
		"that start one. Whether a module thread is there is asked of the interpreter. An "
		"operation is one thread.",
	.gates =
		"One thread by clone an operation, and one interpreter; without threading the one "
		"more is seen to be started by _thread, so that the profile is believed.",
	.rule =
		"HOLDS if in every sample threading started its thread by _thread, once, and "
		"there is a module thread; OUTDATED if there is none; FALSE if in no sample it "
		"did; else INCONCLUSIVE HERE.",
	.live = "oscope spawn -- python3 PROGRAM",
	.op = "thread",
	.value = "ns",
	.seen = { [WRAPS] = "started_below", [OLD_NAME] = "has_thread", [VERSION] = "python" },
	.counts = {
		MADE(ALL_ARMS, THREAD, 1), MADE_ONCE(ALL_ARMS, FORK, 1), SAW(BELOW, WRAPS),
	},
	.narrow = 0.05,
	.needs_lives = true,
	.arm = { [BELOW] = { "below", run }, [ABOVE] = { "above", run } },
	.effect = effect,
	.decide = decide,
};
CLAIM(thread_module);
