// SPDX-License-Identifier: GPL-2.0
/* state.blocking: does a call that has nothing to give yet suspend its caller? */
#include <errno.h>
#include <math.h>
#include <unistd.h>

#include "notes/kin.h"
#include "notes/placed.h"
#include "notes/relay.h"

#define ROUNDS	300	/* two reads each */
#define AS_A_RULE	0.9	/* a writer may lose the CPU before it comes to read */
#define HARDLY		0.01

/* One reads what the other has written, in turn: no read finds anything there. */
static int rounds(int from, int to, bool first)
{
	int i, err = 0;

	for (i = 0; i < ROUNDS && !err; i++) {
		if (first)
			err = kin_tell(to);
		if (!err)
			err = kin_hear(from);
		if (!err && !first)
			err = kin_tell(to);
	}
	return err;
}

static int run(struct sample *s)
{
	int there[2], back[2], status, err;
	pid_t pid;

	/* A wake-up must not push the writer off the CPU before its own read. */
	err = sample_batch_policy();
	if (err || pipe(there) || pipe(back))
		return err ? err : -errno;
	pid = kin_fork();
	if (pid < 0)
		return pid;
	if (!pid) {
		close(there[1]);
		_exit(rounds(there[0], back[1], false) ? 1 : 0);
	}
	err = rounds(back[0], there[1], true);
	close(there[1]);
	if (!err)
		err = kin_wait(pid, &status);
	s->ops = 2ULL * ROUNDS;
	s->turns = !err && !status ? s->ops : 0;
	return err;
}

/* The same by placement: a byte there and one back. */
static int run_placed(struct sample *s)
{
	struct relay r = { .process = true, .placed = s };
	int err;

	err = sample_batch_policy();
	if (!err)
		err = relay_pipes(&r);
	if (!err)
		err = relay_begin(&r);
	if (err)
		return err;
	placed_measure(s, relay_rounds, &r);
	s->turns = r.turns;
	return relay_end(&r);
}

static double sleeps(const struct note *n)
{
	const struct arm_counted *c = &n->counted[0];

	return c->states ? note_per_op(c, c->blocked[OSCOPE_REASON_PIPE_READ]) : NAN;
}

/* Reads that slept, of all. */
static void effect(struct note *n)
{
	const struct arm_counted *c = &n->counted[0];
	uint64_t slept = c->blocked[OSCOPE_REASON_PIPE_READ];

	if (!c->states)
		return;
	n->effect = stats_share(slept < c->ops ? slept : c->ops, c->ops);
	n->effect_unit = "of reads";
}

static void check(struct note *n)
{
	const struct arm_timed *t = &n->timed[0];

	/* Both ways of counting, whatever comes out: the kernel's, with nothing attached. */
	note_gate_near(n, "pipe", "voluntary switches - sleeps/op", 0, 0.05,
		       (double)t->voluntary / (double)t->ops - sleeps(n));
	note_evidence(n, "pipe", "pipe_read_sleeps_per_op", sleeps(n));
}

static void decide(struct note *n)
{
	double per_op = sleeps(n);

	if (per_op >= AS_A_RULE)
		note_verdict(n, VERDICT_HOLDS,
			     "%.3f sleeps for pipe-read a read of an empty pipe, and as many "
			     "voluntary switches", per_op);
	else if (per_op <= HARDLY)
		note_verdict(n, VERDICT_FALSE, "%.3f sleeps a read of an empty pipe", per_op);
	else
		note_verdict(n, VERDICT_INCONCLUSIVE, "%.3f sleeps a read: some found a byte there",
			     per_op);
}

static const struct claim blocking = {
	.id = "state.blocking",
	.topic = "state",
	.claim = "A blocking call suspends its caller",
	.claim_zh = "阻塞调用会使调用者挂起",
	.how =
		"Two processes on one CPU hand a byte to and fro through two pipes, so that every "
		"read finds its pipe empty. What each sleep is for is told by its system call and "
		"its descriptor. An operation is one read.",
	.gates =
		"Every read gives one byte; sleeps by the probes and voluntary switches by the "
		"kernel, with nothing attached, are the same (+-0.05 an operation).",
	.rule =
		"Sleeps for pipe-read an operation: HOLDS if 0.9 or more (a writer may lose the CPU "
		"before it comes to read, and finds its byte then); FALSE if 0.01 or less; else INCONCLUSIVE HERE.",
	.live = "oscope states --why -- PROGRAM",
	.op = "read",
	.counts = { NAMED(TURNS, 0, 1, "reads that gave a byte/op") },
	.placement = "same CPU, SCHED_BATCH",
	.needs_states = true,
	.arm = { { "pipe", run } },
	.placed = { { "pipe", run_placed, placed_sleeps } },
	.effect = effect,
	.check = check,
	.decide = decide,
};
CLAIM(blocking);
