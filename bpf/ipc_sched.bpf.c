// SPDX-License-Identifier: GPL-2.0
/*
 * BPF side: what calls that communicate make of the scheduler: whom they wake, how long they sleep,
 * how often their caller leaves its CPU.
 */
#include "context.bpf.h"
#include "filter.bpf.h"
#include "ipc.bpf.h"
#include "ledger.bpf.h"

static __always_inline __u32 short_ns(__u64 to, __u64 from)
{
	__u64 ns = to > from ? to - from : 0;

	return ns < OSCOPE_NS_NONE ? ns : OSCOPE_NS_NONE - 1;
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
	__u64 ts;

	if (c && (wake_context() & OSCOPE_WAKE_HARDIRQ))
		c = NULL;
	if (c && tid != (__u32)p->pid)
		c->wakeups++;
	woken = ipc_call_now(p->pid);
	if (!woken || tid == (__u32)p->pid)
		return 0;
	ts = bpf_ktime_get_ns();
	woken->woken_ns = ts;
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
	b = this_block();
	if (b)
		task_left(&b->counters, prev, bpf_ktime_get_ns());
	return 0;
}
