// SPDX-License-Identifier: GPL-2.0
/* switch.forced: does the system take the CPU away from a task that computes too long? */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/resource.h>

#include "hist.h"
#include "notes/notes.h"
#include "util.h"

#define SPIN_NS		80000000ULL	/* many slices, few enough to repeat */
#define NS_PER_OP	1000000ULL	/* an operation: 1 ms of spinning */
#define OFTEN		10.0		/* a second: taken away as a rule */
#define SELDOM		1.0		/* a second: about never */
#define FAIR_MIN	0.25		/* of the CPU, for each of two */

enum { TWO, ALONE };

/* One task that computes and never asks the kernel for anything. */
struct spinner {
	uint64_t until_ns;
	atomic_ullong *turns;
	uint64_t voluntary, involuntary;
	uint64_t own_turns;
};

static void thread_usage(struct rusage *usage)
{
	getrusage(RUSAGE_THREAD, usage);
}

/* now_ns() reads the clock through the vDSO: no system call. */
static void *spin(void *arg)
{
	struct spinner *s = arg;
	struct rusage before, after;

	thread_usage(&before);
	while (now_ns() < s->until_ns)
		s->own_turns++;
	thread_usage(&after);
	s->voluntary = after.ru_nvcsw - before.ru_nvcsw;
	s->involuntary = after.ru_nivcsw - before.ru_nivcsw;
	return NULL;
}

static void report(struct sample *s, const struct spinner *a, const struct spinner *b)
{
	uint64_t least = a->own_turns < b->own_turns ? a->own_turns : b->own_turns;

	s->ops = SPIN_NS / NS_PER_OP;
	s->turns = a->own_turns + b->own_turns;
	s->share = s->turns ? (double)least / (double)s->turns : 0;
	s->loop_voluntary = a->voluntary + b->voluntary;
	s->loop_involuntary = a->involuntary + b->involuntary;
	s->value = (double)s->loop_involuntary * 1e9 / (double)SPIN_NS;
	s->flat = true;
}

static int run_alone(struct sample *s)
{
	struct spinner self = { .until_ns = now_ns() + SPIN_NS }, nobody = { 0 };

	spin(&self);
	report(s, &self, &nobody);
	return 0;
}

static int run_two(struct sample *s)
{
	struct spinner self = { .until_ns = now_ns() + SPIN_NS }, other = self;
	pthread_t thread;
	int err;

	err = -pthread_create(&thread, NULL, spin, &other);
	if (err)
		return err;
	spin(&self);
	err = -pthread_join(thread, NULL);
	report(s, &self, &other);
	return err;
}

/* What the two do to each other: what happens to one alone is the rest of the system's doing. */
static void effect(struct note *n)
{
	struct stats_samples s = note_samples(n, TWO, ALONE);

	n->effect = stats_difference(&s, STATS_95, n->seed);
	n->effect_unit = "1/s";
}

static double kind_per_s(const struct arm_counted *c, enum oscope_kind kind)
{
	return note_per_op(c, c->sum->kind[kind]) * 1e9 / (double)NS_PER_OP;
}

/* Two threads: same_mm can only be each other, everything else is others' doing. */
static void kinds_evidence(struct note *n, size_t a)
{
	const struct arm_counted *c = &n->counted[a];
	const char *arm = n->claim->arm[a].name;

	note_evidence(n, arm, "to_each_other_per_s", kind_per_s(c, OSCOPE_KIND_SAME_MM));
	note_evidence(n, arm, "to_kthread_per_s", kind_per_s(c, OSCOPE_KIND_TO_KTHREAD));
	note_evidence(n, arm, "to_other_process_per_s", kind_per_s(c, OSCOPE_KIND_CROSS_MM));
	note_evidence(n, arm, "slice_p50_ns", (double)hist_quantile(&c->sum->slice, 0.5));
	note_evidence(n, arm, "slice_p90_ns", (double)hist_quantile(&c->sum->slice, 0.9));
	note_evidence(n, arm, "slice_max_ns", (double)c->sum->slice.max);
}

static void check_arm(struct note *n, size_t a)
{
	const char *arm = n->claim->arm[a].name;

	note_gate(n, arm, "voluntary in the loop", 0, 0, 0,
		  (double)n->counted[a].loop_voluntary);
	note_gate(n, arm, "voluntary in the timed loop", 0, 0, 0,
		  (double)n->timed[a].loop_voluntary);
}

static void check(struct note *n)
{
	const struct arm_counted *alone = &n->counted[ALONE];

	check_arm(n, TWO);
	check_arm(n, ALONE);
	note_gate(n, "two", "CPU of the lesser one, share", 0.5, FAIR_MIN, 0.5,
		  n->timed[TWO].share);
	note_gate(n, "alone", "same_mm switches", 0, 0, 0,
		  (double)alone->sum->kind[OSCOPE_KIND_SAME_MM]);
	kinds_evidence(n, TWO);
	kinds_evidence(n, ALONE);
}

static void decide(struct note *n)
{
	const struct interval *e = &n->effect;
	double alone = stats_median(n->timed[ALONE].value, n->timed[ALONE].n);
	double each_other = kind_per_s(&n->counted[TWO], OSCOPE_KIND_SAME_MM);
	double slice = (double)hist_quantile(&n->counted[TWO].sum->slice, 0.5) / 1e6;

	if (e->lo >= OFTEN)
		note_verdict(n, VERDICT_HOLDS,
			     "two spinners lose the CPU %.0f times a second more often than one "
			     "alone (%.0f, to others): %.0f times to each other, after %.1f ms "
			     "(median)", e->value, alone, each_other, slice);
	else if (e->hi < SELDOM)
		note_verdict(n, VERDICT_FALSE,
			     "two spinners lose the CPU %.1f times a second more often than one "
			     "alone", e->value);
	else if (e->lo >= SELDOM)
		note_verdict(n, VERDICT_HOLDS_IF,
			     "\"too long\" may mean %.0f ms (the median slice)", slice);
	else
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "%.1f to %.1f forced switches a second: others on this CPU hide it",
			     e->lo, e->hi);
}

static const struct claim forced = {
	.id = "switch.forced",
	.topic = "switch",
	.claim = "The system takes the CPU away from a task that computes too long",
	.claim_zh = "计算过长会被强制切走",
	.how =
		"Two threads on one CPU compute for 80 ms and ask the kernel for nothing; then "
		"one thread alone does. Counted: how often they lost the CPU though they could "
		"have gone on (involuntary switches), to whom, and after how long.",
	.gates =
		"No voluntary switch in the loop, in both passes; the lesser of the two gets a "
		"quarter of the CPU at least; the one alone has nobody of its own process to "
		"switch to.",
	.rule =
		"d = involuntary switches a second, two spinners less one alone, with its 95 % "
		"interval. HOLDS if the lower end is 10 or more; HOLDS IF a longer time is meant, "
		"if it is 1 or more; FALSE if the upper end is below 1; else INCONCLUSIVE HERE.",
	.live = "oscope switch --by task -C 0 1, while two busy loops share CPU 0",
	.op = "ms",
	.value = "involuntary_per_s",
	.narrow = 0.1,
	.arm = {
		[TWO] = { "two", run_two },
		[ALONE] = { "alone", run_alone },
	},
	.effect = effect,
	.check = check,
	.decide = decide,
};
CLAIM(forced);
