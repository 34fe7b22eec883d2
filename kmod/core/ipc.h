/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Accounting of inter-process communication: what calls came to. Pure functions on plain structs.
 * Whose message it is that somebody receives: ipc_queue.h.
 */
#ifndef OSCOPE_CORE_IPC_H
#define OSCOPE_CORE_IPC_H

#include "../uapi/oscope_ipc.h"
#include "hist.h"

OSCOPE_ASSERT_SIZE(struct oscope_ipc_sum, 96);
OSCOPE_ASSERT_SIZE(struct oscope_ipc_object, 80);
OSCOPE_ASSERT_SIZE(struct oscope_ipc_use, 104);
OSCOPE_ASSERT_SIZE(struct oscope_ipc_pair, 64);

/* include/uapi/asm-generic/errno-base.h, the same on all machines that we build for. */
#define OSCOPE_EAGAIN	11
#define OSCOPE_ENOMSG	42		/* include/uapi/asm-generic/errno.h, the same */

/* What one call came to. */
struct oscope_ipc_call {
	__u64 latency_ns;
	__u64 blocked_ns;
	__u32 switches, wakeups;
	__u32 messages;			/* that it has moved; 0: nothing, or it failed */
	__u64 bytes;
	__u32 handed;			/* 1: held_ns is valid */
	__u64 held_ns;
	int error;			/* 0, or a positive errno */
	__u32 unpaired;			/* of its messages: nobody was seen to send them */
};

/* Add a call. One writer a sum at a time. */
OSCOPE_CORE void oscope_ipc_count(struct oscope_ipc_sum *s, const struct oscope_ipc_call *c)
{
	oscope_add(&s->count, 1);
	oscope_add(&s->messages, c->messages);
	oscope_add(&s->bytes, c->bytes);
	if (c->error == OSCOPE_EAGAIN)
		oscope_add(&s->eagain, 1);
	else if (c->error)
		oscope_add(&s->errors, 1);
	oscope_add(&s->latency_ns, c->latency_ns);
	oscope_add(&s->blocked_ns, c->blocked_ns);
	oscope_add(&s->switches, c->switches);
	oscope_add(&s->wakeups, c->wakeups);
	if (c->unpaired)
		oscope_add(&s->unpaired, c->unpaired);
	if (c->handed) {
		oscope_add(&s->handed, 1);
		oscope_add(&s->held_ns, c->held_ns);
	}
}

/*
 * Where to look first in a table. What differs may be in the upper bits of a key only, of which the
 * middle ones of a product have little.
 */
OSCOPE_CORE __u32 oscope_ipc_hash(__u64 key)
{
	key = (key ^ key >> 32) * 0x9e3779b97f4a7c15ULL;
	return ((key ^ key >> 32) * 0x9e3779b97f4a7c15ULL) >> 32;
}

/*
 * And where then: each step is longer by one, so that keys which begin side by side part, and a
 * table takes all that come until three quarters of it are full. With steps of one, and as many
 * places, it turns one of 400 away on the way there, and with half of them the first at 45 %.
 */
#define OSCOPE_IPC_PLACES	32U

OSCOPE_CORE __u32 oscope_ipc_place(__u32 hash, __u32 i)
{
	return hash + i * (i + 1) / 2;
}

/* How receivers of a mechanism take. */
OSCOPE_CORE __u32 oscope_ipc_take(__u32 mechanism)
{
#define OSCOPE_IPC_TAKE(id, name, send, receive, take)	OSCOPE_TAKE_##take,
	static const __u8 takes[] = { OSCOPE_IPC_LIST(OSCOPE_IPC_TAKE) };

	return mechanism < OSCOPE_IPCS ? takes[mechanism] : OSCOPE_TAKE_MESSAGE;
}

#endif /* OSCOPE_CORE_IPC_H */
