// SPDX-License-Identifier: GPL-2.0
/*
 * /sys/kernel/oscope: one value a file, or names of one kind. Described in Documentation/ABI.
 */
#include <linux/kobject.h>
#include <linux/kstrtox.h>
#include <linux/sysfs.h>
#include "block.h"
#include "calibrate.h"
#include "compat.h"
#include "counters.h"
#include "direct.h"
#include "hooks.h"
#include "ipc.h"
#include "ipc_names.h"
#include "reap.h"
#include "ring.h"
#include "sysfs.h"
#include "task.h"

static struct kobject *dir;
static u64 loaded_ns;

#define SHOW(name) \
	static ssize_t name##_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
#define STORE(name) \
	static ssize_t name##_store(struct kobject *kobj, struct kobj_attribute *attr, \
				    const char *buf, size_t bytes)

SHOW(version)
{
	return sysfs_emit(buf, "%s\n", OSCOPE_VERSION);
}
static struct kobj_attribute version_attr = __ATTR_RO(version);

SHOW(abi)
{
	return sysfs_emit(buf, "%u\n", OSCOPE_ABI);
}
static struct kobj_attribute abi_attr = __ATTR_RO(abi);

SHOW(enabled)
{
	return sysfs_emit(buf, "%d\n", hooks_enabled());
}

STORE(enabled)
{
	bool on;
	int err = kstrtobool(buf, &on);

	/* kstrtobool() looks at one or two characters only. */
	if (err || !(bytes == 1 || (bytes == 2 && buf[1] == '\n')))
		return -EINVAL;
	err = hooks_enable(on);
	return err ?: bytes;
}
static struct kobj_attribute enabled_attr = __ATTR_RW(enabled);

SHOW(ipc)
{
	return ipc_names_print(buf, ipc_followed());
}

STORE(ipc)
{
	u64 mechanisms;
	int err = strlen(buf) == bytes ? ipc_names_parse(buf, &mechanisms) : -EINVAL;

	if (!err)
		err = hooks_ipc(mechanisms);
	return err ?: bytes;
}
static struct kobj_attribute ipc_attr = __ATTR_RW(ipc);

STORE(reset)
{
	u32 value;

	if (kstrtou32(buf, 10, &value) || value != 1)
		return -EINVAL;
	counters_reset();
	return bytes;
}
static struct kobj_attribute reset_attr = __ATTR_WO(reset);

SHOW(uptime_ns)
{
	return sysfs_emit(buf, "%llu\n", clock_ns() - loaded_ns);
}
static struct kobj_attribute uptime_ns_attr = __ATTR_RO(uptime_ns);

/* One word of the counters, all CPUs. */
static u64 word_sum(u32 word)
{
	u64 words[COUNTER_WORDS], sum = 0;
	int cpu;

	for_each_possible_cpu(cpu) {
		counters_read(cpu, words);
		sum += words[word];
	}
	return sum;
}

SHOW(events)
{
	return sysfs_emit(buf, "%llu\n", word_sum(COUNTER_WORD(events)));
}
static struct kobj_attribute events_attr = __ATTR_RO(events);

SHOW(untracked)
{
	return sysfs_emit(buf, "%llu\n", word_sum(COUNTER_WORD(untracked)));
}
static struct kobj_attribute untracked_attr = __ATTR_RO(untracked);

SHOW(lost)
{
	return sysfs_emit(buf, "%llu\n", ring_dropped_total() + direct_missed() + reap_missed() +
			  ipc_lost());
}
static struct kobj_attribute lost_attr = __ATTR_RO(lost);

SHOW(own_cost_ns)
{
	return sysfs_emit(buf, "%u\n", calibrated_own_ns);
}
static struct kobj_attribute own_cost_ns_attr = __ATTR_RO(own_cost_ns);

SHOW(own_direct_ns)
{
	return sysfs_emit(buf, "%u\n", direct_own_ns);
}
static struct kobj_attribute own_direct_ns_attr = __ATTR_RO(own_direct_ns);

SHOW(tasks)
{
	return sysfs_emit(buf, "%u\n", tasks_tracked());
}
static struct kobj_attribute tasks_attr = __ATTR_RO(tasks);

SHOW(direct_metric)
{
	static const char *const names[] = {
		[DIRECT_NONE] = "none",
		[DIRECT_SCHED] = "schedule",
		[DIRECT_FINISH] = "finish_task_switch",
	};

	return sysfs_emit(buf, "%s\n", names[READ_ONCE(direct_metric)]);
}
static struct kobj_attribute direct_metric_attr = __ATTR_RO(direct_metric);

SHOW(features)
{
	static const struct {
		u64 bit;
		const char *name;
	} names[] = {
		{ OSCOPE_FEAT_DIRECT_SCHED, "direct_sched" },
		{ OSCOPE_FEAT_DIRECT_FINISH, "direct_finish" },
		{ OSCOPE_FEAT_WAKING, "waking" },
		{ OSCOPE_FEAT_MIGRATE, "migrate" },
		{ OSCOPE_FEAT_LIFE, "life" },
		{ OSCOPE_FEAT_TASKS, "tasks" },
		{ OSCOPE_FEAT_RENAME, "rename" },
		{ OSCOPE_FEAT_ZOMBIE, "zombie" },
		{ OSCOPE_FEAT_REAP, "reap" },
		{ OSCOPE_FEAT_LEDGER, "ledger" },
		{ OSCOPE_FEAT_REASONS, "reasons" },
		{ OSCOPE_FEAT_KERNEL, "kernel" },
		{ OSCOPE_FEAT_CONTEXT, "context" },
		{ OSCOPE_FEAT_PLACES, "places" },
		{ OSCOPE_FEAT_SPAWN, "spawn" },
		{ OSCOPE_FEAT_MEMORY, "memory" },
		{ OSCOPE_FEAT_ARGS, "args" },
		{ OSCOPE_FEAT_IPC, "ipc" },
	};
	u64 features = hooks_features();
	int i, len = 0;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		if (features & names[i].bit)
			len += sysfs_emit_at(buf, len, "%s%s", len ? " " : "", names[i].name);
	}
	return len + sysfs_emit_at(buf, len, "\n");
}
static struct kobj_attribute features_attr = __ATTR_RO(features);

static struct attribute *attrs[] = {
	&version_attr.attr,
	&abi_attr.attr,
	&enabled_attr.attr,
	&ipc_attr.attr,
	&reset_attr.attr,
	&uptime_ns_attr.attr,
	&events_attr.attr,
	&lost_attr.attr,
	&own_cost_ns_attr.attr,
	&own_direct_ns_attr.attr,
	&features_attr.attr,
	&direct_metric_attr.attr,
	&untracked_attr.attr,
	&tasks_attr.attr,
	NULL,
};

static const struct attribute_group group = { .attrs = attrs };

int sysfs_init(void)
{
	int err;

	loaded_ns = clock_ns();
	dir = kobject_create_and_add("oscope", kernel_kobj);
	if (!dir)
		return -ENOMEM;
	err = sysfs_create_group(dir, &group);
	if (err)
		kobject_put(dir);
	return err;
}

/* Waits for readers that are inside. */
void sysfs_uninit(void)
{
	sysfs_remove_group(dir, &group);
	kobject_put(dir);
}
