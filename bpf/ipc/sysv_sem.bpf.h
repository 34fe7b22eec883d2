/* SPDX-License-Identifier: GPL-2.0 */
/*
 * BPF side: sets of SysV semaphores: from an identifier to its object.
 */
#ifndef OSCOPE_IPC_SYSV_SEM_BPF_H
#define OSCOPE_IPC_SYSV_SEM_BPF_H

#include "../ipc.bpf.h"
#include "../../kmod/core/ipc_sem.h"

static __always_inline __u64 sysv_sem_key(__u32 ns, __u32 id)
{
	return ipc_mix(8, (__u64)ns << 32 | id);
}

/*
 * The cell + 1 of a set, which is made and described if that is wanted. 0: there is none, which is
 * said in *missing if there is no set either.
 */
static __always_inline __u32 sysv_sem_object(struct task_struct *p, __u32 id, __u32 make,
					     bool *missing)
{
	struct ipc_namespace *space = p->nsproxy->ipc_ns;
	__u64 key = sysv_sem_key(space->ns.inum, id), perm;
	__u32 object = ipc_object_find(key, 0), cell = object - 1;
	struct oscope_ipc_object *o = bpf_map_lookup_elem(&ipc_objects, &cell);

	if (object && o && o->mechanism)
		return object;
	if (!make)
		return 0;
	perm = ipc_sysv_find((__u64)BPF_CORE_READ(p, nsproxy, ipc_ns), IPC_SEM_IDS, id);
	*missing = !perm;
	if (!perm)
		return 0;
	object = ipc_object_find(key, 1);
	cell = object - 1;
	o = bpf_map_lookup_elem(&ipc_objects, &cell);
	if (!object || !o)
		return 0;
	o->ino = OSCOPE_IPC_SYSV_INO(BPF_CORE_READ((struct kern_ipc_perm *)perm, key), id);
	o->ns = space->ns.inum;
	store_last(&o->mechanism, OSCOPE_IPC_SYSV_SEM + 1);
	return object;
}

/* What a call of this mechanism has beside what all have, when it begins. */
static __always_inline void sysv_sem_fill(struct ipc_call *c, __u32 op)
{
	c->op = op;
	c->object = c->shown;
	c->number = 0;
	c->second = 0;
	c->told = 0;
}

#endif /* OSCOPE_IPC_SYSV_SEM_BPF_H */
