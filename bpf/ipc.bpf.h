/* SPDX-License-Identifier: GPL-2.0 */
/*
 * BPF side: calls that communicate, between their entry and their end, and the tables that they are
 * counted in: objects, who uses them, pairs. See kmod/uapi/oscope_ipc.h.
 */
#ifndef OSCOPE_IPC_BPF_H
#define OSCOPE_IPC_BPF_H

#include "shared.bpf.h"
#include "../kmod/core/ipc.h"
#include "../kmod/core/ipc_calls.h"
#include "../kmod/core/ipc_choose.h"

/* OSCOPE_IPC_CALL_* by the number of a call, of what is followed; filled in before the load. */
extern const volatile __u32 ipc_rules[OSCOPE_IPC_CALL_LAST + 1];

static __always_inline __u32 ipc_rule(__u64 call)
{
	return call <= OSCOPE_IPC_CALL_LAST ? ipc_rules[oscope_index(call)] : 0;
}

/*
 * Whether any of these mechanisms is followed: OSCOPE_IPC_BIT(). A constant to the verifier, which
 * does not look at what is not asked for.
 */
static __always_inline bool ipc_follows(__u64 mechanisms)
{
	return config.ipc & mechanisms;
}

/* What is told by other things than queues; where receivers choose; and what takes what comes. */
#define IPC_OWN		(OSCOPE_IPC_BIT(FUTEX) | OSCOPE_IPC_BIT(SYSV_SEM) | OSCOPE_IPC_SEGMENTS | \
			 OSCOPE_IPC_BIT(PROCESS_VM) | OSCOPE_IPC_BIT(FILE_LOCK))
#define IPC_CHOOSE	(OSCOPE_IPC_BIT(SYSV_MSG) | OSCOPE_IPC_BIT(POSIX_MQ))
#define IPC_IN_ORDER	(OSCOPE_IPC_SOCKETS | OSCOPE_IPC_BIT(PIPE) | OSCOPE_IPC_BIT(FIFO) | \
			 OSCOPE_IPC_BIT(EVENTFD))
/* What the kernel may move for who does not wait for it: out of a signalfd, too. */
#define IPC_ASKED	(IPC_IN_ORDER | OSCOPE_IPC_BIT(SIGNAL))

/* A call between its entry and its end. */
struct ipc_call {
	__u32 tid;			/* whose it is, 0: free */
	__u32 seen;			/* tid of who has begun one here last */
	__u32 object;			/* whose queue it is about: cell + 1, 0: none is known */
	__u32 shown;			/* where it is counted: the same, or a socket's own end */
	/*
	 * Of its place in the object's queue. futex: who waits has in number by which object it was
	 * woken, and in crossed which calls to unlock had begun. Where receivers choose: `since`.
	 */
	__u32 number, crossed;
	__u8 mechanism;
	__u8 op;
	__u16 flags;			/* IPC_CALL_* */
	__u64 entry_ns;			/* 0: before the trace */
	__u64 asleep_ns;		/* since when, 0: it is not */
	__u64 woken_ns;			/* latest wake-up in this call */
	__u64 blocked_ns;
	__u32 switches, wakeups;
	__u32 waker;			/* of that: tid, if that was in a sending call; else 0 */
	__u32 send_wake_ns;		/* ... from that call's entry to the wake-up */
	__u32 wake_run_ns;		/* ... from that until it ran */
	/* A sending call: of a receiver that it has woken and that is back already. */
	__u32 left_send_wake_ns, left_wake_run_ns;
	__u32 left;			/* these are valid; written by the receiver */
	/* What the last calls here found, as cell + 1: use and object by operation, the pair. */
	__u32 use[OSCOPE_IPC_OPS], end[OSCOPE_IPC_OPS];
	__u32 pair;
	/*
	 * futex: another object that the waking call is about; whom it has woken by an event, as
	 * with semaphores and locks of files: there `second` is whether somebody has ended the
	 * caller's sleep.
	 */
	__u32 second, told;
	/*
	 * Whose call, and when that began, has ended the caller's latest wait without an event: it
	 * may come yet. IPC_UNTOLD: that is not known.
	 */
	__u32 untold, untold_entry;
	/* futex: the object that a wait has let go of last, whom (maybe another), and when. */
	__u32 held, holder;
	__u64 held_ns;
	/* Who was in a call here when the trace began, whose end is not seen; see ipc_unseen.h. */
	__u32 unseen;
	__u32 unseen_object;		/* ... of which object, IPC_UNSEEN_SENDS */
	/*
	 * Datagrams: the buffer that a sending call has made last. One that receives: what it will
	 * get, as long as nobody else receives there, and the buffer of that; the socket; since
	 * when, and how often such calls had overlapped then; whether it has taken one. told: how
	 * many it has met, second: of those nobody's; the last is in taken, until the next.
	 */
	__u64 skb, note, sk, began;
	__u32 overlaps, took;
	struct oscope_taken taken;	/* what is being told: here, since the stack is short */
};

#define IPC_CALL_PLACED		0x1	/* it has a place in the queue */
#define IPC_CALL_PASSES		0x2	/* its caller passes the filter */
#define IPC_CALL_LOOKS		0x4	/* what it receives stays where it is */
#define IPC_CALL_UNREAD		0x100	/* semaphores: what it does is not known yet */
/* futex. PLACED: to unlock: in the object's numbers; to lock: nobody unlocked when it began. */
#define IPC_CALL_PI		0x8	/* of a lock with priority inheritance */
#define IPC_CALL_COUNTS		0x10	/* its result is how many it has woken */
#define IPC_CALL_LIST		0x20	/* its result says which of a list of words it was */
#define IPC_CALL_LOCKS		0x40	/* a call to lock that is in the object's numbers */
#define IPC_CALL_HANDS		0x80	/* it has woken who waited when its caller was let go */

#define IPC_UNTOLD		(~0U)
#define IPC_UNSEEN_SENDS	0x80000000U

/* Of a queue: apart from it, since what has a lock in it cannot be mapped. */
struct ipc_lock {
	struct bpf_spin_lock lock;
	__u32 reserved;
};

/*
 * Indexed by tid, as the states are: who finds another's call there is counted in calls_full. A
 * call that receives from one object and sends to another is two: what it receives is the call of
 * its tid with IPC_HALF, in one of the places behind all others.
 */
#define IPC_HALF	0x80000000U

SHARED struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct ipc_call);
} ipc_calls SEC(".maps");

SHARED struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct oscope_ipc_cpu);
} ipc_cpus SEC(".maps");

SHARED struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct oscope_ipc_object);
} ipc_objects SEC(".maps");

/* Beside the objects, one each. */
SHARED struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct oscope_queue);
} ipc_queues SEC(".maps");

SHARED struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct ipc_lock);
} ipc_locks SEC(".maps");

SHARED struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct oscope_ipc_name);
} ipc_names SEC(".maps");

SHARED struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct oscope_ipc_use);
} ipc_uses SEC(".maps");

SHARED struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct oscope_ipc_pair);
} ipc_pairs SEC(".maps");

/* Who shares memory. Those of a process lie side by side. */
SHARED struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct oscope_ipc_share);
} ipc_shares SEC(".maps");

/* The place of a task's call. */
static __always_inline struct ipc_call *ipc_call_of(__u32 tid)
{
	__u32 key = tid & config.state_mask;

	return bpf_map_lookup_elem(&ipc_calls, &key);
}

/* ... or of the half of a call. */
static __always_inline struct ipc_call *ipc_part_of(__u32 tid)
{
	__u32 key = tid & config.state_mask;

	if (tid & IPC_HALF)
		key = config.state_mask + 1 + (tid & (IPC_HALVES - 1));
	return bpf_map_lookup_elem(&ipc_calls, &key);
}

/* ... if it is in one. */
static __always_inline struct ipc_call *ipc_call_now(__u32 tid)
{
	struct ipc_call *c = ipc_call_of(tid);

	return c && tid && c->tid == tid ? c : NULL;
}

static __always_inline struct ipc_call *ipc_part_now(__u32 tid)
{
	struct ipc_call *c = ipc_part_of(tid);

	return c && tid && c->tid == tid ? c : NULL;
}

/* Whose it is. */
static __always_inline __u32 ipc_part_tid(__u32 tid)
{
	return tid & ~IPC_HALF;
}

static __always_inline struct oscope_ipc_cpu *ipc_cpu(void)
{
	__u32 cpu = bpf_get_smp_processor_id();

	return bpf_map_lookup_elem(&ipc_cpus, &cpu);
}

/* object: cell + 1. */
static __always_inline struct oscope_queue *ipc_queue_of(__u32 object)
{
	__u32 cell = object - 1;

	return bpf_map_lookup_elem(&ipc_queues, &cell);
}

static __always_inline struct ipc_lock *ipc_lock_of(__u32 object)
{
	__u32 cell = object - 1;

	return bpf_map_lookup_elem(&ipc_locks, &cell);
}

/* One more word of an object's key. */
static __always_inline __u64 ipc_mix(__u64 h, __u64 word)
{
	h = (h ^ word) * 0x9e3779b97f4a7c15ULL;
	return h ^ h >> 29;
}

/* A waking as one word: from the sender's entry to the wake-up, and on until it ran. */
#define IPC_NO_WAKE	(~0ULL)

static __always_inline __u64 ipc_wake(__u32 send_wake_ns, __u32 wake_run_ns)
{
	return (__u64)send_wake_ns << 32 | wake_run_ns;
}

/*
 * ipc_tables.bpf.c. Functions that are verified for themselves; none of them sleeps, and nobody may
 * hold a queue's lock.
 */

/*
 * Count a part of what `to` has received of `from`: from << 32 | to; messages << 32 | bytes. The
 * pair is the one of that cell + 1, or looked for. Returns which it was, 0: the table is full.
 */
__u32 ipc_pair_tell(__u64 place, __u64 who, __u64 what, __u64 wake, __u32 uncertain);
#define IPC_PAIR_PLACE(object, pair)	((__u64)(pair) << 32 | (object))

/* The cell + 1 of a use (key as in the contract), 0: the table is full. */
__u32 ipc_use_find(__u64 key);

/* The cell + 1 of an object, made if wanted, with no more than its key. 0: there is none. */
__u32 ipc_object_find(__u64 key, __u32 make);

/*
 * Say what an object is called: by the path of the file at that address, of which LEAF leaves the
 * last part; or, with OSCOPE_IPC_NAME_ADDRESS, by what the unix socket there or its peer is bound
 * to.
 */
int ipc_name(__u32 object, __u64 address, __u32 flags);

/*
 * ipc_socket.bpf.c. By the address of a socket's inode: its mechanism; the object that it sends to
 * or receives from; whether nothing is in that.
 */
__u32 ipc_socket_mechanism(__u64 inode);
__u32 ipc_socket_queue(__u32 end, __u64 inode, __u32 op, __u32 make);
__u32 ipc_socket_empty(__u64 inode, __u32 op);
/*
 * The call of that task has received so many bytes of what nobody was seen to send: tell of them
 * if they are from elsewhere, from 0. Returns whether they are: its way does not lead over the
 * loopback, and nobody here has ever sent anything by it.
 */
int ipc_socket_remote(__u32 tid, __u64 bytes);

/*
 * ipc_begin.bpf.c, the same. The current task begins a call (OSCOPE_IPC_CALL_*, its first and its
 * third argument); or, late, it had begun it before the trace. tag: where its message's type is, or
 * its priority. Returns whether it is followed.
 */
int ipc_call_begin(__u32 rule, __u64 fd, __u64 bytes, __u64 tag);
int ipc_call_begin_late(__u32 rule, __u64 fd, __u64 bytes, __u64 tag);

/*
 * ipc.bpf.c, the same. The call of that task has ended at now: messages that it has moved;
 * CALL_ERROR() and CALL_UNPAIRED() from there on.
 */
#define CALL_ERROR(error)	((__u64)(error) << 32)
#define CALL_UNPAIRED(messages)	((__u64)(messages) << 48)
int ipc_call_count(__u32 tid, __u64 now, __u64 messages, __u64 bytes);

/*
 * ipc_move.bpf.c, the same. The current task's call moves something from one descriptor to another:
 * the one that it sends to or receives from, and above 32 bits the rule of that, 0: there is none;
 * how many bytes at most. It ends: what it has received by it.
 */
__u64 ipc_move_way(__u32 op);
__u64 ipc_move_bytes(void);
int ipc_move_ends(__u32 tid, __u64 now, __s64 ret);

/*
 * ipc_signal.bpf.c, the same. The current task has got a signal; or those that a read of so many
 * bytes of a signalfd has brought there.
 */
int ipc_signal_received(__u32 sig);
int ipc_signals_read(__u64 at, __u64 bytes);

/*
 * ipc_memory.bpf.c, the same. The current task begins a call that copies from or to the memory of
 * that process; or has copied so many bytes. Returns whether it is not known with whom.
 */
int ipc_memory_begin(__u32 rule, __u32 pid, __u32 late);
int ipc_memory_end(__u32 tid, __u32 bytes);
/* ipc_begin.bpf.c: the address of the task of a number in a PID namespace, 0: there is none. */
__u64 ipc_process_find(__u64 ns, __u32 number);

/*
 * ipc_datagram.bpf.c, the same. The call of that task that receives from the UDP socket of an inode
 * has begun. One that receives datagrams ends, with so many: how many of them it has met, told, and
 * above 32 bits how many nobody was seen to send.
 */
int ipc_udp_begins(__u32 tid, __u64 inode);
__u64 ipc_datagrams_end(__u32 tid, __u32 messages);
/*
 * The current task sends by a unix datagram socket, by its address and inode; to: OSCOPE_TO_*.
 * Returns whether whom it sends to shows only when that is received, and if that is so from now on.
 */
#define SENDS_BY_NAME		1
#define SENDS_BY_NAME_NOW	2
#define OSCOPE_TO_NAMED		2U	/* not to its peer, or maybe not */
#define OSCOPE_TO_PASSES	1U	/* the caller passes the filter */
int ipc_datagram_sender(__u64 sk, __u64 ino, __u32 to);
/* ipc_socket.bpf.c: bytes in the first messages of a list, as the kernel has just said there. */
__u64 ipc_list_bytes(__u64 at, __u32 messages);

/*
 * ipc_begin.bpf.c: not only calls put into the queues of a file, by its address, and take from
 * them. Returns whether it is of what communicates.
 */
int ipc_file_foreign(__u64 file, __u32 make);
/* ... nor is all of an object's queue known from now on. object 0: nothing happens. */
int ipc_queue_foreign(__u32 object);
/* ipc_uring.bpf.c: the current task lets the kernel read and write for it: io_submit(2). */
int ipc_submit_begin(__u64 n, __u64 list);

/*
 * ipc_lock.bpf.c, the same: a lock of a file. It ends: how many it has woken, or whether it was;
 * and if nobody knows by whom.
 */
int ipc_lock_begin(__u32 does, __u32 late);
__u64 ipc_lock_end(__u32 tid, __s32 ret);

/*
 * ipc_queue.bpf.c, the same. By the number of a task in a call that has an object: it begins,
 * wanting so many units, after a look at the kernel's own queue.
 */
#define IPC_LOOK_EMPTY	(1ULL << 32)	/* it was empty when `begun` was what the low half says */
#define IPC_LOOK_WHOLE	(1ULL << 33)	/* units are messages */
#define IPC_LOOK_FETCHES (1ULL << 34)	/* it may wait for what it is to send */

int ipc_queue_begin(__u32 tid, __u32 units, __u64 look);
/*
 * ... or it had begun before the trace, and ends now; or it is not known in how many messages it
 * will send. What it sends has no place.
 */
int ipc_queue_begin_blind(__u32 tid);
/* Before that, if the queue is long: make room in it. */
int ipc_queue_squeeze(__u32 tid);
/* It ends; sent: as oscope_queue_sent() has it. */
int ipc_queue_sent(__u32 tid, __u32 units);
/* It ends and has received so many, or all. Returns how many of them nobody was seen to send. */
__u32 ipc_queue_received(__u32 tid, __u32 units, __u32 all);
/*
 * Take units for `by`, and tell whose they were; by 0: they were told already, as somebody else's.
 * Returns how many of them nobody was seen to send.
 */
__u32 ipc_queue_take(__u32 tid, __u32 by, __u32 units, __u32 doubtful);

/*
 * ipc_unseen.bpf.c, the same. The call that a task was in when the trace began has ended by now, or
 * the task has.
 */
int ipc_unseen_begins(__u32 tid, __u32 object, __u32 sends);
int ipc_unseen_ends(__u32 tid);

/*
 * ipc_futex_begin.bpf.c, ipc_futex.bpf.c, the same. The current task begins a call, as above: the
 * word in its first argument, or a list of them; and what says what it does.
 */
int ipc_futex_begin(__u32 rule, __u64 word, __u64 op, __u32 late);
/* ... if it was seen to begin: it takes its place among those that wake, or lock. */
int ipc_futex_queue(__u32 rule, __u64 op);
/* The object of a word, or of what is listed there (OSCOPE_FUTEX_LIST, _SHARED), 0: none. */
__u32 ipc_futex_object(__u64 word, __u32 does, __u32 make);
/* By the number of a task in such a call, of a lock with priority inheritance: it begins. */
int ipc_futex_enter(__u32 tid);
/* It was let go by that entry of its list. */
int ipc_futex_settle(__u32 tid, __u64 entry);
/* It ends, with that result: how many it has woken, or 1: it was; and if nobody knows by whom. */
__u64 ipc_futex_end(__u32 tid, __s32 ret);
#define IPC_WOKEN_UNPAIRED	(1ULL << 32)

/*
 * ipc_begin.bpf.c, the same. The address of the struct kern_ipc_perm that has a SysV identifier in
 * the namespace at that address, 0: none has, or none any more. ids: IPC_*_IDS. An identifier has a
 * sequence number in it, so that nothing has that of one before it.
 */
__u64 ipc_sysv_find(__u64 ns, __u32 ids, __u32 id);

/* ipc/util.h */
#define IPC_SEM_IDS	0
#define IPC_MSG_IDS	1
#define IPC_SHM_IDS	2

/*
 * ipc_sem.bpf.c, the same. The current task begins a call about that set, or what semctl(2) does to
 * it; operations: their address, and how many there are. It ends: as with futex.
 */
int ipc_sem_begin(__u32 rule, __u32 id, __u64 operations, __u32 n, __u32 late);
__u64 ipc_sem_end(__u32 tid, __s32 ret, __u64 operations, __u32 n);

/*
 * ipc_share.bpf.c, the same. The current task begins a call that attaches or detaches shared
 * memory: an address, an identifier or a descriptor, and how many bytes. It ends.
 */
int ipc_map_begin(__u32 rule, __u64 what, __u64 bytes);
int ipc_map_end(__u32 tid, __u32 failed);

/*
 * ipc_choose.bpf.c: the same where receivers choose: one message, by its tag. The last returns
 * whether nobody was seen to send it.
 */
int ipc_choose_begin(__u32 tid, __u32 tag, __u64 look);
int ipc_choose_sent(__u32 tid, __u32 sent);
__u32 ipc_choose_received(__u32 tid, __u32 got, __u32 tag);

#endif /* OSCOPE_IPC_BPF_H */
