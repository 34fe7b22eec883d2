// SPDX-License-Identifier: GPL-2.0
/*
 * Tasks that have been made and have not run yet: they are in /proc from the moment in which the
 * kernel counts them, and their schedstat says how often they came to a CPU.
 */
#include <dirent.h>
#include <stdio.h>

#include "newborn.h"
#include "proc.h"
#include "util.h"

/* Who is gone has run. */
static bool has_not_run(pid_t pid, pid_t tid)
{
	unsigned long long ran_ns, delay_ns, turns;
	char path[PROC_PATH], line[128];

	return file_line(proc_path(path, pid, tid, "schedstat"), line, sizeof(line)) > 0 &&
	       sscanf(line, "%llu %llu %llu", &ran_ns, &delay_ns, &turns) == 3 &&
	       !ran_ns && !turns;
}

static void process_count(pid_t pid, uint64_t *to)
{
	char path[PROC_PATH];
	DIR *dir = opendir(proc_path(path, pid, 0, "task"));
	pid_t tid;

	while (dir && (tid = proc_next(dir)) >= 0)
		*to += has_not_run(pid, tid);
	if (dir)
		closedir(dir);
}

int newborn_count(uint64_t *to)
{
	DIR *dir = opendir("/proc");
	pid_t pid;

	if (!dir)
		return err_sys(-errno, "/proc");
	while ((pid = proc_next(dir)) >= 0)
		process_count(pid, to);
	closedir(dir);
	return 0;
}
