// SPDX-License-Identifier: GPL-2.0
/* A count that can be waited for, by whichever means. */
#include <errno.h>
#include <linux/futex.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/sem.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "notes/latch.h"

static void futex(uint32_t *word, int op, uint32_t val)
{
	syscall(SYS_futex, word, op, val, NULL, NULL, 0);
}

static int sysv_add(const struct latch *l, int by)
{
	struct sembuf op = { .sem_op = (short)by };

	while (semop(l->sysv, &op, 1)) {
		if (errno != EINTR)
			return -errno;
	}
	return 0;
}

int latch_init(struct latch *l, enum latch_kind kind, unsigned int count)
{
	memset(l, 0, sizeof(*l));
	l->kind = kind;
	switch (kind) {
	case LATCH_POSIX:
		return sem_init(&l->posix, 1, count) ? -errno : 0;
	case LATCH_SYSV:
		l->sysv = semget(IPC_PRIVATE, 1, 0600);
		if (l->sysv < 0)
			return -errno;
		return count ? sysv_add(l, (int)count) : 0;
	case LATCH_EVENTFD:
		l->fd = eventfd(count, EFD_SEMAPHORE | EFD_CLOEXEC);
		return l->fd < 0 ? -errno : 0;
	default:
		l->count = count;
		return 0;
	}
}

int latch_up(struct latch *l)
{
	switch (l->kind) {
	case LATCH_POSIX:
		return sem_post(&l->posix) ? -errno : 0;
	case LATCH_SYSV:
		return sysv_add(l, 1);
	case LATCH_EVENTFD:
		return eventfd_write(l->fd, 1) ? -errno : 0;
	default:
		__atomic_add_fetch(&l->count, 1, __ATOMIC_SEQ_CST);
		if (__atomic_load_n(&l->sleepers, __ATOMIC_SEQ_CST))
			futex(&l->count, FUTEX_WAKE, 1);
		return 0;
	}
}

/* One taker at a time: what is there is his. */
static int down_word(struct latch *l)
{
	while (!__atomic_load_n(&l->count, __ATOMIC_SEQ_CST)) {
		if (l->kind == LATCH_SPIN) {
#ifdef __x86_64__
			__builtin_ia32_pause();
#endif
			continue;
		}
		__atomic_add_fetch(&l->sleepers, 1, __ATOMIC_SEQ_CST);
		futex(&l->count, FUTEX_WAIT, 0);
		__atomic_sub_fetch(&l->sleepers, 1, __ATOMIC_SEQ_CST);
	}
	__atomic_sub_fetch(&l->count, 1, __ATOMIC_SEQ_CST);
	return 0;
}

int latch_down(struct latch *l)
{
	eventfd_t value;

	switch (l->kind) {
	case LATCH_POSIX:
		return sem_wait(&l->posix) ? -errno : 0;
	case LATCH_SYSV:
		return sysv_add(l, -1);
	case LATCH_EVENTFD:
		return eventfd_read(l->fd, &value) ? -errno : 0;
	default:
		return down_word(l);
	}
}
