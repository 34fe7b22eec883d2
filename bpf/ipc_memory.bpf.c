// SPDX-License-Identifier: GPL-2.0
/*
 * BPF side: process_vm_readv(2) and process_vm_writev(2): who calls them copies from or to the
 * memory of a process that does nothing for it. The object is that memory, by the process' number.
 * In the caller's context; interrupts are on, preemption is off.
 */
#include "ipc_call.bpf.h"

/* The process of a number, as the caller counts. */
struct ipc_process {
	__u32 tgid;			/* 0: there is none */
	__u64 start;
	char comm[OSCOPE_COMM_LEN];
};

static __always_inline void process_look(struct ipc_process *to, struct task_struct *p,
					 __u32 number)
{
	__u32 level = BPF_CORE_READ(p, thread_pid, level);
	struct pid *pid = BPF_CORE_READ(p, thread_pid);
	struct task_struct *task, *leader;
	struct pid_namespace *ns = NULL;

	bpf_core_read(&ns, sizeof(ns), &pid->numbers[level].ns);
	task = (void *)ipc_process_find((__u64)ns, number);
	if (!task)
		return;
	to->tgid = BPF_CORE_READ(task, tgid);
	leader = BPF_CORE_READ(task, group_leader);
	to->start = BPF_CORE_READ(leader, start_time);
	bpf_core_read(to->comm, sizeof(to->comm), &leader->comm);
}

/* The cell + 1 of a process' memory, 0: there is none. Of no process there is one, too. */
static __always_inline __u32 memory_object(struct task_struct *p, __u32 number, bool make)
{
	struct ipc_process to = {};
	struct oscope_ipc_object *o;
	__u32 object, cell;

	process_look(&to, p, number);
	object = ipc_object_find(ipc_mix(ipc_mix(8, to.start), to.tgid ? : number), make);
	cell = object - 1;
	o = bpf_map_lookup_elem(&ipc_objects, &cell);
	if (!object || !o)
		return 0;
	if (o->mechanism)
		return object;
	o->ino = to.tgid ? : number;
	__builtin_memcpy(o->comm, to.comm, sizeof(o->comm));
	store_last(&o->mechanism, OSCOPE_IPC_PROCESS_VM + 1);
	return object;
}

__noinline int ipc_memory_begin(__u32 rule, __u32 pid, __u32 late)
{
	struct task_struct *p = bpf_get_current_task_btf();
	struct ipc_call *c = ipc_call_of(p->pid);
	struct oscope_ipc_cpu *b = ipc_cpu();
	struct task_state *t;
	bool passes;

	if (!ipc_follows(OSCOPE_IPC_BIT(PROCESS_VM)) || !b || !c)
		return 0;
	if (in_foreign_call(p) || !call_has_room(c, b, p->pid))
		return 0;
	t = call_state(p);
	passes = task_passes(p, t);
	if (!passes || call_is_wait_for_start(late, passes))
		return 0;
	c->object = memory_object(p, pid, true);
	c->shown = c->object;
	c->op = rule & OSCOPE_IPC_CALL_SENDS ? OSCOPE_IPC_SEND : OSCOPE_IPC_RECEIVE;
	if (!c->object)
		b->objects_full++;
	b->calls++;
	task_named(p, t);
	call_fill(c, p->pid, OSCOPE_IPC_PROCESS_VM, true);
	return 1;
}

__noinline int ipc_memory_end(__u32 tid, __u32 bytes)
{
	struct ipc_call *c = ipc_call_now(tid);
	__u32 cell = c ? c->object - 1 : ~0U;
	struct oscope_ipc_object *o = bpf_map_lookup_elem(&ipc_objects, &cell);
	__u64 who;

	if (!ipc_follows(OSCOPE_IPC_BIT(PROCESS_VM)) || !c || !c->object || !o)
		return 1;
	who = c->op == OSCOPE_IPC_SEND ? (__u64)tid << 32 | (__u32)o->ino : o->ino << 32 | tid;
	c->pair = ipc_pair_tell(IPC_PAIR_PLACE(c->object, c->pair), who, 1ULL << 32 | bytes,
				IPC_NO_WAKE, 0);
	return 0;
}
