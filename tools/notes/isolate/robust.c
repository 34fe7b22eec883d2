// SPDX-License-Identifier: GPL-2.0
/* isolate.robust: what becomes of locks whose holder is killed? */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/sem.h>
#include <time.h>
#include <unistd.h>

#include "notes/kin.h"
#include "notes/notes.h"

#define WAIT_NS 20000000L	/* for a lock whose holder is dead */

enum { PLAIN_STUCK, ROBUST_TOLD, UNDO_RELEASED, FLOCK_RELEASED };

struct locks {
	pthread_mutex_t plain, robust;
	int sem, file;
	int ready[2];
};

/* Semaphores outlive who makes them; those of an IPC namespace go with its last process. */
static int locks_make(struct locks *l)
{
	union {
		int val;
	} one = { 1 };
	int err;

	if (unshare(CLONE_NEWIPC))
		return -errno;
	l->sem = semget(IPC_PRIVATE, 1, 0600);
	if (l->sem < 0 || semctl(l->sem, 0, SETVAL, one))
		return -errno;
	l->file = memfd_create("note", MFD_CLOEXEC);
	if (l->file < 0 || pipe(l->ready))
		return -errno;
	err = kin_mutex(&l->plain, PTHREAD_MUTEX_STALLED);
	return err ? err : kin_mutex(&l->robust, PTHREAD_MUTEX_ROBUST);
}

/* A descriptor of its own: flock(2) belongs to the open file, which fork shares. */
static int file_again(const struct locks *l)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", l->file);
	return open(path, O_RDWR | O_CLOEXEC);
}

static int sem_add(int sem, short by, short flags)
{
	struct sembuf op = { .sem_op = by, .sem_flg = flags };

	return semop(sem, &op, 1) ? -errno : 0;
}

/* Take all four, say so, and hold them until the end. */
static void holder_main(struct locks *l)
{
	int fd = file_again(l);

	if (pthread_mutex_lock(&l->plain) || pthread_mutex_lock(&l->robust) ||
	    sem_add(l->sem, -1, SEM_UNDO) || fd < 0 || flock(fd, LOCK_EX) ||
	    kin_tell(l->ready[1]))
		_exit(1);
	for (;;)
		pause();
}

/* 0 or the error number of a lock taken with a time limit. */
static int take(pthread_mutex_t *m)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += WAIT_NS;
	until.tv_sec += until.tv_nsec / 1000000000L;
	until.tv_nsec %= 1000000000L;
	return pthread_mutex_timedlock(m, &until);
}

static void look(struct sample *s, struct locks *l)
{
	int fd = file_again(l);

	sample_see(s, PLAIN_STUCK, take(&l->plain) == ETIMEDOUT);
	sample_see(s, ROBUST_TOLD, take(&l->robust) == EOWNERDEAD);
	sample_see(s, UNDO_RELEASED, !sem_add(l->sem, -1, IPC_NOWAIT));
	sample_see(s, FLOCK_RELEASED, fd >= 0 && !flock(fd, LOCK_EX | LOCK_NB));
}

/* While the holder lives none of them is to be had, or nothing was held. */
static bool all_held(struct locks *l)
{
	int fd = file_again(l);
	bool held;

	held = pthread_mutex_trylock(&l->plain) == EBUSY &&
	       pthread_mutex_trylock(&l->robust) == EBUSY &&
	       sem_add(l->sem, -1, IPC_NOWAIT) == -EAGAIN && flock(fd, LOCK_EX | LOCK_NB);
	close(fd);
	return held;
}

static int run(struct sample *s)
{
	struct locks *l = kin_shared(sizeof(*l));
	pid_t pid;
	int err;

	if (!l)
		return -ENOMEM;
	err = locks_make(l);
	if (err)
		return err;
	pid = kin_fork();
	if (pid < 0)
		return pid;
	if (!pid)
		holder_main(l);
	close(l->ready[1]);
	err = kin_hear(l->ready[0]);
	s->turns = !err && all_held(l);
	kin_kill(pid, NULL);
	if (!err)
		look(s, l);
	s->ops = 1;
	return err;
}

static void say_yes(struct note *n)
{
	note_verdict(n, VERDICT_HOLDS,
		     "a plain mutex stayed locked; a robust one said EOWNERDEAD, a "
		     "semaphore with SEM_UNDO and flock(2) were free again, always");
}

static void say_no(struct note *n)
{
	double stuck = note_seen_mean(n, 0, PLAIN_STUCK);
	double told = note_seen_mean(n, 0, ROBUST_TOLD);
	double undone = note_seen_mean(n, 0, UNDO_RELEASED);
	double released = note_seen_mean(n, 0, FLOCK_RELEASED);

	note_verdict(n, VERDICT_FALSE,
		     "share of plain mutexes stuck %.2f, of robust ones that told %.2f, "
		     "of SEM_UNDO released %.2f, of flock %.2f", stuck, told, undone,
		     released);
}

static const struct claim robust = {
	.id = "isolate.robust",
	.topic = "isolate",
	.claim =
		"A dead lock holder leaves a plain lock held; robust locks, SEM_UNDO and flock not",
	.claim_zh = "持锁进程死亡后普通锁不会释放，robust 锁和 flock 会",
	.how =
		"A process takes a plain and a robust mutex in shared memory, a System V semaphore "
		"with SEM_UNDO and a file lock, and is killed. Its parent tries each: a mutex for "
		"20 ms. All is in an IPC namespace of its own. An operation is one death.",
	.gates =
		"One fork and one process killed an operation; before that none of the four was "
		"to be had.",
	.rule =
		"HOLDS if in every sample the plain mutex was not to be had in time, the robust "
		"one gave EOWNERDEAD, and semaphore and file lock were free; FALSE if one of these "
		"never is so; else INCONCLUSIVE HERE, with the share.",
	.live = "oscope states --why -- PROGRAM, reason futex",
	.op = "death",
	.seen = {
		[PLAIN_STUCK] = "plain_stuck", [ROBUST_TOLD] = "robust_told",
		[UNDO_RELEASED] = "sem_undo_released", [FLOCK_RELEASED] = "flock_released",
	},
	.needed = {
		SAW(0, PLAIN_STUCK), SAW(0, ROBUST_TOLD), SAW(0, UNDO_RELEASED),
		SAW(0, FLOCK_RELEASED),
	},
	.counts = {
		MADE(0, FORK, 1), COUNT(KILLED, 0, 1), NAMED(TURNS, 0, 1, "all held before/op"),
	},
	.needs_lives = true,
	.arm = { { "holder", run } },
	.yes = say_yes,
	.no = say_no,
};
CLAIM(robust);
