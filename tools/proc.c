// SPDX-License-Identifier: GPL-2.0
/*
 * Files of /proc about one task.
 */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "proc.h"
#include "util.h"

#define STAT_PARENT	4
#define STAT_FLAGS	9
#define STAT_THREADS	20
#define STAT_START	22
#define STAT_CPU	39
#define STAT_STATUS	52

/*
 * Field 2 is a name in parentheses, in which anything may stand; the others are behind the last
 * one.
 */
static bool stat_parse(char *line, struct proc_stat *to)
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
		case STAT_THREADS:
			to->threads = atoi(word);
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

char *proc_path(char to[PROC_PATH], pid_t pid, pid_t tid, const char *file)
{
	if (tid)
		snprintf(to, PROC_PATH, "/proc/%d/task/%d/%s", pid, tid, file);
	else
		snprintf(to, PROC_PATH, "/proc/%d/%s", pid, file);
	return to;
}

bool proc_stat(pid_t pid, pid_t tid, struct proc_stat *to)
{
	char path[PROC_PATH], line[1024];

	return file_line(proc_path(path, pid, tid, "stat"), line, sizeof(line)) > 0 &&
	       stat_parse(line, to);
}

uint64_t proc_start_ns(const struct proc_stat *st)
{
	return st->start_ticks * (1000000000ULL / sysconf(_SC_CLK_TCK));
}

bool proc_value(pid_t pid, pid_t tid, const char *file, const char *name, char value[64])
{
	char path[PROC_PATH], line[256], *at;
	bool found = false;
	FILE *f;

	f = fopen(proc_path(path, pid, tid, file), "re");
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
static bool exec_start_read(pid_t pid, pid_t tid, double *ms)
{
	char value[64];

	if (!proc_value(pid, tid, "sched", "se.exec_start", value))
		return false;
	*ms = strtod(value, NULL);
	return true;
}

uint64_t proc_last_ran_ns(pid_t pid, pid_t tid, int cpu)
{
	double then, now;
	cpu_set_t before, there;
	uint64_t clock;

	if (!exec_start_read(pid, tid, &then) || cpu >= CPU_SETSIZE ||
	    sched_getaffinity(0, sizeof(before), &before))
		return 0;
	CPU_ZERO(&there);
	CPU_SET(cpu, &there);
	if (sched_setaffinity(0, sizeof(there), &there))
		return 0;
	sched_yield();		/* brings our own time up to date */
	clock = now_ns();
	if (!exec_start_read(getpid(), 0, &now))
		now = 0;
	sched_setaffinity(0, sizeof(before), &before);
	if (now < then || (now - then) * 1e6 > clock)
		return 0;
	return clock - (uint64_t)((now - then) * 1e6);
}

int proc_call(pid_t pid, pid_t tid, struct proc_call *to)
{
	char path[PROC_PATH], line[320];
	int len = file_line(proc_path(path, pid, tid, "syscall"), line, sizeof(line));

	if (len == -EACCES || len == -EPERM)
		return -EACCES;
	if (len <= 0)
		return -ESRCH;
	memset(to, 0, sizeof(*to));
	if (sscanf(line, "%ld %" SCNx64 " %" SCNx64 " %" SCNx64 " %" SCNx64 " %" SCNx64 " %" SCNx64
		   " %" SCNx64 " %" SCNx64, &to->nr, &to->arg[0], &to->arg[1], &to->arg[2],
		   &to->arg[3], &to->arg[4], &to->arg[5], &to->sp, &to->pc) != 9 || to->nr < 0)
		return -EAGAIN;
	return 0;
}

bool proc_call_same(const struct proc_call *a, const struct proc_call *b)
{
	return a->nr == b->nr && a->sp == b->sp && a->pc == b->pc &&
	       !memcmp(a->arg, b->arg, sizeof(a->arg));
}

bool proc_switches(pid_t pid, pid_t tid, uint64_t *to)
{
	char path[PROC_PATH], line[256];
	unsigned long long n;
	int found = 0;
	FILE *f;

	*to = 0;
	f = fopen(proc_path(path, pid, tid, "status"), "re");
	while (f && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "voluntary_ctxt_switches: %llu", &n) != 1 &&
		    sscanf(line, "nonvoluntary_ctxt_switches: %llu", &n) != 1)
			continue;
		*to += n;
		found++;
	}
	if (f)
		fclose(f);
	return found == 2;
}

pid_t proc_inner_tid(pid_t pid, pid_t tid, unsigned int *depth)
{
	char value[64], *word, *rest;
	pid_t inner = 0;

	*depth = 0;
	/* Of a list that was cut the last number may be a part of one. */
	if (!proc_value(pid, tid, "status", "NSpid", value) || strlen(value) == sizeof(value) - 1)
		return 0;
	for (word = strtok_r(value, " \t\n", &rest); word; word = strtok_r(NULL, " \t\n", &rest)) {
		inner = atoi(word);
		(*depth)++;
	}
	return inner;
}

int proc_next(DIR *dir)
{
	struct dirent *entry;

	while ((entry = readdir(dir))) {
		if (isdigit(entry->d_name[0]))
			return atoi(entry->d_name);
	}
	return -1;
}
