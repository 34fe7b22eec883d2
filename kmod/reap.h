/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From the end of a task to its last trace: what is said of it and of its parent, and the moment
 * that the kernel lets go of it.
 */
#ifndef OSCOPE_REAP_H
#define OSCOPE_REAP_H

#include <linux/sched.h>

/* OSCOPE_END_* of a task that ends, or of the process that it leads. Under RCU. */
u32 end_flags(const struct task_struct *p);

/* What wait4() gives of a process that has ended: of its first thread. */
u32 process_status(const struct task_struct *leader);

/*
 * Probe the function that lets go of tasks, and stop that. Where it cannot be probed, only the
 * moment that a task's memory is freed is known. Task context.
 */
void reap_start(void);
void reap_stop(void);

/* OSCOPE_FEAT_REAP if it is probed. */
u64 reap_feature(void);

/* Its hits that the kernel dropped. */
u64 reap_missed(void);

#endif /* OSCOPE_REAP_H */
