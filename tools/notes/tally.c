// SPDX-License-Identifier: GPL-2.0
/* What a process with all of its threads has done from one moment to another. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "notes/kin.h"
#include "notes/syscalls.h"
#include "notes/tally.h"

int tally_each_task(pid_t pid, int (*fn)(pid_t task, void *arg), void *arg)
{
	const struct dirent *entry;
	char path[32];
	pid_t task;
	int err = 0;
	DIR *d;

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	d = opendir(path);
	if (!d)
		return -errno;
	while (!err && (entry = readdir(d))) {
		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		task = (pid_t)strtol(entry->d_name, NULL, 10);
		err = fn(task, arg);
		/* Threads may end meanwhile. */
		if (task != pid && (err == -ESRCH || err == -ENOENT))
			err = 0;
	}
	closedir(d);
	return err;
}

static int open_task(pid_t task, void *arg)
{
	struct tally *t = arg;
	int fd;

	if (t->n == TALLY_TASKS)
		return -E2BIG;
	fd = syscalls_open(task);
	if (fd < 0)
		return fd;
	t->fd[t->n++] = fd;
	return 0;
}

static int only_syncs(const struct tally *t)
{
	char filter[64];
	unsigned int i;

	snprintf(filter, sizeof(filter), "id == %d || id == %d", SYS_fsync, SYS_fdatasync);
	for (i = 0; i < t->n; i++) {
		if (ioctl(t->fd[i], PERF_EVENT_IOC_SET_FILTER, filter))
			return -errno;
	}
	return 0;
}

void tally_open(struct tally *t, pid_t pid, enum tally_of of)
{
	memset(t, 0, sizeof(*t));
	t->err = tally_each_task(pid, open_task, t);
	if (!t->err && of == TALLY_SYNCS)
		t->err = only_syncs(t);
}

int tally_read(const struct tally *t, uint64_t *count)
{
	int err = t->err;
	unsigned int i;
	uint64_t one;

	*count = 0;
	for (i = 0; i < t->n && !err; i++) {
		err = syscalls_read(t->fd[i], &one);
		*count += one;
	}
	return err;
}

void tally_close(struct tally *t)
{
	while (t->n)
		close(t->fd[--t->n]);
}

struct account_of {
	pid_t pid;
	struct tally_account *sum;
};

static int account_task(pid_t task, void *arg)
{
	struct account_of *a = arg;
	char path[64];
	long voluntary, involuntary;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/status", a->pid, task);
	voluntary = kin_number(path, "voluntary_ctxt_switches");
	involuntary = kin_number(path, "nonvoluntary_ctxt_switches");
	if (voluntary < 0 || involuntary < 0)
		return -ESRCH;
	a->sum->voluntary += (uint64_t)voluntary;
	a->sum->involuntary += (uint64_t)involuntary;
	return 0;
}

int tally_account(pid_t pid, struct tally_account *sum)
{
	struct account_of a = { pid, sum };
	struct timespec cpu;
	clockid_t clock;
	int err;

	memset(sum, 0, sizeof(*sum));
	err = -clock_getcpuclockid(pid, &clock);
	if (!err && clock_gettime(clock, &cpu))
		err = -errno;
	if (err)
		return err;
	sum->cpu_ns = (uint64_t)cpu.tv_sec * 1000000000ULL + (uint64_t)cpu.tv_nsec;
	return tally_each_task(pid, account_task, &a);
}
