// SPDX-License-Identifier: GPL-2.0
/*
 * Wake-ups and migrations.
 *
 * sched_waking runs in the waker's context with the target's pi_lock held and interrupts off, but
 * for a task that wakes itself, where they may be on. The other two run with interrupts off.
 */
#include "block.h"
#include "compat.h"
#include "context.h"
#include "hooks.h"
#include "ipc.h"
#include "ledger.h"
#include "ring.h"
#include "task.h"
#include "tree.h"

static struct oscope_counters *node_counters(const struct task_node *node)
{
	return node ? tree_counters(READ_ONCE(node->tree)) : NULL;
}

static void waking_count(struct oscope_counters *c, bool spurious)
{
	c->wakings++;
	if (spurious)
		c->wakings_spurious++;
}

static void waking_record(const struct task_struct *p, u64 ts, bool spurious)
{
	struct event_ring *r = ring_wants(OSCOPE_REC_WAKING);

	if (r)
		ring_emit(r, OSCOPE_REC_WAKING, (spurious ? OSCOPE_WAKE_SPURIOUS : 0) |
			  wake_context(), ts, p->pid, current->pid, 0);
}

/*
 * Interrupts off. A task that wakes itself has nothing to pair and needs its node only for its
 * tree; another that is still queued may be on its way off the CPU, see oscope_task_woken().
 */
static void waking_account(struct task_struct *p, bool self)
{
	struct task_node *node = self && !READ_ONCE(trees_used) ? NULL : task_get(p);
	struct oscope_counters *tree = node_counters(node);
	bool spurious = self || task_queued(p);
	u64 ts = clock_ns();

	if (node && !self) {
		oscope_task_woken(&node->wait, ts, spurious);
		oscope_task_woken_on(&node->wait, smp_processor_id());
	}
	if (node && !spurious)
		ledger_woken(node->ledger, ts);
	waking_count(this_cpu_ptr(&cpu_blocks)->counters, spurious);
	if (unlikely(tree))
		waking_count(tree, spurious);
	waking_record(p, ts, spurious);
	if (!self)
		ipc_woken(p, node, ts);
}

static void on_sched_waking(void *data, struct task_struct *p)
{
	unsigned long flags;

	if (likely(p != current)) {
		waking_account(p, false);
		return;
	}
	local_irq_save(flags);
	waking_account(p, true);
	local_irq_restore(flags);
}
HOOK(sched_waking, on_sched_waking, .feature = OSCOPE_FEAT_WAKING);

static void on_sched_wakeup_new(void *data, struct task_struct *p)
{
	struct task_node *node = task_get(p);
	struct oscope_counters *tree = node_counters(node);
	struct event_ring *r = ring_wants(OSCOPE_REC_WAKEUP_NEW);
	u64 ts = clock_ns();

	if (node) {
		oscope_task_woken(&node->wait, ts, false);
		oscope_task_woken_on(&node->wait, smp_processor_id());
		ledger_woken(node->ledger, ts);
	}
	this_cpu_ptr(&cpu_blocks)->counters->wakings_new++;
	if (unlikely(tree))
		tree->wakings_new++;
	if (r)
		ring_emit(r, OSCOPE_REC_WAKEUP_NEW, 0, ts, p->pid, current->pid, 0);
}
HOOK(sched_wakeup_new, on_sched_wakeup_new, .feature = OSCOPE_FEAT_WAKING);

/* Before the task has moved: task_cpu() is where it leaves. */
static void on_sched_migrate_task(void *data, struct task_struct *p, int dest_cpu)
{
	struct task_node *node = task_get(p);
	struct oscope_counters *tree = node_counters(node);
	struct event_ring *r = ring_wants(OSCOPE_REC_MIGRATE);

	u32 queued = READ_ONCE(p->on_rq) ? OSCOPE_MIGRATE_QUEUED : 0;

	this_cpu_ptr(&cpu_blocks)->counters->migrations++;
	if (node && queued)
		oscope_task_moved(&node->wait);
	if (node && node->row)
		node->row->migrations++;
	if (unlikely(tree))
		tree->migrations++;
	if (r)
		ring_emit(r, OSCOPE_REC_MIGRATE, queued, clock_ns(), p->pid, task_cpu(p),
			  dest_cpu);
}
HOOK(sched_migrate_task, on_sched_migrate_task, .feature = OSCOPE_FEAT_MIGRATE);
