// SPDX-License-Identifier: GPL-2.0
/* Interrupts from one CPU to another, counted by who sends them or by who took them. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "notes/ipis.h"
#include "notes/syscalls.h"
#include "util.h"

static const char *const events[IPIS_EVENTS] = { "ipi/ipi_send_cpu", "ipi/ipi_send_cpumask" };

/* What a line of these is called, behind its numbers: the same on x86 and arm64. */
static const char *const kinds[] = { "Rescheduling interrupts", "Function call interrupts" };

static bool is_ipi(const char *line)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (strstr(line, kinds[i]))
			return true;
	}
	return false;
}

/* "RES:   1   2   Rescheduling interrupts" */
static uint64_t line_sum(const char *line)
{
	const char *at = strchr(line, ':');
	unsigned long long n;
	uint64_t sum = 0;
	char *end;

	for (at = at ? at + 1 : line; n = strtoull(at, &end, 10), end != at; at = end)
		sum += n;
	return sum;
}

int ipis_sum(const char *path, uint64_t *sum)
{
	FILE *f = fopen(path, "re");
	int err = -ENODATA;
	char *line = NULL;
	size_t room = 0;

	*sum = 0;
	if (!f)
		return -errno;
	while (getline(&line, &room, f) > 0) {
		if (!is_ipi(line))
			continue;
		*sum += line_sum(line);
		err = 0;
	}
	free(line);
	fclose(f);
	return err;
}

static void fds_close(struct ipis *p)
{
	size_t i;

	for (i = 0; i < IPIS_EVENTS; i++) {
		if (p->fd[i] >= 0)
			close(p->fd[i]);
		p->fd[i] = -1;
	}
}

/* All of them, or none. */
static bool tree_open(struct ipis *p, pid_t pid)
{
	size_t i;

	for (i = 0; i < IPIS_EVENTS; i++)
		p->fd[i] = tracepoint_open(events[i], pid);
	for (i = 0; i < IPIS_EVENTS; i++) {
		if (p->fd[i] < 0) {
			fds_close(p);
			return false;
		}
	}
	return true;
}

void ipis_open(struct ipis *p, pid_t pid)
{
	*p = (struct ipis){ .by = IPIS_NOT, .fd = { -1, -1 } };
	if (tree_open(p, pid))
		p->by = IPIS_TREE;
	else if (!ipis_sum("/proc/interrupts", &p->before))
		p->by = IPIS_MACHINE;
}

int ipis_read(const struct ipis *p, uint64_t *count)
{
	uint64_t one;
	size_t i;
	int err = 0;

	*count = 0;
	if (p->by == IPIS_NOT)
		return -ENODATA;
	if (p->by == IPIS_MACHINE) {
		err = ipis_sum("/proc/interrupts", count);
		*count -= err ? 0 : p->before;
		return err;
	}
	for (i = 0; i < IPIS_EVENTS && !err; i++) {
		err = syscalls_read(p->fd[i], &one);
		*count += err ? 0 : one;
	}
	return err;
}

void ipis_close(struct ipis *p)
{
	fds_close(p);
	p->by = IPIS_NOT;
}

enum ipis_by ipis_how(void)
{
	struct ipis p;
	enum ipis_by by;

	ipis_open(&p, getpid());
	by = p.by;
	ipis_close(&p);
	return by;
}
