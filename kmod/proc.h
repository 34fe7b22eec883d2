/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Files in /proc/oscope: each a table with two lines of head.
 */
#ifndef OSCOPE_PROC_H
#define OSCOPE_PROC_H

#include <linux/pid_namespace.h>
#include <linux/seq_file.h>
#include "access.h"
#include "set.h"

/* A column's name, and its width as of "%*s"; cells have the same. */
struct proc_column {
	const char *name;
	int width;
};

/*
 * One table. take() makes a snapshot when reading starts at the beginning, so that all rows are of
 * that one however the reading is cut up, and a row that has to be printed again is the same.
 */
struct proc_table {
	const char *name;
	u32 version;
	enum access access;			/* who may open it: has at least this */
	size_t (*bytes)(void);			/* of a snapshot; asked for when it is opened */
	/* Rows in it, or a negative errno. bytes of it; ns: of who has opened it. */
	int (*take)(void *snapshot, size_t bytes, struct pid_namespace *ns);
	/* The line of names: columns, the last of them without a name; or else put, no newline. */
	const struct proc_column *columns;
	void (*columns_put)(struct seq_file *m);
	void (*row)(struct seq_file *m, const void *snapshot, int row);
};
SET_DECLARE(proc_tables, const struct proc_table);

#define PROC_TABLE(table)	SET_ADD(proc_tables, table)

/* The key of a row: "total" for the first, then the number of a CPU. Left-aligned. */
void proc_put_cpu(struct seq_file *m, int cpu);
#define PROC_TOTAL	(-1)

/* Last in a row: a name, which is what anybody makes it: one word, of printable characters. */
void proc_put_comm(struct seq_file *m, const char *comm);

int proc_init(void);
void proc_uninit(void);

#endif /* OSCOPE_PROC_H */
