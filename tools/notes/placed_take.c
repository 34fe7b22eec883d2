// SPDX-License-Identifier: GPL-2.0
/*
 * Taking the rows by placement: all of them interleaved as arms are, then each counted. They have
 * what both passes of the arms have left of the claim's budget, which bounds a run as before.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "notes/pass.h"
#include "notes/placed.h"
#include "util.h"

#define TIMED		0.5	/* of the time that is left */
#define SAMPLES		10	/* of a row; its interval is to show it, not to decide by it */
#define COUNTED		2

/* A row's samples, to be run as an arm's. */
static int set_make(struct sample_set *set, const struct note *n, const struct placed_raw *raw,
		    struct arm *arm, size_t many)
{
	const struct placed *of = &n->claim->placed[raw->what];
	size_t i;
	int err;

	err = samples_alloc(set, n->claim, raw->what, many, n->machine);
	if (err)
		return err;
	*arm = (struct arm){ .name = of->name, .run = of->run };
	set->arm = arm;
	set->bare = true;
	for (i = 0; i < many; i++) {
		set->sample[i].place = raw->place;
		set->sample[i].partner_cpu = n->machine->place[raw->place].cpu;
		set->sample[i].idle = raw->idle;
	}
	return 0;
}

static void failed(struct placed_raw *raw, const struct sample_set *set, int err)
{
	size_t i;

	for (i = 0; i + 1 < set->n && !set->sample[i].err; i++)
		;
	if (err != -EINTR)
		snprintf(raw->failed, sizeof(raw->failed), "a sample could not be taken: %s",
			 sample_why(&set->sample[i], err));
}

static int time_once(struct note *n, struct placed_raw *raw)
{
	struct sample_set set;
	struct rusage usage;
	struct arm arm;
	int err;

	err = set_make(&set, n, raw, &arm, 1);
	if (err)
		return err;
	err = pass_time(&set, sample_limit_ns(n->claim), &usage);
	if (err)
		failed(raw, &set, err);
	else
		pass_keep(&raw->timed, set.sample, &usage);
	samples_free(&set);
	return err;
}

/* Each row NOTE_BLOCK times, there and back; one that fails is left out from then on. */
static int block_take(struct note *n, uint64_t *rng)
{
	struct note_placed *p = n->placed;
	size_t order[PLACED_MOST], i;
	struct placed_raw *raw;

	pass_shuffle(order, p->n, rng);
	for (i = 0; i < NOTE_BLOCK * p->n; i++) {
		raw = &p->raw[order[i < p->n ? i : NOTE_BLOCK * p->n - 1 - i]];
		if (!raw->failed[0] && time_once(n, raw) == -EINTR)
			return -EINTR;
	}
	return 0;
}

static int count_once(struct note *n, struct placed_raw *raw)
{
	struct sample_set set;
	struct arm arm;
	int err;

	err = set_make(&set, n, raw, &arm, COUNTED);
	if (err)
		return err;
	raw->counted.syscalls = NAN;
	err = pass_count(n, &set, &raw->counted);
	if (err)
		failed(raw, &set, err);
	samples_free(&set);
	return err;
}

static void rows_list(struct note *n)
{
	struct note_placed *p = n->placed;
	size_t what;
	enum placement at;
	int idle;

	for (what = 0; what < placed_count(n->claim); what++) {
		for (at = 0; at < PLACES; at++) {
			for (idle = 0; idle <= 1 && n->machine->place[at].cpu >= 0; idle++)
				p->raw[p->n++] = (struct placed_raw){
					.what = what, .place = at, .idle = idle,
				};
		}
	}
}

/* Where times decide nothing, a block is to see that it can be done. */
static size_t wanted(const struct note *n, const struct note_plan *plan)
{
	if (plan->samples)
		return plan->samples < SAMPLES ? plan->samples : SAMPLES;
	return n->machine->no_times[0] ? 1 : SAMPLES;
}

void note_place(struct note *n, const struct note_plan *plan, uint64_t deadline_ns)
{
	uint64_t now = now_ns(), rng = plan->seed, timed_ns;
	size_t i, done;

	if (!placed_of(n))
		return;
	rows_list(n);
	timed_ns = now + (uint64_t)(TIMED * (double)(deadline_ns > now ? deadline_ns - now : 0));
	for (done = 0; done < wanted(n, plan) && now_ns() < timed_ns; done += NOTE_BLOCK) {
		note_progress(n, plan, "by placement, sample %zu", done + 1);
		if (block_take(n, &rng))
			return;
	}
	for (i = 0; i < n->placed->n && now_ns() < deadline_ns && !note_stop; i++) {
		note_progress(n, plan, "counted by placement, %zu of %zu", i + 1, n->placed->n);
		if (!n->placed->raw[i].failed[0])
			count_once(n, &n->placed->raw[i]);
	}
}
