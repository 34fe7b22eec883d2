// SPDX-License-Identifier: GPL-2.0
/*
 * What making a task costs its maker: the time of its system call, from entry to end, as the probes
 * take it.
 *
 * The hooks are on only while somebody wants the records: then each system call of the machine
 * comes here, and most leave at the first comparison. Since 6.13 they can be preempted. All that is
 * remembered belongs to current.
 */
#include <asm/syscall.h>
#include <asm/unistd.h>
#include <trace/events/syscalls.h>
#include "block.h"
#include "compat.h"
#include "hooks.h"
#include "ring.h"
#include "task.h"

static bool makes_task(long nr)
{
	switch (nr) {
	case __NR_clone:
	case __NR_clone3:
#ifdef __NR_fork
	case __NR_fork:
	case __NR_vfork:
#endif
		return !compat_foreign_call(current);
	default:
		return false;
	}
}

static void on_sys_enter(void *data, struct pt_regs *regs, long nr)
{
	struct task_node *node;

	if (likely(!makes_task(nr)))
		return;
	node = task_get(current);
	if (!node)		/* the call's cost will be missing */
		return;
	node->child = 0;
	node->call_ns = clock_ns();
}
HOOK(sys_enter, on_sys_enter, .feature = OSCOPE_FEAT_SPAWN, .flags = HOOK_CALLS);

/* The new task comes back from the same call, as another, which has never entered one. */
static void on_sys_exit(void *data, struct pt_regs *regs, long ret)
{
	struct event_ring *r;
	struct task_node *node;
	unsigned long flags;
	u64 now, ns;

	if (likely(!makes_task(syscall_get_nr(current, regs))))
		return;
	node = task_find(current);
	if (!node || !node->call_ns)
		return;
	local_irq_save(flags);
	r = ring_wants(OSCOPE_REC_SPAWNED);
	now = clock_ns();
	ns = now > node->call_ns ? now - node->call_ns : 0;
	if (r && ret > 0 && node->child)
		ring_emit(r, OSCOPE_REC_SPAWNED, 0, now, node->child, current->pid,
			  min_t(u64, ns, OSCOPE_NS_NONE - 1));
	local_irq_restore(flags);
	node->call_ns = 0;
}
HOOK(sys_exit, on_sys_exit, .feature = OSCOPE_FEAT_SPAWN, .flags = HOOK_CALLS);
