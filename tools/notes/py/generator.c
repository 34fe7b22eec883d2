// SPDX-License-Identifier: GPL-2.0
/* py.generator: does yield suspend and resume without the kernel? */
#include <math.h>
#include <stdio.h>

#include "notes/python.h"

#define SENDS		200000
#define PASSES		1000
#define NONE		0.001	/* an operation: the thread's own begin and end */
#define FEW		0.02	/* system calls an operation, the interpreter's start among them */

enum { SEND, THREADS };
enum { SLEEPS, VERSION };
enum { WALL, SAID_SLEEPS, RIGHT, SAID_VERSION };
enum { RESUMING };

static int run(struct sample *s)
{
	struct foreign_number said[] = {
		[WALL] = { "wall_ns" }, [SAID_SLEEPS] = { "sleeps" }, [RIGHT] = { "right" },
		[SAID_VERSION] = { "version" }, { NULL },
	};
	int times = s->arm == SEND ? SENDS : PASSES, err;
	char how_often[16];
	struct python p = {
		.script = "py/generator.py",
		.args = { s->arm == SEND ? "send" : "threads", how_often },
	};

	snprintf(how_often, sizeof(how_often), "%d", times);
	err = python_run(s, &p, said);
	if (err)
		return err;
	s->ops = (uint64_t)times;
	s->turns = said[RIGHT].value ? (uint64_t)times : 0;
	s->flat = true;
	s->value = (double)said[WALL].value / times;
	sample_see(s, SLEEPS, (double)said[SAID_SLEEPS].value / times);
	sample_see(s, VERSION, (double)said[SAID_VERSION].value);
	return 0;
}

static void effect(struct note *n)
{
	n->effect = note_ratio(n, THREADS, SEND);
	n->effect_unit = "x the time by threads";
}

/* By the kernel's count of the named thread, from its first instruction to its last. */
static double left(const struct note *n, size_t arm)
{
	const struct arm_counted *c = &n->counted[arm];

	return c->states ? note_per_op(c, c->ledger[RESUMING].sum.kernel.nvcsw) : NAN;
}

/* What a switch would look like: the same numbers passed to a thread. */
static void check(struct note *n)
{
	note_evidence(n, "send", "left_the_cpu_per_op", left(n, SEND));
	note_evidence(n, "threads", "left_the_cpu_per_op", left(n, THREADS));
	note_gate(n, "threads", "the passing one left the CPU/op", 1, 0.5, 4, left(n, THREADS));
}

static void decide(struct note *n)
{
	double leaves = left(n, SEND), slept = note_seen(n, SEND, SLEEPS).max;
	double syscalls = n->counted[SEND].syscalls;
	struct python_version v = python_version(n, SEND, VERSION);

	if (leaves < NONE && slept < NONE && syscalls < FEW)
		note_verdict(n, VERDICT_HOLDS,
			     "%d sends of Python %s: %.4f system calls each, all of them the "
			     "start's, and %.4f switches; %.0f ns, to a thread and back %.0f",
			     SENDS, v.text, syscalls,
			     leaves, note_median(n, SEND).value, note_median(n, THREADS).value);
	else if (leaves >= NONE || slept >= NONE)
		note_verdict(n, VERDICT_FALSE, "it left the CPU %.4f times a send",
			     fmax(leaves, slept));
	else if (syscalls >= FEW)
		note_verdict(n, VERDICT_FALSE, "%.4f system calls a send", syscalls);
	else
		note_verdict(n, VERDICT_INCONCLUSIVE, "nothing here can count system calls");
}

static const struct claim generator = {
	.id = "py.generator",
	.topic = "py",
	.claim = "yield suspends a function and resumes it without the kernel",
	.claim_zh = "yield 暂停和恢复函数不进入内核",
	.how =
		"A thread sends 200000 numbers to a generator, which adds them to a local and "
		"yields the sum; in another arm it passes 1000 to a thread that does so, by two "
		"semaphores in turns. An operation is one number there and back.",
	.gates =
		"The sum came out right; where it goes to a thread, the passing one left its CPU "
		"about once each time, so that a switch would be seen.",
	.rule =
		"HOLDS if the sending thread left its CPU less than 0.001 times a send, by the "
		"probes and by getrusage(2), and there are less than 0.02 system calls a send, the "
		"interpreter's start among them; FALSE if more; INCONCLUSIVE HERE if system calls "
		"cannot be counted.",
	.live = "oscope switch --by task -- python3 PROGRAM",
	.op = "send",
	.value = "ns",
	.seen = { [SLEEPS] = "sleeps_per_op_by_rusage", [VERSION] = "python" },
	.tasks = { [RESUMING] = "resuming" },
	.counts = {
		MADE_ONCE(SEND, THREAD, 1), MADE_ONCE(THREADS, THREAD, 2),
		MADE_ONCE(ALL_ARMS, FORK, 1), NAMED(TURNS, ALL_ARMS, 1, "right/op"),
	},
	.narrow = 0.05,
	.needs_syscalls = true,
	.needs_lives = true,
	.needs_states = true,
	.arm = { [SEND] = { "send", run }, [THREADS] = { "threads", run } },
	.effect = effect,
	.check = check,
	.decide = decide,
};
CLAIM(generator);
