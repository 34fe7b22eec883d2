/* SPDX-License-Identifier: GPL-2.0 */
/*
 * BPF side: pipes and FIFOs, as a descriptor leads to them.
 */
#ifndef OSCOPE_IPC_PIPE_BPF_H
#define OSCOPE_IPC_PIPE_BPF_H

#include "target.bpf.h"

#define PIPEFS_MAGIC	0x50495045	/* include/uapi/linux/magic.h */

static __always_inline void pipe_target(struct ipc_target *t)
{
	t->key = ipc_inode_key(t);
	t->kind = IPC_KIND_PIPE;
}

/* Which of both it is: only a FIFO's inode lies in another file system than the pipes'. */
static __always_inline __u32 pipe_mechanism(struct ipc_target *t)
{
	struct super_block *sb = (void *)t->sb;

	return BPF_CORE_READ(sb, s_magic) == PIPEFS_MAGIC ? OSCOPE_IPC_PIPE : OSCOPE_IPC_FIFO;
}

/* Whether nothing is in it at this moment. */
static __always_inline bool pipe_empty(struct ipc_target *t)
{
	__u64 pipe = kernel_field(t->file, struct file, private_data);

	return (__u32)kernel_field(pipe, struct pipe_inode_info, head) ==
	       (__u32)kernel_field(pipe, struct pipe_inode_info, tail);
}

#endif /* OSCOPE_IPC_PIPE_BPF_H */
