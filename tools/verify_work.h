/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A known load of lives: a process that makes others, of which it is known how many there were, and
 * of those that compute, by the kernel, how long they ran and waited.
 */
#ifndef OSCOPE_VERIFY_WORK_H
#define OSCOPE_VERIFY_WORK_H

#include <stdbool.h>

#include "source.h"
#include "verify_exact.h"

#define WORK_MESSAGES	100U		/* that it sends itself, through each of what it can */
#define WORK_MESSAGE	8U		/* bytes of one */
#define WORK_COMPUTE	2U		/* processes that compute, on one CPU */

struct verify_work {
	pid_t maker;			/* 0: there is none */
	int to, from;			/* pipes */
	uint64_t made;			/* and reaped */
	uint64_t messages;		/* sent and received, by each mechanism */
	pid_t computes[WORK_COMPUTE];
	/* What the kernel says of these in sum: schedstat and wait4; of their CPU, /proc/stat. */
	bool known, taken_known;	/* ... as far as it can be read */
	uint64_t ran_ns, delay_ns, turns, rusage_ns;
	uint64_t taken_ns[2];		/* by interrupts and the host: before, after */
	uint64_t stolen_ns[2];		/* of that by the host */
	struct source *tree[VERIFY_SOURCES];	/* that follow it; NULL: cannot here */
};

/* How long this process has been on a CPU. */
uint64_t verify_cpu_ns(void);

/* Start it, on a CPU that it stays on. 0 or -errno, a line printed. */
int verify_work_begin(struct verify_work *w);

/* As verify_load_follow(). */
int verify_work_follow(struct verify_work *w, int place, struct source *src);

/* Do it; ns: how long each of those that compute does. 0 or -errno, a line printed. */
int verify_work_run(struct verify_work *w, uint64_t ns);

/*
 * What a source that follows it says. switch_ns: how long a switch takes here. Returns how many
 * there are in exact, or -errno with a line printed.
 */
int verify_work_exact(struct verify_work *w, int place, uint64_t switch_ns,
		      struct verify_exact *exact);

void verify_work_end(struct verify_work *w);

#endif /* OSCOPE_VERIFY_WORK_H */
