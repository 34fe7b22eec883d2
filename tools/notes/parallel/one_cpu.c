// SPDX-License-Identifier: GPL-2.0
/* parallel.one-cpu: do tasks on one CPU only alternate? */
#include "hist.h"
#include "notes/crew.h"
#include "notes/notes.h"

#define TASKS	4
#define SPIN_NS	50000000ULL
#define APART	0.05	/* from one CPU second a second */
#define EVEN	0.15	/* of the CPU for the least of four: others' interrupts take from it */

enum { FOUR, ALONE };
enum { LEAST_SHARE };

static void spin(struct crew_member *m)
{
	crew_spin(m, SPIN_NS);
}

static int run(struct sample *s)
{
	struct crew c = { .n = s->arm == FOUR ? TASKS : 1, .fn = spin };
	unsigned int i;
	int err;

	err = crew_run(&c);
	for (i = 0; i < c.n && !err; i++)
		s->turns += c.member[i].done > 0;
	s->ops = c.n;
	s->flat = true;
	s->value = crew_at_once(&c);
	if (!err)
		sample_see(s, LEAST_SHARE, crew_least_share(&c));
	crew_free(&c);
	return err;
}

static void effect(struct note *n)
{
	n->effect = note_median(n, FOUR);
	n->effect_unit = "CPU s/s";
}

static void check(struct note *n)
{
	const struct arm_counted *c = &n->counted[FOUR];

	note_gate(n, "four", "involuntary switches/op", 1, 0.25, 1e6,
		  note_per_op(c, c->sum->involuntary));
	note_evidence(n, "four", "slice_p50_ns", (double)hist_quantile(&c->sum->slice, 0.5));
	note_evidence(n, "four", "slice_p90_ns", (double)hist_quantile(&c->sum->slice, 0.9));
}

static void decide(struct note *n)
{
	double least = note_seen_mean(n, FOUR, LEAST_SHARE);
	const struct interval *e = &n->effect;

	if (e->lo > 1 + APART)
		note_verdict(n, VERDICT_FALSE,
			     "%d tasks on one CPU used %.2f CPU seconds a second: some ran at once",
			     TASKS, e->value);
	else if (e->lo >= 1 - APART && e->hi <= 1 + APART && least >= EVEN)
		note_verdict(n, VERDICT_HOLDS,
			     "%d tasks on one CPU used %.3f CPU seconds a second together, the least of "
			     "them %.0f %% of that, in slices of %.1f ms (median)", TASKS, e->value,
			     100 * least,
			     (double)hist_quantile(&n->counted[FOUR].sum->slice, 0.5) / 1e6);
	else
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "%.2f to %.2f CPU seconds a second together, the least of them %.0f %% of "
			     "that: others have the rest of this CPU", e->lo, e->hi, 100 * least);
}

static const struct claim one_cpu = {
	.id = "parallel.one-cpu",
	.topic = "parallel",
	.claim = "On one CPU tasks only alternate",
	.claim_zh = "单核上任务只是交替执行",
	.how =
		"Four threads on one CPU compute for 50 ms, and one alone does. The value is the CPU time "
		"of all of them a second that passes: 1 if they take turns, more if some ran at once. An "
		"operation is one thread's part.",
	.gates =
		"As many threads made as said, each with a turn; four have an involuntary switch each "
		"fourth operation at least.",
	.rule =
		"With the 95 % interval of the four's value: FALSE if its lower end is above 1.05; HOLDS "
		"if it lies within 0.95 and 1.05 and the least of them had 15 % of it; else INCONCLUSIVE "
		"HERE, as others use the CPU.",
	.live = "oscope timeline -C 0 1, while four busy loops share CPU 0",
	.op = "part",
	.value = "cpu_s_per_s",
	.seen = { [LEAST_SHARE] = "least_share" },
	.counts = {
		MADE(FOUR, THREAD, 1), MADE(ALONE, THREAD, 1),
		NAMED(TURNS, ALL_ARMS, 1, "had a turn/op"),
	},
	.narrow = 0.02,
	.needs_lives = true,
	.arm = { [FOUR] = { "four", run }, [ALONE] = { "alone", run } },
	.effect = effect,
	.check = check,
	.decide = decide,
};
CLAIM(one_cpu);
