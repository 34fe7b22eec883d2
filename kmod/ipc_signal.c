// SPDX-License-Identifier: GPL-2.0
/*
 * Signals, at the two places that every one of them passes: where it is sent, whoever does it, and
 * where it is delivered. What is sent to a process and what is sent to one of its threads are two
 * queues, each an object, by its number: the kernel keeps them apart, too.
 *
 * Both tracepoints come with the siglock of who gets it, where interrupts may be what sends. So the
 * locks here are others than those of the queues of calls, and nothing else is locked under them;
 * what counts is counted for tasks only. Who takes a signal by sigwaitinfo(2), or from a signalfd,
 * is not delivered it: the end of its call tells.
 */
#include <linux/signal.h>
#include <linux/signalfd.h>
#include <linux/uaccess.h>
#include "core/ipc_put.h"
#include "hooks.h"
#include "ipc.h"

#define RT_FIRST	32U		/* from here on there may be several of one number */
#define LOCKS		64U
#define SIGNALFD_MOST	1024		/* that are looked at in one read */

static raw_spinlock_t locks[LOCKS];

void ipc_signals_start(void)
{
	u32 i;

	for (i = 0; i < LOCKS; i++)
		raw_spin_lock_init(&locks[i]);
}

static raw_spinlock_t *lock_of(u32 object)
{
	return &locks[object % LOCKS];
}

/* Of a task's own signals, or of its process's. */
static u64 signal_key(const struct task_struct *p, u32 sig, bool thread)
{
	const struct task_struct *who = thread ? p : READ_ONCE(p->group_leader);
	u64 h = ipc_mix(ipc_mix(ipc_secret, 7), who->start_time);

	return ipc_mix(h, (u64)who->pid << 32 | sig << 1 | thread);
}

/* Whoever else makes it at this time writes the same. */
static u32 signal_object(struct ipc_tables *t, const struct task_struct *p, u32 sig, bool thread,
			 bool make)
{
	u32 object = ipc_object_find(t, signal_key(p, sig, thread), make);
	struct oscope_ipc_object *o;

	if (!object)
		return 0;
	o = &t->object[object - 1];
	if (!smp_load_acquire(&o->mechanism)) {	/* pairs with the end, below */
		WRITE_ONCE(o->ino, thread ? p->pid : p->tgid);
		WRITE_ONCE(o->flags, thread ? OSCOPE_IPC_OBJECT_THREAD : 0);
		WRITE_ONCE(o->number, sig);
		smp_store_release(&o->mechanism, OSCOPE_IPC_SIGNAL + 1); /* ipc_target_object() */
	}
	return object;
}

/* Whether the one just sent is the only one of its number that is pending. siglock held. */
static bool signal_alone(const struct task_struct *to, u32 sig, bool thread)
{
	const struct sigpending *pending = thread ? &to->pending : &to->signal->shared_pending;
	const struct sigqueue *s;
	u32 n = 0;

	list_for_each_entry(s, &pending->list, list) {
		if (s->info.si_signo == sig && ++n > 1)
			return false;
	}
	return n == 1;
}

/* One more is in the kernel's queue. siglock held. */
static void signal_queue(struct ipc_tables *t, const struct task_struct *to, u32 sig, bool thread,
			 u32 from, u32 object)
{
	struct oscope_queue *q = &t->queue[object - 1];
	bool rt = sig >= RT_FIRST;
	unsigned long flags;

	raw_spin_lock_irqsave(lock_of(object), flags);
	if (rt && READ_ONCE(t->signals_foreign))
		oscope_queue_foreign(q);
	/* Below RT_FIRST the kernel takes another one only if none is there. */
	if (!rt || (!(q->flags & OSCOPE_QUEUE_SYNCED) && signal_alone(to, sig, thread)))
		oscope_queue_put_only(q, from);
	else
		oscope_queue_put(q, from);
	raw_spin_unlock_irqrestore(lock_of(object), flags);
}

static void signal_count(struct ipc_tables *t, u32 object, u32 op,
			 const struct oscope_ipc_call *what)
{
	u64 key = (u64)object << 40 | (u64)op << 32 | current->pid;
	struct oscope_ipc_cpu *b = &t->cpu[smp_processor_id()];
	u32 use = ipc_use_find(t, key);

	oscope_ipc_count(&b->op[OSCOPE_IPC_SIGNAL][op], what);
	oscope_add(&b->calls, 1);
	if (!object)
		oscope_add(&b->objects_full, 1);
	if (use)
		oscope_ipc_count(&t->use[use - 1].sum, what);
	else if (object)		/* or it is counted by now: objects_full */
		oscope_add(&b->uses_full, 1);
}

static int signal_error(int result)
{
	if (result == TRACE_SIGNAL_ALREADY_PENDING || result == TRACE_SIGNAL_OVERFLOW_FAIL)
		return OSCOPE_EAGAIN;
	return result == TRACE_SIGNAL_IGNORED;
}

/* Who sends it: the current task, unless an interrupt does; then nobody, 0. */
static void signal_sent(struct ipc_tables *t, u32 sig, int code, struct task_struct *to,
			bool thread, int result)
{
	bool queued = result == TRACE_SIGNAL_DELIVERED || result == TRACE_SIGNAL_LOSE_INFO;
	struct oscope_ipc_call what = { .messages = queued, .error = signal_error(result) };
	u32 from = wake_context() ? 0 : current->pid, object;

	/* Whatever the kernel itself tells, and nobody wants to know. */
	if (result == TRACE_SIGNAL_IGNORED && (!from || code > 0))
		return;
	object = signal_object(t, to, sig, thread, true);
	if (queued && object)
		signal_queue(t, to, sig, thread, from, object);
	if (from)
		signal_count(t, object, OSCOPE_IPC_SEND, &what);
}

static void on_signal_generate(void *data, int sig, struct kernel_siginfo *info,
			       struct task_struct *to, int group, int result)
{
	int code = (unsigned long)info <= (unsigned long)SEND_SIG_PRIV ? 0 : info->si_code;
	struct ipc_tables *t = ipc_active();

	if (!t)
		return;
	preempt_disable();	/* siglock alone does not, with PREEMPT_RT */
	signal_sent(t, sig, code, to, !group, result);
	preempt_enable();
}
HOOK(signal_generate, on_signal_generate, .feature = OSCOPE_FEAT_IPC, .flags = HOOK_IPC,
     .ipc = OSCOPE_IPC_BIT(SIGNAL));

/* Take one from a queue for current, if there is one. Returns whether. */
static bool signal_take(struct ipc_tables *t, u32 object, u32 sig)
{
	struct oscope_taken taken = { .to = current->pid, .units = 1, .messages = 1 };
	u32 pair = 0, uncertain = 0;
	unsigned long flags;
	bool there;

	if (!object || (sig >= RT_FIRST && READ_ONCE(t->signals_foreign)))
		return false;
	raw_spin_lock_irqsave(lock_of(object), flags);
	there = oscope_queue_get(&t->queue[object - 1], &taken.from, &uncertain);
	raw_spin_unlock_irqrestore(lock_of(object), flags);
	taken.flags = OSCOPE_RUN_WHOLE | uncertain;
	if (there)
		ipc_pair_tell(t, object, &pair, &taken, IPC_NO_WAKE);
	return there;
}

/* Its own before its process's. */
void ipc_signal_received(struct ipc_tables *t, u32 sig)
{
	struct oscope_ipc_call what = { .messages = 1 };
	u32 object = signal_object(t, current, sig, true, false);

	if (!object || !signal_take(t, object, sig)) {
		object = signal_object(t, current, sig, false, true);
		what.unpaired = !signal_take(t, object, sig);
	}
	signal_count(t, object, OSCOPE_IPC_RECEIVE, &what);
}

static void on_signal_deliver(void *data, int sig, struct kernel_siginfo *info,
			      struct k_sigaction *ka)
{
	struct ipc_tables *t = ipc_active();

	if (!t)
		return;
	preempt_disable();
	ipc_signal_received(t, sig);
	preempt_enable();
}
HOOK(signal_deliver, on_signal_deliver, .feature = OSCOPE_FEAT_IPC, .flags = HOOK_IPC,
     .ipc = OSCOPE_IPC_BIT(SIGNAL));

/* By its number, which such a struct begins with; nothing else of it is read. */
void ipc_signals_read(struct ipc_tables *t, const void __user *at, size_t bytes)
{
	size_t size = sizeof(struct signalfd_siginfo), n = bytes / size, i;
	u32 sig;

	for (i = 0; i < n && i < SIGNALFD_MOST; i++) {
		if (!copy_from_user_nofault(&sig, at + i * size, sizeof(sig)) && valid_signal(sig))
			ipc_signal_received(t, sig);
	}
	if (n > i)
		oscope_add(&t->cpu[smp_processor_id()].calls_full, n - i);
}
