/* SPDX-License-Identifier: GPL-2.0 */
/* Any tasks that make and wake each other, for two critical paths of the same records. */
#ifndef UNIT_CRITICAL_PAIR_H
#define UNIT_CRITICAL_PAIR_H

#include <stdlib.h>
#include <string.h>

#include "critical.h"

#define TASKS	24U
#define BUSY	9U	/* of them, where anything may happen */
#define EVENTS	8000U
#define SEEDS	20U
#define CPUS	4U
#define OFTEN	7U	/* so many events, and it is pruned whatever there is */
#define FEW	64U	/* segments from which on is pruned */

/* The same records for both. */
struct pair {
	struct losses losses;
	struct critical all, few;
	uint32_t seed, last_tid;
	uint64_t now;
	uint32_t on[TASKS + 1];	/* who runs there, 0: nobody */
	bool blocked[TASKS + 1];
	bool early[TASKS + 1];	/* woken before it has left the CPU */
	uint64_t exit_ns[TASKS + 1];	/* when it began to end: it goes on for a while */
};

static void pair_begin(struct pair *p, uint32_t seed)
{
	memset(p, 0, sizeof(*p));
	p->seed = seed * 2654435761U + 1;
	p->now = 1000;
	p->all.losses = p->few.losses = &p->losses;
	p->all.segments = (struct segments){
		.losses = &p->losses, .take = critical_keep, .arg = &p->all,
	};
	p->few.segments = p->all.segments;
	p->few.segments.arg = &p->few;
	p->few.prune_min = FEW;
}

static void pair_free(struct pair *p)
{
	critical_free(&p->all);
	critical_free(&p->few);
	losses_free(&p->losses);
}

static uint32_t any(struct pair *p, uint32_t below)
{
	p->seed = p->seed * 1664525U + 1013904223U;
	return (p->seed >> 8) % below;
}

static int both(struct pair *p, const struct event *e)
{
	int err = segments_event(&p->all.segments, e);

	return err ? err : segments_event(&p->few.segments, e);
}

static int switches(struct pair *p, uint32_t cpu, uint32_t from, uint32_t to, uint32_t flags)
{
	const struct event e = {
		.ts = p->now, .id = OSCOPE_REC_SWITCH, .cpu = cpu, .w = { from, to },
		.flags = flags | (to ? OSCOPE_SWITCH_NEXT : 0),
	};

	p->on[cpu] = to;
	p->early[to] = false;
	return both(p, &e);
}

static int wakes(struct pair *p, uint32_t cpu, uint32_t tid, uint32_t by)
{
	const struct event e = {
		.ts = p->now, .id = OSCOPE_REC_WAKING, .cpu = cpu, .w = { tid, by },
	};

	p->blocked[tid] = false;
	p->early[tid] = by != tid;
	return both(p, &e);
}

static int ends(struct pair *p, uint32_t tid)
{
	const struct event e = { .ts = p->now, .id = OSCOPE_REC_EXIT, .w = { tid } };

	p->exit_ns[tid] = p->now;
	return both(p, &e);
}

static int makes(struct pair *p, uint32_t tid, uint32_t by)
{
	const struct event e = { .ts = p->now, .id = OSCOPE_REC_NEWTASK, .w = { tid, by } };

	return both(p, &e);
}

/* Some task that is ready: neither asleep nor on a CPU. 0: the one that was drawn is not. */
static uint32_t some_ready(struct pair *p)
{
	uint32_t tid = 1 + any(p, BUSY), cpu;

	for (cpu = 0; cpu < CPUS; cpu++) {
		if (p->on[cpu] == tid)
			return 0;
	}
	return p->blocked[tid] ? 0 : tid;
}

/* Anything that may happen next; now and then what may not, and times at which records are lost. */
static int happens(struct pair *p)
{
	uint32_t cpu = any(p, CPUS), tid = 1 + any(p, BUSY), from = p->on[cpu];
	bool sleeps;

	p->now += any(p, 50);
	switch (any(p, 8)) {
	case 0:
	case 1:
		return p->blocked[tid] && tid != from ? wakes(p, cpu, tid, from) : 0;
	case 2:
		if (from && !p->exit_ns[from] && !any(p, 200))
			return ends(p, from);
		return any(p, 40) ? 0 : makes(p, tid, from);
	case 3:
		return any(p, 3) ? 0 : wakes(p, cpu, tid, any(p, 3) ? from : 1 + any(p, BUSY));
	default:
		sleeps = from && any(p, 3);
		p->blocked[from] = sleeps && !p->early[from];
		return switches(p, cpu, from, some_ready(p),
				sleeps ? OSCOPE_SWITCH_VOLUNTARY : OSCOPE_SWITCH_READY);
	}
}

/* How many times are lost, in the middle of it all. */
static int losses_make(struct pair *p, uint32_t n)
{
	uint32_t i;

	p->losses.loss = calloc(n, sizeof(*p->losses.loss));
	for (i = 0; p->losses.loss && i < n; i++)
		p->losses.loss[i] = (struct loss){ 40000ULL * (i + 1), 40000ULL * (i + 1) + 700 };
	p->losses.n = p->losses.room = p->losses.loss ? n : 0;
	return p->losses.loss ? 0 : -1;
}

#endif /* UNIT_CRITICAL_PAIR_H */
