/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A count that can be waited for, by whichever means: what hands the turn over where a message is
 * in memory already. Between processes. Errors: -errno.
 */
#ifndef OSCOPE_NOTES_LATCH_H
#define OSCOPE_NOTES_LATCH_H

#include <semaphore.h>
#include <stdint.h>

enum latch_kind {
	LATCH_SPIN,			/* never asks the kernel */
	LATCH_FUTEX,			/* asks it only to sleep, and to wake who sleeps */
	LATCH_POSIX,			/* sem_wait(3) */
	LATCH_SYSV,			/* semop(2) */
	LATCH_EVENTFD,			/* read(2) and write(2) */
};

/* In memory that both have, and made before the other is. */
struct latch {
	_Alignas(64) uint32_t count;
	uint32_t sleepers;
	enum latch_kind kind;
	sem_t posix;
	int sysv, fd;
};

int latch_init(struct latch *l, enum latch_kind kind, unsigned int count);
int latch_up(struct latch *l);
/* Until it is more than 0. */
int latch_down(struct latch *l);

#endif /* OSCOPE_NOTES_LATCH_H */
