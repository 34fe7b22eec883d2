// SPDX-License-Identifier: GPL-2.0
/*
 * The first pass: nothing attached; a fresh process a sample, blocks of all arms in random order
 * and back again (ABBA or BAAB), until the interval is narrow or the time is used up.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "notes/pass.h"
#include "util.h"

#define NARROW		0.01
#define SAMPLES_MAX	(4UL * NOTE_SAMPLES_MIN)

/* One block: each arm NOTE_BLOCK times. */
struct block {
	struct sample sample[NOTE_ARMS][NOTE_BLOCK];
	struct rusage usage[NOTE_ARMS][NOTE_BLOCK];
	size_t n[NOTE_ARMS];
};

static void blocked(struct note *n, const struct arm *arm, const struct sample *s, int err)
{
	if (err != -EINTR)
		snprintf(n->blocked, sizeof(n->blocked), "%s: a sample could not be taken: %s",
			 arm->name, sample_why(s, err));
}

int pass_time(struct sample_set *set, uint64_t limit_ns, struct rusage *usage)
{
	struct child child;
	int err;

	err = child_prepare_fn(&child, samples_run_one, set);
	if (err)
		return err;
	err = child_start(&child);
	if (!err)
		err = process_wait(&child, limit_ns);
	if (!err)
		err = samples_error(set);
	*usage = child.usage;
	child_close(&child, true);
	return err;
}

/* nth: the how-manieth of its arm. */
static int sample_once(struct note *n, size_t arm, size_t nth, struct sample *to,
		       struct rusage *usage)
{
	struct sample_set set;
	int err;

	err = samples_alloc(&set, n->claim, arm, 1, n->machine);
	if (err)
		return err;
	err = pass_time(&set, sample_limit_ns(n->claim), usage);
	*to = set.sample[0];
	cells_keep(n, arm, nth, to);
	samples_free(&set);
	return err;
}

void pass_shuffle(size_t *order, size_t n, uint64_t *rng)
{
	size_t i, j, kept;

	for (i = 0; i < n; i++)
		order[i] = i;
	for (i = n; i > 1; i--) {
		j = stats_random_below(rng, i);
		kept = order[i - 1];
		order[i - 1] = order[j];
		order[j] = kept;
	}
}

static int block_take(struct note *n, struct block *b, uint64_t *rng)
{
	size_t order[NOTE_ARMS], arms = claim_arms(n->claim), i, a;
	int err;

	memset(b, 0, sizeof(*b));
	pass_shuffle(order, arms, rng);
	for (i = 0; i < NOTE_BLOCK * arms; i++) {
		a = order[i < arms ? i : NOTE_BLOCK * arms - 1 - i];
		err = sample_once(n, a, n->timed[a].n + b->n[a], &b->sample[a][b->n[a]],
				  &b->usage[a][b->n[a]]);
		if (err) {
			blocked(n, &n->claim->arm[a], &b->sample[a][b->n[a]], err);
			return err;
		}
		b->n[a]++;
	}
	return 0;
}

void pass_keep(struct arm_timed *t, const struct sample *s, const struct rusage *usage)
{
	size_t i;

	t->share = (t->share * (double)t->n + s->share) / (double)(t->n + 1);
	t->value[t->n++] = s->value;
	t->ops += s->ops;
	t->turns += s->turns;
	t->voluntary += usage->ru_nvcsw;
	t->involuntary += usage->ru_nivcsw;
	t->minor_faults += usage->ru_minflt;
	t->major_faults += usage->ru_majflt;
	t->loop_voluntary += s->loop_voluntary;
	t->not_flat += !s->flat;
	for (i = 0; i < SAMPLE_BATCHES; i++)
		t->negative += s->batch_ns[i] < 0;
	t->batch_ops = s->batch_ops;
	arm_seen_add(t->seen, s);
}

static void block_keep(struct note *n, const struct block *b)
{
	size_t a, i;

	for (a = 0; a < claim_arms(n->claim); a++) {
		for (i = 0; i < NOTE_BLOCK; i++)
			pass_keep(&n->timed[a], &b->sample[a][i], &b->usage[a][i]);
	}
}

static bool enough(struct note *n, const struct note_plan *plan)
{
	double narrow = n->claim->narrow > 0 ? n->claim->narrow : NARROW;
	size_t got = n->timed[0].n;

	if (plan->samples)
		return got >= plan->samples;
	/* Where they decide nothing, one block is to see that it can be done. */
	if (n->claim->needs_times && n->machine->no_times[0])
		return got > 0;
	if (got < NOTE_SAMPLES_MIN)
		return false;
	/* Outcomes: that is how often all must agree. */
	if (!n->claim->value)
		return true;
	n->effect.value = NAN;
	note_effect(n);
	if (isnan(n->effect.value))
		return true;
	return got >= SAMPLES_MAX || stats_relative_width(&n->effect) <= narrow;
}

void note_time(struct note *n, const struct note_plan *plan, uint64_t deadline_ns)
{
	uint64_t rng = plan->seed;
	struct block b;

	while (!enough(n, plan) && now_ns() < deadline_ns && n->timed[0].n < NOTE_SAMPLES) {
		note_progress(n, plan, "timed, sample %zu", n->timed[0].n + 1);
		if (block_take(n, &b, &rng))
			break;
		block_keep(n, &b);
	}
}
