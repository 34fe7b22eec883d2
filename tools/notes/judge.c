// SPDX-License-Identifier: GPL-2.0
/*
 * From numbers to a verdict: effect, gates, evidence, rule. Looks at a struct note and nothing
 * else.
 */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "notes/placed.h"
#include "util.h"

#define SAMPLES_TO_JUDGE 10	/* an arm: with fewer an interval means little */
#define CROWDED		 0.1	/* of the CPU: others may be why something fails */

void note_verdict(struct note *n, enum verdict v, const char *fmt, ...)
{
	va_list ap;

	n->verdict = v;
	va_start(ap, fmt);
	vsnprintf(n->reason, sizeof(n->reason), fmt, ap);
	va_end(ap);
}

static const struct gate *gate_failed(const struct note *n)
{
	size_t i;

	for (i = 0; i < n->n_gates; i++) {
		if (!n->gate[i].ok)
			return &n->gate[i];
	}
	return NULL;
}

static bool all_counted(const struct note *n)
{
	size_t a;

	for (a = 0; a < claim_arms(n->claim); a++) {
		if (!n->counted[a].counted)
			return false;
	}
	return true;
}

/* Why there is no verdict whatever the numbers are, or NULL. */
static const char *forbidden(const struct note *n)
{
	if (n->blocked[0])
		return n->blocked;
	if (n->interrupted && (!all_counted(n) || n->timed[0].n < SAMPLES_TO_JUDGE))
		return "interrupted before there was enough to judge by";
	if (!all_counted(n))
		return "nothing counted what the experiment did, so its times mean nothing";
	if (n->claim->needs_times && n->machine->no_times[0])
		return n->machine->no_times;
	return NULL;
}

double note_crowded(const struct note *n)
{
	double others = n->machine->busy + n->machine->steal;

	return others > CROWDED ? others : 0;
}

static void void_by(struct note *n, const struct gate *g)
{
	double others = note_crowded(n);
	char load[64] = "";

	if (others > 0)
		snprintf(load, sizeof(load), " (others use %.0f %% of its CPU)", 100 * others);
	note_verdict(n, VERDICT_VOID,
		     "%s: measured %.4g, expected %.4g: the experiment did not do what it "
		     "claims%s", g->count, g->measured, g->expected, load);
}

static void no_effect(struct note *n)
{
	n->effect = (struct interval){ NAN, NAN, NAN };
}

/* By outcomes, where the claim has no rule of its own. */
static void rule(struct note *n)
{
	const struct claim *c = n->claim;
	enum note_outcomes o;

	if (c->decide) {
		c->decide(n);
		return;
	}
	o = note_outcomes(n);
	if (o == OUTCOMES_YES)
		c->yes(n);
	else if (o == OUTCOMES_NO)
		c->no(n);
	else
		note_verdict(n, VERDICT_INCONCLUSIVE, "%s %.0f %% of the samples only",
			     c->mixed ? c->mixed : "in", 100 * n->effect.value);
}

/* Never a time without its gate: an effect that is not vouched for is not given. */
static void decide(struct note *n)
{
	const struct gate *failed = gate_failed(n);
	const char *why = forbidden(n);

	if (failed && all_counted(n)) {
		no_effect(n);
		void_by(n, failed);
	} else if (why) {
		no_effect(n);
		note_verdict(n, VERDICT_INCONCLUSIVE, "%s", why);
	} else if (n->timed[0].n < SAMPLES_TO_JUDGE) {
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "%zu samples an arm are too few (at least %d): a larger --budget",
			     n->timed[0].n, SAMPLES_TO_JUDGE);
	} else {
		rule(n);
	}
}

static void machine_evidence(struct note *n)
{
	note_evidence(n, NULL, "seed", (double)n->seed);
	note_evidence(n, NULL, "clock_resolution_ns", (double)n->machine->clock.resolution_ns);
	note_evidence(n, NULL, "clock_cost_ns", (double)n->machine->clock.cost_ns);
	note_evidence(n, NULL, "cpu_busy_share", n->machine->busy);
	note_evidence(n, NULL, "cpu_steal_share", n->machine->steal);
	note_evidence(n, NULL, "load", n->machine->load);
}

static void value_evidence(struct note *n, size_t a, const char *value)
{
	struct arm_timed *t = &n->timed[a];
	const char *arm = n->claim->arm[a].name;
	struct stats_samples s = note_samples(n, (int)a, -1);
	struct interval i;
	char name[48];

	t->median = stats_median_interval(&s, STATS_95, n->seed);
	i = t->median;
	note_evidence(n, arm, value, i.value);
	snprintf(name, sizeof(name), "%s_lo", value);
	note_evidence(n, arm, name, i.lo);
	snprintf(name, sizeof(name), "%s_hi", value);
	note_evidence(n, arm, name, i.hi);
	snprintf(name, sizeof(name), "%s_p99", value);
	note_evidence(n, arm, name, stats_quantile(t->value, t->n, 0.99));
	snprintf(name, sizeof(name), "%s_max", value);
	note_evidence(n, arm, name, stats_max(t->value, t->n));
	note_evidence(n, arm, "outliers", (double)stats_outliers(t->value, t->n));
	note_evidence(n, arm, "not_flat", (double)t->not_flat);
	note_evidence(n, arm, "negative_batches", (double)t->negative);
}

static void timed_evidence(struct note *n, size_t a)
{
	const struct arm_timed *t = &n->timed[a];
	const char *arm = n->claim->arm[a].name;

	if (!t->n)
		return;
	if (n->claim->value)
		value_evidence(n, a, n->claim->value);
	note_evidence(n, arm, "timed_switches_per_op", note_timed_switches(t));
	if (!t->ops)
		return;
	note_evidence(n, arm, "minor_faults_per_op", (double)t->minor_faults / (double)t->ops);
	note_evidence(n, arm, "major_faults_per_op", (double)t->major_faults / (double)t->ops);
}

/* Where samples differ, the least and the most, too. */
static void seen_evidence(struct note *n, size_t a)
{
	const char *arm = n->claim->arm[a].name;
	unsigned int what;
	char name[48];

	for (what = 0; what < SAMPLE_SEEN && n->claim->seen[what]; what++) {
		struct arm_seen seen = note_seen(n, a, what);

		if (!seen.n)
			continue;
		note_evidence(n, arm, n->claim->seen[what], seen.sum / (double)seen.n);
		if (seen.min >= seen.max)
			continue;
		snprintf(name, sizeof(name), "%s_min", n->claim->seen[what]);
		note_evidence(n, arm, name, seen.min);
		snprintf(name, sizeof(name), "%s_max", n->claim->seen[what]);
		note_evidence(n, arm, name, seen.max);
	}
}

/* Who was made and who ended, beside the samples' own processes. */
static void lives_evidence(struct note *n, size_t a)
{
	const struct arm_counted *c = &n->counted[a];
	const struct arm_lives *l = &c->lives;
	const char *arm = n->claim->arm[a].name;

	if (!l->known)
		return;
	note_evidence(n, arm, "forks_per_op", note_per_op(c, l->births[OSCOPE_BIRTH_FORK]));
	note_evidence(n, arm, "vforks_per_op", note_per_op(c, l->births[OSCOPE_BIRTH_VFORK]));
	note_evidence(n, arm, "clones_per_op", note_per_op(c, l->births[OSCOPE_BIRTH_CLONE]));
	note_evidence(n, arm, "threads_per_op", note_per_op(c, l->births[OSCOPE_BIRTH_THREAD]));
	note_evidence(n, arm, "execs_per_op", note_per_op(c, l->execs));
	note_evidence(n, arm, "zombies_per_op", note_per_op(c, l->zombies));
	if (l->zombies)
		note_evidence(n, arm, "zombie_p50_ns", l->zombie_p50_ns);
}

/* Where the tasks of each name were, of their time; and what no event told of. */
static void ledger_evidence(struct note *n, size_t a, size_t k)
{
	const struct arm_ledger *l = &n->counted[a].ledger[k];
	const struct {
		const char *name;
		uint64_t ns;
	} states[] = {
		{ "new", l->sum.new }, { "running", l->sum.running }, { "ready", l->ready_ns },
		{ "blocked", l->blocked_ns }, { "stopped", l->sum.stopped },
		{ "zombie", l->sum.zombie }, { "unobserved", l->unobserved_ns },
	};
	const char *arm = n->claim->arm[a].name, *task = n->claim->tasks[k];
	char name[48];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(states); i++) {
		snprintf(name, sizeof(name), "%s_%s_share", task, states[i].name);
		note_evidence(n, arm, name, (double)states[i].ns / (double)l->lifetime_ns);
	}
	snprintf(name, sizeof(name), "%s_residual_share_max", task);
	note_evidence(n, arm, name, l->residual);
	snprintf(name, sizeof(name), "%s_lifetime_ns_per_op", task);
	note_evidence(n, arm, name, note_per_op(&n->counted[a], l->lifetime_ns));
	snprintf(name, sizeof(name), "%s_moves_missed", task);
	note_evidence(n, arm, name, (double)(l->leavings_missed + l->comings_missed));
}

static void ledgers_evidence(struct note *n, size_t a)
{
	size_t k;

	for (k = 0; n->counted[a].states && k < ARM_LEDGERS; k++) {
		if (n->claim->tasks[k] && n->counted[a].ledger[k].tasks)
			ledger_evidence(n, a, k);
	}
}

/* Whose interrupts they are is in the name: the machine's are those of others, too. */
static void copies_evidence(struct note *n, size_t a)
{
	const struct arm_counted *c = &n->counted[a];
	const char *arm = n->claim->arm[a].name;

	if (c->ipis_by != IPIS_NOT)
		note_evidence(n, arm, c->ipis_by == IPIS_TREE ? "ipis_sent_per_op" :
								"machine_ipis_per_op", c->ipis);
	/* Accounts are added up as processes are waited for. */
	if (!c->moved.known || n->claim->unwaited)
		return;
	note_evidence(n, arm, "bytes_by_read_per_op", note_per_op(c, c->moved.read));
	note_evidence(n, arm, "bytes_by_write_per_op", note_per_op(c, c->moved.written));
}

static void counted_evidence(struct note *n, size_t a)
{
	const struct arm_counted *c = &n->counted[a];
	const char *arm = n->claim->arm[a].name;

	if (!c->counted)
		return;
	note_evidence(n, arm, "switches_per_op",
		      note_per_op(c, c->sum->voluntary + c->sum->involuntary));
	note_evidence(n, arm, "voluntary_per_op", note_per_op(c, c->sum->voluntary));
	note_evidence(n, arm, "involuntary_per_op", note_per_op(c, c->sum->involuntary));
	note_evidence(n, arm, "idle_exits_per_op",
		      note_per_op(c, c->sum->kind[OSCOPE_KIND_FROM_IDLE]));
	if (c->features & OSCOPE_FEAT_WAKING)
		note_evidence(n, arm, "wakings_per_op", note_per_op(c, c->sum->wakings));
	if (c->features & OSCOPE_FEAT_MIGRATE)
		note_evidence(n, arm, "migrations", (double)c->sum->migrations);
	if (!isnan(c->syscalls))
		note_evidence(n, arm, "syscalls_per_op", c->syscalls);
	copies_evidence(n, a);
	lives_evidence(n, a);
	ledgers_evidence(n, a);
	/* The slow-down between the passes: what the probes do to the very thing they count. */
	if (n->claim->value)
		note_evidence(n, arm, "counted_to_timed",
			      c->value / stats_median(n->timed[a].value, n->timed[a].n));
}

void note_judge(struct note *n)
{
	size_t a;

	n->n_gates = 0;
	n->n_evidence = 0;
	no_effect(n);
	if (n->timed[0].n)
		note_effect(n);
	machine_evidence(n);
	cells_judge(n);
	for (a = 0; a < claim_arms(n->claim); a++) {
		timed_evidence(n, a);
		seen_evidence(n, a);
		counted_evidence(n, a);
	}
	if (all_counted(n)) {
		note_gate_counting(n);
		note_gate_counts(n);
		cells_gates(n);
		if (n->claim->check)
			n->claim->check(n);
	}
	decide(n);
	placed_judge(n);
}
