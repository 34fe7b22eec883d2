// SPDX-License-Identifier: GPL-2.0
/* ipc.sem-sync: is a semaphore a count, that makes wait and carries nothing else? */
#include <errno.h>
#include <semaphore.h>
#include <stdbool.h>
#include <sys/sem.h>
#include <unistd.h>

#include "notes/kin.h"
#include "notes/notes.h"
#include "notes/own.h"

#define POSTS	5
#define FREE_OPS 2000		/* without a wait: what a process does before is nothing then */

enum { POSIX, SYSV, POSIX_FREE, SYSV_FREE };
enum { WAITED, IN_ORDER, COUNT_KEPT };

/* One of either kind, with its count at 0. */
struct semaphore {
	sem_t posix;
	int sysv;			/* -1: it is the other one */
};

static int semaphore_make(struct semaphore *m, bool sysv)
{
	int err = sysv ? own_ipc() : 0;

	m->sysv = -1;
	if (err)
		return err;
	if (sysv)
		m->sysv = semget(IPC_PRIVATE, 1, 0600);
	else if (sem_init(&m->posix, 1, 0))
		return -errno;
	return sysv && m->sysv < 0 ? -errno : 0;
}

static int sysv_add(const struct semaphore *m, short by, short flags)
{
	struct sembuf op = { .sem_op = by, .sem_flg = flags };

	return semop(m->sysv, &op, 1) ? -errno : 0;
}

static int post(struct semaphore *m)
{
	if (m->sysv >= 0)
		return sysv_add(m, 1, 0);
	return sem_post(&m->posix) ? -errno : 0;
}

static int take(struct semaphore *m, bool waits)
{
	if (m->sysv >= 0)
		return sysv_add(m, -1, waits ? 0 : IPC_NOWAIT);
	return (waits ? sem_wait(&m->posix) : sem_trywait(&m->posix)) ? -errno : 0;
}

/* As many as were posted are to be had without a wait, and not one more. */
static bool count_kept(struct semaphore *m)
{
	int i;

	for (i = 0; i < POSTS; i++) {
		if (post(m))
			return false;
	}
	for (i = 0; i < POSTS; i++) {
		if (take(m, false))
			return false;
	}
	return take(m, false) == -EAGAIN;
}

struct pair {
	struct semaphore semaphore;
	volatile int written;
};

/* What the other has written before its post must be there after the wait. */
static void waiter_main(struct pair *p)
{
	kin_name("waiter");
	_exit(take(&p->semaphore, true) || !p->written ? 1 : 0);
}

static int run_pair(struct sample *s)
{
	struct pair *p = kin_shared(sizeof(*p));
	int status = 1, err;
	pid_t pid;

	if (!p)
		return -ENOMEM;
	err = semaphore_make(&p->semaphore, s->arm == SYSV);
	if (err)
		return err;
	sample_see(s, COUNT_KEPT, count_kept(&p->semaphore));
	pid = kin_fork();
	if (pid < 0)
		return pid;
	if (!pid)
		waiter_main(p);
	sample_see(s, WAITED, !kin_asleep(pid));
	p->written = 1;
	err = post(&p->semaphore);
	if (!err)
		err = kin_wait(pid, &status);
	sample_see(s, IN_ORDER, !status);
	s->ops = 1;
	return err;
}

/* Up and down, with nobody else there. */
static int run_free(struct sample *s)
{
	uint64_t ops = s->exact_ops ? s->exact_ops : FREE_OPS;
	struct semaphore m;
	int err = semaphore_make(&m, s->arm == SYSV_FREE);

	while (!err && s->ops < ops) {
		err = post(&m);
		if (!err)
			err = take(&m, true);
		s->ops++;
	}
	return err;
}

static void check(struct note *n)
{
	note_gate_waits(n, POSIX, 0, OSCOPE_REASON_FUTEX, WAITED);
	note_gate_waits(n, SYSV, 0, OSCOPE_REASON_SEMOP, WAITED);
}

static void say_yes(struct note *n)
{
	note_verdict(n, VERDICT_HOLDS,
		     "who found it at 0 slept until the other had posted, and saw what that one "
		     "had written before; %d posts were %d takes and no more, and nothing else "
		     "came with them; up and down with nobody waiting takes %.2f system calls with "
		     "POSIX, %.2f with System V", POSTS, POSTS, n->counted[POSIX_FREE].syscalls,
		     n->counted[SYSV_FREE].syscalls);
}

static void say_no(struct note *n)
{
	note_verdict(n, VERDICT_FALSE,
		     "share of samples in which it made wait %.2f and %.2f, what was written "
		     "before was there %.2f and %.2f, its count was right %.2f and %.2f (POSIX, "
		     "System V)",
		     note_seen_mean(n, POSIX, WAITED), note_seen_mean(n, SYSV, WAITED),
		     note_seen_mean(n, POSIX, IN_ORDER), note_seen_mean(n, SYSV, IN_ORDER),
		     note_seen_mean(n, POSIX, COUNT_KEPT), note_seen_mean(n, SYSV, COUNT_KEPT));
}

static const struct claim sem_sync = {
	.id = "ipc.sem-sync",
	.topic = "ipc",
	.claim = "A semaphore is a counter: it synchronises, it carries no message",
	.claim_zh = "信号量是计数器，用于同步而不传递数据",
	.how =
		"A semaphore is posted five times, and taken as often as it can be. Then a child "
		"takes it at 0; once it sleeps its parent writes a word into memory that both "
		"have, and posts. Two more arms post and take over and over, with nobody waiting. "
		"Both kinds, System V's in an IPC namespace of its own. An operation is one such "
		"pair, or one post and take.",
	.gates =
		"The child's sleeps by the probes, for futex and for semop, are as many as its "
		"parent saw.",
	.rule =
		"HOLDS if in every sample, of both kinds, the child slept and found the word after "
		"it, and as many takes went through as there were posts; FALSE if one of these "
		"never is so; else INCONCLUSIVE HERE, with the share. System calls are shown "
		"beside it.",
	.live = "oscope states --why -- PROGRAM, reasons futex and semop; ipcs -s",
	.op = "operation",
	.seen = {
		[WAITED] = "waited", [IN_ORDER] = "in_order", [COUNT_KEPT] = "count_kept",
	},
	.tasks = { "waiter" },
	.needed = {
		SAW(POSIX, WAITED), SAW(POSIX, IN_ORDER), SAW(POSIX, COUNT_KEPT),
		SAW(SYSV, WAITED), SAW(SYSV, IN_ORDER), SAW(SYSV, COUNT_KEPT),
	},
	.needs_states = true,
	.needs_syscalls = true,
	.arm = {
		[POSIX] = { "posix", run_pair }, [SYSV] = { "sysv", run_pair },
		[POSIX_FREE] = { "posix_free", run_free, true },
		[SYSV_FREE] = { "sysv_free", run_free, true },
	},
	.check = check,
	.yes = say_yes,
	.no = say_no,
};
CLAIM(sem_sync);
