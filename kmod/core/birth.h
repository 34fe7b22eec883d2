/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How a task was made, by the flags of clone(2) and by what it is; what of that grows with its
 * maker's memory. Pure functions.
 */
#ifndef OSCOPE_CORE_BIRTH_H
#define OSCOPE_CORE_BIRTH_H

#include "contract.h"

/* The kernel's own numbers, include/uapi/linux/sched.h. */
#define OSCOPE_CLONE_VM		0x00000100U
#define OSCOPE_CLONE_VFORK	0x00004000U
#define OSCOPE_CLONE_THREAD	0x00010000U

/* Kinds partition all that is made: kernel's own first, then by the flags. Never reordered. */
enum oscope_birth {
	OSCOPE_BIRTH_FORK	= 0,	/* a process with a copy of the address space */
	OSCOPE_BIRTH_VFORK	= 1,	/* ... that borrows it until exec or end */
	OSCOPE_BIRTH_CLONE	= 2,	/* ... that shares it */
	OSCOPE_BIRTH_THREAD	= 3,	/* a thread of the maker's process */
	OSCOPE_BIRTH_KTHREAD	= 4,	/* a kernel thread */
	OSCOPE_BIRTH_WORKER	= 5,	/* a user's task in the kernel: io_uring, vhost */
	OSCOPE_BIRTHS		= 6,
};

/* clone_flags: w2 of NEWTASK; flags: OSCOPE_NEW_*. */
OSCOPE_CORE __u32 oscope_birth_kind(__u32 clone_flags, __u32 flags)
{
	if (flags & OSCOPE_NEW_KTHREAD)
		return OSCOPE_BIRTH_KTHREAD;
	if (flags & OSCOPE_NEW_WORKER)
		return OSCOPE_BIRTH_WORKER;
	if (clone_flags & OSCOPE_CLONE_THREAD)
		return OSCOPE_BIRTH_THREAD;
	if (clone_flags & OSCOPE_CLONE_VFORK)
		return OSCOPE_BIRTH_VFORK;
	return clone_flags & OSCOPE_CLONE_VM ? OSCOPE_BIRTH_CLONE : OSCOPE_BIRTH_FORK;
}

/*
 * Makers by the size of their resident memory: the largest power of two that is not larger than it;
 * 0 for none.
 */
OSCOPE_CORE __u64 oscope_birth_bucket(__u64 resident_bytes)
{
	return resident_bytes ? 1ULL << (63 - __builtin_clzll(resident_bytes)) : 0;
}

/* A memory's size as MEMORY has it, in KiB; page_shift: log2 of a page's bytes. */
OSCOPE_CORE __u32 oscope_birth_kib(__u64 pages, __u32 page_shift)
{
	__u64 kib = pages << (page_shift - 10);

	return kib < ~0U ? (__u32)kib : ~0U;
}

/* Page faults between two counts as FAULTS has them, which wrap around. */
OSCOPE_CORE __u32 oscope_faults_between(__u32 then, __u32 now)
{
	return now - then;
}

#endif /* OSCOPE_CORE_BIRTH_H */
