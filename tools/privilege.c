// SPDX-License-Identifier: GPL-2.0
/*
 * Capabilities: which are missing, lowered for a moment, withheld from a program, given up.
 */
#include <stdio.h>
#include <sys/capability.h>
#include <sys/prctl.h>

#include "privilege.h"
#include "privilege_filter.h"
#include "util.h"

static const struct {
	cap_value_t cap;
	const char *name;
} needed[] = {
	{ CAP_BPF, "CAP_BPF" },
	{ CAP_PERFMON, "CAP_PERFMON" },
};

static bool effective(cap_t caps, cap_value_t cap)
{
	cap_flag_value_t set = CAP_CLEAR;

	return !cap_get_flag(caps, cap, CAP_EFFECTIVE, &set) && set == CAP_SET;
}

/* CAP_SYS_ADMIN stands for both on kernels and in containers that know no other. */
int privilege_missing(char *names, size_t bytes)
{
	cap_t caps = cap_get_proc();
	size_t i, len = 0;

	names[0] = '\0';
	if (!caps)
		return -errno;
	for (i = 0; i < ARRAY_SIZE(needed) && !effective(caps, CAP_SYS_ADMIN); i++) {
		if (!effective(caps, needed[i].cap) && len < bytes)
			len += snprintf(names + len, bytes - len, "%s%s", len ? " and " : "",
					needed[i].name);
	}
	cap_free(caps);
	return len ? -EPERM : 0;
}

void *privilege_pause(void)
{
	cap_t was = cap_get_proc(), low = was ? cap_dup(was) : NULL;

	if (!low || cap_clear_flag(low, CAP_EFFECTIVE) || cap_set_proc(low)) {
		cap_free(was);
		was = NULL;
	}
	cap_free(low);
	return was;
}

void privilege_resume(void *paused)
{
	if (!paused)
		return;
	/* What we are permitted can always be raised; if not, what needs it will say so. */
	if (cap_set_proc(paused))
		verbose_msg("capabilities could not be raised again");
	cap_free(paused);
}

int privilege_withhold(void)
{
	cap_t caps = cap_get_proc();
	int err = 0;
	size_t i;

	if (!caps)
		return -errno;
	for (i = 0; i < ARRAY_SIZE(needed) && !err; i++)
		err = cap_set_flag(caps, CAP_INHERITABLE, 1, &needed[i].cap, CAP_CLEAR);
	/* What is not inheritable is not ambient either: the kernel sees to that. */
	if (!err)
		err = cap_set_proc(caps);
	if (err)
		err = -errno;
	cap_free(caps);
	return err;
}

/* Needs CAP_SETPCAP. Who has not got it can gain nothing by exec all the same: no_new_privs. */
static void bounding_drop(cap_t caps)
{
	cap_value_t cap;

	if (!effective(caps, CAP_SETPCAP))
		return;
	for (cap = 0; cap < cap_max_bits(); cap++)
		prctl(PR_CAPBSET_DROP, cap, 0, 0, 0);
}

static int caps_drop(void)
{
	cap_t caps = cap_get_proc(), none = cap_init();
	int err = 0;

	if (!caps || !none) {
		err = -errno;
		goto free_caps;
	}
	if (cap_compare(caps, none)) {
		bounding_drop(caps);
		/*
		 * What we could not do without capabilities is still open or mapped: others of our
		 * user shall not trace us for it.
		 */
		if (cap_set_proc(none) || prctl(PR_SET_DUMPABLE, 0))
			err = -errno;
	}
free_caps:
	cap_free(caps);
	cap_free(none);
	return err;
}

int privilege_drop(enum privilege_left left)
{
	int err;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return err_sys(-errno, "giving up privilege: no_new_privs");
	err = caps_drop();
	if (err)
		return err_sys(err, "giving up privilege: capabilities");
	if (!privilege_can_filter()) {
		verbose_msg("this kernel cannot filter system calls (CONFIG_SECCOMP_FILTER)");
		return 0;
	}
	err = filter_load(left);
	return err ? err_sys(err, "giving up privilege: the filter of system calls") : 0;
}
