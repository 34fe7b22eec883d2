// SPDX-License-Identifier: GPL-2.0
/*
 * BPF side: locks of files: flock(2), fcntl(2). Who waits for one is woken by whoever gives it
 * back, in that one's call, or where it closes the file or ends: the scheduler's event tells
 * (ipc_sched.bpf.c). All who wait are woken, and who does not get the lock sleeps again in the same
 * call: so it is the last event that counts. In the caller's context; interrupts are on, preemption
 * is off.
 */
#include "ipc_call.bpf.h"
#include "ipc/file_lock.bpf.h"

/* By what the third argument points to; of that nothing else is read. */
static __always_inline bool lock_releases(__u32 does, void *regs)
{
	__u16 type = 0;

	if (does != OSCOPE_LOCK_BY_TYPE)
		return does == OSCOPE_LOCK_RELEASES;
	bpf_probe_read_user(&type, sizeof(type), (void *)regs_arg3(regs));
	return type == OSCOPE_LOCK_UNLCK;
}

__noinline int ipc_lock_begin(__u32 does, __u32 late)
{
	struct task_struct *p = bpf_get_current_task_btf();
	struct ipc_call *c = ipc_call_of(p->pid);
	void *regs = (void *)bpf_task_pt_regs(p);
	struct oscope_ipc_cpu *b = ipc_cpu();
	struct task_state *t;
	__u32 object;
	bool passes;

	if (!ipc_follows(OSCOPE_IPC_BIT(FILE_LOCK)) || !b || !c)
		return 0;
	if (in_foreign_call(p) || !call_has_room(c, b, p->pid))
		return 0;
	t = call_state(p);
	passes = task_passes(p, t);
	if (call_is_wait_for_start(late, passes))
		return 0;
	object = lock_object(p, regs_arg1(regs), passes);
	if (!object)
		return 0;
	b->calls++;
	if (passes)
		task_named(p, t);
	lock_fill(c, object, lock_releases(does, regs) ? OSCOPE_IPC_SEND : OSCOPE_IPC_RECEIVE);
	call_fill(c, p->pid, OSCOPE_IPC_FILE_LOCK, passes);
	return 1;
}

__noinline __u64 ipc_lock_end(__u32 tid, __s32 ret)
{
	struct ipc_call *c = ipc_call_now(tid);
	__u64 wake = IPC_NO_WAKE;

	if (!ipc_follows(OSCOPE_IPC_BIT(FILE_LOCK)) || !c)
		return 0;
	if (c->op == OSCOPE_IPC_SEND)
		return c->told;
	if (ret < 0 || !c->second)
		return 0;
	if (!c->waker)
		return 1 | IPC_WOKEN_UNPAIRED;
	if (c->number)		/* by a call that has begun */
		wake = ipc_wake(c->send_wake_ns, c->wake_run_ns);
	c->pair = ipc_pair_tell(IPC_PAIR_PLACE(c->object, c->pair), (__u64)c->waker << 32 | tid,
				1ULL << 32, wake, 0);
	return 1;
}
