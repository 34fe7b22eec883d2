// SPDX-License-Identifier: GPL-2.0
/*
 * What the kernel's scheduler says of each task of a tree, as few words as possible between it and the
 * reader: when it began and left a CPU for good, what the kernel counted for it till then, how often it
 * went to sleep, was preempted on its way there, and was woken.
 */
#include "bpf/kernel.bpf.h"
#include "witness.h"

/* What the scheduler takes off the time of whoever runs, since the host ran another machine in it. */
struct rq {
	__u64 prev_steal_time_rq;
} __attribute__((preserve_access_index));

/* What a task has said that it will be when it has left the CPU. */
#define TASK_ASLEEP	0x03	/* TASK_INTERRUPTIBLE | TASK_UNINTERRUPTIBLE */
#define TASK_DEAD	0x80

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__type(key, __u32);
	__type(value, struct life);
} lives SEC(".maps");

/* A member's children are members; the first one is put in by witness.c. */
SEC("tp_btf/task_newtask")
int BPF_PROG(on_newtask, struct task_struct *task)
{
	__u32 maker = bpf_get_current_pid_tgid(), tid = task->pid;
	struct life life = { .start_ns = task->start_time };

	if (bpf_map_lookup_elem(&lives, &maker))
		bpf_map_update_elem(&lives, &tid, &life, BPF_ANY);
	return 0;
}

static __u64 stolen(struct task_struct *running)
{
	struct rq *rq = running->se.cfs_rq->rq;

	return bpf_core_field_exists(rq->prev_steal_time_rq) ? rq->prev_steal_time_rq : 0;
}

static void comes(struct task_struct *task)
{
	__u32 tid = task->pid;
	struct life *life = bpf_map_lookup_elem(&lives, &tid);

	if (!life)
		return;
	life->runs = true;
	life->stolen_before = stolen(task);
}

SEC("tp_btf/sched_switch")
int BPF_PROG(on_switch, bool preempt, struct task_struct *prev, struct task_struct *next,
	     unsigned int state)
{
	__u32 tid = prev->pid;
	struct life *life = bpf_map_lookup_elem(&lives, &tid);

	comes(next);
	if (!life)
		return 0;
	if (life->runs)
		life->stolen_ns += stolen(prev) - life->stolen_before;
	life->runs = false;
	if (state & TASK_DEAD) {
		life->start_ns = prev->start_time;
		life->end_ns = bpf_ktime_get_ns();
		life->runtime_ns = prev->se.sum_exec_runtime;
		life->run_delay_ns = prev->sched_info.run_delay;
	} else if (state & TASK_ASLEEP) {
		if (preempt)
			life->kept_awake++;
		else
			life->sleeps++;
	}
	return 0;
}

/* By several CPUs at once. */
SEC("tp_btf/sched_waking")
int BPF_PROG(on_waking, struct task_struct *task)
{
	__u32 tid = task->pid;
	struct life *life = bpf_map_lookup_elem(&lives, &tid);

	if (life)
		__sync_fetch_and_add(&life->wakings, 1);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
