// SPDX-License-Identifier: GPL-2.0
/* async.single: is one thread always synchronous? */
#include <errno.h>
#include <time.h>
#include <unistd.h>

#include "notes/kin.h"
#include "notes/loop.h"
#include "notes/notes.h"
#include "util.h"

#define WAITS		100
#define WAITS_SERIAL	4
#define WAIT_NS		5000000L
#define STACK_BYTES	16384
#define AT_ONCE		4.0	/* waits: all of them took no longer */
#define ONE_BY_ONE	50.0
#define WENT_ON_MOSTLY	0.9	/* others may keep the parent from its CPU for a wait */

enum { SERIAL, LOOP, CHILD };
enum { WENT_ON };

static uint64_t done;

static void wait_once(void *arg)
{
	loop_sleep(WAIT_NS);
	done++;
}

static int by_loop(void)
{
	return loop_all(WAITS, STACK_BYTES, wait_once);
}

static void sleep_once(void)
{
	const struct timespec t = { .tv_nsec = WAIT_NS };

	nanosleep(&t, NULL);
}

/* A child that is not waited for: its parent goes on meanwhile, with its one thread. */
static int by_child(struct sample *s)
{
	uint64_t start = now_ns();
	pid_t pid = kin_fork();

	if (!pid) {
		sleep_once();
		_exit(0);
	}
	if (pid < 0)
		return pid;
	sample_see(s, WENT_ON, now_ns() - start < WAIT_NS && kin_state(pid) != 'Z');
	done++;
	return kin_ends_well(pid);
}

static int run(struct sample *s)
{
	uint64_t start = now_ns();
	int err = 0, i;

	if (s->arm == LOOP)
		err = by_loop();
	else if (s->arm == CHILD)
		err = by_child(s);
	for (i = 0; s->arm == SERIAL && i < WAITS_SERIAL; i++) {
		sleep_once();
		done++;
	}
	/* In waits; for those in a row as many as there would be. */
	s->value = (double)(now_ns() - start) / WAIT_NS *
		   (s->arm == SERIAL ? (double)WAITS / WAITS_SERIAL : 1);
	s->ops = s->arm == LOOP ? WAITS : s->arm == SERIAL ? WAITS_SERIAL : 1;
	s->turns = done;
	s->flat = true;
	return err;
}

static void effect(struct note *n)
{
	n->effect = note_median(n, LOOP);
	n->effect_unit = "waits";
}

static void check(struct note *n)
{
	const struct arm_counted *c = &n->counted[SERIAL];

	note_gate(n, "serial", "voluntary switches/op", 1, 1, 2, note_per_op(c, c->sum->voluntary));
}

static void decide(struct note *n)
{
	/* The loop's waits are coroutines: it takes the child to be asynchronous without any. */
	double alone = note_seen_mean(n, CHILD, WENT_ON);
	bool without = alone >= WENT_ON_MOSTLY;
	const struct interval *e = &n->effect;

	if (e->hi <= AT_ONCE && without)
		note_verdict(n, VERDICT_FALSE,
			     "one thread had %d waits under way and was done after %.2f of one; "
			     "with a child that it did not wait for, and no coroutine, it went on in "
			     "%.0f %% of the samples",
			     WAITS, e->value, 100 * alone);
	else if (e->hi <= AT_ONCE)
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "one thread had %d waits under way in coroutines; without any, beside a "
			     "child, it went on in %.0f %% of the samples only",
			     WAITS, 100 * alone);
	else if (e->lo >= ONE_BY_ONE)
		note_verdict(n, VERDICT_HOLDS,
			     "one thread was done with %d waits after %.0f of one: one by one",
			     WAITS, e->value);
	else
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "one thread was done with %d waits after %.1f to %.1f of one", WAITS,
			     e->lo, e->hi);
}

static const struct claim single = {
	.id = "async.single",
	.topic = "async",
	.claim = "One thread is always synchronous; only coroutines are asynchronous",
	.claim_zh = "单线程必定同步，只有协程才是异步",
	.how =
		"One thread has 100 waits of 5 ms under way, each a coroutine of a loop with timers; beside "
		"it waits one after the other, and, without coroutines, a child that waits: whether its "
		"parent went on before the wait was over. The value is the time that passes until all are "
		"over, in waits. An operation is one wait.",
	.gates =
		"No task made in a row and by the loop, one fork for the child; all waits over; one "
		"voluntary switch a wait in a row.",
	.rule =
		"With the 95 % interval of the loop's value: FALSE if the upper end is 4 waits at most and "
		"in 0.9 of the samples the parent went on beside its child, so that coroutines are not the "
		"only way; HOLDS if the lower end is 50 or more; else INCONCLUSIVE HERE.",
	.live = "oscope states --why -- PROGRAM",
	.op = "wait",
	.value = "waits",
	.seen = { [WENT_ON] = "went_on" },
	.counts = {
		COUNT(MADE_ALL, SERIAL, 0), COUNT(MADE_ALL, LOOP, 0), MADE(CHILD, FORK, 1),
		NAMED(TURNS, ALL_ARMS, 1, "waits over/op"),
	},
	.narrow = 0.1,
	.needs_times = true,
	.needs_lives = true,
	.arm = {
		[SERIAL] = { "serial", run }, [LOOP] = { "loop", run }, [CHILD] = { "child", run },
	},
	.effect = effect,
	.check = check,
	.decide = decide,
};
CLAIM(single);
