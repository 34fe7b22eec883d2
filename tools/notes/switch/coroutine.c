// SPDX-License-Identifier: GPL-2.0
/* switch.coroutine: do coroutines switch without the kernel? */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <ucontext.h>

#include "notes/coro.h"
#include "notes/handoff.h"
#include "notes/notes.h"

#define NONE_PER_OP	0.01	/* below: the kernel is not entered to switch */
#define STACK_BYTES	65536

enum { ASSEMBLY, UCONTEXT, THREAD };

/* The two sides of a pair of coroutines; a sample process has one pair only. */
static struct coro coro_main, coro_other;
static ucontext_t ucontext_main, ucontext_other;
static volatile uint64_t turns;

static void assembly_other(void)
{
	for (;;) {
		turns++;
		coro_switch(&coro_other, &coro_main);
	}
}

/* n switches, n even: half of them there, half back. */
static void assembly_switches(void *arg, uint64_t n)
{
	for (n /= 2; n; n--) {
		turns++;
		coro_switch(&coro_main, &coro_other);
	}
}

static int run_assembly(struct sample *s)
{
	int err;

	err = coro_make(&coro_other, assembly_other);
	if (err)
		return err;
	err = sample_measure(s, assembly_switches, NULL);
	s->turns = turns;
	coro_free(&coro_other);
	return err;
}

static void ucontext_entry(void)
{
	for (;;) {
		turns++;
		swapcontext(&ucontext_other, &ucontext_main);
	}
}

static void ucontext_switches(void *arg, uint64_t n)
{
	for (n /= 2; n; n--) {
		turns++;
		swapcontext(&ucontext_main, &ucontext_other);
	}
}

static int run_ucontext(struct sample *s)
{
	void *stack = malloc(STACK_BYTES);
	int err;

	if (!stack)
		return -ENOMEM;
	if (getcontext(&ucontext_other)) {
		err = -errno;
		free(stack);
		return err;
	}
	ucontext_other.uc_stack.ss_sp = stack;
	ucontext_other.uc_stack.ss_size = STACK_BYTES;
	makecontext(&ucontext_other, ucontext_entry, 0);
	err = sample_measure(s, ucontext_switches, NULL);
	s->turns = turns;
	free(stack);
	return err;
}

/* The same work between two threads: a round trip is two switches. */
static void thread_switches(void *handoff, uint64_t n)
{
	handoff_rounds(handoff, n / 2);
}

static int run_thread(struct sample *s)
{
	struct handoff h;
	int err, ended;

	err = sample_batch_policy();
	if (!err)
		err = handoff_begin(&h, HANDOFF_THREAD);
	if (err)
		return err;
	err = sample_measure(s, thread_switches, &h);
	s->turns = 2 * h.turns;
	ended = handoff_end(&h);
	return err ? err : ended;
}

/* The verdict rests on counts; where times mean nothing it is given without this. */
static void effect(struct note *n)
{
	struct stats_samples s = note_samples(n, THREAD, ASSEMBLY);

	if (n->machine->no_times[0])
		return;
	n->effect = stats_ratio(&s, STATS_95, n->seed);
	n->effect_unit = "x";
}

static void check_coroutine(struct note *n, size_t a)
{
	const struct arm_counted *c = &n->counted[a];
	const char *arm = n->claim->arm[a].name;

	/* Preemption is none of the coroutines' doing, sleeping would be. */
	note_gate(n, arm, "voluntary switches/op", 0, 0, 0.001,
		  note_per_op(c, c->sum->voluntary));
	note_gate(n, arm, "voluntary in the timed loop", 0, 0, 0,
		  (double)n->timed[a].loop_voluntary);
	note_gate_near(n, arm, "turns/op", 1, 0, note_per_op(c, c->turns));
	note_gate_near(n, arm, "turns/op, timed", 1, 0,
		       (double)n->timed[a].turns / (double)n->timed[a].ops);
}

static void check(struct note *n)
{
	const struct arm_counted *c = &n->counted[THREAD];
	const char *thread = n->claim->arm[THREAD].name;

	check_coroutine(n, ASSEMBLY);
	check_coroutine(n, UCONTEXT);
	note_gate_near(n, thread, "switches/op", 1, 0.01,
		       note_per_op(c, c->sum->voluntary + c->sum->involuntary));
	note_gate_near(n, thread, "switches/op, timed", 1, 0.01,
		       note_timed_switches(&n->timed[THREAD]));
	note_gate(n, thread, "same_mm, share", 1, 0.99, 1,
		  note_kind_share(c, OSCOPE_KIND_SAME_MM));
	note_gate_syscalls(n, THREAD, 2, 0.02);
}

static void decide(struct note *n)
{
	double assembly = n->counted[ASSEMBLY].syscalls, library = n->counted[UCONTEXT].syscalls;
	char times[96] = "";

	if (!isnan(n->effect.value))
		snprintf(times, sizeof(times), "; a thread switch takes %.1f times as long as one "
			 "in assembly", n->effect.value);
	if (isnan(assembly) || isnan(library))
		note_verdict(n, VERDICT_INCONCLUSIVE, "system calls could not be counted here");
	else if (assembly > NONE_PER_OP)
		note_verdict(n, VERDICT_FALSE,
			     "a switch in assembly makes %.2f system calls, ucontext's %.2f",
			     assembly, library);
	else if (library > NONE_PER_OP)
		note_verdict(n, VERDICT_HOLDS_IF,
			     "the switch is not ucontext's: swapcontext(3) makes %.2f system calls "
			     "a switch, assembly none%s", library, times);
	else
		note_verdict(n, VERDICT_HOLDS,
			     "no system call and no context switch%s", times);
}

static const struct claim coroutine = {
	.id = "switch.coroutine",
	.topic = "switch",
	.claim = "Coroutines switch in user space, controlled by the program, without the kernel",
	.claim_zh = "协程切换由程序控制，不进内核",
	.how =
		"Two coroutines in one thread give way to each other: by a few instructions of "
		"assembly, and by swapcontext(3) of the C library. Beside them two threads of one "
		"process on one CPU hand a turn to and fro through a futex. An operation is one "
		"switch.",
	.gates =
		"Coroutines: no voluntary switch by the kernel, and exactly one turn an "
		"operation, in both passes. Threads: 1.00 switches an operation (+-1 %), over 99 "
		"% of all events same_mm, 2 system calls an operation.",
	.rule =
		"System calls a switch, counted: HOLDS if neither way makes any (below 0.01); "
		"HOLDS IF not ucontext, if only swapcontext(3) does; FALSE if assembly does too; "
		"INCONCLUSIVE HERE if they cannot be counted.",
	.live = "oscope switch -- PROGRAM, beside strace -c PROGRAM",
	.op = "switch",
	.value = "ns",
	.placement = "same CPU, threads SCHED_BATCH",
	.needs_syscalls = true,
	.arm = {
		[ASSEMBLY] = { "assembly", run_assembly, .single = true },
		[UCONTEXT] = { "ucontext", run_ucontext, .single = true },
		[THREAD] = { "thread", run_thread },
	},
	.effect = effect,
	.check = check,
	.decide = decide,
};
CLAIM(coroutine);
