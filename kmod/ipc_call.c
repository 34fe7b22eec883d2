// SPDX-License-Identifier: GPL-2.0
/*
 * System calls that communicate: looked at when they begin and when they end, and their descriptor
 * looked up.
 *
 * The hooks are on only while that is wanted: then each system call of the machine comes here, and
 * most leave at the first comparison.
 */
#include <linux/net.h>
#include <linux/uaccess.h>
#include <asm/syscall.h>
#include <trace/events/syscalls.h>
#include "block.h"
#include "core/ipc_futex.h"
#include "hooks.h"
#include "ipc_futex.h"
#include "ipc_move.h"
#include "task.h"

/* A call that begins. */
struct ipc_event {
	struct ipc_tables *tables;
	struct ipc_call *call;
	u32 rule, op, object, shown;
	u32 does;			/* futex: OSCOPE_FUTEX_* */
	u64 nr;
	bool fresh;			/* nobody has come to the queue by this end before */
	unsigned long args[6];
	struct ipc_target target;
};

/* MSG_* of a socket's call. */
static u32 message_flags(const struct ipc_event *e)
{
	const u32 fourth = OSCOPE_IPC_CALL_COUNTED | OSCOPE_IPC_CALL_FLAGS4 | OSCOPE_IPC_CALL_MANY;

	return e->rule & fourth ? e->args[3] : e->args[2];
}

/*
 * Whether a call may say to which address it sends, which need not be the peer's: of a message its
 * head does, of a list any may.
 */
static bool names_receiver(const struct ipc_event *e)
{
	struct user_msghdr head;

	if (!(e->rule & OSCOPE_IPC_CALL_SOCKET) || !(e->rule & OSCOPE_IPC_CALL_SENDS))
		return false;
	if (e->rule & OSCOPE_IPC_CALL_MANY)
		return true;
	if (e->rule & OSCOPE_IPC_CALL_COUNTED)
		return e->args[4];
	return copy_from_user_nofault(&head, (const void __user *)e->args[1], sizeof(head)) ||
	       head.msg_name;
}

/*
 * Whether this is not in the order of the queue, or not all of what is put there is taken: from
 * then on nothing is paired by it.
 */
static bool is_foreign(const struct ipc_event *e)
{
	if (oscope_ipc_call_chooses(e->rule) || (e->rule & OSCOPE_IPC_CALL_OWN) ||
	    e->target.mechanism == OSCOPE_IPC_EVENTFD)
		return false;
	if (!e->target.sk)	/* packets, of which readers may leave the rest out */
		return ipc_peek(e->target.file->f_flags) & O_DIRECT;
	return (e->rule & OSCOPE_IPC_CALL_SOCKET) && (message_flags(e) & MSG_OOB);
}

/* Its object, and where it is counted. */
static void object_find(struct ipc_event *e)
{
	struct ipc_tables *t = e->tables;
	u32 *end = &e->call->end[e->op];

	if (!*end || READ_ONCE(t->object[*end - 1].key) != e->target.key) {
		*end = ipc_target_object(t, &e->target);
		if (e->target.mechanism == OSCOPE_IPC_FUTEX)
			ipc_word_keep(t, &e->target, *end);
	}
	e->object = *end;
	e->shown = *end;
	e->fresh = false;
	if (!*end)
		oscope_add(&t->cpu[smp_processor_id()].objects_full, 1);
	else if (e->target.sk)
		e->object = ipc_socket_queue(t, &e->target, *end, e->op, &e->fresh);
	if (e->object)
		e->shown = e->object;
}

static u32 wanted_units(const struct ipc_event *e)
{
	if (oscope_ipc_take(e->target.mechanism) != OSCOPE_TAKE_BYTES)
		return 1;
	return (e->rule & OSCOPE_IPC_CALL_COUNTED) && e->args[2] < OSCOPE_IPC_ANY_UNITS ?
	       e->args[2] : OSCOPE_IPC_ANY_UNITS;
}

/* Somebody reads a signalfd: what he gets shows at the end, and nothing else counts of the call. */
static void signalfd_begin(struct ipc_event *e)
{
	struct ipc_call *c = e->call;

	if (e->op != OSCOPE_IPC_RECEIVE)
		return;
	c->mechanism = OSCOPE_IPC_SIGNAL;
	c->op = e->op;
	c->object = 0;
	smp_store_release(&c->tid, current->pid);	/* pairs with call_now() */
}

/* What calls have that their mechanism has a way of its own for. */
static void own_begin(struct ipc_event *e)
{
	if (e->rule & OSCOPE_IPC_CALL_SEM)
		ipc_sem_begin(e->call, e->rule, e->args);
	else if (e->rule & OSCOPE_IPC_CALL_FUTEX)
		ipc_futex_begin(e->tables, e->call, e->does, e->args);
	else if (e->rule & OSCOPE_IPC_CALL_LOCKS)
		ipc_lock_begin(e->call);
	else if (e->rule & OSCOPE_IPC_CALL_MAP)
		ipc_share_begin(e->tables, e->call, &e->target);
}

/* Buffers say whose is whose. */
static void udp_enters(struct ipc_event *e)
{
	if (e->op == OSCOPE_IPC_RECEIVE)
		ipc_udp_begin(e->tables, e->call, &e->target);
}

/* In how many messages it will send is not known. */
static bool is_blind(const struct ipc_event *e)
{
	return (e->rule & OSCOPE_IPC_CALL_PARTS) && e->op == OSCOPE_IPC_SEND &&
	       oscope_ipc_take(e->target.mechanism) != OSCOPE_TAKE_BYTES;
}

/* Into the queue of its object. */
static void call_queue(struct ipc_event *e)
{
	struct ipc_call *c = e->call;

	if (e->rule & OSCOPE_IPC_CALL_FUTEX)
		ipc_futex_enter(e->tables, c);
	else if (e->rule & OSCOPE_IPC_CALL_OWN)
		return;
	else if (oscope_ipc_call_chooses(e->rule))
		ipc_choose_begin(e->tables, c, &e->target,
				 e->op == OSCOPE_IPC_SEND ? ipc_sent_tag(e->rule, e->args) : 0);
	else if (c->mechanism == OSCOPE_IPC_UDP)
		udp_enters(e);
	else if (is_blind(e))
		ipc_queue_blind(e->tables, c);
	else
		ipc_queue_begin(e->tables, c, &e->target, wanted_units(e),
				(e->fresh ? IPC_QUEUE_FRESH : 0) |
				(oscope_ipc_call_fetches(e->rule) ? IPC_QUEUE_FETCHES : 0));
}

/* Follow a call from here on. */
static void call_begin(struct ipc_event *e)
{
	struct ipc_call *c = e->call;

	if (e->target.mechanism == OSCOPE_IPC_SIGNAL) {
		signalfd_begin(e);
		return;
	}
	e->target.named = e->target.mechanism == OSCOPE_IPC_UNIX_DGRAM && names_receiver(e);
	object_find(e);
	if (e->rule & OSCOPE_IPC_CALL_LOOKS)
		e->object = 0;		/* nor has it a place in the queue */
	c->mechanism = e->target.mechanism;
	c->op = e->op;
	c->object = e->object;
	c->shown = e->shown;
	c->placed = false;
	c->left = 0;
	c->moves = false;
	c->switches = 0;
	c->wakeups = 0;
	c->asleep_ns = 0;
	c->woken_ns = 0;
	c->blocked_ns = 0;
	c->waker = 0;
	if (e->rule & OSCOPE_IPC_CALL_OWN)
		own_begin(e);
	else if (OSCOPE_IPC_DATAGRAMS >> c->mechanism & 1)
		ipc_datagrams_begin(c);
	oscope_add(&e->tables->cpu[smp_processor_id()].calls, 1);
	if (e->object && is_foreign(e))
		ipc_queue_foreign(e->tables, e->object);
	/* From here on it is woken, and wakes; its time is without what it took to come here. */
	c->entry_ns = clock_ns();
	smp_store_release(&c->tid, current->pid);	/* pairs with call_now() */
	if (e->object)
		call_queue(e);
	c->entry_ns = clock_ns();
}

/* An entry or an end of its is seen, so that what it was in before is over. */
static void call_seen(struct ipc_tables *t, struct ipc_call *c)
{
	u32 was;

	if (likely(READ_ONCE(c->seen) == IPC_SEEN))
		return;
	was = xchg(&c->seen, IPC_SEEN);
	if (!was)
		return;
	ipc_queue_unseen(t, was >> 2, was & 2, false);
	oscope_add(&t->cpu[smp_processor_id()].no_entry, 1);
}

/* Whether calls have a place in a queue of their object. */
static bool has_queue(u32 mechanism)
{
	u32 take = oscope_ipc_take(mechanism);

	return take != OSCOPE_TAKE_WAKE && take != OSCOPE_TAKE_COPY && take != OSCOPE_TAKE_NOTHING;
}

static void side_lost(struct ipc_tables *t, struct ipc_call *c)
{
	if (c->mechanism == OSCOPE_IPC_FUTEX)
		ipc_futex_lost(t, c);
	else if (has_queue(c->mechanism))
		ipc_queue_unseen(t, c->object, c->op == OSCOPE_IPC_SEND, false);
	WRITE_ONCE(c->tid, 0);
}

void ipc_call_lost(struct ipc_tables *t, struct ipc_call *c)
{
	if (c->moves)
		side_lost(t, &t->half[c - t->call]);
	side_lost(t, c);
}

/* What it does, OSCOPE_IPC_OPS: nothing that is followed. */
static u32 call_op(struct ipc_event *e)
{
	if (e->rule & OSCOPE_IPC_CALL_LOCKS)
		return ipc_lock_op(e->nr, e->args);
	if (e->rule & OSCOPE_IPC_CALL_FUTEX) {
		e->does = ipc_futex_does(e->rule, e->args);
		if (!e->does)
			return OSCOPE_IPC_OPS;
		return e->does & OSCOPE_FUTEX_WAKES ? OSCOPE_IPC_SEND : OSCOPE_IPC_RECEIVE;
	}
	if ((e->rule & OSCOPE_IPC_CALL_MAP) && !ipc_share_concerns(e->tables, e->rule, e->args))
		return OSCOPE_IPC_OPS;
	if ((e->rule & OSCOPE_IPC_CALL_SEM) && !ipc_sem_concerns(e->rule, e->args))
		return OSCOPE_IPC_OPS;
	return e->rule & OSCOPE_IPC_CALL_SENDS ? OSCOPE_IPC_SEND : OSCOPE_IPC_RECEIVE;
}

/* A call that is about what was found begins, in the caller's place. False: it has none. */
static bool target_enters(struct ipc_event *e)
{
	struct task_node *node = task_get(current);

	if (!node) {		/* the table of tasks is full */
		oscope_add(&e->tables->cpu[smp_processor_id()].calls_full, 1);
		ipc_target_foreign(e->tables, &e->target);
		return false;
	}
	e->call = ipc_call_of(e->tables, node);
	call_seen(e->tables, e->call);
	if (unlikely(e->call->tid))	/* somebody has changed a call's number before its end */
		ipc_call_lost(e->tables, e->call);
	call_begin(e);
	return true;
}

/* A side of a call that moves something, if it is about what communicates. */
static bool side_find(struct ipc_event *e, u32 op, const unsigned long *args)
{
	e->op = op;
	e->rule = ipc_move_side(e->nr, op, args, e->args);
	return ipc_move_has(e->nr, op, e->args) &&
	       ipc_call_target(e->tables, &e->target, current, e->rule, e->args) &&
	       e->target.mechanism != OSCOPE_IPC_SIGNAL;
}

/*
 * Both sides are in their queues from here on: what it sends in the caller's place, where the
 * scheduler's hooks look, and beside it what it receives; or that alone.
 */
static void move_enters(struct ipc_event *e)
{
	struct ipc_call *sends = NULL;
	unsigned long args[6];

	memcpy(args, e->args, sizeof(args));
	if (side_find(e, OSCOPE_IPC_SEND, args) && target_enters(e))
		sends = e->call;
	if (!side_find(e, OSCOPE_IPC_RECEIVE, args))
		return;
	if (!sends) {
		target_enters(e);
		return;
	}
	e->call = &e->tables->half[sends - e->tables->call];
	call_begin(e);
	sends->moves = true;
	sends->entry_ns = clock_ns();
}

/* Not inline: what it fills in is not for calls that are none of these. */
static noinline void call_enters(struct ipc_tables *t, u32 rule, u64 nr, struct pt_regs *regs)
{
	struct ipc_event e = { .tables = t, .rule = rule, .nr = nr };

	if (rule & (OSCOPE_IPC_CALL_SIGNAL | IPC_CALL_MAKES))	/* the end tells all */
		return;
	syscall_get_arguments(current, regs, e.args);
	if (rule & OSCOPE_IPC_CALL_MOVES) {
		move_enters(&e);
		return;
	}
	e.op = call_op(&e);
	if (e.op != OSCOPE_IPC_OPS && ipc_call_target(t, &e.target, current, rule, e.args))
		target_enters(&e);
}

static void on_ipc_enter(void *data, struct pt_regs *regs, long nr)
{
	struct ipc_tables *t = ipc_active();
	u32 rule = ipc_rule(nr);

	if (unlikely(nr >= 0 && (compat_foreign_call(current) || compat_foreign_number(nr))))
		rule = ipc_follows(IPC_QUEUES) ? IPC_CALL_FOREIGN : 0;
	if (likely(!rule) || !t)
		return;
	preempt_disable();
	if (rule & IPC_CALL_FOREIGN)
		ipc_foreign_call(t, regs, nr);
	else
		call_enters(t, rule, nr, regs);
	preempt_enable();
}
HOOK(sys_enter, on_ipc_enter, .feature = OSCOPE_FEAT_IPC, .flags = HOOK_IPC);

/* Of a task, by an object and an operation: that of its last call of the kind, or looked for. */
static struct oscope_ipc_use *use_find(struct ipc_tables *t, struct ipc_call *c)
{
	u64 key = (u64)c->shown << 40 | (u64)c->op << 32 | c->tid;
	u32 *last = &c->use[c->op];

	if (!*last || READ_ONCE(t->use[*last - 1].key) != key)
		*last = ipc_use_find(t, key);
	return *last ? &t->use[*last - 1] : NULL;
}

static void call_ends(struct ipc_tables *t, struct ipc_call *c, u32 rule,
		      const unsigned long *args, long ret, u64 now)
{
	struct oscope_ipc_cpu *b = &t->cpu[smp_processor_id()];
	struct oscope_ipc_call what = { .error = ret < 0 ? -ret : 0 };
	/* Reports show pairs of who has a use: it is there first. */
	struct oscope_ipc_use *u = use_find(t, c);

	if (rule & OSCOPE_IPC_CALL_SEM)
		ipc_sem_end(t, c, ret, &what);
	else if (rule & OSCOPE_IPC_CALL_FUTEX)
		ipc_futex_end(t, c, args, ret, now, &what);
	else if (rule & OSCOPE_IPC_CALL_LOCKS)
		ipc_lock_end(t, c, ret, &what);
	else if (rule & OSCOPE_IPC_CALL_MAP)
		ipc_share_end(t, c, ret);	/* memory moves nothing */
	else if (rule & OSCOPE_IPC_CALL_MEMORY)
		ipc_memory_end(t, c, ret, &what);
	else if (oscope_ipc_call_chooses(rule))
		ipc_chosen_moved(t, c, rule, args, ret, &what);
	else
		ipc_call_moved(t, c, rule, args, ret, &what);
	what.latency_ns = now > c->entry_ns ? now - c->entry_ns : 0;
	what.blocked_ns = c->blocked_ns;
	what.switches = c->switches;
	what.wakeups = READ_ONCE(c->wakeups);
	oscope_ipc_count(&b->op[c->mechanism][c->op], &what);
	oscope_hist_add(&b->latency[c->mechanism][c->op], what.latency_ns);
	if (u)
		oscope_ipc_count(&u->sum, &what);
	else if (c->shown)		/* or it is counted by now: objects_full */
		oscope_add(&b->uses_full, 1);
	WRITE_ONCE(c->tid, 0);
}

/* A call that moves something ends: what it has received, if that has a place of its own, first. */
static void move_ends(struct ipc_tables *t, struct ipc_call *c, u64 nr, const unsigned long *of,
		      long ret, u64 now)
{
	struct ipc_call *half = &t->half[c - t->call];
	unsigned long args[6] = { 0 };
	u32 rule;

	if (c->moves) {
		ipc_half_fill(half, c);
		rule = ipc_move_side(nr, OSCOPE_IPC_RECEIVE, of, args);
		call_ends(t, half, rule, args, ret, now);
	}
	rule = ipc_move_side(nr, c->op, of, args);
	call_ends(t, c, rule, args, ret, now);
}

/* A signalfd has been read: where that has put what. Of several buffers the first is looked at. */
static void signalfd_ends(struct ipc_tables *t, u64 nr, const unsigned long *args, long ret)
{
	struct iovec v = { .iov_base = (void __user *)args[1], .iov_len = ret };

	if (ret <= 0)
		return;
	if (nr != __NR_read && copy_from_user_nofault(&v, (void __user *)args[1], sizeof(v)))
		return;
	ipc_signals_read(t, v.iov_base, min_t(size_t, v.iov_len, ret));
}

/* Whether a call that had begun before anything was followed has read a signalfd. */
static bool signalfd_was_read(struct ipc_tables *t, u32 rule, const unsigned long *args)
{
	const u32 others = OSCOPE_IPC_CALL_SENDS | OSCOPE_IPC_CALL_OWN | OSCOPE_IPC_CALL_MOVES;
	struct ipc_target target;

	return !(rule & others) &&
	       ipc_call_target(t, &target, current, rule, args) &&
	       target.mechanism == OSCOPE_IPC_SIGNAL;
}

static void call_leaves(struct ipc_tables *t, u32 rule, struct pt_regs *regs, long ret)
{
	u64 now = clock_ns(), nr = syscall_get_nr(current, regs);
	struct task_node *node = task_find(current);
	unsigned long args[6];
	struct ipc_call *c;
	bool late;

	if (!node)
		return;
	c = ipc_call_of(t, node);
	late = unlikely(READ_ONCE(c->seen) != IPC_SEEN);
	call_seen(t, c);
	if (!c->tid && !late)
		return;
	/* Its number was changed to another call's, by who traces it. */
	if (c->moves && c->tid && !(rule & OSCOPE_IPC_CALL_MOVES)) {
		ipc_call_lost(t, c);
		return;
	}
	syscall_get_arguments(current, regs, args);
	if (!c->tid) {
		if (signalfd_was_read(t, rule, args))
			signalfd_ends(t, nr, args, ret);
	} else if (c->mechanism == OSCOPE_IPC_SIGNAL) {
		signalfd_ends(t, nr, args, ret);
		WRITE_ONCE(c->tid, 0);
	} else if (rule & OSCOPE_IPC_CALL_MOVES) {
		move_ends(t, c, nr, args, ret, now);
	} else {
		if (rule & OSCOPE_IPC_CALL_SEM)
			ipc_sem_settle(c, args);
		else if (rule & OSCOPE_IPC_CALL_FUTEX_LIST)
			ipc_futex_settle(t, c, args, ret);
		call_ends(t, c, rule, args, ret, now);
	}
}

static void on_ipc_exit(void *data, struct pt_regs *regs, long ret)
{
	long nr = syscall_get_nr(current, regs);
	struct ipc_tables *t = ipc_active();
	u32 rule = ipc_rule(nr);

	if (unlikely(compat_foreign_call(current) || compat_foreign_number(nr)))
		rule = compat_foreign_sigwait(nr) && ipc_follows(OSCOPE_IPC_BIT(SIGNAL)) ?
		       OSCOPE_IPC_CALL_SIGNAL : 0;
	if (likely(!rule) || !t || (rule & IPC_CALL_FOREIGN))
		return;
	preempt_disable();
	if (!(rule & (OSCOPE_IPC_CALL_SIGNAL | IPC_CALL_MAKES)))
		call_leaves(t, rule, regs, ret);
	else if (ret > 0 && (rule & OSCOPE_IPC_CALL_SIGNAL))
		ipc_signal_received(t, ret);
	else if (ret >= 0 && (rule & IPC_CALL_MAKES))
		ipc_file_made(t, ret);
	preempt_enable();
}
HOOK(sys_exit, on_ipc_exit, .feature = OSCOPE_FEAT_IPC, .flags = HOOK_IPC);
