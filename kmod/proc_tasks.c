// SPDX-License-Identifier: GPL-2.0
/*
 * /proc/oscope/tasks: what each task does now, and where its time has gone since the load. Those of
 * the PID namespace of who has opened it, by their numbers there.
 */
#include <linux/sched/signal.h>
#include "block.h"
#include "compat.h"
#include "core/ledger.h"
#include "ledger.h"
#include "proc_list.h"
#include "task.h"

struct task_line {
	pid_t tid, pid;
	u32 word;			/* state and reason, as in a ledger */
	bool woken;			/* ... and it waits for a CPU by now */
	u64 state_ns;			/* in that state so far */
	u64 new, running, ready[OSCOPE_WAITS], blocked, stopped, zombie, unobserved;
	char comm[TASK_COMM_LEN];
};

static void line_fill(struct task_line *line, struct task_struct *p,
		      const struct oscope_ledger *now, const struct oscope_ledger *closed)
{
	line->word = now->state;
	line->woken = now->woken > now->since &&
		      OSCOPE_LEDGER_STATE(now->state) == OSCOPE_STATE_BLOCKED;
	line->state_ns = oscope_ledger_span(line->woken ? now->woken : now->since, closed->since);
	line->new = closed->new;
	line->running = closed->running;
	line->ready[0] = closed->ready[0];
	line->ready[1] = closed->ready[1];
	line->blocked = oscope_ledger_blocked_sum(closed);
	line->stopped = closed->stopped;
	line->zombie = closed->zombie;
	line->unobserved = closed->unobserved + oscope_ledger_span(p->start_time, closed->first);
	data_race(strscpy_pad(line->comm, p->comm, sizeof(line->comm)));	/* it may change */
}

/* scratch: two ledgers, which are more than a stack should hold. Each row is of its own instant. */
static bool line_take(void *at, struct task_struct *p, pid_t tid, struct pid_namespace *ns,
		      void *scratch)
{
	struct oscope_ledger *now = scratch, *closed = now + 1;
	struct task_line *line = at;

	if (!task_ledger_read(p, now, 0))
		return false;
	*closed = *now;
	oscope_ledger_close(closed, clock_ns());
	line->tid = tid;
	line->pid = task_tgid_nr_ns(p, ns);
	line_fill(line, p, now, closed);
	return true;
}

static const struct proc_list_kind kind = {
	.row_bytes = sizeof(struct task_line),
	.fill = line_take,
};

static size_t snapshot_bytes(void)
{
	return proc_list_bytes(tasks_tracked(), &kind);
}

static int snapshot_take(void *at, size_t bytes, struct pid_namespace *ns)
{
	void *scratch = kmalloc_array(2, sizeof(struct oscope_ledger), GFP_KERNEL);
	int lines;

	if (!scratch)
		return -ENOMEM;
	lines = proc_list_take(at, bytes, ns, &kind, scratch);
	kfree(scratch);
	return lines;
}

/* Appended to, never reordered. */
static const struct proc_column columns[] = {
	{ "tid", -7 }, { "pid", 7 }, { "state", -9 }, { "why", -12 }, { "state_ns", 15 },
	{ "new_ns", 10 }, { "running_ns", 15 }, { "ready_woken_ns", 15 },
	{ "ready_preempted_ns", 18 }, { "blocked_ns", 16 }, { "stopped_ns", 15 },
	{ "zombie_ns", 15 }, { "unobserved_ns", 16 }, { "comm", 0 }, { NULL },
};

static const char *state_name(const struct task_line *line)
{
	static const char *const names[OSCOPE_STATES] = {
		[OSCOPE_STATE_NONE] = "-", [OSCOPE_STATE_NEW] = "new",
		[OSCOPE_STATE_RUNNING] = "running", [OSCOPE_STATE_READY] = "preempted",
		[OSCOPE_STATE_BLOCKED] = "blocked", [OSCOPE_STATE_STOPPED] = "stopped",
		[OSCOPE_STATE_ZOMBIE] = "zombie", [OSCOPE_STATE_DEAD] = "gone",
	};
	u32 state = OSCOPE_LEDGER_STATE(line->word);

	if (line->woken)
		return "woken";
	return state < OSCOPE_STATES ? names[state] : "-";
}

static const char *reason_name(const struct task_line *line)
{
	u32 reason = OSCOPE_LEDGER_REASON(line->word);

	if (OSCOPE_LEDGER_STATE(line->word) != OSCOPE_STATE_BLOCKED || line->woken)
		return "-";
	return reason < OSCOPE_REASONS ? ledger_reason_names[reason] : "-";
}

static void row_put(struct seq_file *m, const void *at, int i)
{
	const struct task_line *l = proc_list_row(m, at, i, &kind, columns);

	if (!l)
		return;
	seq_printf(m, "%-7d %7d %-9s %-12s %15llu %10llu %15llu %15llu %18llu %16llu", l->tid,
		   l->pid, state_name(l), reason_name(l), l->state_ns, l->new, l->running,
		   l->ready[OSCOPE_WAIT_WOKEN], l->ready[OSCOPE_WAIT_PREEMPTED], l->blocked);
	seq_printf(m, " %15llu %15llu %16llu", l->stopped, l->zombie, l->unobserved);
	proc_put_comm(m, l->comm);
}

static const struct proc_table tasks_table = {
	.name = "tasks",
	.version = 1,
	.access = ACCESS_TREES,
	.bytes = snapshot_bytes,
	.take = snapshot_take,
	.columns = columns,
	.row = row_put,
};
PROC_TABLE(tasks_table);
