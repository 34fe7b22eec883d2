// SPDX-License-Identifier: GPL-2.0
/* parallel.many-cpu: do tasks on several CPUs run at once, without taking speed from each other? */
#include "notes/cpus.h"
#include "notes/crew.h"
#include "notes/notes.h"

#define SPIN_NS		60000000ULL
#define WHOLE		0.95	/* of the time both ran */
#define HARDLY		0.05
#define SPEED_KEPT	0.9	/* of the steps a CPU second */

enum { TWO, ALONE };
enum { STEPS_PER_MS };

static const struct sample *sample;
static int refused;

/* In crew_spin() each step reads the clock: no memory is written that the other one has. */
static void spin(struct crew_member *m)
{
	int err = cpus_pin(sample, m->nth);

	if (err)
		refused = err;
	crew_spin(m, SPIN_NS);
}

static int run(struct sample *s)
{
	struct crew c = { .n = s->arm == TWO ? 2 : 1, .fn = spin };
	unsigned int i;
	int err;

	sample = s;
	/* On the sample's CPU the second one had to wait for it to ask for another. */
	err = cpus_unpin();
	if (!err)
		err = crew_run(&c);
	for (i = 0; i < c.n && !err; i++)
		s->turns += c.member[i].done > 0;
	s->ops = c.n;
	s->flat = true;
	s->value = crew_at_once(&c) - 1;
	if (!err)
		sample_see(s, STEPS_PER_MS, (double)c.done / ((double)c.cpu_ns / 1e6));
	crew_free(&c);
	return err ? err : refused;
}

static void effect(struct note *n)
{
	n->effect = note_median(n, TWO);
	n->effect_unit = "of the time";
}

static double speed(const struct note *n)
{
	return note_seen_mean(n, TWO, STEPS_PER_MS) / note_seen_mean(n, ALONE, STEPS_PER_MS);
}

static void check(struct note *n)
{
	note_evidence(n, "two", "speed_to_alone", speed(n));
}

static void decide(struct note *n)
{
	const struct interval *e = &n->effect;

	if (cpus_too_few(n))
		return;
	if (e->lo >= WHOLE && speed(n) >= SPEED_KEPT)
		note_verdict(n, VERDICT_HOLDS,
			     "two tasks ran at once for %.1f %% of the time at least, each at %.0f %% of "
			     "the speed that it has alone", 100 * e->value, 100 * speed(n));
	else if (e->lo >= WHOLE)
		note_verdict(n, VERDICT_HOLDS_IF,
			     "they share no more than two CPUs must: at once for %.1f %% of the time, but "
			     "at %.0f %% of the speed that each has alone", 100 * e->value,
			     100 * speed(n));
	else if (e->hi <= HARDLY && e->lo >= -HARDLY && note_crowded(n) <= 0)
		note_verdict(n, VERDICT_FALSE,
			     "two tasks on two CPUs ran at once for %.1f %% of the time",
			     100 * e->value);
	else
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "two tasks ran at once for %.0f to %.0f %% of the time: others use these "
			     "CPUs", 100 * e->lo, 100 * e->hi);
}

static const struct claim many_cpu = {
	.id = "parallel.many-cpu",
	.topic = "parallel",
	.claim = "On several CPUs tasks truly run at once and take no CPU from each other",
	.claim_zh = "多核上任务真正并行，互不抢占",
	.how =
		"Two threads compute for 60 ms, each on a CPU of its own; then one alone. What two used in "
		"CPU time beyond the time that passed, they must have used at once. Speed is steps a CPU "
		"millisecond. An operation is one thread's part.",
	.gates =
		"As many threads made as said, each with a turn on the CPU that it asked for.",
	.rule =
		"With the 95 % interval of the part at once: HOLDS if its lower end is 0.95 and the speed "
		"is 0.9 of that alone at least, HOLDS IF the CPUs share little, if it is slower; FALSE if "
		"it lies within 0.05 of 0 and others use less than a tenth of the CPU; INCONCLUSIVE HERE "
		"with one CPU, and else.",
	.live = "oscope timeline 1, while two busy loops run",
	.op = "part",
	.value = "at_once_share",
	.seen = { [STEPS_PER_MS] = "steps_per_cpu_ms" },
	.counts = {
		MADE(TWO, THREAD, 1), MADE(ALONE, THREAD, 1),
		NAMED(TURNS, ALL_ARMS, 1, "had a turn/op"),
	},
	.placement = "two CPUs",
	.narrow = 0.02,
	.needs_times = true,
	.needs_lives = true,
	.arm = { [TWO] = { "two", run }, [ALONE] = { "alone", run } },
	.effect = effect,
	.check = check,
	.decide = decide,
};
CLAIM(many_cpu);
