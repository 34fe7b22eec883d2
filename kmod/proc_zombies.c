// SPDX-License-Identifier: GPL-2.0
/*
 * /proc/oscope/zombies: the processes that have ended and that nobody has reaped, by name. Those
 * of the PID namespace of who has opened it, by their numbers there.
 */
#include <linux/sched/signal.h>
#include "block.h"
#include "compat.h"
#include "proc_list.h"
#include "reap.h"
#include "task.h"

struct zombie_row {
	pid_t pid, ppid;
	u32 status;
	u64 age_ns;			/* U64_MAX: not known, it was one before the load */
	char comm[TASK_COMM_LEN];
};

/* The first thread has ended, and no other lives: its parent may reap it. It may go meanwhile. */
static bool is_zombie(struct task_struct *p)
{
	/* Plain in the kernel; an old value is that of a moment ago. */
	return data_race(p->exit_state == EXIT_ZOMBIE && thread_group_leader(p) &&
			 thread_group_empty(p));
}

static void zombie_count(struct task_struct *p, pid_t pid, void *n)
{
	*(size_t *)n += is_zombie(p);
}

static bool line_take(void *at, struct task_struct *p, pid_t pid, struct pid_namespace *ns,
		      void *unused)
{
	const struct task_node *node;
	struct zombie_row *row = at;
	u64 since, now;

	if (!is_zombie(p))
		return false;
	node = task_find(p);
	since = node ? READ_ONCE(node->zombie_ns) : 0;
	now = clock_ns();
	row->pid = pid;
	row->ppid = task_tgid_nr_ns(rcu_dereference(p->real_parent), ns);
	row->status = process_status(p);
	row->age_ns = since && now > since ? now - since : U64_MAX;
	data_race(strscpy_pad(row->comm, p->comm, sizeof(row->comm)));	/* it may be changing */
	return true;
}

static const struct proc_list_kind kind = {
	.row_bytes = sizeof(struct zombie_row),
	.fill = line_take,
};

static size_t snapshot_bytes(void)
{
	size_t n = 0;

	proc_list_walk(&init_pid_ns, zombie_count, &n);
	return proc_list_bytes(n, &kind);
}

static int snapshot_take(void *at, size_t bytes, struct pid_namespace *ns)
{
	return proc_list_take(at, bytes, ns, &kind, NULL);
}

/* Appended to, never reordered. */
static const struct proc_column columns[] = {
	{ "pid", -7 }, { "ppid", 7 }, { "exit_code", 9 }, { "signal", 6 }, { "age_ns", 14 },
	{ "comm", 0 }, { NULL },
};

static void row_put(struct seq_file *m, const void *at, int i)
{
	const struct zombie_row *row = proc_list_row(m, at, i, &kind, columns);

	if (!row)
		return;
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
	.columns = columns,
	.row = row_put,
};
PROC_TABLE(zombies);
