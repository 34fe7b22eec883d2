// SPDX-License-Identifier: GPL-2.0
/*
 * Memory that processes share: SysV segments, and files in memory that are mapped shared. Nothing
 * of who writes or reads there is seen; what is seen is who has it: by calls, by fork, exec and the
 * end of a process, and of who has it when it is switched on by what is mapped.
 *
 * The cells of a process follow one another from a place that its number gives, and none is ever
 * emptied. What is mapped at an address is looked up under the memory's lock, which is only tried:
 * who finds it taken is counted; the seed, which may sleep, tries it several times.
 */
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/ipc_namespace.h>
#include <linux/magic.h>
#include <linux/mm.h>
#include <linux/nsproxy.h>
#include "core/ipc_share.h"
#include "hooks.h"
#include "ipc.h"

#define PROBES		32U		/* cells looked at */
#define WORD_SYSV	0x56535953U	/* "SYSV": how the kernel calls files of segments there */
#define WORD_MEMFD	0x666d656dU	/* "memf" */

static struct oscope_ipc_share *share_at(struct ipc_tables *t, u32 process, u32 step)
{
	return &t->share[(oscope_ipc_hash(process) + step) & (OSCOPE_IPC_SHARES - 1)];
}

/* The cell of a process' share, made if it is not there; NULL: there is no room, and it counts. */
static struct oscope_ipc_share *share_get(struct ipc_tables *t, u32 object, u32 process)
{
	u64 key = OSCOPE_IPC_SHARE_KEY(object, process), was;
	struct oscope_ipc_share *s;
	u32 i;

	for (i = 0; i < PROBES; i++) {
		s = share_at(t, process, i);
		was = READ_ONCE(s->key) ?: cmpxchg(&s->key, 0, key) ?: key;
		if (was == key)
			return s;
	}
	oscope_add(&t->cpu[smp_processor_id()].shares_full, 1);
	return NULL;
}

static void share_named(struct oscope_ipc_share *s, const struct task_struct *p)
{
	ipc_peek(({ memcpy(s->comm, p->comm, sizeof(s->comm)); 0; }));
	s->comm[sizeof(s->comm) - 1] = 0;
}

bool ipc_share_concerns(struct ipc_tables *t, u32 rule, const unsigned long *args)
{
	u32 by = rule & OSCOPE_IPC_CALL_MAP_BY;

	if (by == OSCOPE_IPC_CALL_MAP_FD)
		return oscope_map_shares(args[3]);
	return by == OSCOPE_IPC_CALL_MAP_SHMID ||
	       READ_ONCE(share_at(t, current->tgid, 0)->key);
}

static void sysv_fill(struct ipc_target *s, struct ipc_namespace *ns, u32 id)
{
	s->space = ns;
	s->ns = ns->ns.inum;
	s->ino = id;
	s->key = ipc_mix(ipc_mix(ipc_secret, 9), (u64)s->ns << 32 | id);
	s->mechanism = OSCOPE_IPC_SYSV_SHM;
}

static bool is_followed(const struct ipc_target *s)
{
	return s->mechanism != OSCOPE_IPC_NONE && ipc_follows(1ULL << s->mechanism);
}

/* What a file is that lies in memory. The number of a SysV segment's inode is its identifier. */
static bool file_fill(struct ipc_target *s, struct file *file, struct task_struct *p)
{
	struct inode *inode = file ? READ_ONCE(file->f_inode) : NULL;
	const unsigned char *name;
	struct dentry *dentry;
	u32 word = 0;

	if (!inode || READ_ONCE(inode->i_sb)->s_magic != TMPFS_MAGIC)
		return false;
	s->file = file;
	s->inode = inode;
	s->sb = inode->i_sb;
	s->ino = ipc_peek(inode->i_ino);
	s->key = ipc_mix(ipc_inode_key(s->sb, s->ino), 10);
	s->mechanism = OSCOPE_IPC_POSIX_SHM;
	/* The kernel's own, which nobody can mount, has all the rest. */
	if (!(ipc_peek(s->sb->s_flags) & SB_NOUSER))
		return is_followed(s);
	dentry = READ_ONCE(file->f_path.dentry);	/* NULL: on its way out */
	if (dentry && !get_kernel_nofault(name, &dentry->d_name.name))
		copy_from_kernel_nofault(&word, name, sizeof(word));
	if (word == WORD_SYSV && p->nsproxy)
		sysv_fill(s, p->nsproxy->ipc_ns, s->ino);
	else
		s->mechanism = word == WORD_MEMFD ? OSCOPE_IPC_MEMFD : OSCOPE_IPC_NONE;
	return is_followed(s);
}

/* By its identifier; believed if the inode behind it has that for a number. */
static bool identifier_fill(struct ipc_target *s, u32 id)
{
	struct ipc_namespace *ns = current->nsproxy ? current->nsproxy->ipc_ns : NULL;
	const struct kern_ipc_perm *perm = ns ? ipc_sysv_perm(ns, IPC_SHM_IDS, id) : NULL;
	struct file *file = perm ? compat_shm_file(perm) : NULL;

	s->inode = file ? ipc_look(file->f_inode) : NULL;
	if (!s->inode || ipc_look(s->inode->i_ino) != id)
		return false;
	s->bytes = ipc_look(s->inode->i_size);
	sysv_fill(s, ns, id);
	return true;
}

/*
 * What is mapped there; of SysV segments, all of it goes. VM_SHARED has only what may be written
 * by that.
 */
static bool address_fill(struct ipc_tables *t, struct ipc_target *s, unsigned long at, u64 bytes)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;
	bool found = false;

	if (!mm)
		return false;
	if (!mmap_read_trylock(mm)) {
		oscope_add(&t->cpu[smp_processor_id()].calls_full, 1);
		return false;
	}
	vma = find_vma(mm, at);
	if (vma && vma->vm_start <= at && (vma->vm_flags & VM_MAYSHARE)) {
		s->bytes = min_t(u64, vma->vm_end - at, bytes ?: ~0ULL);
		found = file_fill(s, vma->vm_file, current);
	}
	mmap_read_unlock(mm);
	/* Who has it was seen to get it: it is known. */
	return found && ipc_object_find(t, s->key, false);
}

bool ipc_share_find(struct ipc_tables *t, struct ipc_target *s, u32 rule,
		    const unsigned long *args)
{
	u32 by = rule & OSCOPE_IPC_CALL_MAP_BY;

	memset(s, 0, sizeof(*s));
	s->bytes = args[1];
	if (by == OSCOPE_IPC_CALL_MAP_SHMID)
		return identifier_fill(s, args[0]);
	if (by == OSCOPE_IPC_CALL_MAP_FD)
		return current->files &&
		       file_fill(s, (struct file *)compat_file_of(current->files, args[4]),
				 current);
	return address_fill(t, s, args[0], rule & OSCOPE_IPC_CALL_MAP_ALL ? 0 : args[1]);
}

/* How large it is, and how much of it has been touched by anybody. It may go at any time. */
static void segment_look(struct oscope_ipc_object *o, struct inode *inode)
{
	struct address_space *mapping = ipc_look(inode->i_mapping);
	u64 resident = mapping ? ipc_look(mapping->nrpages) << PAGE_SHIFT : 0;

	WRITE_ONCE(o->segment.bytes, ipc_look(inode->i_size));
	if (resident > READ_ONCE(o->segment.resident))
		WRITE_ONCE(o->segment.resident, resident);
}

static void segment_known(struct ipc_tables *t, u32 object, struct inode *inode)
{
	WRITE_ONCE(t->segment[object - 1], inode);
	segment_look(&t->object[object - 1], inode);
}

void ipc_share_begin(struct ipc_tables *t, struct ipc_call *c, const struct ipc_target *s)
{
	c->number = (s->bytes + PAGE_SIZE - 1) >> PAGE_SHIFT;
	if (c->object && s->inode)
		segment_known(t, c->object, s->inode);
}

void ipc_share_end(struct ipc_tables *t, struct ipc_call *c, long ret)
{
	u64 bytes = (u64)c->number << PAGE_SHIFT;
	struct oscope_ipc_share *s;

	if (IS_ERR_VALUE(ret) || !c->object)
		return;
	s = share_get(t, c->object, current->tgid);
	if (!s)
		return;
	if (c->op == OSCOPE_IPC_SEND)
		ipc_peek(({ oscope_share_attach(s, bytes); 0; }));
	else
		ipc_peek(({ oscope_share_detach(s, bytes); 0; }));
	share_named(s, current->group_leader);
}

/* A process that was made by the current task has what that has, and is called so at first. */
static void share_inherit(struct ipc_tables *t, const struct oscope_ipc_share *from, u32 process,
			  u32 made)
{
	u64 key = READ_ONCE(from->key), bytes = ipc_peek(READ_ONCE(from->bytes));
	struct oscope_ipc_share *s;

	if ((u32)key != process || !bytes)
		return;
	s = share_get(t, key >> 32, made);
	if (!s)
		return;
	ipc_peek(({ oscope_share_inherit(s, process, bytes); 0; }));
	share_named(s, current);
}

static void on_ipc_fork(void *data, struct task_struct *parent, struct task_struct *child)
{
	struct ipc_tables *t = ipc_active();
	const struct oscope_ipc_share *s;
	u32 i;

	if (!t || parent->tgid == child->tgid || parent->mm == child->mm)
		return;
	preempt_disable();
	for (i = 0; i < PROBES; i++) {
		s = share_at(t, parent->tgid, i);
		if (!READ_ONCE(s->key))
			break;
		share_inherit(t, s, parent->tgid, child->tgid);
	}
	preempt_enable();
}
HOOK(sched_process_fork, on_ipc_fork, .flags = HOOK_IPC, .ipc = OSCOPE_IPC_SEGMENTS);

/* A process has that no more; what there was of it, if its inode is the same still. */
static void share_over(struct ipc_tables *t, struct oscope_ipc_share *s,
		       const struct task_struct *leader, u32 how)
{
	u32 object = READ_ONCE(s->key) >> 32;
	struct oscope_ipc_object *o = &t->object[object - 1];
	struct inode *inode = READ_ONCE(t->segment[object - 1]);

	if ((u32)READ_ONCE(s->key) != leader->tgid || !ipc_peek(READ_ONCE(s->bytes)))
		return;
	ipc_peek(({ oscope_share_end(s, how); 0; }));
	if (how == OSCOPE_IPC_EXIT)
		share_named(s, leader);
	if (inode && (u32)ipc_look(inode->i_ino) == (u32)READ_ONCE(o->ino))
		segment_look(o, inode);
}

static void shares_end(const struct task_struct *leader, u32 how)
{
	struct ipc_tables *t = ipc_active();
	u32 i;

	if (!t)
		return;
	preempt_disable();
	for (i = 0; i < PROBES && READ_ONCE(share_at(t, leader->tgid, i)->key); i++)
		share_over(t, share_at(t, leader->tgid, i), leader, how);
	preempt_enable();
}

static void on_ipc_exec(void *data, struct task_struct *p, pid_t old_pid,
			struct linux_binprm *bprm)
{
	shares_end(p->group_leader, OSCOPE_IPC_EXEC);
}
HOOK(sched_process_exec, on_ipc_exec, .flags = HOOK_IPC, .ipc = OSCOPE_IPC_SEGMENTS);

static void on_ipc_exit(void *data, struct task_struct *p)
{
	if (!atomic_read(&p->signal->live))
		shares_end(p->group_leader, OSCOPE_IPC_EXIT);
}

static void __maybe_unused on_ipc_exit_v6_16(void *data, struct task_struct *p, bool group_dead)
{
	on_ipc_exit(data, p);
}
HOOK(sched_process_exit, COMPAT_EXIT_PROBE(on_ipc_exit, on_ipc_exit_v6_16), .flags = HOOK_IPC,
     .ipc = OSCOPE_IPC_SEGMENTS);

/* What is mapped there, as far as it is not below `from`. */
static void vma_seed(struct ipc_tables *t, struct task_struct *p, struct vm_area_struct *vma,
		     unsigned long from)
{
	struct oscope_ipc_share *share;
	struct ipc_target s = { 0 };
	u32 object;

	if (!vma->vm_file || !(vma->vm_flags & VM_MAYSHARE) || !file_fill(&s, vma->vm_file, p))
		return;
	object = ipc_target_object(t, &s);
	if (!object)
		return;
	segment_known(t, object, s.inode);
	share = share_get(t, object, p->tgid);
	/* Who has got it by a call or a fork since it is on is left as it is. */
	if (!share || (ipc_peek(READ_ONCE(share->bytes)) &&
		       !(share->flags & OSCOPE_IPC_SHARE_BEFORE)))
		return;
	share->flags = OSCOPE_IPC_SHARE_BEFORE;
	ipc_peek(({ oscope_share_grows(share, vma->vm_end - max(vma->vm_start, from)); 0; }));
	share_named(share, p->group_leader);
}

#define VMAS_AT_ONCE	128U
#define BUSY_TRIES	16U		/* a millisecond or two each: a large process may fork */

/* Where a walk through what a process has mapped has come to. */
struct vma_walk {
	struct mm_struct *mm;		/* compared only */
	u32 exec;			/* how often it had made itself anew */
	unsigned long at;		/* may be in the middle of one that has grown since */
};

/*
 * The next ones. Returns whether there are more, -EBUSY: it is to be tried again. p is locked, so
 * that what is found here is there before p gives its memory up: the hook on exec, which comes
 * then, finds it. That on exit comes before that since 6.16.
 */
static int vmas_seed(struct ipc_tables *t, struct task_struct *p, struct vma_walk *walk)
{
	VMA_ITERATOR(vmi, p->mm, walk->at);
	struct vm_area_struct *vma;
	u32 n = 0;

	if (walk->mm && (walk->mm != p->mm || walk->exec != p->self_exec_id))
		return 0;
	walk->mm = p->mm;
	walk->exec = p->self_exec_id;
	if (!mmap_read_trylock(p->mm))
		return -EBUSY;
	for_each_vma(vmi, vma) {
		if (n++ == VMAS_AT_ONCE)
			break;
		vma_seed(t, p, vma, walk->at);
		walk->at = vma->vm_end;
	}
	mmap_read_unlock(p->mm);
	return vma ? 1 : 0;
}

/* By a thread that has the process' memory, since the first may have ended. Under RCU. */
static int owner_seed(struct ipc_tables *t, struct task_struct *leader, struct vma_walk *walk)
{
	struct task_struct *thread;
	int more = 0;
	bool owns;

	list_for_each_entry_rcu(thread, &leader->signal->thread_head, thread_node) {
		task_lock(thread);
		owns = thread->mm;
		if (owns) {
			preempt_disable();
			more = vmas_seed(t, thread, walk);
			preempt_enable();
			/* Its last thread is at its end, and the hook may have found nothing. */
			if (!atomic_read(&leader->signal->live))
				shares_end(leader, OSCOPE_IPC_EXIT);
		}
		task_unlock(thread);
		if (owns)
			break;
	}
	return more;
}

/* Sleeps. A process may have many, so nothing is held for all of them. */
void ipc_shares_seed(struct ipc_tables *t, struct task_struct *leader)
{
	struct vma_walk walk = { 0 };
	u32 busy = 0;
	int more;

	do {
		rcu_read_lock();
		more = owner_seed(t, leader, &walk);
		rcu_read_unlock();
		if (more == -EBUSY)
			usleep_range(1000, 2000);
		else
			cond_resched();
	} while (more > 0 || (more && ++busy < BUSY_TRIES));
	if (!more)
		return;
	preempt_disable();
	oscope_add(&t->cpu[smp_processor_id()].shares_full, 1);
	preempt_enable();
}

void ipc_shares_pause(struct ipc_tables *t)
{
	u32 i;

	for (i = 0; i < OSCOPE_IPC_SHARES; i++) {
		if (!t->share[i].bytes)		/* it has ended already */
			continue;
		oscope_share_end(&t->share[i], OSCOPE_IPC_DETACHED);
		t->share[i].flags = OSCOPE_IPC_SHARE_BEFORE;
	}
}
