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

int stuck_mutex(pthread_mutex_t *m, int kind)
{
	pthread_mutexattr_t attr;
	int err;

	pthread_mutexattr_init(&attr);
	pthread_mutexattr_settype(&attr, kind);
	err = pthread_mutex_init(m, &attr);
	pthread_mutexattr_destroy(&attr);
	return -err;
}

struct pair {
	pthread_mutex_t mutex[2];
	pthread_barrier_t all_have_one;
	bool opposite;
};

/* With both in the same order there is nobody to wait for before the first is taken. */
static void take_both(struct pair *p, int first)
{
	pthread_mutex_lock(&p->mutex[first]);
	if (p->opposite)
		pthread_barrier_wait(&p->all_have_one);
	pthread_mutex_lock(&p->mutex[1 - first]);
	pthread_mutex_unlock(&p->mutex[1 - first]);
	pthread_mutex_unlock(&p->mutex[first]);
}

static void *second(void *arg)
{
	struct pair *p = arg;

	take_both(p, p->opposite ? 1 : 0);
	return NULL;
}

static void both(void *arg)
{
	struct pair *p = arg;
	pthread_t thread;

	pthread_barrier_init(&p->all_have_one, NULL, 2);
	if (pthread_create(&thread, NULL, second, p))
		_exit(1);
	take_both(p, 0);
	pthread_join(thread, NULL);
}

int stuck_pair(int kind, bool opposite)
{
	struct pair p = { .opposite = opposite };
	int err = stuck_mutex(&p.mutex[0], kind);

	if (!err)
		err = stuck_mutex(&p.mutex[1], kind);
	return err ? err : stuck_or_ended(both, &p);
}
