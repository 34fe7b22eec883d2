// SPDX-License-Identifier: GPL-2.0
/*
 * BPF side: a call that waits for a futex or wakes who does ends: whom it has woken, or who it was
 * woken by. In the caller's context; interrupts are on, preemption is off.
 */
#include "ipc.bpf.h"
#include "../kmod/core/ipc_futex.h"

/* It was not the first of its list. */
__noinline int ipc_futex_settle(__u32 tid, __u64 entry)
{
	struct ipc_call *c = ipc_call_now(tid);
	__u32 object;

	if (!ipc_follows(OSCOPE_IPC_BIT(FUTEX)) || !c)
		return 0;
	object = ipc_futex_object(entry, OSCOPE_FUTEX_LIST, c->flags & IPC_CALL_PASSES);
	c->object = object;
	c->shown = object;
	return 0;
}

static __always_inline __u64 wake_end(struct ipc_call *c, struct oscope_queue *q,
				      struct ipc_lock *l, __s32 ret)
{
	__u32 woken = ret < 0 ? 0 : c->flags & IPC_CALL_COUNTS ? ret : c->told;

	if (!(c->flags & IPC_CALL_PI)) {
		if (c->entry_ns)
			ipc_queue_sent(c->tid, woken > c->told ? woken - c->told : 0);
	} else if (c->flags & IPC_CALL_PLACED) {
		bpf_spin_lock(&l->lock);
		oscope_futex_unlock_ends(q, ret < 0);
		bpf_spin_unlock(&l->lock);
	}
	return woken;
}

/* By which object who waits was woken, if it can have been by that call of its waker's; else 0. */
static __always_inline __u32 woken_through(struct ipc_call *c)
{
	__u32 cell = c->object - 1;
	struct oscope_ipc_object *o;

	if (!c->number || c->number == c->object || c->second == c->object)
		return c->object;
	o = bpf_map_lookup_elem(&ipc_objects, &cell);
	return o && (o->flags & OSCOPE_IPC_OBJECT_MOVED) ? c->number : 0;
}

static __always_inline void wait_tell(struct ipc_call *c, __u32 from, __u32 object, __u32 doubtful)
{
	__u64 wake = IPC_NO_WAKE;

	/* Reports show pairs of who has a use; of a word that it was moved to there is none yet. */
	if (object != c->object && (c->flags & IPC_CALL_PASSES))
		ipc_use_find((__u64)object << 40 | (__u64)c->op << 32 | c->tid);
	/* A thread's end is no call that has begun. */
	if (c->entry_ns && c->waker && c->number)
		wake = ipc_wake(c->send_wake_ns, c->wake_run_ns);
	c->pair = ipc_pair_tell(IPC_PAIR_PLACE(object, c->pair), (__u64)from << 32 | c->tid,
				1ULL << 32, wake, doubtful);
}

/* Whether the current task's word has the mark of those that somebody waits for. */
static __always_inline bool word_marked(void)
{
	void *regs = (void *)bpf_task_pt_regs(bpf_get_current_task_btf());
	__u32 word = 0;

	bpf_probe_read_user(&word, sizeof(word), (void *)regs_arg1(regs));
	return word & OSCOPE_FUTEX_MARK;
}

/* Whoever has the lock had it from the last holder, or it was free. */
static __always_inline __u64 lock_end(struct ipc_call *c, struct oscope_queue *q,
				      struct ipc_lock *l, __s32 ret)
{
	struct oscope_futex_got got = {
		.woken = c->waker,
		.marked = !c->woken_ns && word_marked(),
	};
	__u32 from = 0;

	bpf_spin_lock(&l->lock);
	if (c->flags & IPC_CALL_LOCKS)
		oscope_futex_lock_ends(q);
	if (ret >= 0)
		from = oscope_futex_holder(q, c->entry_ns ? c->crossed : q->begun,
					   c->flags & IPC_CALL_PLACED, &got);
	bpf_spin_unlock(&l->lock);
	if (ret < 0 || (got.free && !c->woken_ns))
		return 0;
	if (!from)
		return 1 | IPC_WOKEN_UNPAIRED;
	wait_tell(c, from, c->object, got.doubtful);
	return 1;
}

/* Which call has let go of c's caller without an event, if it has not ended: one may come. */
static __always_inline void untold_by(struct ipc_call *c, __u32 doubtful)
{
	struct ipc_call *s = ipc_call_now(c->taken.from);

	if (doubtful) {
		c->untold = IPC_UNTOLD;
		return;
	}
	c->untold = s && s->mechanism == OSCOPE_IPC_FUTEX ? s->tid : 0;
	if (s)
		c->untold_entry = s->entry_ns;
}

/* Who was let go without an event: by whoever has let go more than events tell of. */
static __always_inline __u64 untold_end(struct ipc_call *c, struct oscope_queue *q,
					struct ipc_lock *l)
{
	int doubtful;

	c->taken.from = 0;
	bpf_spin_lock(&l->lock);
	doubtful = oscope_futex_doubtful(q);
	oscope_queue_received(q, c->tid, 1, 0);
	bpf_spin_unlock(&l->lock);
	if (ipc_queue_take(c->tid, c->tid, 1, doubtful))
		return 1 | IPC_WOKEN_UNPAIRED;
	untold_by(c, doubtful);
	return 1;
}

static __always_inline __u64 wait_end(struct ipc_call *c, struct oscope_queue *q,
				      struct ipc_lock *l, __s32 ret)
{
	__u32 object;

	if (c->flags & IPC_CALL_PI)
		return lock_end(c, q, l, ret);
	if (ret < 0)
		return 0;
	object = c->waker ? woken_through(c) : 0;
	if (!object)
		return untold_end(c, q, l);
	wait_tell(c, c->waker, object, 0);
	return 1;
}

__noinline __u64 ipc_futex_end(__u32 tid, __s32 ret)
{
	struct ipc_call *c = ipc_call_now(tid);
	struct oscope_queue *q;
	struct ipc_lock *l;

	if (!ipc_follows(OSCOPE_IPC_BIT(FUTEX)) || !c)
		return 0;
	q = ipc_queue_of(c->object);
	l = ipc_lock_of(c->object);
	if (q && l)
		return c->op == OSCOPE_IPC_SEND ? wake_end(c, q, l, ret) : wait_end(c, q, l, ret);
	if (ret < 0)
		return 0;
	if (c->op == OSCOPE_IPC_RECEIVE)
		return 1 | IPC_WOKEN_UNPAIRED;
	return c->flags & IPC_CALL_COUNTS ? ret : c->told;
}
