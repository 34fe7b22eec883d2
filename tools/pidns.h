/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The PID namespace that we are in: a container has one of its own, with its own numbers of tasks.
 */
#ifndef OSCOPE_PIDNS_H
#define OSCOPE_PIDNS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Its inode number; 0 if it is the kernel's first, whose numbers are the kernel's own. */
uint32_t pid_ns_inode(void);

/* Whether there is a task, or a process, of that number here, whatever /proc is mounted. */
bool task_exists(pid_t tid);
bool process_exists(pid_t pid);

#endif /* OSCOPE_PIDNS_H */
