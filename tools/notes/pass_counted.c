// SPDX-License-Identifier: GPL-2.0
/*
 * The second pass: the same code on the same CPU with the same inputs, in fresh processes again,
 * with the probes on their process tree alone.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "notes/pass.h"
#include "notes/syscalls.h"
#include "util.h"

#define COUNTED_SAMPLES 4
#define COUNTED_TABLES	2	/* of a claim with sizes, which take long */

const char *note_source(struct note *n, const struct note_plan *plan)
{
	static const char *const order[] = { "bpf", "kmod" };
	const char *first = plan->source ? plan->source : order[0];
	char why[256] = "";
	size_t i;

	if (!source_usable(first, why, sizeof(why)))
		return first;
	for (i = 1; !plan->source && i < ARRAY_SIZE(order); i++) {
		char other[256];

		if (!source_usable(order[i], other, sizeof(other)))
			return order[i];
	}
	snprintf(n->blocked, sizeof(n->blocked), "nothing here can count switches: %s", why);
	return NULL;
}

static void samples_sum(struct arm_counted *c, const struct sample_set *set)
{
	double value[COUNTED_SAMPLES];
	size_t i;

	c->moved.known = set->n > 0;
	for (i = 0; i < set->n; i++) {
		c->moved.known = c->moved.known && set->sample[i].moved.known;
		c->moved.read += set->sample[i].moved.read;
		c->moved.written += set->sample[i].moved.written;
		value[i] = set->sample[i].value;
		c->ops += set->sample[i].ops;
		c->turns += set->sample[i].turns;
		c->loop_voluntary += set->sample[i].loop_voluntary;
		arm_seen_add(c->seen, &set->sample[i]);
	}
	c->n = set->n;
	c->value = stats_median(value, set->n);
}

static uint64_t switches_at(const struct snapshot *snap, int cpu)
{
	const struct oscope_counters *at = snapshot_cpu(snap, (uint32_t)cpu);

	return at ? at->voluntary + at->involuntary : 0;
}

/* What the probes saw; takes the counters over from the snapshot. */
static void counters_take(struct arm_counted *c, const struct sample *of, struct snapshot *snap)
{
	c->at_cpu = switches_at(snap, of->cpu);
	c->at_partner = switches_at(snap, of->partner_cpu);
	c->sum = snap->sum;
	snap->sum = NULL;
	c->features = snap->features;
	c->lost = snap->lost.total;
	c->seconds_ns = snap->ts_ns - snap->start_ns;
	c->counted = true;
}

/* What the tree's tasks slept for, over all of them; and all states of those that have a name. */
static int states_take(struct arm_counted *c, const struct claim *claim,
		       const struct snapshot *snap)
{
	size_t i, r;

	if (!snap->ledger || !(snap->features & OSCOPE_FEAT_REASONS))
		return 0;
	for (i = 0; i < snap->n_task; i++) {
		for (r = 0; r < OSCOPE_REASONS; r++)
			c->blocked[r] += snap->ledger[i].blocked[r].n;
	}
	c->states = true;
	return arm_ledgers_take(c->ledger, claim->tasks, ARM_LEDGERS, snap);
}

/* What is on an arm while it runs. */
struct tracing {
	struct source *counts;
	struct source *states;		/* NULL: not wanted, or counts has them, too */
	struct lives_watch *lives;	/* the same */
};

static int tracing_open(struct tracing *t, const struct note *n, bool bare, pid_t root)
{
	const struct filter tree = { .uid = -1, .tree = root };
	struct source_config counts = { .filter = tree, .direct = true, .calibrate = true };
	struct source_config states = { .filter = tree, .by_task = true, .ledger = true };
	/* The probes of a ledger count no switches; the module does, but has a task in one tree. */
	bool apart = !strcmp(n->source, "bpf"), need = n->claim->needs_states && !bare;
	int err;

	counts.by_task = need && !apart;
	counts.ledger = counts.by_task;
	err = source_open(&t->counts, n->source, &counts);
	if (!err && need && apart)
		err = source_open(&t->states, n->source, &states);
	if (!err && n->claim->needs_lives && !bare)
		err = lives_watch_open(&t->lives, n->source, root);
	return err;
}

static int tracing_start(struct tracing *t)
{
	int err;

	err = source_start(t->counts);
	if (!err && t->states)
		err = source_start(t->states);
	if (!err && t->lives)
		err = lives_watch_start(t->lives);
	return err;
}

static int tracing_look(void *tracing)
{
	struct tracing *t = tracing;

	return t->lives ? lives_watch_look(t->lives) : 0;
}

static int states_stop(struct source *states, struct arm_counted *c, const struct claim *claim)
{
	struct snapshot snap = { 0 };
	int err;

	err = source_settle(states);
	if (!err)
		err = source_stop(states);
	if (!err)
		err = source_read(states, &snap);
	if (!err)
		err = states_take(c, claim, &snap);
	snapshot_free(&snap);
	return err;
}

static int tracing_stop(struct tracing *t, struct arm_counted *c, const struct claim *claim,
			const struct sample *of)
{
	struct snapshot snap = { 0 };
	int err;

	err = claim->needs_states ? source_settle(t->counts) : 0;
	if (!err)
		err = source_stop(t->counts);
	if (!err)
		err = source_read(t->counts, &snap);
	if (!err)
		err = states_take(c, claim, &snap);
	if (!err)
		counters_take(c, of, &snap);
	if (!err && t->states)
		err = states_stop(t->states, c, claim);
	if (!err && t->lives)
		err = lives_watch_stop(t->lives, &c->lives);
	c->lost += c->lives.lost;
	snapshot_free(&snap);
	return err;
}

static void tracing_close(struct tracing *t)
{
	lives_watch_close(t->lives);
	if (t->states)
		source_close(t->states);
	if (t->counts)
		source_close(t->counts);
}

static int traced_run(struct note *n, struct child *child, const struct sample_set *set,
		      struct arm_counted *c)
{
	struct tracing t = { 0 };
	int err;

	err = tracing_open(&t, n, set->bare, child->pid);
	if (!err)
		err = tracing_start(&t);
	if (!err)
		err = child_start(child);
	if (!err)
		err = process_watch(child, COUNTED_SAMPLES * sample_limit_ns(n->claim),
				    tracing_look, &t);
	if (!err)
		err = tracing_stop(&t, c, n->claim, set->sample);
	tracing_close(&t);
	return err;
}

static void syscalls_take(struct arm_counted *c, int fd)
{
	uint64_t count;

	if (fd < 0)
		return;
	if (!syscalls_read(fd, &count) && c->ops) {
		c->syscalls = (double)count / (double)c->ops;
		c->syscalls_by = "tracepoint";
	}
	close(fd);
}

static void ipis_take(struct arm_counted *c, struct ipis *p)
{
	uint64_t count;

	c->ipis_by = p->by;
	c->ipis = !ipis_read(p, &count) && c->ops ? (double)count / (double)c->ops : NAN;
	ipis_close(p);
}

/* The first sample that failed says why. */
static void samples_check(struct note *n, size_t arm, const struct sample_set *set)
{
	int err = samples_error(set);
	size_t i;

	for (i = 0; i < set->n && err; i++) {
		if (set->sample[i].err != err)
			continue;
		snprintf(n->blocked, sizeof(n->blocked), "%s: the counted pass failed: %s",
			 n->claim->arm[arm].name, sample_why(&set->sample[i], err));
		break;
	}
}

int pass_count(struct note *n, struct sample_set *set, struct arm_counted *c)
{
	struct child child;
	struct ipis ipis;
	int err, fd = -1;

	err = child_prepare_fn(&child, samples_run_each, set);
	if (err)
		return err;
	ipis_open(&ipis, child.pid);
	if (n->claim->needs_syscalls)
		fd = syscalls_open(child.pid);
	err = traced_run(n, &child, set, c);
	if (!err)
		err = samples_error(set);
	if (!err) {
		samples_sum(c, set);
		c->kernel_switches = child.usage.ru_nvcsw + child.usage.ru_nivcsw;
	}
	syscalls_take(c, fd);
	ipis_take(c, &ipis);
	child_close(&child, true);
	return err;
}

static int count_arm(struct note *n, size_t arm)
{
	struct sample_set set;
	size_t i;
	int err;

	err = samples_alloc(&set, n->claim, arm, n->claim->sizes[0] ? COUNTED_TABLES
			    : COUNTED_SAMPLES, n->machine);
	if (err)
		return err;
	err = pass_count(n, &set, &n->counted[arm]);
	if (err)
		samples_check(n, arm, &set);
	for (i = 0; i < set.n && !err; i++)
		cells_count(n, arm, &set.sample[i]);
	samples_free(&set);
	return err;
}

static void count_failed(struct note *n, size_t arm, int err)
{
	if (err == -EINTR || n->blocked[0])
		return;
	snprintf(n->blocked, sizeof(n->blocked), "%s: the counted pass failed: %s",
		 n->claim->arm[arm].name, strerror(-err));
}

void note_count(struct note *n, const struct note_plan *plan)
{
	size_t a;
	int err = 0;

	for (a = 0; a < claim_arms(n->claim) && !err && !note_stop; a++) {
		note_progress(n, plan, "counted, %s", n->claim->arm[a].name);
		n->counted[a].syscalls = NAN;
		err = count_arm(n, a);
		if (!err && n->claim->needs_syscalls && isnan(n->counted[a].syscalls))
			err = note_count_ptrace(n, a);
		if (err)
			count_failed(n, a, err);
	}
}
