// SPDX-License-Identifier: GPL-2.0
/*
 * BPF side: signals, at the two places that every one of them passes: where it is sent, whoever
 * does it, and where it is delivered. What is sent to a process and what is sent to one of its
 * threads are two queues, each an object, by its number: the kernel keeps them apart, too.
 *
 * Both tracepoints come with the siglock of who gets it, interrupts off. Who takes a signal by
 * sigwaitinfo(2) is not delivered it: the end of its call tells.
 */
#include "context.bpf.h"
#include "ipc_call.bpf.h"
#include "ipc_emit.bpf.h"
#include "../kmod/core/ipc_put.h"

#define SIGNAL_RT_FIRST	32U		/* from here on there may be several of one number */
#define SIGNAL_WALK	8		/* that are looked at, at most */

/* include/trace/events/signal.h */
#define SIGNAL_QUEUED	0
#define SIGNAL_IGNORED	1
#define SIGNAL_PENDING	2		/* one was there already: both are one */
#define SIGNAL_OVERFLOW	3		/* no room for another one */
#define SIGNAL_BARE	4		/* queued, but who sent it did not find room */

/* Of a task's own signals, or of its process's. */
static __always_inline __u64 signal_key(struct task_struct *p, __u32 sig, bool thread)
{
	struct task_struct *who = thread ? p : p->group_leader;
	__u64 h = ipc_mix(7, who->start_time);

	return ipc_mix(h, (__u64)who->pid << 32 | sig << 1 | thread);
}

static __always_inline __u32 signal_object(struct task_struct *p, __u32 sig, bool thread,
					   bool make)
{
	__u32 object = ipc_object_find(signal_key(p, sig, thread), make), cell = object - 1;
	struct oscope_ipc_object *o = bpf_map_lookup_elem(&ipc_objects, &cell);

	if (!object || !o)
		return 0;
	if (!o->mechanism) {
		o->ino = thread ? p->pid : p->tgid;
		o->flags = thread ? OSCOPE_IPC_OBJECT_THREAD : 0;
		o->number = sig;
		store_last(&o->mechanism, OSCOPE_IPC_SIGNAL + 1);
	}
	return object;
}

/* Whether exactly one of that number is pending, from the first of all: the one just sent. */
__noinline int ipc_signal_alone(__u64 first, __u32 sig)
{
	struct list_head *at = (void *)first, *head = BPF_CORE_READ(at, prev);
	__u32 i, n = 0;

	for (i = 0; i < SIGNAL_WALK && at != head; i++) {
		struct sigqueue *s = (void *)((char *)at -
					      bpf_core_field_offset(struct sigqueue, list));

		at = BPF_CORE_READ(at, next);
		if ((__u32)BPF_CORE_READ(s, info.si_signo) != sig)
			continue;
		if (n)
			return 0;
		n = 1;
	}
	return n && at == head;
}

static __always_inline __u64 signals_first(struct task_struct *p, bool thread)
{
	return thread ? (__u64)BPF_CORE_READ(p, pending.list.next) :
	       (__u64)BPF_CORE_READ(p, signal, shared_pending.list.next);
}

/* Below SIGNAL_RT_FIRST the next one shows whether the last has gone. */
static __always_inline bool signal_is_foreign(__u32 sig)
{
	return sig >= SIGNAL_RT_FIRST && oscope_once(globals.ipc_signals_foreign);
}

/* One more is in the kernel's queue. */
static __always_inline void signal_queue(struct task_struct *to, __u32 sig, bool thread, __u32 from,
					 __u32 object)
{
	struct oscope_queue *q = ipc_queue_of(object);
	struct ipc_lock *l = ipc_lock_of(object);
	bool alone;

	if (!q || !l)
		return;
	/* Whatever was there before is gone, or the kernel would not have taken another one. */
	alone = sig < SIGNAL_RT_FIRST || (!(oscope_once(q->flags) & OSCOPE_QUEUE_SYNCED) &&
					  ipc_signal_alone(signals_first(to, thread), sig));
	bpf_spin_lock(&l->lock);
	if (signal_is_foreign(sig))
		oscope_queue_foreign(q);
	if (alone)
		oscope_queue_put_only(q, from);
	else
		oscope_queue_put(q, from);
	bpf_spin_unlock(&l->lock);
}

static __always_inline struct oscope_ipc_use *signal_use(__u32 object, __u32 op, __u32 tid)
{
	__u32 cell = ipc_use_find((__u64)object << 40 | (__u64)op << 32 | tid) - 1;

	return bpf_map_lookup_elem(&ipc_uses, &cell);
}

static __always_inline void signal_count(__u32 object, __u32 op, __u32 tid,
					 const struct oscope_ipc_call *what)
{
	struct oscope_call_told told = {
		.tid = tid, .object = object, .mechanism = OSCOPE_IPC_SIGNAL, .op = op,
		.what = *what,
	};
	struct oscope_ipc_cpu *b = ipc_cpu();
	struct oscope_ipc_use *u;

	if (!b || op >= OSCOPE_IPC_OPS)
		return;
	oscope_ipc_count(&b->op[OSCOPE_IPC_SIGNAL][op], what);
	b->calls++;
	if (!object)
		b->objects_full++;
	u = signal_use(object, op, tid);
	if (u)
		oscope_ipc_count(&u->sum, what);
	else if (object)
		b->uses_full++;
	ipc_call_emit(&told);
}

static __always_inline int signal_error(int result)
{
	if (result == SIGNAL_PENDING || result == SIGNAL_OVERFLOW)
		return OSCOPE_EAGAIN;
	return result == SIGNAL_IGNORED;
}

/* Who sends it: the current task, unless an interrupt does; then nobody, 0. */
SEC("tp_btf/signal_generate")
int BPF_PROG(on_ipc_signal, int sig, struct kernel_siginfo *info, struct task_struct *to, int group,
	     int result)
{
	bool interrupt = wake_context(), queued = result == SIGNAL_QUEUED || result == SIGNAL_BARE;
	struct task_struct *p = bpf_get_current_task_btf();
	__u32 from = interrupt ? 0 : p->pid, object;
	struct oscope_ipc_call what = { .messages = queued, .error = signal_error(result) };
	struct task_state *t = state_find(p);
	bool passes = from && task_passes(p, t);
	int code = BPF_CORE_READ(info, si_code);	/* it may be a small number, no address */

	if (!passes && !task_passes(to, state_find(to)))
		return 0;
	/* Whatever the kernel itself tells, and nobody wants to know. */
	if (result == SIGNAL_IGNORED && (!from || code > 0))
		return 0;
	object = signal_object(to, sig, !group, true);
	if (queued && object)
		signal_queue(to, sig, !group, from, object);
	if (!passes)
		return 0;
	task_named(p, t);
	signal_count(object, OSCOPE_IPC_SEND, from, &what);
	return 0;
}

/* Take one from a queue, if there is one. Returns whether. */
static __always_inline bool signal_take(__u32 object, __u32 to, __u32 sig)
{
	struct oscope_queue *q = ipc_queue_of(object);
	struct ipc_lock *l = ipc_lock_of(object);
	__u32 from, uncertain;
	bool there;

	if (!object || !q || !l || signal_is_foreign(sig))
		return false;
	bpf_spin_lock(&l->lock);
	there = oscope_queue_get(q, &from, &uncertain);
	bpf_spin_unlock(&l->lock);
	if (there)
		ipc_pair_tell(IPC_PAIR_PLACE(object, 0), (__u64)from << 32 | to, 1ULL << 32,
			      IPC_NO_WAKE, uncertain);
	return there;
}

/* The current task has got one: its own before its process's. */
__noinline int ipc_signal_received(__u32 sig)
{
	struct task_struct *p = bpf_get_current_task_btf();
	__u32 own = signal_object(p, sig, true, false), object;
	struct oscope_ipc_call what = { .messages = 1 };
	struct task_state *t = state_find(p);
	bool passes = task_passes(p, t);

	if (!ipc_follows(OSCOPE_IPC_BIT(SIGNAL)))
		return 0;
	object = own && signal_take(own, p->pid, sig) ? own : 0;
	if (!object) {
		object = signal_object(p, sig, false, passes);
		what.unpaired = !signal_take(object, p->pid, sig);
	}
	if (!passes)
		return 0;
	task_named(p, t);
	signal_count(object, OSCOPE_IPC_RECEIVE, p->pid, &what);
	return 0;
}

SEC("tp_btf/signal_deliver")
int BPF_PROG(on_ipc_signal_deliver, int sig)
{
	return ipc_signal_received(sig);
}

#define SIGNALFD_BYTES	128		/* include/uapi/linux/signalfd.h: struct signalfd_siginfo */
#define SIGNALFD_MOST	1024		/* that are looked at in one read */

/* By its number, which such a struct begins with; nothing else of it is read. */
__noinline int ipc_signal_listed(__u64 at)
{
	__u32 sig = 0;

	return bpf_probe_read_user(&sig, sizeof(sig), (void *)at) ? 0 : ipc_signal_received(sig);
}

__noinline int ipc_signals_read(__u64 at, __u64 bytes)
{
	struct oscope_ipc_cpu *b = ipc_cpu();
	__u32 n = bytes / SIGNALFD_BYTES, i;

	for (i = 0; i < SIGNALFD_MOST && i < n; i++)
		ipc_signal_listed(at + i * SIGNALFD_BYTES);
	if (b && n > SIGNALFD_MOST)
		b->calls_full += n - SIGNALFD_MOST;
	return 0;
}
