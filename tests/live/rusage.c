// SPDX-License-Identifier: GPL-2.0
/*
 * Run a program and write what the kernel counted for it and its waited-for descendants, as wait4
 * tells it: an account of the tracer's numbers that shares no code with the tracer.
 * From its last count on it runs before all others (SCHED_FIFO): its own end is counted by the tracer
 * only, and on PREEMPT_RT in an emulator ten timer ticks can preempt that.
 *
 * usage: rusage FILE PROGRAM [ARG...]
 */
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	const struct sched_param first = { .sched_priority = 98 };
	struct rusage self, tree;
	int status;
	pid_t pid;
	FILE *f;

	if (argc < 3) {
		fprintf(stderr, "usage: rusage FILE PROGRAM [ARG...]\n");
		return 2;
	}
	pid = fork();
	if (!pid) {
		execvp(argv[2], argv + 2);
		_exit(127);
	}
	if (pid < 0 || wait4(pid, &status, 0, &tree) != pid ||
	    sched_setscheduler(0, SCHED_FIFO, &first) || getrusage(RUSAGE_SELF, &self)) {
		perror("rusage");
		return 1;
	}
	f = fopen(argv[1], "w");
	if (!f || fprintf(f, "{\"nvcsw\": %ld, \"nivcsw\": %ld}\n", tree.ru_nvcsw + self.ru_nvcsw,
			  tree.ru_nivcsw + self.ru_nivcsw) < 0 || fclose(f)) {
		perror(argv[1]);
		return 1;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
