// SPDX-License-Identifier: GPL-2.0
/*
 * The life of tasks: creation, change of name, exec, exit, end. These hooks stay on while counting
 * is off, so that no node outlives its task.
 *
 * All run with preemption off, and interrupts on but for sched_process_free.
 */
#include "args.h"
#include "births.h"
#include "block.h"
#include "compat.h"
#include "hooks.h"
#include "ipc.h"
#include "ledger.h"
#include "reap.h"
#include "ring.h"
#include "task.h"

/* Interrupts are on here: they must not fill the ring between reservation and commit. */
static void ring_emit_life(struct event_ring *r, u32 id, u32 record_flags, u32 w0, u32 w1, u32 w2)
{
	unsigned long flags;

	local_irq_save(flags);
	ring_emit(r, id, record_flags, clock_ns(), w0, w1, w2);
	local_irq_restore(flags);
}

/* A new task belongs to its maker's tree. */
static void tree_inherit(struct task_node *node)
{
	struct task_node *maker = task_find(current);
	u32 tree;

	smp_mb();	/* link of the new task, then the look at its maker: see member_set() */
	tree = maker ? READ_ONCE(maker->tree) : 0;
	/* If it has become a member of another tree by itself, its maker's was older. */
	if (!tree || cmpxchg(&node->tree, 0, tree) || !node->row)
		return;
	WRITE_ONCE(node->row->tree, tree);
	smp_mb();	/* ... then the look whether that is still so: see member_set() */
	if (READ_ONCE(node->tree) != tree)
		WRITE_ONCE(node->row->tree, READ_ONCE(node->tree));
}

/* OSCOPE_NEW_* */
static u32 new_flags(const struct task_struct *p)
{
	if (p->flags & PF_KTHREAD)
		return OSCOPE_NEW_KTHREAD;
	return compat_is_worker(p) ? OSCOPE_NEW_WORKER : 0;
}

/* In the maker's context; nobody has woken the new task yet. CPUs' idle tasks are not kept. */
static void on_task_newtask(void *data, struct task_struct *p, compat_clone_flags clone_flags)
{
	struct task_node *node, *maker;
	u32 flags = new_flags(p);
	struct event_ring *r;
	u64 ts;

	if (task_is_idle(p))
		return;
	maker = task_find(current);
	if (maker)
		maker->child = p->pid;
	node = task_get(p);
	if (node) {
		node->fresh = true;
		ledger_born(node, p);
		tree_inherit(node);
	}
	r = ring_wants(OSCOPE_REC_IDENTITY);
	if (r)
		ring_emit_identity(r, p, p->comm, 0);
	r = ring_wants(OSCOPE_REC_NEWTASK);
	ts = clock_ns();
	if (r)
		ring_emit_life(r, OSCOPE_REC_NEWTASK, flags, p->pid, current->pid, clone_flags);
	birth_made(node, p, clone_flags, flags, ts);
}
HOOK(task_newtask, on_task_newtask, .feature = OSCOPE_FEAT_LIFE, .flags = HOOK_LIFE);

/* p has got a name, or at an exec a tid. */
static void renamed(struct task_struct *p, const char *comm)
{
	struct task_node *node = task_find(p);
	struct event_ring *r = ring_wants(OSCOPE_REC_IDENTITY);

	if (node)
		task_rename(node, p, comm);
	if (r)
		ring_emit_identity(r, p, comm, OSCOPE_IDENTITY_RENAMED);
}

/* Before the change; the caller holds the task's alloc_lock. exec comes here, too. */
static void on_task_rename(void *data, struct task_struct *p, const char *comm)
{
	renamed(p, comm);
}
HOOK(task_rename, on_task_rename, .feature = OSCOPE_FEAT_RENAME, .flags = HOOK_LIFE);

/* A thread that execs has taken over its leader's tid and start time by now. */
static void on_sched_process_exec(void *data, struct task_struct *p, pid_t old_pid,
				  struct linux_binprm *bprm)
{
	struct event_ring *r;
	u32 bytes = 0, flags = 0;

	if (!hook_task_rename.tp)
		renamed(p, p->comm);
	r = ring_wants(OSCOPE_REC_ARGS);
	if (r)
		bytes = args_emit(r, p, bprm, &flags);
	r = ring_wants(OSCOPE_REC_EXEC);
	if (r)
		ring_emit_life(r, OSCOPE_REC_EXEC, flags, p->pid, old_pid, bytes);
	birth_execs(p, old_pid);
}
HOOK(sched_process_exec, on_sched_process_exec, .feature = OSCOPE_FEAT_LIFE, .flags = HOOK_LIFE);

static void on_exit(void *data, struct task_struct *p)
{
	struct event_ring *r = ring_wants(OSCOPE_REC_IDENTITY);

	/* Of a flight recorder what was said before is overwritten. */
	if (r && !r->drop)
		ring_emit_identity(r, p, p->comm, OSCOPE_IDENTITY_RENAMED);
	r = ring_wants(OSCOPE_REC_EXIT);
	if (r) {
		rcu_read_lock();
		ring_emit_life(r, OSCOPE_REC_EXIT, end_flags(p), p->pid, p->exit_code,
			       rcu_dereference(p->real_parent)->tgid);
		rcu_read_unlock();
	}
	birth_ends(p);
	ipc_ends();
}

static void __maybe_unused on_exit_v6_16(void *data, struct task_struct *p, bool group_dead)
{
	on_exit(data, p);
}
HOOK(sched_process_exit, COMPAT_EXIT_PROBE(on_exit, on_exit_v6_16), .feature = OSCOPE_FEAT_LIFE,
     .flags = HOOK_LIFE);

/* From an RCU callback, after the task's last switch. */
static void on_sched_process_free(void *data, struct task_struct *p)
{
	struct event_ring *r = ring_wants(OSCOPE_REC_FREE);

	task_drop(p);
	if (r)
		ring_emit_life(r, OSCOPE_REC_FREE, 0, p->pid, p->start_time, p->start_time >> 32);
}
HOOK(sched_process_free, on_sched_process_free, .feature = OSCOPE_FEAT_TASKS,
     .flags = HOOK_LIFE | HOOK_FIRST);
