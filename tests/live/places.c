// SPDX-License-Identifier: GPL-2.0
/*
 * Two processes that wake each other through pipes, each on a CPU of its own choice; busy: beside
 * them a process a CPU that only computes, for which there is time as long as they sleep.
 *
 * usage: places ROUNDS CPU CPU [busy]
 */
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static void pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set)) {
		perror("places");
		exit(1);
	}
}

static pid_t spinner(int cpu)
{
	const struct sched_param none = { 0 };
	pid_t pid = fork();

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	pin(cpu);
	if (sched_setscheduler(0, SCHED_IDLE, &none))
		_exit(1);
	for (;;)
		__asm__ volatile("");
}

static void turn(int from, int to, long rounds)
{
	char byte = 0;

	while (rounds--) {
		if (read(from, &byte, 1) != 1 || write(to, &byte, 1) != 1)
			exit(1);
	}
}

int main(int argc, char **argv)
{
	int there[2], back[2], one, other, i;
	pid_t spin[2] = { 0 }, peer;
	long rounds;
	char byte = 0;

	if (argc < 4 || pipe(there) || pipe(back)) {
		fprintf(stderr, "usage: places ROUNDS CPU CPU [busy]\n");
		return 2;
	}
	rounds = atol(argv[1]);
	one = atoi(argv[2]);
	other = atoi(argv[3]);
	for (i = 0; argc > 4 && i < 2; i++)
		spin[i] = spinner(i ? other : one);
	peer = fork();
	if (!peer) {
		pin(other);
		turn(there[0], back[1], rounds);
		_exit(0);
	}
	pin(one);
	if (write(there[1], &byte, 1) != 1)
		return 1;
	turn(back[0], there[1], rounds - 1);
	if (read(back[0], &byte, 1) != 1)
		return 1;
	for (i = 0; i < 2; i++) {
		if (spin[i])
			kill(spin[i], SIGKILL);
	}
	while (wait(NULL) > 0)
		;
	return 0;
}
