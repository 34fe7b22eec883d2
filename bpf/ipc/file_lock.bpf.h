/* SPDX-License-Identifier: GPL-2.0 */
/*
 * BPF side: locks of files, as a descriptor leads to them.
 */
#ifndef OSCOPE_IPC_FILE_LOCK_BPF_H
#define OSCOPE_IPC_FILE_LOCK_BPF_H

#include "../ipc.bpf.h"
#include "descriptor.bpf.h"
#include "../../kmod/core/ipc_lock.h"

/* The cell + 1 of the file of a descriptor, 0: there is none. All its locks are one object. */
static __always_inline __u32 lock_object(struct task_struct *p, __u32 fd, bool make)
{
	struct file *file = descriptor_of(p, fd);
	struct oscope_ipc_object *o;
	struct inode *inode;
	__u32 object, cell;
	__u64 ino, key;

	if (!file)
		return 0;
	inode = BPF_CORE_READ(file, f_inode);
	ino = BPF_CORE_READ(inode, i_ino);
	/* A number is given away again when there is no such file any more. */
	key = ipc_mix(9 + BPF_CORE_READ(inode, i_generation), (__u64)BPF_CORE_READ(inode, i_sb));
	object = ipc_object_find(ipc_mix(key, ino), make);
	cell = object - 1;
	o = bpf_map_lookup_elem(&ipc_objects, &cell);
	if (!object || !o)
		return 0;
	if (o->mechanism)
		return object;
	o->ino = ino;
	ipc_name(object, (__u64)file, 0);
	store_last(&o->mechanism, OSCOPE_IPC_FILE_LOCK + 1);
	return object;
}

/* What a call of this mechanism has beside what all have, when it begins. */
static __always_inline void lock_fill(struct ipc_call *c, __u32 object, __u32 op)
{
	c->object = object;
	c->shown = object;
	c->op = op;
	c->number = 0;
	c->second = 0;
	c->told = 0;
}

#endif /* OSCOPE_IPC_FILE_LOCK_BPF_H */
