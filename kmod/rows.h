/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Rows of tasks, the ledgers beside them, and the sums of those that are gone: all mapped by
 * readers.
 */
#ifndef OSCOPE_ROWS_H
#define OSCOPE_ROWS_H

#include <linux/sched.h>
#include <linux/spinlock.h>
#include "compat.h"
#include "core/ended.h"

/* Rows and nodes alike; nests inside the scheduler's locks and takes none itself. */
extern raw_spinlock_t tasks_lock;

/* A stack of free indices; no index is ever twice in it. */
struct index_stack {
	u32 *index;
	u32 count;
};

/* The count is looked at without the lock, too. */
static inline u32 index_pop(struct index_stack *s)
{
	WRITE_ONCE(s->count, s->count - 1);
	return s->index[s->count];
}

static inline void index_push(struct index_stack *s, u32 index)
{
	s->index[s->count] = index;
	WRITE_ONCE(s->count, s->count + 1);
}

/* 0..count - 1, low ones are used first. 0 or -ENOMEM; freed with vfree(). */
int index_stack_init(struct index_stack *s, u32 count);

/* As many rows as tasks. 0 or -ENOMEM, after which rows_uninit() frees what there is. */
int rows_init(u32 count);
void rows_uninit(void);

/*
 * A row for p: one that is free, else that of the task that has been gone for longest; NULL if all
 * are of tasks that are there. tasks_lock held.
 */
struct oscope_task *row_make(const struct task_struct *p);

/* What it says of p's identity; comm: its name, or the one it will have. tasks_lock held. */
void row_fill(struct oscope_task *row, const struct task_struct *p, const char *comm);

/* The ledger beside it, NULL: none. */
struct oscope_ledger *row_ledger(const struct oscope_task *row);

/*
 * Its task is gone: the row is added to the sums, and stays as it was while a reader holds the rows
 * and others are free. tasks_lock held.
 */
void row_drop(struct oscope_task *row, u64 ts);

/* While a reader holds the rows, those of who is gone are kept as far as there is room. */
void rows_hold(void);
void rows_release(void);

/* Sums of a new tree begin. Task context. */
void ended_tree_begin(u32 tree);

/* For mmap; ledgers: NULL if none are kept. */
void *rows_area(void);
void *rows_ledgers(void);
void *rows_ended(void);
u32 rows_ended_count(void);

#endif /* OSCOPE_ROWS_H */
