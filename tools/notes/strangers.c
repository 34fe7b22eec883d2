// SPDX-License-Identifier: GPL-2.0
/* Two processes that are no kin: each in a session of its own, made by a parent of its own. */
#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

#include "notes/kin.h"
#include "notes/strangers.h"

/* Which is killed with its parent. */
static void parent_main(int (*fn)(void *arg), void *arg)
{
	int status = 0;
	pid_t pid;

	setsid();
	pid = kin_fork();
	if (!pid)
		_exit(fn(arg) ? 1 : 0);
	_exit(pid < 0 || kin_wait(pid, &status) || status ? 1 : 0);
}

static pid_t stranger(int (*fn)(void *arg), void *arg)
{
	pid_t pid = kin_fork();

	if (!pid)
		parent_main(fn, arg);
	return pid;
}

/* Whichever ends first: with it the other, if it did not end well. */
static int both_wait(pid_t a, pid_t b)
{
	siginfo_t info = { 0 };
	int first = 0, second = 0, err;

	while (waitid(P_ALL, 0, &info, WEXITED | WNOWAIT)) {
		if (errno != EINTR)
			return -errno;
	}
	if (info.si_pid == b) {
		b = a;
		a = info.si_pid;
	}
	err = kin_wait(a, &first);
	if (!err)
		err = first ? kin_kill(b, &second) : kin_wait(b, &second);
	return !err && (first || second) ? -ECHILD : err;
}

int strangers(int (*one)(void *arg), int (*other)(void *arg), void *arg)
{
	pid_t a = stranger(one, arg), b;

	if (a < 0)
		return a;
	b = stranger(other, arg);
	if (b < 0) {
		kin_kill(a, NULL);
		return b;
	}
	return both_wait(a, b);
}
