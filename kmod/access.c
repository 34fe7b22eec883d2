// SPDX-License-Identifier: GPL-2.0
/*
 * Who may read what: root with the right to trace; a group, if one is named, sums only.
 */
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/module.h>
#include <linux/pid_namespace.h>
#include <linux/security.h>
#include "access.h"

static int gid = -1;
module_param(gid, int, 0444);
MODULE_PARM_DESC(gid, "number of a group that may read sums: /proc/oscope and the counters of /dev/oscope (default -1: none)");

kgid_t access_gid(void)
{
	return gid >= 0 ? make_kgid(&init_user_ns, gid) : GLOBAL_ROOT_GID;
}

umode_t access_mode(umode_t owner)
{
	return gid >= 0 ? owner | (owner >> 3 & 0040) : owner;
}

umode_t access_device_mode(void)
{
	return gid >= 0 ? 0666 : 0600;
}

int access_level(void)
{
	int err = security_locked_down(LOCKDOWN_TRACEFS);

	if (err)
		return err;
	if (capable(CAP_SYS_PTRACE) || perfmon_capable())
		return task_active_pid_ns(current) == &init_pid_ns ? ACCESS_ALL : ACCESS_TREES;
	return gid >= 0 && in_group_p(access_gid()) ? ACCESS_SUMS : -EACCES;
}
