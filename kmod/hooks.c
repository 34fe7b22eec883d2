// SPDX-License-Identifier: GPL-2.0
/*
 * Hooks: finding tracepoints by name, registering our probes on them, turning counting on and off.
 */
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/string.h>
#include "block.h"
#include "direct.h"
#include "hooks.h"
#include "ipc.h"
#include "ipc_names.h"
#include "ledger.h"
#include "reap.h"
#include "ring.h"
#include "task.h"

static char *hide;
module_param(hide, charp, 0444);
MODULE_PARM_DESC(hide, "tracepoints, or release_task, separated by commas, to do without as if there were none");

static bool enabled;
static DEFINE_MUTEX(enable_lock);	/* enabled, and which hooks are on */

bool hook_hidden(const char *name)
{
	const char *at = hide;
	size_t len;

	while (at && *at) {
		len = strcspn(at, ",");
		if (len == strlen(name) && !strncmp(at, name, len))
			return true;
		at += len + !!at[len];
	}
	return false;
}

static void hook_match(struct tracepoint *tp, void *unused)
{
	struct hook *const *h;

	set_for_each(h, hooks) {
		if (!strcmp((*h)->name, tp->name) && !hook_hidden(tp->name))
			(*h)->tp = tp;
	}
}

int hooks_find(void)
{
	struct hook *const *h;

	for_each_kernel_tracepoint(hook_match, NULL);
	set_for_each(h, hooks) {
		if ((*h)->tp || !((*h)->flags & HOOK_REQUIRED))
			continue;
		pr_err("this kernel has no tracepoint %s\n", (*h)->name);
		return -ENODEV;
	}
	return 0;
}

bool hook_present(const char *name)
{
	struct hook *const *h;

	set_for_each(h, hooks) {
		if ((*h)->tp && !strcmp((*h)->name, name))
			return true;
	}
	return false;
}

u64 hooks_features(void)
{
	u64 direct = OSCOPE_FEAT_DIRECT_SCHED | OSCOPE_FEAT_DIRECT_FINISH;
	u64 have = 0, lack = 0;
	struct hook *const *h;

	set_for_each(h, hooks) {
		have |= (*h)->feature;
		if (!(*h)->tp)
			lack |= (*h)->feature;
	}
	if (ledgers_kept() && (have & ~lack & OSCOPE_FEAT_TASKS))
		have |= OSCOPE_FEAT_LEDGER | OSCOPE_FEAT_REASONS | OSCOPE_FEAT_KERNEL;
	if (have & ~lack & OSCOPE_FEAT_WAKING)
		have |= OSCOPE_FEAT_CONTEXT;
	if (have & ~lack & OSCOPE_FEAT_WAKING && have & ~lack & OSCOPE_FEAT_TASKS &&
	    have & ~lack & OSCOPE_FEAT_MIGRATE)
		have |= OSCOPE_FEAT_PLACES;
	/* Whose calls, until when, whom they wake, and what moves without a call. */
	if (lack & (OSCOPE_FEAT_TASKS | OSCOPE_FEAT_LIFE | OSCOPE_FEAT_WAKING) || !ipc_sees_rings())
		have &= ~OSCOPE_FEAT_IPC;
	if (have & ~lack & OSCOPE_FEAT_LIFE)
		have |= OSCOPE_FEAT_MEMORY | OSCOPE_FEAT_ARGS;
	return (have & ~lack & ~direct) | direct_feature() | reap_feature();
}

static void hook_off(struct hook *h)
{
	if (h->on)
		tracepoint_probe_unregister(h->tp, h->probe, NULL);
	h->on = false;
}

static int hook_on(struct hook *h)
{
	int err = tracepoint_probe_register(h->tp, h->probe, NULL);

	if (err)
		pr_err("no probe on %s: %d\n", h->name, err);
	else
		h->on = true;
	return err;
}

/* Hooks of the direct cost are left out when another metric, or none, is in use. */
static bool hook_wanted(const struct hook *h, u32 group)
{
	if (!h->tp || (h->flags & HOOK_GROUPS) != group)
		return false;
	if (h->ipc && !ipc_follows(h->ipc))
		return false;
	return h->feature != OSCOPE_FEAT_DIRECT_SCHED || direct_metric == DIRECT_SCHED;
}

/* group: HOOK_LIFE, HOOK_CALLS or HOOK_IPC for these, 0 for the others. */
static void group_off(u32 group)
{
	struct hook *const *h;

	set_for_each_reverse(h, hooks) {
		if (((*h)->flags & HOOK_GROUPS) == group)
			hook_off(*h);
	}
}

static int group_on(u32 group)
{
	struct hook *const *h;
	int err;

	set_for_each(h, hooks) {
		if (!hook_wanted(*h, group) || (*h)->on)
			continue;
		err = hook_on(*h);
		if (err) {
			group_off(group);
			return err;
		}
	}
	return 0;
}

int hooks_calls(bool on)
{
	if (on) {
		tasks_forget_calls();
		return group_on(HOOK_CALLS);
	}
	group_off(HOOK_CALLS);
	tracepoint_synchronize_unregister();
	return 0;
}

/* No task may be known before its end will be, or its node stays for another at its address. */
static int life_on(void)
{
	struct hook *const *h;
	int err;

	set_for_each(h, hooks) {
		if (!((*h)->flags & HOOK_FIRST) || !hook_wanted(*h, HOOK_LIFE))
			continue;
		err = hook_on(*h);
		if (err)
			return err;
	}
	return group_on(HOOK_LIFE);
}

/* Tables are there. Who is in a call is found when its end would be seen. */
static int ipc_on(void)
{
	int err = group_on(HOOK_IPC);

	if (!err)
		ipc_seed();
	return err;
}

static void ipc_off(void)
{
	group_off(HOOK_IPC);
	tracepoint_synchronize_unregister();
	ipc_pause();
}

static void counting_off(void)
{
	ipc_off();
	group_off(0);
	direct_stop();
	tracepoint_synchronize_unregister();
	tasks_pause();
	WRITE_ONCE(enabled, false);
}

static int counting_on(void)
{
	int err;

	blocks_clear();
	tasks_resume();
	ring_gap();
	direct_start();
	err = group_on(0);
	if (err) {
		counting_off();
		return err;
	}
	ledgers_seed();
	err = ipc_active() ? ipc_on() : 0;
	if (err) {
		counting_off();
		return err;
	}
	WRITE_ONCE(enabled, true);
	return 0;
}

bool hooks_enabled(void)
{
	return READ_ONCE(enabled);
}

int hooks_enable(bool on)
{
	int err = 0;

	mutex_lock(&enable_lock);
	if (on && !enabled)
		err = counting_on();
	else if (!on && enabled)
		counting_off();
	mutex_unlock(&enable_lock);
	return err;
}

/* enable_lock held. */
static int ipc_start(u64 mechanisms)
{
	int err;

	if (!(hooks_features() & OSCOPE_FEAT_IPC))
		return -EOPNOTSUPP;
	err = ipc_make(mechanisms);
	if (err || !enabled)
		return err;
	err = ipc_on();
	if (err) {
		ipc_off();
		ipc_unmake();
	}
	return err;
}

static void ipc_stop(void)
{
	ipc_off();
	ipc_unmake();
}

int hooks_ipc(u64 mechanisms)
{
	int err = 0;

	mutex_lock(&enable_lock);
	if (ipc_followed() != mechanisms) {
		if (ipc_active())
			ipc_stop();
		if (mechanisms)
			err = ipc_start(mechanisms);
	}
	mutex_unlock(&enable_lock);
	return err;
}

void hooks_stop(void)
{
	hooks_ipc(0);
	hooks_enable(false);
	reap_stop();
	group_off(HOOK_LIFE);
	tracepoint_synchronize_unregister();
}

int hooks_start(void)
{
	int err;

	if (!hook_present("sched_process_free"))
		tasks_track_none();
	err = life_on();
	if (err) {
		tracepoint_synchronize_unregister();
		return err;
	}
	tasks_seed();
	reap_start();
	err = hooks_enable(true);
	if (!err && ipc_wanted())
		err = hooks_ipc(ipc_wanted());
	if (err == -EOPNOTSUPP)
		pr_err("ipc=: this kernel lacks a tracepoint that it needs\n");
	if (err)
		hooks_stop();
	return err;
}
