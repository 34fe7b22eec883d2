/* SPDX-License-Identifier: GPL-2.0 */
/*
 * SysV semaphores: which calls raise one, and which wait. Pure functions on plain structs.
 *
 * A call is about several semaphores of a set at once. It may have to sleep if it lowers one of
 * them, or waits until one is zero: then it is a wait, whatever else it does. Any change may let go
 * of somebody who sleeps: who raises one, who lowers one to zero, and who removes the set.
 */
#ifndef OSCOPE_CORE_IPC_SEM_H
#define OSCOPE_CORE_IPC_SEM_H

#include "contract.h"

/* include/uapi/linux/sem.h: struct sembuf. */
struct oscope_sembuf {
	__u16 number;
	__s16 op;
	__s16 flags;
};

#define OSCOPE_SEM_LOOK		8U	/* operations of a call that are looked at, at most */

/* include/uapi/linux/sem.h, include/uapi/linux/ipc.h: what semctl(2) does that may wake. */
#define OSCOPE_SEM_REMOVE	0U
#define OSCOPE_SEM_SETVAL	16U
#define OSCOPE_SEM_SETALL	17U
#define OSCOPE_EIDRM		43	/* include/uapi/asm-generic/errno.h */

OSCOPE_CORE int oscope_sem_control(__u32 what)
{
	return what == OSCOPE_SEM_REMOVE || what == OSCOPE_SEM_SETVAL || what == OSCOPE_SEM_SETALL;
}

/* What is no operation: it raises. */
#define OSCOPE_SEM_RAISES	{ 0, 1, 0 }

/*
 * Whether one of a list may have to be waited for; the rest of it raises. Without a branch, since
 * the verifier of BPF would follow both ways at each.
 */
OSCOPE_CORE int oscope_sem_waits(const struct oscope_sembuf op[OSCOPE_SEM_LOOK])
{
	__u32 waits = 0, i;

	for (i = 0; i < OSCOPE_SEM_LOOK; i++)
		waits |= (__u32)(op[i].op - 1) >> 31;
	return waits;
}

/* Whether a call that has ended so, after it slept, was let go by who has changed the set. */
OSCOPE_CORE int oscope_sem_let_go(__s32 ret)
{
	return ret >= 0 || ret == -OSCOPE_EIDRM;
}

#endif /* OSCOPE_CORE_IPC_SEM_H */
