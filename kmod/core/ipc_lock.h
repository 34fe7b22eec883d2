/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Locks of files: which calls take and which release them. Pure functions.
 */
#ifndef OSCOPE_CORE_IPC_LOCK_H
#define OSCOPE_CORE_IPC_LOCK_H

#include <asm/unistd.h>

#include "contract.h"

/* What a call does. */
#define OSCOPE_LOCK_NOTHING	0U	/* that is followed */
#define OSCOPE_LOCK_TAKES	1U	/* or gives back a part: exclusive to shared */
#define OSCOPE_LOCK_RELEASES	2U
#define OSCOPE_LOCK_BY_TYPE	3U	/* what its third argument points to says which */

/* include/uapi/asm-generic/fcntl.h */
#define OSCOPE_LOCK_UNLCK	2U	/* the first word, of 16 bits, of a struct flock */

/* flock(2), by its operation. */
OSCOPE_CORE __u32 oscope_lock_flock(__u32 op)
{
	op &= ~4U;			/* LOCK_NB */
	if (op == 8)			/* LOCK_UN */
		return OSCOPE_LOCK_RELEASES;
	return op == 1 || op == 2 ? OSCOPE_LOCK_TAKES : OSCOPE_LOCK_NOTHING;
}

/* fcntl(2), by its command: F_SETLK, F_SETLKW, F_OFD_SETLK, F_OFD_SETLKW. */
OSCOPE_CORE __u32 oscope_lock_fcntl(__u32 command)
{
	return command == 6 || command == 7 || command == 37 || command == 38 ?
	       OSCOPE_LOCK_BY_TYPE : OSCOPE_LOCK_NOTHING;
}

OSCOPE_CORE __u32 oscope_lock_does(__u64 call, __u32 argument)
{
	return call == __NR_flock ? oscope_lock_flock(argument) : oscope_lock_fcntl(argument);
}

/* Whether a call closes files, which gives back the locks that somebody has by them. */
OSCOPE_CORE int oscope_lock_closes(__u64 call)
{
	switch (call) {
	case __NR_close:
	case __NR_close_range:
	case __NR_dup3:
	case __NR_execve:
	case __NR_execveat:
#ifdef __NR_dup2
	case __NR_dup2:			/* newer machines do without */
#endif
		return 1;
	default:
		return 0;
	}
}

#endif /* OSCOPE_CORE_IPC_LOCK_H */
