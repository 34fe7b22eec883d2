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
#include "ipc/pipe.bpf.h"
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
	return t->kind != IPC_KIND_NONE;
}

static __always_inline __u32 target_mechanism(struct ipc_target *t)
{
	return pipe_mechanism(t);
}

static __always_inline bool target_empty(struct ipc_target *t)
{
	return pipe_empty(t);
}

/* A new object, whose cell has its key already. */
static __always_inline void object_describe(struct oscope_ipc_object *o, __u32 object,
					    struct ipc_target *t)
{
	__u32 mechanism = target_mechanism(t);

	o->ino = t->ino;
	if (mechanism == OSCOPE_IPC_FIFO)
		ipc_name(object, t->file);
	store_last(&o->mechanism, mechanism + 1);
}

/* The cell + 1 of an object, which is made if one is wanted; 0: there is none. */
static __always_inline __u32 object_find(struct ipc_target *t, bool make, __u32 *mechanism)
{
	__u32 hash = ipc_hash(t->key), i, cell;
	struct oscope_ipc_object *o;
	__u64 key = t->key;

	for (i = 0; i < IPC_PROBES; i++) {
		cell = (hash + i) & config.ipc_object_mask;
		o = bpf_map_lookup_elem(&ipc_objects, &cell);
		if (!o || (!o->key && !make))
			return 0;
		if (!o->key && !__sync_val_compare_and_swap(&o->key, 0, key))
			object_describe(o, cell + 1, t);
		if (o->key != key)
			continue;
		/* Another CPU is just describing it. */
		*mechanism = o->mechanism ? o->mechanism - 1 : target_mechanism(t);
		return cell + 1;
	}
	return 0;
}

/* What the kernel's own queue holds, where that is not known. */
static __always_inline __u64 queue_look(struct ipc_event *e)
{
	struct oscope_queue *q = ipc_queue_of(e->call->object);
	__u32 begun;

	if (!q || (oscope_once(q->flags) & OSCOPE_QUEUE_SYNCED))
		return 0;
	begun = oscope_once(q->begun);
	return target_empty(&e->target) ? begun | IPC_LOOK_EMPTY : 0;
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
	c->object = object_find(&e->target, e->passes, &mechanism);
	if (!c->object && !e->passes)
		return false;
	if (!c->object) {
		b->objects_full++;
		mechanism = target_mechanism(&e->target);
	}
	if (e->passes)
		task_named(e->p, t);
	b->calls++;
	c->mechanism = mechanism;
	c->op = e->rule & OSCOPE_IPC_CALL_SENDS ? OSCOPE_IPC_SEND : OSCOPE_IPC_RECEIVE;
	c->flags = e->passes ? IPC_CALL_PASSES : 0;
	c->asleep_ns = 0;
	c->woken_ns = 0;
	c->blocked_ns = 0;
	c->switches = 0;
	c->wakeups = 0;
	c->waker = 0;
	c->tid = tid;
	if (c->object)
		ipc_queue_begin(tid, wanted_units(e->rule, regs),
				late ? IPC_LOOK_LATE : queue_look(e));
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
	__u64 key = (__u64)c->object << 40 | (__u64)c->op << 32 | c->tid;
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

static __always_inline void call_end(struct ipc_call *c, long ret, __u64 now)
{
	__u32 units = ret > 0 ? ret : 0;
	struct oscope_ipc_call what = {
		.latency_ns = c->entry_ns && now > c->entry_ns ? now - c->entry_ns : 0,
		.messages = units ? 1 : 0,
		.bytes = units,
		.error = ret < 0 ? -ret : 0,
	};

	if (c->object && c->op == OSCOPE_IPC_SEND)
		ipc_queue_sent(c->tid, units);
	else if (c->op == OSCOPE_IPC_RECEIVE)
		what.unpaired = (c->object ? ipc_queue_received(c->tid, units) : units) != 0;
	what.blocked_ns = c->blocked_ns;
	what.switches = c->switches;
	what.wakeups = c->wakeups;
	if (c->flags & IPC_CALL_PASSES)
		call_count(c, &what);
	c->tid = 0;
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
	__u32 mechanism;
	void *regs;

	if (!p || p->exit_state || (p->flags & PF_KTHREAD) || in_foreign_call(p))
		return 0;
	regs = (void *)bpf_task_pt_regs(p);
	if (oscope_ipc_call_rule(regs_syscall(regs)) && task_passes(p, state_find(p)) &&
	    target_find(&target, p, regs_arg1(regs)))
		object_find(&target, true, &mechanism);
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
	call_end(e.call, ret, now);
	return 0;
}
