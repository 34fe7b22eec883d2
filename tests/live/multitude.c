// SPDX-License-Identifier: GPL-2.0
/*
 * Many tasks, a known number of them: one after the other, or all at once.
 *
 * usage: multitude storm N LAST	N processes, each reaped before the next; prints the numbers
 *					of the last ones
 *        multitude threads N		N threads that are all there before the first one ends;
 *					prints how many there were
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* What its caller keeps in registers is none of the child's business. */
static __attribute__((noinline)) pid_t made_by_vfork(void)
{
	pid_t pid = vfork();

	if (!pid)
		_exit(0);
	return pid;
}

static pid_t made_by_fork(void)
{
	pid_t pid = fork();

	if (!pid)
		_exit(0);
	return pid;
}

static int storm(long n, long last)
{
	pid_t pid;
	long i;

	for (i = 0; i < n; i++) {
		pid = i % 2 ? made_by_vfork() : made_by_fork();
		if (pid < 0 || waitpid(pid, NULL, 0) != pid) {
			perror("multitude");
			return 1;
		}
		if (i >= n - last)
			printf("%d\n", pid);
	}
	return 0;
}

static pthread_barrier_t all_there;

static void *stay(void *arg)
{
	pthread_barrier_wait(&all_there);
	return arg;
}

static int threads(long n)
{
	pthread_t *thread = calloc(n, sizeof(*thread));
	pthread_attr_t small;
	long i;

	pthread_attr_init(&small);
	pthread_attr_setstacksize(&small, 1 << 14);
	if (!thread || pthread_barrier_init(&all_there, NULL, n + 1)) {
		free(thread);
		return 1;
	}
	for (i = 0; i < n; i++) {
		if (pthread_create(&thread[i], &small, stay, NULL)) {
			fprintf(stderr, "multitude: no more than %ld threads\n", i);
			return 1;
		}
	}
	pthread_barrier_wait(&all_there);
	for (i = 0; i < n; i++)
		pthread_join(thread[i], NULL);
	printf("%ld\n", n);
	free(thread);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 4 && !strcmp(argv[1], "storm"))
		return storm(atol(argv[2]), atol(argv[3]));
	if (argc == 3 && !strcmp(argv[1], "threads"))
		return threads(atol(argv[2]));
	fprintf(stderr, "usage: multitude storm N LAST | threads N\n");
	return 2;
}
