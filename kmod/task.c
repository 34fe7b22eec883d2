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
#include "ledger.h"
#include "task.h"

#define TASKS_MIN	1024U
#define TASKS_DEFAULT	32768U		/* at most, if memory allows */
#define TASKS_MAX	(1U << 22)

static unsigned int tasks;
module_param(tasks, uint, 0444);
MODULE_PARM_DESC(tasks, "tasks that can be tracked at a time, 1024..4194304 (default by memory: one a 64 KiB, at most 32768)");

/* A stack of free indices; no index is ever twice in it. */
struct index_stack {
	u32 *index;
	u32 count;
};

/* The count is looked at without the lock, too. */
static u32 index_pop(struct index_stack *s)
{
	WRITE_ONCE(s->count, s->count - 1);
	return s->index[s->count];
}

static void index_push(struct index_stack *s, u32 index)
{
	s->index[s->count] = index;
	WRITE_ONCE(s->count, s->count + 1);
}

static struct hlist_nulls_head *buckets;
static unsigned int bucket_bits;
static struct task_node *nodes;
static struct oscope_task *rows;	/* mapped by readers, as are ... */
static struct oscope_ledger *ledgers;	/* ... these, one a row; NULL: not kept */
static struct index_stack free_nodes, free_rows;
static struct index_stack dead_rows;	/* rows of dead tasks, kept for a reader */
static bool tracking = true;
static u32 row_holders;
static DEFINE_RAW_SPINLOCK(tasks_lock);	/* all of the above but for look-up */

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

static void row_fill(struct oscope_task *row, const struct task_struct *p, const char *comm)
{
	row->start_ns = p->start_time;
	row->tid = p->pid;
	row->tgid = p->tgid;
	row->flags = (row->flags & OSCOPE_TASK_HEIR) |
		     (p->flags & PF_KTHREAD ? OSCOPE_TASK_KTHREAD : 0);
	/* It may be changing; padded: no rest of a longer name. */
	data_race(strscpy_pad(row->comm, comm, OSCOPE_COMM_LEN));
}

static struct oscope_ledger *row_ledger(const struct oscope_task *row)
{
	return ledgers && row ? &ledgers[row - rows] : NULL;
}

static void row_clear(struct oscope_task *row)
{
	struct oscope_ledger *l = row_ledger(row);

	memset(row, 0, sizeof(*row));
	if (l)
		memset(l, 0, sizeof(*l));
}

/* tasks_lock held. */
static struct oscope_task *row_make(const struct task_struct *p)
{
	struct oscope_task *row;

	if (!free_rows.count)
		return NULL;
	row = &rows[index_pop(&free_rows)];
	row_clear(row);
	row_fill(row, p, p->comm);
	return row;
}

/* tasks_lock held. */
static void row_free(struct oscope_task *row)
{
	row_clear(row);
	index_push(&free_rows, row - rows);
}

/* tasks_lock held. */
static void row_drop(struct oscope_task *row)
{
	if (row_holders)
		index_push(&dead_rows, row - rows);
	else
		row_free(row);
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
	node->fresh = false;
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

	raw_spin_lock_irqsave(&tasks_lock, flags);
	node = task_find(p);
	if (node) {
		ledger_gone(node, p, clock_ns());
		hlist_nulls_del_rcu(&node->link);
		WRITE_ONCE(node->task, NULL);
		if (node->row)
			row_drop(node->row);
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

	if (!row)
		this_cpu_ptr(&cpu_blocks)->counters->rows_full++;
	else
		row->flags |= OSCOPE_TASK_HEIR;
	ledger_changed(node->ledger, row_ledger(row), p, clock_ns());
	node->row = row;
	node->ledger = row_ledger(row);
	if (row)
		row->tree = READ_ONCE(node->tree);
	row_drop(old);
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
	u64 now = clock_ns();
	u32 i;

	for (i = 0; ledgers && i < tasks; i++)
		ledger_pause(&ledgers[i], now);
}

void tasks_resume(void)
{
	u64 now = clock_ns();
	u32 i;

	for (i = 0; i < tasks; i++)
		WRITE_ONCE(nodes[i].wait.since, 0);
	for (i = 0; ledgers && i < tasks; i++)
		ledger_resume(&ledgers[i], now);
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

void tasks_hold_rows(void)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&tasks_lock, flags);
	row_holders++;
	raw_spin_unlock_irqrestore(&tasks_lock, flags);
}

/* One row at a time, so that the lock is never held for long. */
static bool dead_row_free(void)
{
	unsigned long flags;
	bool more;

	raw_spin_lock_irqsave(&tasks_lock, flags);
	more = !row_holders && dead_rows.count;
	if (more)
		row_free(&rows[index_pop(&dead_rows)]);
	raw_spin_unlock_irqrestore(&tasks_lock, flags);
	return more;
}

void tasks_release_rows(void)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&tasks_lock, flags);
	row_holders--;
	raw_spin_unlock_irqrestore(&tasks_lock, flags);
	while (dead_row_free())
		cond_resched();
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

void *tasks_area(void)
{
	return rows;
}

void *tasks_ledgers(void)
{
	return ledgers;
}

u32 tasks_rows(void)
{
	return tasks;
}

static void stack_fill(struct index_stack *s, u32 count)
{
	for (s->count = 0; s->count < count; s->count++)
		s->index[s->count] = count - 1 - s->count;	/* low indices are used first */
}

static int tasks_alloc(void)
{
	nodes = vzalloc(array_size(tasks, sizeof(*nodes)));
	rows = vmalloc_user(PAGE_ALIGN(array_size(tasks, sizeof(*rows))));
	if (ledgers_kept())
		ledgers = vmalloc_user(PAGE_ALIGN(array_size(tasks, sizeof(*ledgers))));
	buckets = vmalloc(sizeof(*buckets) << bucket_bits);
	free_nodes.index = vmalloc(array_size(tasks, sizeof(u32)));
	free_rows.index = vmalloc(array_size(tasks, sizeof(u32)));
	dead_rows.index = vmalloc(array_size(tasks, sizeof(u32)));
	if (!nodes || !rows || !buckets || (ledgers_kept() && !ledgers))
		return -ENOMEM;
	return free_nodes.index && free_rows.index && dead_rows.index ? 0 : -ENOMEM;
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
	stack_fill(&free_nodes, tasks);
	stack_fill(&free_rows, tasks);
	return 0;
}

void tasks_uninit(void)
{
	vfree(dead_rows.index);
	vfree(free_rows.index);
	vfree(free_nodes.index);
	vfree(buckets);
	vfree(ledgers);
	vfree(rows);
	vfree(nodes);
}
