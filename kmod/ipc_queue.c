// SPDX-License-Identifier: GPL-2.0
/*
 * Queues of what was sent and not received yet: core/ipc_queue.h under the lock of each. What
 * somebody has received of whom is told under it, too, so that a receiver's calls tell in order.
 */
#include "core/ipc_futex.h"
#include "core/ipc_put.h"
#include "core/ipc_unseen.h"
#include "ipc.h"

/*
 * Whether something may have gone out of a queue unseen: a FIFO that all have closed is empty when
 * it is opened again, as is a datagram socket that gets another peer.
 */
static bool may_be_lost(const struct oscope_queue *q, u32 mechanism)
{
	return (mechanism == OSCOPE_IPC_FIFO || mechanism == OSCOPE_IPC_UNIX_DGRAM) &&
	       ipc_peek(q->first != q->last);
}

/*
 * Whether the kernel's own queue is empty, where that is of use; *begun: at which point. What is
 * fresh may have the name of something that was there before: a connection between the same ports.
 */
static bool queue_look(struct ipc_tables *t, struct ipc_call *c, const struct ipc_target *target,
		       bool fresh, u32 *begun)
{
	struct oscope_queue *q = &t->queue[c->object - 1];
	u32 flags = ipc_peek(READ_ONCE(q->flags));

	if (!READ_ONCE(t->seeded) || (flags & OSCOPE_QUEUE_FOREIGN))
		return false;
	if ((flags & OSCOPE_QUEUE_SYNCED) && !fresh && !may_be_lost(q, c->mechanism))
		return false;
	*begun = ipc_peek(READ_ONCE(q->begun));
	return ipc_target_empty(target, c->op);
}

/* Inline, so that what does a step is no pointer, which would be called through a thunk. */
static __always_inline void queue_squeeze(struct oscope_queue *q,
					  int (*one)(struct oscope_queue *q, u32 step))
{
	u32 step;

	for (step = 0; step < OSCOPE_QUEUE_RUNS; step++) {
		if (one(q, step))
			return;
	}
}

/* Whether a receiving call gets all messages that there are. */
static bool takes_all(const struct ipc_tables *t, const struct ipc_call *c)
{
	return oscope_ipc_take(c->mechanism) == OSCOPE_TAKE_ALL &&
	       !(t->object[c->object - 1].flags & OSCOPE_IPC_OBJECT_ONE);
}

/*
 * Where a call takes all there is, a message whose sender's call had not ended then may have been
 * among it. That shows when the only one who receives finds nothing, at the point *begun.
 */
static bool finds_nothing(const struct ipc_tables *t, const struct ipc_call *c,
			  const struct ipc_target *target, u32 *begun)
{
	const struct oscope_queue *q = &t->queue[c->object - 1];

	if (c->op != OSCOPE_IPC_RECEIVE || !takes_all(t, c) || !ipc_peek(q->first != q->last))
		return false;
	*begun = ipc_peek(READ_ONCE(q->begun));
	return ipc_target_empty(target, c->op);
}

static bool all_gone(const struct oscope_queue *q, u32 by, u32 begun)
{
	return q->begun == begun && !q->senders && q->receiver == by &&
	       !(q->flags & OSCOPE_QUEUE_MANY_TO);
}

/* A unit of a futex is somebody who was let go: a message without bytes. */
static void taken_tell(struct ipc_tables *t, struct ipc_call *c, const struct oscope_taken *taken,
		       u64 wake)
{
	struct oscope_taken woken;

	if (c->mechanism != OSCOPE_IPC_FUTEX) {
		ipc_pair_tell(t, c->object, &c->pair, taken, wake);
		return;
	}
	woken = *taken;
	woken.messages = woken.units;
	woken.size = 0;
	woken.flags |= OSCOPE_RUN_WHOLE;
	ipc_pair_tell(t, c->object, &c->pair, &woken, wake);
}

/* Take units for `by`, or for nobody, 0, and tell whose they were. Returns what nobody has sent. */
static u32 queue_take(struct ipc_tables *t, struct ipc_call *c, struct oscope_queue *q, u32 by,
		      u32 want, bool doubtful)
{
	struct oscope_taken taken;
	u32 i;

	for (i = 0; i < 2 * OSCOPE_QUEUE_RUNS && want; i++) {
		if (!oscope_queue_take(q, by, &want, doubtful, &taken))
			break;
		if (taken.units && taken.to)
			taken_tell(t, c, &taken, IPC_NO_WAKE);
	}
	return want;
}

void ipc_queue_begin(struct ipc_tables *t, struct ipc_call *c, const struct ipc_target *target,
		     u32 units, u32 how)
{
	u32 run = (oscope_ipc_take(c->mechanism) == OSCOPE_TAKE_BYTES ? 0 : OSCOPE_RUN_WHOLE) |
		  (how & IPC_QUEUE_FETCHES ? OSCOPE_RUN_FETCHES : 0);
	struct oscope_queue *q;
	u32 begun = 0;
	bool empty = queue_look(t, c, target, how & IPC_QUEUE_FRESH, &begun);
	bool nothing = !empty && finds_nothing(t, c, target, &begun);

	q = ipc_queue_lock(t, c->object);
	if (nothing && all_gone(q, c->tid, begun))
		queue_take(t, c, q, c->tid, OSCOPE_IPC_ANY_UNITS, false);
	if (empty)
		oscope_queue_empty(q, begun);
	if (c->op == OSCOPE_IPC_RECEIVE) {
		oscope_queue_receive(q, &c->crossed);
	} else {
		queue_squeeze(q, oscope_queue_squeeze);
		c->placed = oscope_queue_send(q, c->tid, units, 0, run, &c->number,
					      &c->crossed);
	}
	ipc_queue_unlock(t, c->object);
}

void ipc_queue_blind(struct ipc_tables *t, struct ipc_call *c)
{
	struct oscope_queue *q = ipc_queue_lock(t, c->object);

	oscope_queue_send_blind(q, &c->crossed);
	ipc_queue_unlock(t, c->object);
}

void ipc_queue_sent(struct ipc_tables *t, struct ipc_call *c, u32 sent)
{
	struct oscope_taken taken = { 0 };
	struct oscope_queue *q = ipc_queue_lock(t, c->object);
	u64 wake = IPC_NO_WAKE;

	if (c->placed)
		oscope_queue_sent(q, c->tid, c->number, c->crossed, sent, &taken);
	oscope_queue_send_ends(q, c->tid, sent);
	if (taken.to && (taken.units || taken.messages)) {
		if (smp_load_acquire(&c->left))		/* pairs with waking_leave() */
			wake = ipc_wake_word(c->left_send_wake_ns, c->left_wake_run_ns);
		taken_tell(t, c, &taken, wake);
	}
	if (taken.to && taken.owed)
		queue_take(t, c, q, taken.to, taken.owed, true);
	if (taken.excess)
		queue_take(t, c, q, 0, taken.excess, true);
	ipc_queue_unlock(t, c->object);
}

/*
 * Whoever has woken us is still in its call: it tells what we had of it, and of its waking. The
 * queue's lock is held, without which it does not end.
 */
static void waking_leave(struct ipc_tables *t, struct ipc_call *c)
{
	struct ipc_call *s = &t->call[c->waker_place];

	if (READ_ONCE(s->tid) != c->waker || s->op != OSCOPE_IPC_SEND || s->object != c->object)
		return;
	s->left_send_wake_ns = c->send_wake_ns;
	s->left_wake_run_ns = c->wake_run_ns;
	smp_store_release(&s->left, 1);		/* pairs with ipc_queue_sent() */
}

/* What a receiver has of the first sender, at once or when that one's call ends. */
static void first_tell(struct ipc_tables *t, struct ipc_call *c, const struct oscope_taken *taken)
{
	bool woken = taken->from && taken->from == c->waker;

	if (taken->units && taken->to)
		ipc_pair_tell(t, c->object, &c->pair, taken, woken && taken->to == c->tid ?
			      ipc_wake_word(c->send_wake_ns, c->wake_run_ns) : IPC_NO_WAKE);
	else if (woken)
		waking_leave(t, c);
}

u32 ipc_queue_received(struct ipc_tables *t, struct ipc_call *c, u32 units)
{
	struct oscope_queue *q = ipc_queue_lock(t, c->object);
	struct oscope_taken taken;
	u32 want = units;
	bool doubtful;

	if (units) {
		doubtful = oscope_queue_overlaps(q, c->crossed);
		if (takes_all(t, c))
			want = oscope_queue_all(q);
		if (oscope_queue_take(q, c->tid, &want, doubtful, &taken)) {
			first_tell(t, c, &taken);
			want = queue_take(t, c, q, c->tid, want, doubtful);
		}
	}
	oscope_queue_received(q, c->tid, units, want);
	ipc_queue_unlock(t, c->object);
	return want;
}

void ipc_choose_begin(struct ipc_tables *t, struct ipc_call *c, const struct ipc_target *target,
		      u32 tag)
{
	struct oscope_queue *q;
	u32 begun = 0;
	bool empty = queue_look(t, c, target, false, &begun);

	q = ipc_queue_lock(t, c->object);
	if (empty)
		oscope_queue_empty(q, begun);
	if (c->op == OSCOPE_IPC_RECEIVE) {
		oscope_choose_receive(q, &c->crossed, &c->number);
	} else {
		queue_squeeze(q, oscope_choose_squeeze);
		c->placed = oscope_choose_send(q, c->tid, tag, &c->number);
	}
	ipc_queue_unlock(t, c->object);
}

void ipc_choose_sent(struct ipc_tables *t, struct ipc_call *c, u32 sent)
{
	struct oscope_queue *q = ipc_queue_lock(t, c->object);
	struct oscope_taken taken = { 0 };
	u64 wake = IPC_NO_WAKE;

	if (c->placed)
		oscope_choose_sent(q, c->tid, c->number, sent, &taken);
	oscope_queue_send_ends(q, c->tid, sent);
	if (taken.units && taken.to) {
		if (taken.from == c->tid && smp_load_acquire(&c->left)) /* pairs: waking_leave() */
			wake = ipc_wake_word(c->left_send_wake_ns, c->left_wake_run_ns);
		ipc_pair_tell(t, c->object, &c->pair, &taken, wake);
	}
	ipc_queue_unlock(t, c->object);
}

u32 ipc_choose_received(struct ipc_tables *t, struct ipc_call *c, u32 got, u32 tag)
{
	struct oscope_queue *q = ipc_queue_lock(t, c->object);
	struct oscope_taken taken;
	u32 missing = oscope_choose_received(q, c->tid, got, tag, c->crossed, c->number, &taken);

	if (taken.from)
		first_tell(t, c, &taken);
	ipc_queue_unlock(t, c->object);
	return missing;
}

/* If there was no room, what is in it is forgotten when nobody is at it. */
void ipc_queue_wakes(struct ipc_tables *t, struct ipc_call *c)
{
	struct oscope_queue *q = ipc_queue_lock(t, c->object);

	if (!(q->flags & OSCOPE_QUEUE_SYNCED))
		oscope_queue_empty(q, q->begun);
	queue_squeeze(q, oscope_queue_squeeze);
	c->placed = oscope_queue_send(q, c->tid, OSCOPE_IPC_ANY_UNITS, 0, 0, &c->number,
				      &c->crossed);
	ipc_queue_unlock(t, c->object);
}

u32 ipc_queue_untold(struct ipc_tables *t, struct ipc_call *c, bool *doubtful)
{
	struct oscope_queue *q = ipc_queue_lock(t, c->object);
	struct oscope_taken taken;
	u32 want = 1;

	*doubtful = oscope_futex_doubtful(q);
	oscope_queue_received(q, c->tid, 1, 0);
	if (oscope_queue_take(q, c->tid, &want, *doubtful, &taken) && taken.units && taken.to)
		taken_tell(t, c, &taken, IPC_NO_WAKE);
	ipc_queue_unlock(t, c->object);
	return want ? 0 : taken.from;
}

void ipc_queue_forget(struct ipc_tables *t, u32 object)
{
	struct oscope_queue *q = ipc_queue_lock(t, object);

	oscope_queue_drop(q);
	oscope_queue_upset(q);
	q->senders = 0;
	q->receivers = 0;
	ipc_queue_unlock(t, object);
}

void ipc_queue_leave(struct ipc_tables *t, u32 object)
{
	struct oscope_queue *q = ipc_queue_lock(t, object);

	oscope_queue_drop(q);
	oscope_queue_upset(q);
	ipc_queue_unlock(t, object);
}

void ipc_queue_foreign(struct ipc_tables *t, u32 object)
{
	struct oscope_queue *q;

	/* Once is for ever. */
	if (!object || (ipc_peek(READ_ONCE(t->queue[object - 1].flags)) & OSCOPE_QUEUE_FOREIGN))
		return;
	q = ipc_queue_lock(t, object);
	oscope_queue_foreign(q);
	ipc_queue_unlock(t, object);
}

void ipc_queue_unseen(struct ipc_tables *t, u32 object, bool sends, bool begins)
{
	struct oscope_queue *q;

	if (!object)
		return;
	q = ipc_queue_lock(t, object);
	if (begins)
		oscope_queue_unseen_begins(q, sends);
	else
		oscope_queue_unseen_ends(q, sends);
	ipc_queue_unlock(t, object);
}
