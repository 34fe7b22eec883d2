// SPDX-License-Identifier: GPL-2.0
/*
 * futex: from a word's address to its object. A word is known by the memory that it is in and its
 * address; one that is mapped by several memories, by the file and the place in it, as the kernel
 * does it. What the word lies in is looked up once, when its object is made; but for words that may
 * be shared each time, since something else may be mapped at the address by then.
 *
 * The memory's lock is only tried. Who finds it taken, by somebody who changes what is mapped,
 * takes the address for what it led to before.
 */
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/uaccess.h>
#include "core/ipc_futex.h"
#include "ipc_futex.h"

/* include/uapi/linux/futex.h: struct futex_waitv. */
struct listed {
	u64 value;
	u64 address;
	u32 flags, reserved;
};
static_assert(sizeof(struct listed) == IPC_WORD_LISTED);

static u64 own_key(const struct mm_struct *mm, unsigned long address)
{
	return ipc_mix(ipc_mix(ipc_mix(ipc_secret, 8), compat_mm_identity(mm)), address);
}

/* What is mapped at an address, NULL: nothing is. The memory's lock is held. */
static const struct vm_area_struct *mapped_at(struct mm_struct *mm, unsigned long address)
{
	const struct vm_area_struct *vma = find_vma(mm, address);

	return vma && vma->vm_start <= address ? vma : NULL;
}

static bool is_shared(const struct vm_area_struct *vma)
{
	return vma->vm_file && (vma->vm_flags & VM_MAYSHARE);
}

static u64 offset_of(const struct vm_area_struct *vma, unsigned long address)
{
	return ((u64)vma->vm_pgoff << PAGE_SHIFT) + (address - vma->vm_start);
}

/* Where an address led to last, as the cell of its own key has it. */
static u64 key_before(struct ipc_tables *t, u64 own)
{
	u32 here = ipc_object_find(t, own, false);
	u32 there = here ? READ_ONCE(t->object[here - 1].queue[OSCOPE_IPC_SEND]) : 0;

	return there ? READ_ONCE(t->object[there - 1].key) : own;
}

static u64 shared_key(struct ipc_tables *t, struct mm_struct *mm, unsigned long address, u64 own)
{
	const struct vm_area_struct *vma;
	u64 key = own;

	if (!mmap_read_trylock(mm))
		return key_before(t, own);
	vma = mapped_at(mm, address);
	if (vma && is_shared(vma))
		key = ipc_mix(ipc_file_key(file_inode(vma->vm_file), IPC_KEY_WORDS),
			      offset_of(vma, address));
	mmap_read_unlock(mm);
	return key;
}

void ipc_word_find(struct ipc_tables *t, struct ipc_target *target, unsigned long at, u32 does)
{
	struct listed listed;

	memset(target, 0, sizeof(*target));
	target->mechanism = OSCOPE_IPC_FUTEX;
	target->mm = current->mm;
	if (does & OSCOPE_FUTEX_LIST) {
		if (copy_from_user_nofault(&listed, (const void __user *)at, sizeof(listed)))
			return;
		at = listed.address;
		if (!(listed.flags & OSCOPE_FUTEX_FLAG_PRIVATE))
			does |= OSCOPE_FUTEX_SHARED;
	}
	target->word = at;
	target->own = own_key(target->mm, at);
	target->key = does & OSCOPE_FUTEX_SHARED ? shared_key(t, target->mm, at, target->own) :
						   target->own;
}

void ipc_word_keep(struct ipc_tables *t, const struct ipc_target *target, u32 object)
{
	u32 here = target->key != target->own ? ipc_object_find(t, target->own, true) : 0;

	if (here)
		WRITE_ONCE(t->object[here - 1].queue[OSCOPE_IPC_SEND], object);
}

/* The object that has the name of a file; it has no mechanism, and stands in no report. */
static u32 file_object(struct ipc_tables *t, const struct file *file)
{
	u32 object = ipc_object_find(t, ipc_file_key(file_inode(file), IPC_KEY_NAME), true);

	if (object && !t->object[object - 1].name)
		ipc_path_name(t, &t->object[object - 1], file);
	return object;
}

static void word_in_file(struct ipc_tables *t, struct oscope_ipc_object *o,
			 const struct vm_area_struct *vma, unsigned long address)
{
	o->word.place = is_shared(vma) ? OSCOPE_IPC_PLACE_SHARED : OSCOPE_IPC_PLACE_FILE;
	o->word.offset = offset_of(vma, address);
	o->ino = file_inode(vma->vm_file)->i_ino;
	o->queue[OSCOPE_IPC_RECEIVE] = file_object(t, vma->vm_file);
}

/* vma: NULL: it is not known. The memory's lock is held. */
static void word_lies_in(struct ipc_tables *t, struct oscope_ipc_object *o, struct mm_struct *mm,
			 const struct vm_area_struct *vma, unsigned long address)
{
	const struct vm_area_struct *before;

	if (vma && vma->vm_file) {
		word_in_file(t, o, vma, address);
	} else if (address >= mm->start_brk && address < mm->brk) {
		o->word.place = OSCOPE_IPC_PLACE_HEAP;
		o->word.offset = address - mm->start_brk;
	} else if (vma && vma->vm_start <= mm->start_stack && mm->start_stack < vma->vm_end) {
		o->word.place = OSCOPE_IPC_PLACE_STACK;
	} else if (vma && vma->vm_start) {
		/* What a program begins with as zeros follows what is in its file. */
		before = mapped_at(mm, vma->vm_start - 1);
		if (before && before->vm_file)
			word_in_file(t, o, before, address);
	}
}

void ipc_word_describe(struct ipc_tables *t, struct oscope_ipc_object *o,
		       const struct ipc_target *target)
{
	struct mm_struct *mm = target->mm;

	o->word.address = target->word;
	o->word.pid = current->tgid;
	if (mmap_read_trylock(mm)) {
		word_lies_in(t, o, mm, mapped_at(mm, target->word), target->word);
		mmap_read_unlock(mm);
	}
	/* Nobody is in its queue. */
	WRITE_ONCE(t->queue[o - t->object].flags, OSCOPE_QUEUE_SYNCED);
}
