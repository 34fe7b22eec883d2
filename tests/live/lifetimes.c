// SPDX-License-Identifier: GPL-2.0
/*
 * Processes that run and sleep in turns, and say themselves how long they lived: lifetimes N MS
 *
 * Prints a line each: its number, and the shortest and the longest time in ns that it can have lived
 * from its making to its end, by clocks read inside and around it.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct times {
	pid_t pid;
	uint64_t before, first, last, after;
};

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

/* A fifth of the time asleep. */
static void live(struct times *t, uint64_t ns)
{
	const struct timespec rest = { .tv_nsec = 2000000 };
	uint64_t turn;

	t->first = now();
	while (now() - t->first < ns) {
		for (turn = now(); now() - turn < 8000000;)
			;
		nanosleep(&rest, NULL);
	}
	t->last = now();
}

int main(int argc, char **argv)
{
	int n = argc == 3 ? atoi(argv[1]) : 0, i, j;
	struct times *t;
	pid_t pid;

	if (n < 1) {
		fprintf(stderr, "usage: lifetimes N MS\n");
		return 2;
	}
	t = mmap(NULL, n * sizeof(*t), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (t == MAP_FAILED)
		return 1;
	for (i = 0; i < n; i++) {
		t[i].before = now();
		pid = fork();
		if (pid < 0)
			return 1;
		if (!pid) {
			live(&t[i], atoi(argv[2]) * 1000000ULL);
			_exit(0);
		}
		t[i].pid = pid;
	}
	for (i = 0; i < n; i++) {
		pid = wait(NULL);
		for (j = 0; j < n; j++) {
			if (t[j].pid == pid)
				t[j].after = now();
		}
	}
	for (i = 0; i < n; i++)
		printf("%d %llu %llu\n", t[i].pid, (unsigned long long)(t[i].last - t[i].first),
		       (unsigned long long)(t[i].after - t[i].before));
	return 0;
}
