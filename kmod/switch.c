// SPDX-License-Identifier: GPL-2.0
/*
 * sched_switch: counts, kinds, slices, waits and the record.
 *
 * Runs with the run-queue lock held and interrupts off: no allocation, no sleep, no wake-up, no
 * printk in anything called from here.
 */
#include "births.h"
#include "compat.h"
#include "counters.h"
#include "direct.h"
#include "hooks.h"
#include "ipc.h"
#include "ledger.h"
#include "ring.h"
#include "switch.h"
#include "task.h"
#include "tree.h"

/*
 * A task with state 0 was made to go, or it wanted to sleep and a pending signal cleared its state
 * (in the tracepoint's argument too since 6.13, and in stable kernels before). Only the kernel's
 * own counts tell: it has incremented one of them before the event.
 */
static bool is_voluntary(const struct cpu_block *b, const struct task_struct *prev,
			 unsigned int prev_state)
{
	return prev_state || (b->curr == prev && b->curr_nivcsw == prev->nivcsw);
}

u32 switch_flags(const struct cpu_block *b, bool preempt, const struct task_struct *prev,
		 const struct task_struct *next, unsigned int prev_state)
{
	u32 flags = oscope_switch_kind(task_is_idle(prev), task_is_idle(next),
				       prev->flags & PF_KTHREAD, next->flags & PF_KTHREAD,
				       prev->active_mm == next->mm);

	if (!task_is_idle(next))
		flags |= OSCOPE_SWITCH_NEXT;
	if (task_is_idle(prev))
		return flags;
	if (preempt)
		return flags | OSCOPE_SWITCH_PREEMPT | OSCOPE_SWITCH_READY;
	if (is_voluntary(b, prev, prev_state))
		flags |= OSCOPE_SWITCH_VOLUNTARY;
	if (prev_state & TASK_DEAD)
		return flags | OSCOPE_SWITCH_DEAD;
	/* A pending signal kept it on its queue: before 6.13 prev_state does not tell. */
	if (prev_state ? task_queued(prev) : !prev->exit_state)
		flags |= OSCOPE_SWITCH_READY;
	return flags;
}

/* The direct cost of the switch before this one has become known. */
static void direct_settle(struct cpu_block *b, struct switch_event *e)
{
	struct oscope_counters *tree = tree_counters(b->last_tree);
	u32 kind = b->core.last_kind;

	if (direct_metric == DIRECT_NONE)
		return;
	e->sw.direct_ns = b->core.direct_ns;
	oscope_direct_settle(b->counters, &b->core, e->sw.direct_ns);
	if (likely(!tree))
		return;
	b->core.last_kind = kind;
	oscope_direct_settle(tree, &b->core, e->sw.direct_ns);
}

/*
 * The task that leaves came here under our eyes, or counting has just begun, or some tasks'
 * switches fire no event.
 */
static struct task_node *prev_node(struct cpu_block *b, const struct switch_event *e)
{
	if (task_is_idle(e->prev))
		return NULL;
	if (likely(b->curr == e->prev && b->curr_node))
		return b->curr_node;
	return task_get(e->prev);
}

static void prev_row_count(struct oscope_task *row, u32 flags, u64 slice)
{
	if (flags & OSCOPE_SWITCH_VOLUNTARY)
		row->voluntary++;
	else
		row->involuntary++;
	if (slice != ~0ULL)
		row->slice_ns += slice;
}

static void prev_leaves(struct cpu_block *b, struct switch_event *e, u64 slice)
{
	struct task_node *node = e->prev_node;

	if (!node)
		return;
	if (e->sw.flags & OSCOPE_SWITCH_READY)
		oscope_task_leaves_ready(&node->wait, e->sw.ts);
	ledger_leaves(node, e->prev, e->sw.flags, e->state, e->sw.ts);
	if (node->row)
		prev_row_count(node->row, e->sw.flags, slice);
}

static void next_tree_wait(struct oscope_counters *tree, u32 why, u64 wait)
{
	if (wait == ~0ULL)
		tree->unpaired++;
	else
		oscope_hist_add(&tree->wait[why & 1], wait);
}

static void next_placed(struct oscope_counters *c, const struct task_node *node,
			const struct switch_event *e)
{
	oscope_task_placed(c, &node->wait, e->sw.ts, smp_processor_id(), task_is_idle(e->prev));
}

/* A new task, for the first time. */
static void first_run(struct task_node *node, const struct switch_event *e)
{
	struct event_ring *r = ring_wants(OSCOPE_REC_RUN);

	node->fresh = false;
	birth_runs(node, e->sw.ts);
	if (r)
		ring_emit(r, OSCOPE_REC_RUN, 0, e->sw.ts, e->next->pid, e->prev->pid, 0);
}

static void next_comes(struct cpu_block *b, struct switch_event *e)
{
	struct task_node *node = e->next_node;
	struct oscope_counters *tree;
	u32 why;
	u64 wait;

	if (!node)
		return;
	if (unlikely(node->fresh))
		first_run(node, e);
	ledger_comes(node, e->sw.ts);
	why = READ_ONCE(node->wait.why);
	next_placed(b->counters, node, e);
	tree = tree_counters(READ_ONCE(node->tree));
	if (unlikely(tree))
		next_placed(tree, node, e);
	wait = oscope_task_comes(b->counters, &node->wait, e->sw.ts);
	if (unlikely(tree))
		next_tree_wait(tree, why, wait);
	if (!node->row || wait == ~0ULL)
		return;
	node->row->wait_ns[why & 1] += wait;
	node->row->waits++;
}

/* The tree that the switch belongs to: the leaving task's, or from idle the coming one's. */
static u32 switch_tree(const struct switch_event *e)
{
	const struct task_node *node = task_is_idle(e->prev) ? e->next_node : e->prev_node;

	return node ? READ_ONCE(node->tree) : 0;
}

void switch_account(struct cpu_block *b, struct switch_event *e)
{
	struct oscope_counters *tree;
	u64 slice;
	u32 id;

	e->prev_node = prev_node(b, e);
	e->next_node = task_is_idle(e->next) ? NULL : task_get(e->next);
	e->sw.direct_ns = OSCOPE_NS_NONE;
	direct_settle(b, e);
	id = switch_tree(e);
	tree = tree_counters(id);
	if (unlikely(tree))
		oscope_on_switch(tree, &b->core, &e->sw);
	b->last_tree = id;
	slice = oscope_on_switch(b->counters, &b->core, &e->sw);
	oscope_cpu_counted(&b->core, &e->sw);
	prev_leaves(b, e, slice);
	next_comes(b, e);
	b->curr = e->next;
	b->curr_node = e->next_node;
	b->curr_nivcsw = e->next->nivcsw;
}

static void on_sched_switch(void *data, bool preempt, struct task_struct *prev,
			    struct task_struct *next, unsigned int prev_state)
{
	struct cpu_block *b = this_cpu_ptr(&cpu_blocks);
	struct switch_event e = {
		.prev = prev,
		.next = next,
		.state = preempt ? 0 : prev_state,
		.sw.ts = clock_ns(),
		.sw.prev = prev->pid,
		.sw.comes = next->pid,
	};
	struct event_ring *r;

	e.sw.flags = switch_flags(b, preempt, prev, next, prev_state);
	switch_account(b, &e);
	ipc_switched(&e);
	r = ring_wants(OSCOPE_REC_SWITCH);
	if (r)
		ring_emit(r, OSCOPE_REC_SWITCH, e.sw.flags, e.sw.ts, e.sw.prev, next->pid,
			  e.sw.direct_ns);
	direct_open(b);
}
HOOK(sched_switch, on_sched_switch, .flags = HOOK_REQUIRED);
