/* SPDX-License-Identifier: GPL-2.0 */
/* What the passes share with the rows by placement: taking samples of whatever kind. */
#ifndef OSCOPE_NOTES_PASS_H
#define OSCOPE_NOTES_PASS_H

#include <sys/resource.h>

#include "notes/process.h"

/* Take the only sample of a set within that time, with nothing attached. 0 or -errno. */
int pass_time(struct sample_set *set, uint64_t limit_ns, struct rusage *usage);
/* Add it to what the arm has. */
void pass_keep(struct arm_timed *t, const struct sample *s, const struct rusage *usage);
/* 0..n-1 in random order. */
void pass_shuffle(size_t *order, size_t n, uint64_t *rng);
/*
 * Take all samples of a set with the probes on, and fill in c. 0 or -errno; what went wrong with a
 * sample is in it.
 */
int pass_count(struct note *n, struct sample_set *set, struct arm_counted *c);

#endif /* OSCOPE_NOTES_PASS_H */
