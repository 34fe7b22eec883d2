/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who waits for which lock now, who has it, and who wait for each other for ever. From /proc and
 * from the memory of those who wait: it takes no probe, and no more than the right to trace them.
 *
 * A task waits for a lock if it is in a system call that does. Whose the lock is:
 *
 *   mutex         glibc keeps the owner beside the word that is waited on; taken for one only if
 *                 all that glibc keeps there fits
 *   robust-mutex, pi-mutex  the word itself holds the owner
 *   join          the word holds the thread whose end is waited for
 *   flock, fcntl  /proc/locks
 *   semaphore     SysV: who has operated on it last, which is a guess
 *   futex         any other word that is waited on: nobody can tell
 *
 * In a cycle of waits nobody can go on, if each of them holds what the one before it waits for,
 * at one and the same time, and waits without end. That they stand still is seen like this: each
 * one's count of switches is read, then its system call; and when all are known, the owners once
 * more, then each one's system call and its count of switches. Who has the same count twice and is
 * in the same call has not run in between, so none of the owners has given anything back.
 */
#ifndef OSCOPE_LOCKS_H
#define OSCOPE_LOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "out.h"
#include "proc.h"

enum lock_kind {
	LOCK_NONE, LOCK_FUTEX, LOCK_MUTEX, LOCK_ROBUST, LOCK_PI, LOCK_JOIN, LOCK_FLOCK, LOCK_FCNTL,
	LOCK_SEMAPHORE, LOCK_KINDS
};

extern const char *const lock_kind_names[LOCK_KINDS];

#define LOCK_NAME_MAX	320

struct lock_wait {
	enum lock_kind kind;
	char name[LOCK_NAME_MAX];	/* as it is: anybody may have chosen it */
	pid_t owner, owner_pid;		/* a thread, or the first of a process; 0: not known */
	bool gone;			/* whoever was the owner has ended */
	bool timed;			/* it ends by itself */
	bool sure;			/* the owner is the only one who can give it back */
	uint64_t dev, ino;		/* of a file, LOCK_FLOCK */
};

#define LOCKS_NOBODY	SIZE_MAX

/* One who waits. */
struct lock_task {
	struct out_task who;
	int cpu;
	bool asked;			/* in the scope, else only on the way from one who is */
	struct proc_call call;
	uint64_t switches;		/* of its CPU, before the call was looked at */
	uint64_t since_ns;		/* when it has last run, 0: not known */
	struct lock_wait wait;
	struct out_task owner;		/* of that; tid UINT32_MAX: not known */
	size_t next;			/* whom it waits for, of those who wait, or LOCKS_NOBODY */
	uint32_t cycle;			/* number of its cycle, from 1 on; 0: it is in none */
};

/* A cycle of waits that stands still. */
struct lock_cycle {
	size_t first, n;		/* of its tasks, from there along next */
	bool proved;			/* all owners are sure */
	uint64_t since_ns;		/* when it was closed, 0: not known */
};

/* Whom to look at. */
struct locks_scope {
	const pid_t *pids;		/* these processes */
	size_t n_pids;
	pid_t tree;			/* ... or the descendants of this one; else everybody */
};

struct locks {
	struct lock_task *task;
	size_t n, room;
	struct lock_cycle *cycle;
	size_t n_cycles, cycles_room;
	uint64_t looked, unreadable;	/* tasks: in the scope; of these, not ours to look at */
	uint64_t ns;			/* when it was done */
	uint64_t took_ns;
	bool times_of_all;		/* since when they wait: also of those without an owner */
	struct locks_cache *cache;	/* what is read at most once a look */
};

/*
 * Look once. What was there before is forgotten. 0, or -ESRCH, -EIO, -ENOMEM with a line printed.
 */
int locks_look(struct locks *l, const struct locks_scope *scope);
void locks_free(struct locks *l);

/* Processes that descend from that one (0: all), allocated. 0 or -errno. */
int locks_descendants(pid_t root, pid_t **pids, size_t *n);

/* Cycles that are proved. */
size_t locks_proved(const struct locks *l);

/* Fill in what a task waits for, by its call. */
void lock_fill(struct locks *l, struct lock_task *t);

/*
 * The parts of that, each in a file of its own. Fill in the wait of a task whose call is known;
 * without an owner if that cannot be told.
 */
enum lock_kind lock_call_kind(const struct proc_call *call);	/* what its call waits for */
void lock_futex(struct locks *l, struct lock_task *t);		/* locks_futex.c */
void lock_file(struct locks *l, struct lock_task *t);		/* locks_file.c */
void lock_semaphore(struct locks *l, struct lock_task *t);	/* locks_file.c */

/* Whether others have a file open through which the lock of t's wait can be given back. */
bool lock_file_shared(const struct lock_wait *w);

/* locks_cycle.c: find cycles, and prove them. 0 or -ENOMEM. */
int locks_cycles(struct locks *l);

/* What is read at most once a look; each 0 or -ENOMEM, or as if there were none. */
struct locks_cache {
	struct lock_number *number;	/* locks_owner.c */
	size_t n_numbers;
	struct lock_line *line;		/* locks_file.c */
	size_t n_lines;
	bool numbers_read, lines_read;
};

/* locks_owner.c: where an address lies in the memory of a process. */
struct lock_mapping {
	uint64_t start, end, offset, ino;
	char dev[16];
	bool shared;
	char path[256];			/* empty: anonymous */
};

/* Zeros behind a file's data are taken for that. */
bool lock_mapping_at(pid_t pid, uint64_t address, struct lock_mapping *to);

/*
 * Find whoever has a number that was written to a lock: a thread of the process of t, or, by a
 * mapping that is shared, of any process that has it too. The number is as its owner sees itself,
 * in its own PID namespace. Fills in owner, or gone.
 */
void lock_owner_find(struct locks *l, struct lock_task *t, uint32_t number,
		     const struct lock_mapping *m);

/* Bytes of another's memory. */
bool lock_memory(pid_t pid, uint64_t address, void *to, size_t bytes);

#endif /* OSCOPE_LOCKS_H */
