// SPDX-License-Identifier: GPL-2.0
/*
 * BPF side: numbers of tasks in a PID namespace.
 */
#include "pidns.bpf.h"

/* MAX_PID_NS_LEVEL of include/linux/pid_namespace.h, and the first. */
#define PID_NS_LEVELS	33

/*
 * A function of its own, which the verifier looks through once and not at each call. Such a
 * function takes numbers only; what it reads by them, it reads by a helper.
 */
__noinline __u32 pid_number_there(__u64 address)
{
	struct pid *pid = (void *)address;
	struct pid_namespace *ns;
	__u32 i, level, nr;

	if (!config.pid_ns || bpf_core_read(&level, sizeof(level), &pid->level))
		return 0;
	for (i = 0; i < PID_NS_LEVELS && i <= level; i++) {
		if (bpf_core_read(&ns, sizeof(ns), &pid->numbers[i].ns) ||
		    BPF_CORE_READ(ns, ns.inum) != config.pid_ns)
			continue;
		return bpf_core_read(&nr, sizeof(nr), &pid->numbers[i].nr) ? 0 : nr;
	}
	return 0;
}
