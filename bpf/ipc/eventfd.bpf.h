/* SPDX-License-Identifier: GPL-2.0 */
/*
 * BPF side: eventfd. All of them share one inode: what there is of their own lies behind the file.
 */
#ifndef OSCOPE_IPC_EVENTFD_BPF_H
#define OSCOPE_IPC_EVENTFD_BPF_H

#include "target.bpf.h"

#define EFD_SEMAPHORE	1		/* include/uapi/linux/eventfd.h */

static __always_inline struct eventfd_ctx *eventfd_ctx(struct ipc_target *t)
{
	return (void *)kernel_field(t->file, struct file, private_data);
}

/* Files of anonymous inodes, whose file system is met once; their operations tell the kind. */
static __always_inline void eventfd_target(struct ipc_target *t)
{
	struct super_block *sb = (void *)t->sb;
	struct file *file = (void *)t->file;
	__u64 operations;
	__u32 kind;

	if (globals.anon_sb && globals.anon_sb != t->sb)
		return;
	if (!globals.anon_sb) {
		if (BPF_CORE_READ(sb, s_magic) != ANON_INODE_FS_MAGIC)
			return;
		globals.anon_sb = t->sb;
	}
	operations = kernel_field(file, struct file, f_op);
	if (!operations)	/* the file has gone: nothing to learn from */
		return;
	kind = file_known(operations);
	if (!kind) {
		kind = file_kind(file);
		file_learn(operations, kind);
	}
	if (kind_follows(IPC_KIND_SIGNALFD) && kind == OSCOPE_FILE_SIGNALFD)
		t->kind = IPC_KIND_SIGNALFD;
	if (!kind_follows(IPC_KIND_EVENTFD) || kind != OSCOPE_FILE_EVENTFD)
		return;
	t->key = (__u64)eventfd_ctx(t) * 0x9e3779b97f4a7c15ULL ^ 2;
	t->kind = IPC_KIND_EVENTFD;
}

/* OSCOPE_IPC_OBJECT_*, and what it is called by: the number that fdinfo shows, too. */
static __always_inline __u32 eventfd_describe(struct ipc_target *t)
{
	struct eventfd_ctx *ctx = eventfd_ctx(t);

	t->ino = BPF_CORE_READ(ctx, id);
	return BPF_CORE_READ(ctx, flags) & EFD_SEMAPHORE ? OSCOPE_IPC_OBJECT_ONE : 0;
}

static __always_inline bool eventfd_empty(struct ipc_target *t)
{
	struct eventfd_ctx *ctx = eventfd_ctx(t);

	return !kernel_field(ctx, struct eventfd_ctx, count);
}

#endif /* OSCOPE_IPC_EVENTFD_BPF_H */
