// SPDX-License-Identifier: GPL-2.0
/*
 * State of tasks: a hash by task pointer over a pool of nodes.
 *
 * Look-up takes no lock: chains end in the number of their bucket (see Documentation/RCU/
 * rculist_nulls.rst), so that whoever is led astray by a node that was reused starts again. Nodes
 * are never freed before the module goes. Insertion and removal share one raw spinlock, which nests
 * inside the scheduler's locks and takes none itself.
 */
#include <linux/hash.h>
#include <linux/mm.h>
#include <linux/moduleparam.h>
#include <linux/sched/signal.h>
#include <linux/vmalloc.h>
#include "block.h"
#include "compat.h"
#include "core/birth.h"
#include "ipc.h"
#include "ledger.h"
#include "rows.h"
#include "task.h"

#define TASKS_MIN	1024U
#define TASKS_DEFAULT	32768U		/* at most, if memory allows */
#define TASKS_MAX	(1U << 22)

static unsigned int tasks;
module_param(tasks, uint, 0444);
MODULE_PARM_DESC(tasks, "tasks that can be tracked at a time, 1024..4194304 (default by memory: one a 64 KiB, at most 32768)");

static struct hlist_nulls_head *buckets;
static unsigned int bucket_bits;
static struct task_node *nodes;
static struct index_stack free_nodes;
static bool tracking = true;		/* tasks_lock: all of the above but for look-up */

static u32 bucket_of(const struct task_struct *p)
{
	return hash_ptr(p, bucket_bits);
}

struct task_node *task_find(struct task_struct *p)
{
	u32 bucket = bucket_of(p);
	struct hlist_nulls_node *pos;
	struct task_node *node;

again:
	hlist_nulls_for_each_entry_rcu(node, pos, &buckets[bucket], link) {
		if (smp_load_acquire(&node->task) == p)	/* pairs with node_make() */
			return node;
	}
	if (unlikely(get_nulls_value(pos) != bucket))
		goto again;
	return NULL;
}

/* tasks_lock held. The key is stored last, for readers that strayed onto this node. */
static struct task_node *node_make(struct task_struct *p)
{
	u32 bucket = bucket_of(p);
	struct task_node *node;

	if (!free_nodes.count)
		return NULL;
	node = &nodes[index_pop(&free_nodes)];
	node->wait = (struct oscope_wait_state){ 0 };
	node->tree = 0;
	node->zombie_ns = 0;
	node->call_ns = 0;
	node->youngest = NULL;
	node->birth = OSCOPE_BIRTHS;
	node->fresh = false;
	node->young = false;
	node->row = row_make(p);
	node->ledger = row_ledger(node->row);
	if (!node->row)
		this_cpu_ptr(&cpu_blocks)->counters->rows_full++;
	smp_store_release(&node->task, p);	/* pairs with task_find() */
	hlist_nulls_add_head_rcu(&node->link, &buckets[bucket]);
	return node;
}

static struct task_node *node_get_slow(struct task_struct *p)
{
	struct task_node *node;
	unsigned long flags;

	raw_spin_lock_irqsave(&tasks_lock, flags);
	node = task_find(p);
	if (!node)
		node = node_make(p);
	raw_spin_unlock_irqrestore(&tasks_lock, flags);
	return node;
}

static void untracked_count(void)
{
	unsigned long flags;

	local_irq_save(flags);
	this_cpu_ptr(&cpu_blocks)->counters->untracked++;
	local_irq_restore(flags);
}

struct task_node *task_get(struct task_struct *p)
{
	struct task_node *node = task_find(p);

	if (likely(node))
		return node;
	if (READ_ONCE(free_nodes.count))
		node = node_get_slow(p);
	if (!node)
		untracked_count();
	return node;
}

void task_drop(struct task_struct *p)
{
	struct task_node *node;
	unsigned long flags;
	u64 ts;

	raw_spin_lock_irqsave(&tasks_lock, flags);
	node = task_find(p);
	if (node) {
		ts = clock_ns();
		ledger_gone(node, p, ts);
		ipc_forget(node);
		hlist_nulls_del_rcu(&node->link);
		WRITE_ONCE(node->task, NULL);
		if (node->row)
			row_drop(node->row, ts);
		index_push(&free_nodes, node - nodes);
	}
	raw_spin_unlock_irqrestore(&tasks_lock, flags);
}

/*
 * A thread that execs has its leader's tid and start now: its row ends, and it goes on in one for
 * those. tasks_lock held.
 */
static void row_inherit(struct task_node *node, const struct task_struct *p)
{
	struct oscope_task *old = node->row, *row = row_make(p);
	u64 ts = clock_ns();

	if (!row)
		this_cpu_ptr(&cpu_blocks)->counters->rows_full++;
	else
		row->flags |= OSCOPE_TASK_HEIR;
	ledger_changed(node->ledger, row_ledger(row), p, ts);
	node->row = row;
	node->ledger = row_ledger(row);
	if (row)
		row->tree = READ_ONCE(node->tree);
	row_drop(old, ts);
}

void task_rename(struct task_node *node, const struct task_struct *p, const char *comm)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&tasks_lock, flags);
	if (node->task == p && node->row) {	/* it may have gone meanwhile */
		if (node->row->tid != p->pid)
			row_inherit(node, p);
		if (node->row)
			row_fill(node->row, p, comm);
	}
	raw_spin_unlock_irqrestore(&tasks_lock, flags);
}

void task_row_tree(struct task_node *node, const struct task_struct *p)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&tasks_lock, flags);
	if (node->task == p && node->row)
		WRITE_ONCE(node->row->tree, READ_ONCE(node->tree));
	raw_spin_unlock_irqrestore(&tasks_lock, flags);
}

void tasks_seed(void)
{
	struct task_struct *p, *t;

	rcu_read_lock();
	compat_for_each_process_thread(p, t)
		task_get(t);
	rcu_read_unlock();
}

void tasks_pause(void)
{
	struct oscope_ledger *ledgers = rows_ledgers();
	u64 now = clock_ns();
	u32 i;

	for (i = 0; ledgers && i < tasks; i++)
		ledger_pause(&ledgers[i], now);
}

void tasks_resume(void)
{
	struct oscope_ledger *ledgers = rows_ledgers();
	u64 now = clock_ns();
	u32 i;

	for (i = 0; i < tasks; i++) {
		WRITE_ONCE(nodes[i].wait.since, 0);
		WRITE_ONCE(nodes[i].fresh, false);	/* it may have run unseen */
	}
	for (i = 0; ledgers && i < tasks; i++)
		ledger_resume(&ledgers[i], now);
}

void tasks_forget_calls(void)
{
	u32 i;

	for (i = 0; i < tasks; i++)
		nodes[i].call_ns = 0;
}

#define READ_TRIES	16

bool task_ledger_read(struct task_struct *p, struct oscope_ledger *to, u64 now)
{
	const struct task_node *node = task_find(p);
	const struct oscope_ledger *l = node ? READ_ONCE(node->ledger) : NULL;
	int tries = READ_TRIES;
	u64 since;

	if (!l)
		return false;
	do {
		since = READ_ONCE(l->since);
		smp_rmb();	/* a switch that comes in between moves `since` */
		data_race(memcpy(to, l, sizeof(*to)));	/* until nothing has moved */
		smp_rmb();
	} while ((to->since != since || READ_ONCE(l->since) != since) && --tries);
	if (READ_ONCE(node->task) != p)	/* it has gone meanwhile */
		return false;
	oscope_ledger_close(to, now);
	return true;
}

void tasks_track_none(void)
{
	tracking = false;
	free_nodes.count = 0;
}

u32 tasks_tracked(void)
{
	return tracking ? tasks - READ_ONCE(free_nodes.count) : 0;
}

u32 task_index(const struct task_node *node)
{
	return node - nodes;
}

u32 tasks_rows(void)
{
	return tasks;
}

static int tasks_alloc(void)
{
	int err = rows_init(tasks);

	if (err)
		return err;
	nodes = vzalloc(array_size(tasks, sizeof(*nodes)));
	buckets = vmalloc(sizeof(*buckets) << bucket_bits);
	return nodes && buckets ? index_stack_init(&free_nodes, tasks) : -ENOMEM;
}

int tasks_init(void)
{
	u32 i;

	if (!tasks)
		tasks = clamp_t(u64, (u64)totalram_pages() << PAGE_SHIFT >> 16, TASKS_MIN,
				TASKS_DEFAULT);
	if (tasks < TASKS_MIN || tasks > TASKS_MAX) {
		pr_err("tasks=%u: give a number from %u to %u\n", tasks, TASKS_MIN, TASKS_MAX);
		return -EINVAL;
	}
	bucket_bits = order_base_2(tasks);
	if (tasks_alloc()) {
		tasks_uninit();
		return -ENOMEM;
	}
	for (i = 0; i < 1U << bucket_bits; i++)
		INIT_HLIST_NULLS_HEAD(&buckets[i], i);
	return 0;
}

void tasks_uninit(void)
{
	vfree(free_nodes.index);
	vfree(buckets);
	vfree(nodes);
	rows_uninit();
}
