// SPDX-License-Identifier: GPL-2.0
/*
 * The direct cost of a switch: the hooks that open and close the bracket around it.
 *
 * Where the kernel has sched_entry_tp and sched_exit_tp the bracket is __schedule() itself. It runs
 * in part with interrupts on: interrupts that arrive inside count. Before 6.15 it goes from the end
 * of our sched_switch probe to finish_task_switch(): another metric, and labelled so.
 */
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include "compat.h"
#include "direct.h"
#include "hooks.h"

static bool direct = true;
module_param(direct, bool, 0444);
MODULE_PARM_DESC(direct, "measure the direct cost of switches (default y)");

enum direct_metric direct_metric;
u32 direct_own_ns;

static struct kprobe finish_probe;
static u64 missed;			/* by earlier registrations */
static DEFINE_MUTEX(missed_lock);	/* so that the sum never goes back */

static void on_sched_entry(void *data, bool preempt)
{
	struct cpu_block *b = this_cpu_ptr(&cpu_blocks);

	b->core.direct_open = 0;
	b->core.entry_ns = clock_ns();
}
HOOK_UNCHECKED(sched_entry_tp, on_sched_entry, .feature = OSCOPE_FEAT_DIRECT_SCHED);

static void on_sched_exit(void *data, bool is_switch)
{
	struct cpu_block *b = this_cpu_ptr(&cpu_blocks);

	if (b->core.direct_open)
		oscope_direct_close(&b->core, clock_ns(), direct_own_ns);
}
HOOK_UNCHECKED(sched_exit_tp, on_sched_exit, .feature = OSCOPE_FEAT_DIRECT_SCHED);

/* Run-queue lock held, interrupts off. */
static int on_finish_task_switch(struct kprobe *probe, struct pt_regs *regs)
{
	struct cpu_block *b = this_cpu_ptr(&cpu_blocks);

	if (b->core.direct_open)
		oscope_direct_close(&b->core, clock_ns(), direct_own_ns);
	return 0;
}

/* Compilers that change the function's arguments change its name, too. */
static const char *const finish_names[] = {
	"finish_task_switch", "finish_task_switch.isra.0", "finish_task_switch.constprop.0",
};

/* A kprobe must be cleared before it can be registered again. */
static int finish_register(const char *name)
{
	mutex_lock(&missed_lock);
	finish_probe = (struct kprobe){
		.symbol_name = name,
		.pre_handler = on_finish_task_switch,
	};
	mutex_unlock(&missed_lock);
	return register_kprobe(&finish_probe);
}

/* While switches are not counted. */
static void finish_refused(int err)
{
	pr_info("finish_task_switch cannot be probed (%d): direct cost not captured\n", err);
	WRITE_ONCE(direct_metric, DIRECT_NONE);
}

void direct_start(void)
{
	int i, err = -ENOENT;

	if (direct_metric != DIRECT_FINISH)
		return;
	for (i = 0; err && i < ARRAY_SIZE(finish_names); i++)
		err = finish_register(finish_names[i]);
	if (err)
		finish_refused(err);
}

void direct_stop(void)
{
	if (direct_metric != DIRECT_FINISH)
		return;
	unregister_kprobe(&finish_probe);
	mutex_lock(&missed_lock);
	missed += finish_probe.nmissed;
	finish_probe.nmissed = 0;
	mutex_unlock(&missed_lock);
}

u64 direct_missed(void)
{
	u64 sum;

	mutex_lock(&missed_lock);
	sum = missed + data_race(finish_probe.nmissed);	/* hits may be counted meanwhile */
	mutex_unlock(&missed_lock);
	return sum;
}

u64 direct_feature(void)
{
	switch (READ_ONCE(direct_metric)) {
	case DIRECT_SCHED:
		return OSCOPE_FEAT_DIRECT_SCHED;
	case DIRECT_FINISH:
		return OSCOPE_FEAT_DIRECT_FINISH;
	default:
		return 0;
	}
}

void direct_init(void)
{
	if (!direct)
		direct_metric = DIRECT_NONE;
	else if (hook_present("sched_entry_tp") && hook_present("sched_exit_tp"))
		direct_metric = DIRECT_SCHED;
	else
		direct_metric = DIRECT_FINISH;
}

/* What stands for finish_task_switch() in a calibration. */
static noinline void calibrate_target(void)
{
	barrier();
}

static u64 calibrate_closed_ns;

static int on_calibrate_target(struct kprobe *probe, struct pt_regs *regs)
{
	calibrate_closed_ns = clock_ns();
	return 0;
}

u32 direct_finish_calibrate(void)
{
	struct kprobe probe = {
		.addr = (kprobe_opcode_t *)calibrate_target,
		.pre_handler = on_calibrate_target,
	};
	u64 opened_ns, best = U64_MAX;
	unsigned long flags;
	int i, err = register_kprobe(&probe);

	if (err) {
		finish_refused(err);
		return 0;
	}
	for (i = 0; i < 1000; i++) {
		local_irq_save(flags);
		calibrate_closed_ns = 0;
		opened_ns = clock_ns();
		calibrate_target();
		if (calibrate_closed_ns >= opened_ns)
			best = min(best, calibrate_closed_ns - opened_ns);
		local_irq_restore(flags);
	}
	unregister_kprobe(&probe);
	return best <= U32_MAX ? best : 0;	/* kprobes may be there and not armed */
}
