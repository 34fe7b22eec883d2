// SPDX-License-Identifier: GPL-2.0
/*
 * BPF side: a call's way through the queue of its object. Functions that are verified for
 * themselves, by the number of the caller: what there is to know is in its call.
 */
#include "ipc.bpf.h"
#include "../kmod/core/ipc_unseen.h"

/* A step of oscope_queue_squeeze(). */
__noinline int ipc_queue_squeeze_one(__u32 tid, __u32 step)
{
	struct ipc_call *c = ipc_call_now(tid);
	struct oscope_queue *q;
	struct ipc_lock *l;
	int done, chooses;

	q = c ? ipc_queue_of(c->object) : NULL;
	l = c ? ipc_lock_of(c->object) : NULL;
	if (!q || !l)
		return 1;
	chooses = ipc_follows(IPC_CHOOSE) && oscope_ipc_take(c->mechanism) == OSCOPE_TAKE_CHOSEN;
	bpf_spin_lock(&l->lock);
	done = chooses ? oscope_choose_squeeze(q, step) : oscope_queue_squeeze(q, step);
	bpf_spin_unlock(&l->lock);
	return done;
}

__noinline int ipc_queue_squeeze(__u32 tid)
{
	__u32 step;

	for (step = 0; step < OSCOPE_QUEUE_RUNS; step++) {
		if (ipc_queue_squeeze_one(tid, step))
			break;
	}
	return 0;
}

__noinline int ipc_queue_begin(__u32 tid, __u32 units, __u64 look)
{
	struct ipc_call *c = ipc_part_now(tid);
	__u32 number = 0, crossed = 0, run;
	struct oscope_queue *q;
	struct ipc_lock *l;
	int placed = 0;

	q = c ? ipc_queue_of(c->object) : NULL;
	l = c ? ipc_lock_of(c->object) : NULL;
	if (!q || !l)
		return 0;
	run = (look & IPC_LOOK_WHOLE ? OSCOPE_RUN_WHOLE : 0) |
	      (look & IPC_LOOK_FETCHES ? OSCOPE_RUN_FETCHES : 0);
	bpf_spin_lock(&l->lock);
	if (look & IPC_LOOK_EMPTY)
		oscope_queue_empty(q, (__u32)look);
	if (c->op == OSCOPE_IPC_RECEIVE)
		oscope_queue_receive(q, &crossed);
	else
		placed = oscope_queue_send(q, tid, units, 0, run, &number, &crossed);
	bpf_spin_unlock(&l->lock);
	c->number = number;
	c->crossed = crossed;
	if (placed)
		c->flags |= IPC_CALL_PLACED;
	return 0;
}

/* Where receivers choose, of what has ended since it began: any may have been there, or not. */
#define ENDED_UNSEEN	(1U << 30)

__noinline int ipc_queue_begin_blind(__u32 tid)
{
	struct ipc_call *c = ipc_part_now(tid);
	__u32 crossed = 0, since = 0;
	struct oscope_queue *q;
	struct ipc_lock *l;

	q = c ? ipc_queue_of(c->object) : NULL;
	l = c ? ipc_lock_of(c->object) : NULL;
	if (!q || !l)
		return 0;
	bpf_spin_lock(&l->lock);
	if (c->op == OSCOPE_IPC_RECEIVE)
		oscope_choose_receive(q, &crossed, &since);
	else
		oscope_queue_send_blind(q, &crossed);
	bpf_spin_unlock(&l->lock);
	c->number = since - ENDED_UNSEEN;
	c->crossed = crossed;
	return 0;
}

static __always_inline void taken_tell(struct ipc_call *c, __u64 wake)
{
	const struct oscope_taken *t = &c->taken;
	__u64 what = (__u64)t->messages << 32 | (__u32)oscope_taken_bytes(t);

	if (ipc_follows(OSCOPE_IPC_BIT(FUTEX)) && c->mechanism == OSCOPE_IPC_FUTEX)
		what = (__u64)t->units << 32;
	c->pair = ipc_pair_tell(IPC_PAIR_PLACE(c->object, c->pair), (__u64)t->from << 32 | t->to,
				what, wake, t->flags & OSCOPE_RUN_UNCERTAIN);
}

#define NOTHING_THERE	(1ULL << 32)

/* Take of one sender, which is in taken then. What is left of units, and NOTHING_THERE. */
__noinline __u64 ipc_queue_take_one(__u32 tid, __u32 by, __u32 units, __u32 doubtful)
{
	struct ipc_call *c = ipc_part_now(tid);
	__u32 want = units;
	struct oscope_queue *q;
	struct ipc_lock *l;
	int more;

	q = c ? ipc_queue_of(c->object) : NULL;
	l = c ? ipc_lock_of(c->object) : NULL;
	if (!q || !l)
		return want | NOTHING_THERE;
	bpf_spin_lock(&l->lock);
	more = oscope_queue_take(q, by, &want, doubtful, &c->taken);
	bpf_spin_unlock(&l->lock);
	return more ? want : want | NOTHING_THERE;
}

__noinline __u32 ipc_queue_take(__u32 tid, __u32 by, __u32 units, __u32 doubtful)
{
	struct ipc_call *c = ipc_part_now(tid);
	__u64 want = units;
	__u32 i;

	for (i = 0; c && i < 2 * OSCOPE_QUEUE_RUNS && want; i++) {
		want = ipc_queue_take_one(tid, by, want, doubtful);
		if (want & NOTHING_THERE)
			break;
		if (c->taken.units && c->taken.to)
			taken_tell(c, IPC_NO_WAKE);
	}
	return want;
}

__noinline int ipc_queue_sent(__u32 tid, __u32 sent)
{
	struct ipc_call *c = ipc_call_now(tid);
	struct oscope_queue *q;
	__u32 to, owed, excess;
	struct ipc_lock *l;

	q = c ? ipc_queue_of(c->object) : NULL;
	l = c ? ipc_lock_of(c->object) : NULL;
	if (!q || !l)
		return 0;
	__builtin_memset(&c->taken, 0, sizeof(c->taken));
	bpf_spin_lock(&l->lock);
	if (c->flags & IPC_CALL_PLACED)
		oscope_queue_sent(q, tid, c->number, c->crossed, sent, &c->taken);
	oscope_queue_send_ends(q, tid, sent);
	bpf_spin_unlock(&l->lock);
	to = c->taken.to;
	owed = c->taken.owed;
	excess = c->taken.excess;
	if (to && (c->taken.units || c->taken.messages))
		taken_tell(c, c->left ?
			   ipc_wake(c->left_send_wake_ns, c->left_wake_run_ns) : IPC_NO_WAKE);
	if (to && owed)
		ipc_queue_take(tid, to, owed, 1);
	if (excess)
		ipc_queue_take(tid, 0, excess, 1);
	return 0;
}

/* Whoever has woken us is still in its call: it tells what we had of it, and of its waking. */
static __always_inline void waking_leave(struct ipc_call *c, __u32 sender)
{
	struct ipc_call *s = ipc_call_now(sender);

	if (!s || s->op != OSCOPE_IPC_SEND || s->object != c->object)
		return;
	s->left_send_wake_ns = c->send_wake_ns;
	s->left_wake_run_ns = c->wake_run_ns;
	barrier();
	s->left = 1;
}

/* What a receiver has of one sender, at once or when that one's call ends. */
static __always_inline void first_tell(struct ipc_call *c)
{
	__u32 from = c->taken.from;

	if (!from)
		return;
	if (c->taken.units)
		taken_tell(c, from == c->waker && c->taken.to == ipc_part_tid(c->tid) ?
			   ipc_wake(c->send_wake_ns, c->wake_run_ns) : IPC_NO_WAKE);
	else if (from == c->waker)
		waking_leave(c, from);
}

__noinline __u32 ipc_queue_received(__u32 tid, __u32 units, __u32 all)
{
	struct ipc_call *c = ipc_part_now(tid);
	__u32 want = units, doubtful = 0, by = ipc_part_tid(tid);
	struct oscope_queue *q;
	struct ipc_lock *l;

	q = c ? ipc_queue_of(c->object) : NULL;
	l = c ? ipc_lock_of(c->object) : NULL;
	if (!q || !l)
		return units;
	c->taken.from = 0;
	bpf_spin_lock(&l->lock);
	if (units) {
		doubtful = oscope_queue_overlaps(q, c->crossed);
		if (all)
			want = oscope_queue_all(q);
		oscope_queue_take(q, by, &want, doubtful, &c->taken);
	}
	if (!want)
		oscope_queue_received(q, by, units, 0);
	bpf_spin_unlock(&l->lock);
	first_tell(c);
	if (!want)
		return 0;
	want = ipc_queue_take(tid, by, want, doubtful);
	bpf_spin_lock(&l->lock);
	oscope_queue_received(q, by, units, want);
	bpf_spin_unlock(&l->lock);
	return want;
}

__noinline int ipc_choose_begin(__u32 tid, __u32 tag, __u64 look)
{
	struct ipc_call *c = ipc_call_now(tid);
	__u32 number = 0, crossed = 0;
	struct oscope_queue *q;
	struct ipc_lock *l;
	int placed = 0;

	q = c ? ipc_queue_of(c->object) : NULL;
	l = c ? ipc_lock_of(c->object) : NULL;
	if (!ipc_follows(IPC_CHOOSE) || !q || !l)
		return 0;
	bpf_spin_lock(&l->lock);
	if (look & IPC_LOOK_EMPTY)
		oscope_queue_empty(q, (__u32)look);
	if (c->op == OSCOPE_IPC_RECEIVE)
		oscope_choose_receive(q, &crossed, &number);
	else
		placed = oscope_choose_send(q, tid, tag, &number);
	bpf_spin_unlock(&l->lock);
	c->number = number;
	c->crossed = crossed;
	if (placed)
		c->flags |= IPC_CALL_PLACED;
	return 0;
}

__noinline int ipc_choose_sent(__u32 tid, __u32 sent)
{
	struct ipc_call *c = ipc_call_now(tid);
	struct oscope_queue *q;
	struct ipc_lock *l;

	q = c ? ipc_queue_of(c->object) : NULL;
	l = c ? ipc_lock_of(c->object) : NULL;
	if (!ipc_follows(IPC_CHOOSE) || !q || !l)
		return 0;
	__builtin_memset(&c->taken, 0, sizeof(c->taken));
	bpf_spin_lock(&l->lock);
	if (c->flags & IPC_CALL_PLACED)
		oscope_choose_sent(q, tid, c->number, sent, &c->taken);
	oscope_queue_send_ends(q, tid, sent);
	bpf_spin_unlock(&l->lock);
	if (c->taken.units && c->taken.to)
		taken_tell(c, c->taken.from == tid && c->left ?
			   ipc_wake(c->left_send_wake_ns, c->left_wake_run_ns) : IPC_NO_WAKE);
	return 0;
}

__noinline __u32 ipc_choose_received(__u32 tid, __u32 got, __u32 tag)
{
	struct ipc_call *c = ipc_call_now(tid);
	struct oscope_queue *q;
	struct ipc_lock *l;
	__u32 missing;

	q = c ? ipc_queue_of(c->object) : NULL;
	l = c ? ipc_lock_of(c->object) : NULL;
	if (!ipc_follows(IPC_CHOOSE) || !q || !l)
		return got;
	bpf_spin_lock(&l->lock);
	missing = oscope_choose_received(q, tid, got, tag, c->crossed, c->number, &c->taken);
	bpf_spin_unlock(&l->lock);
	first_tell(c);
	return missing;
}
