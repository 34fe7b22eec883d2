// SPDX-License-Identifier: GPL-2.0
/*
 * Tasks whose switches fire no event, found by the kernel's own counts.
 */
#include <ctype.h>
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "untraced.h"
#include "util.h"

static int count_add(struct task_counts *to, uint32_t tid, uint64_t switches)
{
	struct task_count *grown;

	if ((to->n & (to->n - 1)) == 0) {
		grown = realloc(to->task, (to->n ? 2 * to->n : 1) * sizeof(*grown));
		if (!grown)
			return err_sys(-ENOMEM, "reading the tasks' counters");
		to->task = grown;
	}
	to->task[to->n].tid = tid;
	to->task[to->n++].switches = switches;
	return 0;
}

/* A task that ends meanwhile is left out. */
static int task_read(struct task_counts *to, const char *pid, const char *tid)
{
	char path[64 + 2 * 256], *line = NULL;
	uint64_t sum = 0, n;
	size_t room = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%s/task/%s/status", pid, tid);
	f = fopen(path, "re");
	if (!f)
		return 0;
	while (getline(&line, &room, f) > 0) {
		if (sscanf(line, "voluntary_ctxt_switches: %" SCNu64, &n) == 1 ||
		    sscanf(line, "nonvoluntary_ctxt_switches: %" SCNu64, &n) == 1)
			sum += n;
	}
	free(line);
	fclose(f);
	return count_add(to, strtoul(tid, NULL, 10), sum);
}

static int process_read(struct task_counts *to, const char *pid)
{
	char path[64 + 256];
	struct dirent *e;
	int err = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%s/task", pid);
	dir = opendir(path);
	while (dir && !err && (e = readdir(dir))) {
		if (isdigit((unsigned char)e->d_name[0]))
			err = task_read(to, pid, e->d_name);
	}
	if (dir)
		closedir(dir);
	return err;
}

static int count_compare(const void *a, const void *b)
{
	const struct task_count *x = a, *y = b;

	return x->tid < y->tid ? -1 : x->tid > y->tid;
}

int task_counts_read(struct task_counts *to)
{
	DIR *dir = opendir("/proc");
	struct dirent *e;
	int err = 0;

	memset(to, 0, sizeof(*to));
	if (!dir)
		return err_sys(-errno, "/proc");
	while (!err && (e = readdir(dir))) {
		if (isdigit((unsigned char)e->d_name[0]))
			err = process_read(to, e->d_name);
	}
	closedir(dir);
	qsort(to->task, to->n, sizeof(*to->task), count_compare);
	return err;
}

void task_counts_free(struct task_counts *t)
{
	free(t->task);
	memset(t, 0, sizeof(*t));
}

static bool row_known(const struct snapshot *rows, uint32_t tid)
{
	size_t low = 0, high = rows->n_task;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (rows->task[mid].tid < tid)
			low = mid + 1;
		else
			high = mid;
	}
	for (; low < rows->n_task && rows->task[low].tid == tid; low++) {
		if (rows->task[low].voluntary + rows->task[low].involuntary)
			return true;
	}
	return false;
}

uint64_t untraced_switches(const struct task_counts *before, const struct task_counts *after,
			   const struct snapshot *rows)
{
	const struct task_count *was;
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < after->n; i++) {
		const struct task_count *is = &after->task[i];

		was = bsearch(is, before->task, before->n, sizeof(*was), count_compare);
		if (was && is->switches > was->switches && !row_known(rows, is->tid))
			sum += is->switches - was->switches;
	}
	return sum;
}
