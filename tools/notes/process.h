/* SPDX-License-Identifier: GPL-2.0 */
/* The processes that samples run in: fresh ones, bounded in time, gone when we are. */
#ifndef OSCOPE_NOTES_PROCESS_H
#define OSCOPE_NOTES_PROCESS_H

#include "child.h"
#include "notes/notes.h"

/* No sample takes longer, or something is stuck. */
#define SAMPLE_LIMIT_NS	10000000000ULL
#define TABLE_LIMIT_NS	30000000000ULL	/* of a claim with sizes */

uint64_t sample_limit_ns(const struct claim *c);

/* n samples of one arm, in memory shared with the processes that take them. */
struct sample_set {
	const struct arm *arm;
	struct sample *sample;
	double (*cells)[CELL_NUMBERS];	/* of all of them; NULL: the claim has none */
	size_t n;
	bool bare;			/* of the counted pass: counts alone, no lives, no states */
};

int samples_alloc(struct sample_set *set, const struct claim *claim, size_t arm, size_t n,
		  const struct preflight *machine);
void samples_free(struct sample_set *set);

/*
 * In the child, for child_prepare_fn(): take the only sample; or each one in a child of its own, to
 * be counted.
 */
int samples_run_one(void *set);
int samples_run_each(void *set);

/*
 * Wait for the child to end. 0; -EINTR after note_stop, -ETIMEDOUT, in both cases with the child
 * ended by us.
 */
int process_wait(struct child *c, uint64_t limit_ns);
/* The same; meanwhile look(arg) every 20 ms. -errno of its own ends it. */
int process_watch(struct child *c, uint64_t limit_ns, int (*look)(void *arg), void *arg);

/* 0 if every sample was taken, else what went wrong with the first that was not. */
int samples_error(const struct sample_set *set);
/* In words. */
const char *sample_why(const struct sample *s, int err);

#endif /* OSCOPE_NOTES_PROCESS_H */
