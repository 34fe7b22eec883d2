// SPDX-License-Identifier: GPL-2.0
/*
 * Following inter-process communication: its tables, from being switched on until it is switched
 * off, and who is in a call when it begins.
 */
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/random.h>
#include <linux/sched/task.h>
#include <linux/sched/task_stack.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#include <asm/syscall.h>
#include "ipc.h"
#include "task.h"

struct ipc_tables *ipc_tables;
u64 ipc_mask;
u32 ipc_rules[OSCOPE_IPC_CALL_LAST + 1];
u64 ipc_secret;

static DEFINE_MUTEX(ipc_lock);		/* ipc_tables, for who is no hook; and these two */
static u64 lost_before;			/* in tables that are gone */
static u64 begun;			/* how often there were new ones */

/*
 * What only may touch queues that are followed, and is not followed itself, is foreign. Calls that
 * are about none of the mechanisms have no rule.
 */
static void rules_fill(u64 mechanisms)
{
	u32 rule, i;

	WRITE_ONCE(ipc_mask, mechanisms);
	for (i = 0; i <= OSCOPE_IPC_CALL_LAST; i++) {
		rule = oscope_ipc_call_rule(i);
		ipc_rules[i] = ipc_follows(oscope_ipc_call_serves(rule)) ? rule : 0;
	}
	/* Of a signalfd's, too, which no mechanism's own calls are about. */
	if (ipc_follows(IPC_QUEUES)) {
		ipc_rules[__NR_io_uring_register] = IPC_CALL_FOREIGN;
		ipc_rules[__NR_io_submit] = oscope_ipc_call_rule(__NR_io_submit) | IPC_CALL_FOREIGN;
	}
	if (!ipc_follows(OSCOPE_IPC_BIT(EVENTFD)))
		return;
	ipc_rules[__NR_eventfd2] = IPC_CALL_MAKES;
#ifdef __NR_eventfd
	ipc_rules[__NR_eventfd] = IPC_CALL_MAKES;
#endif
}

static void tables_free(struct ipc_tables *t)
{
	vfree(t->cpu);
	vfree(t->object);
	vfree(t->queue);
	vfree(t->lock);
	vfree(t->name);
	vfree(t->use);
	vfree(t->pair);
	vfree(t->share);
	vfree(t->segment);
	vfree(t->sent);
	vfree(t->call);
	vfree(t->half);
	vfree(t->process);
	vfree(t->thread);
	kfree(t);
}

static bool tables_fill(struct ipc_tables *t)
{
	u32 i;

	t->cpu = vmalloc_user(array_size(nr_cpu_ids, sizeof(*t->cpu)));
	t->object = vmalloc_user(OSCOPE_IPC_OBJECTS * sizeof(*t->object));
	t->queue = vmalloc_user(OSCOPE_IPC_OBJECTS * sizeof(*t->queue));
	t->lock = vmalloc(OSCOPE_IPC_OBJECTS * sizeof(*t->lock));
	t->name = vmalloc_user(OSCOPE_IPC_NAMES * sizeof(*t->name));
	t->use = vmalloc_user(OSCOPE_IPC_USES * sizeof(*t->use));
	t->pair = vmalloc_user(OSCOPE_IPC_PAIRS * sizeof(*t->pair));
	t->share = vmalloc_user(OSCOPE_IPC_SHARES * sizeof(*t->share));
	t->segment = vzalloc(OSCOPE_IPC_OBJECTS * sizeof(*t->segment));
	t->sent = vzalloc(OSCOPE_SENT_CELLS * sizeof(*t->sent));
	t->call = vzalloc(array_size(tasks_rows(), sizeof(*t->call)));
	t->half = vzalloc(array_size(tasks_rows(), sizeof(*t->half)));
	t->process = vmalloc(array_size(tasks_rows(), sizeof(*t->process)));
	t->thread = vmalloc(array_size(tasks_rows(), sizeof(*t->thread)));
	raw_spin_lock_init(&t->making);
	for (i = 0; t->lock && i < OSCOPE_IPC_OBJECTS; i++)
		raw_spin_lock_init(&t->lock[i]);
	return t->cpu && t->object && t->queue && t->lock && t->name && t->use && t->pair &&
	       t->share && t->segment && t->sent && t->call && t->half && t->process &&
	       t->thread;
}

int ipc_make(u64 mechanisms)
{
	struct ipc_tables *t = kzalloc(sizeof(*t), GFP_KERNEL);

	if (!t)
		return -ENOMEM;
	if (!tables_fill(t)) {
		tables_free(t);
		return -ENOMEM;
	}
	rules_fill(mechanisms);
	ipc_signals_start();
	get_random_bytes(&ipc_secret, sizeof(ipc_secret));
	mutex_lock(&ipc_lock);
	begun++;
	smp_store_release(&ipc_tables, t);	/* pairs with ipc_active() */
	mutex_unlock(&ipc_lock);
	return 0;
}

static u64 tables_lost(const struct ipc_tables *t)
{
	u64 lost = 0;
	int cpu;

	for_each_possible_cpu(cpu) {
		const struct oscope_ipc_cpu *c = &t->cpu[cpu];

		lost += READ_ONCE(c->objects_full) + READ_ONCE(c->uses_full) +
			READ_ONCE(c->pairs_full) + READ_ONCE(c->calls_full) +
			READ_ONCE(c->shares_full);
	}
	return lost;
}

/* What readers have mapped of the tables stays theirs, as it was, until they unmap it. */
void ipc_unmake(void)
{
	struct ipc_tables *t;

	mutex_lock(&ipc_lock);
	t = ipc_tables;
	WRITE_ONCE(ipc_tables, NULL);
	if (t)
		lost_before += tables_lost(t);
	mutex_unlock(&ipc_lock);
	if (!t)
		return;
	tracepoint_synchronize_unregister();	/* the scheduler's hooks may still be at them */
	tables_free(t);
}

struct ipc_tables *ipc_hold(void)
{
	mutex_lock(&ipc_lock);
	return ipc_tables;
}

void ipc_release(void)
{
	mutex_unlock(&ipc_lock);
}

u64 ipc_followed(void)
{
	return ipc_active() ? READ_ONCE(ipc_mask) : 0;
}

u64 ipc_begun(void)
{
	return begun;
}

u64 ipc_lost(void)
{
	struct ipc_tables *t = ipc_hold();
	u64 lost = lost_before + (t ? tables_lost(t) : 0);

	ipc_release();
	return lost;
}

void ipc_cpus_sum(const struct ipc_tables *t, struct oscope_ipc_cpu *sum)
{
	size_t words = offsetof(struct oscope_ipc_cpu, latency) / sizeof(u64), i;
	u64 *to = (u64 *)sum;
	int cpu;

	memset(to, 0, words * sizeof(*to));
	for_each_possible_cpu(cpu) {
		const u64 *from = (const u64 *)&t->cpu[cpu];

		for (i = 0; i < words; i++)
			to[i] += READ_ONCE(from[i]);
	}
}

struct ipc_area ipc_area(u32 which)
{
	const struct ipc_tables *t = ipc_active();

	switch (t ? which : OSCOPE_AREAS) {
	case OSCOPE_AREA_IPC_CPUS:
		return (struct ipc_area){ t->cpu, sizeof(*t->cpu), nr_cpu_ids };
	case OSCOPE_AREA_IPC_OBJECTS:
		return (struct ipc_area){ t->object, sizeof(*t->object), OSCOPE_IPC_OBJECTS };
	case OSCOPE_AREA_IPC_QUEUES:
		return (struct ipc_area){ t->queue, sizeof(*t->queue), OSCOPE_IPC_OBJECTS };
	case OSCOPE_AREA_IPC_NAMES:
		return (struct ipc_area){ t->name, sizeof(*t->name), OSCOPE_IPC_NAMES };
	case OSCOPE_AREA_IPC_USES:
		return (struct ipc_area){ t->use, sizeof(*t->use), OSCOPE_IPC_USES };
	case OSCOPE_AREA_IPC_PAIRS:
		return (struct ipc_area){ t->pair, sizeof(*t->pair), OSCOPE_IPC_PAIRS };
	case OSCOPE_AREA_IPC_SHARES:
		return (struct ipc_area){ t->share, sizeof(*t->share), OSCOPE_IPC_SHARES };
	default:
		return (struct ipc_area){ 0 };
	}
}

struct ipc_call *ipc_call_of(struct ipc_tables *t, const struct task_node *node)
{
	return &t->call[task_index(node)];
}

struct ipc_call *ipc_call_side(struct ipc_tables *t, const struct task_node *node, u32 op)
{
	u32 place = task_index(node);
	struct ipc_call *c = &t->call[place];

	if (!smp_load_acquire(&c->tid))		/* pairs with call_begin() */
		return NULL;
	if (READ_ONCE(c->op) != op)
		c = &t->half[place];
	return READ_ONCE(c->op) == op && smp_load_acquire(&c->tid) ? c : NULL;	/* the same */
}

void ipc_forget(const struct task_node *node)
{
	struct ipc_tables *t = ipc_active();

	if (!t)
		return;
	memset(&t->call[task_index(node)], 0, sizeof(*t->call));
	memset(&t->half[task_index(node)], 0, sizeof(*t->half));
}

void ipc_pause(void)
{
	struct ipc_tables *t = ipc_active();
	u32 i;

	if (!t)
		return;
	t->seeded = false;
	memset(t->call, 0, array_size(tasks_rows(), sizeof(*t->call)));
	memset(t->half, 0, array_size(tasks_rows(), sizeof(*t->half)));
	memset(t->sent, 0, OSCOPE_SENT_CELLS * sizeof(*t->sent));
	ipc_shares_pause(t);
	for (i = 1; i <= OSCOPE_IPC_OBJECTS; i++)
		ipc_queue_forget(t, i);
}

/* p is in a call of that rule: by whichever queue, that is not paired as long as it may last. */
static void call_seed(struct ipc_tables *t, struct task_struct *p, u32 rule,
		      const unsigned long *args)
{
	bool sends = rule & OSCOPE_IPC_CALL_SENDS, fresh;
	struct task_node *node = task_find(p);
	struct ipc_target target;
	u32 object;

	/* Of who reads a signalfd its end will be told, and all that it takes by then. */
	if (!node || !ipc_call_target(t, &target, p, rule, args) ||
	    target.mechanism == OSCOPE_IPC_SIGNAL)
		return;
	object = ipc_target_object(t, &target);
	/* It is not current who sends, and to whom it may have named is not known. */
	target.strange = sends && target.mechanism == OSCOPE_IPC_UNIX_DGRAM;
	if (object && target.sk)
		object = ipc_socket_queue(t, &target, object,
					  sends ? OSCOPE_IPC_SEND : OSCOPE_IPC_RECEIVE, &fresh);
	if (!object)
		return;
	ipc_queue_unseen(t, object, sends, true);
	/* It has gone meanwhile, or it was not the call that it seemed to be. */
	if (cmpxchg(&ipc_call_of(t, node)->seen, 0, IPC_UNSEEN(object, sends)))
		ipc_queue_unseen(t, object, sends, false);
}

/*
 * Between descriptors: what lies at either is not known any more. Unless its begin or its end was
 * seen: then it is followed, or was over before anything is paired.
 */
static void move_seed(struct ipc_tables *t, struct task_struct *p, long nr,
		      const unsigned long *args)
{
	struct task_node *node = task_find(p);

	if (!node || !READ_ONCE(ipc_call_of(t, node)->seen))
		ipc_moves_foreign(t, p->files, nr, args);
}

/* Its table of descriptors stays. */
static void task_seed(struct ipc_tables *t, struct task_struct *p, struct pt_regs *regs)
{
	unsigned long args[6];
	long nr = syscall_get_nr(p, regs);
	u32 rule = ipc_rule(nr);

	syscall_get_arguments(p, regs, args);
	if (compat_foreign_call(p) || compat_foreign_number(nr))
		ipc_numbers_foreign(t, p->files, args);
	else if (rule & OSCOPE_IPC_CALL_MOVES)
		move_seed(t, p, nr, args);
	else if (rule & IPC_CALL_FOREIGN)
		return;
	else if (rule & OSCOPE_IPC_CALL && !(rule & (OSCOPE_IPC_CALL_SIGNAL | OSCOPE_IPC_CALL_OWN)))
		call_seed(t, p, rule, args);
}

/*
 * What its rings may have under way. There may be a million descriptors: they are looked at some at
 * a time, with nothing held in between. What comes to be one meanwhile, its hooks tell.
 */
static void ring_seed(struct ipc_tables *t, struct task_struct *thread)
{
	unsigned int fd = 0;

	while (fd < UINT_MAX) {
		rcu_read_lock();
		task_lock(thread);
		fd = ipc_some_foreign(t, thread->files, fd);
		task_unlock(thread);
		rcu_read_unlock();
		cond_resched();
	}
}

static void thread_seed(struct ipc_tables *t, struct task_struct *thread)
{
	struct pt_regs regs;

	if (compat_is_worker(thread) ||
	    copy_from_kernel_nofault(&regs, task_pt_regs(thread), sizeof(regs)))
		return;
	if (compat_has_ring(thread))
		ring_seed(t, thread);
	rcu_read_lock();
	task_lock(thread);
	if (thread->files)
		task_seed(t, thread, &regs);
	task_unlock(thread);
	rcu_read_unlock();
}

/* Its threads, which are kept until they are put: what each has is looked at without RCU, too. */
static u32 threads_get(struct ipc_tables *t, const struct task_struct *leader)
{
	struct task_struct *thread;
	u32 n = 0;

	rcu_read_lock();
	list_for_each_entry_rcu(thread, &leader->signal->thread_head, thread_node) {
		if (n < tasks_rows())
			t->thread[n++] = get_task_struct(thread);
	}
	rcu_read_unlock();
	return n;
}

static void process_seed(struct ipc_tables *t, struct task_struct *leader)
{
	u32 n, i;

	if (ipc_follows(OSCOPE_IPC_SEGMENTS))
		ipc_shares_seed(t, leader);
	if (!ipc_follows(IPC_QUEUES))
		return;
	n = threads_get(t, leader);
	for (i = 0; i < n; i++) {
		thread_seed(t, t->thread[i]);
		put_task_struct(t->thread[i]);
		cond_resched();
	}
}

/*
 * The processes that have been made after that one, NULL: all. They are kept until they are put, as
 * many as there is room for: what each has is looked at without RCU then, since that may take long.
 * New ones are last in the kernel's list; if that one is not there any more the time tells. It is
 * not if another of its threads has become the leader, by exec, before it is released.
 */
static u32 processes_get(struct ipc_tables *t, struct task_struct *after)
{
	bool listed = after && pid_alive(after) && thread_group_leader(after);
	struct task_struct *p = listed ? after : &init_task;
	u64 since = after && p != after ? after->start_time : 0;
	u32 n = 0;

	while (n < tasks_rows() && (p = next_task(p)) != &init_task) {
		if (!(p->flags & PF_KTHREAD) && p->start_time > since)
			t->process[n++] = get_task_struct(p);
	}
	return n;
}

#define ROUNDS		4	/* of those made meanwhile, or for whom there was no room */

void ipc_seed(void)
{
	struct ipc_tables *t = ipc_active();
	struct task_struct *last = NULL;
	u32 round, n = 0, i;

	for (round = 0; round < ROUNDS; round++) {
		rcu_read_lock();
		n = processes_get(t, last);
		rcu_read_unlock();
		if (!n)
			break;
		if (last)
			put_task_struct(last);
		last = get_task_struct(t->process[n - 1]);
		for (i = 0; i < n; i++) {
			process_seed(t, t->process[i]);
			put_task_struct(t->process[i]);
			cond_resched();
		}
	}
	if (last)
		put_task_struct(last);
	/* There was no room for more in the last round, so there may be some. */
	if (n == tasks_rows()) {
		preempt_disable();
		oscope_add(&t->cpu[smp_processor_id()].shares_full, 1);
		preempt_enable();
	}
	WRITE_ONCE(t->seeded, true);
}
