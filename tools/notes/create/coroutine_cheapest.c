// SPDX-License-Identifier: GPL-2.0
/* create.coroutine-cheapest: does a coroutine cost almost nothing to make and to end? */
#include <errno.h>
#include <stdlib.h>
#include <ucontext.h>

#include "notes/coro.h"
#include "notes/makers.h"
#include "notes/notes.h"

#define ALMOST_NOTHING	10.0	/* times as cheap as a thread, at least */
#define STACK_BYTES	65536
#define THREADS		8	/* a batch */

enum { FRESH, KEPT, UCONTEXT, THREAD };

/* A sample process has one coroutine at a time. */
static struct coro coro_main, coro_one;
static ucontext_t context_main, context_one;
static uint64_t turns;
static int failure;

/* What each does: one turn, then it is over. */
static void coro_once(void)
{
	turns++;
	coro_switch(&coro_one, &coro_main);
}

static void context_once(void)
{
	turns++;
}

static void fresh(void *arg, uint64_t n)
{
	for (; n && !failure; n--) {
		failure = coro_make(&coro_one, coro_once);
		if (failure)
			break;
		coro_switch(&coro_main, &coro_one);
		coro_free(&coro_one);
	}
}

static void kept(void *arg, uint64_t n)
{
	for (; n; n--) {
		coro_restart(&coro_one, coro_once);
		coro_switch(&coro_main, &coro_one);
	}
}

/* A function of its own: nothing of the loop's is kept across the switch. */
static int context_run(void *stack)
{
	if (!stack || getcontext(&context_one))
		return -ENOMEM;
	context_one.uc_stack.ss_sp = stack;
	context_one.uc_stack.ss_size = STACK_BYTES;
	context_one.uc_link = &context_main;
	makecontext(&context_one, context_once, 0);
	return swapcontext(&context_main, &context_one) ? -errno : 0;
}

static void contexts(void *arg, uint64_t n)
{
	for (; n && !failure; n--) {
		void *stack = malloc(STACK_BYTES);

		failure = context_run(stack);
		free(stack);
	}
}

static int measure(struct sample *s, void (*make)(void *arg, uint64_t n))
{
	int err = sample_measure(s, make, NULL);

	s->turns = turns;
	return err ? err : failure;
}

static int run_fresh(struct sample *s)
{
	return measure(s, fresh);
}

static int run_kept(struct sample *s)
{
	int err = coro_make(&coro_one, coro_once);

	if (err)
		return err;
	err = measure(s, kept);
	coro_free(&coro_one);
	return err;
}

static int run_ucontext(struct sample *s)
{
	return measure(s, contexts);
}

static int run_thread(struct sample *s)
{
	int err = maker_sample(s, make_threads, 0, THREADS);

	s->turns = s->ops;
	return err;
}

static struct interval thread_to(const struct note *n, size_t a)
{
	return note_ratio(n, THREAD, (int)a);
}

static void effect(struct note *n)
{
	n->effect = thread_to(n, FRESH);
	n->effect_unit = "x";
}

static void check(struct note *n)
{
	note_evidence(n, "thread", "to_kept", thread_to(n, KEPT).value);
	note_evidence(n, "thread", "to_ucontext", thread_to(n, UCONTEXT).value);
}

static void decide(struct note *n)
{
	const struct interval *e = &n->effect;
	struct interval on_kept = thread_to(n, KEPT);

	if (e->lo >= ALMOST_NOTHING)
		note_verdict(n, VERDICT_HOLDS,
			     "a thread takes %.0f times as long, %.0f times if the coroutine's "
			     "stack is kept for the next", e->value, on_kept.value);
	else if (on_kept.lo >= ALMOST_NOTHING)
		note_verdict(n, VERDICT_HOLDS_IF,
			     "stacks are kept for the next: a thread takes %.0f times as long "
			     "then; with a fresh stack each time only %.1f times", on_kept.value,
			     e->value);
	else if (on_kept.hi <= 1)
		note_verdict(n, VERDICT_FALSE, "a thread takes %.2f times as long, no more",
			     on_kept.value);
	else if (on_kept.lo > 1)
		note_verdict(n, VERDICT_HOLDS_IF,
			     "\"almost nothing\" may mean a %.1fth of a thread", on_kept.value);
	else
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "the interval %.3f to %.3f has 1 in it: more samples or less load",
			     on_kept.lo, on_kept.hi);
}

static const struct claim coroutine_cheapest = {
	.id = "create.coroutine-cheapest",
	.topic = "create",
	.claim = "Coroutines cost almost nothing to create and destroy",
	.claim_zh = "协程创建和销毁的开销极小",
	.how =
		"A coroutine is made, has one turn and is ended: in assembly with a stack mapped "
		"for each, in assembly on a stack that is kept for the next, and by "
		"makecontext(3) on a stack from malloc. Beside them a thread that is made and "
		"joined. An operation is one of them.",
	.gates =
		"Coroutines: no task is made, and each has had its turn. Threads: one thread is "
		"made an operation.",
	.rule =
		"r = a thread's time / a coroutine's, with its 95 % interval. HOLDS if the lower "
		"end is 10 or more with fresh stacks; HOLDS IF stacks are kept, if it is with "
		"those, or IF less is meant, if it is above 1; FALSE if the upper end is 1 or "
		"less with kept stacks, too; else INCONCLUSIVE HERE.",
	.live = "oscope spawn -- PROGRAM",
	.op = "coroutine or thread",
	.value = "ns",
	.counts = {
		COUNT(MADE_ALL, FRESH, 0), COUNT(TURNS, FRESH, 1),
		COUNT(MADE_ALL, KEPT, 0), COUNT(TURNS, KEPT, 1),
		COUNT(MADE_ALL, UCONTEXT, 0), COUNT(TURNS, UCONTEXT, 1),
		MADE(THREAD, THREAD, 1),
	},
	.narrow = 0.1,
	.needs_times = true,
	.needs_lives = true,
	.arm = {
		[FRESH] = { "fresh", run_fresh },
		[KEPT] = { "kept", run_kept },
		[UCONTEXT] = { "ucontext", run_ucontext },
		[THREAD] = { "thread", run_thread },
	},
	.effect = effect,
	.check = check,
	.decide = decide,
};
CLAIM(coroutine_cheapest);
