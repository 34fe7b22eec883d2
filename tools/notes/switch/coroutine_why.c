// SPDX-License-Identifier: GPL-2.0
/* switch.coroutine-why: are coroutines cheap because they share the address space? */
#include <errno.h>

#include "notes/coro.h"
#include "notes/handoff.h"
#include "notes/notes.h"

enum { COROUTINE, THREAD, PROCESS };

static struct coro coro_main, coro_other;
static uint64_t turns;

static void other(void)
{
	for (;;) {
		turns++;
		coro_switch(&coro_other, &coro_main);
	}
}

/* n switches, n even: half of them there, half back. */
static void switches(void *arg, uint64_t n)
{
	for (n /= 2; n; n--) {
		turns++;
		coro_switch(&coro_main, &coro_other);
	}
}

static int run_coroutine(struct sample *s)
{
	int err = coro_make(&coro_other, other);

	if (err)
		return err;
	err = sample_measure(s, switches, NULL);
	s->turns = turns;
	coro_free(&coro_other);
	return err;
}

static void handoffs(void *handoff, uint64_t n)
{
	handoff_rounds(handoff, n / 2);
}

static int run_handoff(struct sample *s)
{
	struct handoff h;
	int err, ended;

	err = sample_batch_policy();
	if (!err)
		err = handoff_begin(&h, s->arm == THREAD ? HANDOFF_THREAD : HANDOFF_PROCESS);
	if (err)
		return err;
	err = sample_measure(s, handoffs, &h);
	s->turns = 2 * h.turns;
	ended = handoff_end(&h);
	return err ? err : ended;
}

static struct interval difference(const struct note *n, int a, int b)
{
	struct stats_samples s = note_samples(n, a, b);

	return stats_difference(&s, STATS_95, n->seed);
}

static void effect(struct note *n)
{
	n->effect = note_ratio(n, THREAD, COROUTINE);
	n->effect_unit = "x";
}

static void check(struct note *n)
{
	size_t a;

	for (a = COROUTINE; a <= PROCESS; a++) {
		const struct arm_counted *c = &n->counted[a];
		const char *arm = n->claim->arm[a].name;

		/* Preemption comes beside: it is none of who hands over. */
		note_gate_near(n, arm, "voluntary switches/op", a == COROUTINE ? 0 : 1, 0.02,
			       note_per_op(c, c->sum->voluntary));
	}
	note_gate(n, "thread", "same_mm, share", 1, 0.95, 1,
		  note_kind_share(&n->counted[THREAD], OSCOPE_KIND_SAME_MM));
	note_gate(n, "process", "cross_mm, share", 1, 0.95, 1,
		  note_kind_share(&n->counted[PROCESS], OSCOPE_KIND_CROSS_MM));
	note_evidence(n, NULL, "address_space_ns", difference(n, PROCESS, THREAD).value);
	note_evidence(n, NULL, "kernel_ns", difference(n, THREAD, COROUTINE).value);
}

static void decide(struct note *n)
{
	struct interval space = difference(n, PROCESS, THREAD);
	struct interval kernel = difference(n, THREAD, COROUTINE);

	if (space.hi < kernel.lo)
		note_verdict(n, VERDICT_FALSE,
			     "threads share it, too, and take %.0f times as long to switch: "
			     "staying out of the kernel saves %.0f ns, keeping the address space "
			     "%.0f",
			     n->effect.value, kernel.value, space.value);
	else if (space.lo > kernel.hi)
		note_verdict(n, VERDICT_HOLDS,
			     "keeping the address space saves %.0f ns a switch, staying out of the kernel "
			     "%.0f", space.value, kernel.value);
	else
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "the address space is %.0f to %.0f ns a switch, the kernel %.0f to %.0f",
			     space.lo, space.hi, kernel.lo, kernel.hi);
}

static const struct claim coroutine_why = {
	.id = "switch.coroutine-why",
	.topic = "switch",
	.claim = "Coroutines are cheap to switch because they share the address space",
	.claim_zh = "协程因为共享地址空间所以切换便宜",
	.how =
		"Two coroutines give way to each other in assembly; two threads of one process, which "
		"share the address space as well, and two processes, which do not, hand a turn to and fro "
		"on one CPU through a futex. From coroutine to thread it is the kernel that comes in, from "
		"thread to process the address space. An operation is one switch.",
	.gates =
		"Coroutines: no voluntary switch. Threads and processes: one a hand-over (+-2 %), 95 % of "
		"all events same_mm, or cross_mm. One turn an operation.",
	.rule =
		"Processes less threads is the address space, threads less coroutines the kernel, both "
		"with 95 % intervals. FALSE if the first one's upper end is below the second one's lower; "
		"HOLDS if its lower end is above the second one's upper; else INCONCLUSIVE HERE.",
	.live = "oscope switch -- PROGRAM: same_mm beside cross_mm",
	.op = "switch",
	.value = "ns",
	.counts = { COUNT(TURNS, ALL_ARMS, 1) },
	.placement = "same CPU, SCHED_BATCH",
	.narrow = 0.05,
	.needs_times = true,
	.arm = {
		[COROUTINE] = { "coroutine", run_coroutine }, [THREAD] = { "thread", run_handoff },
		[PROCESS] = { "process", run_handoff },
	},
	.effect = effect,
	.check = check,
	.decide = decide,
};
CLAIM(coroutine_why);
