/* SPDX-License-Identifier: GPL-2.0 */
/* Several tasks that begin at once, each with its own part, and what became of them. */
#ifndef OSCOPE_NOTES_CREW_H
#define OSCOPE_NOTES_CREW_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "notes/sample.h"

/*
 * One of them; in memory that all share, each in cache lines of its own, as done may be written at
 * each step. Times in ns of CLOCK_MONOTONIC.
 */
struct crew_member {
	_Alignas(64) unsigned int nth;
	pid_t tid;			/* known before the first begins */
	void *arg;
	uint64_t *first_ns;		/* when the first of all began its part */
	uint64_t begin_ns, end_ns;	/* of its part */
	uint64_t cpu_ns;		/* that it used in between */
	uint64_t voluntary, involuntary; /* its switches in between */
	uint64_t done;			/* what it says of its own work */
};

struct crew {
	bool processes;			/* else threads of the caller */
	unsigned int n;
	const char *name;		/* for claim->tasks; NULL: as the sample */
	void (*fn)(struct crew_member *m);
	void *arg;
	/* Filled in by crew_run(). */
	struct crew_member *member;
	uint64_t wall_ns;		/* from the first begin to the last end */
	uint64_t cpu_ns, done, voluntary, involuntary; /* sums */
};

/*
 * Make them, let all begin once the last is there, wait until all have ended. If one is not there,
 * because it could not be made or died, none begins. They inherit the caller's CPUs. 0 or -errno;
 * crew_free() in either case.
 */
int crew_run(struct crew *c);
void crew_free(struct crew *c);

/*
 * In a member: compute until so long after the first one began; done counts the steps, which are
 * none if its first turn is later than that.
 */
void crew_spin(struct crew_member *m, uint64_t ns);

/* The lesser of shares that members had of the CPU time: 1 / n where it was even. */
double crew_least_share(const struct crew *c);
/* CPU time a second that passes: how many of them ran at once, as a mean. */
double crew_at_once(const struct crew *c);

/*
 * Computing that is the same for whoever does it: some 10 ns a unit; what comes out is of no use.
 */
void compute(uint64_t units);
/* How many units take about so long, by the fastest of a few trials. */
uint64_t compute_units(uint64_t ns);

#endif /* OSCOPE_NOTES_CREW_H */
