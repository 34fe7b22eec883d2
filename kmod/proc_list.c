// SPDX-License-Identifier: GPL-2.0
/*
 * Tables of /proc/oscope with a row a task: the walk over tasks, and what it fills.
 *
 * As /proc itself does, it goes on from a number and not from a task, which may have gone.
 */
#include <linux/idr.h>
#include <linux/pid.h>
#include "compat.h"
#include "proc_list.h"

#define ROWS_MORE	1024		/* room for those that come between opening and reading */
#define STEP		256		/* tasks that are seen without a break */

/* find_ge_pid(), which modules are not given: the pid of this number, or of the next one. */
static struct pid *pid_from(struct pid_namespace *ns, int *number)
{
	return idr_get_next(&ns->idr, number);
}

void proc_list_walk(struct pid_namespace *ns,
		    void (*see)(struct task_struct *p, pid_t number, void *arg), void *arg)
{
	struct task_struct *p;
	struct pid *pid;
	int number = 1, left;

	do {
		rcu_read_lock();
		for (left = STEP; left; left--, number++) {
			pid = pid_from(ns, &number);
			if (!pid)
				break;
			p = pid_task(pid, PIDTYPE_PID);
			if (p)
				see(p, number, arg);
		}
		rcu_read_unlock();
		cond_resched();
	} while (pid);
}

/* One row more than there is room for: what finds none is filled in there, and counted. */
size_t proc_list_bytes(size_t tasks, const struct proc_list_kind *kind)
{
	return size_add(sizeof(struct proc_list),
			size_mul(size_add(tasks, ROWS_MORE + 1), kind->row_bytes));
}

struct taking {
	struct proc_list *list;
	u32 room;
	struct pid_namespace *ns;
	const struct proc_list_kind *kind;
	void *scratch;
};

static void row_take(struct task_struct *p, pid_t number, void *arg)
{
	struct taking *t = arg;
	void *row = t->list->row + t->list->rows * t->kind->row_bytes;

	if (!t->kind->fill(row, p, number, t->ns, t->scratch))
		return;
	if (t->list->rows < t->room)
		t->list->rows++;
	else
		t->list->more++;
}

int proc_list_take(struct proc_list *list, size_t bytes, struct pid_namespace *ns,
		   const struct proc_list_kind *kind, void *scratch)
{
	struct taking t = {
		.list = list,
		.room = (bytes - sizeof(*list)) / kind->row_bytes - 1,
		.ns = ns,
		.kind = kind,
		.scratch = scratch,
	};

	list->rows = 0;
	list->more = 0;
	proc_list_walk(ns, row_take, &t);
	return list->rows + !!list->more;
}

const void *proc_list_row(struct seq_file *m, const struct proc_list *list, int i,
			  const struct proc_list_kind *kind, const struct proc_column *columns)
{
	char more[16];

	if (i < list->rows)
		return list->row + i * kind->row_bytes;
	scnprintf(more, sizeof(more), "+%u", list->more);
	seq_printf(m, "%*s", columns->width, more);
	while ((++columns)->name)
		seq_printf(m, " %*s", columns->width, "-");
	return NULL;
}
