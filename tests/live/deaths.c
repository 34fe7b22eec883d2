// SPDX-License-Identifier: GPL-2.0
/*
 * A known workload: processes that end, and what their parent does about it. Children end with
 * the codes 0, 1, 2, ...; MS is how long the parent sleeps, once all have ended, before it looks
 * after them. All have the name of the way.
 *
 * usage: deaths waited N MS       waits for each
 *        deaths waitid N MS	looks with WNOWAIT first, which reaps nobody, then waits by waitid()
 *        deaths ignored N	ignores SIGCHLD
 *        deaths nocldwait N	catches SIGCHLD, with SA_NOCLDWAIT
 *        deaths orphans N MS	a parent that does not wait; its own one is the subreaper, and does
 *        deaths leader N	processes whose first thread ends before the others
 *        deaths exec N		processes in which another thread than the first executes a program
 *        deaths silent N MS	children that send no signal at their end
 *        deaths killed N MS	children that are killed by SIGKILL
 *        deaths held N		says "ready" when all are zombies; at the end of input it waits for them
 */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST	2000

static int count, ms;
static pid_t pids[MOST];

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static void wait_for_ever(void)
{
	for (;;)
		pause();
}

static pid_t child(int flags)
{
	pid_t pid = syscall(SYS_clone, flags, NULL, NULL, NULL, NULL);

	if (pid < 0)
		fail("clone");
	return pid;
}

static void children(int flags)
{
	int i;

	for (i = 0; i < count; i++) {
		pids[i] = child(flags);
		if (!pids[i])
			_exit(i);
	}
}

/* Until all are zombies; nobody is reaped. */
static void zombies_all(void)
{
	siginfo_t info;
	int i;

	for (i = 0; i < count; i++) {
		if (waitid(P_PID, pids[i], &info, WEXITED | WNOWAIT | __WALL))
			fail("waitid");
	}
}

static void wait_all(int options)
{
	int n = 0;

	while (waitpid(-1, NULL, options) > 0)
		n++;
	if (errno != ECHILD || n != count)
		fail("waitpid");
}

static void zombies_wait(int options)
{
	zombies_all();
	usleep(ms * 1000);
	wait_all(options);
}

static void waited(void)
{
	children(SIGCHLD);
	zombies_wait(0);
}

static void by_waitid(void)
{
	siginfo_t info;
	int i;

	children(SIGCHLD);
	zombies_all();
	usleep(ms * 1000);
	for (i = 0; i < count; i++) {
		if (waitid(P_ALL, 0, &info, WEXITED))
			fail("waitid");
	}
}

static void none_left(void)
{
	if (wait(NULL) != -1 || errno != ECHILD)
		fail("somebody is left");
}

static void ignored(void)
{
	signal(SIGCHLD, SIG_IGN);
	children(SIGCHLD);
	none_left();
}

static void caught(int sig)
{
}

static void nocldwait(void)
{
	struct sigaction action = { .sa_handler = caught, .sa_flags = SA_NOCLDWAIT | SA_RESTART };

	sigaction(SIGCHLD, &action, NULL);
	children(SIGCHLD);
	none_left();
}

/* All are zombies when their parent ends. */
static void orphans(void)
{
	pid_t parent;

	prctl(PR_SET_CHILD_SUBREAPER, 1);
	parent = child(SIGCHLD);
	if (!parent) {
		prctl(PR_SET_CHILD_SUBREAPER, 0);
		children(SIGCHLD);
		zombies_all();
		_exit(0);
	}
	if (waitpid(parent, NULL, 0) != parent)
		fail("waitpid");
	usleep(ms * 1000);
	wait_all(0);
}

static void *thread_late(void *arg)
{
	usleep(20000);
	return arg;
}

static void leader(void)
{
	pthread_t thread;
	int i;

	for (i = 0; i < count; i++) {
		if (child(SIGCHLD))
			continue;
		if (pthread_create(&thread, NULL, thread_late, NULL))
			_exit(1);
		syscall(SYS_exit, 0);
	}
	wait_all(0);
}

static void *thread_exec(void *arg)
{
	execl("/bin/true", "true", NULL);
	_exit(127);
	return arg;
}

static void exec(void)
{
	pthread_t thread;
	int i;

	for (i = 0; i < count; i++) {
		if (child(SIGCHLD))
			continue;
		if (pthread_create(&thread, NULL, thread_exec, NULL))
			_exit(1);
		wait_for_ever();
	}
	wait_all(0);
}

static void silent(void)
{
	children(0);
	zombies_wait(__WALL);
}

static void killed(void)
{
	int i;

	for (i = 0; i < count; i++) {
		pids[i] = child(SIGCHLD);
		if (!pids[i])
			wait_for_ever();
		kill(pids[i], SIGKILL);
	}
	zombies_wait(0);
}

static void held(void)
{
	char byte;

	children(SIGCHLD);
	zombies_all();
	puts("ready");
	fflush(stdout);
	while (read(0, &byte, 1) > 0)
		;
	wait_all(0);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*run)(void);
	} ways[] = {
		{ "waited", waited }, { "waitid", by_waitid }, { "ignored", ignored },
		{ "nocldwait", nocldwait }, { "orphans", orphans }, { "leader", leader },
		{ "exec", exec }, { "silent", silent }, { "killed", killed }, { "held", held },
	};
	size_t i;

	if (prctl(PR_SET_PDEATHSIG, SIGKILL))
		return 1;
	count = argc > 2 ? atoi(argv[2]) : 0;
	if (count > MOST)
		return 2;
	ms = argc > 3 ? atoi(argv[3]) : 0;
	for (i = 0; count > 0 && i < sizeof(ways) / sizeof(ways[0]); i++) {
		if (strcmp(argv[1], ways[i].name))
			continue;
		prctl(PR_SET_NAME, argv[1]);
		ways[i].run();
		return 0;
	}
	fprintf(stderr, "usage: deaths WAY N [MS]\n");
	return 2;
}
