// SPDX-License-Identifier: GPL-2.0
/*
 * Message queues: SysV, by an identifier in an IPC namespace, and POSIX, by a descriptor; how they
 * are called, whether anything is in them, and what their messages are chosen by. And SysV
 * semaphores, by an identifier, too. Under RCU, by which all of them go.
 */
#include <linux/dcache.h>
#include <linux/ipc_namespace.h>
#include <linux/msg.h>
#include <linux/nsproxy.h>
#include <linux/uaccess.h>
#include "ipc.h"

#define MQUEUE_MAGIC		0x19800202	/* ipc/mqueue.c */

/* Bits of an identifier that are an index, and with ipcmni_extend: include/linux/ipc_namespace.h */
#define INDEX_MASK		((1U << 15) - 1)
#define INDEX_EXTENDED		((1U << 24) - 1)

static const struct kern_ipc_perm *perm_at(const struct idr *idr, u32 id, u32 index)
{
	const struct kern_ipc_perm *perm = idr_find(idr, index);

	return perm && (u32)ipc_peek(perm->id) == id && !ipc_peek(perm->deleted) ? perm : NULL;
}

const struct kern_ipc_perm *ipc_sysv_perm(struct ipc_namespace *ns, u32 ids, u32 id)
{
	const struct idr *idr = &ns->ids[ids].ipcs_idr;

	return perm_at(idr, id, id & INDEX_MASK) ?: perm_at(idr, id, id & INDEX_EXTENDED);
}

static u32 ids_of(u32 mechanism)
{
	if (mechanism == OSCOPE_IPC_SYSV_SHM)
		return IPC_SHM_IDS;
	return mechanism == OSCOPE_IPC_SYSV_SEM ? IPC_SEM_IDS : IPC_MSG_IDS;
}

/* Who has no namespaces has left them: it ends. */
bool ipc_sysv_find(struct ipc_tables *t, struct ipc_target *target, struct nsproxy *proxy,
		   u32 mechanism, u32 id)
{
	struct ipc_namespace *ns = proxy ? proxy->ipc_ns : NULL;

	if (!ns)
		return false;
	memset(target, 0, sizeof(*target));
	target->mechanism = mechanism;
	target->space = ns;
	target->ns = ns->ns.inum;
	target->ino = id;
	target->key = ipc_mix(ipc_mix(ipc_secret, 3 + ids_of(mechanism)),
			      (u64)target->ns << 32 | id);
	return ipc_object_find(t, target->key, false) || ipc_sysv_perm(ns, ids_of(mechanism), id);
}

bool ipc_mqueue_find(struct ipc_target *t, const struct file *file)
{
	struct inode *inode = READ_ONCE(file->f_inode);

	if (!inode || READ_ONCE(inode->i_sb)->s_magic != MQUEUE_MAGIC)
		return false;
	memset(t, 0, sizeof(*t));
	t->mechanism = OSCOPE_IPC_POSIX_MQ;
	t->file = file;
	t->inode = inode;
	t->sb = inode->i_sb;
	t->ino = ipc_peek(inode->i_ino);
	t->key = ipc_inode_key(t->sb, t->ino);
	return true;
}

bool ipc_message_empty(const struct ipc_target *t)
{
	const struct kern_ipc_perm *perm;

	if (t->mechanism == OSCOPE_IPC_POSIX_MQ)
		return compat_mqueue_empty(t->inode);
	perm = ipc_sysv_perm(t->space, IPC_MSG_IDS, t->ino);
	return perm && compat_msg_queue_empty(perm);
}

/* The identifier's key, beside it; without, if somebody has removed it since it was found. */
void ipc_sysv_describe(struct oscope_ipc_object *o, const struct ipc_target *t)
{
	const struct kern_ipc_perm *perm = ipc_sysv_perm(t->space, ids_of(t->mechanism), t->ino);

	o->ns = t->ns;
	o->ino = OSCOPE_IPC_SYSV_INO(perm ? perm->key : 0, t->ino);
}

/* The type of a message that is sent is the first word of its buffer; nothing else is read. */
u32 ipc_sent_tag(u32 rule, const unsigned long *args)
{
	unsigned long type;

	if ((rule & OSCOPE_IPC_CALL_BY) == OSCOPE_IPC_CALL_BY_MQD)
		return args[3];
	if (copy_from_user_nofault(&type, (const void __user *)args[1], sizeof(type)) ||
	    type >= OSCOPE_TAG_UNKNOWN)
		return OSCOPE_TAG_UNKNOWN;
	return type;
}

/* Of one that was received, from where the kernel has just put it: its priority, if asked for. */
u32 ipc_got_tag(u32 rule, const unsigned long *args)
{
	u32 priority;

	if ((rule & OSCOPE_IPC_CALL_BY) == OSCOPE_IPC_CALL_BY_MSGID)
		return ipc_sent_tag(rule, args);
	if (!args[3])
		return OSCOPE_TAG_HIGHEST;
	if (copy_from_user_nofault(&priority, (const void __user *)args[3], sizeof(priority)))
		return OSCOPE_TAG_UNKNOWN;
	return priority;
}
