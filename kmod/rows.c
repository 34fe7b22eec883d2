// SPDX-License-Identifier: GPL-2.0
/*
 * Rows of tasks, on their way from one task to the next.
 *
 * Readers map them and take no lock: a row's `turn` is odd while it changes hands, and the sums say
 * by `begun` and `done` whether they are whole. All are written under tasks_lock, but for the
 * counts of a task that is there.
 */
#include <linux/mm.h>
#include <linux/vmalloc.h>
#include "ledger.h"
#include "rows.h"
#include "tree.h"

DEFINE_RAW_SPINLOCK(tasks_lock);

static struct oscope_task *rows;
static struct oscope_ledger *ledgers;	/* one a row; NULL: not kept */
static struct oscope_ended *ended;	/* of all tasks, then of trees by id % TREES */
static struct index_stack free_rows;
static u32 rows_count, row_holders;

/* Rows of those that are gone, kept for readers: a ring, who has gone first comes first. */
static struct {
	u32 *index;
	u32 head, count;
} gone;

static void gone_put(u32 index)
{
	u32 at = gone.head + gone.count++;

	gone.index[at < rows_count ? at : at - rows_count] = index;
}

static u32 gone_take(void)
{
	u32 index = gone.index[gone.head++];

	if (gone.head == rows_count)
		gone.head = 0;
	gone.count--;
	return index;
}

static struct oscope_ledger *ledger_beside(const struct oscope_task *row)
{
	return ledgers ? &ledgers[row - rows] : NULL;
}

struct oscope_ledger *row_ledger(const struct oscope_task *row)
{
	return row ? ledger_beside(row) : NULL;
}

void row_fill(struct oscope_task *row, const struct task_struct *p, const char *comm)
{
	row->start_ns = p->start_time;
	row->tgid = p->tgid;
	row->flags = (row->flags & OSCOPE_TASK_HEIR) |
		     (p->flags & PF_KTHREAD ? OSCOPE_TASK_KTHREAD : 0);
	/* It may be changing; padded: no rest of a longer name. */
	data_race(strscpy_pad(row->comm, comm, OSCOPE_COMM_LEN));
	/* Readers take a row for one in use as soon as it has a tid. */
	smp_store_release(&row->tid, p->pid);
}

/* Its task's end is no longer in a row: who reads the rows now finds that in `reused`. */
static void row_clear(struct oscope_task *row)
{
	struct oscope_ledger *l = ledger_beside(row);
	u32 turn = row->turn;

	if (row->ended > ended->reused)
		WRITE_ONCE(ended->reused, row->ended);
	WRITE_ONCE(row->turn, turn + 1);
	smp_wmb();	/* readers: turn, row and ledger, turn again */
	memset(row, 0, offsetof(struct oscope_task, turn));
	if (l)
		memset(l, 0, sizeof(*l));
	smp_wmb();	/* the same */
	WRITE_ONCE(row->turn, turn + 2);
}

struct oscope_task *row_make(const struct task_struct *p)
{
	struct oscope_task *row;

	if (free_rows.count) {
		row = &rows[index_pop(&free_rows)];
	} else if (gone.count) {
		row = &rows[gone_take()];
		row_clear(row);
	} else {
		return NULL;
	}
	row_fill(row, p, p->comm);
	return row;
}

static void sums_add(struct oscope_ended *e, const struct oscope_task *row)
{
	const struct oscope_ledger *l = ledger_beside(row);

	WRITE_ONCE(e->begun, e->begun + 1);
	smp_wmb();	/* readers: done, the sums, begun */
	e->latest = row->ended;
	oscope_ended_row(e, row, 1);
	if (l)
		oscope_ended_ledger(e, row, l, 1);
	smp_wmb();	/* the same */
	WRITE_ONCE(e->done, e->done + 1);
}

static struct oscope_ended *tree_sums(u32 tree)
{
	struct oscope_ended *e = &ended[1 + tree % TREES];

	return tree && e->tree == tree ? e : NULL;
}

void row_drop(struct oscope_task *row, u64 ts)
{
	struct oscope_ended *tree = tree_sums(row->tree);
	struct oscope_ledger *l = ledger_beside(row);

	if (l)
		oscope_ledger_gone(l, ts);
	smp_wmb();	/* readers: the row, then its ledger */
	WRITE_ONCE(row->ended, ended->begun + 1);
	sums_add(ended, row);
	if (tree)
		sums_add(tree, row);
	if (row_holders) {
		gone_put(row - rows);
		return;
	}
	row_clear(row);
	index_push(&free_rows, row - rows);
}

void rows_hold(void)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&tasks_lock, flags);
	row_holders++;
	raw_spin_unlock_irqrestore(&tasks_lock, flags);
}

/* One row at a time, so that the lock is never held for long. */
static bool gone_free(void)
{
	unsigned long flags;
	bool more;
	u32 index;

	raw_spin_lock_irqsave(&tasks_lock, flags);
	more = !row_holders && gone.count;
	if (more) {
		index = gone_take();
		row_clear(&rows[index]);
		index_push(&free_rows, index);
	}
	raw_spin_unlock_irqrestore(&tasks_lock, flags);
	return more;
}

void rows_release(void)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&tasks_lock, flags);
	row_holders--;
	raw_spin_unlock_irqrestore(&tasks_lock, flags);
	while (gone_free())
		cond_resched();
}

void ended_tree_begin(u32 tree)
{
	struct oscope_ended *e = &ended[1 + tree % TREES];
	unsigned long flags;

	raw_spin_lock_irqsave(&tasks_lock, flags);
	memset(e, 0, sizeof(*e));
	e->tree = tree;
	raw_spin_unlock_irqrestore(&tasks_lock, flags);
}

void *rows_area(void)
{
	return rows;
}

void *rows_ledgers(void)
{
	return ledgers;
}

void *rows_ended(void)
{
	return ended;
}

u32 rows_ended_count(void)
{
	return 1 + TREES;
}

int index_stack_init(struct index_stack *s, u32 count)
{
	s->index = vmalloc(array_size(count, sizeof(u32)));
	if (!s->index)
		return -ENOMEM;
	for (s->count = 0; s->count < count; s->count++)
		s->index[s->count] = count - 1 - s->count;
	return 0;
}

int rows_init(u32 count)
{
	rows_count = count;
	rows = vmalloc_user(PAGE_ALIGN(array_size(count, sizeof(*rows))));
	ended = vmalloc_user(PAGE_ALIGN(array_size(1 + TREES, sizeof(*ended))));
	gone.index = vmalloc(array_size(count, sizeof(u32)));
	if (ledgers_kept())
		ledgers = vmalloc_user(PAGE_ALIGN(array_size(count, sizeof(*ledgers))));
	if (!rows || !ended || !gone.index || (ledgers_kept() && !ledgers))
		return -ENOMEM;
	return index_stack_init(&free_rows, count);
}

void rows_uninit(void)
{
	vfree(free_rows.index);
	vfree(ledgers);
	vfree(gone.index);
	vfree(ended);
	vfree(rows);
}
