/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What of a module that has just been loaded works: not what it says of itself alone, but what comes when
 * there is something to tell.
 */
#ifndef OSCOPE_TESTS_TRUST_WORKS_H
#define OSCOPE_TESTS_TRUST_WORKS_H

#include <sched.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/sysinfo.h>
#include <sys/wait.h>
#include "stream.h"

/* What was seen to work, beside the features (the low bits) and the records by their ids. */
#define WORKS_RECORD(id)	(1ULL << (16 + (id)))
#define WORKS_DIRECT		(1ULL << 32)	/* switches have a direct cost */
#define WORKS_DIRECT_OWN	(1ULL << 33)	/* ... of which our own part is known */
#define WORKS_FREE		(1ULL << 34)	/* dead tasks are forgotten */
#define WORKS_NAMES(n)		((__u64)(n) << 40)	/* of one task, how often it was told */
#define OF_DIRECT	(OSCOPE_FEAT_DIRECT_SCHED | OSCOPE_FEAT_DIRECT_FINISH | WORKS_DIRECT | WORKS_DIRECT_OWN)

#define OF_REAP		(OSCOPE_FEAT_REAP | WORKS_RECORD(OSCOPE_REC_REAP))
#define WORKS_RECORDS	((2 * (1ULL << OSCOPE_REC_EXIT) - 2) | 1ULL << OSCOPE_REC_ZOMBIE | \
			 1ULL << OSCOPE_REC_REAP | 1ULL << OSCOPE_REC_WAITING)

/* Whether the module comes to know as many tasks as there are: the dead go a little later. */
static bool forgets(void)
{
	unsigned long known = 0, tries;
	struct sysinfo now = { 0 };
	FILE *f;

	for (tries = 0; tries < 300 && (!tries || known != now.procs); tries++) {
		if (tries)
			usleep(10000);
		f = fopen("/sys/kernel/oscope/tasks", "r");
		if (!f || fscanf(f, "%lu", &known) != 1 || sysinfo(&now))
			die("tasks");
		fclose(f);
	}
	return known == now.procs;
}

/* A child that gives every hook something to tell. */
static pid_t child_lives(void)
{
	pid_t pid = fork();
	cpu_set_t cpu;
	int i;

	if (pid < 0)
		die("fork");
	for (i = 0; !pid && i < 2; i++) {
		CPU_ZERO(&cpu);
		CPU_SET(i, &cpu);
		sched_setaffinity(0, sizeof(cpu), &cpu);
	}
	if (!pid) {
		prctl(PR_SET_NAME, "renamed");
		execl("/bin/true", "true", NULL);
		_exit(127);
	}
	waitpid(pid, NULL, 0);
	return pid;
}

/* Of a module that has just been loaded. */
static __u64 works(void)
{
	int fd = dev_open();
	struct oscope_info info;
	struct recs recs;
	__u64 what;
	pid_t pid;
	size_t i;

	dev_ring(fd, 1 << 14, OSCOPE_RING_DROP, WORKS_RECORDS);
	pid = child_lives();
	if (ioctl(fd, OSCOPE_IOC_INFO, &info) || ioctl(fd, OSCOPE_IOC_RING_STOP))
		die("OSCOPE_IOC_INFO");
	recs = recs_read(fd);
	close(fd);
	what = info.features | (info.own_direct_ns ? WORKS_DIRECT_OWN : 0);
	for (i = 0; i < recs.n; i++) {
		what |= WORKS_RECORD(recs.rec[i].id);
		if (recs.rec[i].id == OSCOPE_REC_IDENTITY && recs.rec[i].w[0] == pid)
			what += WORKS_NAMES(1);
		if (recs.rec[i].id == OSCOPE_REC_SWITCH && recs.rec[i].w[2] != OSCOPE_NS_NONE)
			what |= WORKS_DIRECT;
	}
	free(recs.rec);
	return what | (forgets() ? WORKS_FREE : 0);
}

#endif /* OSCOPE_TESTS_TRUST_WORKS_H */
