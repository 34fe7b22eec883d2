// SPDX-License-Identifier: GPL-2.0
/* py.gil-io: is the GIL released while a thread waits for I/O, and what does that cost? */
#include <math.h>
#include <stdio.h>

#include "notes/cpus.h"
#include "notes/python.h"

#define WAIT_MS		"100"
#define WAIT_NS		100e6
#define WAIT_MOST_NS	8e9	/* whoever waits longer has no result */
#define ROUNDS		20
#define STEPS_LEAST	1000	/* beside a wait: a moment's */
#define CONVOY		2.0

enum { SLEEP, RECV, ALONE, BESIDE };
enum { WENT_ON, STEPS, VERSION };
enum { VALUE, SAID_STEPS, SAID_VERSION };
enum { WAITING };

static int run(struct sample *s)
{
	static const char *const how[] = { "sleep", "recv", "alone", "beside" };
	struct foreign_number said[] = {
		[VALUE] = { "value_ns" }, [SAID_STEPS] = { "steps_beside" },
		[SAID_VERSION] = { "version" }, { NULL },
	};
	bool trips = s->arm == ALONE || s->arm == BESIDE;
	char rounds[16];
	struct python p = {
		.script = "py/gil_io.py",
		.args = { how[s->arm], trips ? rounds : WAIT_MS },
		.family = trips,
	};
	int err = cpus_unpin();

	snprintf(rounds, sizeof(rounds), "%d", ROUNDS);
	if (!err)
		err = python_run(s, &p, said);
	if (err)
		return err;
	s->ops = trips ? ROUNDS : 1;
	s->flat = true;
	s->value = (double)said[VALUE].value;
	sample_see(s, VERSION, (double)said[SAID_VERSION].value);
	if (trips)
		return 0;
	sample_see(s, STEPS, (double)said[SAID_STEPS].value);
	sample_see(s, WENT_ON, said[SAID_STEPS].value >= STEPS_LEAST);
	return 0;
}

/* The convoy: the round trip beside one that computes, against that alone. */
static void effect(struct note *n)
{
	n->effect = note_ratio(n, BESIDE, ALONE);
	n->effect_unit = "x the round trip";
}

static void gate_wait(struct note *n, size_t arm, enum oscope_reason reason)
{
	const struct arm_counted *c = &n->counted[arm];
	const struct arm_ledger *l = &c->ledger[WAITING];
	const char *name = n->claim->arm[arm].name;

	note_gate_near(n, name, "waits by the probes/op", 1, 0,
		       note_sleeps(n, arm, WAITING, reason));
	note_gate(n, name, "ns asleep in it/op", WAIT_NS, 0.9 * WAIT_NS, WAIT_MOST_NS,
		  c->states ? note_per_op(c, l->sum.blocked[reason].ns) : NAN);
}

static void check(struct note *n)
{
	gate_wait(n, SLEEP, OSCOPE_REASON_SLEEP);
	gate_wait(n, RECV, OSCOPE_REASON_UNIX_RECV);
}

static void decide(struct note *n)
{
	struct python_version v = python_version(n, SLEEP, VERSION);
	const struct interval *e = &n->effect;
	double sleep = note_seen_mean(n, SLEEP, WENT_ON), recv = note_seen_mean(n, RECV, WENT_ON);

	if (sleep >= 1 && recv >= 1 && e->lo > CONVOY)
		note_verdict(n, VERDICT_HOLDS,
			     "another thread of Python %s made %.0f steps beside a wait; but a "
			     "round trip beside it takes %.0f us, alone %.0f: to have it back "
			     "takes until it is given up", v.text, note_seen_mean(n, RECV, STEPS),
			     note_median(n, BESIDE).value / 1e3, note_median(n, ALONE).value / 1e3);
	else if (sleep >= 1 && recv >= 1)
		note_verdict(n, VERDICT_HOLDS,
			     "another thread of Python %s made %.0f steps beside a wait; a round "
			     "trip beside it takes %.2f times as long as alone", v.text,
			     note_seen_mean(n, RECV, STEPS), e->value);
	else if (sleep <= 0 && recv <= 0)
		note_verdict(n, VERDICT_FALSE,
			     "while one thread slept, or waited to receive, no other went on");
	else
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "another one went on beside %.0f %% of the sleeps and %.0f %% of the "
			     "receives", 100 * sleep, 100 * recv);
}

static const struct claim gil_io = {
	.id = "py.gil-io",
	.topic = "py",
	.claim = "The GIL is released while a thread waits for I/O",
	.claim_zh = "线程遇到 IO 阻塞时释放 GIL",
	.how =
		"One thread sleeps 100 ms, or waits as long to receive from a socket, in one "
		"system call; another counts the steps that it makes between two looks at the "
		"first one, which sleeps by the kernel at both. Then 20 round trips to another "
		"process, alone, and beside a thread that computes. An operation is one wait, or "
		"one round trip.",
	.gates =
		"By the probes the waiter slept once for that reason, for 90 ms at least; one "
		"thread, or two beside one that computes, and the forks of the interpreter and of "
		"the other process.",
	.rule =
		"HOLDS if in every sample the other thread made 1000 steps at least beside either "
		"wait, with the ratio of the round trips; FALSE if in none; else INCONCLUSIVE "
		"HERE.",
	.live = "oscope states --why -- python3 PROGRAM",
	.op = "wait or round trip",
	.value = "ns",
	.seen = { [WENT_ON] = "went_on", [STEPS] = "steps_beside", [VERSION] = "python" },
	.tasks = { [WAITING] = "waiting" },
	.counts = {
		MADE_ONCE(SLEEP, THREAD, 1), MADE_ONCE(RECV, THREAD, 1),
		MADE_ONCE(ALONE, THREAD, 1), MADE_ONCE(BESIDE, THREAD, 2),
		MADE_ONCE(SLEEP, FORK, 1), MADE_ONCE(RECV, FORK, 1),
		MADE_ONCE(ALONE, FORK, 2), MADE_ONCE(BESIDE, FORK, 2),
	},
	.placement = "all CPUs",
	.narrow = 0.1,
	.needs_times = true,
	.needs_lives = true,
	.needs_states = true,
	.arm = {
		[SLEEP] = { "sleep", run }, [RECV] = { "recv", run },
		[ALONE] = { "alone", run }, [BESIDE] = { "beside", run },
	},
	.effect = effect,
	.check = check,
	.decide = decide,
};
CLAIM(gil_io);
