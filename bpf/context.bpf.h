/* SPDX-License-Identifier: GPL-2.0 */
/*
 * BPF side: the context that a wake-up comes from.
 */
#ifndef OSCOPE_CONTEXT_BPF_H
#define OSCOPE_CONTEXT_BPF_H

#include "shared.bpf.h"

/*
 * OSCOPE_WAKE_* of the context that we run in. The kernel's preempt_count is a variable of each
 * CPU, and no symbol that a program may name everywhere: it lies at a known distance from the CPU's
 * run queue, to which the current task's scheduling group points.
 */
static __always_inline __u32 wake_context(void)
{
	struct task_struct *p = bpf_get_current_task_btf();
	__u32 count = 0;

	if (!config.preempt_count)
		return 0;
	bpf_probe_read_kernel(&count, sizeof(count),
			      (char *)p->se.cfs_rq->rq + config.preempt_count);
	return oscope_wake_context(count | task_softirqs(p));
}

#endif /* OSCOPE_CONTEXT_BPF_H */
