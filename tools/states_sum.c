// SPDX-License-Identifier: GPL-2.0
/*
 * Ledgers added up, and what the kernel counts of tasks that live: its own files tell.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../kmod/core/ended.h"
#include "report.h"
#include "states_sum.h"
#include "util.h"

const struct states_move states_moves[OSCOPE_MOVES] = {
	[OSCOPE_MOVE_NEW_WOKEN] = { "new", "ready_woken" },
	[OSCOPE_MOVE_WOKEN_RUNNING] = { "ready_woken", "running" },
	[OSCOPE_MOVE_RUNNING_PREEMPTED] = { "running", "ready_preempted" },
	[OSCOPE_MOVE_PREEMPTED_RUNNING] = { "ready_preempted", "running" },
	[OSCOPE_MOVE_RUNNING_BLOCKED] = { "running", "blocked" },
	[OSCOPE_MOVE_BLOCKED_WOKEN] = { "blocked", "ready_woken" },
	[OSCOPE_MOVE_RUNNING_STOPPED] = { "running", "stopped" },
	[OSCOPE_MOVE_STOPPED_WOKEN] = { "stopped", "ready_woken" },
	[OSCOPE_MOVE_RUNNING_ZOMBIE] = { "running", "zombie" },
	[OSCOPE_MOVE_RUNNING_DEAD] = { "running", "gone" },
	[OSCOPE_MOVE_ZOMBIE_DEAD] = { "zombie", "gone" },
	[OSCOPE_MOVE_UNSEEN_RUNNING] = { "unobserved", "running" },
};

/* Of a task that has not ended: what it counts now, without what it had before. */
static bool kernel_now(struct states_sum *s)
{
	struct oscope_kernel_counts *k = &s->ledger.kernel, *before = &s->ledger.before;
	unsigned long long run, delay, voluntary, involuntary;
	char path[64], line[128];
	int got = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%u/task/%u/schedstat", s->task.pid, s->task.tid);
	if (file_line(path, line, sizeof(line)) < 0 || sscanf(line, "%llu %llu", &run, &delay) != 2)
		return false;
	snprintf(path, sizeof(path), "/proc/%u/task/%u/status", s->task.pid, s->task.tid);
	f = fopen(path, "re");
	while (f && got < 2 && fgets(line, sizeof(line), f)) {
		got += sscanf(line, "voluntary_ctxt_switches: %llu", &voluntary) == 1;
		got += sscanf(line, "nonvoluntary_ctxt_switches: %llu", &involuntary) == 1;
	}
	if (f)
		fclose(f);
	if (got < 2)
		return false;
	k->runtime_ns += run - before->runtime_ns;
	k->run_delay_ns += delay - before->run_delay_ns;
	k->nvcsw += voluntary - before->nvcsw;
	k->nivcsw += involuntary - before->nivcsw;
	return true;
}

/* Of a leader that counts beside it; of one that was there before the interval, it ended then. */
static bool heir_of_another(const struct oscope_task *t, const struct oscope_ledger *l)
{
	return (t->flags & OSCOPE_TASK_HEIR) && !(l->flags & OSCOPE_LEDGER_CUT);
}

static void task_sum(struct states_sum *s, const struct snapshot *snap, size_t i, bool live)
{
	const struct oscope_task *t = &snap->task[i];
	const struct oscope_ledger *l = &snap->ledger[i];
	uint64_t begin = oscope_ledger_start(l, t);

	*s = (struct states_sum){
		.task = task_of_row(t),
		.tasks = !heir_of_another(t, l),
		.ledger = *l,
	};
	s->lifetime_ns = oscope_ledger_span(begin, l->since);
	s->unobserved_ns = l->unobserved + oscope_ledger_span(begin, l->first);
	if (!(snap->features & OSCOPE_FEAT_KERNEL))
		return;
	/* Of an interval they are not known: they are told at the end, for all of the time. */
	s->times = (l->flags & (OSCOPE_LEDGER_FINAL | OSCOPE_LEDGER_CUT)) == OSCOPE_LEDGER_FINAL;
	s->kernel = s->times ||
		    (live && !(l->flags & OSCOPE_LEDGER_CUT) && kernel_now(s));
}

/* Of all those that have ended and are in no row any more. */
static void rest_sum(struct states_sum *s, const struct snapshot *snap)
{
	*s = (struct states_sum){
		.task = { .tid = UINT32_MAX, .pid = UINT32_MAX },
		.tasks = snap->rest.tasks,
		.ledger = snap->rest.ledger,
		.lifetime_ns = snap->rest.lifetime_ns,
		.unobserved_ns = snap->rest.ledger.unobserved,
		.times = (snap->features & OSCOPE_FEAT_KERNEL) &&
			 snap->rest.final == snap->rest.rows,
	};
	s->kernel = s->times;
}

static void sum_add(struct states_sum *to, const struct states_sum *from)
{
	__u64 *a = (__u64 *)((char *)&to->ledger + OSCOPE_LEDGER_SUMS_AT);
	const __u64 *b = (const __u64 *)((const char *)&from->ledger + OSCOPE_LEDGER_SUMS_AT);
	size_t i;

	to->tasks += from->tasks;
	to->lifetime_ns += from->lifetime_ns;
	to->unobserved_ns += from->unobserved_ns;
	to->kernel &= from->kernel;
	to->times &= from->times;
	for (i = 0; i < OSCOPE_LEDGER_SUMS; i++)
		a[i] += b[i];
}

/*
 * A leader, and who took its place: nobody had the number between, and if the dead leader's last
 * trace went after that, it is no zombie then.
 */
static void heir_add(struct states_sum *to, const struct states_sum *heir)
{
	uint64_t gap = oscope_ledger_span(to->ledger.since, heir->ledger.first);
	uint64_t overlap = oscope_ledger_span(heir->ledger.first, to->ledger.since);

	if (overlap > to->ledger.zombie)
		overlap = to->ledger.zombie;
	to->ledger.zombie -= overlap;
	to->lifetime_ns += gap - overlap;
	to->unobserved_ns += gap;
	sum_add(to, heir);
	to->tasks = 1;
	memcpy(to->task.comm, heir->task.comm, sizeof(to->task.comm));
}

static int by_process(const void *a, const void *b)
{
	const struct states_sum *x = a, *y = b;
	bool x_first = x->task.tid == x->task.pid, y_first = y->task.tid == y->task.pid;

	if (x->task.pid != y->task.pid)
		return x->task.pid < y->task.pid ? -1 : 1;
	/* Its first thread first: that one names it. */
	if (x_first != y_first)
		return x_first ? -1 : 1;
	return x->task.start_ns < y->task.start_ns ? -1 : x->task.start_ns > y->task.start_ns;
}

/*
 * Sorted: a number that was a process's twice has two first threads, one after the other, and
 * whose the others are is not known better than by their number; they go to the first.
 */
static size_t processes_join(struct states_sum *sum, size_t n)
{
	size_t used = 0, i;

	for (i = 0; i < n; i++) {
		bool first = sum[i].task.tid == sum[i].task.pid;

		if (used && !first && sum[used - 1].task.pid == sum[i].task.pid)
			sum_add(&sum[used - 1], &sum[i]);
		else
			sum[used++] = sum[i];
	}
	return used;
}

static size_t all_join(struct states_sum *sum, size_t n)
{
	size_t i;

	for (i = 1; i < n; i++)
		sum_add(&sum[0], &sum[i]);
	return n ? 1 : 0;
}

static int by_running(const void *a, const void *b)
{
	const struct states_sum *x = a, *y = b;

	if (x->ledger.running != y->ledger.running)
		return x->ledger.running > y->ledger.running ? -1 : 1;
	return x->task.tid < y->task.tid ? -1 : x->task.tid > y->task.tid;
}

static size_t tasks_sum(struct states_sum *sum, const struct snapshot *snap, bool live)
{
	size_t i, n = 0, last = 0;

	for (i = 0; i < snap->n_task && snap->ledger; i++) {
		if (!snap->ledger[i].first)
			continue;
		task_sum(&sum[n], snap, i, live);
		if (n && same_task(&snap->task[last], &snap->task[i]))
			heir_add(&sum[n - 1], &sum[n]);
		else
			n++;
		last = i;
	}
	return n;
}

int states_sum(const struct snapshot *snap, enum states_by by, bool live,
	       struct states_sum **sums, size_t *n)
{
	struct states_sum *sum = calloc(snap->n_task + 2, sizeof(*sum));

	if (!sum)
		return err_sys(-ENOMEM, "report");
	*n = tasks_sum(sum, snap, live);
	if (snap->rest.rows)
		rest_sum(&sum[(*n)++], snap);
	if (by != STATES_BY_TASK)
		qsort(sum, *n, sizeof(*sum), by_process);
	if (by == STATES_BY_PROCESS)
		*n = processes_join(sum, *n);
	else if (by == STATES_BY_TOTAL)
		*n = all_join(sum, *n);
	qsort(sum, *n, sizeof(*sum), by_running);
	*sums = sum;
	return 0;
}

uint64_t states_residual(const struct states_sum *s)
{
	const struct oscope_ledger *l = &s->ledger;
	uint64_t sum = l->new + l->running + l->ready[OSCOPE_WAIT_WOKEN] +
		       l->ready[OSCOPE_WAIT_PREEMPTED] + oscope_ledger_blocked_sum(l) + l->stopped +
		       l->zombie + s->unobserved_ns;

	return sum > s->lifetime_ns ? sum - s->lifetime_ns : s->lifetime_ns - sum;
}
