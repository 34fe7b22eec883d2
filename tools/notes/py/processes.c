// SPDX-License-Identifier: GPL-2.0
/* py.processes: does multiprocessing use all cores? */
#include <math.h>
#include <stdio.h>

#include "notes/cpus.h"
#include "notes/python.h"

#define STEPS		"600000"	/* some 60 ms a piece */
#define MORE		1.2		/* times as fast */
#define NO_FASTER	1.05

enum { SERIAL, PROCESSES };
enum { MANY, BEGIN_NS, VERSION };
enum { WALL, BEGIN, TURNS, SAID_VERSION };
enum { COMPUTING };

static int run(struct sample *s)
{
	struct foreign_number said[] = {
		[WALL] = { "wall_ns" }, [BEGIN] = { "begin_ns" }, [TURNS] = { "turns" },
		[SAID_VERSION] = { "version" }, { NULL },
	};
	unsigned int many = cpus_count();
	char how_many[16];
	struct python p = {
		.script = "py/processes.py",
		.args = { s->arm == SERIAL ? "serial" : "processes", how_many, STEPS },
		.family = true,
	};
	int err = cpus_unpin();

	snprintf(how_many, sizeof(how_many), "%u", many);
	if (!err)
		err = python_run(s, &p, said);
	if (err)
		return err;
	s->ops = many;
	s->turns = (uint64_t)said[TURNS].value;
	s->flat = true;
	s->value = (double)said[WALL].value / many;
	sample_see(s, MANY, many);
	sample_see(s, VERSION, (double)said[SAID_VERSION].value);
	if (s->arm == PROCESSES)
		sample_see(s, BEGIN_NS, (double)said[BEGIN].value);
	return 0;
}

static void effect(struct note *n)
{
	n->effect = note_ratio(n, SERIAL, PROCESSES);
	n->effect_unit = "x as fast";
}

/* A piece that is so long takes as much time off as all processes take to begin and end. */
static double break_even_ns(const struct note *n)
{
	return note_seen_mean(n, PROCESSES, BEGIN_NS) /
	       (note_seen_mean(n, PROCESSES, MANY) - 1);
}

/* Twice as many: those that begin and end and do nothing come after. */
static void check(struct note *n)
{
	const struct arm_counted *c = &n->counted[PROCESSES];
	double many = note_seen_mean(n, PROCESSES, MANY);

	note_evidence(n, "processes", "break_even_ns", break_even_ns(n));
	note_gate_near(n, "processes", "forks/sample", 1 + 2 * many, 0,
		       (double)c->lives.births[OSCOPE_BIRTH_FORK] / (double)c->n);
	note_gate_near(n, "processes", "named tasks that ended/sample", 2 * many, 0,
		       c->states ? (double)c->ledger[COMPUTING].tasks / (double)c->n : NAN);
}

static void decide(struct note *n)
{
	double many = note_seen_mean(n, PROCESSES, MANY);
	struct python_version v = python_version(n, PROCESSES, VERSION);
	const struct interval *e = &n->effect;

	if (cpus_too_few(n))
		return;
	if (e->lo > MORE)
		note_verdict(n, VERDICT_HOLDS,
			     "%.0f processes of Python %s are %.2f times as fast as one; to begin "
			     "and end them takes %.1f ms, so that pieces shorter than %.1f ms gain "
			     "nothing", many,
			     v.text, e->value, note_seen_mean(n, PROCESSES, BEGIN_NS) / 1e6,
			     break_even_ns(n) / 1e6);
	else if (e->hi <= NO_FASTER && note_crowded(n) <= 0)
		note_verdict(n, VERDICT_FALSE,
			     "%.0f processes of Python %s are %.2f times as fast as one", many,
			     v.text, e->value);
	else
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "%.0f processes are %.2f to %.2f times as fast as one: others use "
			     "these CPUs", many, e->lo, e->hi);
}

static const struct claim processes = {
	.id = "py.processes",
	.topic = "py",
	.claim = "multiprocessing uses all cores",
	.claim_zh = "multiprocessing 多进程可以利用多核",
	.how =
		"As many pieces of work as there are CPUs, some 60 ms each: by one process, or "
		"each by one of multiprocessing (method fork), whose begin and end are in the "
		"time. Then as many that do nothing. The value is the time for all by the number "
		"of pieces. An operation is one piece.",
	.gates =
		"The interpreter's fork alone in the one arm; in the other, two for each piece, "
		"all of which the probes saw end by their names; all pieces came out right.",
	.rule =
		"With the 95 % interval of the ratio: HOLDS if its lower end is above 1.2; FALSE "
		"if its upper end is 1.05 at most and others use less than a tenth of the CPU; "
		"INCONCLUSIVE HERE with one CPU, and else.",
	.live = "oscope timeline -- python3 PROGRAM",
	.op = "piece",
	.value = "ns",
	.seen = { [MANY] = "cpus", [BEGIN_NS] = "begin_and_end_ns", [VERSION] = "python" },
	.tasks = { [COMPUTING] = "computing" },
	.counts = {
		MADE_ONCE(SERIAL, FORK, 1), NAMED(TURNS, ALL_ARMS, 1, "right/op"),
	},
	.placement = "all CPUs",
	.narrow = 0.05,
	.needs_times = true,
	.needs_lives = true,
	.needs_states = true,
	.arm = { [SERIAL] = { "serial", run }, [PROCESSES] = { "processes", run } },
	.effect = effect,
	.check = check,
	.decide = decide,
};
CLAIM(processes);
