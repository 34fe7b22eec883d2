// SPDX-License-Identifier: GPL-2.0
/*
 * A known workload: N processes that only compute, on one CPU, for some time; none of them longer
 * than the first one lives.
 *
 * usage: spin PROCESSES MILLISECONDS [CPU]
 */
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

int main(int argc, char **argv)
{
	double end;
	cpu_set_t set;
	int i, n;

	if (argc < 3) {
		fprintf(stderr, "usage: spin PROCESSES MILLISECONDS [CPU]\n");
		return 2;
	}
	n = atoi(argv[1]);
	CPU_ZERO(&set);
	CPU_SET(argc > 3 ? atoi(argv[3]) : 0, &set);
	if (sched_setaffinity(0, sizeof(set), &set)) {
		perror("spin");
		return 1;
	}
	end = now() + atof(argv[2]);
	for (i = 1; i < n; i++) {
		if (!fork()) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			break;
		}
	}
	while (now() < end)
		;
	if (i == n)
		while (wait(NULL) > 0)
			;
	return 0;
}
