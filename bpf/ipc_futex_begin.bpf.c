// SPDX-License-Identifier: GPL-2.0
/*
 * BPF side: a call that waits for a futex or wakes who does begins: the object of its word. In the
 * caller's context; interrupts are on, preemption is off.
 */
#include "ipc_call.bpf.h"
#include "ipc/futex.bpf.h"

__noinline __u32 ipc_futex_object(__u64 word, __u32 does, __u32 make)
{
	return futex_object(bpf_get_current_task_btf(), word, does, make);
}

/* Whether a word that only this memory has is the object of that cell + 1. */
static __always_inline bool object_is(__u32 object, struct task_struct *p, __u64 word)
{
	__u32 cell = object - 1;
	struct oscope_ipc_object *o = bpf_map_lookup_elem(&ipc_objects, &cell);

	return o && o->key == futex_key(p, word) && o->mechanism;
}

/* The object of a call: that of the last of its kind, or looked for. */
static __always_inline __u32 call_word(struct ipc_call *c, struct task_struct *p, __u64 word,
				       __u32 does, bool make)
{
	__u32 *last = does & OSCOPE_FUTEX_WAKES ? &c->end[OSCOPE_IPC_SEND] :
		      &c->end[OSCOPE_IPC_RECEIVE];

	if (!(does & (OSCOPE_FUTEX_SHARED | OSCOPE_FUTEX_LIST)) && object_is(*last, p, word))
		return *last;
	*last = ipc_futex_object(word, does, make);
	return *last;
}

/* Its part in the numbers of its lock. */
__noinline int ipc_futex_enter(__u32 tid)
{
	struct ipc_call *c = ipc_call_now(tid);
	struct oscope_queue *q;
	struct ipc_lock *l;
	__u32 begun = 0;
	int placed = 1;

	q = c ? ipc_queue_of(c->object) : NULL;
	l = c ? ipc_lock_of(c->object) : NULL;
	if (!q || !l)
		return 0;
	bpf_spin_lock(&l->lock);
	if (c->op == OSCOPE_IPC_SEND)
		oscope_futex_unlock_begins(q, tid);
	else
		placed = oscope_futex_lock_begins(q, &begun);
	bpf_spin_unlock(&l->lock);
	c->crossed = begun;
	c->flags |= (placed ? IPC_CALL_PLACED : 0) |
		    (c->op == OSCOPE_IPC_SEND ? 0 : IPC_CALL_LOCKS);
	return 0;
}

/* Into the queue of those that it will let go without an event, if it does. */
static __always_inline void wake_queue(struct ipc_call *c)
{
	struct oscope_queue *q = ipc_queue_of(c->object);
	__u64 look = 0;

	if (!q)
		return;
	/* There was no room. What is in it is forgotten when nobody is at it. */
	if (!(oscope_once(q->flags) & OSCOPE_QUEUE_SYNCED))
		look = oscope_once(q->begun) | IPC_LOOK_EMPTY;
	if (oscope_once(q->last) - oscope_once(q->first) >= OSCOPE_QUEUE_LONG)
		ipc_queue_squeeze(c->tid);
	ipc_queue_begin(c->tid, OSCOPE_IPC_ANY_UNITS, look);
}

/* What only some calls have: another word, whose waiters they wake; or to which they move some. */
static __always_inline void futex_others(struct ipc_call *c, __u32 does, bool passes)
{
	__u32 cell = c->object - 1;
	struct oscope_ipc_object *o = bpf_map_lookup_elem(&ipc_objects, &cell);
	void *regs;

	if ((does & OSCOPE_FUTEX_MOVES) && c->object && o)
		o->flags |= OSCOPE_IPC_OBJECT_MOVED;
	if (!(does & OSCOPE_FUTEX_TWO))
		return;
	regs = (void *)bpf_task_pt_regs(bpf_get_current_task_btf());
	c->second = ipc_futex_object(regs_arg5(regs), does & OSCOPE_FUTEX_SHARED, passes);
}

__noinline int ipc_futex_begin(__u32 rule, __u64 word, __u64 op, __u32 late)
{
	struct task_struct *p = bpf_get_current_task_btf();
	__u32 does = oscope_futex_does(rule, op), tid = p->pid;
	struct ipc_call *c = ipc_call_of(tid);
	struct oscope_ipc_cpu *b = ipc_cpu();
	struct task_state *t;
	bool passes;

	if (!ipc_follows(OSCOPE_IPC_BIT(FUTEX)) || !b || !c || !does)
		return 0;
	if (in_foreign_call(p) || !call_has_room(c, b, tid))
		return 0;
	t = call_state(p);
	passes = task_passes(p, t);
	if (call_is_wait_for_start(late, passes))
		return 0;
	c->shown = call_word(c, p, word, does, passes);
	if (!c->shown && !passes)
		return 0;
	if (!c->shown)
		b->objects_full++;
	b->calls++;
	if (passes)
		task_named(p, t);
	call_fill(c, tid, OSCOPE_IPC_FUTEX, passes);
	futex_fill(c, does);
	if (does & (OSCOPE_FUTEX_MOVES | OSCOPE_FUTEX_TWO))
		futex_others(c, does, passes);
	return 1;
}

__noinline int ipc_futex_queue(__u32 rule, __u64 op)
{
	__u32 does = oscope_futex_does(rule, op), tid = bpf_get_current_pid_tgid();
	struct ipc_call *c = ipc_call_now(tid);

	if (!ipc_follows(OSCOPE_IPC_BIT(FUTEX)) || !c)
		return 0;
	if (does & OSCOPE_FUTEX_PI)
		ipc_futex_enter(tid);
	else if (does & OSCOPE_FUTEX_WAKES)
		wake_queue(c);
	return 0;
}
