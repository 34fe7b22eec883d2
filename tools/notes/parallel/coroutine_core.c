// SPDX-License-Identifier: GPL-2.0
/* parallel.coroutine-core: do the coroutines of one loop use one core only? */
#include "notes/cpus.h"
#include "notes/crew.h"
#include "notes/loop.h"
#include "notes/notes.h"

#define COROUTINES	100
#define TURNS		40
#define UNITS		400	/* a turn: some 5 us */
#define STACK_BYTES	16384
#define ONE_CORE	1.02	/* CPU seconds a second: beyond what clocks may differ by */
#define MORE		1.2

enum { LOOP, PROCESSES };
enum { CPUS };

static uint64_t turns;

static void coroutine(void *arg)
{
	int i;

	for (i = 0; i < TURNS; i++) {
		compute(UNITS);
		turns++;
		loop_yield();
	}
}

static void loop_member(struct crew_member *m)
{
	turns = 0;
	m->done = loop_all(COROUTINES, STACK_BYTES, coroutine) ? 0 : turns;
}

static int run(struct sample *s)
{
	struct crew c = { .processes = s->arm == PROCESSES, .fn = loop_member };
	int err = cpus_unpin();

	c.n = s->arm == PROCESSES ? cpus_count() : 1;
	if (!err)
		err = crew_run(&c);
	s->ops = c.n;
	s->turns = c.done / ((uint64_t)COROUTINES * TURNS);
	s->flat = true;
	s->value = crew_at_once(&c);
	sample_see(s, CPUS, cpus_count());
	crew_free(&c);
	return err;
}

static struct interval at_once(const struct note *n, int arm)
{
	return note_median(n, arm);
}

static void effect(struct note *n)
{
	n->effect = at_once(n, LOOP);
	n->effect_unit = "CPU s/s";
}

static void decide(struct note *n)
{
	struct interval processes = at_once(n, PROCESSES);
	const struct interval *e = &n->effect;

	if (cpus_too_few(n))
		return;
	if (e->lo > ONE_CORE)
		note_verdict(n, VERDICT_FALSE,
			     "%d coroutines of one loop used %.2f CPU seconds a second", COROUTINES,
			     e->value);
	else if (e->hi <= ONE_CORE && processes.lo > MORE)
		note_verdict(n, VERDICT_HOLDS,
			     "%d coroutines of one loop used %.2f CPU seconds a second, a loop in each of "
			     "%.0f processes %.2f", COROUTINES, e->value,
			     note_seen_mean(n, PROCESSES, CPUS), processes.value);
	else
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "%.2f to %.2f CPU seconds a second by one loop, %.2f to %.2f by "
			     "several processes: there was no second core to be had",
			     e->lo, e->hi, processes.lo, processes.hi);
}

static const struct claim coroutine_core = {
	.id = "parallel.coroutine-core",
	.topic = "parallel",
	.claim = "The coroutines of one loop use one core only",
	.claim_zh = "一个事件循环的协程只能用一个核",
	.how =
		"A loop of 100 coroutines, each of which computes for some 5 us and gives way, 40 times; "
		"and as many processes as there are CPUs, each with such a loop. None is bound to a CPU. "
		"The value is CPU time a second that passes. An operation is one loop.",
	.gates =
		"One thread, or one fork, a loop; each coroutine had its 40 turns.",
	.rule =
		"With 95 % intervals: FALSE if one loop's lower end is above 1.02; HOLDS if its upper end "
		"is 1.02 at most and that of several processes begins above 1.2; INCONCLUSIVE HERE with "
		"one CPU, and else.",
	.live = "oscope timeline -- PROGRAM",
	.op = "loop",
	.value = "cpu_s_per_s",
	.seen = { [CPUS] = "cpus" },
	.counts = {
		MADE(LOOP, THREAD, 1), MADE(PROCESSES, FORK, 1),
		NAMED(TURNS, ALL_ARMS, 1, "loops whose coroutines had all turns/op"),
	},
	.placement = "all CPUs",
	.narrow = 0.02,
	.needs_times = true,
	.needs_lives = true,
	.arm = { [LOOP] = { "loop", run }, [PROCESSES] = { "processes", run } },
	.effect = effect,
	.decide = decide,
};
CLAIM(coroutine_core);
