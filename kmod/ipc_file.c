// SPDX-License-Identifier: GPL-2.0
/*
 * From a file to what communicates by it. Under RCU, by which files, inodes and directory entries
 * go; what lies behind them does not, see ipc_look().
 */
#include <linux/dcache.h>
#include <linux/fs_struct.h>
#include <linux/mount.h>
#include <linux/net.h>
#include <linux/path.h>
#include <linux/pipe_fs_i.h>
#include <linux/uaccess.h>
#include <net/sock.h>
#include "core/blocked.h"
#include "core/ipc_futex.h"
#include "core/ipc_share.h"
#include "ipc_futex.h"
#include "ipc_move.h"

static void socket_find(struct ipc_target *t, struct inode *inode)
{
	struct socket *socket = SOCKET_I(inode);

	t->sk = ipc_peek(socket->sk);
	if (t->sk)
		t->mechanism = ipc_socket_mechanism(socket, t->sk);
}

/* What files of anonymous inodes do, by which they are told once one of the kind has been met. */
static const struct file_operations *eventfd_ops, *signalfd_ops;

static bool is_anon(const struct file *file, const struct file_operations **known, u32 kind)
{
	const struct file_operations *ops = READ_ONCE(file->f_op), *met = READ_ONCE(*known);
	struct dentry *dentry = READ_ONCE(file->f_path.dentry);
	const unsigned char *name;
	u64 word;

	if (met || !ops || !dentry)
		return met && met == ops;
	name = ipc_look(dentry->d_name.name);
	if (copy_from_kernel_nofault(&word, name, sizeof(word)) || oscope_anon_file(word) != kind)
		return false;
	/* It may have gone, and another have come in its place, while we looked. */
	if (READ_ONCE(file->f_op) != ops)
		return false;
	WRITE_ONCE(*known, ops);
	return true;
}

/* All of them share one inode: what there is of their own lies behind the file. */
static void anon_find(struct ipc_target *t)
{
	if (t->sb->s_magic != ANON_INODE_FS_MAGIC)
		return;
	if (is_anon(t->file, &eventfd_ops, OSCOPE_FILE_EVENTFD)) {
		t->key = ipc_mix(ipc_mix(ipc_secret, 2), (u64)READ_ONCE(t->file->private_data));
		t->mechanism = OSCOPE_IPC_EVENTFD;
	} else if (is_anon(t->file, &signalfd_ops, OSCOPE_FILE_SIGNALFD)) {
		t->mechanism = OSCOPE_IPC_SIGNAL;
	}
}

bool ipc_target_find(struct ipc_target *t, const struct file *file)
{
	struct inode *inode = READ_ONCE(file->f_inode);

	t->mechanism = OSCOPE_IPC_NONE;
	t->sk = NULL;
	t->space = NULL;
	t->named = false;
	t->strange = false;
	/* On its way out; or only a name of what it is. */
	if (!inode || (ipc_peek(file->f_mode) & FMODE_PATH))
		return false;
	t->file = file;
	t->sb = READ_ONCE(inode->i_sb);
	t->ino = ipc_peek(inode->i_ino);
	t->key = ipc_inode_key(t->sb, t->ino);
	switch (ipc_peek(inode->i_mode) & S_IFMT) {
	case S_IFIFO:
		t->mechanism = t->sb->s_magic == PIPEFS_MAGIC ? OSCOPE_IPC_PIPE : OSCOPE_IPC_FIFO;
		break;
	case S_IFSOCK:
		if (t->sb->s_magic == SOCKFS_MAGIC)
			socket_find(t, inode);
		break;
	case S_IFREG:
	case 0:			/* of an anonymous inode, until 6.15 */
		anon_find(t);
		break;
	default:
		break;
	}
	return t->mechanism != OSCOPE_IPC_NONE && ipc_follows(1ULL << t->mechanism);
}

/* ... of a futex, whose word is in the memory of current. */
static bool word_find(struct ipc_tables *t, struct ipc_target *target, struct task_struct *p,
		      u32 rule, const unsigned long *args)
{
	u32 does = ipc_futex_does(rule, args);

	if (!does || p != current || !current->mm)
		return false;
	ipc_word_find(t, target, args[0], does);
	return true;
}

bool ipc_call_target(struct ipc_tables *t, struct ipc_target *target, struct task_struct *p,
		     u32 rule, const unsigned long *args)
{
	const struct file *file;

	if (rule & OSCOPE_IPC_CALL_FUTEX)
		return word_find(t, target, p, rule, args);
	if (rule & OSCOPE_IPC_CALL_MAP)
		return p == current && ipc_share_find(t, target, rule, args);
	if (rule & OSCOPE_IPC_CALL_MEMORY) {
		ipc_memory_find(target, args[0]);
		return p == current;
	}
	if (rule & OSCOPE_IPC_CALL_SEM)
		return ipc_sysv_find(t, target, p->nsproxy, OSCOPE_IPC_SYSV_SEM, args[0]);
	if ((rule & OSCOPE_IPC_CALL_BY) == OSCOPE_IPC_CALL_BY_MSGID)
		return ipc_sysv_find(t, target, p->nsproxy, OSCOPE_IPC_SYSV_MSG, args[0]);
	file = p->files ? compat_file_of(p->files, args[0]) : NULL;
	if (!file)
		return false;
	if (rule & OSCOPE_IPC_CALL_LOCKS)
		return ipc_lock_find(target, file);
	if ((rule & OSCOPE_IPC_CALL_BY) == OSCOPE_IPC_CALL_BY_MQD)
		return ipc_mqueue_find(target, file);
	return ipc_target_find(target, file) && (target->sk || !(rule & OSCOPE_IPC_CALL_SOCKET));
}

bool ipc_target_empty(const struct ipc_target *t, u32 op)
{
	struct pipe_inode_info *pipe;
	struct compat_eventfd e;
	unsigned int head;

	if (t->sk)
		return ipc_socket_empty(t, op);
	if (oscope_ipc_take(t->mechanism) == OSCOPE_TAKE_CHOSEN)
		return ipc_message_empty(t);
	if (t->mechanism == OSCOPE_IPC_EVENTFD)
		return compat_eventfd_read(&e, READ_ONCE(t->file->private_data)) && !e.count;
	pipe = READ_ONCE(t->file->private_data);
	if (!pipe)
		return false;
	head = ipc_look(pipe->head);
	smp_rmb();	/* an older head and a newer tail are of a moment when it was empty */
	return head == ipc_look(pipe->tail);
}

/* That may be NULL, or be going at this moment, as may be all that path_fill() comes by. */
static void part_add(struct oscope_ipc_name *n, const struct dentry *dentry)
{
	struct qstr name = { 0 };
	u32 bytes;

	if (dentry)
		copy_from_kernel_nofault(&name, &dentry->d_name, sizeof(name));
	bytes = name.len;
	if (bytes >= OSCOPE_IPC_NAME_BYTES) {
		bytes = OSCOPE_IPC_NAME_BYTES - 1;
		n->flags |= OSCOPE_IPC_NAME_CUT;
	}
	/* It may be getting another name: what fails leaves this one empty. */
	copy_from_kernel_nofault(n->part[n->parts++], name.name, bytes);
}

/*
 * The path of a file in its file system. Where that is mounted modules cannot see without locks
 * that may sleep: of others than the caller's root it is the end of a path.
 */
static void path_fill(struct oscope_ipc_name *n, const struct file *file)
{
	struct vfsmount *mnt = READ_ONCE(file->f_path.mnt);
	struct dentry *dentry = READ_ONCE(file->f_path.dentry);
	struct dentry *root = mnt ? ipc_look(mnt->mnt_root) : NULL, *parent;
	struct fs_struct *fs = current->fs;

	while (dentry != root) {
		if (!dentry || n->parts == OSCOPE_IPC_NAME_PARTS) {
			n->flags |= OSCOPE_IPC_NAME_CUT;
			return;
		}
		part_add(n, dentry);
		parent = ipc_look(dentry->d_parent);
		if (dentry == parent) {
			n->flags |= OSCOPE_IPC_NAME_ALONE;
			return;
		}
		dentry = parent;
	}
	if (!fs || ipc_peek(fs->root.mnt) != mnt)
		n->flags |= OSCOPE_IPC_NAME_CUT;
}

void ipc_path_name(struct ipc_tables *t, struct oscope_ipc_object *o, const struct file *file)
{
	struct oscope_ipc_name *n;
	u32 place;

	n = ipc_name_make(t, &place);
	if (!n)
		return;
	path_fill(n, file);
	WRITE_ONCE(o->name, place);
}

/* What it is called by: the number that fdinfo shows, too; and how it is read. */
static void eventfd_describe(struct oscope_ipc_object *o, const struct ipc_target *t)
{
	struct compat_eventfd e;

	o->ino = 0;
	if (!compat_eventfd_read(&e, READ_ONCE(t->file->private_data)))
		return;
	o->ino = e.id;
	o->flags = e.flags & EFD_SEMAPHORE ? OSCOPE_IPC_OBJECT_ONE : 0;
}

/*
 * Of a file in memory that path is the name that shm_open(3) is given, wherever it is mounted,
 * unless there is more of it than there is room for.
 */
static void segment_name(struct ipc_tables *t, struct oscope_ipc_object *o, const struct file *file)
{
	struct oscope_ipc_name *n;
	u32 i;

	ipc_path_name(t, o, file);
	n = o->name ? &t->name[o->name - 1] : NULL;
	if (!n || n->parts == OSCOPE_IPC_NAME_PARTS)
		return;
	for (i = 0; i < n->parts; i++) {
		if (strnlen(n->part[i], OSCOPE_IPC_NAME_BYTES) >= OSCOPE_IPC_NAME_BYTES - 1)
			return;
	}
	n->flags &= ~OSCOPE_IPC_NAME_CUT;
}

static void object_name(struct ipc_tables *t, struct oscope_ipc_object *o,
			const struct ipc_target *target)
{
	struct oscope_ipc_name *n;
	u32 place;

	if (target->sk) {
		ipc_socket_name(t, o, target->sk);
	} else if (target->mechanism == OSCOPE_IPC_EVENTFD) {
		eventfd_describe(o, target);
	} else if (target->space) {
		ipc_sysv_describe(o, target);
	} else if (target->mechanism == OSCOPE_IPC_PROCESS_VM) {
		ipc_memory_describe(o, target);
	} else if (target->mechanism == OSCOPE_IPC_POSIX_MQ) {
		n = ipc_name_make(t, &place);
		if (!n)
			return;
		part_add(n, READ_ONCE(target->file->f_path.dentry));
		n->flags |= OSCOPE_IPC_NAME_LEAF;
		WRITE_ONCE(o->name, place);
	} else if (target->mechanism == OSCOPE_IPC_FIFO ||
		   target->mechanism == OSCOPE_IPC_FILE_LOCK) {
		ipc_path_name(t, o, target->file);
	} else if (oscope_is_segment(target->mechanism)) {
		segment_name(t, o, target->file);
	} else if (target->mechanism == OSCOPE_IPC_FUTEX) {
		ipc_word_describe(t, o, target);
	}
}

/* An eventfd is known by its address, which the kernel gives again. */
void ipc_file_made(struct ipc_tables *t, unsigned int fd)
{
	unsigned long args[] = { fd };
	struct ipc_target target;
	u32 object;

	if (!current->files || !ipc_call_target(t, &target, current, 0, args) ||
	    target.mechanism != OSCOPE_IPC_EVENTFD)
		return;
	object = ipc_object_find(t, target.key, false);
	if (!object)
		return;
	raw_spin_lock(&t->making);
	eventfd_describe(&t->object[object - 1], &target);
	raw_spin_unlock(&t->making);
	ipc_queue_forget(t, object);
}

u32 ipc_target_object(struct ipc_tables *t, const struct ipc_target *target)
{
	u32 object = ipc_object_find(t, target->key, false);
	struct oscope_ipc_object *o;

	if (object && smp_load_acquire(&t->object[object - 1].mechanism)) /* the end, below */
		return object;
	if (!target->key)
		return 0;
	raw_spin_lock(&t->making);
	object = ipc_object_find(t, target->key, true);
	o = object ? &t->object[object - 1] : NULL;
	if (o && !o->mechanism) {
		o->ino = target->ino;
		object_name(t, o, target);
		/* All of it is there by then. */
		smp_store_release(&o->mechanism, target->mechanism + 1);
	}
	raw_spin_unlock(&t->making);
	return object;
}
