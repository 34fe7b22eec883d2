/* SPDX-License-Identifier: GPL-2.0 */
/*
 * BPF side: which tasks count. Tests that can be decided once a task (tree, -p, -t) are a flag of
 * its state; the others are made at each event. A task passes if it passes all that are on.
 */
#ifndef OSCOPE_FILTER_BPF_H
#define OSCOPE_FILTER_BPF_H

#include "state.bpf.h"

static __always_inline bool comm_passes(struct task_struct *p)
{
	int i;

	for (i = 0; i < OSCOPE_COMM_LEN; i++) {
		if (p->comm[i] != config.comm[i])
			return false;
		if (!config.comm[i])
			break;
	}
	return true;
}

static __always_inline bool cpu_passes(void)
{
	__u32 cpu = bpf_get_smp_processor_id();

	return config.cpus[cpu / 64 % CPU_MASK_WORDS] >> (cpu % 64) & 1;
}

/* Whether a task passes what is decided once; t as below. */
static __always_inline bool is_member(struct task_state *t)
{
	return !(config.filter & FILTER_MEMBER) || (t && (t->flags & STATE_MEMBER));
}

/* Whether p counts; t is its state if FILTER_MEMBER is on and it has one. */
static __always_inline bool task_passes(struct task_struct *p, struct task_state *t)
{
	if (!config.filter)
		return true;
	if (!is_member(t))
		return false;
	if ((config.filter & FILTER_CPU) && !cpu_passes())
		return false;
	if ((config.filter & FILTER_UID) && p->cred->uid.val != config.uid)
		return false;
	if ((config.filter & FILTER_COMM) && !comm_passes(p))
		return false;
	if ((config.filter & FILTER_CGROUP) && !task_in_cgroup(p, config.cgroup_id,
							       config.cgroup_level))
		return false;
	return true;
}

#endif /* OSCOPE_FILTER_BPF_H */
