/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory that processes share: who has how much of which segment, from whom. Pure functions on
 * plain structs. Threads of a process may attach at the same time, hence the atomic additions.
 */
#ifndef OSCOPE_CORE_IPC_SHARE_H
#define OSCOPE_CORE_IPC_SHARE_H

#include "../uapi/oscope_ipc.h"
#include "contract.h"

OSCOPE_ASSERT_SIZE(struct oscope_ipc_segment, 32);
OSCOPE_ASSERT_SIZE(struct oscope_ipc_share, 64);

#define OSCOPE_IPC_SHARE_KEY(object, process)	((__u64)(object) << 32 | (__u32)(process))

/* include/uapi/asm-generic/mman-common.h */
#define OSCOPE_MAP_SHARED	0x01U
#define OSCOPE_MAP_ANONYMOUS	0x20U

/* Whether a call of mmap(2) may map what others have, too. */
OSCOPE_CORE int oscope_map_shares(__u64 flags)
{
	return (flags & OSCOPE_MAP_SHARED) && !(flags & OSCOPE_MAP_ANONYMOUS);
}

OSCOPE_CORE int oscope_is_segment(__u32 mechanism)
{
	return mechanism < OSCOPE_IPCS && (OSCOPE_IPC_SEGMENTS >> mechanism & 1);
}

OSCOPE_CORE void oscope_share_grows(struct oscope_ipc_share *s, __u64 bytes)
{
	__u64 now = __sync_fetch_and_add(&s->bytes, bytes) + bytes;

	if (now > s->bytes_max)
		s->bytes_max = now;
	s->ended = OSCOPE_IPC_HELD;
}

/* A process has attached a segment. */
OSCOPE_CORE void oscope_share_attach(struct oscope_ipc_share *s, __u64 bytes)
{
	__sync_fetch_and_add(&s->attaches, 1);
	oscope_share_grows(s, bytes);
}

/* The bytes of it that are left; how often others may come between is bounded, as BPF has it. */
#define OSCOPE_SHARE_TRIES	64

OSCOPE_CORE __u64 oscope_share_shrinks(struct oscope_ipc_share *s, __u64 bytes)
{
	__u64 had = oscope_once(s->bytes), left, was;
	__u32 i;

	for (i = 0; i < OSCOPE_SHARE_TRIES; i++) {
		left = bytes < had ? had - bytes : 0;
		was = __sync_val_compare_and_swap(&s->bytes, had, left);
		if (was == had)
			return left;
		had = was;
	}
	return had;
}

/* ... or detached it; it may have had it from before the trace. */
OSCOPE_CORE void oscope_share_detach(struct oscope_ipc_share *s, __u64 bytes)
{
	__sync_fetch_and_add(&s->detaches, 1);
	if (!oscope_share_shrinks(s, bytes))
		s->ended = OSCOPE_IPC_DETACHED;
}

/*
 * A process that was made has a copy of what its parent had. Whoever looks at what all have, when
 * the trace begins, may have come first: then that is all of it.
 */
OSCOPE_CORE void oscope_share_inherit(struct oscope_ipc_share *s, __u32 parent, __u64 bytes)
{
	s->parent = parent;
	if (!(s->flags & OSCOPE_IPC_SHARE_BEFORE) || !oscope_once(s->bytes))
		oscope_share_grows(s, bytes);
}

/* A process has another memory from now on, or none: OSCOPE_IPC_EXEC, OSCOPE_IPC_EXIT. */
OSCOPE_CORE void oscope_share_end(struct oscope_ipc_share *s, __u32 how)
{
	s->bytes = 0;
	s->ended = how;
}

#endif /* OSCOPE_CORE_IPC_SHARE_H */
