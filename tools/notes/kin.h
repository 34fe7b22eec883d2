/* SPDX-License-Identifier: GPL-2.0 */
/* Children that an experiment makes, and what /proc says of them. Errors: -errno. */
#ifndef OSCOPE_NOTES_KIN_H
#define OSCOPE_NOTES_KIN_H

#include <pthread.h>
#include <stddef.h>
#include <sys/types.h>

/* As fork(2), but the child is killed when its parent dies, so that none can be left behind. */
pid_t kin_fork(void);
/* Wait for a child of ours, whatever it is made by; status may be NULL. 0 or -errno. */
int kin_wait(pid_t pid, int *status);
/* The same of one that is to end well. 0, -ECHILD: it did not, or -errno. */
int kin_ends_well(pid_t pid);
/* Wait until it is a zombie, and leave it one. 0 or -errno. */
int kin_ended(pid_t pid);
/* Kill a child of ours and wait for it; status may be NULL. 0 or -errno. */
int kin_kill(pid_t pid, int *status);

/*
 * Where memory runs out, the calling process and its children are to go before anybody else; where
 * it may not say so, it is one of many.
 */
void kin_goes_first(void);

/* What the calling task is called from now on, for claim->tasks: 15 characters at most. */
void kin_name(const char *name);

/* How often the calling task has slept: its voluntary switches. */
long kin_sleeps(void);

/* The letter of its state, 0: there is no such process. */
char kin_state(pid_t pid);
/* Until it sleeps, as in a call that blocks. 0, or -ESRCH: it ended. */
int kin_asleep(pid_t pid);
/* The number behind "name:" in a file, or in its status file; -1: no such line. */
long kin_number(const char *path, const char *name);
long kin_status(pid_t pid, const char *name);
/* Entries of a directory of it, "fd" or "task": -1: it cannot be read. */
long kin_entries(pid_t pid, const char *dir);

/* Zeroed memory that a child shares with us; NULL: none. Gone with the last of them. */
void *kin_shared(size_t bytes);
/* A mutex there, PTHREAD_MUTEX_STALLED or _ROBUST. 0 or -errno. */
int kin_mutex(pthread_mutex_t *m, int robust);

/* One byte through a pipe, for taking turns. 0, -EPIPE at its end, or -errno. */
int kin_tell(int fd);
int kin_hear(int fd);

#endif /* OSCOPE_NOTES_KIN_H */
