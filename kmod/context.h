/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The context that something happens in: what current does, or an interrupt in it.
 */
#ifndef OSCOPE_CONTEXT_H
#define OSCOPE_CONTEXT_H

#include <linux/preempt.h>
#include "core/contract.h"

/*
 * OSCOPE_WAKE_*, 0: what current does. On PREEMPT_RT softirqs run in tasks that may be preempted,
 * and are not in preempt_count(): the task knows, and the kernel's softirq_count() asks who does.
 * There, threads of the kernel's handle most interrupts: those are tasks that do it, as they are
 * anywhere with threadirqs.
 */
static inline u32 wake_context(void)
{
	return oscope_wake_context(preempt_count() | softirq_count());
}

#endif /* OSCOPE_CONTEXT_H */
