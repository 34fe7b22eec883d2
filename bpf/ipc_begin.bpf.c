// SPDX-License-Identifier: GPL-2.0
/*
 * BPF side: a call that communicates begins: what its descriptor leads to, and its place in the
 * queue of that. In the caller's context; interrupts are on, preemption is off.
 */
#include <asm/fcntl.h>

#include "ipc_call.bpf.h"
#include "ipc_find.bpf.h"
#include "ipc/file_lock.bpf.h"
#include "ipc/futex.bpf.h"
#include "ipc/process.bpf.h"
#include "ipc/sysv_sem.bpf.h"
#include "../kmod/core/ipc_put.h"
#include "../kmod/core/ipc_moves.h"

/* A call that begins. */
struct ipc_event {
	struct ipc_call *call;
	struct ipc_target target;
	__u32 to;			/* OSCOPE_TO_* */
	bool fresh;			/* how its socket leads to its object was not known */
};

/*
 * Whether something may have gone out of a queue unseen: what a FIFO has in it when all have closed
 * it, or a datagram socket when it gets another peer; and an eventfd may be where another was
 * before, which was closed unread.
 */
static __always_inline bool may_be_lost(const struct ipc_call *c, const struct oscope_queue *q)
{
	const __u64 some = OSCOPE_IPC_BIT(FIFO) | OSCOPE_IPC_BIT(EVENTFD) |
			   OSCOPE_IPC_BIT(UNIX_DGRAM);

	return ipc_follows(some) && (some >> (c->mechanism & 63) & 1) &&
	       oscope_once(q->first) != oscope_once(q->last);
}

/* What the kernel's own queue holds, where that is not known, or may be another's than it was. */
static __always_inline __u64 queue_look(struct ipc_event *e)
{
	struct oscope_queue *q = ipc_queue_of(e->call->object);
	__u32 begun, flags;

	if (!q)
		return 0;
	flags = oscope_once(q->flags);
	if (flags & OSCOPE_QUEUE_FOREIGN)
		return 0;
	if ((flags & OSCOPE_QUEUE_SYNCED) && !e->fresh && !may_be_lost(e->call, q))
		return 0;
	begun = oscope_once(q->begun);
	return target_empty(&e->target, e->call->op) ? begun | IPC_LOOK_EMPTY : 0;
}

/*
 * Where a call takes all there is, a message whose sender's call had not ended then may have been
 * among it. That shows when the only one who receives finds nothing.
 */
static __always_inline bool all_gone(struct ipc_event *e)
{
	struct oscope_queue *q = ipc_queue_of(e->call->object);

	return oscope_ipc_take(e->call->mechanism) == OSCOPE_TAKE_ALL &&
	       e->call->op == OSCOPE_IPC_RECEIVE && q && q->first != q->last && !q->senders &&
	       q->receiver == e->call->tid && !(q->flags & OSCOPE_QUEUE_MANY_TO) &&
	       target_empty(&e->target, OSCOPE_IPC_RECEIVE);
}

static __always_inline __u32 wanted_units(__u32 rule, __u64 bytes)
{
	return (rule & OSCOPE_IPC_CALL_COUNTED) && bytes < OSCOPE_IPC_ANY_UNITS ?
	       bytes : OSCOPE_IPC_ANY_UNITS;
}

static __always_inline bool queue_long(__u32 object)
{
	struct oscope_queue *q = ipc_queue_of(object);

	return q && oscope_once(q->last) - oscope_once(q->first) >= OSCOPE_QUEUE_LONG;
}

/*
 * The tag of a message that is sent: its priority; or its type, the word that its buffer begins
 * with, of which nothing else is read.
 */
static __always_inline __u32 sent_tag(__u32 rule, __u64 tag)
{
	__u64 type;

	if ((rule & OSCOPE_IPC_CALL_BY) != OSCOPE_IPC_CALL_BY_MSGID)
		return tag;
	if (bpf_probe_read_user(&type, sizeof(type), (void *)tag) || type >= OSCOPE_TAG_UNKNOWN)
		return OSCOPE_TAG_UNKNOWN;
	return type;
}

/* Into the queue of its object. */
static __always_inline void call_queue(struct ipc_event *e, __u32 rule, __u64 bytes, __u64 tag,
				       bool late)
{
	struct ipc_call *c = e->call;
	__u64 look;

	if (late) {
		ipc_queue_begin_blind(c->tid);
		return;
	}
	look = queue_look(e);
	if (c->op == OSCOPE_IPC_SEND && queue_long(c->object))
		ipc_queue_squeeze(c->tid);
	if (oscope_ipc_call_chooses(rule)) {
		ipc_choose_begin(c->tid, c->op == OSCOPE_IPC_SEND ? sent_tag(rule, tag) : 0, look);
		return;
	}
	if (!ipc_follows(IPC_IN_ORDER))
		return;
	if (oscope_ipc_take(c->mechanism) == OSCOPE_TAKE_BYTES) {
		ipc_queue_begin(c->tid, wanted_units(rule, bytes), look |
				(oscope_ipc_call_fetches(rule) ? IPC_LOOK_FETCHES : 0));
		return;
	}
	if (all_gone(e))
		ipc_queue_take(c->tid, c->tid, OSCOPE_IPC_ANY_UNITS, 0);
	/* In how many messages it will do that is not known. */
	if (rule & OSCOPE_IPC_CALL_PARTS)
		ipc_queue_begin_blind(c->tid);
	else
		ipc_queue_begin(c->tid, 1, IPC_LOOK_WHOLE | look);
}

/* Its object, and where it is counted. Returns false if it is not to be followed. */
static __always_inline bool call_object(struct ipc_event *e, __u32 rule, bool passes,
					__u32 *mechanism)
{
	struct ipc_call *c = e->call;

	__u32 *last = rule & OSCOPE_IPC_CALL_SENDS ? &c->end[OSCOPE_IPC_SEND] :
		      &c->end[OSCOPE_IPC_RECEIVE];

	c->op = rule & OSCOPE_IPC_CALL_SENDS ? OSCOPE_IPC_SEND : OSCOPE_IPC_RECEIVE;
	if (!object_is(&e->target, *last, mechanism))
		*last = object_find(&e->target, passes, mechanism);
	c->shown = *last;
	if (!c->shown && (!passes || *mechanism == OSCOPE_IPC_NONE))
		return false;
	e->to |= passes ? OSCOPE_TO_PASSES : 0;
	c->object = c->shown ?
		    queue_find(&e->target, c->shown, c->op, e->to, &e->fresh) : 0;
	if (c->object)
		c->shown = c->object;
	return true;
}

/* Such a call has met none yet. Returns whether it has no place in a queue. */
static __always_inline bool datagrams_begin(struct ipc_event *e)
{
	struct ipc_call *c = e->call;

	if (!ipc_follows(OSCOPE_IPC_DATAGRAMS) ||
	    (c->mechanism != OSCOPE_IPC_UDP && c->mechanism != OSCOPE_IPC_UNIX_DGRAM))
		return false;
	c->skb = 0;
	c->taken.messages = 0;
	c->told = 0;
	c->second = 0;
	c->took = 0;
	c->note = 0;
	if (!ipc_follows(OSCOPE_IPC_BIT(UDP)) || c->mechanism != OSCOPE_IPC_UDP)
		return false;
	if (c->object && c->op == OSCOPE_IPC_RECEIVE)
		ipc_udp_begins(c->tid, e->target.inode);
	return true;
}

/*
 * Whether what it moves is not in the order of the queue, or not all of what it puts there will be
 * taken, as of packets, of which readers may leave the rest out: then nothing is paired there.
 */
static __always_inline bool call_is_foreign(const struct ipc_event *e, __u32 rule)
{
	if (rule & OSCOPE_IPC_CALL_APART)
		return true;
	return target_is(&e->target, IPC_KIND_PIPE) && e->call->op == OSCOPE_IPC_SEND &&
	       (kernel_field(e->target.file, struct file, f_flags) & O_DIRECT);
}

/* late: a constant, so that what comes of the other is not looked at by the verifier. */
static __always_inline int call_begin(__u32 rule, __u64 fd, __u64 bytes, bool late, __u64 tag)
{
	struct task_struct *p = bpf_get_current_task_btf();
	__u32 mechanism = OSCOPE_IPC_NONE, half = rule & OSCOPE_IPC_CALL_HALF ? IPC_HALF : 0;
	__u32 tid = p->pid | half;
	struct ipc_event e = { .call = ipc_part_of(tid), .to = tag ? OSCOPE_TO_NAMED : 0 };
	struct oscope_ipc_cpu *b = ipc_cpu();
	struct task_state *t;
	bool passes;

	if (!b || !e.call || in_foreign_call(p) ||
	    !target_find(&e.target, p, rule, fd) || !call_has_room(e.call, b, tid))
		return 0;
	if (target_is(&e.target, IPC_KIND_SIGNALFD))
		return signalfd_begin(e.call, rule, tid);
	t = call_state(p);
	passes = task_passes(p, t);
	if (call_is_wait_for_start(late, passes))
		return 0;
	if (!call_object(&e, rule, passes, &mechanism))
		return 0;
	if (!e.call->shown)
		b->objects_full++;
	b->calls++;
	if (passes)
		task_named(p, t);
	call_fill(e.call, tid, mechanism, passes);
	if (rule & OSCOPE_IPC_CALL_LOOKS) {
		e.call->object = 0;
		e.call->flags |= IPC_CALL_LOOKS;
	}
	if (e.call->object && call_is_foreign(&e, rule))
		ipc_queue_foreign(e.call->object);
	if (!datagrams_begin(&e) && e.call->object)
		call_queue(&e, rule, bytes, tag, late);
	return 1;
}

__noinline int ipc_call_begin(__u32 rule, __u64 fd, __u64 bytes, __u64 tag)
{
	return call_begin(rule, fd, bytes, false, tag);
}

__noinline int ipc_call_begin_late(__u32 rule, __u64 fd, __u64 bytes, __u64 tag)
{
	return call_begin(rule, fd, bytes, true, tag);
}

__noinline int ipc_queue_foreign(__u32 object)
{
	struct oscope_queue *q = ipc_queue_of(object);
	struct ipc_lock *l = ipc_lock_of(object);

	if (!q || !l)
		return 0;
	bpf_spin_lock(&l->lock);
	oscope_queue_foreign(q);
	bpf_spin_unlock(&l->lock);
	return 0;
}

__noinline int ipc_file_foreign(__u64 file, __u32 make)
{
	struct ipc_target t = { .file = file };
	__u32 mode = target_look(&t), mechanism = OSCOPE_IPC_NONE, end;
	bool fresh;

	if (!ipc_follows(IPC_ASKED) || !mode)
		return 0;
	target_of_file(&t, mode);
	if (target_is(&t, IPC_KIND_SIGNALFD)) {
		globals.ipc_signals_foreign = 1;
		return 1;
	}
	if (!ipc_follows(IPC_IN_ORDER) || t.kind == IPC_KIND_NONE)
		return 0;
	end = object_find(&t, make, &mechanism);
	if (!end)
		return 1;
	ipc_queue_foreign(queue_find(&t, end, OSCOPE_IPC_SEND, make, &fresh));
	ipc_queue_foreign(queue_find(&t, end, OSCOPE_IPC_RECEIVE, make, &fresh));
	return 1;
}

/* Returns the object that it sends to or receives from, 0: there is none. */
static __always_inline __u32 target_seed(struct ipc_target *t, __u32 rule)
{
	__u32 mechanism, end = object_find(t, true, &mechanism);
	bool fresh;

	return end ? queue_find(t, end, rule & OSCOPE_IPC_CALL_SENDS ? OSCOPE_IPC_SEND :
				OSCOPE_IPC_RECEIVE, true, &fresh) : 0;
}

/*
 * Who is woken by whom shows at the wake-up: so one who sleeps is in a call from now on. Unless he
 * does not sleep any more, and may have left it: sleeps, when that was looked at first. A list of
 * words is his own memory's, and is not read from here.
 */
static __always_inline void sleeper_seed(struct task_struct *p, __u32 mechanism, __u32 object,
					 __u32 does, unsigned long sleeps)
{
	__u32 tid = p->pid;
	struct ipc_call *c = ipc_call_of(tid);

	if (!object || !c || c->tid || task_queued(p))
		return;
	task_named(p, state_find(p));
	c->entry_ns = 0;
	c->shown = object;
	/* As with a lock of a file at its begin: before the place is its own. */
	if (mechanism == OSCOPE_IPC_FILE_LOCK)
		lock_fill(c, object, OSCOPE_IPC_RECEIVE);
	call_fill(c, tid, mechanism, true);
	if (mechanism == OSCOPE_IPC_FUTEX)
		futex_fill(c, does);
	else if (mechanism == OSCOPE_IPC_SYSV_SEM)
		sysv_sem_fill(c, OSCOPE_IPC_RECEIVE);
	if (p->nvcsw != sleeps || task_queued(p))
		__sync_val_compare_and_swap(&c->tid, tid, 0);
}

static __always_inline void futex_seed(struct task_struct *p, __u32 rule, void *regs)
{
	__u32 does = oscope_futex_does(rule, rule & OSCOPE_IPC_CALL_FUTEX_OP ? regs_arg2(regs) :
				       regs_arg4(regs)), object;
	unsigned long sleeps = p->nvcsw;

	if (!does || (does & OSCOPE_FUTEX_LIST))
		return;
	object = futex_object(p, regs_arg1(regs), does, true);
	if (!(does & OSCOPE_FUTEX_WAKES))
		sleeper_seed(p, OSCOPE_IPC_FUTEX, object, does, sleeps);
}

/* Who sleeps for a lock of a file wants to take it. */
static __always_inline void lock_seed(struct task_struct *p, void *regs)
{
	unsigned long sleeps = p->nvcsw;

	if (oscope_lock_does(regs_syscall(regs), regs_arg2(regs)))
		sleeper_seed(p, OSCOPE_IPC_FILE_LOCK, lock_object(p, regs_arg1(regs), true), 0,
			     sleeps);
}

static __always_inline void sem_seed(struct task_struct *p, __u32 rule, void *regs)
{
	unsigned long sleeps = p->nvcsw;
	bool missing;

	if (!(rule & OSCOPE_IPC_CALL_SEM_CONTROL))
		sleeper_seed(p, OSCOPE_IPC_SYSV_SEM,
			     sysv_sem_object(p, regs_arg1(regs), true, &missing), 0, sleeps);
}

/* Between descriptors, whose end will not be seen: what lies at either is not known any more. */
static __always_inline void move_unseen(struct task_struct *p, void *regs)
{
	struct oscope_ipc_move m = oscope_ipc_move(regs_syscall(regs));
	__u64 from = descriptor_file(p, m.from == 2 ? regs_arg2(regs) : regs_arg1(regs));
	__u64 to = descriptor_file(p, m.to == 3 ? regs_arg3(regs) : m.to == 2 ? regs_arg2(regs) :
				   regs_arg1(regs));

	if (from)
		ipc_file_foreign(from, true);
	if (to)
		ipc_file_foreign(to, true);
}

/*
 * Functions that are hooked now do not tell of who is in them: what that takes or puts is nobody's,
 * whoever it is. Calls that are told by the scheduler need no more than that.
 */
static __always_inline void unseen_seed(struct task_struct *p, __u32 rule, void *regs)
{
	struct ipc_target target = {};
	__u32 tid = p->pid, object;
	struct ipc_call *c = ipc_call_of(tid);

	if ((rule & (OSCOPE_IPC_CALL_OWN | OSCOPE_IPC_CALL_SUBMITS)) || !c || c->tid == tid)
		return;
	if (rule & OSCOPE_IPC_CALL_MOVES) {
		move_unseen(p, regs);
		return;
	}
	if (!target_find(&target, p, rule, regs_arg1(regs)) || target.kind == IPC_KIND_SIGNALFD)
		return;
	object = target_seed(&target, rule);
	if (object)
		ipc_unseen_begins(tid, object, rule & OSCOPE_IPC_CALL_SENDS);
}

/*
 * Who is asked for and is in a call when the trace begins: its object is known from now on, so that
 * what others send through it is, too.
 */
SEC("iter/task")
int seed_ipc(struct bpf_iter__task *ctx)
{
	struct task_struct *p = ctx->task;
	struct ipc_target target = {};
	void *regs;
	__u32 rule;

	if (!p || p->exit_state || (p->flags & PF_KTHREAD) || in_foreign_call(p))
		return 0;
	regs = (void *)bpf_task_pt_regs(p);
	rule = ipc_rule(regs_syscall(regs));
	if (!rule || (rule & (OSCOPE_IPC_CALL_SIGNAL | OSCOPE_IPC_CALL_MAP)))
		return 0;
	if (config.ipc_functions) {
		unseen_seed(p, rule, regs);
		return 0;
	}
	if (!task_passes(p, state_find(p)))
		return 0;
	if (ipc_follows(OSCOPE_IPC_BIT(FUTEX)) && (rule & OSCOPE_IPC_CALL_FUTEX))
		futex_seed(p, rule, regs);
	else if (ipc_follows(OSCOPE_IPC_BIT(FILE_LOCK)) && (rule & OSCOPE_IPC_CALL_LOCKS))
		lock_seed(p, regs);
	else if (ipc_follows(OSCOPE_IPC_BIT(SYSV_SEM)) && (rule & OSCOPE_IPC_CALL_SEM))
		sem_seed(p, rule, regs);
	else if (!(rule & (OSCOPE_IPC_CALL_OWN | OSCOPE_IPC_CALL_SUBMITS)) &&
		 target_find(&target, p, rule, regs_arg1(regs)) && target.kind != IPC_KIND_SIGNALFD)
		target_seed(&target, rule);
	return 0;
}
