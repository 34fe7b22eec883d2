/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a process with all of its threads has done from one moment to another: system calls by the
 * kernel's tracepoint, switches and CPU time by its accounts. Errors: -errno.
 */
#ifndef OSCOPE_NOTES_TALLY_H
#define OSCOPE_NOTES_TALLY_H

#include <stdint.h>
#include <sys/types.h>

#define TALLY_TASKS	256

enum tally_of {
	TALLY_CALLS,			/* system calls */
	TALLY_SYNCS,			/* of them, fsync(2) and fdatasync(2) */
};

struct tally {
	int fd[TALLY_TASKS];		/* one for each task, and those it makes */
	unsigned int n;
	int err;
};

/* fn(task, arg) for each task of a process; stops with the first error. */
int tally_each_task(pid_t pid, int (*fn)(pid_t task, void *arg), void *arg);

/* Of the tasks that it has now, and of those they make from now on. */
void tally_open(struct tally *t, pid_t pid, enum tally_of of);
/* Since then. -errno, also where it could not be opened. */
int tally_read(const struct tally *t, uint64_t *count);
void tally_close(struct tally *t);

/* The sum over its tasks; whole as long as none of them ends. */
struct tally_account {
	uint64_t voluntary, involuntary, cpu_ns;
};

int tally_account(pid_t pid, struct tally_account *a);

#endif /* OSCOPE_NOTES_TALLY_H */
