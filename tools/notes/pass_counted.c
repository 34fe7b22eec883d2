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

#include "notes/process.h"
#include "notes/syscalls.h"
#include "util.h"

#define COUNTED_SAMPLES 4

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

	for (i = 0; i < set->n; i++) {
		value[i] = set->sample[i].value;
		c->ops += set->sample[i].ops;
		c->turns += set->sample[i].turns;
		c->loop_voluntary += set->sample[i].loop_voluntary;
		arm_seen_add(c->seen, &set->sample[i]);
	}
	c->n = set->n;
	c->value = stats_median(value, set->n);
}

/* What the probes saw; takes the counters over from the snapshot. */
static void counters_take(struct arm_counted *c, struct snapshot *snap)
{
	c->sum = snap->sum;
	snap->sum = NULL;
	c->features = snap->features;
	c->lost = snap->lost.total;
	c->seconds_ns = snap->ts_ns - snap->start_ns;
	c->counted = true;
}

/* What the tree's tasks slept for, over all of them. */
static void states_take(struct arm_counted *c, const struct snapshot *snap)
{
	size_t i, r;

	if (!snap->ledger || !(snap->features & OSCOPE_FEAT_REASONS))
		return;
	for (i = 0; i < snap->n_task; i++) {
		for (r = 0; r < OSCOPE_REASONS; r++)
			c->blocked[r] += snap->ledger[i].blocked[r].n;
		for (r = 0; r < OSCOPE_MOVES; r++)
			c->moves[r] += snap->ledger[i].moves[r];
	}
	c->states = true;
}

static int watch(void *lives)
{
	return lives_watch_look(lives);
}

/* lives is NULL unless these are followed, too. */
static int traced_run(struct source *src, struct lives_watch *lives, struct child *child,
		      struct arm_counted *c)
{
	struct snapshot snap = { 0 };
	int err;

	err = source_start(src);
	if (!err && lives)
		err = lives_watch_start(lives);
	if (!err)
		err = child_start(child);
	if (!err)
		err = process_watch(child, COUNTED_SAMPLES * SAMPLE_LIMIT_NS,
				    lives ? watch : NULL, lives);
	if (err)
		return err;
	if (lives)
		err = lives_watch_stop(lives, &c->lives);
	if (!err)
		err = source_stop(src);
	if (!err)
		err = source_read(src, &snap);
	if (!err) {
		states_take(c, &snap);
		counters_take(c, &snap);
		c->lost += c->lives.lost;
	}
	snapshot_free(&snap);
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

static int source_run(struct note *n, struct child *child, struct arm_counted *c)
{
	struct source_config config = {
		.filter = { .uid = -1, .tree = child->pid },
		.direct = true,
		.calibrate = true,
		.by_task = n->claim->needs_states,
		.ledger = n->claim->needs_states,
	};
	struct lives_watch *lives = NULL;
	struct source *src;
	int err;

	err = source_open(&src, n->source, &config);
	if (err)
		return err;
	if (n->claim->needs_lives)
		err = lives_watch_open(&lives, n->source, child->pid);
	if (!err)
		err = traced_run(src, lives, child, c);
	lives_watch_close(lives);
	source_close(src);
	return err;
}

static int count_arm(struct note *n, size_t arm)
{
	struct arm_counted *c = &n->counted[arm];
	struct sample_set set;
	struct child child;
	int err, fd = -1;

	err = samples_alloc(&set, &n->claim->arm[arm], COUNTED_SAMPLES, n->machine);
	if (err)
		return err;
	err = child_prepare_fn(&child, samples_run_each, &set);
	if (err)
		goto free_samples;
	if (n->claim->needs_syscalls)
		fd = syscalls_open(child.pid);
	err = source_run(n, &child, c);
	if (!err)
		err = samples_error(&set);
	if (!err) {
		samples_sum(c, &set);
		c->kernel_switches = child.usage.ru_nvcsw + child.usage.ru_nivcsw;
	}
	syscalls_take(c, fd);
	child_close(&child, true);
free_samples:
	samples_free(&set);
	return err;
}

static void count_failed(struct note *n, size_t arm, int err)
{
	if (err == -EINTR)
		return;
	snprintf(n->blocked, sizeof(n->blocked), "%s: the counted pass failed: %s",
		 n->claim->arm[arm].name, strerror(-err));
}

void note_count(struct note *n, const struct note_plan *plan)
{
	size_t a;
	int err = 0;

	for (a = 0; a < n->claim->n_arms && !err && !note_stop; a++) {
		note_progress(n, plan, "counted, %s", n->claim->arm[a].name);
		n->counted[a].syscalls = NAN;
		err = count_arm(n, a);
		if (!err && n->claim->needs_syscalls && isnan(n->counted[a].syscalls))
			err = note_count_ptrace(n, a);
		if (err)
			count_failed(n, a, err);
	}
}
