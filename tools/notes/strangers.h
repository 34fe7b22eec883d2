/* SPDX-License-Identifier: GPL-2.0 */
/* Two processes that are no kin: other parents, other sessions. */
#ifndef OSCOPE_NOTES_STRANGERS_H
#define OSCOPE_NOTES_STRANGERS_H

#define STRANGERS_FORKS	4	/* that it takes */

/*
 * Each of the two functions runs in a process of its own, which nothing is handed down to but what
 * the caller has. 0 if both came back with 0, -ECHILD if one did not: the other is killed then.
 * Or -errno.
 */
int strangers(int (*one)(void *arg), int (*other)(void *arg), void *arg);

#endif /* OSCOPE_NOTES_STRANGERS_H */
