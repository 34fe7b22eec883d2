// SPDX-License-Identifier: GPL-2.0
/* coroutine.cpu: do coroutines gain for I/O only? */
#include <errno.h>
#include <time.h>

#include "notes/cpus.h"
#include "notes/crew.h"
#include "notes/loop.h"
#include "notes/notes.h"
#include "util.h"

#define UNITS		800000ULL	/* in all: some 10 ms */
#define PARTS		100
#define WAITS		10
#define WAIT_NS		1000000ULL
#define STACK_BYTES	16384
#define NO_GAIN		1.05
#define GAIN		2.0

enum { ONE, TWO, HUNDRED, WAIT_ONE, WAIT_TEN };

static unsigned int coroutines;
static uint64_t done;

/* The work is cut into as many parts whoever does them, and each gives way after one. */
static void work(void *arg)
{
	unsigned int i;

	for (i = 0; i < PARTS / coroutines; i++) {
		compute(UNITS / PARTS);
		done++;
		loop_yield();
	}
}

static void waits(void *arg)
{
	unsigned int i;

	for (i = 0; i < WAITS / coroutines; i++) {
		loop_sleep(WAIT_NS);
		done++;
	}
}

static int run(struct sample *s)
{
	static const unsigned int number[] = { 1, 2, 100, 1, 10 };
	bool io = s->arm >= WAIT_ONE;
	uint64_t start, cpu;
	unsigned int i;
	int err;

	coroutines = number[s->arm];
	err = loop_begin(coroutines, STACK_BYTES);
	for (i = 0; i < coroutines && !err; i++)
		err = loop_add(io ? waits : work, NULL);
	start = now_ns();
	cpu = cpus_process_ns();
	if (!err)
		err = loop_run();
	s->value = (double)(io ? now_ns() - start : cpus_process_ns() - cpu);
	loop_end();
	s->ops = 1;
	s->turns = done == (io ? WAITS : PARTS);
	s->flat = true;
	return err;
}

static struct interval gain(const struct note *n, int one, int many)
{
	return note_ratio(n, one, many);
}

static void effect(struct note *n)
{
	n->effect = gain(n, ONE, HUNDRED);
	n->effect_unit = "x";
}

static void check(struct note *n)
{
	const struct arm_counted *c = &n->counted[WAIT_ONE];

	note_gate(n, "wait_one", "voluntary switches/op", WAITS, WAITS, 2 * WAITS,
		  note_per_op(c, c->sum->voluntary));
	note_evidence(n, "two", "gain", gain(n, ONE, TWO).value);
	note_evidence(n, "wait", "gain", gain(n, WAIT_ONE, WAIT_TEN).value);
}

static void decide(struct note *n)
{
	struct interval io = gain(n, WAIT_ONE, WAIT_TEN);
	const struct interval *e = &n->effect;

	if (e->lo >= NO_GAIN)
		note_verdict(n, VERDICT_FALSE,
			     "100 coroutines compute %.2f times as fast as one does", e->value);
	else if (io.hi <= NO_GAIN)
		note_verdict(n, VERDICT_FALSE,
			     "ten waits in ten coroutines go %.2f times as fast as in "
			     "one: no gain for I/O either",
			     io.value);
	else if (e->hi < NO_GAIN && io.lo >= GAIN)
		note_verdict(n, VERDICT_HOLDS,
			     "100 coroutines compute %.3f times as fast as one does, ten waits go %.1f times "
			     "as fast", e->value, io.value);
	else
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "%.3f to %.3f times as fast where they compute, %.2f to %.2f where they wait",
			     e->lo, e->hi, io.lo, io.hi);
}

static const struct claim cpu = {
	.id = "coroutine.cpu",
	.topic = "coroutine",
	.claim = "Coroutines gain for I/O only",
	.claim_zh = "协程只对 IO 密集型有效",
	.how =
		"The same computation, in 100 parts, by one coroutine of a loop, by two and by 100, each of "
		"which gives way after a part: timed in CPU time. Ten waits of a millisecond by one "
		"coroutine and by ten: timed as they pass. An operation is all of it.",
	.gates =
		"No task made; all parts done; ten voluntary switches at least where one waits ten times.",
	.rule =
		"Gain = time of one / of many, with its 95 % interval. HOLDS if its upper end is below 1.05 "
		"where they compute and its lower end 2 or more where they wait; FALSE if the first one's "
		"lower end is 1.05 or the second one's upper end is at most; else INCONCLUSIVE HERE.",
	.live = "oscope states -- PROGRAM: running beside blocked",
	.op = "work",
	.value = "ns",
	.counts = {
		COUNT(MADE_ALL, ONE, 0), COUNT(MADE_ALL, TWO, 0), COUNT(MADE_ALL, HUNDRED, 0),
		COUNT(MADE_ALL, WAIT_ONE, 0), COUNT(MADE_ALL, WAIT_TEN, 0),
		NAMED(TURNS, ALL_ARMS, 1, "all parts done/op"),
	},
	.narrow = 0.02,
	.needs_times = true,
	.needs_lives = true,
	.arm = {
		[ONE] = { "one", run }, [TWO] = { "two", run }, [HUNDRED] = { "hundred", run },
		[WAIT_ONE] = { "wait_one", run }, [WAIT_TEN] = { "wait_ten", run },
	},
	.effect = effect,
	.check = check,
	.decide = decide,
};
CLAIM(cpu);
