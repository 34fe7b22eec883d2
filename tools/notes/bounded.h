/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A queue with room for so many items: who puts one waits while it is full, who gets one while it
 * is empty, by condition variables. It counts what it does.
 */
#ifndef OSCOPE_NOTES_BOUNDED_H
#define OSCOPE_NOTES_BOUNDED_H

#include <pthread.h>
#include <stddef.h>

#define BOUNDED_ROOM	64	/* at most */

struct bounded {
	pthread_mutex_t lock;
	pthread_cond_t not_full, not_empty;
	size_t room, first, n;
	long item[BOUNDED_ROOM];
	volatile long puts, gets, moves;	/* done; moves: both */
	/* Waits that were begun, since it was full, or empty. */
	volatile long put_waits, get_waits;
};

/* Empty. Between threads of a process. */
void bounded_init(struct bounded *q, size_t room);
void bounded_put(struct bounded *q, long item);
long bounded_get(struct bounded *q);

#endif /* OSCOPE_NOTES_BOUNDED_H */
