// SPDX-License-Identifier: GPL-2.0
/*
 * BPF side: calls that move something from one descriptor to another: what they receive and what
 * they send is followed as a call each. What is sent is the caller's, whom the scheduler's hooks
 * look for; or what is received, if it is sent to nothing that communicates. In the caller's
 * context; interrupts are on, preemption is off.
 */
#include "ipc_call.bpf.h"
#include "ipc/descriptor.bpf.h"
#include "../kmod/core/ipc_moves.h"

#define FMODE_WRITE	0x2		/* include/linux/fs.h */

static __always_inline __u64 regs_arg(void *regs, __u32 number)
{
	switch (number) {
	case 1:
		return regs_arg1(regs);
	case 2:
		return regs_arg2(regs);
	case 3:
		return regs_arg3(regs);
	case 4:
		return regs_arg4(regs);
	default:
		return regs_arg5(regs);
	}
}

/* Whether a descriptor can be written to, which decides what vmsplice(2) does. */
static __always_inline bool descriptor_writes(struct task_struct *p, __u32 fd)
{
	struct file *file = descriptor_of(p, fd);

	return file && (BPF_CORE_READ(file, f_mode) & FMODE_WRITE);
}

static __always_inline __u32 move_rule(const struct oscope_ipc_move *m, struct task_struct *p,
				       __u32 fd, __u32 op)
{
	bool sends = op == OSCOPE_IPC_SEND;

	if (m->memory && descriptor_writes(p, fd) != sends)
		return 0;
	return oscope_ipc_move_rule(m, sends);
}

__noinline __u64 ipc_move_way(__u32 op)
{
	struct task_struct *p = bpf_get_current_task_btf();
	void *regs = (void *)bpf_task_pt_regs(p);
	struct oscope_ipc_move m = oscope_ipc_move(regs_syscall(regs));
	__u32 fd;

	if (!ipc_follows(IPC_IN_ORDER) || !m.from)
		return 0;
	fd = regs_arg(regs, op == OSCOPE_IPC_SEND ? m.to : m.from);
	return (__u64)move_rule(&m, p, fd, op) << 32 | fd;
}

__noinline __u64 ipc_move_bytes(void)
{
	void *regs = (void *)bpf_task_pt_regs(bpf_get_current_task_btf());
	struct oscope_ipc_move m = oscope_ipc_move(regs_syscall(regs));

	return m.bytes ? regs_arg(regs, m.bytes) : 0;
}

/* What there is to know of the whole call, of this half, too. */
static __always_inline void half_fill(struct ipc_call *half, const struct ipc_call *c)
{
	half->entry_ns = c->entry_ns;
	half->blocked_ns = c->blocked_ns;
	half->switches = c->switches;
	half->wakeups = c->wakeups;
	half->waker = c->waker;
	half->send_wake_ns = c->send_wake_ns;
	half->wake_run_ns = c->wake_run_ns;
}

/* Units that it has received: bytes of a stream, else one message. */
static __always_inline __u32 half_units(const struct ipc_call *half, __s64 ret)
{
	if (ret <= 0)
		return 0;
	return oscope_ipc_take(half->mechanism) == OSCOPE_TAKE_BYTES ? ret : 1;
}

__noinline int ipc_move_ends(__u32 tid, __u64 now, __s64 ret)
{
	struct ipc_call *c = ipc_call_of(tid), *half = ipc_part_now(tid | IPC_HALF);
	__u64 what = ret < 0 ? CALL_ERROR(-ret) : 0;
	__u32 units;

	if (!ipc_follows(IPC_IN_ORDER) || !c || !half)
		return 0;
	half_fill(half, c);
	/* What only looks has no part in the queue. */
	units = half->flags & IPC_CALL_LOOKS ? 0 : half_units(half, ret);
	if (units)
		what = 1;
	/* Reports show pairs of who has a use: it is there first. */
	if (half->flags & IPC_CALL_PASSES)
		ipc_use_find((__u64)half->shown << 40 | (__u64)OSCOPE_IPC_RECEIVE << 32 | tid);
	if (half->object)
		units = ipc_queue_received(tid | IPC_HALF, units, 0);
	if (units)
		what |= CALL_UNPAIRED(1);
	if (half->flags & IPC_CALL_PASSES)
		ipc_call_count(tid | IPC_HALF, now, what, (__u32)what ? ret : 0);
	half->tid = 0;
	return 0;
}
