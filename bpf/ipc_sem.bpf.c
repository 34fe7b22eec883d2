// SPDX-License-Identifier: GPL-2.0
/*
 * BPF side: calls about SysV semaphores: semop(2), semtimedop(2), and semctl(2) as far as it wakes.
 * In the caller's context; interrupts are on, preemption is off.
 */
#include "ipc_call.bpf.h"
#include "ipc/sysv_sem.bpf.h"

#define SEM_UNREAD	(~0U)

/*
 * What a call is that wants these operations: of a long list the first are looked at. SEM_UNREAD:
 * nobody has touched their memory yet; when the call ends, the kernel has.
 */
static __always_inline __u32 sem_op(__u64 operations, __u32 n)
{
	struct oscope_sembuf op[OSCOPE_SEM_LOOK] = {
		OSCOPE_SEM_RAISES, OSCOPE_SEM_RAISES, OSCOPE_SEM_RAISES, OSCOPE_SEM_RAISES,
		OSCOPE_SEM_RAISES, OSCOPE_SEM_RAISES, OSCOPE_SEM_RAISES, OSCOPE_SEM_RAISES,
	};
	__u64 look = n < OSCOPE_SEM_LOOK ? n : OSCOPE_SEM_LOOK;

	look = oscope_index(look);
	if (look > OSCOPE_SEM_LOOK)
		return SEM_UNREAD;
	if (bpf_probe_read_user(op, look * sizeof(op[0]), (void *)operations))
		return SEM_UNREAD;
	return oscope_sem_waits(op) ? OSCOPE_IPC_RECEIVE : OSCOPE_IPC_SEND;
}

/* Whether a set is the object of that cell + 1: the one of the last call is, most often. */
static __always_inline bool object_is(__u32 object, struct task_struct *p, __u32 id)
{
	__u32 cell = object - 1;
	struct oscope_ipc_object *o = bpf_map_lookup_elem(&ipc_objects, &cell);

	return o && o->key == sysv_sem_key(p->nsproxy->ipc_ns->ns.inum, id) && o->mechanism;
}

__noinline int ipc_sem_begin(__u32 rule, __u32 id, __u64 operations, __u32 n, __u32 late)
{
	struct task_struct *p = bpf_get_current_task_btf();
	__u32 tid = p->pid, op = OSCOPE_IPC_SEND;
	struct ipc_call *c = ipc_call_of(tid);
	struct oscope_ipc_cpu *b = ipc_cpu();
	bool passes, missing = false;
	struct task_state *t;

	if (!ipc_follows(OSCOPE_IPC_BIT(SYSV_SEM)) || !b || !c)
		return 0;
	if (in_foreign_call(p) || !call_has_room(c, b, tid))
		return 0;
	if ((rule & OSCOPE_IPC_CALL_SEM_CONTROL) && !oscope_sem_control(n))
		return 0;
	t = call_state(p);
	passes = task_passes(p, t);
	if (call_is_wait_for_start(late, passes))
		return 0;
	if (!object_is(c->end[OSCOPE_IPC_SEND], p, id))
		c->end[OSCOPE_IPC_SEND] = sysv_sem_object(p, id, passes, &missing);
	c->shown = c->end[OSCOPE_IPC_SEND];
	if (!c->shown && (!passes || missing))
		return 0;
	if (!c->shown)
		b->objects_full++;
	b->calls++;
	if (passes)
		task_named(p, t);
	if (!(rule & OSCOPE_IPC_CALL_SEM_CONTROL))
		op = sem_op(operations, n);
	call_fill(c, tid, OSCOPE_IPC_SYSV_SEM, passes);
	sysv_sem_fill(c, op == OSCOPE_IPC_SEND ? OSCOPE_IPC_SEND : OSCOPE_IPC_RECEIVE);
	if (op == SEM_UNREAD)
		c->flags |= IPC_CALL_UNREAD;
	return 1;
}

static __always_inline __u64 use_key(struct ipc_call *c, __u32 op)
{
	return (__u64)c->shown << 40 | (__u64)op << 32 | c->tid;
}

/* A wait has let go others, too: those are sent by its caller, who has made no call for it. */
static __always_inline void wait_wakes(struct ipc_call *c)
{
	__u32 cell = ipc_use_find(use_key(c, OSCOPE_IPC_SEND)) - 1;
	struct oscope_ipc_use *u = bpf_map_lookup_elem(&ipc_uses, &cell);
	struct oscope_ipc_cpu *b = ipc_cpu();

	if (b)
		oscope_add(&b->op[OSCOPE_IPC_SYSV_SEM][OSCOPE_IPC_SEND].messages, c->told);
	if (u)
		oscope_add(&u->sum.messages, c->told);
}

/* Who has slept and was let go: by the last who has woken it. */
static __always_inline __u64 wait_ends(struct ipc_call *c)
{
	__u64 wake = IPC_NO_WAKE;

	if (!c->second)
		return 0;
	if (!c->waker || !c->object)
		return 1 | IPC_WOKEN_UNPAIRED;
	/* A task's end is no call that has begun. */
	if (c->entry_ns && c->number)
		wake = ipc_wake(c->send_wake_ns, c->wake_run_ns);
	c->pair = ipc_pair_tell(IPC_PAIR_PLACE(c->object, c->pair), (__u64)c->waker << 32 | c->tid,
				1ULL << 32, wake, 0);
	return 1;
}

__noinline __u64 ipc_sem_end(__u32 tid, __s32 ret, __u64 operations, __u32 n)
{
	struct ipc_call *c = ipc_call_now(tid);

	if (!ipc_follows(OSCOPE_IPC_BIT(SYSV_SEM)) || !c)
		return 0;
	if (c->flags & IPC_CALL_UNREAD)
		c->op = sem_op(operations, n) == OSCOPE_IPC_SEND ? OSCOPE_IPC_SEND :
								   OSCOPE_IPC_RECEIVE;
	if (c->op == OSCOPE_IPC_SEND)
		return c->told;
	if (c->told && (c->flags & IPC_CALL_PASSES))
		wait_wakes(c);
	return oscope_sem_let_go(ret) ? wait_ends(c) : 0;
}
