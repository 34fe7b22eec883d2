// SPDX-License-Identifier: GPL-2.0
/*
 * System calls an operation where the tracepoint may not be used: ptrace, over two runs of
 * different length, so that what a process does before and after its operations falls out. For
 * arms of a single task only: a task that is stopped at each system call leaves the others time
 * to get ahead, so that they need not wait (and call the kernel) where they otherwise would.
 */
#include <errno.h>

#include "notes/process.h"
#include "notes/syscalls.h"

#define OPS_SHORT	500
#define OPS_LONG	1500

static int go(void *child)
{
	return child_start(child);
}

static int count_exactly(struct note *n, size_t arm, uint64_t ops, uint64_t *count)
{
	struct sample_set set;
	struct child child;
	int err;

	err = samples_alloc(&set, n->claim, arm, 1, n->machine);
	if (err)
		return err;
	set.sample->exact_ops = ops;
	set.sample->counted = true;
	err = child_prepare_fn(&child, samples_run_one, &set);
	if (err)
		goto free_samples;
	err = syscalls_ptrace(child.pid, go, &child, sample_limit_ns(n->claim), count);
	if (!err)
		err = samples_error(&set);
	child.ended = true;	/* collected with its tracees */
	child_close(&child, true);
free_samples:
	samples_free(&set);
	return err;
}

int note_count_ptrace(struct note *n, size_t arm)
{
	struct arm_counted *c = &n->counted[arm];
	uint64_t few, many;
	int err;

	if (!n->claim->arm[arm].single)
		return 0;
	err = count_exactly(n, arm, OPS_SHORT, &few);
	if (!err)
		err = count_exactly(n, arm, OPS_LONG, &many);
	if (err == -EPERM || err == -ESRCH)
		return 0;	/* stays unknown */
	if (err)
		return err;
	c->syscalls = (double)((int64_t)many - (int64_t)few) / (OPS_LONG - OPS_SHORT);
	c->syscalls_by = "ptrace";
	return 0;
}
