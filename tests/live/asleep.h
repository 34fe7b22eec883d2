/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Whether a task sleeps. The kernel names the system call of one that has left its CPU and stays
 * away; who is only on its way there, its state set and seen by whoever wakes it, is "running"
 * still, and a wake-up would spare it the switch.
 */
#ifndef ASLEEP_H
#define ASLEEP_H

#include <errno.h>
#include <error.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>

/* In that system call, or in any (-1). Ends the program for a task that is not there. */
static inline bool asleep_in(pid_t task, long call)
{
	char path[64], line[64];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/syscall", task);
	f = fopen(path, "r");
	if (!f || !fgets(line, sizeof(line), f))
		error(1, errno, "%s", path);
	fclose(f);
	return line[0] != 'r' && (call < 0 || atol(line) == call);
}

static inline void asleep_wait(pid_t task, long call)
{
	while (!asleep_in(task, call))
		sched_yield();
}

#endif /* ASLEEP_H */
