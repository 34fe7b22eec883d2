/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Accounts of the same events kept by different parties: the kernel's own counters, the probes, the
 * module. Read so that each reading of one lies between two readings of another.
 */
#ifndef OSCOPE_ACCOUNTS_H
#define OSCOPE_ACCOUNTS_H

#include <stdbool.h>
#include <stdint.h>

#include "source.h"

#define ACCOUNT_EVENTS	0		/* index in a CPU's vector: all events */
#define ACCOUNT_KIND	1		/* ... of the first kind */
#define ACCOUNT_BIRTHS	(1 + OSCOPE_KINDS)	/* new tasks */
#define ACCOUNT_WIDTH	(2 + OSCOPE_KINDS)

/* What of a vector an account can fill: a bit each. */
#define ACCOUNT_SWITCHES	(1U << ACCOUNT_EVENTS)
#define ACCOUNT_KINDS		(((1U << OSCOPE_KINDS) - 1) << ACCOUNT_KIND)
#define ACCOUNT_NEW		(1U << ACCOUNT_BIRTHS)

/* A vector of ACCOUNT_WIDTH numbers a CPU, and one for the sum of all CPUs at the end. */
struct account {
	const char *name;
	const char *what;		/* for the report: where the numbers come from */
	bool per_cpu;			/* not only the sum */
	uint32_t knows;			/* ACCOUNT_SWITCHES and so on */
	uint64_t early;			/* at both ends: who may be counted by nobody else yet */
	int (*read)(struct account *a, uint64_t *vector);
	struct source *src;		/* of probes and module */
	struct snapshot snap;
	uint32_t cpus;
	uint64_t *reading[4];		/* forth and back at the start, forth and back at the end */
};

/*
 * The kernel's: ctxt of /proc/stat, nr_switches of the scheduler's debug file if it is there.
 * Processes of /proc/stat, to be the first of all: it counts a task when it has been made, and the
 * sources do when it is woken for the first time, so it also looks who has not run yet.
 */
int account_births(struct account *a);
int account_ctxt(struct account *a);
int account_debug(struct account *a);

/* A source that has been started. */
int account_source(struct account *a, struct source *src);

/* Read all accounts in order and back again, into readings at and at + 1. 0 or -errno. */
int accounts_read(struct account *a, int n, int at);

/*
 * The bounds that account i sets for account j > i in element e: what i counted in the shortest
 * interval that lies within j's, and in the longest around it.
 */
void account_bounds(const struct account *i, size_t e, uint64_t *low, uint64_t *high);

/* What account j itself counted. */
uint64_t account_counted(const struct account *j, size_t e);

static inline size_t account_element(const struct account *a, uint32_t cpu, uint32_t which)
{
	return (size_t)cpu * ACCOUNT_WIDTH + which;
}

void account_free(struct account *a);

#endif /* OSCOPE_ACCOUNTS_H */
