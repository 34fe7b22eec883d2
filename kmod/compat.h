/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What differs between kernels; included into every file before anything else. Each shim says since
 * when, which commit, until when it is needed. No other file of the module asks what kernel it is
 * built for. Written against the newest kernel; the oldest supported is 6.1.
 */
#ifndef OSCOPE_COMPAT_H
#define OSCOPE_COMPAT_H

#define pr_fmt(fmt)	KBUILD_MODNAME ": " fmt

#include <linux/version.h>
#include <linux/types.h>
#include <linux/build_bug.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 1, 0)
#error "oscope needs Linux 6.1 or later"
#endif
#ifndef CONFIG_64BIT
#error "oscope needs a 64-bit kernel: its counters are 64 bits wide and read without a lock"
#endif

#include <linux/eventfd.h>
#include <linux/fdtable.h>
#include <linux/fs.h>
#include <linux/ipc.h>
#include <linux/magic.h>
#include <linux/mm.h>
#include <linux/mmap_lock.h>
#include <linux/mqueue.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/sched/coredump.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>
#include <linux/wait.h>
#include <trace/events/sched.h>
#include <trace/events/signal.h>
#include <trace/events/task.h>

/*
 * sched_switch passes the state of who leaves as its 4th argument. Since 5.18, commit 9c2136be0878
 * ("sched/tracing: Append prev_state to tp args instead"); no older kernel is supported. Whether
 * our probes fit is checked at compile time by HOOK().
 */

/*
 * Delayed dequeue: a sleeping task may stay on its run queue until it is picked.
 * Since 6.12, commit 152e11f6df29 ("sched/fair: Implement delayed dequeue"); needed until 6.11 is
 * no longer supported.
 */
static inline bool compat_sched_delayed(const struct task_struct *p)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
	return data_race(p->se.sched_delayed);	/* plain in the scheduler, too */
#else
	return false;
#endif
}

/*
 * VMA flags change through helpers. Since 6.3, commit bc292ab00f6c ("mm: introduce vma->vm_flags
 * wrapper functions"); needed until 6.2 is no longer supported.
 */
static inline void compat_vm_flags_clear(struct vm_area_struct *vma, unsigned long flags)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
	vm_flags_clear(vma, flags);
#else
	vma->vm_flags &= ~flags;
#endif
}

/*
 * The type of task_newtask's second argument: unsigned long, u64 since 6.18 (clone flags became 64
 * bits wide everywhere). Asked of the tracepoint itself.
 */
#define COMPAT_CALLS_LIKE(name, ...) \
	__builtin_types_compatible_p(typeof(trace_##name), void (__VA_ARGS__))

typedef typeof(__builtin_choose_expr(COMPAT_CALLS_LIKE(task_newtask, struct task_struct *, u64),
				     (u64)0, 0UL)) compat_clone_flags;

/*
 * Whether a task works in the kernel for a process. io_uring's do since 5.12; since 6.4, commit
 * 54e6842d0775 ("fork/vm: Move common PF_IO_WORKER behavior to new flag"), vhost's do, and both
 * have PF_USER_WORKER.
 */
static inline bool compat_is_worker(const struct task_struct *p)
{
#ifdef PF_USER_WORKER
	return p->flags & PF_USER_WORKER;
#else
	return p->flags & PF_IO_WORKER;
#endif
}

/*
 * How long a task has been ready, as the kernel counts it; 0 where it does not: CONFIG_SCHED_INFO.
 */
static inline u64 compat_run_delay(const struct task_struct *p)
{
#ifdef CONFIG_SCHED_INFO
	return data_race(p->sched_info.run_delay);	/* its CPU may count on */
#else
	return 0;
#endif
}

/*
 * Whether khugepaged knows of a memory, so that it may hold transparent huge pages. A bitmap with
 * functions of its own since 6.18, commit bb6525f2f8c4 ("mm: add bitmap mm->flags field"), which
 * came with NUM_MM_FLAG_BITS; needed until 6.17 is no longer supported.
 */
static inline bool compat_mm_may_be_huge(struct mm_struct *mm)
{
#ifdef NUM_MM_FLAG_BITS
	return mm_flags_test(MMF_VM_HUGEPAGE, mm);
#else
	return test_bit(MMF_VM_HUGEPAGE, &mm->flags);
#endif
}

/*
 * What a memory is told by from all others, ever: of x86 a number, which is not given again as the
 * address is; since 4.14, commit f39681ed0f48 ("x86/mm: Give each mm TLB flush generation a unique
 * ID").
 */
static inline u64 compat_mm_identity(const struct mm_struct *mm)
{
#ifdef CONFIG_X86_64
	return mm->context.ctx_id;
#else
	return (u64)mm ^ (u64)mm->arg_start << 16;
#endif
}

/* Whether a task is in a system call of a 32-bit program, whose numbers are other ones. */
static inline bool compat_foreign_call(struct task_struct *p)
{
#if defined(CONFIG_COMPAT) && defined(CONFIG_X86_64)
	/* Of another task: as good before as after. */
	return data_race(task_thread_info(p)->status) & TS_COMPAT;
#elif defined(CONFIG_COMPAT)
	return test_tsk_thread_flag(p, TIF_32BIT);
#else
	return false;
#endif
}

/* Whether it is one of the x32 ABI, whose numbers are other ones, too. */
static inline bool compat_foreign_number(long nr)
{
#ifdef __X32_SYSCALL_BIT
	return nr & __X32_SYSCALL_BIT;
#else
	return false;
#endif
}

/*
 * Whether a foreign call, of either kind, is rt_sigtimedwait(2): 177, and since 5.1 421 for long
 * times, of 32-bit programs of x86 and ARM alike; 523 of x32.
 */
static inline bool compat_foreign_sigwait(long nr)
{
	if (compat_foreign_number(nr))
		return (nr & 0xfff) == 523;
	return nr == 177 || nr == 421;
}

/*
 * Where a foreign call that is about a SysV message queue has its identifier: an argument's place,
 * -1: it is none. ipc(2), msgsnd(2) and msgrcv(2) of 32-bit x86, since 5.1, or ARM; and of x32.
 */
static inline int compat_foreign_message(long nr)
{
	if (compat_foreign_number(nr))
		return (nr & 0xfff) == 69 || (nr & 0xfff) == 70 ? 0 : -1;
	if (IS_ENABLED(CONFIG_ARM64))
		return nr == 301 || nr == 302 ? 0 : -1;
	if (nr == 117)
		return 1;
	return nr == 400 || nr == 401 ? 0 : -1;
}

/* Whether a task has set up a ring of io_uring, or used one. */
static inline bool compat_has_ring(const struct task_struct *p)
{
#ifdef CONFIG_IO_URING
	return data_race(p->io_uring);	/* of another task: as good before as after */
#else
	return false;
#endif
}

/*
 * The file of a descriptor, under RCU, without a reference: it may be on its way out. Not through
 * files_lookup_fd_raw(), whose checks ask for rcu_read_lock() where interrupts are off.
 */
static inline const struct file *compat_file_of(struct files_struct *files, unsigned int fd)
{
	const struct fdtable *fdt = rcu_dereference_raw(files->fdt);

	return fd < fdt->max_fds ? rcu_dereference_raw(fdt->fd[fd]) : NULL;
}

/*
 * sched_process_exit passes group_dead since 6.16, together with a move to an earlier place in
 * do_exit(). Asked of the tracepoint itself; the macro picks the probe that fits.
 */
#define COMPAT_EXIT_PROBE(probe, probe_v6_16) \
	__builtin_choose_expr(COMPAT_CALLS_LIKE(sched_process_exit, struct task_struct *), \
			      probe, probe_v6_16)

/*
 * consume_skb passes from where it is called since 6.3, too. Asked of the tracepoint itself; the
 * macro picks the probe that fits. Needed until 6.2 is no longer supported.
 */
#define COMPAT_CONSUME_PROBE(probe, probe_v6_3) \
	__builtin_choose_expr(COMPAT_CALLS_LIKE(consume_skb, struct sk_buff *), probe, probe_v6_3)

/*
 * Tracepoints that came with 6.3, as sk_data_ready: before, there is nothing that their probes
 * could be checked against. Needed until 6.2 is no longer supported.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
#define COMPAT_HOOK_SINCE_6_3 HOOK
#else
#define COMPAT_HOOK_SINCE_6_3 HOOK_UNCHECKED
#endif

/*
 * sched_entry_tp and sched_exit_tp exist since 6.15 and passed the caller's address as a second
 * argument until 6.17. They are looked up by name at run time, and their probes take the first
 * argument only, which every supported calling convention allows (but not kernels of 6.15 and
 * 6.16 that clang built with CFI, which no distribution ships).
 */

/*
 * Every thread of every process, under RCU. The kernel's own loop (6.12's, not yet 6.1's) names
 * tasklist_lock where lists under RCU are checked, CONFIG_PROVE_RCU_LIST; modules do not get it.
 */
#define compat_for_each_process_thread(p, t) \
	for_each_process(p) \
		list_for_each_entry_rcu(t, &(p)->signal->thread_head, thread_node)

/*
 * The pid behind a pidfd; pidfd_pid() and its relatives are not exported to modules.
 * Since 6.9, commit cb12fd8e0dab ("pidfd: add pidfs"), pidfds have a file system of their own and
 * the inode points at the pid. Before, they are anonymous inodes named "[pidfd]", a name that only
 * the kernel gives there, and the file points at the pid; needed until 6.8 is no longer supported.
 * Returns NULL if the file is no pidfd. The file's reference keeps the pid.
 */
static inline struct pid *compat_pidfd_pid(const struct file *file)
{
	const struct inode *inode = file_inode(file);

#ifdef PID_FS_MAGIC
	if (inode->i_sb->s_magic == PID_FS_MAGIC)
		return S_ISREG(inode->i_mode) ? inode->i_private : NULL;
#endif
	if (inode->i_sb->s_magic == ANON_INODE_FS_MAGIC &&
	    !strcmp(file->f_path.dentry->d_name.name, "[pidfd]"))
		return file->private_data;
	return NULL;
}

/*
 * Of some things modules do not get the declaration, which lies beside their code. It is the same
 * since before 6.1; nothing tells if that changes, or if a kernel has its fields shuffled. So
 * nothing is believed of them but that they are empty, and this only if all that is known of what
 * lies around that fits: a list that is empty points at itself, and a place that is none does not.
 */
static inline bool compat_list_fits(const struct list_head *l)
{
	struct list_head *next, *back;

	return !get_kernel_nofault(next, &l->next) && !get_kernel_nofault(back, &next->prev) &&
	       back == l;
}

static inline bool compat_list_none(const struct list_head *l)
{
	return data_race(l->next == l && l->prev == l);	/* as good before as after */
}

/* ipc/msg.c: struct msg_queue, since 4.19. Under RCU. */
static inline bool compat_msg_queue_empty(const struct kern_ipc_perm *perm)
{
	const struct {
		struct kern_ipc_perm perm;
		time64_t times[3];
		unsigned long bytes, messages, most;
		struct pid *last[2];
		struct list_head list, receivers, senders;
	} *q = (const void *)perm;

	return compat_list_none(&q->list) &&
	       !data_race(q->messages | q->bytes) &&	/* as good before as after */
	       compat_list_fits(&q->receivers) && compat_list_fits(&q->senders);
}

/* ipc/shm.c: struct shmid_kernel, since 4.19. What is there may be anything. */
static inline struct file *compat_shm_file(const struct kern_ipc_perm *perm)
{
	const struct {
		struct kern_ipc_perm perm;
		struct file *file;
	} *s = (const void *)perm;
	struct file *file;

	return get_kernel_nofault(file, &s->file) ? NULL : file;
}

/* ipc/mqueue.c: struct mqueue_inode_info, since 5.3. Under RCU. */
static inline bool compat_mqueue_empty(const struct inode *inode)
{
	struct mqueue {
		spinlock_t lock;	/* not taken, as the rest is not touched */
		struct inode inode;
		wait_queue_head_t wait;
		struct rb_root tree;
		struct rb_node *rightmost;
		void *cache;
		struct mq_attr attr;
	};
	const struct mqueue *q = container_of(inode, struct mqueue, inode);

	return data_race(!q->tree.rb_node && !q->attr.mq_curmsgs) && /* as good before as after */
	       q->attr.mq_maxmsg > 0 && q->attr.mq_maxmsg <= 65536 && q->attr.mq_msgsize > 0 &&
	       compat_list_fits(&q->wait.head);
}

/* fs/eventfd.c: struct eventfd_ctx, since 5.2. It may go at any time. */
struct compat_eventfd {
	struct kref users;
	wait_queue_head_t wait;
	u64 count;
	unsigned int flags;
	int id;
};

/* A copy of it, as it was at some moment; false: it has gone, or is none. */
static inline bool compat_eventfd_read(struct compat_eventfd *to, const void *from)
{
	const struct compat_eventfd *e = from;

	return !copy_from_kernel_nofault(to, e, sizeof(*to)) && compat_list_fits(&e->wait.head) &&
	       !(to->flags & ~(EFD_SHARED_FCNTL_FLAGS | EFD_SEMAPHORE)) && to->id >= 0;
}

#endif /* OSCOPE_COMPAT_H */
