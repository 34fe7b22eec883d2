// SPDX-License-Identifier: GPL-2.0
/* isolate.share-only: can only threads have variables in common? */
#include <errno.h>
#include <pthread.h>
#include <sys/uio.h>
#include <unistd.h>

#include "notes/kin.h"
#include "notes/notes.h"

#define ADDS	2000	/* of each of two processes */
#define VALUE	4711

enum { MAPPED, READ };
enum { NONE_LOST, READ_DIRECTLY };

struct shared {
	pthread_mutex_t lock;
	volatile int count;
};

static int add_all(struct shared *sh)
{
	int i;

	for (i = 0; i < ADDS; i++) {
		if (pthread_mutex_lock(&sh->lock))
			return -EDEADLK;
		sh->count++;
		pthread_mutex_unlock(&sh->lock);
	}
	return 0;
}

static int run_mapped(struct sample *s)
{
	struct shared *sh = kin_shared(sizeof(*sh));
	int err;
	pid_t pid;

	if (!sh)
		return -ENOMEM;
	err = kin_mutex(&sh->lock, PTHREAD_MUTEX_STALLED);
	if (err)
		return err;
	pid = kin_fork();
	if (pid < 0)
		return pid;
	if (!pid)
		_exit(add_all(sh) ? 1 : 0);
	err = add_all(sh);
	if (!err)
		err = kin_ends_well(pid);
	sample_see(s, NONE_LOST, !err && sh->count == 2 * ADDS);
	s->ops = 1;
	return err;
}

/* The peer is blocked all the time, and lets nobody have anything. */
static void peer_main(volatile int *variable, int ready, int end)
{
	*variable = VALUE;
	kin_tell(ready);
	kin_hear(end);
	_exit(0);
}

static int run_read(struct sample *s)
{
	static volatile int variable;
	int ready[2], end[2], got = 0, err;
	struct iovec to = { &got, sizeof(got) }, from = { (void *)&variable, sizeof(variable) };
	pid_t pid;

	if (pipe(ready) || pipe(end))
		return -errno;
	pid = kin_fork();
	if (pid < 0)
		return pid;
	if (!pid) {
		close(end[1]);
		peer_main(&variable, ready[1], end[0]);
	}
	err = kin_hear(ready[0]);
	/* Not to be allowed to is an outcome, too; anything else is no experiment. */
	if (!err && process_vm_readv(pid, &to, 1, &from, 1, 0) < 0 && errno != EPERM)
		err = -errno;
	/* Its own variable has not changed: it is another one at the same address. */
	sample_see(s, READ_DIRECTLY, got == VALUE && variable != VALUE);
	close(end[1]);
	kin_wait(pid, NULL);
	s->ops = 1;
	return err;
}

static void decide(struct note *n)
{
	double mapped = note_seen_mean(n, MAPPED, NONE_LOST);
	double direct = note_seen_mean(n, READ, READ_DIRECTLY);

	if (note_outcomes(n) == OUTCOMES_YES)
		note_verdict(n, VERDICT_FALSE,
			     "two processes counted to %d in common memory under a common mutex and "
			     "lost nothing, and one read the variable of another that slept",
			     2 * ADDS);
	else if (mapped <= 0 && direct <= 0)
		note_verdict(n, VERDICT_HOLDS,
			     "neither common memory nor a direct read worked between processes");
	else
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "common memory worked in %.0f %% of the samples, a direct read in "
			     "%.0f %%", 100 * mapped, 100 * direct);
}

static const struct claim share_only = {
	.id = "isolate.share-only",
	.topic = "isolate",
	.claim = "Sharing variables needs threads; processes need a go-between",
	.claim_zh = "共享变量只能用线程，进程需要中介",
	.how =
		"Two processes each add 2000 times to a variable in a shared mapping, under a "
		"mutex that lies beside it (PTHREAD_PROCESS_SHARED). And one process reads the "
		"variable of another, which sleeps, by process_vm_readv(2). An operation is one "
		"such pair.",
	.gates =
		"One fork and no thread an operation.",
	.rule =
		"FALSE if in every sample no addition was lost and the read gave the other's "
		"value; HOLDS if neither ever was so; else INCONCLUSIVE HERE, with the shares. "
		"The effect is the share in which processes did share.",
	.live = "grep rw-s /proc/PID/maps",
	.op = "pair",
	.seen = { [NONE_LOST] = "none_lost", [READ_DIRECTLY] = "read_directly" },
	.needed = { SAW(MAPPED, NONE_LOST), SAW(READ, READ_DIRECTLY) },
	.counts = {
		MADE(MAPPED, FORK, 1), MADE(MAPPED, THREAD, 0), MADE(READ, FORK, 1),
		MADE(READ, THREAD, 0),
	},
	.needs_lives = true,
	.arm = {
		[MAPPED] = { "mapped", run_mapped },
		[READ] = { "read", run_read },
	},
	.decide = decide,
};
CLAIM(share_only);
