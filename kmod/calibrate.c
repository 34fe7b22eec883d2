// SPDX-License-Identifier: GPL-2.0
/*
 * Our own cost, measured at load: the accounting of switches between two made-up tasks, back to
 * back with interrupts off, on made-up counters; and the look at what a task goes to sleep for,
 * which needs a real one: the one that loads the module.
 */
#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include "calibrate.h"
#include "compat.h"
#include "direct.h"
#include "ledger.h"
#include "switch.h"
#include "task.h"

#define ROUNDS		50
#define PER_ROUND	200		/* some 20 us with interrupts off */

u32 calibrated_own_ns;

struct dummy {
	struct cpu_block block;
	struct task_struct *task[2];
	u32 reason;
};

/* What our sched_switch probe does, but for the record. */
static void dummy_switch(struct dummy *d, int i)
{
	struct switch_event e = {
		.prev = d->task[i & 1],
		.next = d->task[~i & 1],
		.sw.ts = clock_ns(),
		.sw.prev = d->task[i & 1]->pid,
		.sw.comes = d->task[~i & 1]->pid,
	};

	e.sw.flags = switch_flags(&d->block, false, e.prev, e.next, TASK_RUNNING);
	switch_account(&d->block, &e);
	direct_open(&d->block);
}

/* Not folded into one: the result is used. */
static void dummy_look(struct dummy *d, int i)
{
	WRITE_ONCE(d->reason, blocked_reason_dear());
}

static u64 round_ns(struct dummy *d, void (*once)(struct dummy *d, int i))
{
	unsigned long flags;
	u64 start;
	int i;

	local_irq_save(flags);
	start = clock_ns();
	for (i = 0; i < PER_ROUND; i++)
		once(d, i);
	start = clock_ns() - start;
	local_irq_restore(flags);
	return start / PER_ROUND;
}

static u32 best_ns(struct dummy *d, void (*once)(struct dummy *d, int i))
{
	u64 best = U32_MAX;
	int i;

	for (i = 0; i < ROUNDS; i++)
		best = min(best, round_ns(d, once));
	return best;
}

static void dummy_free(struct dummy *d)
{
	int i;

	for (i = 0; i < 2; i++) {
		if (d->task[i])
			task_drop(d->task[i]);
		kvfree(d->task[i]);
	}
	vfree(d->block.counters);
	kfree(d);
}

static struct dummy *dummy_alloc(void)
{
	struct dummy *d = kzalloc(sizeof(*d), GFP_KERNEL);
	int i;

	if (!d)
		return NULL;
	d->block.counters = vzalloc(sizeof(*d->block.counters));
	for (i = 0; i < 2; i++) {
		d->task[i] = kvzalloc(sizeof(*d->task[i]), GFP_KERNEL);
		if (d->task[i])
			d->task[i]->pid = i + 1;
	}
	if (d->block.counters && d->task[0] && d->task[1])
		return d;
	dummy_free(d);
	return NULL;
}

int calibrate(void)
{
	struct dummy *d = dummy_alloc();

	if (!d)
		return -ENOMEM;
	calibrated_own_ns = best_ns(d, dummy_switch);
	if (ledgers_kept())
		calibrated_own_ns += best_ns(d, dummy_look);
	dummy_free(d);
	if (direct_metric == DIRECT_SCHED)
		direct_own_ns = calibrated_own_ns;
	else if (direct_metric == DIRECT_FINISH)
		direct_own_ns = direct_finish_calibrate();
	return 0;
}
