// SPDX-License-Identifier: GPL-2.0
/*
 * A known workload: N rounds of one byte there and back through pipes, between two processes or two
 * threads, pinned to one CPU.
 *
 * usage: pingpong processes|threads ROUNDS [CPU]
 */
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int there[2], back[2];
static long rounds;

static void *peer(void *arg)
{
	char byte;
	long i;

	(void)arg;
	for (i = 0; i < rounds; i++) {
		if (read(there[0], &byte, 1) != 1 || write(back[1], &byte, 1) != 1)
			exit(1);
	}
	return NULL;
}

static int play(void)
{
	char byte = 0;
	long i;

	for (i = 0; i < rounds; i++) {
		if (write(there[1], &byte, 1) != 1 || read(back[0], &byte, 1) != 1)
			return 1;
	}
	return 0;
}

static int play_threads(void)
{
	pthread_t t;
	int err;

	if (pthread_create(&t, NULL, peer, NULL))
		return 1;
	err = play();
	pthread_join(t, NULL);
	return err;
}

static int play_processes(void)
{
	pid_t pid = fork();
	int status, err;

	if (pid < 0)
		return 1;
	if (!pid) {
		peer(NULL);
		_exit(0);
	}
	err = play();
	return waitpid(pid, &status, 0) != pid || status || err;
}

int main(int argc, char **argv)
{
	cpu_set_t set;

	if (argc < 3) {
		fprintf(stderr, "usage: pingpong processes|threads ROUNDS [CPU]\n");
		return 2;
	}
	rounds = atol(argv[2]);
	CPU_ZERO(&set);
	CPU_SET(argc > 3 ? atoi(argv[3]) : 0, &set);
	if (sched_setaffinity(0, sizeof(set), &set) || pipe(there) || pipe(back)) {
		perror("pingpong");
		return 1;
	}
	return strcmp(argv[1], "threads") ? play_processes() : play_threads();
}
