// SPDX-License-Identifier: GPL-2.0
/*
 * What a task goes to sleep for, see core/blocked.h.
 *
 * For the task that leaves the CPU nothing may be locked. Its table of descriptors is its own as
 * long as it is in a system call, and what other threads take out of it goes by RCU, as do inodes
 * and directory entries; interrupts are off, which holds that off. Sockets' families are read from
 * their constant operations: the sock itself may go sooner.
 */
#include <linux/anon_inodes.h>
#include <linux/fdtable.h>
#include <linux/net.h>
#include <linux/sched/task.h>
#include <linux/sched/task_stack.h>
#include <linux/uaccess.h>
#include <asm/syscall.h>
#include "compat.h"
#include "core/blocked.h"
#include "ledger.h"

/* What others may change at this moment, by plain stores: the one value or the other is right. */
#define peek(what)	data_race(what)

static u32 anon_kind(const struct file *file, const struct inode *inode)
{
	const struct dentry *dentry = READ_ONCE(file->f_path.dentry);
	const unsigned char *name;
	u64 word;

	if (READ_ONCE(inode->i_sb)->s_magic != ANON_INODE_FS_MAGIC)
		return OSCOPE_FILE_REGULAR;
	if (!dentry)
		return OSCOPE_FILE_OTHER;
	/* It may be going, and what is there be another's already. */
	if (get_kernel_nofault(name, &dentry->d_name.name) ||
	    copy_from_kernel_nofault(&word, name, sizeof(word)))
		return OSCOPE_FILE_OTHER;
	return oscope_anon_file(word);
}

static u32 socket_kind(const struct file *file)
{
	const struct socket *sock = READ_ONCE(file->private_data);
	const struct proto_ops *ops = sock ? READ_ONCE(sock->ops) : NULL;

	return ops ? oscope_socket_file(ops->family) : OSCOPE_FILE_SOCKET;
}

/* An anonymous inode is told by its file system: since 6.16 it says that it is a regular file. */
static u32 file_kind(const struct file *file)
{
	const struct inode *inode = READ_ONCE(file->f_inode);

	if (!inode)	/* on its way out */
		return OSCOPE_FILE_OTHER;
	switch (peek(inode->i_mode) & S_IFMT) {
	case S_IFIFO:
		return OSCOPE_FILE_PIPE;
	case S_IFSOCK:
		return socket_kind(file);
	case S_IFCHR:
		return oscope_is_tty(imajor(inode)) ? OSCOPE_FILE_TTY : OSCOPE_FILE_OTHER;
	case S_IFDIR:
	case S_IFBLK:
		return OSCOPE_FILE_REGULAR;
	default:
		return anon_kind(file, inode);
	}
}

/* Under RCU, and nobody but p itself gives its table back meanwhile. */
static u32 descriptor_kind(struct task_struct *p, unsigned int fd)
{
	struct files_struct *files = peek(p->files);
	const struct file *file = files ? compat_file_of(files, fd) : NULL;

	return file ? file_kind(file) : OSCOPE_FILE_OTHER;
}

/* The rule for p, in the system call of regs; NULL: in none that we know. */
static u32 sleep_rule(struct task_struct *p, unsigned int state, struct pt_regs *regs)
{
	struct oscope_sleeper s = {
		.state = state,
		.call = OSCOPE_CALL_NONE,
		.kthread = p->flags & PF_KTHREAD,
		.worker = compat_is_worker(p),
		.exiting = p->flags & PF_EXITING,
		.io = peek(p->in_iowait != 0),
	};
	int call = regs ? syscall_get_nr(p, regs) : -1;

	if (call >= 0)
		s.call = call;
	return oscope_sleeps_for(&s);
}

static u32 rule_reason(struct task_struct *p, u32 rule, struct pt_regs *regs)
{
	unsigned long args[6];

	if (rule < OSCOPE_CALL_READS)
		return rule - 1;
	if (rule == OSCOPE_CALL_AGAIN)
		return OSCOPE_REASON_AGAIN;
	syscall_get_arguments(p, regs, args);
	return oscope_file_reason(descriptor_kind(p, args[0]), rule == OSCOPE_CALL_WRITES);
}

/* Whether it may be in a system call, of numbers that we know. */
static bool has_call(struct task_struct *p)
{
	return !(p->flags & PF_KTHREAD) && !compat_is_worker(p) && !compat_foreign_call(p);
}

u32 blocked_reason(struct task_struct *p, unsigned int state)
{
	struct pt_regs *regs = has_call(p) ? task_pt_regs(p) : NULL;

	return rule_reason(p, sleep_rule(p, state, regs), regs);
}

/* Its call stands for a read, and so its first argument for a descriptor. */
u32 blocked_reason_dear(void)
{
	struct pt_regs *regs = task_pt_regs(current);
	u32 rule = sleep_rule(current, TASK_INTERRUPTIBLE, regs);

	return rule ? rule_reason(current, OSCOPE_CALL_READS, regs) : OSCOPE_REASON_OTHER;
}

/* Its stack may go, by RCU, and takes its address along. */
u32 blocked_reason_of(struct task_struct *p, unsigned int state)
{
	struct pt_regs regs;
	bool known = has_call(p) && !copy_from_kernel_nofault(&regs, task_pt_regs(p), sizeof(regs));
	u32 rule = sleep_rule(p, state, known ? &regs : NULL), reason;

	task_lock(p);		/* its table of descriptors stays */
	reason = rule_reason(p, rule, &regs);
	task_unlock(p);
	return reason;
}
