/* SPDX-License-Identifier: GPL-2.0 */
/*
 * BPF side: what differs between kernels. Every shim says since when, which commit, until when it
 * is needed. No other BPF file asks what kernel it runs on.
 */
#ifndef OSCOPE_COMPAT_BPF_H
#define OSCOPE_COMPAT_BPF_H

#include "kernel.bpf.h"

/*
 * Delayed dequeue: a sleeping task may stay on its run queue until it is picked.
 * Since 6.12, commit 152e11f6df29 ("sched/fair: Implement delayed dequeue"); needed as long as a
 * kernel without it (6.1) is supported.
 */
struct sched_entity___v6_12 {
	unsigned char sched_delayed;
} __attribute__((preserve_access_index));

struct task_struct___v6_12 {
	struct sched_entity___v6_12 se;
} __attribute__((preserve_access_index));

/*
 * Softirqs on PREEMPT_RT, which run in tasks that may be preempted: whether the current task is in
 * one is the task's, not preempt_count's, in the same bits. Since 5.12, commit 728b478d2d35
 * ("softirq: Add RT specific softirq accounting"), and in such kernels only.
 */
struct task_struct___rt {
	int softirq_disable_cnt;
} __attribute__((preserve_access_index));

static __always_inline __u32 task_softirqs(struct task_struct *p)
{
	struct task_struct___rt *rt = (void *)p;

	if (!bpf_core_field_exists(rt->softirq_disable_cnt))
		return 0;
	return rt->softirq_disable_cnt & 0xff00;
}

/*
 * Whether the task is queued and able to run. Stable under the run-queue lock.
 */
static __always_inline bool task_queued(struct task_struct *p)
{
	struct task_struct___v6_12 *n = (void *)p;

	if (p->on_rq != 1)
		return false;
	if (!bpf_core_field_exists(n->se.sched_delayed))
		return true;
	return !n->se.sched_delayed;
}

/*
 * The CPU a task is on or was last on. In thread_info since 5.16, commit bcf9033e5449 ("sched: move
 * CPU field back into thread_info if THREAD_INFO_IN_TASK=y"), on every architecture that we build
 * for.
 */
static __always_inline __u32 task_cpu(struct task_struct *p)
{
	return p->thread_info.cpu;
}

/* include/linux/sched.h; the same value since 2.6.35. */
#define TASK_DEAD	0x00000080

/*
 * Whether the task's cgroup (unified hierarchy) is the one with this id and level, or below it.
 * Ancestors are an array of pointers since 6.1, commit 7f203bc89eb6 ("cgroup: Replace
 * cgroup->ancestor_ids[] with ->ancestors[]"); no older kernel is supported.
 */
static __always_inline bool task_in_cgroup(struct task_struct *p, __u64 id, __u32 level)
{
	struct cgroup *cgrp = p->cgroups->dfl_cgrp, *ancestor = NULL;

	if (cgrp->level < 0 || (__u32)cgrp->level < level)
		return false;
	if (bpf_core_read(&ancestor, sizeof(ancestor), &cgrp->ancestors[level]))
		return false;
	return BPF_CORE_READ(ancestor, kn, id) == id;
}

/*
 * Pages of a memory that are resident, by kind. Per-CPU counters since 6.2, commit f1a7941243c1
 * ("mm: convert mm's rss stats into percpu_counter"), of which this is the common part, as in
 * get_mm_rss(); needed as long as 6.1 is supported.
 */
struct mm_rss_stat___v6_1 {
	atomic64_t count[4];
} __attribute__((preserve_access_index));

struct mm_struct___v6_1 {
	struct mm_rss_stat___v6_1 rss_stat;
} __attribute__((preserve_access_index));

struct percpu_counter___v6_2 {
	__s64 count;
} __attribute__((preserve_access_index));

struct mm_struct___v6_2 {
	struct percpu_counter___v6_2 rss_stat[4];
} __attribute__((preserve_access_index));

static __always_inline __u64 no_less_than_0(__s64 n)
{
	return n > 0 ? n : 0;
}

/* Files, anonymous, shared: 0, 1 and 3, include/linux/mm_types_task.h, since 4.5. */
static __always_inline __u64 mm_resident_pages(struct mm_struct *mm)
{
	struct mm_struct___v6_2 *new = (void *)mm;
	struct mm_struct___v6_1 *old = (void *)mm;

	if (bpf_core_field_exists(new->rss_stat[0].count))
		return no_less_than_0(new->rss_stat[0].count) +
		       no_less_than_0(new->rss_stat[1].count) +
		       no_less_than_0(new->rss_stat[3].count);
	/* The verifier of 6.1 does not follow an array of a type that has another name. */
	return no_less_than_0(BPF_CORE_READ(old, rss_stat.count[0].counter)) +
	       no_less_than_0(BPF_CORE_READ(old, rss_stat.count[1].counter)) +
	       no_less_than_0(BPF_CORE_READ(old, rss_stat.count[3].counter));
}

/*
 * What tells a memory from all others that there are or have been. A number on x86, since 4.14,
 * commit f39681ed0f48 ("x86/mm: Give each mm TLB flush generation a unique ID"); elsewhere its
 * address, which is given away again, with where its arguments are, which are elsewhere each time.
 */
struct mm_context___x86 {
	__u64 ctx_id;
} __attribute__((preserve_access_index));

struct mm_struct___x86 {
	struct mm_context___x86 context;
} __attribute__((preserve_access_index));

static __always_inline __u64 mm_identity(struct mm_struct *mm)
{
	struct mm_struct___x86 *x86 = (void *)mm;

	if (bpf_core_field_exists(x86->context.ctx_id))
		return x86->context.ctx_id;
	return (__u64)mm ^ mm->arg_start << 16;
}

/*
 * The files that a ring of io_uring keeps for itself, by index. Nodes since 6.13, commit
 * 7029acd8a950 ("io_uring/rsrc: get rid of per-ring io_rsrc_node list"); an array of words until
 * then, needed as long as a kernel like that (6.1, 6.12) is supported. The lowest bits of a word
 * are flags.
 */
struct io_rsrc_node___v6_13 {
	unsigned long file_ptr;
} __attribute__((preserve_access_index));

struct io_rsrc_data___v6_13 {
	unsigned int nr;
	struct io_rsrc_node___v6_13 **nodes;
} __attribute__((preserve_access_index));

struct io_file_table___v6_13 {
	struct io_rsrc_data___v6_13 data;
} __attribute__((preserve_access_index));

struct io_ring_ctx___v6_13 {
	struct io_file_table___v6_13 file_table;
} __attribute__((preserve_access_index));

struct io_fixed_file___v6_1 {
	unsigned long file_ptr;
} __attribute__((preserve_access_index));

struct io_file_table___v6_1 {
	struct io_fixed_file___v6_1 *files;
} __attribute__((preserve_access_index));

struct io_ring_ctx___v6_1 {
	struct io_file_table___v6_1 file_table;
	unsigned int nr_user_files;
} __attribute__((preserve_access_index));

/* The address of a file that a ring keeps, 0: there is none. */
static __always_inline __u64 ring_file(struct io_ring_ctx *ctx, __u32 index)
{
	struct io_ring_ctx___v6_13 *new = (void *)ctx;
	struct io_ring_ctx___v6_1 *old = (void *)ctx;
	struct io_rsrc_node___v6_13 **nodes, *node = NULL;
	struct io_fixed_file___v6_1 *files;
	unsigned long file = 0;

	if (bpf_core_field_exists(new->file_table.data)) {
		nodes = BPF_CORE_READ(new, file_table.data.nodes);
		if (index >= BPF_CORE_READ(new, file_table.data.nr) ||
		    bpf_probe_read_kernel(&node, sizeof(node), nodes + index) || !node)
			return 0;
		return BPF_CORE_READ(node, file_ptr) & ~7ULL;
	}
	files = BPF_CORE_READ(old, file_table.files);
	if (index >= BPF_CORE_READ(old, nr_user_files) ||
	    bpf_probe_read_kernel(&file, sizeof(file), files + index))
		return 0;
	return file & ~7ULL;
}

/* include/linux/mm_types.h; the same value since 2.6.38. */
#define MMF_VM_HUGEPAGE		17

/*
 * Flags of a memory: a word, a bitmap of its own type since 6.18, commit bb6525f2f8c4 ("mm: add
 * bitmap mm->flags field").
 */
struct mm_struct___word {
	unsigned long flags;
} __attribute__((preserve_access_index));

struct mm_flags___v6_18 {
	unsigned long __mm_flags[1];
} __attribute__((preserve_access_index));

struct mm_struct___v6_18 {
	struct mm_flags___v6_18 flags;
} __attribute__((preserve_access_index));

/* Whether khugepaged knows of a memory: it may hold transparent huge pages. */
static __always_inline bool mm_may_be_huge(struct mm_struct *mm)
{
	struct mm_struct___v6_18 *new = (void *)mm;
	struct mm_struct___word *old = (void *)mm;

	if (bpf_core_field_exists(new->flags.__mm_flags))
		return new->flags.__mm_flags[0] >> MMF_VM_HUGEPAGE & 1;
	return old->flags >> MMF_VM_HUGEPAGE & 1;
}

/*
 * A word of the kernel's memory at an address that may be anything; 0 where nothing is. A load that
 * the verifier takes for a field of a struct, where it can be told so: since 6.2, commit
 * a35b9af4ec2c ("bpf: Add a kfunc for generic type cast"); a helper's call elsewhere, which takes
 * some 70 instructions. Any struct does that begins with a word. Needs `config`, of shared.bpf.h;
 * and only one object file may use it: bpftool with libbpf 1.1 does not link two that do.
 */
extern void *bpf_rdonly_cast(const void *at, __u32 type) __ksym __weak;

#define kernel_word(at)	({						\
	const void *_at = (const void *)(at);				\
	__u64 _word = 0;						\
	if (config.casts) {						\
		struct rb_node *_cast = bpf_rdonly_cast(_at,		\
			bpf_core_type_id_kernel(struct rb_node));	\
		_word = _cast->__rb_parent_color;			\
	} else {							\
		bpf_probe_read_kernel(&_word, sizeof(_word), _at);	\
	}								\
	_word; })

/* A field of a struct of the kernel that begins at an address, whatever it is called here. */
#define kernel_field(at, type, field)	\
	kernel_word((const char *)(at) + bpf_core_field_offset(type, field))

#define SYSCALL_CLONE3		435	/* the same everywhere */

/*
 * The registers of a task's way into the kernel, which each architecture names for itself (its
 * asm/ptrace.h): the number of the system call and its arguments; and the first argument
 * of a function that a kprobe is on. Numbers of 32-bit programs' calls are other ones, and not
 * looked at: in_foreign_call() tells them.
 */
#if defined(__TARGET_ARCH_x86)
struct pt_regs___here {
	unsigned long orig_ax, di, si, dx, r10, r8;
} __attribute__((preserve_access_index));

struct thread_info___x86 {
	__u32 status;
} __attribute__((preserve_access_index));

struct task_struct___x86 {
	struct thread_info___x86 thread_info;
} __attribute__((preserve_access_index));

/* arch/x86/include/asm/thread_info.h: in a system call of a 32-bit program. */
#define TS_COMPAT		0x0002

static __always_inline bool in_foreign_call(struct task_struct *p)
{
	return ((struct task_struct___x86 *)p)->thread_info.status & TS_COMPAT;
}

#define SYSCALL_WAIT4		61
#define SYSCALL_WAITID		247
#define SYSCALL_CLONE		56
#define SYSCALL_FORK		57
#define SYSCALL_VFORK		58
#define regs_syscall(regs)	(((const struct pt_regs___here *)(regs))->orig_ax)
#define regs_arg2(regs)		(((const struct pt_regs___here *)(regs))->si)
#define regs_arg3(regs)		(((const struct pt_regs___here *)(regs))->dx)
#define regs_arg4(regs)		(((const struct pt_regs___here *)(regs))->r10)
#define regs_arg5(regs)		(((const struct pt_regs___here *)(regs))->r8)
#define regs_parm1(regs)	(((const struct pt_regs___here *)(regs))->di)
#define regs_arg1(regs)		regs_parm1(regs)
#else
struct pt_regs___here {
	unsigned long regs[31];
	unsigned long orig_x0;
	int syscallno;
} __attribute__((preserve_access_index));

struct thread_info___arm64 {
	unsigned long flags;
} __attribute__((preserve_access_index));

struct task_struct___arm64 {
	struct thread_info___arm64 thread_info;
} __attribute__((preserve_access_index));

/* arch/arm64/include/asm/thread_info.h: TIF_32BIT. */
static __always_inline bool in_foreign_call(struct task_struct *p)
{
	return ((struct task_struct___arm64 *)p)->thread_info.flags >> 22 & 1;
}

#define SYSCALL_WAIT4		260
#define SYSCALL_WAITID		95
#define SYSCALL_CLONE		220
#define SYSCALL_FORK		220	/* there is no other */
#define SYSCALL_VFORK		220
#define regs_syscall(regs)	(((const struct pt_regs___here *)(regs))->syscallno)
#define regs_arg2(from)		(((const struct pt_regs___here *)(from))->regs[1])
#define regs_arg3(from)		(((const struct pt_regs___here *)(from))->regs[2])
#define regs_arg4(from)		(((const struct pt_regs___here *)(from))->regs[3])
#define regs_arg5(from)		(((const struct pt_regs___here *)(from))->regs[4])
#define regs_parm1(from)	(((const struct pt_regs___here *)(from))->regs[0])
/* The first argument of a system call gives way to its result. */
#define regs_arg1(from)		(((const struct pt_regs___here *)(from))->orig_x0)
#endif

#endif /* OSCOPE_COMPAT_BPF_H */
