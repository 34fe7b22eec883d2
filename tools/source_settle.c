// SPDX-License-Identifier: GPL-2.0
/*
 * The end of a run with ledgers: whoever has been waited for may still be on its way off its CPU.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../kmod/core/ledger.h"
#include "proc.h"
#include "report.h"
#include "source.h"
#include "util.h"

#define SETTLE_NS	100000000ULL	/* for a CPU that is away */

static const struct timespec moment = { .tv_nsec = 200000 };

/* It was let go, and its last switch has not come: until then the kernel's counts are not known. */
static bool is_leaving(const struct oscope_task *t, const struct oscope_ledger *l)
{
	__u32 state = OSCOPE_LEDGER_STATE(l->state);
	struct out_task task;
	char path[PROC_PATH];

	if (!l->first || (l->flags & OSCOPE_LEDGER_FINAL) ||
	    (state != OSCOPE_STATE_RUNNING && state != OSCOPE_STATE_READY))
		return false;
	task = task_of_row(t);
	proc_path(path, task.pid, task.tid, "stat");
	return faccessat(AT_FDCWD, path, F_OK, 0) && errno == ENOENT;
}

static bool any_leaves(const struct snapshot *snap)
{
	size_t i;

	for (i = 0; snap->ledger && i < snap->n_task; i++) {
		if (is_leaving(&snap->task[i], &snap->ledger[i]))
			return true;
	}
	return false;
}

int source_settle(struct source *src)
{
	uint64_t until = now_ns() + SETTLE_NS;
	struct snapshot snap = { 0 };
	int err;

	do {
		err = source_read(src, &snap);
		if (err || !any_leaves(&snap))
			break;
		nanosleep(&moment, NULL);
	} while (now_ns() < until);
	snapshot_free(&snap);
	return err;
}
