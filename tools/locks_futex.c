// SPDX-License-Identifier: GPL-2.0
/*
 * Words of memory that tasks wait on: what kind of lock they belong to, and whose it is.
 *
 * What glibc keeps in a mutex, on machines of 64 bits: the word, how often its owner has taken it
 * (recursive ones only), the owner's number, how many use it, its kind. That is no interface, but
 * has not changed since 2.0, since programs allocate it. A word that is no mutex may have anything
 * beside it: all of this must fit, and the owner be a thread that can reach it.
 */
#include <inttypes.h>
#include <linux/futex.h>
#include <stdio.h>
#include <sys/syscall.h>

#include "elf_symbols.h"
#include "locks.h"
#include "util.h"

struct glibc_mutex {
	uint32_t word, count;
	int32_t owner;
	uint32_t users, kind;
};

/* Of a name, the path before a symbol. */
#define NAME_PATH_MAX	(LOCK_NAME_MAX - 97)

#define MUTEX_WAITED	2U		/* the word of a plain mutex that somebody waits for */
#define MUTEX_RECURSIVE	1U
#define MUTEX_TYPE	0x003U
#define MUTEX_ROBUST	0x010U
#define MUTEX_PSHARED	0x080U
#define MUTEX_ELISION	0x300U		/* asked for, or refused */

static bool is_private(const struct lock_task *t)
{
	return t->call.arg[1] & FUTEX_PRIVATE_FLAG;
}

/* A plain mutex that is held, and is waited for as such a one is. */
static bool is_mutex(const struct lock_task *t, const struct glibc_mutex *m)
{
	bool recursive = (m->kind & MUTEX_TYPE) == MUTEX_RECURSIVE;

	return (uint32_t)t->call.arg[2] == MUTEX_WAITED && m->word == MUTEX_WAITED &&
	       !(m->kind & ~(MUTEX_TYPE | MUTEX_PSHARED | MUTEX_ELISION)) &&
	       is_private(t) == !(m->kind & MUTEX_PSHARED) && m->owner > 0 && m->users > 0 &&
	       (recursive ? m->count > 0 : !m->count);
}

static bool is_robust(const struct lock_task *t, const struct glibc_mutex *m)
{
	uint32_t value = t->call.arg[2];

	return (value & FUTEX_WAITERS) && (value & FUTEX_TID_MASK) && m->word == value &&
	       (m->kind & MUTEX_ROBUST) &&
	       !(m->kind & ~(MUTEX_TYPE | MUTEX_ROBUST | MUTEX_PSHARED | MUTEX_ELISION));
}

/* Where pthread_join() waits: the kernel clears the word at the end of the thread it names. */
static bool is_join(const struct lock_task *t, const struct glibc_mutex *m)
{
	uint32_t value = t->call.arg[2];

	return !is_private(t) && value && !(value & ~FUTEX_TID_MASK) && m->word == value;
}

/* The number of who has it; 0: nobody can tell. Says in the wait what it is. */
static uint32_t owner_number(struct lock_task *t, const struct glibc_mutex *m)
{
	if (t->wait.kind == LOCK_PI) {
		t->wait.sure = true;
		return m->word & FUTEX_TID_MASK;
	}
	if (is_mutex(t, m)) {
		t->wait.kind = LOCK_MUTEX;
		t->wait.sure = true;
		return m->owner;
	}
	if (is_robust(t, m)) {
		t->wait.kind = LOCK_ROBUST;
		t->wait.sure = true;
		return m->word & FUTEX_TID_MASK;
	}
	return is_join(t, m) ? m->word : 0;
}

/*
 * By what it lies in: the variable of a program or library, if its symbols name one, else the place
 * in the file; or the address.
 */
static void name_fill(struct lock_task *t, const struct lock_mapping *m)
{
	uint64_t address = t->call.arg[0], offset = address - m->start + m->offset;
	char symbol[96];

	if (!m->path[0])
		snprintf(t->wait.name, sizeof(t->wait.name), "0x%" PRIx64, address);
	else if (!m->shared && elf_symbol(m->path, m->ino, offset, symbol, sizeof(symbol)))
		snprintf(t->wait.name, sizeof(t->wait.name), "%.*s:%s", (int)NAME_PATH_MAX,
			 m->path, symbol);
	else
		snprintf(t->wait.name, sizeof(t->wait.name), "%s+0x%" PRIx64, m->path, offset);
}

static void owner_forget(struct lock_task *t)
{
	t->wait.owner = 0;
	t->wait.owner_pid = 0;
	t->wait.gone = false;
}

void lock_futex(struct locks *l, struct lock_task *t)
{
	struct glibc_mutex mutex = { 0 };
	uint64_t address = t->call.arg[0];
	struct lock_mapping m;
	uint32_t number;
	bool join;

	t->wait.timed = t->call.arg[3];
	if (t->call.nr == SYS_futex_waitv) {
		snprintf(t->wait.name, sizeof(t->wait.name), "%d words", (int)t->call.arg[1]);
		return;
	}
	if (!lock_mapping_at(t->who.pid, address, &m))
		return;
	name_fill(t, &m);
	if (!lock_memory(t->who.pid, address, &mutex, sizeof(mutex)) &&
	    !lock_memory(t->who.pid, address, &mutex.word, sizeof(mutex.word)))
		return;
	number = owner_number(t, &mutex);
	join = number && t->wait.kind == LOCK_FUTEX;
	if (!number)
		return;
	if (is_private(t))
		m.shared = false;
	lock_owner_find(l, t, number, &m);
	/* Any word may hold such a number: it is a join only if a thread has it. */
	if (join && t->wait.owner && !m.shared && t->wait.owner != (pid_t)t->who.tid)
		t->wait.kind = LOCK_JOIN;
	else if (join)
		owner_forget(t);
}
