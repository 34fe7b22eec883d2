// SPDX-License-Identifier: GPL-2.0
/*
 * SysV semaphores: whom a call has let go, and by whom one that waits was, as the scheduler's hooks
 * tell. There is no queue: see core/ipc_sem.h.
 */
#include <linux/uaccess.h>
#include "core/ipc_sem.h"
#include "ipc.h"
#include "task.h"

/*
 * What a call is that wants these operations: of a long list the first are looked at. Whether they
 * could be read: if nobody has touched their memory yet, the kernel has when the call ends.
 */
static bool operations_read(u32 *op, const unsigned long *args)
{
	struct oscope_sembuf list[OSCOPE_SEM_LOOK] = {
		[0 ... OSCOPE_SEM_LOOK - 1] = OSCOPE_SEM_RAISES
	};
	size_t n = min_t(unsigned long, args[2], OSCOPE_SEM_LOOK);

	if (copy_from_user_nofault(list, (const void __user *)args[1], n * sizeof(list[0])))
		return false;
	*op = oscope_sem_waits(list) ? OSCOPE_IPC_RECEIVE : OSCOPE_IPC_SEND;
	return true;
}

bool ipc_sem_concerns(u32 rule, const unsigned long *args)
{
	return !(rule & OSCOPE_IPC_CALL_SEM_CONTROL) || oscope_sem_control(args[2]);
}

void ipc_sem_begin(struct ipc_call *c, u32 rule, const unsigned long *args)
{
	u32 op = c->op;

	c->unread = !(rule & OSCOPE_IPC_CALL_SEM_CONTROL) && !operations_read(&op, args);
	c->op = op;
	c->number = 0;
	c->slept = false;
	c->told = 0;
}

/*
 * Who waits for a semaphore is woken: by c, in its own context, if that is about the same set; or
 * by who ends, whose undoing is before it tells its parent. Only a sleep that a signal ends, too,
 * is one for semaphores.
 */
void ipc_sem_woken(struct ipc_call *woken, struct ipc_call *c, unsigned int state, u64 ts)
{
	u32 waker = 0, number = 0;

	if (!(state & TASK_INTERRUPTIBLE))
		return;
	if (c && c->mechanism == OSCOPE_IPC_SYSV_SEM && c->object && c->object == woken->object) {
		c->told++;
		waker = c->tid;
		number = c->object;
		WRITE_ONCE(woken->send_wake_ns, ipc_short_ns(ts, c->entry_ns));
	} else if (ipc_in_end() && !current->exit_state) {
		waker = current->pid;
	}
	WRITE_ONCE(woken->waker, waker);
	WRITE_ONCE(woken->number, number);
	WRITE_ONCE(woken->slept, true);
}

/* A wait has let go others, too: those are sent by its caller, who has made no call for it. */
static void wait_wakes(struct ipc_tables *t, const struct ipc_call *c)
{
	struct oscope_ipc_cpu *b = &t->cpu[smp_processor_id()];
	u32 use = ipc_use_find(t, (u64)c->shown << 40 | (u64)OSCOPE_IPC_SEND << 32 | c->tid);

	oscope_add(&b->op[OSCOPE_IPC_SYSV_SEM][OSCOPE_IPC_SEND].messages, c->told);
	if (use)
		oscope_add(&t->use[use - 1].sum.messages, c->told);
}

/* Who has slept and was let go: by the last who has woken it. */
static void wait_ends(struct ipc_tables *t, struct ipc_call *c, struct oscope_ipc_call *what)
{
	struct oscope_taken taken = { .from = c->waker, .to = c->tid, .units = 1, .messages = 1,
				      .flags = OSCOPE_RUN_WHOLE };

	if (!c->slept)
		return;
	what->messages = 1;
	what->unpaired = !c->waker || !c->object;
	if (!what->unpaired)	/* a task's end is no call that has begun */
		ipc_pair_tell(t, c->object, &c->pair, &taken, c->number ?
			      ipc_wake_word(c->send_wake_ns, c->wake_run_ns) : IPC_NO_WAKE);
}

void ipc_sem_end(struct ipc_tables *t, struct ipc_call *c, long ret, struct oscope_ipc_call *what)
{
	if (c->op == OSCOPE_IPC_SEND) {
		what->messages = c->told;
		return;
	}
	if (c->told)
		wait_wakes(t, c);
	if (oscope_sem_let_go(ret))
		wait_ends(t, c, what);
}

void ipc_sem_settle(struct ipc_call *c, const unsigned long *args)
{
	u32 op = c->op;

	if (c->unread && operations_read(&op, args))
		c->op = op;
}
