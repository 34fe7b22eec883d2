/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tasks whose switches no tracer is shown: the kernel counts them in /proc/PID/task/TID/status, but
 * they fire no event. Some hosts keep their own agents out of sight like this.
 */
#ifndef OSCOPE_UNTRACED_H
#define OSCOPE_UNTRACED_H

#include <stddef.h>
#include <stdint.h>

#include "source.h"

struct task_count {
	uint32_t tid;
	uint64_t switches;		/* nvcsw + nivcsw */
};

struct task_counts {
	struct task_count *task;	/* sorted by tid */
	size_t n;
};

/* The kernel's counts of all tasks that there are. 0 or -errno, a line printed. */
int task_counts_read(struct task_counts *to);
void task_counts_free(struct task_counts *t);

/*
 * Switches that the kernel counted from before to after for tasks of which rows, which cover a
 * longer time, know none.
 */
uint64_t untraced_switches(const struct task_counts *before, const struct task_counts *after,
			   const struct snapshot *rows);

#endif /* OSCOPE_UNTRACED_H */
