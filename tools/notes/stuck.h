/* SPDX-License-Identifier: GPL-2.0 */
/* Children that may come to a standstill for ever. Errors: -errno. */
#ifndef OSCOPE_NOTES_STUCK_H
#define OSCOPE_NOTES_STUCK_H

#include <sys/types.h>

/*
 * Fork a child that calls fn(arg) and ends, and look at it until it has ended by itself, 0, or is
 * deadlocked, which is proved as oscope locks does it: the number of tasks in the cycle. There is
 * no time limit: one of both it will be. It is gone then in any case.
 */
int stuck_or_ended(void (*fn)(void *arg), void *arg);

#endif /* OSCOPE_NOTES_STUCK_H */
