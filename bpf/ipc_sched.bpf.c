// SPDX-License-Identifier: GPL-2.0
/*
 * BPF side: what calls that communicate make of the scheduler: whom they wake, how long they sleep,
 * how often their caller leaves its CPU.
 */
#include "context.bpf.h"
#include "filter.bpf.h"
#include "ipc.bpf.h"
#include "ledger.bpf.h"
#include "../kmod/core/ipc_lock.h"

static __always_inline __u32 short_ns(__u64 to, __u64 from)
{
	__u64 ns = to > from ? to - from : 0;

	return ns < OSCOPE_NS_NONE ? ns : OSCOPE_NS_NONE - 1;
}

/*
 * Who has an event only in its own end: a thread whose end its joiner waits for, or who had locks.
 * Its row, by which reports know its name, is made now.
 */
static __always_inline bool who_ends(struct task_struct *p)
{
	struct cpu_block *b = this_block();
	struct task_state *t;

	if (!(p->flags & PF_EXITING) || wake_context())
		return false;
	t = state_get(p);
	if (config.rows && b && task_passes(p, t))
		row_get(&b->counters, p, t);
	return true;
}

/*
 * p is woken by c, in its own context: whether by a waking call, that has let p go from its futex.
 * Only a sleep that a signal ends, too, is one for a futex: others are for the kernel's own locks.
 * One that comes late, when p waits for the next thing, by the call that has ended p's last wait
 * without one, is not believed. Nor is the first one if it is not known which call that was: if it
 * was not late, the wait that it ends is one without an event, too.
 */
static __always_inline bool futex_wakes(struct ipc_call *c, struct task_struct *p, __u32 state)
{
	struct ipc_call *slot = ipc_call_of(p->pid);

	if (c->mechanism != OSCOPE_IPC_FUTEX || c->op != OSCOPE_IPC_SEND ||
	    !(state & OSCOPE_TASK_INTERRUPTIBLE))
		return false;
	if (slot && slot->seen == (__u32)p->pid &&
	    (slot->untold == IPC_UNTOLD ||
	     (slot->untold == c->tid && slot->untold_entry == (__u32)c->entry_ns))) {
		slot->untold = 0;
		return false;
	}
	c->told++;
	return true;
}

/* Who waits for a futex is woken. Whether by that its wait has ended shows when its call ends. */
static __always_inline void futex_woken(struct ipc_call *woken, struct ipc_call *c, bool wakes,
					__u32 state, __u64 ts)
{
	struct task_struct *by = bpf_get_current_task_btf();

	if (!(state & OSCOPE_TASK_INTERRUPTIBLE))
		return;
	woken->waker = 0;
	woken->wake_run_ns = 0;
	if (c && wakes) {
		if (c->object && c->held == c->object && c->holder == c->tid &&
		    woken->object == c->object && woken->entry_ns <= c->held_ns)
			c->flags |= IPC_CALL_HANDS;
		woken->waker = c->tid;
		woken->number = c->object;
		woken->second = c->second;
		woken->send_wake_ns = short_ns(ts, c->entry_ns);
	} else if (who_ends(by)) {
		woken->waker = by->pid;
		woken->number = 0;
	}
}

/* Whether the current task is in a call that closes files: 0, or its number. It has a row then. */
static __always_inline __u32 who_closes(struct task_struct *by)
{
	void *regs = (void *)bpf_task_pt_regs(by);
	struct cpu_block *b = this_block();
	struct task_state *t;

	if (!oscope_lock_closes(regs_syscall(regs)) || in_foreign_call(by))
		return 0;
	t = state_get(by);
	if (config.rows && b && task_passes(by, t))
		row_get(&b->counters, by, t);
	return by->pid;
}

/*
 * Who waits for a lock of a file is woken: by who gives one back, in a call for locks of that file,
 * or where the file is closed; or else by nobody, so that it was not the last.
 */
static __always_inline void lock_woken(struct ipc_call *woken, struct ipc_call *c, __u32 state,
				       __u64 ts)
{
	struct task_struct *by = bpf_get_current_task_btf();

	if (!(state & OSCOPE_TASK_INTERRUPTIBLE))
		return;
	woken->waker = 0;
	woken->number = 0;
	woken->second = 1;
	woken->wake_run_ns = 0;
	if (wake_context() || (by->flags & PF_KTHREAD))
		return;
	if (c && c->mechanism == OSCOPE_IPC_FILE_LOCK) {
		if (c->object != woken->object)
			return;
		c->told++;
		woken->waker = c->tid;
		if (!c->entry_ns)
			return;
		woken->number = c->object;
		woken->send_wake_ns = short_ns(ts, c->entry_ns);
	} else {
		woken->waker = who_ends(by) ? (__u32)by->pid : who_closes(by);
	}
}

/*
 * Who waits for a semaphore is woken: by c, in its own context, if that is about the same set; or
 * by who ends, whose undoing is before it tells its parent. Only a sleep that a signal ends, too,
 * is one for semaphores.
 */
static __always_inline void sem_woken(struct ipc_call *woken, struct ipc_call *c, __u32 state,
				      __u64 ts)
{
	struct task_struct *by = bpf_get_current_task_btf();

	if (!(state & OSCOPE_TASK_INTERRUPTIBLE))
		return;
	woken->second = 1;
	woken->waker = 0;
	woken->wake_run_ns = 0;
	if (c && c->mechanism == OSCOPE_IPC_SYSV_SEM && c->object && c->object == woken->object) {
		c->told++;
		woken->waker = c->tid;
		woken->number = c->object;
		woken->send_wake_ns = short_ns(ts, c->entry_ns);
	} else if (!by->exit_state && who_ends(by)) {
		woken->waker = by->pid;
		woken->number = 0;
	}
}

/*
 * p is woken. By the current task, unless from a hard interrupt: a softirq runs in whoever has sent
 * something to a socket of this machine. Interrupts are off but for who wakes itself.
 */
SEC("tp_btf/sched_waking")
int BPF_PROG(on_ipc_waking, struct task_struct *p)
{
	__u32 tid = bpf_get_current_pid_tgid();
	struct ipc_call *c = ipc_call_now(tid), *woken;
	__u32 context = 0, state = p->__state;	/* who has not left its CPU yet may change it */
	bool wakes = false;
	__u64 ts;

	if (c)
		context = wake_context();
	if (context & OSCOPE_WAKE_HARDIRQ)
		c = NULL;
	if (c && tid != (__u32)p->pid) {
		c->wakeups++;
		wakes = !context && futex_wakes(c, p, state);
	}
	woken = ipc_call_now(p->pid);
	if (!woken || tid == (__u32)p->pid)
		return 0;
	ts = bpf_ktime_get_ns();
	woken->woken_ns = ts;
	if (woken->mechanism == OSCOPE_IPC_FUTEX) {
		futex_woken(woken, c, wakes, state, ts);
		return 0;
	}
	if (ipc_follows(OSCOPE_IPC_BIT(FILE_LOCK)) && woken->mechanism == OSCOPE_IPC_FILE_LOCK) {
		lock_woken(woken, c, state, ts);
		return 0;
	}
	if (ipc_follows(OSCOPE_IPC_BIT(SYSV_SEM)) && woken->mechanism == OSCOPE_IPC_SYSV_SEM) {
		sem_woken(woken, context ? NULL : c, state, ts);
		return 0;
	}
	woken->waker = c && c->op == OSCOPE_IPC_SEND ? tid : 0;
	if (woken->waker)
		woken->send_wake_ns = short_ns(ts, c->entry_ns);
	return 0;
}

/* A task in a call comes back to a CPU. It may have been woken while it was leaving. */
static __always_inline void call_runs(struct ipc_call *c, __u64 ts)
{
	__u64 woken = c->woken_ns > c->asleep_ns ? c->woken_ns : c->asleep_ns;

	if (!c->asleep_ns)
		return;
	c->blocked_ns += woken - c->asleep_ns;
	c->wake_run_ns = short_ns(ts, woken);
	c->asleep_ns = 0;
}

/* Run-queue lock held, interrupts off. */
SEC("tp_btf/sched_switch")
int BPF_PROG(on_ipc_switch, bool preempt, struct task_struct *prev, struct task_struct *next,
	     unsigned int prev_state)
{
	struct ipc_call *c = ipc_call_now(prev->pid);
	struct cpu_block *b;

	if (c) {
		c->switches++;
		if (!preempt && prev_state && !task_queued(prev))
			c->asleep_ns = bpf_ktime_get_ns();
	}
	c = ipc_call_now(next->pid);
	if (c && c->asleep_ns)
		call_runs(c, bpf_ktime_get_ns());
	if (preempt || !(prev_state & TASK_DEAD))
		return 0;
	if (config.ipc_functions)
		ipc_unseen_ends(prev->pid);
	if (config.records)	/* who records switches, too, lets go of the task */
		return 0;
	b = this_block();
	if (b)
		task_left(&b->counters, prev, bpf_ktime_get_ns());
	return 0;
}
