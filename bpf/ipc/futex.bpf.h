/* SPDX-License-Identifier: GPL-2.0 */
/*
 * BPF side: futex: from a word's address to its object. A word is known by the memory that it is in
 * and its address; one that is mapped by several memories, by the file and the place in it, as the
 * kernel does it. What the word lies in is looked up once, when its object is made; but for words
 * that may be shared each time, since something else may be mapped at the address by then.
 */
#ifndef OSCOPE_IPC_FUTEX_BPF_H
#define OSCOPE_IPC_FUTEX_BPF_H

#include "../ipc.bpf.h"
#include "../../kmod/core/ipc_futex.h"

/* include/uapi/linux/futex.h: struct futex_waitv. */
struct futex_listed {
	__u64 value;
	__u64 address;
	__u32 flags, reserved;
};

#define VM_MAYSHARE	0x80		/* include/linux/mm.h */

/* What is mapped at an address. */
struct futex_mapped {
	__u64 start, end, offset;	/* offset: of its start in the file */
	__u64 file, ino;		/* file: its address, if it is wanted */
	__u32 dev;
	__u32 shared, has_file, wants_file;
};

/* Of a word of a memory of its own. */
static __always_inline __u64 futex_key(struct task_struct *p, __u64 address)
{
	return ipc_mix(ipc_mix(4, mm_identity(p->mm)), address);
}

static long mapped_read(struct task_struct *p, struct vm_area_struct *vma, struct futex_mapped *to)
{
	struct file *file = vma->vm_file;

	to->start = vma->vm_start;
	to->end = vma->vm_end;
	to->shared = vma->vm_flags & VM_MAYSHARE;
	if (!file)
		return 0;
	to->has_file = 1;
	to->offset = vma->vm_pgoff << config.page_shift;
	to->dev = file->f_inode->i_sb->s_dev;
	to->ino = file->f_inode->i_ino;
	if (to->wants_file)
		to->file = (__u64)BPF_CORE_READ(vma, vm_file);
	return 0;
}

/* False: nothing is there, or somebody is changing what is mapped. */
static __always_inline bool futex_look(struct futex_mapped *to, struct task_struct *p,
				       __u64 address, __u32 wants_file)
{
	__builtin_memset(to, 0, sizeof(*to));
	to->wants_file = wants_file;
	return !bpf_find_vma(p, address, mapped_read, to, 0) && to->start <= address &&
	       address < to->end;
}

/* The object that has the name of a file; it has no mechanism, and stands in no report. */
static __always_inline __u32 futex_file(const struct futex_mapped *m)
{
	__u64 key = ipc_mix(ipc_mix(5, m->dev), m->ino);
	__u32 object = ipc_object_find(key, 1), cell = object - 1;
	struct oscope_ipc_object *o = bpf_map_lookup_elem(&ipc_objects, &cell);

	if (object && o && !o->name)
		ipc_name(object, m->file, 0);
	return object;
}

static __always_inline void word_in_file(struct oscope_ipc_object *o, const struct futex_mapped *m,
					 __u64 address)
{
	o->word.place = m->shared ? OSCOPE_IPC_PLACE_SHARED : OSCOPE_IPC_PLACE_FILE;
	o->word.offset = m->offset + (address - m->start);
	o->ino = m->ino;
	o->queue[OSCOPE_IPC_RECEIVE] = futex_file(m);
}

/* What a word lies in, by which people know it. */
static __always_inline void word_describe(struct oscope_ipc_object *o, struct task_struct *p,
					  struct futex_mapped *m, __u64 address)
{
	struct mm_struct *mm = p->mm;
	__u64 start = m->start;

	o->word.address = address;
	o->word.pid = p->tgid;
	if (m->has_file) {
		word_in_file(o, m, address);
	} else if (address >= mm->start_brk && address < mm->brk) {
		o->word.place = OSCOPE_IPC_PLACE_HEAP;
		o->word.offset = address - mm->start_brk;
	} else if (m->start <= mm->start_stack && mm->start_stack < m->end) {
		o->word.place = OSCOPE_IPC_PLACE_STACK;
	} else if (start && futex_look(m, p, start - 1, 1) && m->has_file && m->end == start) {
		/* What a program begins with as zeros follows what is in its file. */
		word_in_file(o, m, address);
	}
}

/* The cell + 1 of what has that key, 0: there is none; it is made and described if wanted. */
static __always_inline __u32 word_find(__u64 key, struct task_struct *p, struct futex_mapped *m,
				       __u64 address, __u32 make)
{
	__u32 object = ipc_object_find(key, make), cell = object - 1;
	struct oscope_ipc_object *o = bpf_map_lookup_elem(&ipc_objects, &cell);
	struct oscope_queue *q;

	if (!object || !o)
		return 0;
	if (o->mechanism)
		return object;
	if (!make)
		return 0;
	futex_look(m, p, address, 1);
	word_describe(o, p, m, address);
	q = ipc_queue_of(object);
	if (q)
		q->flags = OSCOPE_QUEUE_SYNCED;
	store_last(&o->mechanism, OSCOPE_IPC_FUTEX + 1);
	return object;
}

/*
 * The object of a word that several memories may have. Where it is at this address is kept with the
 * cell of the address, for when it cannot be looked up.
 */
static __always_inline __u32 shared_find(struct task_struct *p, __u64 address, __u32 make)
{
	__u64 own = futex_key(p, address), key;
	__u32 here = ipc_object_find(own, 0), cell = here - 1, object;
	struct oscope_ipc_object *o;
	struct futex_mapped m;

	o = bpf_map_lookup_elem(&ipc_objects, &cell);
	if (!futex_look(&m, p, address, 0) && here && o && o->queue[OSCOPE_IPC_SEND])
		return o->queue[OSCOPE_IPC_SEND];
	if (!m.shared || !m.has_file)
		return word_find(own, p, &m, address, make);
	key = ipc_mix(ipc_mix(6, m.dev), m.ino);
	object = word_find(ipc_mix(key, m.offset + (address - m.start)), p, &m, address, make);
	if (!here && make) {
		here = ipc_object_find(own, 1);
		cell = here - 1;
		o = bpf_map_lookup_elem(&ipc_objects, &cell);
	}
	if (here && o && object)
		o->queue[OSCOPE_IPC_SEND] = object;
	return object;
}

/* The same of any word, or of what is listed there. */
static __always_inline __u32 futex_object(struct task_struct *p, __u64 word, __u32 does, __u32 make)
{
	struct futex_listed listed = {};
	struct futex_mapped m = {};

	if (does & OSCOPE_FUTEX_LIST) {
		if (bpf_probe_read_user(&listed, sizeof(listed), (void *)word))
			return 0;
		word = listed.address;
		if (!(listed.flags & OSCOPE_FUTEX_FLAG_PRIVATE))
			does |= OSCOPE_FUTEX_SHARED;
	}
	if (does & OSCOPE_FUTEX_SHARED)
		return shared_find(p, word, make);
	return word_find(futex_key(p, word), p, &m, word, make);
}

/* What a call of this mechanism has beside what all have, when it begins. */
static __always_inline void futex_fill(struct ipc_call *c, __u32 does)
{
	c->op = does & OSCOPE_FUTEX_WAKES ? OSCOPE_IPC_SEND : OSCOPE_IPC_RECEIVE;
	c->object = c->shown;
	c->number = 0;
	c->second = 0;
	c->told = 0;
	if (does & OSCOPE_FUTEX_PI)
		c->flags |= IPC_CALL_PI;
	if (does & OSCOPE_FUTEX_COUNTS)
		c->flags |= IPC_CALL_COUNTS;
	if (does & OSCOPE_FUTEX_LIST)
		c->flags |= IPC_CALL_LIST;
}

#endif /* OSCOPE_IPC_FUTEX_BPF_H */
