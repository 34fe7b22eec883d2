// SPDX-License-Identifier: GPL-2.0
/*
 * A known workload: N rounds of one byte there and back through pipes, between two processes or two
 * threads, pinned to one CPU; or once round a ring of a thread, another thread of the same process
 * and a second process, so that one round is one switch within an address space and two across.
 *
 * With PAUSE it rests that many microseconds after each round, and leaves the CPU to others.
 *
 * usage: pingpong processes|threads|ring ROUNDS [CPU [PAUSE]]
 */
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* There is the first thread's to its peer, back what comes to it; across only in the ring. */
static int there[2], back[2], across[2];
static long rounds;
static useconds_t pause_us;

static void pass_on(int from, int to)
{
	char byte;
	long i;

	for (i = 0; i < rounds; i++) {
		if (read(from, &byte, 1) != 1 || write(to, &byte, 1) != 1)
			exit(1);
	}
}

static void *peer(void *arg)
{
	const int *to = arg;

	pass_on(there[0], to[1]);
	return NULL;
}

static int play(void)
{
	char byte = 0;
	long i;

	for (i = 0; i < rounds; i++) {
		if (write(there[1], &byte, 1) != 1 || read(back[0], &byte, 1) != 1)
			return 1;
		if (pause_us)
			usleep(pause_us);
	}
	return 0;
}

static int play_threads(int *peer_to)
{
	pthread_t t;
	int err;

	if (pthread_create(&t, NULL, peer, peer_to))
		return 1;
	err = play();
	pthread_join(t, NULL);
	return err;
}

/* The second process passes on what comes from one pipe; the first plays, with a thread or alone. */
static int play_processes(int from, int threads)
{
	pid_t pid = fork();
	int status, err;

	if (pid < 0)
		return 1;
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		pass_on(from, back[1]);
		_exit(0);
	}
	err = threads ? play_threads(across) : play();
	return waitpid(pid, &status, 0) != pid || status || err;
}

int main(int argc, char **argv)
{
	cpu_set_t set;

	if (argc < 3) {
		fprintf(stderr, "usage: pingpong processes|threads|ring ROUNDS [CPU [PAUSE]]\n");
		return 2;
	}
	rounds = atol(argv[2]);
	pause_us = argc > 4 ? atol(argv[4]) : 0;
	CPU_ZERO(&set);
	CPU_SET(argc > 3 ? atoi(argv[3]) : 0, &set);
	if (sched_setaffinity(0, sizeof(set), &set) || pipe(there) || pipe(back) ||
	    pipe(across)) {
		perror("pingpong");
		return 1;
	}
	if (!strcmp(argv[1], "ring"))
		return play_processes(across[0], 1);
	return strcmp(argv[1], "threads") ? play_processes(there[0], 0) : play_threads(back);
}
