// SPDX-License-Identifier: GPL-2.0
/*
 * What system calls take: N of one that communicates by nothing, and N rounds of a byte through a
 * pipe. Prints the nanoseconds of a getppid(2), and of a write(2) with its read(2).
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static double ns_since(const struct timespec *begin)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (now.tv_sec - begin->tv_sec) * 1e9 + now.tv_nsec - begin->tv_nsec;
}

int main(int argc, char **argv)
{
	long n = argc > 1 ? atol(argv[1]) : 0, i;
	struct timespec begin;
	double other;
	int fds[2];
	char c = 0;

	if (n <= 0 || pipe(fds)) {
		fprintf(stderr, "usage: calls N\n");
		return 2;
	}
	clock_gettime(CLOCK_MONOTONIC, &begin);
	for (i = 0; i < n; i++)
		syscall(SYS_getppid);
	other = ns_since(&begin) / n;
	clock_gettime(CLOCK_MONOTONIC, &begin);
	for (i = 0; i < n; i++) {
		if (write(fds[1], &c, 1) != 1 || read(fds[0], &c, 1) != 1)
			return 1;
	}
	printf("%.2f %.2f\n", other, ns_since(&begin) / n);
	return 0;
}
