// SPDX-License-Identifier: GPL-2.0
/*
 * A known workload: N tasks made in each way there is, one after the other; all end, and are
 * waited for.
 *
 * usage: births N N each of: fork, vfork, posix_spawn of a program, clone(CLONE_VM), thread, and
 * fork with a program executed by the child
 */
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define STACK	65536

extern char **environ;
static char *const program[] = { "/bin/true", NULL };

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static void reap(pid_t pid)
{
	if (pid < 0 || waitpid(pid, NULL, __WALL) != pid)
		fail("child");
}

static void by_fork(void)
{
	pid_t pid = fork();

	if (!pid)
		_exit(0);
	reap(pid);
}

static void by_vfork(void)
{
	pid_t pid = vfork();

	if (!pid)
		_exit(0);
	reap(pid);
}

static void by_spawn(void)
{
	pid_t pid;

	if (posix_spawn(&pid, program[0], NULL, NULL, program, environ))
		fail("posix_spawn");
	reap(pid);
}

static int nothing(void *arg)
{
	return 0;
}

static void by_clone(void)
{
	char *stack = mmap(NULL, STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (stack == MAP_FAILED)
		fail("mmap");
	reap(clone(nothing, stack + STACK, CLONE_VM | SIGCHLD, NULL));
	munmap(stack, STACK);
}

static void *thread(void *arg)
{
	return arg;
}

static void by_thread(void)
{
	pthread_t t;

	if (pthread_create(&t, NULL, thread, NULL) || pthread_join(t, NULL))
		fail("thread");
}

static void by_exec(void)
{
	pid_t pid = fork();

	if (!pid) {
		execv(program[0], program);
		_exit(127);
	}
	reap(pid);
}

int main(int argc, char **argv)
{
	int i, n = argc > 1 ? atoi(argv[1]) : 0;

	for (i = 0; i < n; i++) {
		by_fork();
		by_vfork();
		by_spawn();
		by_clone();
		by_thread();
		by_exec();
	}
	return n < 1;
}
