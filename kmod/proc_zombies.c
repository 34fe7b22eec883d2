// SPDX-License-Identifier: GPL-2.0
/*
 * /proc/oscope/zombies: the processes that have ended and that nobody has reaped, by name. Those
 * of the PID namespace of who has opened it, by their numbers there.
 */
#include <linux/sched/signal.h>
#include "block.h"
#include "compat.h"
#include "proc.h"
#include "reap.h"
#include "task.h"

#define ROWS_MORE	1024		/* room for those that come between opening and reading */

struct zombie_row {
	pid_t pid, ppid;
	u32 status;
	u64 age_ns;			/* U64_MAX: not known, it was one before the load */
	char comm[TASK_COMM_LEN];
};

struct snapshot {
	u32 rows;
	u32 more;			/* that found no room; told by a last line of its own */
	struct zombie_row row[];
};

/* The first thread has ended, and no other lives: its parent may reap it. It may go meanwhile. */
static bool is_zombie(struct task_struct *p)
{
	/* Plain in the kernel; an old value is that of a moment ago. */
	return data_race(p->exit_state) == EXIT_ZOMBIE && data_race(thread_group_empty(p));
}

static size_t snapshot_bytes(void)
{
	struct task_struct *p;
	size_t n = ROWS_MORE;

	rcu_read_lock();
	for_each_process(p)
		n += is_zombie(p);
	rcu_read_unlock();
	return struct_size_t(struct snapshot, row, n);
}

/* Under RCU. */
static void row_fill(struct zombie_row *row, struct task_struct *p, pid_t pid,
		     struct pid_namespace *ns)
{
	const struct task_node *node = task_find(p);
	u64 since = node ? READ_ONCE(node->zombie_ns) : 0, now = clock_ns();

	row->pid = pid;
	row->ppid = task_tgid_nr_ns(rcu_dereference(p->real_parent), ns);
	row->status = process_status(p);
	row->age_ns = since && now > since ? now - since : U64_MAX;
	data_race(strscpy_pad(row->comm, p->comm, sizeof(row->comm)));	/* it may be changing */
}

static int snapshot_take(void *at, size_t bytes, struct pid_namespace *ns)
{
	size_t room = (bytes - sizeof(struct snapshot)) / sizeof(struct zombie_row);
	struct snapshot *s = at;
	struct task_struct *p;
	pid_t pid;

	s->rows = 0;
	s->more = 0;
	rcu_read_lock();
	for_each_process(p) {
		if (!is_zombie(p))
			continue;
		pid = task_tgid_nr_ns(p, ns);
		if (!pid)
			continue;
		if (s->rows < room)
			row_fill(&s->row[s->rows++], p, pid, ns);
		else
			s->more++;
	}
	rcu_read_unlock();
	return s->rows + !!s->more;
}

struct column {
	const char *name;
	int width;			/* as of "%*s"; rows have the same */
};

/* Appended to, never reordered. */
static const struct column columns[] = {
	{ "pid", -7 }, { "ppid", 7 }, { "exit_code", 9 }, { "signal", 6 }, { "age_ns", 14 },
	{ "comm", 0 },
};

static void columns_put(struct seq_file *m)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(columns); i++)
		seq_printf(m, "%s%*s", i ? " " : "", columns[i].width, columns[i].name);
}

static void row_put(struct seq_file *m, const void *at, int i)
{
	const struct snapshot *s = at;
	const struct zombie_row *row = &s->row[i];

	if (i == s->rows) {
		seq_printf(m, "+%-6u %7s %9s %6s %14s -", s->more, "-", "-", "-", "-");
		return;
	}
	seq_printf(m, "%-7d %7d", row->pid, row->ppid);
	if (row->status & 0x7f)
		seq_printf(m, " %9s %6u", "-", row->status & 0x7f);
	else
		seq_printf(m, " %9u %6s", row->status >> 8 & 0xff, "-");
	if (row->age_ns == U64_MAX)
		seq_printf(m, " %14s", "-");
	else
		seq_printf(m, " %14llu", row->age_ns);
	proc_put_comm(m, row->comm);
}

static const struct proc_table zombies = {
	.name = "zombies",
	.version = 1,
	.access = ACCESS_TREES,
	.bytes = snapshot_bytes,
	.take = snapshot_take,
	.columns = columns_put,
	.row = row_put,
};
PROC_TABLE(zombies);
