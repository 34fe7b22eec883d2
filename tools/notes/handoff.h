/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Two tasks on one CPU that hand a turn to and fro through a futex: every hand-over is one context
 * switch, between threads or between processes, by the very same code.
 */
#ifndef OSCOPE_NOTES_HANDOFF_H
#define OSCOPE_NOTES_HANDOFF_H

#include <pthread.h>
#include <stdint.h>
#include <sys/types.h>

#include "notes/sample.h"

enum handoff_partner { HANDOFF_THREAD, HANDOFF_PROCESS };

/* What each side reads and writes in memory of its own every time that it has the turn. */
#define HANDOFF_WORKING_SET	1024

struct handoff {
	uint32_t *word;			/* MAP_SHARED in both cases: whose turn it is */
	enum handoff_partner kind;
	pthread_t thread;
	pid_t process;
	volatile char *own, *partners;	/* working sets, of this side and of the other */
	void (*work)(void *arg);	/* NULL: on the working set */
	void *arg;
	uint64_t turns;			/* that this side has had back */
	const struct sample *placed;	/* of a row by placement: where the partner runs; or NULL */
};

/*
 * The same, but each side does this work each time that it has the turn. Memory that it works on is
 * its own in processes, as each has a copy, and one in threads.
 */
int handoff_begin_work(struct handoff *h, enum handoff_partner kind, void (*work)(void *arg),
		       void *arg);

/* Start the partner; it waits for its turn. The caller is pinned already. 0 or -errno. */
int handoff_begin(struct handoff *h, enum handoff_partner kind);

/* The same, with the partner where the sample's placement has it. */
int handoff_begin_placed(struct handoff *h, enum handoff_partner kind, const struct sample *s);

/* n round trips: 2 n switches, 4 n system calls. Fewer if the partner's process has ended. */
void handoff_rounds(struct handoff *h, uint64_t n);

/* The same, and how long each of this side's calls that gives the turn away takes, in ns. */
void handoff_gives(struct handoff *h, uint64_t *ns, uint64_t n);
/* n times the call that wakes, with nobody to wake; with it one to wait, which ends at once. */
void handoff_wakes(const struct handoff *h, uint64_t n);
void handoff_calls(const struct handoff *h, uint64_t n);
/* n times this side's work, with nobody in between. */
void handoff_works(const struct handoff *h, uint64_t n);

/* End the partner and collect it. 0, or -errno if it did not end well. */
int handoff_end(struct handoff *h);

#endif /* OSCOPE_NOTES_HANDOFF_H */
