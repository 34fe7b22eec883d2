// SPDX-License-Identifier: GPL-2.0
/*
 * A thread that is not its process' first one runs a program, and so takes over the leader's number.
 *
 * usage: exec_thread LEADER THREAD PROGRAM	how often each sleeps
 *        exec_thread LEADER THREAD FILE	... FILE, a path, may fail when it is too late to go back
 *
 * Prints the thread's number before the exec.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static char **numbers;

static void sleep_often(const char *times)
{
	const struct timespec shortly = { .tv_nsec = 100000 };
	long n;

	for (n = atol(times); n > 0; n--)
		nanosleep(&shortly, NULL);
}

static void *thread(void *arg)
{
	sleep_often(numbers[1]);
	printf("%ld\n", syscall(SYS_gettid));
	fflush(stdout);
	if (numbers[2][0] == '/')
		execl(numbers[2], numbers[2], NULL);
	else
		execl("./exec_thread", "exec_thread", numbers[2], NULL);
	_exit(127);
}

int main(int argc, char **argv)
{
	pthread_t t;

	numbers = argv + 1;
	if (argc == 2) {
		sleep_often(argv[1]);
		return 0;
	}
	if (argc != 4) {
		fprintf(stderr, "usage: exec_thread LEADER THREAD PROGRAM\n");
		return 2;
	}
	sleep_often(argv[1]);
	if (pthread_create(&t, NULL, thread, NULL))
		return 1;
	pthread_join(t, NULL);
	return 1;
}
