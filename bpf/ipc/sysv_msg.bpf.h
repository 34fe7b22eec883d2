/* SPDX-License-Identifier: GPL-2.0 */
/*
 * BPF side: SysV message queues: from an identifier to its queue.
 */
#ifndef OSCOPE_IPC_SYSV_MSG_BPF_H
#define OSCOPE_IPC_SYSV_MSG_BPF_H

#include "sysv.bpf.h"
#include "target.bpf.h"

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

/* In place of an inode. Returns false if there is none. */
static __always_inline bool sysv_msg_look(struct ipc_target *t)
{
	__u64 perm;

	if (!t->inode && bpf_core_type_exists(struct msg_queue)) {
		perm = ipc_sysv_find(t->sb, IPC_MSG_IDS, t->ino);
		t->inode = perm ? perm - bpf_core_field_offset(struct msg_queue, q_perm) : 0;
	}
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
