/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a task executes, with which arguments: read at its exec, since many are gone before anybody
 * could look them up.
 */
#ifndef OSCOPE_ARGS_H
#define OSCOPE_ARGS_H

#include <linux/types.h>

struct event_ring;
struct linux_binprm;
struct task_struct;

/*
 * The records that go before an EXEC of p, which is current: w2 of that, and its flags. Preemption
 * off, interrupts on.
 */
u32 args_emit(struct event_ring *r, struct task_struct *p, const struct linux_binprm *bprm,
	      u32 *exec_flags);

#endif /* OSCOPE_ARGS_H */
