// SPDX-License-Identifier: GPL-2.0
/*
 * A known workload: a thread says N times that it will sleep and then takes long to do so, and N times sleeps at
 * once; another one on another CPU wakes it as soon as it is said. So about N wakings come to one awake.
 *
 * The first of many words is queued first by futex_waitv(), which has said by then that it sleeps, and looks
 * whether it was woken when it has queued the last.
 *
 * usage: nearly N
 */
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define WORDS	128	/* FUTEX_WAITV_MAX */

static int words[WORDS];
static volatile bool done;

static bool pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	return !sched_setaffinity(0, sizeof(set), &set);
}

static void *wake(void *arg)
{
	if (!pin(1))
		exit(1);
	while (!done)
		syscall(SYS_futex, words, FUTEX_WAKE_PRIVATE, 1);
	return arg;
}

static void waits(int n)
{
	struct futex_waitv w[WORDS];
	int i;

	for (i = 0; i < WORDS; i++)
		w[i] = (struct futex_waitv){ .uaddr = (uintptr_t)&words[i],
					     .flags = FUTEX_32 | FUTEX_PRIVATE_FLAG };
	for (i = 0; i < n; i++) {
		syscall(SYS_futex_waitv, w, WORDS, 0, NULL, CLOCK_MONOTONIC);
		syscall(SYS_futex, words, FUTEX_WAIT_PRIVATE, 0, NULL);
	}
}

int main(int argc, char **argv)
{
	int n = argc == 2 ? atoi(argv[1]) : 0;
	pthread_t waker;

	if (n < 1) {
		fprintf(stderr, "usage: nearly N\n");
		return 2;
	}
	if (!pin(0) || pthread_create(&waker, NULL, wake, NULL)) {
		perror("nearly");
		return 1;
	}
	waits(n);
	done = true;
	return pthread_join(waker, NULL);
}
