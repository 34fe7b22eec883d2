/* SPDX-License-Identifier: GPL-2.0 */
/*
 * BPF side: what making a task costs in memory: its page tables, how large its maker is, and the
 * page faults of both. Only told; who is charged what is settled by who reads it.
 */
#ifndef OSCOPE_SPAWN_MEMORY_BPF_H
#define OSCOPE_SPAWN_MEMORY_BPF_H

#include "../kmod/core/birth.h"
#include "emit.bpf.h"

/* Of another task a guess: it may count on meanwhile. */
static __always_inline __u32 faults_of(struct task_struct *p)
{
	return p->min_flt + p->maj_flt;
}

/* A new task, by current. */
static __always_inline void memory_made(struct task_struct *p, struct task_struct *maker)
{
	struct mm_struct *mm = p->mm, *from = maker->mm;
	bool own = mm && mm != from;
	__u32 tables = 0, kib = 0, flags = 0;

	if (!recording(OSCOPE_REC_MEMORY))
		return;
	if (own)
		tables = mm->pgtables_bytes.counter >> config.page_shift;
	if (from) {
		kib = oscope_birth_kib(mm_resident_pages(from), config.page_shift);
		flags = mm_may_be_huge(from) ? OSCOPE_MEMORY_THP : 0;
	}
	emit(OSCOPE_REC_MEMORY, flags, bpf_ktime_get_ns(), p->pid, tables, kib);
	if (own && recording(OSCOPE_REC_FAULTS))
		emit(OSCOPE_REC_FAULTS, OSCOPE_FAULTS_MADE, bpf_ktime_get_ns(), maker->pid,
		     faults_of(maker), p->pid);
}

/*
 * p executes a program or ends, and was tid until now. Its parent is who has made it, if that has a
 * copy of its memory: readers see whether it is.
 */
static __always_inline void faults_told(struct task_struct *p, __u32 tid)
{
	struct task_struct *parent = p->real_parent;

	if (!recording(OSCOPE_REC_FAULTS))
		return;
	if (tid == (__u32)p->tgid)
		emit(OSCOPE_REC_FAULTS, 0, bpf_ktime_get_ns(), parent->pid, faults_of(parent), tid);
	emit(OSCOPE_REC_FAULTS, 0, bpf_ktime_get_ns(), tid, faults_of(p), tid);
}

#endif /* OSCOPE_SPAWN_MEMORY_BPF_H */
