/* SPDX-License-Identifier: GPL-2.0 */
/* Made-up numbers for the rules of claims: a note as both passes would leave it. */
#ifndef OSCOPE_NOTES_FEED_H
#define OSCOPE_NOTES_FEED_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kselftest_harness.h"

#include "notes/notes.h"

#define SAMPLES	30
#define COUNTED	4
#define OPS	1000UL

FIXTURE(note)
{
	struct note *n;
	struct preflight machine;
};

FIXTURE_SETUP(note)
{
	self->n = calloc(1, sizeof(*self->n));
	ASSERT_NE(self->n, NULL);
	memset(&self->machine, 0, sizeof(self->machine));
	self->n->machine = &self->machine;
	self->n->seed = 1;
}

FIXTURE_TEARDOWN(note)
{
	note_free(self->n);
	free(self->n);
}

/* Every sample of both passes saw this. */
static inline void see(struct note *n, size_t a, unsigned int what, double value)
{
	n->timed[a].seen[what] = (struct arm_seen){ SAMPLES, value, value, SAMPLES * value };
	n->counted[a].seen[what] = (struct arm_seen){ COUNTED, value, value, COUNTED * value };
}

/* Half of the samples saw yes, the others no. */
static inline void see_half(struct note *n, size_t a, unsigned int what)
{
	n->timed[a].seen[what] = (struct arm_seen){ SAMPLES, 0, 1, SAMPLES / 2.0 };
	n->counted[a].seen[what] = (struct arm_seen){ COUNTED, 0, 1, COUNTED / 2.0 };
}

/* Samples within half of spread around middle; each arm in an order of its own. */
static inline void times(struct note *n, size_t a, double middle, double spread)
{
	static const size_t step[] = { 7, 11, 13, 17, 19, 23, 29, 1 };
	struct arm_timed *t = &n->timed[a];
	size_t i;

	for (i = 0; i < SAMPLES; i++)
		t->value[i] = middle *
			      (1 + spread * ((double)(i * step[a % (sizeof(step) / sizeof(*step))] % SAMPLES) / SAMPLES - 0.5));
	t->n = SAMPLES;
}

/* Tasks of a kind that an operation makes; processes end, were zombies, and are waited for. */
static inline void made(struct note *n, size_t a, enum oscope_birth kind, double per_op)
{
	struct arm_lives *l = &n->counted[a].lives;
	uint64_t count = (uint64_t)llround(per_op * OPS);

	l->births[kind] = count;
	if (kind == OSCOPE_BIRTH_THREAD)
		return;
	l->ended += count;
	l->zombies += count;
	l->how[OSCOPE_HOW_WAITED] += count;
}

/* Both passes over all arms, in which nothing was seen and nobody made. */
static inline void feed(struct note *n, const char *id)
{
	size_t a;

	n->claim = claim_find(id);
	if (!n->claim) {
		fprintf(stderr, "%s: no such claim\n", id);
		abort();
	}
	for (a = 0; a < claim_arms(n->claim); a++) {
		struct arm_counted *c = &n->counted[a];

		times(n, a, 1, 0.02);
		n->timed[a].ops = n->timed[a].turns = OPS;
		c->counted = true;
		c->n = COUNTED;
		c->ops = c->turns = OPS;
		c->value = 1;
		c->syscalls = NAN;
		c->sum = calloc(1, sizeof(*c->sum));
		c->sum->events = 1;
		c->lives.known = true;
		c->lives.zombie_min_ns = c->lives.zombie_p50_ns = NAN;
		c->states = true;
	}
}

static inline enum verdict judged(struct note *n)
{
	note_judge(n);
	return n->verdict;
}

#endif /* OSCOPE_NOTES_FEED_H */
