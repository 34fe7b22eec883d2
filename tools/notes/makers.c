// SPDX-License-Identifier: GPL-2.0
/* Make tasks, in each way that there is. */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "notes/kin.h"
#include "notes/makers.h"

#define STACK_BYTES	65536
#define MIB		(1024UL * 1024)

int maker_begin(struct maker *m)
{
	*m = (struct maker){ .stack = malloc(STACK_BYTES) };
	return m->stack ? 0 : -ENOMEM;
}

void maker_end(struct maker *m)
{
	if (m->memory)
		munmap(m->memory, m->bytes);
	free(m->stack);
}

int maker_grow(struct maker *m, size_t mib, int huge)
{
	m->bytes = mib * MIB;
	if (!mib)
		return 0;
	m->memory = mmap(NULL, m->bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			 0);
	if (m->memory == MAP_FAILED) {
		m->memory = NULL;
		return -errno;
	}
	/* A kernel without huge pages has only the other kind. */
	madvise(m->memory, m->bytes, huge ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
	memset(m->memory, 1, m->bytes);
	return 0;
}

int maker_sample(struct sample *s, void (*make)(void *maker, uint64_t n), size_t mib,
		 uint64_t batch_ops)
{
	struct maker m;
	int err;

	err = maker_begin(&m);
	if (err)
		return err;
	err = maker_grow(&m, mib, 0);
	if (!err)
		err = sample_measure_long(s, make, &m, batch_ops);
	maker_end(&m);
	return err ? err : m.err;
}

static void collect(struct maker *m, pid_t pid)
{
	int err = pid < 0 ? -errno : kin_wait(pid, NULL);

	if (err)
		m->err = err;
}

void make_forks(void *maker, uint64_t n)
{
	struct maker *m = maker;
	pid_t pid;

	for (; n; n--) {
		pid = fork();
		if (!pid)
			_exit(0);
		collect(m, pid);
	}
}

void make_spawns(void *maker, uint64_t n)
{
	char name[] = "nothing", *argv[] = { name, NULL };
	struct maker *m = maker;
	pid_t pid;
	int err;

	for (; n; n--) {
		err = posix_spawn(&pid, "", NULL, NULL, argv, environ);
		if (err != ENOENT)
			m->err = err ? -err : -EEXIST;
	}
}

static int end_at_once(void *arg)
{
	return 0;
}

static void make_sharing(struct maker *m, uint64_t n, int flags)
{
	char *top = (char *)m->stack + STACK_BYTES;

	for (; n; n--)
		collect(m, clone(end_at_once, top, flags | SIGCHLD, NULL));
}

void make_vforks(void *maker, uint64_t n)
{
	make_sharing(maker, n, CLONE_VM | CLONE_VFORK);
}

void make_clones(void *maker, uint64_t n)
{
	make_sharing(maker, n, CLONE_VM);
}

static void *thread_main(void *arg)
{
	return arg;
}

void make_threads(void *maker, uint64_t n)
{
	struct maker *m = maker;
	pthread_t thread;
	int err;

	for (; n; n--) {
		err = pthread_create(&thread, NULL, thread_main, NULL);
		if (!err)
			err = pthread_join(thread, NULL);
		if (err)
			m->err = -err;
	}
}
