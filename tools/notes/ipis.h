/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Interrupts from one CPU to another: rescheduling ones and function calls. By the tracepoints of
 * who sends them where the kernel has them (ipi:ipi_send_cpu, ipi:ipi_send_cpumask, since 6.4) and
 * perf_event_open(2) is allowed: those that the tasks of a tree have sent, one to several CPUs
 * being one. Else by /proc/interrupts, which has those that all CPUs took, of whatever cause.
 */
#ifndef OSCOPE_NOTES_IPIS_H
#define OSCOPE_NOTES_IPIS_H

#include <stdint.h>
#include <sys/types.h>

#define IPIS_EVENTS 2

enum ipis_by {
	IPIS_NOT,			/* nothing here tells of them */
	IPIS_TREE,
	IPIS_MACHINE,
};

struct ipis {
	enum ipis_by by;
	int fd[IPIS_EVENTS];
	uint64_t before;		/* IPIS_MACHINE */
};

/* Count from now on those of the held process pid and all that it will make, or the machine's. */
void ipis_open(struct ipis *p, pid_t pid);
/* Since then: whole once the tree has ended. 0, or -errno, as of IPIS_NOT. */
int ipis_read(const struct ipis *p, uint64_t *count);
void ipis_close(struct ipis *p);

/* The best way here. */
enum ipis_by ipis_how(void);

/* The sum over the CPUs of a file as /proc/interrupts; -errno, -ENODATA: it has no such lines. */
int ipis_sum(const char *path, uint64_t *sum);

#endif /* OSCOPE_NOTES_IPIS_H */
