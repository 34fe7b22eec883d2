/* SPDX-License-Identifier: GPL-2.0 */
/*
 * BPF side: the numbers that tasks have in the PID namespace of who asks. The kernel's own numbers
 * are the keys everywhere; these are for showing, and for finding who was asked for.
 */
#ifndef OSCOPE_PIDNS_BPF_H
#define OSCOPE_PIDNS_BPF_H

#include "shared.bpf.h"

/* pidns.bpf.c; pid: address of a struct pid. */
__u32 pid_number_there(__u64 pid);

/*
 * The number of p; 0 if it is neither in the namespace nor below it. Who has been reaped has no
 * number any more, though it still has to leave its CPU.
 */
static __always_inline __u32 pid_number(struct task_struct *p)
{
	__u64 pid;

	if (!config.pid_ns)
		return p->pid;
	/* A pointer that is loaded as such would not be handed on as a number. */
	return bpf_core_read(&pid, sizeof(pid), &p->thread_pid) ? 0 : pid_number_there(pid);
}

/* The number of its process. */
static __always_inline __u32 process_number(struct task_struct *p)
{
	return config.pid_ns ? pid_number(p->group_leader) : (__u32)p->tgid;
}

#endif /* OSCOPE_PIDNS_BPF_H */
