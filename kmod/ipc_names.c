// SPDX-License-Identifier: GPL-2.0
/*
 * Which mechanisms are followed, as it is set: by /sys/kernel/oscope/ipc, and by the parameter ipc=
 * from the load on.
 */
#include <linux/kstrtox.h>
#include <linux/module.h>
#include <linux/string.h>
#include <linux/sysfs.h>
#include "ipc_names.h"
#include "proc_ipc.h"

#define NAME_SHOWN	24		/* of what is no name, in the log */

static u64 wanted;

static u64 name_find(const char *text, size_t len)
{
	u32 m;

	for (m = 0; m < OSCOPE_IPCS; m++) {
		if (strlen(ipc_words[m].name) == len && !strncmp(ipc_words[m].name, text, len))
			return 1ULL << m;
	}
	pr_err("ipc: no mechanism '%*pE': 0, 1 for all, or names as of 'oscope ipc -m', separated by commas\n",
	       (int)min_t(size_t, len, NAME_SHOWN), text);
	return 0;
}

/* Words that other settings of the kind take, in whatever case. */
static const struct {
	const char *text;
	bool on;
} switches[] = {
	{ "on", true }, { "yes", true }, { "true", true },
	{ "off", false }, { "no", false }, { "false", false },
};

static bool switch_find(const char *text, size_t bytes, bool *on)
{
	char one[2] = { text[0] };
	u32 i;

	if (bytes <= 1)
		return !kstrtobool(one, on);
	for (i = 0; i < ARRAY_SIZE(switches); i++) {
		if (strlen(switches[i].text) == bytes &&
		    !strncasecmp(switches[i].text, text, bytes)) {
			*on = switches[i].on;
			return true;
		}
	}
	return false;
}

/* A list is no longer than all names, so that a line in the log is all that a wrong one costs. */
int ipc_names_parse(const char *text, u64 *mechanisms)
{
	size_t bytes = strlen(text), len;
	u64 all = 0, one;
	bool on;

	if (bytes && text[bytes - 1] == '\n')
		bytes--;
	if (switch_find(text, bytes, &on)) {
		*mechanisms = on ? OSCOPE_IPC_ALL : 0;
		return 0;
	}
	if (bytes <= 1)
		return -EINVAL;
	for (;; text += len + 1, bytes -= len + 1) {
		const char *comma = memchr(text, ',', bytes);

		len = comma ? comma - text : bytes;
		one = name_find(text, len);
		if (!one)
			return -EINVAL;
		all |= one;
		if (!comma)
			break;
	}
	*mechanisms = all;
	return 0;
}

int ipc_names_print(char *page, u64 mechanisms)
{
	int len = 0;
	u32 m;

	if (!mechanisms || mechanisms == OSCOPE_IPC_ALL)
		return sysfs_emit(page, "%d\n", !!mechanisms);
	for (m = 0; m < OSCOPE_IPCS; m++) {
		if (mechanisms >> m & 1)
			len += sysfs_emit_at(page, len, "%s%s", len ? "," : "", ipc_words[m].name);
	}
	return len + sysfs_emit_at(page, len, "\n");
}

u64 ipc_wanted(void)
{
	return wanted;
}

/* Without a value, as a flag, it is 1. */
static int wanted_set(const char *text, const struct kernel_param *param)
{
	return ipc_names_parse(text ?: "1", &wanted);
}

static int wanted_get(char *page, const struct kernel_param *param)
{
	return ipc_names_print(page, wanted);
}

static const struct kernel_param_ops wanted_ops = {
	.flags = KERNEL_PARAM_OPS_FL_NOARG,
	.set = wanted_set,
	.get = wanted_get,
};

module_param_cb(ipc, &wanted_ops, NULL, 0444);
MODULE_PARM_DESC(ipc, "follow inter-process communication from the load on: 1, or names of mechanisms separated by commas (default 0: when that is written to /sys/kernel/oscope/ipc)");
