// SPDX-License-Identifier: GPL-2.0
/*
 * From a number in somebody's memory to the task that wrote it there.
 */
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "locks.h"
#include "map.h"
#include "util.h"

/* A thread of this machine, and what it takes itself to be. */
struct lock_number {
	pid_t pid, tid, inner;
};

bool lock_memory(pid_t pid, uint64_t address, void *to, size_t bytes)
{
	struct iovec local = { .iov_base = to, .iov_len = bytes };
	struct iovec remote = { .iov_base = (void *)(uintptr_t)address, .iov_len = bytes };

	return process_vm_readv(pid, &local, 1, &remote, 1, 0) == (ssize_t)bytes;
}

/* A line of /proc/PID/maps. */
static bool mapping_parse(const char *line, struct lock_mapping *m)
{
	char access[5];
	int path = 0;

	memset(m, 0, sizeof(*m));
	if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %4s %" SCNx64 " %15s %" SCNu64 " %n", &m->start,
		   &m->end, access, &m->offset, m->dev, &m->ino, &path) < 6)
		return false;
	m->shared = access[3] == 's';
	snprintf(m->path, sizeof(m->path), "%.*s", (int)strcspn(line + path, "\n"), line + path);
	return true;
}

/* The first mapping of a process that fits. */
static bool mapping_find(pid_t pid, struct lock_mapping *m,
			 bool (*fits)(const struct lock_mapping *m, const void *arg),
			 const void *arg)
{
	char path[PROC_PATH], *line = NULL;
	bool found = false;
	size_t room = 0;
	FILE *f;

	f = fopen(proc_path(path, pid, 0, "maps"), "re");
	while (f && !found && getline(&line, &room, f) > 0)
		found = mapping_parse(line, m) && fits(m, arg);
	free(line);
	if (f)
		fclose(f);
	return found;
}

static bool holds_address(const struct lock_mapping *m, const void *arg)
{
	uint64_t address = *(const uint64_t *)arg;

	return m->start <= address && address < m->end;
}

static bool ends_at(const struct lock_mapping *m, const void *arg)
{
	return m->end == *(const uint64_t *)arg && m->ino && !m->shared;
}

bool lock_mapping_at(pid_t pid, uint64_t address, struct lock_mapping *to)
{
	struct lock_mapping before;

	if (!mapping_find(pid, to, holds_address, &address))
		return false;
	/* What a program begins with as zeros follows what is in its file. */
	if (!to->path[0] && !to->shared && mapping_find(pid, &before, ends_at, &to->start)) {
		before.end = to->end;
		*to = before;
	}
	return true;
}

/* The place of a lock in what is mapped. */
struct place {
	const struct lock_mapping *m;
	uint64_t offset;
};

static bool holds_place(const struct lock_mapping *m, const void *arg)
{
	const struct place *p = arg;

	return m->shared && m->ino == p->m->ino && !strcmp(m->dev, p->m->dev) &&
	       !strcmp(m->path, p->m->path) && m->offset <= p->offset &&
	       p->offset - m->offset < m->end - m->start;
}

static int numbers_of(struct locks_cache *c, size_t *room, pid_t pid)
{
	char path[PROC_PATH];
	unsigned int depth;
	int tid, err = 0;
	DIR *dir = opendir(proc_path(path, pid, 0, "task"));

	if (!dir)
		return 0;
	while (!err && (tid = proc_next(dir)) >= 0) {
		err = array_room(&c->number, room, c->n_numbers, sizeof(*c->number));
		if (!err)
			c->number[c->n_numbers++] = (struct lock_number){
				.pid = pid, .tid = tid, .inner = proc_inner_tid(pid, tid, &depth),
			};
	}
	closedir(dir);
	return err;
}

static void numbers_read(struct locks_cache *c)
{
	DIR *dir = opendir("/proc");
	size_t room = 0;
	int pid, err = 0;

	c->numbers_read = true;
	while (dir && !err && (pid = proc_next(dir)) >= 0)
		err = numbers_of(c, &room, pid);
	if (dir)
		closedir(dir);
	/* With some of them missing one could be taken for the only one. */
	if (err)
		c->n_numbers = 0;
}

/* In memory that several processes have: exactly one of them may have that number. */
static void owner_among_all(struct locks *l, struct lock_task *t, uint32_t number,
			    const struct place *p)
{
	struct locks_cache *c = l->cache;
	struct lock_mapping m;
	size_t i, found = 0;

	if (!c->numbers_read)
		numbers_read(c);
	for (i = 0; i < c->n_numbers; i++) {
		if ((uint32_t)c->number[i].inner != number ||
		    !mapping_find(c->number[i].pid, &m, holds_place, p))
			continue;
		t->wait.owner = c->number[i].tid;
		t->wait.owner_pid = c->number[i].pid;
		found++;
	}
	t->wait.gone = !found && c->n_numbers;
	if (found > 1) {
		t->wait.owner = 0;
		t->wait.owner_pid = 0;
	}
}

/* In memory that one process has. */
static void owner_among_threads(struct lock_task *t, uint32_t number)
{
	pid_t pid = t->who.pid, found = 0;
	char path[PROC_PATH];
	unsigned int depth;
	DIR *dir = NULL;
	int tid;

	proc_inner_tid(pid, 0, &depth);
	if (depth == 1 && proc_inner_tid(pid, number, &depth) == (pid_t)number)
		found = number;
	else if (depth > 1)
		dir = opendir(proc_path(path, pid, 0, "task"));
	while (dir && !found && (tid = proc_next(dir)) >= 0) {
		if (proc_inner_tid(pid, tid, &depth) == (pid_t)number)
			found = tid;
	}
	if (dir)
		closedir(dir);
	t->wait.owner = found;
	t->wait.owner_pid = found ? pid : 0;
	t->wait.gone = !found;
}

void lock_owner_find(struct locks *l, struct lock_task *t, uint32_t number,
		     const struct lock_mapping *m)
{
	struct place p = { .m = m, .offset = t->call.arg[0] - m->start + m->offset };

	if (m->shared)
		owner_among_all(l, t, number, &p);
	else
		owner_among_threads(t, number);
}
