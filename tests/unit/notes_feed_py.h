/* SPDX-License-Identifier: GPL-2.0 */
/* Made-up numbers of claims on Python: samples that are interpreters, and what these make. */
#ifndef OSCOPE_NOTES_FEED_PY_H
#define OSCOPE_NOTES_FEED_PY_H

#include "notes_feed.h"

/* So many operations a sample, each well done, by an interpreter and what it forks beside. */
static inline void scripts(struct note *n, size_t a, uint64_t ops, uint64_t forks)
{
	n->counted[a].ops = n->counted[a].turns = ops * COUNTED;
	n->counted[a].lives.births[OSCOPE_BIRTH_FORK] = (1 + forks) * COUNTED;
}

/* So many threads a sample. */
static inline void threads(struct note *n, size_t a, uint64_t each)
{
	n->counted[a].lives.births[OSCOPE_BIRTH_THREAD] = each * COUNTED;
}

/* A task of the claim's slept for this, so often in a sample. */
static inline void sleeps(struct note *n, size_t a, size_t task, enum oscope_reason reason,
			  double each)
{
	n->counted[a].ledger[task].sum.blocked[reason].n = (uint64_t)llround(each * COUNTED);
}

static inline void two_cpus(struct note *n)
{
	((struct preflight *)n->machine)->cpus_allowed = 2;
}

#endif /* OSCOPE_NOTES_FEED_PY_H */
