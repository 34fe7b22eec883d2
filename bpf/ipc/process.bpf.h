/* SPDX-License-Identifier: GPL-2.0 */
/*
 * BPF side: from a number in a PID namespace to a task, as the kernel finds it. Nothing is held: it
 * may be gone by the time that it is read.
 */
#ifndef OSCOPE_IPC_PROCESS_BPF_H
#define OSCOPE_IPC_PROCESS_BPF_H

#include "sysv_msg.bpf.h"

__noinline __u64 ipc_process_find(__u64 ns, __u32 number)
{
	__u64 pid = xarray_entry(kernel_field(ns, struct pid_namespace, idr.idr_rt.xa_head),
				 number), node;

	node = pid ? kernel_field(pid, struct pid, tasks[0].first) : 0;
	return node ? node - bpf_core_field_offset(struct task_struct, pid_links[0]) : 0;
}

#endif /* OSCOPE_IPC_PROCESS_BPF_H */
