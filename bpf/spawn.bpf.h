/* SPDX-License-Identifier: GPL-2.0 */
/*
 * BPF side: what a new task is, and who is in the middle of making one.
 */
#ifndef OSCOPE_SPAWN_BPF_H
#define OSCOPE_SPAWN_BPF_H

#include "shared.bpf.h"

/* OSCOPE_NEW_* of a task that has just been made. */
static __always_inline __u32 new_flags(struct task_struct *p)
{
	if (p->flags & PF_KTHREAD)
		return OSCOPE_NEW_KTHREAD;
	return p->flags & (PF_IO_WORKER | PF_USER_WORKER) ? OSCOPE_NEW_WORKER : 0;
}

/*
 * The system call of `maker` has made a task; it may make others inside, of which the last
 * counts.
 */
static __always_inline void spawning_child(__u32 maker, __u32 child)
{
	struct spawning *s;

	if (!recording(OSCOPE_REC_SPAWNED))
		return;
	s = bpf_map_lookup_elem(&spawning, &maker);
	if (s)
		s->child = child;
}

#endif /* OSCOPE_SPAWN_BPF_H */
