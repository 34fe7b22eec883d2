// SPDX-License-Identifier: GPL-2.0
/* py.threads-io: do threads and coroutines of Python suit waiting for I/O? */
#include <errno.h>
#include <math.h>
#include <stdio.h>

#include "notes/notes.h"
#include "notes/said.h"

#define ID		"py.threads-io"
#define WAITS		200
#define WAITS_SERIAL	6	/* enough to see that each waits for the one before */
#define POOL		20	/* py/threads_io.py has the same */
#define GAIN		2.0	/* times as fast: worth it */
#define NONE		1.1

enum { SERIAL, THREADS, THREAD_POOL, ASYNCIO, GEVENT, TWISTED };
enum { MODULE };

static const struct {
	const char *script, *package;	/* NULL: of the standard library */
} ways[] = {
	[SERIAL] = { "serial" }, [THREADS] = { "threads" }, [THREAD_POOL] = { "pool" },
	[ASYNCIO] = { "asyncio" }, [GEVENT] = { "gevent", "python3-gevent" },
	[TWISTED] = { "twisted", "python3-twisted" },
};

/* What the standard library can show is shown without the others, which have no time then. */
static int run(struct sample *s)
{
	char waits[16];
	struct python p = {
		.script = "py/threads_io.py",
		.args = { ways[s->arm].script, waits },
		.package = ways[s->arm].package,
	};
	int err;

	snprintf(waits, sizeof(waits), "%d", s->arm == SERIAL ? WAITS_SERIAL : WAITS);
	err = said_python(s, ID, &p);
	if (err != -ENOENT || !p.package)
		return err;
	s->value = NAN;
	sample_see(s, MODULE, 0);
	return 0;
}

static bool there(const struct note *n, size_t arm)
{
	return note_seen_mean(n, arm, MODULE) > 0;
}

static struct interval gain(const struct note *n, size_t arm)
{
	return note_ratio(n, SERIAL, (int)arm);
}

/* The least that any of them gains. */
static void effect(struct note *n)
{
	struct interval g;
	size_t a;

	n->effect_unit = "x";
	for (a = THREADS; a <= TWISTED; a++) {
		if (!there(n, a))
			continue;
		g = gain(n, a);
		if (a == THREADS || g.value < n->effect.value)
			n->effect = g;
	}
}

static void check_arm(struct note *n, size_t a, double threads, double sleeps)
{
	const struct arm_counted *c = &n->counted[a];
	const char *arm = n->claim->arm[a].name;

	note_gate_near(n, arm, "waits over/op", 1, 0, note_per_op(c, c->turns));
	note_gate_near(n, arm, "threads/sample", threads, 0,
		       c->n ? (double)c->lives.births[OSCOPE_BIRTH_THREAD] / (double)c->n : NAN);
	note_gate_near(n, arm, "waiting, sleeps/op", sleeps, 0,
		       note_sleeps(n, a, 0, OSCOPE_REASON_SLEEP));
}

static void check(struct note *n)
{
	static const double threads[] = { [THREADS] = WAITS, [THREAD_POOL] = POOL, [TWISTED] = 0 };
	size_t a;

	for (a = SERIAL; a <= TWISTED; a++) {
		if (a != SERIAL)
			note_evidence(n, n->claim->arm[a].name, "gain", gain(n, a).value);
		if (there(n, a))
			check_arm(n, a, threads[a], a < ASYNCIO);
	}
}

/* "; gevent 30 times", or which package has it. */
static void say_other(const struct note *n, size_t arm, char *text, size_t size)
{
	if (there(n, arm))
		snprintf(text, size, "%s %.1f", n->claim->arm[arm].name, gain(n, arm).value);
	else
		snprintf(text, size, "%s is not there (apt-get install %s)",
			 n->claim->arm[arm].name, ways[arm].package);
}

static void decide(struct note *n)
{
	const struct interval *e = &n->effect;
	char gevent[80], twisted[80];

	say_other(n, GEVENT, gevent, sizeof(gevent));
	say_other(n, TWISTED, twisted, sizeof(twisted));
	if (e->lo >= GAIN)
		note_verdict(n, VERDICT_HOLDS,
			     "%d waits of 5 ms go %.1f times as fast a wait with a thread each, "
			     "%.1f with a pool of %d, %.1f with coroutines of asyncio; %s; %s"
			     "", WAITS,
			     gain(n, THREADS).value, gain(n, THREAD_POOL).value, POOL,
			     gain(n, ASYNCIO).value, gevent, twisted);
	else if (e->hi <= NONE)
		note_verdict(n, VERDICT_FALSE,
			     "waits go %.2f times as fast in one of these ways: no gain", e->value);
	else
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "%.2f to %.2f times as fast in one of these ways: neither none nor "
			     "twice",
			     e->lo, e->hi);
}

static const struct claim threads_io = {
	.id = ID,
	.topic = "py",
	.claim = "Threads and coroutines of Python suit work that waits for I/O",
	.claim_zh = "线程和协程适合 IO 密集型任务",
	.how =
		"Waits of 5 ms: six one after the other, and 200 at once on one CPU, by a thread "
		"each, by a pool of 20 (concurrent.futures), and by coroutines or callbacks of "
		"asyncio, gevent and Twisted; where one of the last two is not installed, it is "
		"left out. The value is the time that passes through the number of waits, from "
		"when everything is imported.",
	.gates =
		"All waits over; 200 threads, 20, or none, beside that of the interpreter; a "
		"sleep a wait where threads wait, and none where a loop does.",
	.rule =
		"r = time a wait, one after the other / in the way that gains least, with its 95 "
		"% interval. HOLDS if the lower end is 2 or more; FALSE if the upper end is 1.1 "
		"at most; else INCONCLUSIVE HERE.",
	.live = "oscope states --why -- python3 PROGRAM",
	.op = "wait",
	.value = "ns",
	.seen = { [MODULE] = "module" },
	.tasks = { "waiting" },
	.counts = { MADE_ONCE(SERIAL, FORK, 1) },
	.narrow = 0.2,
	.needs_times = true,
	.needs_lives = true,
	.needs_states = true,
	.arm = {
		[SERIAL] = { "serial", run }, [THREADS] = { "threads", run },
		[THREAD_POOL] = { "pool", run }, [ASYNCIO] = { "asyncio", run },
		[GEVENT] = { "gevent", run }, [TWISTED] = { "twisted", run },
	},
	.effect = effect,
	.check = check,
	.decide = decide,
};
CLAIM(threads_io);
