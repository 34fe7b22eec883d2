// SPDX-License-Identifier: GPL-2.0
/*
 * A known workload: a thread that has said that it will sleep for much of its time, and never does; another one,
 * which comes before it, wants its CPU N times. So a kernel that preempts itself does so on its way to sleep.
 *
 * futex_waitv() says so, queues one word after the other, and takes it all back: the last word is not as expected.
 *
 * usage: hesitates N		prints the thread's number, and how often the kernel says that it left its CPU by
 *				itself, and was made to
 */
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define WORDS	128	/* FUTEX_WAITV_MAX */

static int words[WORDS], times;
static volatile bool done;

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static void *comes(void *arg)
{
	const struct sched_param first = { .sched_priority = 1 };
	const struct timespec pause = { .tv_nsec = 200000 };
	int i;

	if (sched_setscheduler(0, SCHED_FIFO, &first))
		fail("hesitates: SCHED_FIFO");
	for (i = 0; i < times; i++)
		clock_nanosleep(CLOCK_MONOTONIC, 0, &pause, NULL);
	done = true;
	return arg;
}

static void hesitate(void)
{
	struct futex_waitv w[WORDS];
	int i;

	for (i = 0; i < WORDS; i++)
		w[i] = (struct futex_waitv){ .uaddr = (uintptr_t)&words[i], .val = i == WORDS - 1,
					     .flags = FUTEX_32 | FUTEX_PRIVATE_FLAG };
	while (!done)
		syscall(SYS_futex_waitv, w, WORDS, 0, NULL, CLOCK_MONOTONIC);
}

int main(int argc, char **argv)
{
	struct rusage usage;
	pthread_t other;
	cpu_set_t set;

	times = argc == 2 ? atoi(argv[1]) : 0;
	if (times < 1) {
		fprintf(stderr, "usage: hesitates N\n");
		return 2;
	}
	CPU_ZERO(&set);
	CPU_SET(0, &set);
	if (sched_setaffinity(0, sizeof(set), &set) || pthread_create(&other, NULL, comes, NULL))
		fail("hesitates");
	hesitate();
	pthread_join(other, NULL);
	getrusage(RUSAGE_THREAD, &usage);
	printf("%ld %ld %ld\n", syscall(SYS_gettid), usage.ru_nvcsw, usage.ru_nivcsw);
	return 0;
}
