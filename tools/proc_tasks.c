// SPDX-License-Identifier: GPL-2.0
/*
 * What /proc says of zombies and their parents.
 */
#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "map.h"
#include "proc.h"
#include "proc_tasks.h"
#include "util.h"

#define FLAG_KTHREAD	0x00200000	/* in the flags of /proc/PID/stat */
#define CHLD_BIT	(1ULL << (17 - 1))	/* of the masks in /proc/PID/status */

/* Threads besides the first one. */
static uint32_t other_threads(pid_t pid)
{
	char path[64];
	struct dirent *entry;
	uint32_t n = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	dir = opendir(path);
	while (dir && (entry = readdir(dir)))
		n += isdigit(entry->d_name[0]) && atoi(entry->d_name) != pid;
	if (dir)
		closedir(dir);
	return n;
}

/* Who may not trace it is told 0 for its status; what it runs is refused to them, too. */
static bool status_told(pid_t pid)
{
	char path[64], target[2];

	snprintf(path, sizeof(path), "/proc/%d/exe", pid);
	return readlink(path, target, sizeof(target)) >= 0 || errno != EACCES;
}

static void zombie_fill(struct proc_zombie *z, pid_t pid, const struct proc_stat *st)
{
	memset(z, 0, sizeof(*z));
	z->who.tid = pid;
	z->who.tgid = pid;
	z->who.ptid = st->parent;
	z->who.start_ns = proc_start_ns(st);
	z->who.flags = st->flags & FLAG_KTHREAD ? OSCOPE_TASK_KTHREAD : 0;
	memcpy(z->who.comm_lo, st->comm, sizeof(z->who.comm_lo));
	memcpy(z->who.comm_hi, st->comm + sizeof(z->who.comm_lo), sizeof(z->who.comm_hi));
	z->since_ns = proc_last_ran_ns(pid, 0, st->cpu);
	z->threads = other_threads(pid);
	z->status = st->status >= 0 && status_told(pid) ? (uint32_t)st->status : UINT32_MAX;
}

int proc_zombies(struct proc_zombie **found, size_t *n)
{
	DIR *dir = opendir("/proc");
	struct proc_stat st;
	struct dirent *entry;
	size_t room = 0;
	int err = 0;

	*found = NULL;
	*n = 0;
	if (!dir)
		return err_sys(-EIO, "/proc");
	while (!err && (entry = readdir(dir))) {
		if (!isdigit(entry->d_name[0]) || !proc_stat(atoi(entry->d_name), 0, &st) ||
		    st.state != 'Z')
			continue;
		err = array_room(found, &room, *n, sizeof(**found));
		if (!err)
			zombie_fill(&(*found)[(*n)++], atoi(entry->d_name), &st);
	}
	closedir(dir);
	return err ? err_sys(err, "reading /proc") : 0;
}

const char *const proc_reaper_names[REAPERS] = {
	[REAPER_WAITS] = "waits",
	[REAPER_INIT] = "init",
	[REAPER_HANDLES] = "handles",
	[REAPER_DOES_NOT] = "no",
};

/* Where the kernel says where its threads sleep: it takes the right to trace it. */
static bool is_waiting(pid_t pid)
{
	char path[320], where[64];
	struct dirent *entry;
	bool found = false;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	dir = opendir(path);
	while (dir && !found && (entry = readdir(dir))) {
		snprintf(path, sizeof(path), "/proc/%d/task/%s/wchan", pid, entry->d_name);
		found = isdigit(entry->d_name[0]) && file_line(path, where, sizeof(where)) > 0 &&
			!strcmp(where, "do_wait");
	}
	if (dir)
		closedir(dir);
	return found;
}

enum proc_reaper proc_reaper(pid_t pid)
{
	char caught[64];

	if (pid <= 0 || !proc_value(pid, 0, "status", "SigCgt", caught))
		return REAPER_UNKNOWN;
	if (is_waiting(pid))
		return REAPER_WAITS;
	if (pid == 1)
		return REAPER_INIT;
	return strtoull(caught, NULL, 16) & CHLD_BIT ? REAPER_HANDLES : REAPER_DOES_NOT;
}

bool proc_comm(pid_t pid, char *comm)
{
	struct proc_stat st;

	if (!proc_stat(pid, 0, &st))
		return false;
	memcpy(comm, st.comm, OSCOPE_COMM_LEN);
	return true;
}
