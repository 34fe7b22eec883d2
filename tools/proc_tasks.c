// SPDX-License-Identifier: GPL-2.0
/*
 * What /proc says of zombies and their parents.
 */
#include <ctype.h>
#include <dirent.h>
#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "map.h"
#include "parse.h"
#include "proc_tasks.h"
#include "util.h"

#define CHLD_BIT	(1ULL << (17 - 1))	/* of the masks in /proc/PID/status */

/* The fields of /proc/PID/stat that are of use here, proc_pid_stat(5). */
struct stat_fields {
	char comm[OSCOPE_COMM_LEN];
	char state;
	int parent, cpu, status;
	uint64_t start_ticks;
	unsigned int flags;
};

#define STAT_PARENT	4
#define STAT_FLAGS	9
#define STAT_START	22
#define STAT_CPU	39
#define STAT_STATUS	52
#define FLAG_KTHREAD	0x00200000

/*
 * Field 2 is a name in parentheses, in which anything may stand; the others are behind the last
 * one.
 */
static bool stat_parse(char *line, struct stat_fields *to)
{
	char *name = strchr(line, '('), *end = strrchr(line, ')'), *word, *rest;
	int field = 3;

	if (!name || !end || end < name)
		return false;
	memset(to, 0, sizeof(*to));
	to->status = -1;
	memcpy(to->comm, name + 1, end - name - 1 < OSCOPE_COMM_LEN ? end - name - 1 :
	       OSCOPE_COMM_LEN - 1);
	for (word = strtok_r(end + 1, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
		switch (field++) {
		case 3:
			to->state = *word;
			break;
		case STAT_PARENT:
			to->parent = atoi(word);
			break;
		case STAT_FLAGS:
			to->flags = strtoul(word, NULL, 10);
			break;
		case STAT_START:
			to->start_ticks = strtoull(word, NULL, 10);
			break;
		case STAT_CPU:
			to->cpu = atoi(word);
			break;
		case STAT_STATUS:
			to->status = atoi(word);
			break;
		}
	}
	return field > STAT_CPU;
}

static bool stat_read(pid_t pid, struct stat_fields *to)
{
	char path[64], line[1024];

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	return file_line(path, line, sizeof(line)) > 0 && stat_parse(line, to);
}

/*
 * What stands behind the colon in the line "NAME ...: VALUE" of /proc/PID/FILE; false: no such
 * line.
 */
static bool value_read(pid_t pid, const char *file, const char *name, char value[64])
{
	char path[64], line[256], *at;
	bool found = false;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, file);
	f = fopen(path, "re");
	while (f && !found && fgets(line, sizeof(line), f)) {
		at = strchr(line, ':');
		if (strncmp(line, name, strlen(name)) || !at)
			continue;
		snprintf(value, 64, "%.63s", at + 1);
		found = true;
	}
	if (f)
		fclose(f);
	return found;
}

/* When a task's time was last brought up to date, by the clock of the CPU that it ran on: ms. */
static bool exec_start_read(pid_t pid, double *ms)
{
	char value[64];

	if (!value_read(pid, "sched", "se.exec_start", value))
		return false;
	*ms = strtod(value, NULL);
	return true;
}

/*
 * When a dead task last ran: the scheduler keeps the time of its CPU's clock (se.exec_start), and
 * what that clock shows now can be read of a task that runs there.
 */
static uint64_t end_ns(pid_t pid, int cpu)
{
	double then, now;
	cpu_set_t before, there;
	uint64_t clock;

	if (!exec_start_read(pid, &then) || cpu >= CPU_SETSIZE ||
	    sched_getaffinity(0, sizeof(before), &before))
		return 0;
	CPU_ZERO(&there);
	CPU_SET(cpu, &there);
	if (sched_setaffinity(0, sizeof(there), &there))
		return 0;
	sched_yield();		/* brings our own time up to date */
	clock = now_ns();
	if (!exec_start_read(getpid(), &now))
		now = 0;
	sched_setaffinity(0, sizeof(before), &before);
	if (now < then || (now - then) * 1e6 > clock)
		return 0;
	return clock - (uint64_t)((now - then) * 1e6);
}

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

static void zombie_fill(struct proc_zombie *z, pid_t pid, const struct stat_fields *st)
{
	uint64_t tick_ns = 1000000000ULL / sysconf(_SC_CLK_TCK);

	memset(z, 0, sizeof(*z));
	z->who.tid = pid;
	z->who.tgid = pid;
	z->who.ptid = st->parent;
	z->who.start_ns = st->start_ticks * tick_ns;
	z->who.flags = st->flags & FLAG_KTHREAD ? OSCOPE_TASK_KTHREAD : 0;
	memcpy(z->who.comm_lo, st->comm, sizeof(z->who.comm_lo));
	memcpy(z->who.comm_hi, st->comm + sizeof(z->who.comm_lo), sizeof(z->who.comm_hi));
	z->since_ns = end_ns(pid, st->cpu);
	z->threads = other_threads(pid);
	z->status = st->status >= 0 && status_told(pid) ? (uint32_t)st->status : UINT32_MAX;
}

int proc_zombies(struct proc_zombie **found, size_t *n)
{
	DIR *dir = opendir("/proc");
	struct stat_fields st;
	struct dirent *entry;
	size_t room = 0;
	int err = 0;

	*found = NULL;
	*n = 0;
	if (!dir)
		return err_sys(-EIO, "/proc");
	while (!err && (entry = readdir(dir))) {
		if (!isdigit(entry->d_name[0]) || !stat_read(atoi(entry->d_name), &st) ||
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

	if (pid <= 0 || !value_read(pid, "status", "SigCgt", caught))
		return REAPER_UNKNOWN;
	if (is_waiting(pid))
		return REAPER_WAITS;
	if (pid == 1)
		return REAPER_INIT;
	return strtoull(caught, NULL, 16) & CHLD_BIT ? REAPER_HANDLES : REAPER_DOES_NOT;
}

bool proc_comm(pid_t pid, char *comm)
{
	struct stat_fields st;

	if (!stat_read(pid, &st))
		return false;
	memcpy(comm, st.comm, OSCOPE_COMM_LEN);
	return true;
}
