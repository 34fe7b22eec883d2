// SPDX-License-Identifier: GPL-2.0
/* What claims say in: gates and evidence, and the counts they are made of. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "notes/notes.h"

#define LOST_MAX	0.001	/* of all events */
#define KERNEL_SLACK	2	/* switches a task, around its first and its last moment */

#define SLEPT_MIN	0.95	/* of waits for a condition */
#define SLEPT_MAX	2.0

#define REASON_NAME(id, name)	name,

void note_gate(struct note *n, const char *arm, const char *count, double expected, double min,
	       double max, double measured)
{
	struct gate *g;

	if (n->n_gates == NOTE_GATES) {
		/* One that would not be judged: the claim has no verdict until there is room. */
		g = &n->gate[NOTE_GATES - 1];
		*g = (struct gate){ .max = NOTE_GATES, .measured = NOTE_GATES + 1 };
		snprintf(g->count, sizeof(g->count), "gates: more than there is room for");
		return;
	}
	g = &n->gate[n->n_gates++];
	snprintf(g->count, sizeof(g->count), "%s: %s", arm, count);
	g->expected = expected;
	g->min = min;
	g->max = max;
	g->measured = measured;
	g->ok = measured >= min && measured <= max;
}

void note_gate_near(struct note *n, const char *arm, const char *count, double expected,
		    double tolerance, double measured)
{
	note_gate(n, arm, count, expected, expected - tolerance, expected + tolerance, measured);
}

void note_gate_syscalls(struct note *n, size_t arm, double expected, double tolerance)
{
	double measured = n->counted[arm].syscalls;

	if (!isnan(measured))
		note_gate_near(n, n->claim->arm[arm].name, "syscalls/op", expected, tolerance,
			       measured);
}

/* What the samples of the counted pass saw, which are those that the probes have counted. */
static double counted_mean(const struct note *n, size_t arm, unsigned int what)
{
	const struct arm_seen *seen = &n->counted[arm].seen[what];

	return seen->n ? seen->sum / (double)seen->n : NAN;
}

void note_gate_waits(struct note *n, size_t arm, size_t task, enum oscope_reason reason,
		     unsigned int what)
{
	static const char *const names[OSCOPE_REASONS] = { OSCOPE_REASON_LIST(REASON_NAME) };
	char name[48];

	snprintf(name, sizeof(name), "%s, %s sleeps - waits/op", n->claim->tasks[task],
		 names[reason]);
	note_gate_near(n, n->claim->arm[arm].name, name, 0, 0,
		       note_sleeps(n, arm, task, reason) - counted_mean(n, arm, what));
}

void note_gate_cond_waits(struct note *n, size_t arm, const char *who, unsigned int what,
			  double sleeps)
{
	double waits = counted_mean(n, arm, what);
	char name[48];

	snprintf(name, sizeof(name), "%s, futex sleeps/op", who);
	note_gate(n, n->claim->arm[arm].name, name, waits, SLEPT_MIN * waits, SLEPT_MAX * waits,
		  sleeps);
}

static void gate_counting_arm(struct note *n, const char *arm, const struct arm_counted *c)
{
	double ours = (double)(c->sum->voluntary + c->sum->involuntary);
	/* The runner, two tasks a sample, and all that are known to have been made. */
	double slack = KERNEL_SLACK * (1 + 2 * (double)c->n + (double)arm_lives_births(&c->lives));
	double kernel = (double)c->kernel_switches;

	note_gate(n, arm, "lost events, share", 0, 0, LOST_MAX,
		  c->sum->events ? (double)c->lost / (double)c->sum->events : NAN);
	note_gate(n, arm, "switches, probes - kernel", 0, -slack,
		  n->claim->unwaited ? ours : slack, ours - kernel);
}

void note_gate_counting(struct note *n)
{
	size_t a;

	for (a = 0; a < claim_arms(n->claim); a++)
		gate_counting_arm(n, n->claim->arm[a].name, &n->counted[a]);
}

/* What would not be shown: as with gates there is no verdict until there is room. */
static void evidence_full(struct note *n)
{
	const struct gate *last = n->n_gates ? &n->gate[n->n_gates - 1] : NULL;

	if (!last || strcmp(last->count, "evidence: numbers"))
		note_gate(n, "evidence", "numbers", 0, 0, NOTE_EVIDENCE, NOTE_EVIDENCE + 1);
}

void note_evidence(struct note *n, const char *arm, const char *name, double value)
{
	struct evidence *e;

	/* What is not known is left out. */
	if (!isfinite(value))
		return;
	if (n->n_evidence == NOTE_EVIDENCE) {
		evidence_full(n);
		return;
	}
	e = &n->evidence[n->n_evidence++];
	snprintf(e->name, sizeof(e->name), "%s%s%s", arm ? arm : "", arm ? "_" : "", name);
	e->value = value;
}

struct stats_samples note_samples(const struct note *n, int a, int b)
{
	return (struct stats_samples){
		.a = n->timed[a].value,
		.b = b < 0 ? NULL : n->timed[b].value,
		.n = n->timed[a].n,
		.block = NOTE_BLOCK,
	};
}

struct interval note_ratio(const struct note *n, int a, int b)
{
	struct stats_samples s = note_samples(n, a, b);

	return stats_ratio(&s, STATS_95, n->seed);
}

struct interval note_median(const struct note *n, int a)
{
	struct stats_samples s = note_samples(n, a, -1);

	return stats_median_interval(&s, STATS_95, n->seed);
}

double note_per_op(const struct arm_counted *c, uint64_t count)
{
	return c->ops ? (double)count / (double)c->ops : NAN;
}

double note_sleeps(const struct note *n, size_t arm, size_t task, enum oscope_reason reason)
{
	const struct arm_counted *c = &n->counted[arm];

	return c->states ? note_per_op(c, c->ledger[task].sum.blocked[reason].n) : NAN;
}

double note_timed_switches(const struct arm_timed *t)
{
	return t->ops ? (double)(t->voluntary + t->involuntary) / (double)t->ops : NAN;
}

double note_kind_share(const struct arm_counted *c, enum oscope_kind kind)
{
	return c->sum->events ? (double)c->sum->kind[kind] / (double)c->sum->events : NAN;
}
