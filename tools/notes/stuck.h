/* SPDX-License-Identifier: GPL-2.0 */
/* Children that may come to a standstill for ever. Errors: -errno. */
#ifndef OSCOPE_NOTES_STUCK_H
#define OSCOPE_NOTES_STUCK_H

#include <pthread.h>
#include <stdbool.h>
#include <sys/types.h>

/*
 * Fork a child that calls fn(arg) and ends, and look at it until it has ended by itself, 0, or is
 * deadlocked, which is proved as oscope locks does it: the number of tasks in the cycle. There is
 * no time limit: one of both it will be. It is gone then in any case.
 */
int stuck_or_ended(void (*fn)(void *arg), void *arg);

/*
 * The same of a child with two threads and two mutexes of that kind (PTHREAD_MUTEX_*): each takes
 * one, waits until both have one, and takes the other's; or both take them in the same order.
 */
int stuck_pair(int kind, bool opposite);

/* A mutex of that kind. 0 or -errno. */
int stuck_mutex(pthread_mutex_t *m, int kind);

#endif /* OSCOPE_NOTES_STUCK_H */
