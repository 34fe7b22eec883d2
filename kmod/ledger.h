/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where the time of tasks goes: a ledger beside each row, see core/ledger.h.
 */
#ifndef OSCOPE_LEDGER_H
#define OSCOPE_LEDGER_H

#include "compat.h"
#include "core/ledger.h"

struct task_node;

/* Reasons as reports spell them. */
extern const char *const ledger_reason_names[OSCOPE_REASONS];

/* Whether ledgers are kept: ledger=0 saves their memory. */
bool ledgers_kept(void);

/*
 * What a task goes to sleep for, enum oscope_reason; state: the kernel's. It is current on its way
 * off the CPU: run-queue lock held, interrupts off.
 */
u32 blocked_reason(struct task_struct *p, unsigned int state);

/*
 * All that blocked_reason() may have to look at, of current, for measuring how long that takes.
 * In a system call, interrupts off.
 */
u32 blocked_reason_dear(void);

/* The same of any task that sleeps. Task context, under RCU. */
u32 blocked_reason_of(struct task_struct *p, unsigned int state);

/* Sleeps by reason: those begun, and the time of those that have ended. */
struct sleeps {
	u64 n, ns;
};

/* All of them since the load, OSCOPE_REASONS. */
void sleeps_read(struct sleeps *sum);

/* A task leaves a CPU; flags: OSCOPE_SWITCH_*, state: the kernel's. From sched_switch. */
void ledger_leaves(struct task_node *node, struct task_struct *p, u32 flags, unsigned int state,
		   u64 ts);

/* A task comes to a CPU; its wait has not been settled yet. From sched_switch. */
void ledger_comes(struct task_node *node, u64 ts);

/* It is woken. */
static inline void ledger_woken(struct oscope_ledger *l, u64 ts)
{
	if (l)
		WRITE_ONCE(l->woken, ts);
}

/* A new task, before its maker wakes it. */
void ledger_born(struct task_node *node, const struct task_struct *p);

/* current begins to wait for children. */
void ledger_waits(u64 ts);

/* A dead task is let go; its last trace goes, a while after that. */
void ledger_reaped(struct task_struct *p, u64 ts);
void ledger_gone(struct task_node *node, const struct task_struct *p, u64 ts);

/* A thread has taken its leader's number over: one ledger ends, another begins. tasks_lock held. */
void ledger_changed(struct oscope_ledger *old, struct oscope_ledger *new,
		    const struct task_struct *p, u64 ts);

/*
 * Nothing is counted from now on; and nothing has been until now. Only while the hooks on switches
 * are off.
 */
void ledger_pause(struct oscope_ledger *l, u64 now);
void ledger_resume(struct oscope_ledger *l, u64 now);

/* What all tasks that there are do now. After the hooks on switches are on. Task context. */
void ledgers_seed(void);

#endif /* OSCOPE_LEDGER_H */
