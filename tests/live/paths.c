// SPDX-License-Identifier: GPL-2.0
/*
 * Runs whose critical path is known: paths pipeline ITEMS US1 US2 US3: three processes, which read
 * items from a pipe, work on each for so long and hand it on; paths convoy TURNS US: a thread that
 * holds a lock for so long at a time, and three others that want it as often, for a thirtieth of
 * that.
 * Prints how long it took, in ns.
 */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ITEM	4096		/* bytes: an item fills a page of the pipe */
#define THREADS	4

static unsigned long turns, hold_us;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_barrier_t all_there;

static uint64_t now_ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

/* Time on a CPU, however long that takes. */
static void work(unsigned long us)
{
	uint64_t until = now_ns(CLOCK_THREAD_CPUTIME_ID) + us * 1000;

	while (now_ns(CLOCK_THREAD_CPUTIME_ID) < until)
		;
}

static int transfer(int fd, ssize_t (*move)(int fd, void *buf, size_t n))
{
	static char item[ITEM];
	size_t done = 0;
	ssize_t n;

	while (done < ITEM) {
		n = move(fd, item + done, ITEM - done);
		if (n <= 0)
			return 0;
		done += n;
	}
	return 1;
}

static ssize_t put(int fd, void *buf, size_t n)
{
	return write(fd, buf, n);
}

/* in -1: makes the items itself; out -1: the last one. */
static void stage(int number, int in, int out, unsigned long items, unsigned long us)
{
	char name[16];
	unsigned long i;

	snprintf(name, sizeof(name), "stage%d", number);
	prctl(PR_SET_NAME, name);
	for (i = 0; i < items; i++) {
		if (in >= 0 && !transfer(in, read))
			_exit(1);
		work(us);
		if (out >= 0 && !transfer(out, put))
			_exit(1);
	}
	_exit(0);
}

static int pipeline(char **arg)
{
	unsigned long items = strtoul(arg[0], NULL, 10);
	int fd[2], in = -1, i, status, bad = 0;

	for (i = 0; i < 3; i++) {
		if (i < 2 && pipe(fd))
			return 1;
		if (!fork())
			stage(i + 1, in, i < 2 ? fd[1] : -1, items, strtoul(arg[i + 1], NULL, 10));
		if (in >= 0)
			close(in);
		if (i < 2)
			close(fd[1]);
		in = i < 2 ? fd[0] : -1;
	}
	while (wait(&status) > 0)
		bad |= status;
	return !!bad;
}

static void *holder(void *arg)
{
	unsigned long us = arg ? hold_us : hold_us / 30, i;

	/* The others begin when it has the lock. */
	if (arg) {
		prctl(PR_SET_NAME, "holder");
		pthread_mutex_lock(&lock);
	}
	pthread_barrier_wait(&all_there);
	if (arg) {
		work(us);
		pthread_mutex_unlock(&lock);
	}
	for (i = 0; i < turns; i++) {
		pthread_mutex_lock(&lock);
		work(us);
		pthread_mutex_unlock(&lock);
	}
	return NULL;
}

static int convoy(char **arg)
{
	pthread_t thread[THREADS];
	int i;

	turns = strtoul(arg[0], NULL, 10);
	hold_us = strtoul(arg[1], NULL, 10);
	if (pthread_barrier_init(&all_there, NULL, THREADS))
		return 1;
	for (i = 0; i < THREADS; i++) {
		if (pthread_create(&thread[i], NULL, holder, i ? NULL : (void *)1))
			return 1;
	}
	for (i = 0; i < THREADS; i++)
		pthread_join(thread[i], NULL);
	return 0;
}

int main(int argc, char **argv)
{
	uint64_t start = now_ns(CLOCK_MONOTONIC);
	int bad = 1;

	if (argc == 6 && !strcmp(argv[1], "pipeline"))
		bad = pipeline(argv + 2);
	else if (argc == 4 && !strcmp(argv[1], "convoy"))
		bad = convoy(argv + 2);
	printf("%llu\n", (unsigned long long)(now_ns(CLOCK_MONOTONIC) - start));
	return bad;
}
