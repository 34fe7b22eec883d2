/* SPDX-License-Identifier: GPL-2.0 */
/*
 * State of tasks: what the accounting remembers of each, and the rows that readers map.
 *
 * A node belongs to a task_struct from task_newtask (or the load) to sched_process_free. Within
 * that time the pointer is the task's identity, so that no pid reuse can mix two lives. Nodes come
 * from a pool of fixed size: a task that finds it empty is untracked, and counted.
 */
#ifndef OSCOPE_TASK_H
#define OSCOPE_TASK_H

#include <linux/rculist_nulls.h>
#include <linux/sched.h>
#include "compat.h"
#include "core/switch.h"

struct task_node {
	struct hlist_nulls_node link;
	struct task_struct *task;	/* key; NULL: free */
	struct oscope_wait_state wait;
	struct oscope_task *row;	/* what readers see, NULL: none; exec may change it */
	struct oscope_ledger *ledger;	/* beside the row; NULL: none */
	u32 tree;			/* id of the tree it belongs to, 0: none */
	u64 zombie_ns;			/* since when the process is a zombie, 0: it is not */
	u64 made_ns;
	u64 call_ns;			/* entry of its call that makes a task, 0: in none */
	u64 faults_then;		/* its count when it made its youngest copy */
	struct task_struct *youngest;	/* ... while that is charged them; compared only */
	u32 child;			/* tid of what that call has made last */
	u32 birth;			/* enum oscope_birth; OSCOPE_BIRTHS: before the load */
	u32 youngest_birth;
	bool fresh;			/* has not run yet; changed under its run-queue lock */
	bool young;			/* has neither executed a program nor ended */
} ____cacheline_aligned;

int tasks_init(void);
void tasks_uninit(void);

/* The node of p, NULL if it has none. Any context; p must not be dropped meanwhile. */
struct task_node *task_find(struct task_struct *p);

/* The node of p, made if need be; NULL if the pool is empty. Any context but NMI. */
struct task_node *task_get(struct task_struct *p);

/* p is gone. */
void task_drop(struct task_struct *p);

/* Bring what the row says of p's identity up to date; comm: its name, or the one it will have. */
void task_rename(struct task_node *node, const struct task_struct *p, const char *comm);

/* Let p's row say what tree its node belongs to; it may get another row meanwhile. */
void task_row_tree(struct task_node *node, const struct task_struct *p);

/*
 * Have no nodes at all: for kernels that do not tell when a task is gone. Before the first hook is
 * on.
 */
void tasks_track_none(void);

/* Make nodes for all tasks that there are. Task context. */
void tasks_seed(void);

/*
 * Switches are not counted from now on; and have not been until now: who waits since when is
 * forgotten, and ledgers have a hole. Only while their hooks are off.
 */
void tasks_pause(void);
void tasks_resume(void);

/* Who is in a system call that makes a task is forgotten. Only while their hooks are off. */
void tasks_forget_calls(void);

/* Tasks that have a node now. */
u32 tasks_tracked(void);

/* Its place among all of them, below tasks_rows(). */
u32 task_index(const struct task_node *node);

/* Tasks that can have one: as many have rows. */
u32 tasks_rows(void);

/*
 * The ledger of p, closed at now, and false if it has none. Any time between the load and the
 * unload; p must not go.
 */
bool task_ledger_read(struct task_struct *p, struct oscope_ledger *to, u64 now);

/*
 * Whether p is on a run queue and able to run, delayed dequeue aside. Stable under the run-queue
 * lock, a guess elsewhere.
 */
static inline bool task_queued(const struct task_struct *p)
{
	return READ_ONCE(p->on_rq) == 1 && !compat_sched_delayed(p);
}

static inline bool task_is_idle(const struct task_struct *p)
{
	return !p->pid;			/* one such task a CPU */
}

#endif /* OSCOPE_TASK_H */
