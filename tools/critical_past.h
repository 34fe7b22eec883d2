/* SPDX-License-Identifier: GPL-2.0 */
/* Sums of a path's past, of which those of many tasks have most in common. */
#ifndef OSCOPE_CRITICAL_PAST_H
#define OSCOPE_CRITICAL_PAST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct critical;

struct critical_sum {
	uint64_t ns, steps, handed;	/* handed: how often another task went on from there */
	uint64_t last_ns;		/* end of its last step */
};

/* By place in critical.kind[], as far as they go. */
struct critical_total {
	struct critical_sum *sum;
	size_t sums;
	uint64_t handovers;
};

/* From where the one before it ends; shared by all pasts that have met there, going back. */
struct critical_part {
	struct critical_part *before;	/* NULL: none, the run begins */
	size_t refs;			/* pasts, and parts that come after it */
	size_t n;
	struct critical_part_kind {
		size_t place;
		struct critical_sum sum;
	} *kind;
	uint64_t seen;			/* by which round of critical_parts_join() */
};

/* A part in the making. */
struct critical_adder {
	struct critical_total total;
	size_t *touched, n, room;	/* kinds in it */
};

/* 0 or -ENOMEM, all of them; then an adder is good for nothing but being freed. */
int critical_total_add(struct critical_total *t, size_t kind, const struct critical_sum *sum);
int critical_adder_add(struct critical_adder *a, size_t kind, const struct critical_sum *sum);
void critical_adder_free(struct critical_adder *a);

/*
 * What has been added, as a part after another one; nothing is added then. The part before it is
 * one reference more. NULL: no memory.
 */
struct critical_part *critical_part_make(struct critical *c, struct critical_adder *a,
					 struct critical_part *before);
struct critical_part *critical_part_get(struct critical_part *p);
void critical_part_put(struct critical *c, struct critical_part *p);

/* Parts that only one comes after are made one with that, as far as there is memory. */
void critical_parts_join(struct critical *c);

#endif /* OSCOPE_CRITICAL_PAST_H */
