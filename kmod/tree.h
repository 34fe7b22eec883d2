/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Process trees: counters of their own for a task and all its descendants.
 */
#ifndef OSCOPE_TREE_H
#define OSCOPE_TREE_H

#include <linux/smp.h>
#include "core/hist.h"

#define TREES	16			/* at a time, power of two */

struct tree {
	u32 id;				/* never used twice */
	const void *owner;		/* the descriptor that it goes away with */
	struct oscope_counters *cpu[];
};

extern struct tree *trees[TREES];	/* by id % TREES */
extern unsigned int trees_used;

/* Where tree id counts on this CPU, NULL if there is none such. Preemption off, inside a probe. */
static __always_inline struct oscope_counters *tree_counters(u32 id)
{
	const struct tree *t;

	if (likely(!id))
		return NULL;
	t = READ_ONCE(trees[id % TREES]);
	return t && t->id == id ? t->cpu[smp_processor_id()] : NULL;
}

/* Whether tree id is there, and an owner's. Preemption off, inside a probe. */
static inline bool tree_is_of(u32 id, const void *owner)
{
	const struct tree *t = id ? READ_ONCE(trees[id % TREES]) : NULL;

	return t && t->id == id && t->owner == owner;
}

/*
 * Make a tree of the process behind a pidfd and all its descendants of now and later. Its id, or
 * -EBADF (not a pidfd), -ESRCH (gone), -EBUSY (too many trees), -ENOMEM. Task context.
 */
int tree_make(int pidfd, const void *owner);

/* Add up a tree's counters into sum. -ENOENT if owner has none such. */
int tree_read(u32 id, const void *owner, struct oscope_counters *sum);

/* Remove all trees of an owner. */
void trees_remove(const void *owner);

#endif /* OSCOPE_TREE_H */
