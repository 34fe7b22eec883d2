// SPDX-License-Identifier: GPL-2.0
/*
 * Process trees: counters of their own for a task and all its descendants.
 *
 * A task's node says which tree it belongs to; a new task takes that over from its maker. The
 * probes find a tree's counters by id, and since ids are never used twice, an id that a node still
 * carries after its tree has gone leads nowhere.
 */
#include <linux/file.h>
#include <linux/mutex.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/tracepoint.h>
#include <linux/vmalloc.h>
#include "compat.h"
#include "counters.h"
#include "rows.h"
#include "task.h"
#include "tree.h"

struct tree *trees[TREES];
unsigned int trees_used;
static u32 last_id;
static DEFINE_MUTEX(trees_lock);	/* all of the above; probes only read */

static void tree_free(struct tree *t)
{
	int cpu;

	for_each_possible_cpu(cpu)
		vfree(t->cpu[cpu]);
	kfree(t);
}

static struct tree *tree_alloc(const void *owner)
{
	struct tree *t = kzalloc(struct_size(t, cpu, nr_cpu_ids), GFP_KERNEL);
	int cpu;

	if (!t)
		return NULL;
	t->owner = owner;
	for_each_possible_cpu(cpu) {
		t->cpu[cpu] = vzalloc_node(sizeof(*t->cpu[cpu]), cpu_to_node(cpu));
		if (!t->cpu[cpu]) {
			tree_free(t);
			return NULL;
		}
	}
	return t;
}

/* Put t where the probes find it. trees_lock held. */
static int tree_publish(struct tree *t)
{
	u32 tries;

	for (tries = 0; tries < TREES; tries++) {
		last_id = last_id < INT_MAX ? last_id + 1 : 1;
		if (!trees[last_id % TREES]) {
			t->id = last_id;
			ended_tree_begin(last_id);
			/* pairs with tree_counters() */
			smp_store_release(&trees[last_id % TREES], t);
			WRITE_ONCE(trees_used, trees_used + 1);
			return 0;
		}
	}
	return -EBUSY;
}

static bool descends_from(struct task_struct *p, const struct task_struct *leader)
{
	while (p->group_leader != leader) {
		if (p == &init_task)
			return false;
		p = rcu_dereference(p->real_parent);
	}
	return true;
}

static void member_set(struct task_struct *p, u32 id)
{
	struct task_node *node = task_get(p);

	if (!node)
		return;
	WRITE_ONCE(node->tree, id);
	smp_mb();	/* ... before the next task of the list: pairs with tree_inherit() */
	task_row_tree(node, p);
}

/*
 * New tasks are appended to the lists that are walked here: one made by a member that is not marked
 * yet is met later in the walk, one made after that inherits.
 */
static void members_set(const struct task_struct *leader, u32 id)
{
	struct task_struct *p, *t;

	rcu_read_lock();
	compat_for_each_process_thread(p, t) {
		if (descends_from(t, leader))
			member_set(t, id);
	}
	rcu_read_unlock();
}

static struct task_struct *pidfd_task(int pidfd)
{
	struct file *file = fget(pidfd);
	struct task_struct *p;
	struct pid *pid;

	if (!file)
		return ERR_PTR(-EBADF);
	pid = compat_pidfd_pid(file);
	p = pid ? get_pid_task(pid, PIDTYPE_TGID) : ERR_PTR(-EBADF);
	fput(file);
	return p ?: ERR_PTR(-ESRCH);
}

int tree_make(int pidfd, const void *owner)
{
	struct task_struct *leader = pidfd_task(pidfd);
	struct tree *t;
	int err;

	if (IS_ERR(leader))
		return PTR_ERR(leader);
	t = tree_alloc(owner);
	if (!t) {
		put_task_struct(leader);
		return -ENOMEM;
	}
	mutex_lock(&trees_lock);
	err = tree_publish(t);
	mutex_unlock(&trees_lock);
	if (err)
		tree_free(t);
	else
		members_set(leader, t->id);
	put_task_struct(leader);
	return err ?: t->id;
}

int tree_read(u32 id, const void *owner, struct oscope_counters *sum)
{
	struct tree *t;
	int cpu;

	mutex_lock(&trees_lock);
	t = id ? trees[id % TREES] : NULL;
	if (!t || t->id != id || t->owner != owner) {
		mutex_unlock(&trees_lock);
		return -ENOENT;
	}
	for_each_possible_cpu(cpu)
		counters_accumulate(sum, t->cpu[cpu]);
	mutex_unlock(&trees_lock);
	return 0;
}

/* Take one of the owner's trees away from the probes. */
static struct tree *tree_take(const void *owner)
{
	struct tree *t = NULL;
	int i;

	mutex_lock(&trees_lock);
	for (i = 0; i < TREES && !t; i++) {
		if (!trees[i] || trees[i]->owner != owner)
			continue;
		t = trees[i];
		WRITE_ONCE(trees[i], NULL);
		WRITE_ONCE(trees_used, trees_used - 1);
	}
	mutex_unlock(&trees_lock);
	return t;
}

void trees_remove(const void *owner)
{
	struct tree *t;

	while ((t = tree_take(owner))) {
		tracepoint_synchronize_unregister();
		tree_free(t);
	}
}
