// SPDX-License-Identifier: GPL-2.0
/* ipc.shm-size: is it easy to choose and change how large shared memory is? */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

#include "notes/kin.h"
#include "notes/notes.h"
#include "notes/own.h"

#define PLACE	"/dev/shm"
#define NAME	"/oscope-note"
#define KEY	0x6f73636f	/* in a namespace that has no other */
#define PAGES	4L		/* at first; then twice as many */
#define ROOM	32L		/* pages that there are for all */
#define GONE	7		/* status of who reached for memory that is not there any more */
#define SHMMAX	"/proc/sys/kernel/shmmax"
#define SHMALL	"/proc/sys/kernel/shmall"
#define SHMMNI	"/proc/sys/kernel/shmmni"

enum { POSIX, SYSV };
enum { GROWN, SHRUNK, FULL, FIXED, TOO_LARGE, TOO_MUCH, TOO_MANY };

static void gone(int sig)
{
	_exit(GONE);
}

/* What becomes of a child that writes to a page of it: its status. */
static int child_writes(volatile char *at, long page, int i)
{
	int status = -1;
	pid_t pid = kin_fork();

	if (pid < 0)
		return pid;
	if (!pid) {
		signal(SIGBUS, gone);
		at[i * page] = 'c';
		_exit(0);
	}
	return kin_wait(pid, &status) ? -ECHILD : WEXITSTATUS(status);
}

/* Its file system has so many pages, and a file may have fewer, or more, at any time. */
static int run_posix(struct sample *s)
{
	long page = sysconf(_SC_PAGESIZE);
	volatile char *at;
	char options[32];
	int fd, err;

	snprintf(options, sizeof(options), "size=%ld", ROOM * page);
	err = own_files(PLACE, options);
	if (err)
		return err;
	fd = shm_open(NAME, O_RDWR | O_CREAT | O_EXCL, 0600);
	if (fd < 0 || ftruncate(fd, PAGES * page))
		return -errno;
	at = mmap(NULL, 2 * PAGES * page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (at == MAP_FAILED)
		return -errno;
	/* The map was made before there was that much. */
	s->turns = child_writes(at, page, 2 * PAGES - 1) == GONE;
	sample_see(s, GROWN, !ftruncate(fd, 2 * PAGES * page) &&
		   !child_writes(at, page, 2 * PAGES - 1) && at[(2 * PAGES - 1) * page] == 'c');
	sample_see(s, SHRUNK, !ftruncate(fd, PAGES * page) &&
		   child_writes(at, page, 2 * PAGES - 1) == GONE &&
		   !child_writes(at, page, PAGES - 1));
	sample_see(s, FULL, !posix_fallocate(fd, 0, ROOM * page) &&
		   posix_fallocate(fd, 0, (ROOM + 1) * page) == ENOSPC);
	s->ops = 1;
	return 0;
}

/* Errors of asking for so many pages under a key. 0: there is one. */
static int segment(key_t key, long pages)
{
	int id = shmget(key, pages * sysconf(_SC_PAGESIZE), IPC_CREAT | 0600);

	return id < 0 ? -errno : 0;
}

static int limits_set(long page)
{
	int err = own_limit_set(SHMMAX, 2 * PAGES * page);

	if (!err)
		err = own_limit_set(SHMALL, ROOM);
	return err ? err : own_limit_set(SHMMNI, ROOM);
}

static int run_sysv(struct sample *s)
{
	long page = sysconf(_SC_PAGESIZE), pages, n = 1;
	int err = own_ipc();

	if (!err)
		err = limits_set(page);
	if (!err)
		err = segment(KEY, PAGES);
	if (err)
		return err;
	s->turns = own_limit(SHMMAX) == 2 * PAGES * page && own_limit(SHMALL) == ROOM &&
		   own_limit(SHMMNI) == ROOM;
	sample_see(s, FIXED, segment(KEY, PAGES + 1) == -EINVAL);
	sample_see(s, TOO_LARGE, segment(KEY + 1, 2 * PAGES + 1) == -EINVAL);
	for (pages = PAGES; pages + 2 * PAGES <= ROOM; pages += 2 * PAGES, n++)
		err |= segment(IPC_PRIVATE, 2 * PAGES);
	sample_see(s, TOO_MUCH, !err && segment(IPC_PRIVATE, ROOM - pages + 1) == -ENOSPC);
	/* Room for all of them, then: what is left is their number. */
	err = own_limit_set(SHMALL, 2 * PAGES * ROOM);
	while (!err && !segment(IPC_PRIVATE, 1))
		n++;
	sample_see(s, TOO_MANY, n == ROOM);
	s->ops = 1;
	return err;
}

static void say_yes(struct note *n)
{
	static const char *const limits =
		"more than its file system has was ENOSPC; past shmmax a segment was EINVAL, past "
		"shmall and shmmni ENOSPC";

	if (note_seen_always(n, SYSV, FIXED, 1))
		note_verdict(n, VERDICT_HOLDS_IF,
			     "it is POSIX: that grew and shrank while it was mapped, where a "
			     "System V segment has the size it was made with; %s", limits);
	else
		note_verdict(n, VERDICT_HOLDS,
			     "POSIX memory grew and shrank while it was mapped, and a System V "
			     "segment was to be had larger in %.0f %% of the samples; %s",
			     100 - 100 * note_seen_mean(n, SYSV, FIXED), limits);
}

static void say_no(struct note *n)
{
	note_verdict(n, VERDICT_FALSE,
		     "share of samples in which POSIX memory grew %.2f, shrank %.2f, was full at "
		     "its limit %.2f; limits of System V were kept, shmmax %.2f, shmall %.2f, "
		     "shmmni "
		     "%.2f", note_seen_mean(n, POSIX, GROWN), note_seen_mean(n, POSIX, SHRUNK),
		     note_seen_mean(n, POSIX, FULL), note_seen_mean(n, SYSV, TOO_LARGE),
		     note_seen_mean(n, SYSV, TOO_MUCH), note_seen_mean(n, SYSV, TOO_MANY));
}

static const struct claim shm_size = {
	.id = "ipc.shm-size",
	.topic = "ipc",
	.claim = "The capacity of shared memory is easy to control",
	.claim_zh = "共享内存的容量容易控制",
	.how =
		"POSIX shared memory of four pages is mapped with room for eight, made larger, and "
		"smaller again; a child writes to the last page each time. Its file system, in a "
		"mount namespace of its own, has 32 pages, which are asked for, and one more. A "
		"System V segment is asked for once more, larger; then limits, which are lowered "
		"in an IPC namespace of their own, are gone up to. An operation is all of that.",
	.gates =
		"Before it is made larger the last page is not there, and who writes to it gets "
		"SIGBUS; the lowered limits are read again.",
	.rule =
		"HOLDS if in every sample POSIX memory grew and shrank, and each limit was reached "
		"and kept; HOLDS IF it is POSIX, if a System V segment could not be had larger; "
		"FALSE if one of the first never is so; else INCONCLUSIVE HERE, with the share.",
	.live = "ipcs -m -l; df /dev/shm; oscope ipc -- PROGRAM",
	.op = "memory",
	.seen = {
		[GROWN] = "grown", [SHRUNK] = "shrunk", [FULL] = "full", [FIXED] = "fixed",
		[TOO_LARGE] = "too_large", [TOO_MUCH] = "too_much", [TOO_MANY] = "too_many",
	},
	.needed = {
		SAW(POSIX, GROWN), SAW(POSIX, SHRUNK), SAW(POSIX, FULL), SAW(SYSV, TOO_LARGE),
		SAW(SYSV, TOO_MUCH), SAW(SYSV, TOO_MANY),
	},
	.counts = { NAMED(TURNS, ALL_ARMS, 1, "as it should be before/op") },
	.arm = { [POSIX] = { "posix", run_posix }, [SYSV] = { "sysv", run_sysv } },
	.yes = say_yes,
	.no = say_no,
};
CLAIM(shm_size);
