/* SPDX-License-Identifier: GPL-2.0 */
/*
 * BPF side: what a task goes to sleep for; see kmod/core/blocked.h.
 */
#ifndef OSCOPE_BLOCKED_BPF_H
#define OSCOPE_BLOCKED_BPF_H

#include "../kmod/core/blocked.h"
#include "shared.bpf.h"

/* include/uapi/linux/stat.h, include/uapi/linux/magic.h, include/linux/kdev_t.h */
#define S_IFMT			0170000
#define S_IFSOCK		0140000
#define S_IFREG			0100000
#define S_IFBLK			0060000
#define S_IFDIR			0040000
#define S_IFCHR			0020000
#define S_IFIFO			0010000
#define ANON_INODE_FS_MAGIC	0x09041934
#define MAJOR_SHIFT		20

/* An anonymous inode is told by its file system: since 6.16 it says that it is a regular file. */
static __always_inline __u32 anon_kind(struct file *file)
{
	struct inode *inode = BPF_CORE_READ(file, f_inode);
	const unsigned char *name;
	__u64 word = 0;

	if (BPF_CORE_READ(inode, i_sb, s_magic) != ANON_INODE_FS_MAGIC)
		return OSCOPE_FILE_REGULAR;
	name = BPF_CORE_READ(file, f_path.dentry, d_name.name);
	if (bpf_probe_read_kernel(&word, sizeof(word), name))
		return OSCOPE_FILE_OTHER;
	return oscope_anon_file(word);
}

/* What a file is; OSCOPE_FILE_SOCKET for any socket. */
static __always_inline __u32 file_kind(struct file *file)
{
	struct inode *inode = BPF_CORE_READ(file, f_inode);

	switch (BPF_CORE_READ(inode, i_mode) & S_IFMT) {
	case S_IFIFO:
		return OSCOPE_FILE_PIPE;
	case S_IFSOCK:
		return OSCOPE_FILE_SOCKET;
	case S_IFCHR:
		return oscope_is_tty(BPF_CORE_READ(inode, i_rdev) >> MAJOR_SHIFT) ?
		       OSCOPE_FILE_TTY : OSCOPE_FILE_OTHER;
	case S_IFDIR:
	case S_IFBLK:
		return OSCOPE_FILE_REGULAR;
	default:
		return anon_kind(file);
	}
}

/* The same from the operations, which each of these kinds has of its own; 0: not met yet. */
static __always_inline __u32 file_known(__u64 operations)
{
	int i;

	for (i = 0; i < KNOWN_FILES; i++) {
		if (globals.known_file[i].operations == operations)
			return globals.known_file[i].file;
	}
	return OSCOPE_FILE_OTHER;
}

/* Not regular files, of which each file system has its own, and not what we know nothing of. */
static __always_inline void file_learn(__u64 operations, __u32 file)
{
	__u32 i;

	if (file == OSCOPE_FILE_OTHER || file == OSCOPE_FILE_REGULAR ||
	    globals.known_files >= KNOWN_FILES)
		return;
	i = __sync_fetch_and_add(&globals.known_files, 1);
	if (i >= KNOWN_FILES)
		return;
	globals.known_file[i].file = file;
	barrier();
	globals.known_file[i].operations = operations;
}

static __always_inline __u32 socket_kind(struct file *file)
{
	struct socket *sock = BPF_CORE_READ(file, private_data);

	return oscope_socket_file(BPF_CORE_READ(sock, sk, __sk_common.skc_family));
}

/*
 * What the descriptor of a task is. The task is in a call that uses it, or in none at all and then
 * nobody believes what it is; another thread may give the number to another file meanwhile.
 */
static __always_inline __u32 descriptor_kind(struct task_struct *p, __u32 fd)
{
	struct fdtable *fdt = p->files->fdt;
	struct file *file = NULL;
	__u64 operations = 0;
	__u32 kind;

	if (fd >= fdt->max_fds)
		return OSCOPE_FILE_OTHER;
	if (bpf_probe_read_kernel(&file, sizeof(file), fdt->fd + fd) ||
	    bpf_core_read(&operations, sizeof(operations), &file->f_op))
		return OSCOPE_FILE_OTHER;
	kind = file_known(operations);
	if (!kind) {
		kind = file_kind(file);
		file_learn(operations, kind);
	}
	return kind == OSCOPE_FILE_SOCKET ? socket_kind(file) : kind;
}

/* The kernel's bit field; the macro has a p of its own. */
static __always_inline bool waits_for_io(struct task_struct *task)
{
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wpointer-arith"
	return BPF_CORE_READ_BITFIELD(task, in_iowait);
#pragma clang diagnostic pop
}

/* enum oscope_reason of a task that goes to sleep, or sleeps; state: the kernel's. */
static __always_inline __u32 blocked_reason(struct task_struct *p, __u32 state)
{
	struct oscope_sleeper s = {
		.state = state,
		.call = OSCOPE_CALL_NONE,
		.kthread = p->flags & PF_KTHREAD,
		.worker = p->flags & (PF_IO_WORKER | PF_USER_WORKER),
		.exiting = p->flags & PF_EXITING,
		.io = waits_for_io(p),
	};
	void *regs = NULL;
	__u32 rule;

	if (!s.kthread && !s.worker && !in_foreign_call(p)) {
		regs = (void *)bpf_task_pt_regs(p);
		s.call = regs_syscall(regs);
	}
	rule = oscope_sleeps_for(&s);
	if (rule < OSCOPE_CALL_READS)
		return rule - 1;
	if (rule == OSCOPE_CALL_AGAIN)
		return OSCOPE_REASON_AGAIN;
	if (!regs || !(config.ledger & LEDGER_FILES))
		return OSCOPE_REASON_OTHER;
	return oscope_file_reason(descriptor_kind(p, regs_arg1(regs)), rule == OSCOPE_CALL_WRITES);
}

#endif /* OSCOPE_BLOCKED_BPF_H */
