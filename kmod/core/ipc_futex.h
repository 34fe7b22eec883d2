/* SPDX-License-Identifier: GPL-2.0 */
/*
 * futex(2): which operations wait and which wake, and whose wake it was that no event has told of.
 * Pure functions on plain structs; whoever has a queue serialises them.
 *
 * Who is woken by a waking call is told by the scheduler's event in that call. But who waits may be
 * let go before it sleeps, or when a signal has woken it already: then there is no event. The
 * call's result says how many it has let go: what is more than the events is put into the object's
 * queue, and who was let go without an event takes one from there: oscope_queue_take(), as if it
 * had received it. That is sure as long as one has done all that lies there.
 *
 * Who holds a lock with priority inheritance hands it on; nobody else can. So there it is the last
 * call to unlock that has begun, if nobody had the lock from that yet; where there was no event the
 * word tells whether it was handed on at all. Of the queue of such a lock these are in use:
 * senders, begun, sender: of calls to unlock; receivers: calls to lock; and crossed_receives: the
 * number of the last call to unlock that somebody had the lock from.
 */
#ifndef OSCOPE_CORE_IPC_FUTEX_H
#define OSCOPE_CORE_IPC_FUTEX_H

#include "../uapi/oscope_ipc.h"
#include "ipc_calls.h"
#include "ipc_queue.h"

#define OSCOPE_FUTEX		0x01	/* one that is known */
#define OSCOPE_FUTEX_WAKES	0x02	/* else it waits */
#define OSCOPE_FUTEX_PI		0x04	/* a lock with priority inheritance */
#define OSCOPE_FUTEX_COUNTS	0x08	/* its result is how many it has woken */
#define OSCOPE_FUTEX_MOVES	0x10	/* moves who waits to another word */
#define OSCOPE_FUTEX_TWO	0x20	/* wakes who waits for its fifth argument, too */
#define OSCOPE_FUTEX_LIST	0x40	/* its word is in a list */
#define OSCOPE_FUTEX_SHARED	0x80	/* the word may be other memories', too */

#define OSCOPE_FUTEX_WAIT	OSCOPE_FUTEX
#define OSCOPE_FUTEX_LOCK	(OSCOPE_FUTEX | OSCOPE_FUTEX_PI)
#define OSCOPE_FUTEX_UNLOCK	(OSCOPE_FUTEX_LOCK | OSCOPE_FUTEX_WAKES)
#define OSCOPE_FUTEX_WAKE	(OSCOPE_FUTEX | OSCOPE_FUTEX_WAKES | OSCOPE_FUTEX_COUNTS)
#define OSCOPE_FUTEX_MOVE	(OSCOPE_FUTEX | OSCOPE_FUTEX_WAKES | OSCOPE_FUTEX_MOVES)

/* include/uapi/linux/futex.h. */
#define OSCOPE_FUTEX_FLAG_PRIVATE	128U
#define OSCOPE_FUTEX_FLAG_REALTIME	256U
#define OSCOPE_FUTEX_MARK		0x80000000U	/* FUTEX_WAITERS */

/*
 * What a call does, by its rule and its operation, or the flags of those that are a call for each.
 * 0: nothing that is followed.
 */
OSCOPE_CORE __u32 oscope_futex_does(__u32 rule, __u32 op)
{
	static const __u8 does[] = {
		[0] = OSCOPE_FUTEX_WAIT,
		[1] = OSCOPE_FUTEX_WAKE,
		[3] = OSCOPE_FUTEX_MOVE,			/* FUTEX_REQUEUE */
		[4] = OSCOPE_FUTEX_MOVE,			/* FUTEX_CMP_REQUEUE */
		[5] = OSCOPE_FUTEX_WAKE | OSCOPE_FUTEX_TWO,	/* FUTEX_WAKE_OP */
		[6] = OSCOPE_FUTEX_LOCK,			/* FUTEX_LOCK_PI */
		[7] = OSCOPE_FUTEX_UNLOCK,			/* FUTEX_UNLOCK_PI */
		[8] = OSCOPE_FUTEX_LOCK,			/* FUTEX_TRYLOCK_PI */
		[9] = OSCOPE_FUTEX_WAIT,			/* FUTEX_WAIT_BITSET */
		[10] = OSCOPE_FUTEX_WAKE,			/* FUTEX_WAKE_BITSET */
		[11] = OSCOPE_FUTEX_WAIT,			/* FUTEX_WAIT_REQUEUE_PI */
		[12] = OSCOPE_FUTEX_MOVE,			/* FUTEX_CMP_REQUEUE_PI */
		[13] = OSCOPE_FUTEX_LOCK,			/* FUTEX_LOCK_PI2 */
	};
	__u32 shared = op & OSCOPE_FUTEX_FLAG_PRIVATE ? 0 : OSCOPE_FUTEX_SHARED;

	if (rule & OSCOPE_IPC_CALL_FUTEX_LIST)
		return OSCOPE_FUTEX_LIST | (rule & OSCOPE_IPC_CALL_SENDS ? OSCOPE_FUTEX_MOVE :
					    OSCOPE_FUTEX_WAIT);
	if (!(rule & OSCOPE_IPC_CALL_FUTEX_OP))
		return shared | (rule & OSCOPE_IPC_CALL_SENDS ? OSCOPE_FUTEX_WAKE :
				 OSCOPE_FUTEX_WAIT);
	op &= ~(OSCOPE_FUTEX_FLAG_PRIVATE | OSCOPE_FUTEX_FLAG_REALTIME);
	return op < sizeof(does) && does[op] ? does[op] | shared : 0;
}

/*
 * Who was let go takes from a queue. Returns whether it may be another's: not one alone has put in
 * what is there, or may still, and then the rest is no more sure than that.
 */
OSCOPE_CORE int oscope_futex_doubtful(struct oscope_queue *q)
{
	const struct oscope_run *r;
	__u32 i, from = 0;
	int many = 0;

	for (i = 0; i < OSCOPE_QUEUE_RUNS; i++) {
		if (q->first + i == q->last)
			break;
		r = oscope_queue_run(q, q->first + i);
		if (oscope_run_dead(r))
			continue;
		many |= from && r->from != from;
		from = r->from;
	}
	if (many)
		oscope_queue_reordered(q, q->first);
	return many;
}

OSCOPE_CORE void oscope_futex_unlock_begins(struct oscope_queue *q, __u32 tid)
{
	q->senders++;
	q->begun++;
	q->sender = tid;
}

/* failed: its caller did not hold the lock, so the last that has begun is not the holder's. */
OSCOPE_CORE void oscope_futex_unlock_ends(struct oscope_queue *q, int failed)
{
	if (q->senders)
		q->senders--;
	if (failed)
		q->flags |= OSCOPE_QUEUE_LEFT_OUT;
}

/* A call to lock begins: *begun is to be given back. Returns whether nobody is unlocking. */
OSCOPE_CORE int oscope_futex_lock_begins(struct oscope_queue *q, __u32 *begun)
{
	*begun = q->begun;
	q->receivers++;
	return !q->senders;
}

OSCOPE_CORE void oscope_futex_lock_ends(struct oscope_queue *q)
{
	if (q->receivers)
		q->receivers--;
}

/* How a call to lock has got it. */
struct oscope_futex_got {
	__u32 woken;			/* by whom, as an event said; 0: none did */
	__u32 marked;			/* the word says that somebody waits: or is handed it */
	__u32 doubtful;			/* set: the mark may be of another who waits */
	__u32 free;			/* set: nobody has handed it on */
};

/*
 * A call to lock has ended, as above, and has the lock; begun, quiet: from its
 * begin. Returns who has handed it on, 0: nobody is known to have.
 */
OSCOPE_CORE __u32 oscope_futex_holder(struct oscope_queue *q, __u32 begun, int quiet,
				      struct oscope_futex_got *got)
{
	int meanwhile = q->begun != begun || !quiet;
	int last = got->marked && meanwhile && q->begun != q->crossed_receives;

	got->free = !got->woken && !last && (!got->marked || !meanwhile);
	got->doubtful = !got->woken && last && q->receivers;
	if (got->doubtful)
		q->flags |= OSCOPE_QUEUE_MANY_FROM | OSCOPE_QUEUE_MANY_TO;
	if (got->woken || last)
		q->crossed_receives = q->begun;
	if (got->woken)
		return got->woken;
	return last && !(q->flags & OSCOPE_QUEUE_LEFT_OUT) ? q->sender : 0;
}

#endif /* OSCOPE_CORE_IPC_FUTEX_H */
