// SPDX-License-Identifier: GPL-2.0
/*
 * BPF side: inter-process communication by system calls: each that may communicate is looked at
 * when it begins and when it ends, and its descriptor looked up.
 *
 * Every system call of the machine comes here while it is attached; most leave at the first
 * comparison. In the caller's context; interrupts are on, preemption is off.
 */
#include "emit.bpf.h"
#include "filter.bpf.h"
#include "ipc.bpf.h"
#include "ipc/eventfd.bpf.h"
#include "ipc/pipe.bpf.h"
#include "ipc/socket.bpf.h"
#include "../kmod/core/ipc_calls.h"
#include "rows.bpf.h"

/* One call as it begins or ends. */
struct ipc_event {
	struct task_struct *p;
	struct ipc_call *call;
	struct ipc_target target;
	__u32 rule;			/* OSCOPE_IPC_CALL_* */
	bool passes;
};

/* The object of a call's descriptor; false: it is none that communicates. */
static __always_inline bool target_find(struct ipc_target *t, struct task_struct *p, __u32 fd)
{
	__u32 mode = target_read(t, p, fd);

	t->kind = IPC_KIND_NONE;
	if ((mode & S_IFMT) == S_IFIFO)
		pipe_target(t);
	else if ((mode & S_IFMT) == S_IFSOCK)
		socket_target(t);
	else if ((mode & S_IFMT) == S_IFREG || !(mode & S_IFMT))
		eventfd_target(t);
	return t->kind != IPC_KIND_NONE;
}

static __always_inline __u32 target_mechanism(struct ipc_target *t)
{
	if (t->kind == IPC_KIND_SOCKET)
		return ipc_socket_mechanism(t->inode);
	return t->kind == IPC_KIND_EVENTFD ? OSCOPE_IPC_EVENTFD : pipe_mechanism(t);
}

static __always_inline bool target_empty(struct ipc_target *t, __u32 op)
{
	if (t->kind == IPC_KIND_SOCKET)
		return ipc_socket_empty(t->inode, op);
	return t->kind == IPC_KIND_EVENTFD ? eventfd_empty(t) : pipe_empty(t);
}

/*
 * The cell + 1 of what a descriptor leads to, which is made if one is wanted; 0: there is none. Its
 * mechanism is OSCOPE_IPC_NONE if it is a socket that is not followed.
 */
static __always_inline __u32 object_find(struct ipc_target *t, bool make, __u32 *mechanism)
{
	__u32 object = ipc_object_find(t->key, 0), cell;
	struct oscope_ipc_object *o;

	cell = object - 1;
	o = bpf_map_lookup_elem(&ipc_objects, &cell);
	if (object && o && o->mechanism) {
		*mechanism = o->mechanism - 1;
		return object;
	}
	if (!make)
		return 0;
	*mechanism = target_mechanism(t);
	if (*mechanism == OSCOPE_IPC_NONE)
		return 0;
	object = ipc_object_find(t->key, 1);
	cell = object - 1;
	o = bpf_map_lookup_elem(&ipc_objects, &cell);
	if (!object || !o)
		return 0;
	if (t->kind == IPC_KIND_EVENTFD)
		o->flags = eventfd_describe(t);
	o->ino = t->ino;
	if (*mechanism == OSCOPE_IPC_FIFO)
		ipc_name(object, t->file, 0);
	else if (t->kind == IPC_KIND_SOCKET)
		ipc_name(object, (__u64)inode_sock(t->inode), OSCOPE_IPC_NAME_ADDRESS);
	store_last(&o->mechanism, *mechanism + 1);
	return object;
}

/* From there to the object that something is sent to or received from. */
static __always_inline __u32 queue_find(struct ipc_target *t, __u32 end, __u32 op, bool make)
{
	__u32 cell = end - 1, queue;
	struct oscope_ipc_object *o;

	if (t->kind != IPC_KIND_SOCKET)
		return end;
	o = bpf_map_lookup_elem(&ipc_objects, &cell);
	if (!o)
		return 0;
	queue = op == OSCOPE_IPC_SEND ? o->queue[OSCOPE_IPC_SEND] : o->queue[OSCOPE_IPC_RECEIVE];
	return queue ? : ipc_socket_queue(end, t->inode, op, make);
}

/* What the kernel's own queue holds, where that is not known. */
static __always_inline __u64 queue_look(struct ipc_event *e)
{
	struct oscope_queue *q = ipc_queue_of(e->call->object);
	__u32 begun;

	if (!q || (oscope_once(q->flags) & OSCOPE_QUEUE_SYNCED))
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

/* The task has a row, by which reports know its name. */
static __always_inline void task_named(struct task_struct *p, struct task_state *t)
{
	struct cpu_block *b;

	if (!t || t->row || (t->flags & STATE_NO_ROW))
		return;
	b = this_block();
	if (b)
		row_get(&b->counters, p, t);
}

static __always_inline __u32 wanted_units(__u32 rule, struct pt_regs *regs)
{
	__u64 bytes = rule & OSCOPE_IPC_CALL_COUNTED ? regs_arg3(regs) : OSCOPE_IPC_ANY_UNITS;

	return bytes < OSCOPE_IPC_ANY_UNITS ? bytes : OSCOPE_IPC_ANY_UNITS;
}

/* Take down a call that begins. Returns whether it is one that communicates and is followed. */
static __always_inline bool call_begin(struct ipc_event *e, struct pt_regs *regs, bool late)
{
	struct task_state *t = config.filter & FILTER_MEMBER ? state_find(e->p) : state_get(e->p);
	struct oscope_ipc_cpu *b = ipc_cpu();
	__u32 mechanism = 0, tid = e->p->pid;
	struct ipc_call *c = e->call;

	if (!b || in_foreign_call(e->p) || !target_find(&e->target, e->p, regs_arg1(regs)))
		return false;
	e->passes = task_passes(e->p, t);
	/* Of a program's tree only its root was there before, and waits to be let go. */
	if (late && e->passes && config.inherit == INHERIT_TREE)
		return false;
	if (c->tid && c->tid != tid) {
		b->calls_full++;
		return false;
	}
	c->shown = object_find(&e->target, e->passes, &mechanism);
	if ((!c->shown && !e->passes) || mechanism == OSCOPE_IPC_NONE)
		return false;
	if (!c->shown)
		b->objects_full++;
	if (e->passes)
		task_named(e->p, t);
	b->calls++;
	c->mechanism = mechanism;
	c->op = e->rule & OSCOPE_IPC_CALL_SENDS ? OSCOPE_IPC_SEND : OSCOPE_IPC_RECEIVE;
	c->object = c->shown ? queue_find(&e->target, c->shown, c->op, e->passes) : 0;
	if (c->object)
		c->shown = c->object;
	c->flags = e->passes ? IPC_CALL_PASSES : 0;
	c->asleep_ns = 0;
	c->woken_ns = 0;
	c->blocked_ns = 0;
	c->switches = 0;
	c->wakeups = 0;
	c->waker = 0;
	c->tid = tid;
	if (c->object && oscope_ipc_take(mechanism) == OSCOPE_TAKE_BYTES)
		ipc_queue_begin(tid, wanted_units(e->rule, regs),
				late ? IPC_LOOK_LATE : queue_look(e));
	else if (c->object && all_gone(e))
		ipc_queue_take(tid, tid, OSCOPE_IPC_ANY_UNITS, 0);
	if (c->object && oscope_ipc_take(mechanism) != OSCOPE_TAKE_BYTES)
		ipc_queue_begin(tid, 1, IPC_LOOK_WHOLE | (late ? IPC_LOOK_LATE : queue_look(e)));
	return true;
}

SEC("tp_btf/sys_enter")
int BPF_PROG(on_ipc_enter, struct pt_regs *regs, long nr)
{
	struct ipc_event e = { .rule = oscope_ipc_call_rule(nr) };

	if (!e.rule)
		return 0;
	e.p = bpf_get_current_task_btf();
	e.call = ipc_call_of(e.p->pid);
	if (!e.call)
		return 0;
	e.call->seen = e.p->pid;
	if (call_begin(&e, regs, false))
		e.call->entry_ns = bpf_ktime_get_ns();
	return 0;
}

/* Of a task, by an object and an operation. */
static __always_inline struct oscope_ipc_use *use_find(struct ipc_call *c)
{
	__u64 key = (__u64)c->shown << 40 | (__u64)c->op << 32 | c->tid;
	__u32 cell = c->use - 1;
	struct oscope_ipc_use *u = bpf_map_lookup_elem(&ipc_uses, &cell);

	if (u && u->key == key)
		return u;
	c->use = ipc_use_find(key);
	cell = c->use - 1;
	return bpf_map_lookup_elem(&ipc_uses, &cell);
}

static __always_inline void call_count(struct ipc_call *c, const struct oscope_ipc_call *what)
{
	__u64 mechanism = oscope_index(c->mechanism), op = oscope_index(c->op);
	struct oscope_ipc_cpu *b = ipc_cpu();
	struct oscope_ipc_use *u;

	if (!b || mechanism >= OSCOPE_IPCS || op >= OSCOPE_IPC_OPS)
		return;
	oscope_ipc_count(&b->op[mechanism][op], what);
	if (c->entry_ns)
		oscope_hist_add(&b->latency[mechanism][op], what->latency_ns);
	else
		b->no_entry++;
	u = use_find(c);
	if (u)
		oscope_ipc_count(&u->sum, what);
	else
		b->uses_full++;
}

/* Whether a receiving call has left where it was what it has got. */
static __always_inline bool call_peeks(__u32 rule, struct pt_regs *regs)
{
	__u64 flags = 0;

	if (rule & OSCOPE_IPC_CALL_FLAGS3)
		flags = regs_arg3(regs);
	else if (rule & OSCOPE_IPC_CALL_FLAGS4)
		flags = regs_arg4(regs);
	return flags & (OSCOPE_MSG_PEEK | OSCOPE_MSG_ERRQUEUE);
}

/* Units that a call has moved. A stream that moves nothing has ended, a datagram may be empty. */
static __always_inline __u32 moved_units(__u32 mechanism, long ret)
{
	if (oscope_ipc_take(mechanism) == OSCOPE_TAKE_BYTES)
		return ret > 0 ? ret : 0;
	return ret > 0 || (!ret && mechanism == OSCOPE_IPC_UNIX_DGRAM);
}

/* Whether a receiving call gets all messages that there are. */
static __always_inline bool takes_all(struct ipc_call *c)
{
	__u32 cell = c->object - 1;
	struct oscope_ipc_object *o = bpf_map_lookup_elem(&ipc_objects, &cell);

	return oscope_ipc_take(c->mechanism) == OSCOPE_TAKE_ALL && o &&
	       !(o->flags & OSCOPE_IPC_OBJECT_ONE);
}

static __always_inline void call_end(struct ipc_call *c, long ret, __u64 now, bool peeks)
{
	__u32 units = peeks ? 0 : moved_units(c->mechanism, ret);
	struct oscope_ipc_call what = {
		.latency_ns = c->entry_ns && now > c->entry_ns ? now - c->entry_ns : 0,
		.messages = units ? 1 : 0,
		.bytes = units && ret > 0 ? ret : 0,
		.error = ret < 0 ? -ret : 0,
	};

	/* Reports show pairs of who has a use: it is there first. */
	if (c->flags & IPC_CALL_PASSES)
		use_find(c);
	if (c->object && c->op == OSCOPE_IPC_SEND)
		ipc_queue_sent(c->tid, oscope_ipc_take(c->mechanism) == OSCOPE_TAKE_BYTES ?
			       units : units ? ret + 1 : 0);
	else if (c->op == OSCOPE_IPC_RECEIVE)
		what.unpaired = (c->object ? ipc_queue_received(c->tid, units, takes_all(c)) :
				 units) != 0;
	what.blocked_ns = c->blocked_ns;
	what.switches = c->switches;
	what.wakeups = c->wakeups;
	if (c->flags & IPC_CALL_PASSES)
		call_count(c, &what);
	c->tid = 0;
}

static __always_inline void target_seed(struct ipc_target *t, __u32 rule)
{
	__u32 mechanism, end = object_find(t, true, &mechanism);

	if (end)
		queue_find(t, end, rule & OSCOPE_IPC_CALL_SENDS ? OSCOPE_IPC_SEND :
			   OSCOPE_IPC_RECEIVE, true);
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

	if (!p || p->exit_state || (p->flags & PF_KTHREAD) || in_foreign_call(p))
		return 0;
	regs = (void *)bpf_task_pt_regs(p);
	if (oscope_ipc_call_rule(regs_syscall(regs)) && task_passes(p, state_find(p)) &&
	    target_find(&target, p, regs_arg1(regs)))
		target_seed(&target, oscope_ipc_call_rule(regs_syscall(regs)));
	return 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(on_ipc_exit, struct pt_regs *regs, long ret)
{
	struct ipc_event e = { .rule = oscope_ipc_call_rule(regs_syscall(regs)) };
	__u64 now;

	if (!e.rule)
		return 0;
	e.p = bpf_get_current_task_btf();
	e.call = ipc_call_of(e.p->pid);
	if (!e.call)
		return 0;
	now = bpf_ktime_get_ns();
	if (e.call->tid != (__u32)e.p->pid) {
		/* Begun before the trace, or nothing that is followed. */
		if (e.call->seen == (__u32)e.p->pid)
			return 0;
		e.call->seen = e.p->pid;
		if (!call_begin(&e, regs, true))
			return 0;
		e.call->entry_ns = 0;
	}
	call_end(e.call, ret, now, call_peeks(e.rule, regs));
	return 0;
}
