// SPDX-License-Identifier: GPL-2.0
/*
 * BPF side: making a task: what it costs its maker, from the entry of the system call to its end,
 * and when the new one runs first.
 *
 * Each system call of the machine comes here while it is attached; most leave at the first
 * comparison.
 */
#include "emit.bpf.h"
#include "filter.bpf.h"
#include "spawn.bpf.h"

static __always_inline bool makes_task(long nr)
{
	return nr == SYSCALL_CLONE || nr == SYSCALL_FORK || nr == SYSCALL_VFORK ||
	       nr == SYSCALL_CLONE3;
}

/* Preemption is off, interrupts are on. */
SEC("tp_btf/sys_enter")
int BPF_PROG(on_spawn_enter, struct pt_regs *regs, long nr)
{
	struct spawning s = {};
	struct task_struct *p;
	__u32 tid;

	if (!makes_task(nr))
		return 0;
	p = bpf_get_current_task_btf();
	if (!task_passes(p, state_find(p)))
		return 0;
	tid = p->pid;
	s.entry_ns = bpf_ktime_get_ns();
	/* No room: the call's cost will be missing. */
	if (bpf_map_update_elem(&spawning, &tid, &s, BPF_ANY)) {
		struct cpu_block *b = this_block();

		if (b)
			__sync_fetch_and_add(&b->counters.untracked, 1);
	}
	return 0;
}

/* The new task comes back from the same call, as another; it is in no list. */
SEC("tp_btf/sys_exit")
int BPF_PROG(on_spawn_exit, struct pt_regs *regs, long ret)
{
	struct task_struct *p;
	struct spawning *s;
	__u64 now, ns;
	__u32 tid;

	if (!makes_task(regs_syscall(regs)))
		return 0;
	p = bpf_get_current_task_btf();
	tid = p->pid;
	s = bpf_map_lookup_elem(&spawning, &tid);
	if (!s)
		return 0;
	now = bpf_ktime_get_ns();
	ns = now > s->entry_ns ? now - s->entry_ns : 0;
	if (ret > 0 && s->child)
		emit(OSCOPE_REC_SPAWNED, 0, now, s->child, tid,
		     ns < OSCOPE_NS_NONE ? ns : OSCOPE_NS_NONE - 1);
	bpf_map_delete_elem(&spawning, &tid);
	return 0;
}

/*
 * A new task runs for the first time; and who leaves for good gives its state back, unless the
 * program that counts switches comes after this one, and needs it. Run-queue lock held, interrupts
 * off.
 */
SEC("tp_btf/sched_switch")
int BPF_PROG(on_first_run, bool preempt, struct task_struct *prev, struct task_struct *next,
	     unsigned int prev_state)
{
	struct task_state *t = next->pid ? state_find(next) : NULL;

	if (t && t->flags & STATE_FRESH) {
		__sync_fetch_and_and(&t->flags, ~STATE_FRESH);
		emit(OSCOPE_REC_RUN, 0, bpf_ktime_get_ns(), next->pid, prev->pid, 0);
	}
	if (config.runs_alone && (prev_state & TASK_DEAD))
		state_release(prev);
	return 0;
}
