// SPDX-License-Identifier: GPL-2.0
/* py.gil-slower: are threads that compute even slower than the same work one after the other? */
#include "notes/cpus.h"
#include "notes/python.h"

#define STEPS		"150000"	/* some 15 ms a piece */
#define PIECES		2
#define SAME		1.05

enum { SERIAL_COLD, THREADS_COLD, SERIAL_WARM, THREADS_WARM };
enum { VERSION };
enum { WALL, RIGHT, SAID_VERSION };

static int run(struct sample *s)
{
	struct foreign_number said[] = {
		[WALL] = { "wall_ns" }, [RIGHT] = { "right" }, [SAID_VERSION] = { "version" },
		{ NULL },
	};
	bool threads = s->arm == THREADS_COLD || s->arm == THREADS_WARM;
	bool warm = s->arm == SERIAL_WARM || s->arm == THREADS_WARM;
	struct python p = {
		.script = "py/gil_slower.py",
		.args = { threads ? "threads" : "serial", warm ? "warm" : "cold", STEPS },
	};
	int err = cpus_unpin();

	if (!err)
		err = python_run(s, &p, said);
	if (err)
		return err;
	s->ops = PIECES;
	s->turns = said[RIGHT].value ? PIECES : 0;
	s->value = (double)said[WALL].value / PIECES;
	s->flat = true;
	sample_see(s, VERSION, (double)said[SAID_VERSION].value);
	return 0;
}

static void effect(struct note *n)
{
	n->effect = note_ratio(n, THREADS_COLD, SERIAL_COLD);
	n->effect_unit = "x the time, cold";
}

static void check(struct note *n)
{
	struct interval warm = note_ratio(n, THREADS_WARM, SERIAL_WARM);

	note_evidence(n, "warm", "threads_to_serial", warm.value);
	note_evidence(n, "warm", "threads_to_serial_lo", warm.lo);
	note_evidence(n, "warm", "threads_to_serial_hi", warm.hi);
}

static void decide(struct note *n)
{
	struct interval warm = note_ratio(n, THREADS_WARM, SERIAL_WARM);
	struct python_version v = python_version(n, THREADS_COLD, VERSION);
	const struct interval *e = &n->effect;

	if (e->lo > SAME && warm.lo > SAME)
		note_verdict(n, VERDICT_HOLDS,
			     "two threads of Python %s take %.2f times as long as the same work "
			     "one after the other, and %.2f times once it is warm",
			     v.text, e->value, warm.value);
	else if (e->lo > SAME && warm.hi <= SAME)
		note_verdict(n, VERDICT_HOLDS_IF,
			     "the interpreter is cold: two threads of Python %s take %.2f times as "
			     "long then, once it is warm %.2f times", v.text, e->value, warm.value);
	else if (warm.lo > SAME && e->hi <= SAME)
		note_verdict(n, VERDICT_HOLDS_IF,
			     "the interpreter is warm: two threads of Python %s take %.2f times as "
			     "long then, when cold %.2f times", v.text, warm.value, e->value);
	else if (e->hi <= SAME && warm.hi <= SAME)
		note_verdict(n, VERDICT_OUTDATED,
			     "two threads of Python %s take %.2f times as long when cold and %.2f "
			     "when warm: with the GIL of 3.2 no longer more", v.text, e->value,
			     warm.value);
	else
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "%.2f to %.2f times as long when cold, %.2f to %.2f when warm: too "
			     "wide to tell from %.2f", e->lo, e->hi, warm.lo, warm.hi, SAME);
}

static const struct claim gil_slower = {
	.id = "py.gil-slower",
	.topic = "py",
	.claim = "Threads of Python that compute are even slower than the same work in turn",
	.claim_zh = "计算密集时多线程反而比单线程更慢",
	.how =
		"Two pieces of work, some 15 ms each, by one thread or by two at once, on all "
		"CPUs; as the first thing that the interpreter does (cold), or after it has done "
		"the work three times (warm). The value is the time from the first thread's making "
		"to the last one's end. An operation is one piece.",
	.gates =
		"One thread, or two, a sample, and one interpreter; all pieces came out right.",
	.rule =
		"With 95 % intervals of the ratio to serial: HOLDS if both lower ends are above "
		"1.05, HOLDS IF cold or warm if one is and the other's upper end is 1.05 at most; "
		"OUTDATED if both upper ends are; else INCONCLUSIVE HERE.",
	.live = "oscope switch --by task -- python3 PROGRAM",
	.op = "piece",
	.value = "ns",
	.seen = { [VERSION] = "python" },
	.tasks = { "computing" },
	.counts = {
		MADE(SERIAL_COLD, THREAD, 0.5), MADE(SERIAL_WARM, THREAD, 0.5),
		MADE(THREADS_COLD, THREAD, 1), MADE(THREADS_WARM, THREAD, 1),
		MADE_ONCE(ALL_ARMS, FORK, 1), NAMED(TURNS, ALL_ARMS, 1, "right/op"),
	},
	.placement = "all CPUs",
	.narrow = 0.02,
	.needs_times = true,
	.needs_lives = true,
	.needs_states = true,
	.arm = {
		[SERIAL_COLD] = { "serial_cold", run }, [THREADS_COLD] = { "threads_cold", run },
		[SERIAL_WARM] = { "serial_warm", run }, [THREADS_WARM] = { "threads_warm", run },
	},
	.effect = effect,
	.check = check,
	.decide = decide,
};
CLAIM(gil_slower);
