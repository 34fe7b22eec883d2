/* SPDX-License-Identifier: GPL-2.0 */
/*
 * BPF side: what a descriptor leads to: the start of each mechanism's way to its object.
 */
#ifndef OSCOPE_IPC_TARGET_BPF_H
#define OSCOPE_IPC_TARGET_BPF_H

#include "../blocked.bpf.h"

/* Kinds of files: mechanisms that are found by the same way. */
enum ipc_kind {
	IPC_KIND_NONE	= 0,
	IPC_KIND_PIPE	= 1,
	IPC_KIND_SOCKET	= 2,
	IPC_KIND_EVENTFD = 3,
};

struct ipc_target {
	__u64 key;			/* of its object */
	__u64 ino;
	__u64 file, inode, sb;		/* addresses in the kernel */
	__u32 kind;			/* enum ipc_kind */
};

/* What is read of an inode at once: mode, super block and number lie in there on all kernels. */
#define INODE_HEAD	80

#define inode_head_field(head, type, field) \
	(*(type *)((char *)(head) + bpf_core_field_offset(struct inode, field)))

/* An inode's identity: its number within its file system, which stays while it is mounted. */
static __always_inline __u64 ipc_inode_key(const struct ipc_target *t)
{
	return t->sb * 0x9e3779b97f4a7c15ULL + t->ino;
}

/* The file of a descriptor, 0: there is none. Another thread may close it meanwhile. */
static __always_inline __u64 descriptor_file(struct task_struct *p, __u32 fd)
{
	struct fdtable *fdt = p->files->fdt;
	__u64 file = 0;

	if (fd >= fdt->max_fds || bpf_probe_read_kernel(&file, sizeof(file), fdt->fd + fd))
		return 0;
	return file;
}

/*
 * Fills in file, inode number and super block. head: room for INODE_HEAD bytes. Returns the mode,
 * 0 if there is no such file.
 */
static __always_inline __u32 target_read(struct ipc_target *t, struct task_struct *p, __u32 fd,
					 void *head)
{
	struct file *file = (void *)descriptor_file(p, fd);
	__u64 inode = 0;

	t->file = (__u64)file;
	t->inode = 0;
	if (!file || bpf_core_read(&inode, sizeof(inode), &file->f_inode) ||
	    bpf_probe_read_kernel(head, INODE_HEAD, (void *)inode))
		return 0;
	t->inode = inode;
	t->ino = inode_head_field(head, __u64, i_ino);
	t->sb = inode_head_field(head, __u64, i_sb);
	return inode_head_field(head, __u16, i_mode);
}

#endif /* OSCOPE_IPC_TARGET_BPF_H */
