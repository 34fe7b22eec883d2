/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is made, by kind: sums since the load, and what making a task costs in memory.
 */
#ifndef OSCOPE_BIRTHS_H
#define OSCOPE_BIRTHS_H

#include "compat.h"
#include "core/birth.h"
#include "task.h"

/* Of one kind. Only of tasks that were made since the load. */
struct births {
	u64 made;
	u64 runs, run_ns;		/* that have come to a CPU; how long they waited for it */
	u64 execs;			/* that have executed a program */
	u64 ended;
	u64 page_tables;		/* pages of them that were copied */
	u64 child_faults;		/* theirs, until their first exec or their end */
	u64 maker_faults;		/* their makers', charged to them */
};

/* Kinds as reports spell them. */
extern const char *const birth_names[OSCOPE_BIRTHS];

/* All of them, OSCOPE_BIRTHS. */
void births_read(struct births *sum);

/* current has made p, whose node is new or NULL. */
void birth_made(struct task_node *node, struct task_struct *p, u32 clone_flags, u32 new_flags,
		u64 ts);

/* A new task comes to a CPU for the first time. From sched_switch. */
void birth_runs(const struct task_node *node, u64 ts);

/* current has executed a program, and was tid before; it ends. */
void birth_execs(struct task_struct *p, pid_t tid);
void birth_ends(struct task_struct *p);

#endif /* OSCOPE_BIRTHS_H */
