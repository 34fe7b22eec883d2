// SPDX-License-Identifier: GPL-2.0
/*
 * Children that may come to a standstill for ever.
 */
#include <errno.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "locks.h"
#include "notes/kin.h"
#include "notes/stuck.h"

static const struct timespec moment = { .tv_nsec = 1000000 };

/* Tasks in a cycle that is proved, 0: it has ended. */
static int watch(pid_t pid, struct locks *l)
{
	const struct locks_scope scope = { .pids = &pid, .n_pids = 1 };
	siginfo_t info;
	int err;

	for (;;) {
		info.si_pid = 0;
		if (waitid(P_PID, pid, &info, WEXITED | WNOHANG | WNOWAIT))
			return -errno;
		if (info.si_pid)
			return 0;
		err = locks_look(l, &scope);
		if (err)
			return err;
		if (locks_proved(l))
			return l->cycle[0].n;
		nanosleep(&moment, NULL);
	}
}

int stuck_or_ended(void (*fn)(void *arg), void *arg)
{
	struct locks l = { 0 };
	pid_t pid = kin_fork();
	int found, err;

	if (pid < 0)
		return pid;
	if (!pid) {
		fn(arg);
		_exit(0);
	}
	found = watch(pid, &l);
	locks_free(&l);
	err = found ? kin_kill(pid, NULL) : kin_wait(pid, NULL);
	return err ? err : found;
}
