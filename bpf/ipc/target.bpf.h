/* SPDX-License-Identifier: GPL-2.0 */
/*
 * BPF side: what a descriptor leads to: the start of each mechanism's way to its object.
 */
#ifndef OSCOPE_IPC_TARGET_BPF_H
#define OSCOPE_IPC_TARGET_BPF_H

#include "../blocked.bpf.h"
#include "../ipc.bpf.h"

/* Kinds of files: mechanisms that are found by the same way. */
enum ipc_kind {
	IPC_KIND_NONE	= 0,
	IPC_KIND_PIPE	= 1,
	IPC_KIND_SOCKET	= 2,
	IPC_KIND_EVENTFD = 3,
	IPC_KIND_SYSV_MSG = 4,
	IPC_KIND_POSIX_MQ = 5,
	IPC_KIND_SIGNALFD = 6,
};

/* ... and which these are: OSCOPE_IPC_BIT(). */
static __always_inline __u64 kind_mechanisms(enum ipc_kind kind)
{
	switch (kind) {
	case IPC_KIND_PIPE:	return OSCOPE_IPC_BIT(PIPE) | OSCOPE_IPC_BIT(FIFO);
	case IPC_KIND_SOCKET:	return OSCOPE_IPC_SOCKETS;
	case IPC_KIND_EVENTFD:	return OSCOPE_IPC_BIT(EVENTFD);
	case IPC_KIND_SYSV_MSG:	return OSCOPE_IPC_BIT(SYSV_MSG);
	case IPC_KIND_POSIX_MQ:	return OSCOPE_IPC_BIT(POSIX_MQ);
	case IPC_KIND_SIGNALFD:	return OSCOPE_IPC_BIT(SIGNAL);
	default:		return 0;
	}
}

static __always_inline bool kind_follows(enum ipc_kind kind)
{
	return ipc_follows(kind_mechanisms(kind));
}

struct ipc_target {
	__u64 key;			/* of its object */
	__u64 ino;
	__u64 file, inode, sb;		/* addresses in the kernel */
	__u32 kind;			/* enum ipc_kind */
	__u32 ns;			/* of an identifier: its IPC namespace's number */
};

static __always_inline bool target_is(const struct ipc_target *t, enum ipc_kind kind)
{
	return kind_follows(kind) && t->kind == kind;
}

/* An inode's identity: its number within its file system, which stays while it is mounted. */
static __always_inline __u64 ipc_inode_key(const struct ipc_target *t)
{
	return t->sb * 0x9e3779b97f4a7c15ULL + t->ino;
}

/* The file of a descriptor, 0: there is none. Another thread may close it meanwhile. */
static __always_inline __u64 descriptor_file(struct task_struct *p, __u32 fd)
{
	struct fdtable *fdt = p->files->fdt;

	return fd < fdt->max_fds ? kernel_word(fdt->fd + fd) : 0;
}

/* From its file: fills in inode, its number and super block. Returns the mode, 0: none is. */
static __always_inline __u32 target_look(struct ipc_target *t)
{
	if (!t->file)
		return 0;
	t->inode = kernel_field(t->file, struct file, f_inode);
	if (!t->inode)
		return 0;
	t->ino = kernel_field(t->inode, struct inode, i_ino);
	t->sb = kernel_field(t->inode, struct inode, i_sb);
	return (__u16)kernel_field(t->inode, struct inode, i_mode);
}

#endif /* OSCOPE_IPC_TARGET_BPF_H */
