// SPDX-License-Identifier: GPL-2.0
/*
 * BPF side: from the end of a task to its last trace: who is told, who waits, who reaps it.
 */
#include "emit.bpf.h"
#include "filter.bpf.h"
#include "ledger.bpf.h"
#include "reap.bpf.h"

/* include/uapi/asm-generic/siginfo.h: a child has ended, by itself, by a signal, with a core. */
#define CLD_EXITED	1
#define CLD_DUMPED	3

/* include/uapi/linux/wait.h; where waitid() puts the number of who it found, siginfo.h. */
#define WNOWAIT		0x01000000
#define SIGINFO_PID	16

/* What wait4() gives, kernel/exit.c, wait_task_zombie(). */
static __always_inline __u32 process_status(struct task_struct *leader)
{
	if (leader->signal->flags & SIGNAL_GROUP_EXIT)
		return leader->signal->group_exit_code;
	return leader->exit_code;
}

/*
 * The parent of a process that has ended is told, kernel/signal.c, do_notify_parent(): by the
 * process's last thread, or by a parent that ends itself and leaves a zombie to another.
 *
 * Interrupts off, tasklist_lock held for writing, and the siglock of who is told.
 */
SEC("tp_btf/signal_generate")
int BPF_PROG(on_signal_generate, int sig, struct kernel_siginfo *info, struct task_struct *told)
{
	struct task_struct *p = bpf_get_current_task_btf(), *leader;
	int code = BPF_CORE_READ(info, si_code);	/* it may be a small number, no address */
	__u32 flags;

	if (!(p->flags & PF_EXITING) || code < CLD_EXITED || code > CLD_DUMPED)
		return 0;
	leader = p->group_leader;
	if (!task_passes(p, state_find(p)) && !dying_passes(leader->pid, 0))
		return 0;
	if (!p->exit_state) {
		emit(OSCOPE_REC_ZOMBIE, OSCOPE_END_ADOPTED, bpf_ktime_get_ns(),
		     BPF_CORE_READ(info, _sifields._sigchld._pid), told->tgid, 0);
		return 0;
	}
	flags = end_flags(leader);
	if (p != leader)
		flags |= OSCOPE_END_DELAYED;
	emit(OSCOPE_REC_ZOMBIE, flags, bpf_ktime_get_ns(), leader->pid, told->tgid,
	     process_status(leader));
	return 0;
}

/* The task is let go; tasklist_lock is not held yet. It loops for a leader that goes with it. */
SEC("kprobe/release_task")
int on_release_task(struct pt_regs *ctx)
{
	struct task_struct *p = (void *)regs_parm1(ctx);
	struct task_struct *who = bpf_get_current_task_btf();
	struct task_struct *parent = BPF_CORE_READ(p, real_parent);
	__u32 tid = BPF_CORE_READ(p, pid), flags = OSCOPE_REAP_WAITED;
	__u64 ts = bpf_ktime_get_ns();

	zombie_reaped(tid, BPF_CORE_READ(p, start_time), ts, 0);
	if (!recording(OSCOPE_REC_REAP) || !dying_passes(tid, 0))
		return 0;
	if (p == who)
		flags = OSCOPE_REAP_SELF;
	else if (BPF_CORE_READ(p, tgid) == who->tgid && who->signal->group_exec_task)
		flags = OSCOPE_REAP_EXEC;
	else if (who->flags & PF_EXITING)
		flags = OSCOPE_REAP_EXITING;
	if (BPF_CORE_READ(p, parent) != parent ||
	    (BPF_CORE_READ(p, ptrace) && BPF_CORE_READ(p, tgid) != (int)tid))
		flags |= OSCOPE_REAP_TRACED;
	emit(OSCOPE_REC_REAP, flags, ts, tid, who->pid,
	     BPF_CORE_READ(parent, tgid));
	return 0;
}

/* A while after it was let go, from an RCU callback. */
SEC("tp_btf/sched_process_free")
int BPF_PROG(on_sched_process_free, struct task_struct *p)
{
	__u64 start = p->start_time, ts = bpf_ktime_get_ns();
	__u32 tid = p->pid;

	ledger_gone(p, ts);
	if (config.rows)
		row_left_over(p, ts);
	if (!recording(OSCOPE_REC_FREE) || !dying_passes(tid, start))
		return 0;
	if (config.filter)
		bpf_map_delete_elem(&dying, &tid);
	emit(OSCOPE_REC_FREE, 0, ts, tid, (__u32)start, start >> 32);
	return 0;
}

SEC("tp_btf/sched_process_wait")
int BPF_PROG(on_sched_process_wait)
{
	struct task_struct *p = bpf_get_current_task_btf();
	__u64 ts = bpf_ktime_get_ns();

	ledger_waits(p, ts);
	if (recording(OSCOPE_REC_WAITING) && task_passes(p, state_find(p)))
		emit(OSCOPE_REC_WAITING, 0, ts, p->pid, p->tgid, 0);
	return 0;
}

/*
 * A wait comes back; only where release_task() cannot be probed, for each system call comes here.
 * The number is the one in the namespace of who waits. A status of who has stopped comes, too:
 * whoever reads the records knows who has ended.
 */
SEC("tp_btf/sys_exit")
int BPF_PROG(on_sys_exit, struct pt_regs *regs, long ret)
{
	struct task_struct *p;
	long nr = regs_syscall(regs);
	__u32 number = ret;
	void *found;

	if (nr != SYSCALL_WAIT4 && nr != SYSCALL_WAITID)
		return 0;
	if (ret < 0 || (nr == SYSCALL_WAIT4 && !ret))
		return 0;
	if (nr == SYSCALL_WAITID) {
		found = (void *)(regs_arg3(regs) + SIGINFO_PID);
		if ((regs_arg4(regs) & WNOWAIT) ||
		    bpf_probe_read_user(&number, sizeof(number), found))
			return 0;
	}
	p = bpf_get_current_task_btf();
	if (number && (task_passes(p, state_find(p)) || dying_passes(number, 0)))
		emit(OSCOPE_REC_WAITED, 0, bpf_ktime_get_ns(), p->pid, number, p->tgid);
	return 0;
}
