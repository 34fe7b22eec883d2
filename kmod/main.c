// SPDX-License-Identifier: GPL-2.0
/*
 * oscope.ko: counts context switches from its load on. Only the order of starting and stopping.
 */
#include <linux/module.h>
#include "block.h"
#include "calibrate.h"
#include "counters.h"
#include "device.h"
#include "direct.h"
#include "hooks.h"
#include "proc.h"
#include "selftest.h"
#include "sysfs.h"
#include "task.h"

static int __init oscope_init(void)
{
	int err;

	err = selftests_run();
	if (err)
		return err;
	err = hooks_find();
	if (err)
		return err;
	err = counters_init();
	if (err)
		return err;
	err = tasks_init();
	if (err)
		goto uninit_counters;
	blocks_init();
	direct_init();
	err = calibrate();
	if (err)
		goto uninit_tasks;
	err = hooks_start();
	if (err)
		goto uninit_tasks;
	err = sysfs_init();
	if (err)
		goto stop_hooks;
	err = proc_init();
	if (err)
		goto uninit_sysfs;
	err = device_init();
	if (err)
		goto uninit_proc;
	pr_info("loaded, " OSCOPE_VERSION "\n");
	return 0;

uninit_proc:
	proc_uninit();
uninit_sysfs:
	sysfs_uninit();
stop_hooks:
	hooks_stop();
uninit_tasks:
	tasks_uninit();
uninit_counters:
	counters_uninit();
	return err;
}

/* What can be opened goes first: after it nothing calls us but the probes. */
static void __exit oscope_exit(void)
{
	device_uninit();
	proc_uninit();
	sysfs_uninit();
	hooks_stop();
	tasks_uninit();
	counters_uninit();
	pr_info("unloaded\n");
}

module_init(oscope_init);
module_exit(oscope_exit);

MODULE_LICENSE("GPL");
MODULE_VERSION(OSCOPE_VERSION);
MODULE_AUTHOR("The oscope project");
MODULE_DESCRIPTION("What scheduling really costs on this system");
