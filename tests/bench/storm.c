// SPDX-License-Identifier: GPL-2.0
/*
 * A storm of short lives: N times fork, exec of a program that ends at once, wait. Prints the
 * nanoseconds of one.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int live(char *self)
{
	char *const argv[] = { self, NULL };
	pid_t pid = fork();
	int status;

	if (pid < 0)
		return -errno;
	if (!pid) {
		execv(self, argv);
		_exit(127);
	}
	if (waitpid(pid, &status, 0) < 0)
		return -errno;
	return status ? -ECHILD : 0;
}

int main(int argc, char **argv)
{
	struct timespec begin, end;
	long n = argc > 1 ? atol(argv[1]) : 0, i;
	int err = 0;

	if (argc < 2)	/* one of the short lives */
		return 0;
	clock_gettime(CLOCK_MONOTONIC, &begin);
	for (i = 0; i < n && !err; i++)
		err = live("/proc/self/exe");
	clock_gettime(CLOCK_MONOTONIC, &end);
	if (err || n <= 0) {
		fprintf(stderr, "storm: life %ld of %s: %s\n", i, argv[1], strerror(-err));
		return 1;
	}
	printf("%.1f ns\n", ((end.tv_sec - begin.tv_sec) * 1e9 + end.tv_nsec - begin.tv_nsec) / n);
	return 0;
}
