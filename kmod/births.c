// SPDX-License-Identifier: GPL-2.0
/*
 * What is made, by kind: sums since the load, and records of what making a task costs in memory.
 *
 * A copy write-protects all of its maker's memory, so a maker's page faults are charged to the copy
 * that it made last, until that executes a program or ends: none is charged twice.
 *
 * The probes on the life of tasks run with preemption off and do not nest. What the switches count
 * is theirs alone.
 */
#include <linux/mm.h>
#include <linux/percpu.h>
#include "births.h"
#include "block.h"
#include "ring.h"

const char *const birth_names[OSCOPE_BIRTHS] = {
	[OSCOPE_BIRTH_FORK] = "fork",
	[OSCOPE_BIRTH_VFORK] = "vfork",
	[OSCOPE_BIRTH_CLONE] = "clone",
	[OSCOPE_BIRTH_THREAD] = "thread",
	[OSCOPE_BIRTH_KTHREAD] = "kthread",
	[OSCOPE_BIRTH_WORKER] = "worker",
};

static DEFINE_PER_CPU(struct births, births[OSCOPE_BIRTHS]);

/* The sums of a kind on this CPU; NULL: it was made before the load. */
static struct births *births_of(const struct task_node *node)
{
	return node && node->birth < OSCOPE_BIRTHS ? this_cpu_ptr(&births[node->birth]) : NULL;
}

static u64 faults_of(const struct task_struct *p)
{
	/* Of another task: it may count on, by plain stores. */
	return data_race(p->min_flt) + data_race(p->maj_flt);
}

void births_read(struct births *sum)
{
	u64 *to = (u64 *)sum;
	int cpu, i;

	memset(sum, 0, OSCOPE_BIRTHS * sizeof(*sum));
	for_each_possible_cpu(cpu) {
		const u64 *from = (const u64 *)per_cpu_ptr(births, cpu);

		for (i = 0; i < OSCOPE_BIRTHS * sizeof(*sum) / sizeof(u64); i++)
			to[i] += READ_ONCE(from[i]);
	}
}

/* The faults of a maker, as long as they are charged to p; NULL: to whomever. */
static void charge_end(struct task_struct *maker, struct task_struct *p)
{
	struct task_node *node = task_find(maker);
	struct task_struct *youngest = node ? READ_ONCE(node->youngest) : NULL;
	u64 then;
	u32 birth;

	if (!youngest || (p && youngest != p))
		return;
	/* These change while there is none: if it is the same one below, they are of it. */
	then = READ_ONCE(node->faults_then);
	birth = READ_ONCE(node->youngest_birth);
	if (cmpxchg(&node->youngest, youngest, NULL) == youngest)
		this_cpu_ptr(births)[birth].maker_faults += faults_of(maker) - then;
}

/* current has made a copy of itself. Who ends on another CPU may look at the same moment. */
static void charge_begin(struct task_struct *p, u32 birth)
{
	struct task_node *node = task_find(current);

	charge_end(current, NULL);
	if (!node)
		return;
	WRITE_ONCE(node->faults_then, faults_of(current));
	WRITE_ONCE(node->youngest_birth, birth);
	smp_store_release(&node->youngest, p);	/* pairs with cmpxchg() in charge_end() */
}

static void emit(u32 id, u32 record_flags, u32 w0, u32 w1, u32 w2)
{
	struct event_ring *r = ring_wants(id);
	unsigned long flags;

	if (likely(!r))
		return;
	/* Or interrupts fill the ring before this is committed, or tell of later before it. */
	local_irq_save(flags);
	ring_emit(r, id, record_flags, clock_ns(), w0, w1, w2);
	local_irq_restore(flags);
}

/* Pages of page tables that p has not got from its maker by sharing. */
static u32 tables_copied(const struct task_struct *p)
{
	return p->mm && p->mm != current->mm ? mm_pgtables_bytes(p->mm) >> PAGE_SHIFT : 0;
}

static void memory_tell(const struct task_struct *p, u32 tables)
{
	struct mm_struct *from = current->mm;
	u32 kib = from ? oscope_birth_kib(get_mm_rss(from), PAGE_SHIFT) : 0;
	u32 flags = from && compat_mm_may_be_huge(from) ? OSCOPE_MEMORY_THP : 0;

	emit(OSCOPE_REC_MEMORY, flags, p->pid, tables, kib);
}

void birth_made(struct task_node *node, struct task_struct *p, u32 clone_flags, u32 new_flags,
		u64 ts)
{
	u32 kind = oscope_birth_kind(clone_flags, new_flags), tables = tables_copied(p);
	struct births *b = this_cpu_ptr(&births[kind]);

	b->made++;
	b->page_tables += tables;
	if (node) {
		node->birth = kind;
		node->young = true;
		node->made_ns = ts;
	}
	if (ring_wants(OSCOPE_REC_MEMORY))
		memory_tell(p, tables);
	if (!p->mm || p->mm == current->mm)
		return;
	emit(OSCOPE_REC_FAULTS, OSCOPE_FAULTS_MADE, current->pid, faults_of(current), p->pid);
	charge_begin(p, kind);
}

void birth_runs(const struct task_node *node, u64 ts)
{
	struct births *b = births_of(node);

	if (!b)
		return;
	b->runs++;
	b->run_ns += ts > node->made_ns ? ts - node->made_ns : 0;
}

/*
 * Up to now p's faults, and its maker's, are the cost of making it. Its parent is who has made it,
 * or somebody who is charged for others.
 */
static void young_ends(struct task_node *node, struct task_struct *p, pid_t tid)
{
	struct births *b = births_of(node);
	struct task_struct *parent;

	if (tid == p->tgid) {
		rcu_read_lock();
		parent = rcu_dereference(p->real_parent);
		charge_end(parent, p);
		emit(OSCOPE_REC_FAULTS, 0, parent->pid, faults_of(parent), tid);
		rcu_read_unlock();
	}
	charge_end(p, NULL);
	emit(OSCOPE_REC_FAULTS, 0, tid, faults_of(p), tid);
	if (!b || !node->young)
		return;
	node->young = false;
	b->child_faults += faults_of(p);
}

void birth_execs(struct task_struct *p, pid_t tid)
{
	struct task_node *node = task_find(p);
	struct births *b = births_of(node);

	if (b && node->young)
		b->execs++;
	young_ends(node, p, tid);
}

void birth_ends(struct task_struct *p)
{
	struct task_node *node = task_find(p);
	struct births *b = births_of(node);

	if (b)
		b->ended++;
	young_ends(node, p, p->pid);
}
