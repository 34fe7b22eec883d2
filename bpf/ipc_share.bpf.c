// SPDX-License-Identifier: GPL-2.0
/*
 * BPF side: memory that processes share: SysV segments, and files in memory that are mapped shared.
 * Nothing of who writes or reads there is seen; what is seen is who has it. In the caller's
 * context; interrupts are on, preemption is off.
 */
#include "ipc_call.bpf.h"
#include "ipc/share.bpf.h"

#define TMPFS_MAGIC	0x01021994	/* include/uapi/linux/magic.h: of a kernel's own, too */
#define SB_NOUSER	(1UL << 31)	/* include/linux/fs.h: that one: nobody can mount it */
#define WORD_SYSV	0x56535953	/* "SYSV": how the kernel calls files of segments there */
#define WORD_MEMFD	0x666d656d	/* "memf" */
#define VM_MAYSHARE	0x80UL		/* include/linux/mm.h; VM_SHARED: and may be written */

/* A segment as a call has it. */
struct segment {
	struct file *file;
	struct inode *inode;
	__u64 key;
	__u64 ino;
	__u64 bytes;			/* that are mapped */
	__u64 from, end;		/* of a call that unmaps: where */
	__u32 ns;
	__u32 mechanism;		/* OSCOPE_IPC_NONE: it is none */
};

static __always_inline bool segment_follows(const struct segment *s)
{
	return s->mechanism < OSCOPE_IPCS && ipc_follows(1ULL << s->mechanism);
}

static __always_inline void sysv_fill(struct segment *s, struct task_struct *p, __u32 id)
{
	s->ns = p->nsproxy->ipc_ns->ns.inum;
	s->ino = id;
	s->key = ipc_mix(9, (__u64)s->ns << 32 | id);
	s->mechanism = OSCOPE_IPC_SYSV_SHM;
}

/* What a file is that lies in memory. The number of a SysV segment's inode is its identifier. */
static __always_inline void file_fill(struct segment *s, struct task_struct *p)
{
	struct file *file = s->file;
	struct inode *inode = BPF_CORE_READ(file, f_inode);
	struct super_block *sb = BPF_CORE_READ(inode, i_sb);
	__u32 word = 0;

	s->mechanism = OSCOPE_IPC_NONE;
	if (!file || BPF_CORE_READ(sb, s_magic) != TMPFS_MAGIC)
		return;
	s->inode = inode;
	s->ino = BPF_CORE_READ(inode, i_ino);
	s->key = ipc_mix(ipc_mix(10, BPF_CORE_READ(sb, s_dev)), s->ino);
	s->mechanism = OSCOPE_IPC_POSIX_SHM;
	if (!(BPF_CORE_READ(sb, s_flags) & SB_NOUSER))
		return;
	bpf_probe_read_kernel(&word, sizeof(word),
			      BPF_CORE_READ(file, f_path.dentry, d_name.name));
	s->mechanism = word == WORD_MEMFD ? OSCOPE_IPC_MEMFD : OSCOPE_IPC_NONE;
	if (word == WORD_SYSV)
		sysv_fill(s, p, s->ino);
}

static __always_inline void descriptor_fill(struct segment *s, struct task_struct *p, __u32 fd)
{
	struct fdtable *fdt = p->files->fdt;

	s->file = NULL;
	if (fd < fdt->max_fds)
		bpf_probe_read_kernel(&s->file, sizeof(s->file), fdt->fd + fd);
	file_fill(s, p);
}

static __always_inline __u64 sysv_perm(struct task_struct *p, __u32 id)
{
	return ipc_sysv_find((__u64)BPF_CORE_READ(p, nsproxy, ipc_ns), IPC_SHM_IDS, id);
}

static __always_inline void identifier_fill(struct segment *s, struct task_struct *p, __u32 id)
{
	__u64 perm = sysv_perm(p, id);
	struct shmid_kernel *segment =
		(void *)(perm - bpf_core_field_offset(struct shmid_kernel, shm_perm));
	struct inode *inode;

	s->mechanism = OSCOPE_IPC_NONE;
	if (!perm)
		return;
	inode = BPF_CORE_READ(segment, shm_file, f_inode);
	s->inode = inode;
	s->bytes = BPF_CORE_READ(inode, i_size);
	sysv_fill(s, p, id);
}

static long unmapped_read(struct task_struct *p, struct vm_area_struct *vma, struct segment *s)
{
	__u64 end = vma->vm_end < s->end ? vma->vm_end : s->end;

	if (!vma->vm_file || !(vma->vm_flags & VM_MAYSHARE) || vma->vm_start > s->from ||
	    end <= s->from)
		return 0;
	s->file = BPF_CORE_READ(vma, vm_file);
	s->bytes = end - s->from;
	return 0;
}

/* What is mapped there; of SysV segments, all of it goes. */
static __always_inline void address_fill(struct segment *s, struct task_struct *p, __u64 address,
					 __u64 bytes)
{
	s->file = NULL;
	s->from = address;
	s->end = bytes ? address + bytes : ~0ULL;
	bpf_find_vma(p, address, unmapped_read, s, 0);
	file_fill(s, p);
}

/* How large it is, and how much of it has been touched by anybody. */
static __always_inline void segment_look(struct oscope_ipc_object *o, struct inode *inode)
{
	__u64 resident = BPF_CORE_READ(inode, i_mapping, nrpages) << config.page_shift;

	o->segment.bytes = BPF_CORE_READ(inode, i_size);
	if (resident > o->segment.resident)
		o->segment.resident = resident;
}

static __always_inline __u32 sysv_key(struct task_struct *p, __u32 id)
{
	struct kern_ipc_perm *perm = (void *)sysv_perm(p, id);

	return BPF_CORE_READ(perm, key);
}

/* The cell + 1 of a segment, which is made if one is wanted, 0: there is none. */
static __always_inline __u32 segment_object(struct segment *s, struct task_struct *p, __u32 make)
{
	__u32 object = ipc_object_find(s->key, make), cell = object - 1;
	struct oscope_ipc_object *o = bpf_map_lookup_elem(&ipc_objects, &cell);

	if (!object || !o)
		return 0;
	if (!o->mechanism) {
		if (!make)
			return 0;
		o->ino = s->ino;
		o->ns = s->ns;
		o->segment.inode = (__u64)s->inode;
		if (s->mechanism == OSCOPE_IPC_SYSV_SHM)
			o->ino = OSCOPE_IPC_SYSV_INO(sysv_key(p, s->ino), s->ino);
		else
			ipc_name(object, (__u64)s->file, 0);
		store_last(&o->mechanism, s->mechanism + 1);
	}
	segment_look(o, s->inode);
	return object;
}

static __always_inline void segment_fill(struct segment *s, struct task_struct *p, __u32 rule,
					 __u64 what, __u64 bytes)
{
	__u32 by = rule & OSCOPE_IPC_CALL_MAP_BY;

	s->bytes = bytes;
	if (by == OSCOPE_IPC_CALL_MAP_SHMID)
		identifier_fill(s, p, what);
	else if (by == OSCOPE_IPC_CALL_MAP_FD)
		descriptor_fill(s, p, what);
	else
		address_fill(s, p, what, rule & OSCOPE_IPC_CALL_MAP_ALL ? 0 : bytes);
}

__noinline int ipc_map_begin(__u32 rule, __u64 what, __u64 bytes)
{
	struct task_struct *p = bpf_get_current_task_btf();
	__u32 tid = p->pid;
	struct ipc_call *c = ipc_call_of(tid);
	struct oscope_ipc_cpu *b = ipc_cpu();
	struct segment s = {};
	struct task_state *t;
	bool passes;

	if (!ipc_follows(OSCOPE_IPC_SEGMENTS) || !b || !c)
		return 0;
	if (in_foreign_call(p) || !call_has_room(c, b, tid))
		return 0;
	segment_fill(&s, p, rule, what, bytes);
	if (!segment_follows(&s))
		return 0;
	t = call_state(p);
	passes = task_passes(p, t);
	c->shown = segment_object(&s, p, passes);
	if (!c->shown && !passes)
		return 0;
	if (!c->shown)
		b->objects_full++;
	b->calls++;
	if (passes)
		task_named(p, t);
	call_fill(c, tid, s.mechanism, passes);
	c->op = rule & OSCOPE_IPC_CALL_SENDS ? OSCOPE_IPC_SEND : OSCOPE_IPC_RECEIVE;
	c->object = c->shown;
	c->number = (s.bytes + (1ULL << config.page_shift) - 1) >> config.page_shift;
	return 1;
}

/* The cell of a process' share, which is made if it is not there. */
static __always_inline struct oscope_ipc_share *share_get(__u32 object, __u32 process)
{
	__u64 key = OSCOPE_IPC_SHARE_KEY(object, process);
	struct oscope_ipc_share *s;
	__u32 i;

	for (i = 0; i < SHARE_PROBES; i++) {
		s = share_at(process, i);
		if (!s)
			break;
		if (s->key == key ||
		    (!s->key && __sync_val_compare_and_swap(&s->key, 0, key) == 0) ||
		    s->key == key)
			return s;
	}
	return NULL;
}

/* By this, too, it is known that there has been a call or a fork. */
static __always_inline void share_named(struct oscope_ipc_share *s, struct task_struct *p)
{
	bpf_probe_read_kernel(s->comm, sizeof(s->comm), p->comm);
}

__noinline int ipc_map_end(__u32 tid, __u32 failed)
{
	struct task_struct *p = bpf_get_current_task_btf();
	struct ipc_call *c = ipc_call_now(tid);
	struct oscope_ipc_share *s;
	struct oscope_ipc_cpu *b;
	__u64 bytes;

	if (!ipc_follows(OSCOPE_IPC_SEGMENTS) || !c || failed || !c->object)
		return 0;
	s = share_get(c->object, p->tgid);
	if (!s) {
		b = ipc_cpu();
		if (b)
			b->shares_full++;
		return 0;
	}
	bytes = (__u64)c->number << config.page_shift;
	if (c->op == OSCOPE_IPC_SEND)
		oscope_share_attach(s, bytes);
	else
		oscope_share_detach(s, bytes);
	share_named(s, p->group_leader);
	return 0;
}

/* A process that was made by the current task has what that has, and is called so at first. */
__noinline int ipc_share_inherit(__u32 object, __u32 parent, __u32 child, __u64 bytes)
{
	struct oscope_ipc_share *s = share_get(object, child);
	struct oscope_ipc_cpu *b = ipc_cpu();

	if (s) {
		oscope_share_inherit(s, parent, bytes);
		share_named(s, bpf_get_current_task_btf());
	} else if (b) {
		b->shares_full++;
	}
	return 0;
}

SEC("tp_btf/sched_process_fork")
int BPF_PROG(on_ipc_fork, struct task_struct *parent, struct task_struct *child)
{
	__u32 process = parent->tgid, made = child->tgid, i;
	struct oscope_ipc_share *s;

	if (process == made || mm_identity(parent->mm) == mm_identity(child->mm))
		return 0;
	for (i = 0; i < SHARE_PROBES; i++) {
		s = share_at(process, i);
		if (!s || !s->key)
			break;
		if ((__u32)s->key == process && s->bytes)
			ipc_share_inherit(s->key >> 32, process, made, s->bytes);
	}
	return 0;
}

/*
 * Who has had one when the trace began: first those who are asked for, whose segments are known
 * from then on, then others who have these. Who has had a call since is left as it is.
 */
SEC("iter/task_vma")
int seed_ipc_shares(struct bpf_iter__task_vma *ctx)
{
	struct vm_area_struct *vma = ctx->vma;
	struct task_struct *p = ctx->task;
	struct oscope_ipc_share *share;
	struct segment s = {};
	bool passes;
	__u32 object;

	if (!p || !vma || !vma->vm_file || !(vma->vm_flags & VM_MAYSHARE))
		return 0;
	passes = task_passes(p, state_find(p));
	if (passes == !!globals.ipc_seeded)
		return 0;
	s.file = BPF_CORE_READ(vma, vm_file);
	file_fill(&s, p);
	if (!segment_follows(&s))
		return 0;
	object = segment_object(&s, p, passes);
	share = object ? share_get(object, p->tgid) : NULL;
	if (!share || ((share->comm[0] || share->bytes) &&
		       !(share->flags & OSCOPE_IPC_SHARE_BEFORE)))
		return 0;
	share->flags = OSCOPE_IPC_SHARE_BEFORE;
	oscope_share_grows(share, vma->vm_end - vma->vm_start);
	share_named(share, p);
	/* It is at its end, and the hook on that may have come before this. */
	if (!p->signal->live.counter)
		oscope_share_end(share, OSCOPE_IPC_EXIT);
	return 0;
}

/* The memory of a process goes: what it is called then, and what there was of its segments. */
static __always_inline void shares_end(struct task_struct *leader, __u32 how)
{
	__u32 process = leader->tgid, i, cell;
	struct oscope_ipc_object *o;
	struct oscope_ipc_share *s;
	struct inode *inode;

	for (i = 0; i < SHARE_PROBES; i++) {
		s = share_at(process, i);
		if (!s || !s->key)
			break;
		if ((__u32)s->key != process || !s->bytes)
			continue;
		oscope_share_end(s, how);
		if (how == OSCOPE_IPC_EXIT)
			share_named(s, leader);
		cell = (s->key >> 32) - 1;
		o = bpf_map_lookup_elem(&ipc_objects, &cell);
		if (!o)
			continue;
		inode = (void *)o->segment.inode;
		if ((__u32)BPF_CORE_READ(inode, i_ino) == (__u32)o->ino)
			segment_look(o, inode);
	}
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(on_ipc_exec, struct task_struct *p)
{
	shares_end(p->group_leader, OSCOPE_IPC_EXEC);
	return 0;
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(on_ipc_process_exit, struct task_struct *p)
{
	if (!p->signal->live.counter)
		shares_end(p->group_leader, OSCOPE_IPC_EXIT);
	return 0;
}
