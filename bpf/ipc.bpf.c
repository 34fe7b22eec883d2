// SPDX-License-Identifier: GPL-2.0
/*
 * BPF side: inter-process communication by system calls: each that may communicate is looked at
 * when it begins and when it ends, and its descriptor looked up.
 *
 * Where the tracepoints of system calls are used, every call of the machine comes here; most leave
 * at the first comparison. Where the calls' own functions are, only those that communicate do. In
 * the caller's context; interrupts are on. Nobody else runs on the CPU meanwhile: tracepoints have
 * preemption off, and functions are used only where the kernel does not preempt itself.
 */
#include "ipc.bpf.h"
#include "ipc_emit.bpf.h"
#include "ipc/futex.bpf.h"
#include "ipc/message.bpf.h"
#include "ipc/share.bpf.h"
#include "../kmod/core/ipc_lock.h"

/* Where a message's type is, or its priority; sent or received. */
static __always_inline __u64 call_tag(__u32 rule, struct pt_regs *regs)
{
	__u32 by = rule & OSCOPE_IPC_CALL_BY;

	if (by == OSCOPE_IPC_CALL_BY_MSGID)
		return regs_arg2(regs);
	return by == OSCOPE_IPC_CALL_BY_MQD ? regs_arg4(regs) : 0;
}

/* Most calls of these map or unmap something else, and leave here. */
static __always_inline int map_begin(__u32 rule, struct pt_regs *regs, __u32 late)
{
	__u32 by = rule & OSCOPE_IPC_CALL_MAP_BY;
	bool by_fd = by == OSCOPE_IPC_CALL_MAP_FD;

	if (late || (by_fd && !oscope_map_shares(regs_arg4(regs))) ||
	    (by == OSCOPE_IPC_CALL_MAP_ADDRESS && !process_shares()))
		return 0;
	return ipc_map_begin(rule, by_fd ? regs_arg5(regs) : regs_arg1(regs), regs_arg2(regs));
}

static __always_inline int own_begin(__u32 rule, struct pt_regs *regs, __u32 late)
{
	__u64 op;

	if (ipc_follows(OSCOPE_IPC_BIT(PROCESS_VM)) && (rule & OSCOPE_IPC_CALL_MEMORY))
		return ipc_memory_begin(rule, regs_arg1(regs), late);
	if (ipc_follows(OSCOPE_IPC_BIT(FILE_LOCK)) && (rule & OSCOPE_IPC_CALL_LOCKS))
		return ipc_lock_begin(oscope_lock_does(regs_syscall(regs), regs_arg2(regs)), late);
	if (ipc_follows(OSCOPE_IPC_SEGMENTS) && (rule & OSCOPE_IPC_CALL_MAP))
		return map_begin(rule, regs, late);
	if (ipc_follows(OSCOPE_IPC_BIT(SYSV_SEM)) && (rule & OSCOPE_IPC_CALL_SEM))
		return ipc_sem_begin(rule, regs_arg1(regs), regs_arg2(regs), regs_arg3(regs), late);
	if (!ipc_follows(OSCOPE_IPC_BIT(FUTEX)))
		return 0;
	op = rule & OSCOPE_IPC_CALL_FUTEX_OP ? regs_arg2(regs) : regs_arg4(regs);
	if (!ipc_futex_begin(rule, regs_arg1(regs), op, late))
		return 0;
	if (!late)
		ipc_futex_queue(rule, op);
	return 1;
}

static __always_inline int object_begin(__u32 rule, __u64 fd, __u64 bytes, __u32 late, __u64 tag)
{
	return late ? ipc_call_begin_late(rule, fd, bytes, tag) :
		      ipc_call_begin(rule, fd, bytes, tag);
}

/* Both sides of a call that moves. From here, since the stacks of a chain of functions add up. */
static __always_inline int move_begin(__u32 late)
{
	__u64 way = ipc_move_way(OSCOPE_IPC_SEND);
	int sends = 0;
	__u32 half;

	if (way >> 32)
		sends = object_begin(way >> 32, (__u32)way, ipc_move_bytes(), late, 0);
	half = sends ? OSCOPE_IPC_CALL_HALF : 0;
	way = ipc_move_way(OSCOPE_IPC_RECEIVE);
	if (way >> 32 && object_begin(way >> 32 | half, (__u32)way, 0, late, 0))
		return 1;
	return sends;
}

/* The current task begins a call, or had begun it before the trace. */
static __always_inline int call_begin(__u32 rule, struct pt_regs *regs, __u32 late)
{
	if (ipc_follows(IPC_IN_ORDER) && (rule & OSCOPE_IPC_CALL_MOVES))
		return move_begin(late);
	if (ipc_follows(IPC_ASKED) && (rule & OSCOPE_IPC_CALL_SUBMITS))
		return late ? 0 : ipc_submit_begin(regs_arg2(regs), regs_arg3(regs));
	if (ipc_follows(IPC_OWN) && (rule & OSCOPE_IPC_CALL_OWN))
		return own_begin(rule, regs, late);
	if (!ipc_follows(IPC_CHOOSE | IPC_IN_ORDER | OSCOPE_IPC_BIT(SIGNAL)))
		return 0;
	return object_begin(rule | call_apart(rule, regs), regs_arg1(regs), regs_arg3(regs), late,
			    call_names(rule, regs) ? : call_tag(rule, regs));
}

/* Its rule, 0: it is none of these. What fcntl(2) does is mostly something else. */
static __always_inline __u32 call_rule(struct pt_regs *regs, __u64 nr)
{
	__u32 rule = ipc_rule(nr);

	if (!ipc_follows(OSCOPE_IPC_BIT(FILE_LOCK)) || !(rule & OSCOPE_IPC_CALL_LOCKS))
		return rule;
	return oscope_lock_does(nr, regs_arg2(regs)) ? rule : 0;
}

static __always_inline int call_enters(__u32 rule, struct pt_regs *regs)
{
	struct ipc_call *c;
	__u32 tid;

	if (!rule || (rule & OSCOPE_IPC_CALL_SIGNAL))
		return 0;
	tid = bpf_get_current_pid_tgid();
	c = ipc_call_of(tid);
	if (!c)
		return 0;
	if (config.ipc_functions && c->unseen == tid)
		ipc_unseen_ends(tid);
	c->seen = tid;
	if (call_begin(rule, regs, 0))
		c->entry_ns = bpf_ktime_get_ns();
	return 0;
}

SEC("tp_btf/sys_enter")
int BPF_PROG(on_ipc_enter, struct pt_regs *regs, long nr)
{
	return call_enters(call_rule(regs, nr), regs);
}

/* Of a task, by an object and an operation: that of its last call of the kind, or looked for. */
static __always_inline struct oscope_ipc_use *use_find(struct ipc_call *c)
{
	__u64 key = (__u64)c->shown << 40 | (__u64)c->op << 32 | ipc_part_tid(c->tid);
	__u32 *last = c->op == OSCOPE_IPC_SEND ? &c->use[OSCOPE_IPC_SEND] :
		      &c->use[OSCOPE_IPC_RECEIVE];
	__u32 cell = *last - 1;
	struct oscope_ipc_use *u = bpf_map_lookup_elem(&ipc_uses, &cell);

	if (u && u->key == key)
		return u;
	*last = ipc_use_find(key);
	cell = *last - 1;
	return bpf_map_lookup_elem(&ipc_uses, &cell);
}

/* An address that is worked out once, and not again where the verifier has forgotten its bounds. */
#define pinned(p)	({ asm volatile("" : "+r"(p)); p; })

static __always_inline void call_count(struct ipc_call *c, const struct oscope_ipc_call *what)
{
	__u64 index = oscope_index(c->mechanism * OSCOPE_IPC_OPS + c->op);
	struct oscope_ipc_cpu *b = ipc_cpu();
	struct oscope_ipc_sum *sum;
	struct oscope_ipc_use *u;
	struct oscope_hist *h;

	if (!b || index >= OSCOPE_IPCS * OSCOPE_IPC_OPS)
		return;
	sum = &b->op[0][0] + index;
	h = &b->latency[0][0] + index;
	sum = pinned(sum);
	h = pinned(h);
	oscope_ipc_count(sum, what);
	if (c->entry_ns)
		oscope_hist_add(h, what->latency_ns);
	else
		b->no_entry++;
	u = use_find(c);
	if (u)
		oscope_ipc_count(&u->sum, what);
	else if (c->shown)		/* or it is counted by now: objects_full */
		b->uses_full++;
}

/*
 * A lock is held since its holder was let go by a wait for it. That is certain if it lets go
 * somebody who waited by then: with somebody there it cannot have been given back unseen.
 */
static __always_inline void hold_count(struct ipc_call *c, __u64 now, struct oscope_ipc_call *what)
{
	if (c->op == OSCOPE_IPC_RECEIVE && what->messages) {
		c->held = c->object;
		c->holder = c->tid;
		c->held_ns = now;
	} else if (c->op == OSCOPE_IPC_SEND && c->object == c->held) {
		c->held = 0;
		what->handed = (c->flags & IPC_CALL_HANDS) && c->entry_ns > c->held_ns;
		what->held_ns = c->entry_ns - c->held_ns;
	}
}

/* Verified for itself, or all ways to here would be followed through it. */
__noinline int ipc_call_count(__u32 tid, __u64 now, __u64 messages, __u64 bytes)
{
	struct ipc_call *c = ipc_part_now(tid);
	struct oscope_call_told told = {
		.what.messages = messages,
		.what.bytes = bytes,
		.what.error = messages >> 32 & 0xffff,
		.what.unpaired = messages >> 48,
	};
	struct oscope_ipc_call *what = &told.what;

	if (!c)
		return 0;
	what->latency_ns = c->entry_ns && now > c->entry_ns ? now - c->entry_ns : 0;
	what->blocked_ns = c->blocked_ns;
	what->switches = c->switches;
	what->wakeups = c->wakeups;
	if (ipc_follows(OSCOPE_IPC_BIT(FUTEX)) && c->mechanism == OSCOPE_IPC_FUTEX)
		hold_count(c, now, what);
	call_count(c, what);
	told.tid = ipc_part_tid(c->tid);
	told.object = c->shown;
	told.mechanism = c->mechanism;
	told.op = c->op;
	told.no_entry = !c->entry_ns;
	ipc_call_emit(&told);
	return 0;
}

/* Whether a receiving call has left where it was what it has got. */
static __always_inline bool call_peeks(__u32 rule, struct pt_regs *regs)
{
	__u64 flags = 0;

	if (rule & OSCOPE_IPC_CALL_FLAGS3)
		flags = regs_arg3(regs);
	else if (rule & OSCOPE_IPC_CALL_FLAGS4)
		flags = regs_arg4(regs);
	else if ((rule & OSCOPE_IPC_CALL_BY) == OSCOPE_IPC_CALL_BY_MSGID)
		return !(rule & OSCOPE_IPC_CALL_SENDS) && (regs_arg5(regs) & OSCOPE_MSG_COPY);
	return flags & (OSCOPE_MSG_PEEK | OSCOPE_MSG_ERRQUEUE);
}

/*
 * The tag of a message that somebody has got, from where the kernel has just put it: the type that
 * its buffer begins with, of which nothing else is read; or its priority, if that was asked for.
 */
static __always_inline __u32 got_tag(__u32 rule, struct pt_regs *regs)
{
	__u64 at = call_tag(rule, regs), type = 0;
	__u32 priority = 0;

	if ((rule & OSCOPE_IPC_CALL_BY) == OSCOPE_IPC_CALL_BY_MSGID)
		return bpf_probe_read_user(&type, sizeof(type), (void *)at) ||
		       type >= OSCOPE_TAG_UNKNOWN ? OSCOPE_TAG_UNKNOWN : type;
	if (!at)
		return OSCOPE_TAG_HIGHEST;
	return bpf_probe_read_user(&priority, sizeof(priority), (void *)at) ? OSCOPE_TAG_UNKNOWN :
									      priority;
}

/* A call that has ended where receivers choose: what came of it. */
static __always_inline void chosen_end(struct ipc_call *c, __u32 rule, struct pt_regs *regs,
				       long ret, struct oscope_ipc_call *what)
{
	__u32 got = ret >= 0 && !call_peeks(rule, regs);

	what->messages = got;
	if (c->op == OSCOPE_IPC_SEND) {
		what->bytes = got ? regs_arg3(regs) : 0;
		if (c->object)
			ipc_choose_sent(c->tid, got ? what->bytes + 1 : 0);
		return;
	}
	what->bytes = got ? ret : 0;
	what->unpaired = got;
	if (c->object)
		what->unpaired = ipc_choose_received(c->tid, got, got ? got_tag(rule, regs) : 0);
	/* What is EAGAIN elsewhere, and here too if it is the queue that is full. */
	if (what->error == OSCOPE_ENOMSG)
		what->error = OSCOPE_EAGAIN;
}

/* Bytes that a call has moved. */
static __always_inline __u64 moved_bytes(__u32 rule, struct pt_regs *regs, long ret)
{
	if (ret <= 0)
		return 0;
	if (ipc_follows(OSCOPE_IPC_SOCKETS) && (rule & OSCOPE_IPC_CALL_MANY))
		return ipc_list_bytes(regs_arg2(regs), ret);
	return ret;
}

/* ... messages. A stream that moves nothing has ended; a datagram may be empty. */
static __always_inline __u32 moved_messages(struct ipc_call *c, __u32 rule, long ret)
{
	if (ret > 0)
		return rule & OSCOPE_IPC_CALL_MANY ? ret : 1;
	if (ret || (rule & OSCOPE_IPC_CALL_MANY))
		return 0;
	if (c->mechanism != OSCOPE_IPC_UNIX_DGRAM && c->mechanism != OSCOPE_IPC_UDP)
		return 0;
	return c->op == OSCOPE_IPC_SEND || c->took || c->note;
}

/* Whether a receiving call gets all messages that there are. */
static __always_inline bool takes_all(struct ipc_call *c)
{
	__u32 cell = c->object - 1;
	struct oscope_ipc_object *o = bpf_map_lookup_elem(&ipc_objects, &cell);

	return oscope_ipc_take(c->mechanism) == OSCOPE_TAKE_ALL && o &&
	       !(o->flags & OSCOPE_IPC_OBJECT_ONE);
}

/* Of units that a call has received: how many messages nobody was seen to send. */
static __always_inline __u32 moved_unpaired(struct ipc_call *c, __u32 units, bool stream)
{
	__u32 strange = 0, told, missing;
	__u64 met;

	if (ipc_follows(OSCOPE_IPC_BIT(UNIX_DGRAM)) && c->mechanism == OSCOPE_IPC_UNIX_DGRAM) {
		met = ipc_datagrams_end(c->tid, units);
		told = met;
		units -= told < units ? told : units;	/* the queue tells of the rest */
		strange = met >> 32;
	}
	missing = c->object ? ipc_queue_received(c->tid, units, takes_all(c)) : units;
	return strange + (stream ? missing != 0 : missing);
}

/* ... and elsewhere. */
static __always_inline void moved_end(struct ipc_call *c, __u32 rule, struct pt_regs *regs,
				      long ret, struct oscope_ipc_call *what)
{
	bool stream = oscope_ipc_take(c->mechanism) == OSCOPE_TAKE_BYTES;
	__u32 units = call_peeks(rule, regs) ? 0 : moved_messages(c, rule, ret);

	what->messages = units;
	what->bytes = units ? moved_bytes(rule, regs, ret) : 0;
	if (stream) {		/* what it has moved is one message, however many it has named */
		units = what->bytes;
		what->messages = !!units;
	}
	if (c->op == OSCOPE_IPC_SEND) {
		if (c->object)
			ipc_queue_sent(c->tid, stream ? units : units ? what->bytes + 1 : 0);
		return;
	}
	what->unpaired = moved_unpaired(c, units, stream);
	if (what->unpaired && ipc_follows(OSCOPE_IPC_BIT(TCP)) &&
	    ipc_socket_remote(c->tid, what->bytes))
		what->unpaired = 0;
}

/* ... of UDP. */
static __always_inline void datagram_end(struct ipc_call *c, __u32 rule, struct pt_regs *regs,
					 long ret, struct oscope_ipc_call *what)
{
	__u32 n = call_peeks(rule, regs) ? 0 : moved_messages(c, rule, ret);

	what->messages = n;
	what->bytes = n ? moved_bytes(rule, regs, ret) : 0;
	if (c->op == OSCOPE_IPC_RECEIVE)
		what->unpaired = ipc_datagrams_end(c->tid, n) >> 32;
}

/* ... and by ways of their own: who was woken, or has woken; what was copied. */
static __always_inline void own_end(struct ipc_call *c, __u32 rule, struct pt_regs *regs, long ret,
				    struct oscope_ipc_call *what)
{
	__u64 woken = 0;

	if (ipc_follows(OSCOPE_IPC_BIT(PROCESS_VM)) && (rule & OSCOPE_IPC_CALL_MEMORY)) {
		what->bytes = ret > 0 ? ret : 0;
		what->messages = ret > 0;
		what->unpaired = ret > 0 && ipc_memory_end(c->tid, ret);
		return;
	}
	if (ipc_follows(OSCOPE_IPC_SEGMENTS) && (rule & OSCOPE_IPC_CALL_MAP))
		ipc_map_end(c->tid, what->error);	/* memory moves nothing */
	else if (ipc_follows(OSCOPE_IPC_BIT(FILE_LOCK)) && (rule & OSCOPE_IPC_CALL_LOCKS))
		woken = ipc_lock_end(c->tid, ret);
	else if (ipc_follows(OSCOPE_IPC_BIT(SYSV_SEM)) && (rule & OSCOPE_IPC_CALL_SEM))
		woken = ipc_sem_end(c->tid, ret, regs_arg2(regs), regs_arg3(regs));
	else if (ipc_follows(OSCOPE_IPC_BIT(FUTEX)))
		woken = ipc_futex_end(c->tid, ret);
	what->messages = woken;
	what->unpaired = (woken & IPC_WOKEN_UNPAIRED) != 0;
}

/*
 * A signalfd has been read: where that has put what. Of several buffers it is the first that is
 * looked at.
 */
static __always_inline void signals_end(struct pt_regs *regs, long ret)
{
	__u64 at = regs_arg2(regs), v[2];

	if (ret <= 0)
		return;
	if (regs_syscall(regs) != __NR_read) {
		if (bpf_probe_read_user(v, sizeof(v), (void *)at))
			return;
		at = v[0];
		ret = (__u64)ret < v[1] ? (__u64)ret : v[1];
	}
	ipc_signals_read(at, ret);
}

static __always_inline void call_end(struct ipc_call *c, __u32 rule, struct pt_regs *regs,
				     long ret, __u64 now)
{
	struct oscope_ipc_call what = { .error = ret < 0 ? -ret : 0 };

	/* Reports show pairs of who has a use: it is there first. */
	if (c->flags & IPC_CALL_PASSES)
		use_find(c);
	if (ipc_follows(IPC_OWN) && (rule & OSCOPE_IPC_CALL_OWN))
		own_end(c, rule, regs, ret, &what);
	else if (ipc_follows(OSCOPE_IPC_BIT(SIGNAL)) && c->mechanism == OSCOPE_IPC_SIGNAL)
		signals_end(regs, ret);
	else if (ipc_follows(IPC_CHOOSE) && oscope_ipc_call_chooses(rule))
		chosen_end(c, rule, regs, ret, &what);
	else if (ipc_follows(OSCOPE_IPC_BIT(UDP)) && c->mechanism == OSCOPE_IPC_UDP)
		datagram_end(c, rule, regs, ret, &what);
	else if (ipc_follows(IPC_IN_ORDER))
		moved_end(c, rule, regs, ret, &what);
	/* It may have met more, of which others have taken some meanwhile. */
	if (what.unpaired > what.messages)
		what.unpaired = what.messages;
	if (c->flags & IPC_CALL_PASSES)
		ipc_call_count(c->tid, now, what.messages | CALL_ERROR(what.error) |
			       CALL_UNPAIRED(what.unpaired), what.bytes);
	c->tid = 0;
}

static __always_inline int call_leaves(__u32 rule, struct pt_regs *regs, long ret)
{
	struct ipc_call *c;
	__u32 tid;
	__u64 now;

	if (!rule)
		return 0;
	if (ipc_follows(OSCOPE_IPC_BIT(SIGNAL)) && (rule & OSCOPE_IPC_CALL_SIGNAL))
		return ret > 0 && !in_foreign_call(bpf_get_current_task_btf()) ?
		       ipc_signal_received(ret) : 0;
	tid = bpf_get_current_pid_tgid();
	c = ipc_call_of(tid);
	if (!c)
		return 0;
	if (config.ipc_functions && c->unseen == tid)
		ipc_unseen_ends(tid);
	/* Begun before the trace, or nothing that is followed. */
	if (c->tid != tid && c->seen == tid)
		return 0;
	now = bpf_ktime_get_ns();
	if (c->tid != tid) {
		c->seen = tid;
		if (!call_begin(rule, regs, 1))
			return 0;
		c->entry_ns = 0;
	}
	if (ipc_follows(IPC_IN_ORDER) && (rule & OSCOPE_IPC_CALL_MOVES))
		ipc_move_ends(tid, now, ret);
	if (ipc_follows(OSCOPE_IPC_BIT(FUTEX)) && (c->flags & IPC_CALL_LIST) && ret > 0)
		ipc_futex_settle(tid, regs_arg1(regs) + ret * sizeof(struct futex_listed));
	call_end(c, rule, regs, ret, now);
	return 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(on_ipc_exit, struct pt_regs *regs, long ret)
{
	return call_leaves(call_rule(regs, regs_syscall(regs)), regs, ret);
}

/*
 * The same from the calls' own functions, whose argument is what the tracepoints give. A small
 * program on each function comes here: by a tail call, which has to stay among functions of one
 * prototype, of which a kernel's BTF may have two. They have to return 0.
 */
#define ON_FUNCTIONS(which)						\
SEC("fentry")								\
int BPF_PROG(on_ipc_call_##which, struct pt_regs *regs)			\
{									\
	if (globals.ipc_hooked)						\
		call_enters(call_rule(regs, regs_syscall(regs)), regs);	\
	return 0;							\
}									\
									\
SEC("fexit")								\
int BPF_PROG(on_ipc_return_##which, struct pt_regs *regs, long ret)	\
{									\
	if (globals.ipc_hooked)						\
		call_leaves(call_rule(regs, regs_syscall(regs)), regs, ret);	\
	return 0;							\
}

ON_FUNCTIONS(1)
ON_FUNCTIONS(2)
