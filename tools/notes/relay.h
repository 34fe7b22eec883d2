/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Two tasks on one CPU that talk through two pipes, or whatever else can be read and written: one
 * sends a byte or a burst of them, each by a write and a read of its own, and the other answers
 * with one that says whether they came. So an exchange is two context switches, however many
 * messages it has.
 */
#ifndef OSCOPE_NOTES_RELAY_H
#define OSCOPE_NOTES_RELAY_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "notes/sample.h"

/* The other task is called so, for claim->tasks; who begins keeps the sample's name. */
#define RELAY_PARTNER "partner"

struct relay {
	/* There before: [0] is read, [1] is written. */
	int there[2], back[2];
	bool process;			/* the partner; else a thread */
	const struct sample *placed;	/* of a row by placement: where the partner runs; or NULL */
	unsigned int burst;		/* messages that get one answer; 0: each has its own */
	pthread_t thread;
	pid_t pid;
	uint64_t turns;			/* messages that had the right answer */
};

/* Two pipes without a name. 0 or -errno. */
int relay_pipes(struct relay *r);
/* Start the partner, which waits for its turn. The caller is pinned already. 0 or -errno. */
int relay_begin(struct relay *r);
/*
 * n exchanges of a struct relay, for sample_measure(): 2 n switches, and a system call for each
 * end of each message and answer.
 */
void relay_rounds(void *relay, uint64_t n);
/* End the partner and collect it. 0, or -errno if it did not end well. */
int relay_end(struct relay *r);

#endif /* OSCOPE_NOTES_RELAY_H */
