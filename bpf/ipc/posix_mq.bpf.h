/* SPDX-License-Identifier: GPL-2.0 */
/*
 * BPF side: POSIX message queues, whose descriptors are files of a file system of their own. Other
 * calls by such a descriptor move no messages.
 */
#ifndef OSCOPE_IPC_POSIX_MQ_BPF_H
#define OSCOPE_IPC_POSIX_MQ_BPF_H

#include "target.bpf.h"

#define MQUEUE_MAGIC	0x19800202	/* ipc/mqueue.c */

static __always_inline void posix_mq_target(struct ipc_target *t)
{
	if (!bpf_core_type_exists(struct mqueue_inode_info))
		return;
	if (kernel_field(t->sb, struct super_block, s_magic) != MQUEUE_MAGIC)
		return;
	t->key = ipc_inode_key(t);
	t->kind = IPC_KIND_POSIX_MQ;
}

static __always_inline bool posix_mq_empty(struct ipc_target *t)
{
	__u64 info = t->inode - bpf_core_field_offset(struct mqueue_inode_info, vfs_inode);

	return !kernel_field(info, struct mqueue_inode_info, attr.mq_curmsgs);
}

#endif /* OSCOPE_IPC_POSIX_MQ_BPF_H */
