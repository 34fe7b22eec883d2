// SPDX-License-Identifier: GPL-2.0
/*
 * The lives of an arm's tasks: a source of its own beside the one that counts, since not every
 * source can do both at once.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "lives.h"
#include "notes/arm_lives.h"
#include "notes/stats.h"
#include "source.h"
#include "util.h"

struct lives_watch {
	struct source *src;
	struct events events;
	struct lives lives;
	uint64_t drained_ns;		/* when the drain before the last began */
};

uint64_t arm_lives_births(const struct arm_lives *l)
{
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < OSCOPE_BIRTHS; i++)
		sum += l->births[i];
	return sum;
}

int lives_watch_open(struct lives_watch **to, const char *source, pid_t root)
{
	struct source_config config = {
		.filter = { .uid = -1, .tree = root },
		.records = LIVES_RECORDS,
		.lives_only = true,
		.ring_flags = OSCOPE_RING_DROP,
	};
	struct lives_watch *w = calloc(1, sizeof(*w));
	int err;

	if (!w)
		return err_sys(-ENOMEM, "notes");
	w->events.wanted = LIVES_RECORDS;
	w->lives.root = root;
	err = source_open(&w->src, source, &config);
	if (err)
		free(w);
	else
		*to = w;
	return err;
}

int lives_watch_start(struct lives_watch *w)
{
	const struct oscope_identity *ids;
	size_t n, i;
	int err;

	err = source_start(w->src);
	if (!err)
		err = w->src->ops->identities(w->src, &ids, &n);
	for (i = 0; !err && i < n; i++)
		err = lives_identity(&w->lives, &ids[i]);
	return err;
}

static int keep(void *arg, uint32_t cpu, uint64_t pos, const struct oscope_slot *slots, uint32_t n,
		uint64_t lost)
{
	struct lives_watch *w = arg;

	return events_add(&w->events, cpu, slots, n);
}

/* A record is in its ring long before the drain after the next one has begun. */
static int take(struct lives_watch *w, bool all)
{
	uint64_t began = now_ns();
	int err;

	err = w->src->ops->drain(w->src, keep, w);
	if (!err)
		err = events_take(&w->events, all ? UINT64_MAX : w->drained_ns, lives_event,
				  &w->lives);
	w->drained_ns = began;
	return err;
}

int lives_watch_look(struct lives_watch *w)
{
	return take(w, false);
}

static void birth_add(struct arm_lives *sum, const struct life *life)
{
	if (life->made_ns)
		sum->births[life->birth % OSCOPE_BIRTHS]++;
	sum->execs += life->execs;
}

/* Of a process that has ended; its maker may be a thread. */
static void death_add(struct arm_lives *sum, const struct lives *lives, const struct life *life)
{
	const struct life *maker = lives_find_at(lives, life->maker, life->made_ns);
	const struct oscope_death *d = &life->death;

	sum->ended++;
	sum->zombies += d->zombie_ns != 0;
	sum->how[d->how % OSCOPE_HOWS]++;
	sum->inherited += maker && maker->tgid && d->parent && d->parent != maker->tgid;
	sum->signalled += (d->status & 0x7f) != 0;
}

static bool has_ended(const struct life *life)
{
	return life_is_process(life) && (life->death.zombie_ns || life->death.reap_ns ||
					 (life->death.flags & OSCOPE_END_LAST));
}

static int times_sum(struct arm_lives *sum, const struct lives *lives)
{
	double *ns = calloc(lives->n + 1, sizeof(*ns));
	size_t i, n = 0;

	if (!ns)
		return err_sys(-ENOMEM, "notes");
	for (i = 0; i < lives->n; i++) {
		const struct life *life = &lives->life[i];

		if (life->member && life->maker != lives->root && life->death.zombie_ns &&
		    life->death.reap_ns && life->made_ns)
			ns[n++] = (double)oscope_death_zombie_ns(&life->death, lives->last_ns);
	}
	sum->zombie_min_ns = stats_quantile(ns, n, 0);
	sum->zombie_p50_ns = stats_median(ns, n);
	free(ns);
	return 0;
}

/* The root makes the samples' processes, and is none of theirs. */
static int lives_sum(struct arm_lives *sum, const struct lives *lives)
{
	size_t i;

	*sum = (struct arm_lives){ .known = true };
	for (i = 0; i < lives->n; i++) {
		const struct life *life = &lives->life[i];

		if (!life->member || life->tid == lives->root || life->maker == lives->root)
			continue;
		birth_add(sum, life);
		if (has_ended(life))
			death_add(sum, lives, life);
	}
	return times_sum(sum, lives);
}

int lives_watch_stop(struct lives_watch *w, struct arm_lives *sum)
{
	struct snapshot snap = { 0 };
	int err;

	err = source_stop(w->src);
	if (!err)
		err = take(w, true);
	if (!err)
		err = lives_sum(sum, &w->lives);
	if (!err)
		err = source_read(w->src, &snap);
	if (!err)
		sum->lost = snap.lost.total;
	snapshot_free(&snap);
	return err;
}

void lives_watch_close(struct lives_watch *w)
{
	if (!w)
		return;
	source_close(w->src);
	events_free(&w->events);
	lives_free(&w->lives);
	free(w);
}
