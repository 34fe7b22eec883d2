/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tables of /proc/oscope with a row for each of some tasks: those that have a number in the PID
 * namespace of who has opened the file, in the order of these.
 */
#ifndef OSCOPE_PROC_LIST_H
#define OSCOPE_PROC_LIST_H

#include <linux/sched.h>
#include "proc.h"

/* A snapshot of such a table. */
struct proc_list {
	u32 rows;
	u32 more;			/* that found no room; told by a last line of its own */
	u8 row[] __aligned(8);
};

struct proc_list_kind {
	size_t row_bytes;
	/* Fill a row; false: p is not of this table. Under RCU, so it does not sleep. */
	bool (*fill)(void *row, struct task_struct *p, pid_t number, struct pid_namespace *ns,
		     void *scratch);
};

/*
 * Call see() under RCU for each task that has a number in ns. In steps of some hundred tasks, after
 * each of which others may run: who is there all the time is seen once, who comes or goes
 * meanwhile at most once by a number. Task context.
 */
void proc_list_walk(struct pid_namespace *ns,
		    void (*see)(struct task_struct *p, pid_t number, void *arg), void *arg);

/* Bytes of a snapshot with room for so many tasks, and for some that come until it is taken. */
size_t proc_list_bytes(size_t tasks, const struct proc_list_kind *kind);

/* Make one; scratch is for fill(). Lines that it has. */
int proc_list_take(struct proc_list *list, size_t bytes, struct pid_namespace *ns,
		   const struct proc_list_kind *kind, void *scratch);

/*
 * The row of line i; NULL if that says how many found no room, and it has been printed: the number
 * in the first of the table's columns.
 */
const void *proc_list_row(struct seq_file *m, const struct proc_list *list, int i,
			  const struct proc_list_kind *kind, const struct proc_column *columns);

#endif /* OSCOPE_PROC_LIST_H */
