/* SPDX-License-Identifier: GPL-2.0 */
/*
 * BPF side: SysV message queues: from an identifier to its queue. Identifiers are each IPC
 * namespace's own; they hold a sequence number, so that a queue never has that of one before it.
 */
#ifndef OSCOPE_IPC_SYSV_MSG_BPF_H
#define OSCOPE_IPC_SYSV_MSG_BPF_H

#include "target.bpf.h"

#define IPC_MSG_IDS	1		/* ipc/util.h */
/* Bits of an identifier that are an index, and with ipcmni_extend: include/linux/ipc_namespace.h */
#define IPC_INDEX_MASK		((1U << 15) - 1)
#define IPC_INDEX_EXTENDED	((1U << 24) - 1)

/* The namespace takes the place of a super block. */
static __always_inline void sysv_msg_target(struct ipc_target *t, struct task_struct *p, __u32 id)
{
	t->sb = kernel_field(p->nsproxy, struct nsproxy, ipc_ns);
	t->ns = kernel_field(t->sb, struct ipc_namespace, ns.inum);
	if (!t->ns)
		return;
	t->ino = id;
	t->inode = 0;
	t->key = ((__u64)t->ns << 32 | id) * 0x9e3779b97f4a7c15ULL ^ 3;
	t->kind = IPC_KIND_SYSV_MSG;
}

#define XA_DEPTH	7		/* nodes above an entry at most, the smallest ones */

/* An entry of an XArray, include/linux/xarray.h: a node is marked in the lowest bits. */
static __always_inline __u64 xarray_entry(__u64 entry, __u32 index)
{
	__u64 mask = bpf_core_field_size(struct xa_node, slots) / sizeof(void *) - 1, node, slot;
	__u32 i;

	for (i = 0; i < XA_DEPTH; i++) {
		if ((entry & 3) != 2 || entry <= 4096)
			break;
		node = entry - 2;
		slot = index >> (kernel_field(node, struct xa_node, shift) & 31) & mask;
		entry = kernel_word(node + bpf_core_field_offset(struct xa_node, slots) +
				    slot * sizeof(void *));
	}
	return entry & 3 ? 0 : entry;
}

/* The address of the queue of an identifier, 0: there is none, or none any more. */
__noinline __u64 sysv_msg_find(__u64 ns, __u32 id, __u32 index)
{
	__u64 perm;

	if (!bpf_core_type_exists(struct msg_queue))
		return 0;
	perm = xarray_entry(kernel_field(ns, struct ipc_namespace,
					 ids[IPC_MSG_IDS].ipcs_idr.idr_rt.xa_head), index);
	if (!perm || (__u32)kernel_field(perm, struct kern_ipc_perm, id) != id ||
	    (__u8)kernel_field(perm, struct kern_ipc_perm, deleted))
		return 0;
	return perm - bpf_core_field_offset(struct msg_queue, q_perm);
}

/* In place of an inode. Returns false if there is none. */
static __always_inline bool sysv_msg_look(struct ipc_target *t)
{
	__u32 id = t->ino;

	if (!t->inode)
		t->inode = sysv_msg_find(t->sb, id, id & IPC_INDEX_MASK);
	if (!t->inode)
		t->inode = sysv_msg_find(t->sb, id, id & IPC_INDEX_EXTENDED);
	return t->inode;
}

static __always_inline __u32 sysv_msg_mechanism(struct ipc_target *t)
{
	return sysv_msg_look(t) ? OSCOPE_IPC_SYSV_MSG : OSCOPE_IPC_NONE;
}

/* Its key, beside its identifier. */
static __always_inline void sysv_msg_describe(struct ipc_target *t)
{
	t->ino = OSCOPE_IPC_SYSV_INO(kernel_field(t->inode, struct msg_queue, q_perm.key), t->ino);
}

static __always_inline bool sysv_msg_empty(struct ipc_target *t)
{
	return sysv_msg_look(t) && !kernel_field(t->inode, struct msg_queue, q_qnum);
}

#endif /* OSCOPE_IPC_SYSV_MSG_BPF_H */
