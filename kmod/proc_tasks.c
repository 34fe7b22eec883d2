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
#include "proc.h"
#include "task.h"

#define ROWS_MORE	1024		/* room for those that come between opening and reading */

struct task_line {
	pid_t tid, pid;
	u32 word;			/* state and reason, as in a ledger */
	bool woken;			/* ... and it waits for a CPU by now */
	u64 state_ns;			/* in that state so far */
	u64 new, running, ready[OSCOPE_WAITS], blocked, stopped, zombie, unobserved;
	char comm[TASK_COMM_LEN];
};

struct snapshot {
	u32 rows;
	u32 more;			/* that found no room; told by a last line of its own */
	struct task_line row[];
};

static size_t snapshot_bytes(void)
{
	return struct_size_t(struct snapshot, row, tasks_tracked() + ROWS_MORE);
}

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

/* Two ledgers are more than a stack should hold. */
static int snapshot_take(void *at, size_t bytes, struct pid_namespace *ns)
{
	size_t room = (bytes - sizeof(struct snapshot)) / sizeof(struct task_line);
	struct oscope_ledger *now = kmalloc_array(2, sizeof(*now), GFP_KERNEL);
	u64 ts = clock_ns();
	struct snapshot *s = at;
	struct task_struct *p, *t;
	pid_t tid;

	s->rows = 0;
	s->more = 0;
	if (!now)
		return -ENOMEM;
	rcu_read_lock();
	compat_for_each_process_thread(p, t) {
		tid = task_pid_nr_ns(t, ns);
		if (!tid || !task_ledger_read(t, &now[0], 0))
			continue;
		now[1] = now[0];
		oscope_ledger_close(&now[1], ts);
		if (s->rows == room) {
			s->more++;
			continue;
		}
		s->row[s->rows].tid = tid;
		s->row[s->rows].pid = task_tgid_nr_ns(t, ns);
		line_fill(&s->row[s->rows++], t, &now[0], &now[1]);
	}
	rcu_read_unlock();
	kfree(now);
	return s->rows + !!s->more;
}

struct column {
	const char *name;
	int width;			/* as of "%*s"; rows have the same */
};

/* Appended to, never reordered. */
static const struct column columns[] = {
	{ "tid", -7 }, { "pid", 7 }, { "state", -9 }, { "why", -12 }, { "state_ns", 15 },
	{ "new_ns", 10 }, { "running_ns", 15 }, { "ready_woken_ns", 15 },
	{ "ready_preempted_ns", 18 }, { "blocked_ns", 16 }, { "stopped_ns", 15 },
	{ "zombie_ns", 15 }, { "unobserved_ns", 16 }, { "comm", 0 },
};

static void columns_put(struct seq_file *m)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(columns); i++)
		seq_printf(m, "%s%*s", i ? " " : "", columns[i].width, columns[i].name);
}

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
	const struct snapshot *s = at;
	const struct task_line *l = &s->row[i];

	if (i == s->rows) {
		seq_printf(m, "+%-6u %7s %-9s %-12s %15s %10s %15s %15s %18s %16s %15s %15s %16s -",
			   s->more, "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-");
		return;
	}
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
	.columns = columns_put,
	.row = row_put,
};
PROC_TABLE(tasks_table);
