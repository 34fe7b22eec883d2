/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What /proc says of zombies and their parents, without any probe: who is one now, since when,
 * and what can be expected of its parent.
 */
#ifndef OSCOPE_PROC_TASKS_H
#define OSCOPE_PROC_TASKS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "../kmod/uapi/oscope.h"

/* One process whose first thread is dead. */
struct proc_zombie {
	struct oscope_identity who;	/* ptid: its parent */
	uint64_t since_ns;		/* CLOCK_MONOTONIC of its end, 0: not known */
	uint32_t threads;		/* others of its threads that live: none yet, if any */
	uint32_t status;		/* as wait4 will give it; UINT32_MAX: not to be seen */
};

/*
 * All that there are, allocated. Who comes or goes meanwhile may be missing. 0, or -EIO or
 * -ENOMEM with a line printed.
 */
int proc_zombies(struct proc_zombie **found, size_t *n);

/* What a parent does about its children: the first of these that is so. */
enum proc_reaper {
	REAPER_UNKNOWN,			/* nothing can be seen of it */
	REAPER_WAITS,			/* one of its threads is in a wait now */
	REAPER_INIT,			/* it is init, whose task that is */
	REAPER_HANDLES,			/* it catches SIGCHLD */
	REAPER_DOES_NOT,		/* nothing of that */
	REAPERS
};

enum proc_reaper proc_reaper(pid_t pid);
extern const char *const proc_reaper_names[REAPERS];

/* The name of a process into comm[OSCOPE_COMM_LEN]; false: it is not there. */
bool proc_comm(pid_t pid, char *comm);

#endif /* OSCOPE_PROC_TASKS_H */
