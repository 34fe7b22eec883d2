// SPDX-License-Identifier: GPL-2.0
/* Children that an experiment makes, and what /proc says of them. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "notes/kin.h"

pid_t kin_fork(void)
{
	pid_t parent = getpid(), pid = fork();

	if (pid < 0)
		return -errno;
	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* It may have died before; in a PID namespace of the child's own it has no number. */
	if (getppid() != parent && getppid())
		_exit(1);
	return 0;
}

int kin_wait(pid_t pid, int *status)
{
	while (waitpid(pid, status, __WALL) < 0) {
		if (errno != EINTR)
			return -errno;
	}
	return 0;
}

int kin_ends_well(pid_t pid)
{
	int status, err = kin_wait(pid, &status);

	return !err && status ? -ECHILD : err;
}

int kin_ended(pid_t pid)
{
	siginfo_t info;

	while (waitid(P_PID, pid, &info, WEXITED | WNOWAIT | __WALL)) {
		if (errno != EINTR)
			return -errno;
	}
	return 0;
}

/* Never 0 or less: that would be a group of processes, ours included. */
int kin_kill(pid_t pid, int *status)
{
	if (pid <= 0)
		return -ESRCH;
	return kill(pid, SIGKILL) ? -errno : kin_wait(pid, status);
}

void kin_goes_first(void)
{
	FILE *f = fopen("/proc/self/oom_score_adj", "we");

	if (!f)
		return;
	fputs("1000", f);
	fclose(f);
}

void kin_name(const char *name)
{
	prctl(PR_SET_NAME, name);
}

long kin_sleeps(void)
{
	struct rusage u;

	getrusage(RUSAGE_THREAD, &u);
	return u.ru_nvcsw;
}

/* A name may have blanks and brackets in it: the state is what follows the last one. */
char kin_state(pid_t pid)
{
	char path[64], line[512], *end = NULL;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	f = fopen(path, "re");
	if (f && fgets(line, sizeof(line), f))
		end = strrchr(line, ')');
	if (f)
		fclose(f);
	return end && end[1] == ' ' ? end[2] : 0;
}

int kin_asleep(pid_t pid)
{
	char state;

	while ((state = kin_state(pid)) != 'S') {
		if (!state || state == 'Z')
			return -ESRCH;
		sched_yield();
	}
	return 0;
}

long kin_number(const char *path, const char *name)
{
	FILE *f = fopen(path, "re");
	size_t len = strlen(name);
	char line[512];
	long value = -1;

	if (!f)
		return -1;
	while (value < 0 && fgets(line, sizeof(line), f)) {
		if (!strncmp(line, name, len) && line[len] == ':')
			value = strtol(line + len + 1, NULL, 10);
	}
	fclose(f);
	return value;
}

long kin_status(pid_t pid, const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	return kin_number(path, name);
}

long kin_entries(pid_t pid, const char *dir)
{
	const struct dirent *entry;
	char path[64];
	long n = 0;
	DIR *d;

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, dir);
	d = opendir(path);
	if (!d)
		return -1;
	errno = 0;
	while ((entry = readdir(d)))
		n += isdigit((unsigned char)entry->d_name[0]) != 0;
	if (errno)
		n = -1;
	closedir(d);
	return n;
}

void *kin_shared(size_t bytes)
{
	void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (at == MAP_FAILED)
		return NULL;
	return at;
}

int kin_mutex(pthread_mutex_t *m, int robust)
{
	pthread_mutexattr_t attr;
	int err;

	pthread_mutexattr_init(&attr);
	pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
	pthread_mutexattr_setrobust(&attr, robust);
	err = -pthread_mutex_init(m, &attr);
	pthread_mutexattr_destroy(&attr);
	return err;
}

int kin_tell(int fd)
{
	return write(fd, "", 1) == 1 ? 0 : -errno;
}

int kin_hear(int fd)
{
	char byte;
	ssize_t n;

	do {
		n = read(fd, &byte, 1);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	return n ? 0 : -EPIPE;
}
