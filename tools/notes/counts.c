// SPDX-License-Identifier: GPL-2.0
/* Counts that claims list: measured, and made into gates. */
#include <math.h>

#include "notes/notes.h"

#define MADE_NAMES(per) { \
	[OSCOPE_BIRTH_FORK] = "forks/" per, [OSCOPE_BIRTH_VFORK] = "vforks/" per, \
	[OSCOPE_BIRTH_CLONE] = "clones/" per, [OSCOPE_BIRTH_THREAD] = "threads/" per, \
	[OSCOPE_BIRTH_KTHREAD] = "kthreads/" per, [OSCOPE_BIRTH_WORKER] = "workers/" per, \
}

static const char *count_name(const struct claim_count *c)
{
	static const char *const made[OSCOPE_BIRTHS] = MADE_NAMES("op");
	static const char *const made_once[OSCOPE_BIRTHS] = MADE_NAMES("sample");
	static const char *const names[] = {
		[COUNT_MADE_ALL] = "tasks made/op", [COUNT_ENDED] = "processes that ended/op",
		[COUNT_ZOMBIES] = "zombies/op", [COUNT_WAITED] = "reaped by a wait/op",
		[COUNT_KILLED] = "killed/op", [COUNT_INHERITED] = "ends with another parent/op",
		[COUNT_TURNS] = "turns/op",
	};

	if (c->name)
		return c->name;
	if (c->of == COUNT_MADE)
		return made[c->what];
	return c->of == COUNT_MADE_ONCE ? made_once[c->what] : names[c->of];
}

/* By the lives, which must have been followed. */
static uint64_t of_lives(const struct arm_lives *l, const struct claim_count *c)
{
	switch (c->of) {
	case COUNT_MADE_ALL:
		return arm_lives_births(l);
	case COUNT_ENDED:
		return l->ended;
	case COUNT_ZOMBIES:
		return l->zombies;
	case COUNT_WAITED:
		return l->how[OSCOPE_HOW_WAITED];
	case COUNT_KILLED:
		return l->signalled;
	case COUNT_INHERITED:
		return l->inherited;
	default:
		return l->births[c->what];
	}
}

static double measured(const struct arm_counted *arm, const struct claim_count *c)
{
	if (c->of == COUNT_TURNS)
		return note_per_op(arm, arm->turns);
	if (!arm->lives.known)
		return NAN;
	if (c->of == COUNT_MADE_ONCE)
		return arm->n ? (double)of_lives(&arm->lives, c) / (double)arm->n : NAN;
	return note_per_op(arm, of_lives(&arm->lives, c));
}

static void gate_arm(struct note *n, const struct claim_count *c, size_t a)
{
	if (c->of == COUNT_SEEN)
		note_gate_seen(n, a, c->what, c->expected);
	else
		note_gate_near(n, n->claim->arm[a].name, count_name(c), c->expected, 0,
			       measured(&n->counted[a], c));
}

void note_gate_counts(struct note *n)
{
	const struct claim_count *c;
	size_t a;

	for (c = n->claim->counts; c->of; c++) {
		size_t from = c->arm == ALL_ARMS ? 0 : c->arm;
		size_t to = c->arm == ALL_ARMS ? claim_arms(n->claim) : c->arm + 1;

		for (a = from; a < to; a++)
			gate_arm(n, c, a);
	}
}
