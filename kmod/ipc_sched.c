// SPDX-License-Identifier: GPL-2.0
/*
 * What calls that communicate make of the scheduler: whom they wake, how long they sleep, how often
 * their caller leaves its CPU. From the hooks on wake-ups and switches.
 */
#include "ipc_futex.h"
#include "switch.h"
#include "task.h"

/* The call that a task is in, NULL: in none. */
static struct ipc_call *call_now(struct ipc_tables *t, const struct task_node *node)
{
	struct ipc_call *c = node ? ipc_call_of(t, node) : NULL;

	return c && smp_load_acquire(&c->tid) ? c : NULL;	/* pairs with call_begin() */
}

/*
 * By the current task, unless from a hard interrupt: a softirq runs in whoever has sent something
 * to a socket of this machine. p's pi_lock is held, so that nobody else tells it so.
 */
void ipc_woken(struct task_struct *p, const struct task_node *node, u64 ts)
{
	struct ipc_tables *t = ipc_active();
	u32 context = wake_context();
	struct ipc_call *c = NULL, *woken;
	unsigned int state;
	bool lets_go = false;

	if (likely(!t))
		return;
	state = READ_ONCE(p->__state);	/* who has not left its CPU yet may change it */
	if (!(context & OSCOPE_WAKE_HARDIRQ))
		c = call_now(t, task_find(current));
	if (c)
		WRITE_ONCE(c->wakeups, c->wakeups + 1);
	if (c && c->mechanism == OSCOPE_IPC_FUTEX && !context)
		lets_go = ipc_futex_wakes(c, node ? ipc_call_of(t, node) : NULL, state);
	woken = call_now(t, node);
	if (!woken)
		return;
	WRITE_ONCE(woken->woken_ns, ts);
	if (woken->mechanism == OSCOPE_IPC_FUTEX) {
		ipc_futex_woken(woken, lets_go ? c : NULL, state, ts);
		return;
	}
	if (woken->mechanism == OSCOPE_IPC_FILE_LOCK) {
		ipc_lock_woken(woken, c, state, ts);
		return;
	}
	if (woken->mechanism == OSCOPE_IPC_SYSV_SEM) {
		ipc_sem_woken(woken, context ? NULL : c, state, ts);
		return;
	}
	if (!c || c->op != OSCOPE_IPC_SEND) {
		WRITE_ONCE(woken->waker, 0);
		return;
	}
	WRITE_ONCE(woken->waker, c->tid);
	WRITE_ONCE(woken->waker_place, c - t->call);
	WRITE_ONCE(woken->send_wake_ns, ipc_short_ns(ts, c->entry_ns));
}

/* A task in a call comes back to a CPU. It may have been woken while it was leaving. */
static void call_runs(struct ipc_call *c, u64 ts)
{
	u64 woken = max(READ_ONCE(c->woken_ns), c->asleep_ns);

	if (!c->asleep_ns)
		return;
	c->blocked_ns += woken - c->asleep_ns;
	c->wake_run_ns = ipc_short_ns(ts, woken);
	c->asleep_ns = 0;
}

void ipc_switched(const struct switch_event *e)
{
	struct ipc_tables *t = ipc_active();
	struct ipc_call *c;

	if (likely(!t))
		return;
	c = call_now(t, e->prev_node);
	if (c) {
		c->switches++;
		if (e->state && !(e->sw.flags & OSCOPE_SWITCH_READY))
			c->asleep_ns = e->sw.ts;
	}
	c = call_now(t, e->next_node);
	if (c)
		call_runs(c, e->sw.ts);
}

/* In a call, where it is killed by the kernel's own fault: nobody will see its end. */
void ipc_ends(void)
{
	struct ipc_tables *t = ipc_active();
	struct task_node *node = t ? task_find(current) : NULL;
	struct ipc_call *c;
	u32 was;

	if (likely(!node))
		return;
	c = ipc_call_of(t, node);
	if (c->tid)
		ipc_call_lost(t, c);
	was = xchg(&c->seen, IPC_SEEN);
	if (was > IPC_SEEN)
		ipc_queue_unseen(t, was >> 2, was & 2, false);
}
