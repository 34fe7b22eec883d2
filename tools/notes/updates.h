/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Two tasks that change the same memory: each update loads a count, takes its time, and stores one
 * more. What goes wrong is counted: updates that are lost, and records that are half changed.
 */
#ifndef OSCOPE_NOTES_UPDATES_H
#define OSCOPE_NOTES_UPDATES_H

#include <pthread.h>
#include <stdbool.h>

/* In memory that both see. */
struct updates {
	pthread_mutex_t lock;
	bool locks;			/* each update under it */
	/* Until one of the two has left its CPU that often, or made that many; 0: no such end. */
	long switches, enough;
	volatile int there;		/* both: then they begin */
	volatile bool over;
	volatile long count;
	volatile long first, second;	/* a record: both are what the count is */
	volatile long made[2];		/* of each, by the order they came in */
	volatile long over_others[2];	/* stored over what another had stored meanwhile */
	volatile long torn[2];		/* records found half changed */
};

/* 0 or -errno. */
int updates_init(struct updates *u, bool locks);
/* What each of the two does. */
void updates_make(struct updates *u);

/* Both, by the caller and a thread called "second", which is over then. 0 or -errno. */
int updates_by_threads(struct updates *u);

/* Of both, when they have ended. */
long updates_made(const struct updates *u);
long updates_lost(const struct updates *u);
long updates_torn(const struct updates *u);
long updates_over_others(const struct updates *u);

#endif /* OSCOPE_NOTES_UPDATES_H */
