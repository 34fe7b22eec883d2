/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How many system calls a process tree makes: by the kernel's own tracepoint where
 * perf_event_open(2) is allowed, else by stopping it at each of them with ptrace(2).
 */
#ifndef OSCOPE_NOTES_SYSCALLS_H
#define OSCOPE_NOTES_SYSCALLS_H

#include <stdint.h>
#include <sys/types.h>

/*
 * Count every system call that the held process pid and all that it will make enter. Returns a
 * descriptor for syscalls_read(), or -errno (silently: there is the other way).
 */
int syscalls_open(pid_t pid);
/* The same for another tracepoint, "system/event"; also where the kernel has none of that name. */
int tracepoint_open(const char *name, pid_t pid);
/* 0 or -errno. Whole once the tree has ended. */
int syscalls_read(int fd, uint64_t *count);

/*
 * The other way: run the held child, traced, to its end. The child's clock is worthless then. go()
 * lets it start. Gives up after limit_ns, with the tree killed.
 */
int syscalls_ptrace(pid_t pid, int (*go)(void *arg), void *arg, uint64_t limit_ns, uint64_t *count);

#endif /* OSCOPE_NOTES_SYSCALLS_H */
