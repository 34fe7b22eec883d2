/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Files of /proc about one task: by its process and its number, or 0 for the process itself.
 * Whoever is asked for may be gone, or be another's: then there is nothing to read.
 */
#ifndef OSCOPE_PROC_H
#define OSCOPE_PROC_H

#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "../kmod/uapi/oscope.h"

/* The fields of /proc/PID/stat that are of use here, proc_pid_stat(5). */
struct proc_stat {
	char comm[OSCOPE_COMM_LEN];
	char state;
	int parent, cpu, threads;
	int status;			/* -1: not there */
	uint64_t start_ticks;
	unsigned int flags;
};

#define PROC_PATH	320

/* The path of a file about a task into to; returns to. */
char *proc_path(char to[PROC_PATH], pid_t pid, pid_t tid, const char *file);

bool proc_stat(pid_t pid, pid_t tid, struct proc_stat *to);

/* When that task was made, in ns of CLOCK_BOOTTIME. */
uint64_t proc_start_ns(const struct proc_stat *st);

/*
 * What stands behind the colon in the line "NAME ...: VALUE" of such a file; false: no such line.
 */
bool proc_value(pid_t pid, pid_t tid, const char *file, const char *name, char value[64]);

/*
 * When a task that does not run has last run, CLOCK_MONOTONIC; 0: not known. The scheduler keeps
 * the time of its CPU's clock (se.exec_start), and what that clock shows now can be read of a task
 * that runs there: of us, who go there for a moment.
 */
uint64_t proc_last_ran_ns(pid_t pid, pid_t tid, int cpu);

/* The system call that a task is in, asleep. */
struct proc_call {
	long nr;
	uint64_t arg[6], sp, pc;
};

/*
 * It takes the right to trace the task. 0; -EAGAIN: it runs, or is in none; -EACCES: it is not ours
 * to look at; -ESRCH: it has gone.
 */
int proc_call(pid_t pid, pid_t tid, struct proc_call *to);

bool proc_call_same(const struct proc_call *a, const struct proc_call *b);

/* How often a task has left its CPU. */
bool proc_switches(pid_t pid, pid_t tid, uint64_t *to);

/* Its number in the innermost of its PID namespaces; 0: not known. depth: how many there are. */
pid_t proc_inner_tid(pid_t pid, pid_t tid, unsigned int *depth);

/* The next number in a directory of /proc: process, thread, descriptor. -1: no more. */
int proc_next(DIR *dir);

#endif /* OSCOPE_PROC_H */
