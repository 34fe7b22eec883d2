// SPDX-License-Identifier: GPL-2.0
/*
 * What reports share.
 */
#include <string.h>

#include "report.h"
#include "util.h"

struct out_head report_head(const char *source, const struct snapshot *snap)
{
	return (struct out_head){
		.source = source,
		.kernel = snap->kernel,
		.virt = snap->virt,
		.cpus = snap->cpus,
		.start_ns = snap->start_ns,
		.duration_ns = snap->ts_ns - snap->start_ns,
		.lost = snap->lost,
		.writer = snap->writer,
		.own_cost_ns = snap->own_ns ? snap->own_ns * snap->sum->events : NOT_CAPTURED,
	};
}

struct out_task task_of_row(const struct oscope_task *row)
{
	struct out_task task = { .tid = row->tid, .pid = row->tgid, .start_ns = row->start_ns };

	memcpy(task.comm, row->comm, sizeof(task.comm));
	return task;
}

/* The latest life of a tid: rows are sorted. */
struct out_task task_of_tid(const struct snapshot *snap, uint32_t tid)
{
	struct out_task task = { .tid = tid, .pid = tid };
	size_t low = 0, high = snap->n_task;

	if (!tid)
		memcpy(task.comm, "idle", sizeof("idle"));
	while (low < high) {
		size_t mid = (low + high) / 2;

		if (snap->task[mid].tid <= tid)
			low = mid + 1;
		else
			high = mid;
	}
	if (low && snap->task[low - 1].tid == tid)
		task = task_of_row(&snap->task[low - 1]);
	return task;
}

struct out_task task_of_life(const struct life *life)
{
	struct out_task task = { .tid = life->tid, .pid = life->tgid ? life->tgid : life->tid,
				 .start_ns = life->start_ns };

	memcpy(task.comm, life->comm, sizeof(task.comm));
	return task;
}

struct out_task task_at(const struct lives *lives, uint32_t tid, uint64_t ns)
{
	const struct life *life = lives_find_at(lives, tid, ns);

	return life ? task_of_life(life) : (struct out_task){ .tid = tid, .pid = tid };
}
