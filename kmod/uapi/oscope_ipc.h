/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * The contract, continued: inter-process communication: by which mechanism, through which object,
 * who to whom. Module and probes follow all.
 */
#ifndef OSCOPE_IPC_UAPI_H
#define OSCOPE_IPC_UAPI_H

#include "oscope.h"

/* Cells of the tables. */
#define OSCOPE_IPC_OBJECTS	8192U
#define OSCOPE_IPC_NAMES	1024U
#define OSCOPE_IPC_USES		32768U
#define OSCOPE_IPC_PAIRS	32768U
#define OSCOPE_IPC_SHARES	4096U

/* Areas of the device, while communication is followed. */
enum oscope_ipc_area {
	OSCOPE_AREA_IPC_CPUS	= 7,	/* struct oscope_ipc_cpu, one a CPU */
	OSCOPE_AREA_IPC_OBJECTS	= 8,
	OSCOPE_AREA_IPC_QUEUES	= 9,	/* beside the objects, one each */
	OSCOPE_AREA_IPC_NAMES	= 10,
	OSCOPE_AREA_IPC_USES	= 11,
	OSCOPE_AREA_IPC_PAIRS	= 12,
	OSCOPE_AREA_IPC_SHARES	= 13,
};

/*
 * Mechanisms: one row each. Appended to, never reordered: id, name in reports, what its sending and
 * its receiving calls are called, and how receivers take what was sent: enum oscope_ipc_take.
 */
#define OSCOPE_IPC_LIST(X) \
	X(PIPE,		"pipe",		"write",	"read",		BYTES) \
	X(FIFO,		"fifo",		"write",	"read",		BYTES) \
	X(UNIX_STREAM,	"unix-stream",	"send",		"receive",	BYTES) \
	X(UNIX_DGRAM,	"unix-dgram",	"send",		"receive",	MESSAGE) \
	X(UNIX_SEQPACKET, "unix-seqpacket", "send",	"receive",	MESSAGE) \
	X(TCP,		"tcp",		"send",		"receive",	BYTES) \
	X(EVENTFD,	"eventfd",	"write",	"read",		ALL) \
	X(SIGNAL,	"signal",	"send",		"receive",	MESSAGE) \
	X(FUTEX,	"futex",	"wake",		"wait",		WAKE) \
	X(SYSV_MSG,	"sysv-msg",	"send",		"receive",	CHOSEN) \
	X(POSIX_MQ,	"posix-mq",	"send",		"receive",	CHOSEN) \
	X(PROCESS_VM,	"process-vm",	"write",	"read",		COPY) \
	X(FILE_LOCK,	"file-lock",	"unlock",	"lock",		WAKE) \
	X(SYSV_SEM,	"sysv-sem",	"raise",	"wait",		WAKE) \
	X(SYSV_SHM,	"sysv-shm",	"attach",	"detach",	NOTHING) \
	X(POSIX_SHM,	"posix-shm",	"map",		"unmap",	NOTHING) \
	X(MEMFD,	"memfd",	"map",		"unmap",	NOTHING) \
	X(UDP,		"udp",		"send",		"receive",	DATAGRAM)

#define OSCOPE_IPC_ENUM(id, name, send, receive, take)	OSCOPE_IPC_##id,
enum oscope_ipc {
	OSCOPE_IPC_LIST(OSCOPE_IPC_ENUM)
	OSCOPE_IPCS
};

#define OSCOPE_IPC_NONE		0xffU

/* Sets of mechanisms: a bit each. */
#define OSCOPE_IPC_BIT(id)	(1ULL << OSCOPE_IPC_##id)
#define OSCOPE_IPC_ALL		((1ULL << OSCOPE_IPCS) - 1)
#define OSCOPE_IPC_SOCKETS	(OSCOPE_IPC_BIT(UNIX_STREAM) | OSCOPE_IPC_BIT(UNIX_DGRAM) | \
				 OSCOPE_IPC_BIT(UNIX_SEQPACKET) | OSCOPE_IPC_BIT(TCP) | \
				 OSCOPE_IPC_BIT(UDP))
#define OSCOPE_IPC_DATAGRAMS	(OSCOPE_IPC_BIT(UNIX_DGRAM) | OSCOPE_IPC_BIT(UDP))
#define OSCOPE_IPC_SEGMENTS	(OSCOPE_IPC_BIT(SYSV_SHM) | OSCOPE_IPC_BIT(POSIX_SHM) | \
				 OSCOPE_IPC_BIT(MEMFD))

enum oscope_ipc_take {
	OSCOPE_TAKE_BYTES	= 0,	/* a stream: as many bytes as the call says, in order */
	OSCOPE_TAKE_MESSAGE	= 1,	/* one message, in order */
	OSCOPE_TAKE_ALL		= 2,	/* all messages that there are */
	OSCOPE_TAKE_WAKE	= 3,	/* nothing: what is received is to be woken */
	OSCOPE_TAKE_CHOSEN	= 4,	/* one message, by its type or priority */
	OSCOPE_TAKE_COPY	= 5,	/* nothing: the call itself brings it to the other */
	OSCOPE_TAKE_NOTHING	= 6,	/* there are no messages: memory that is shared */
	OSCOPE_TAKE_DATAGRAM	= 7,	/* one message, known by its buffer in the kernel */
};

/* Directions. */
enum oscope_ipc_op {
	OSCOPE_IPC_SEND		= 0,
	OSCOPE_IPC_RECEIVE	= 1,
	OSCOPE_IPC_OPS		= 2,
};

/* What calls came to. Times in ns. */
struct oscope_ipc_sum {
	__u64 count;			/* calls that have ended */
	__u64 messages;			/* ... that have moved something: messages of it */
	__u64 bytes;			/* that they have moved */
	__u64 errors;			/* ... that failed, without the next */
	__u64 eagain;			/* ... that would have had to wait */
	__u64 latency_ns;		/* from entries to ends */
	__u64 blocked_ns;		/* of that, asleep */
	__u64 switches;			/* times that the caller left its CPU inside them */
	__u64 wakeups;			/* others that they have woken */
	__u64 unpaired;			/* receiving: ... took what nobody was seen to send */
	/*
	 * futex, sending: calls by who was let go by a wait for the same, and has let go who waited
	 * then; the times between. So long a lock was held while others queued for it.
	 */
	__u64 handed;
	__u64 held_ns;
};

/* Of one CPU; written by that alone. */
struct oscope_ipc_cpu {
	struct oscope_ipc_sum op[OSCOPE_IPCS][OSCOPE_IPC_OPS];
	__u64 calls;			/* IPC calls looked at, others' on known objects too */
	__u64 no_entry;			/* ends of calls that had begun before the trace */
	__u64 objects_full;		/* calls whose object found no place in the table */
	__u64 uses_full;		/* ... who used it, by which call */
	__u64 pairs_full;		/* messages whose pair found no place */
	__u64 calls_full;		/* calls that could not be followed from entry to end */
	__u64 asynchronous;		/* transfers by io_uring or AIO, of unseen ends */
	__u64 shares_full;		/* processes that share memory, and found no place */
	struct oscope_hist latency[OSCOPE_IPCS][OSCOPE_IPC_OPS];
};

/* What a futex' word lies in. */
enum oscope_ipc_place {
	OSCOPE_IPC_PLACE_NONE	= 0,	/* memory without a file, or not known */
	OSCOPE_IPC_PLACE_HEAP	= 1,
	OSCOPE_IPC_PLACE_STACK	= 2,
	OSCOPE_IPC_PLACE_FILE	= 3,	/* mapped, of its own; or what follows it: its .bss */
	OSCOPE_IPC_PLACE_SHARED	= 4,	/* mapped, by whoever wants: the offset is the word */
};

struct oscope_ipc_word {
	__u64 address;			/* as who met it first has it */
	__u64 offset;			/* in the file, or the heap */
	__u32 pid;			/* of the process that met it first */
	__u32 place;			/* enum oscope_ipc_place */
	__u64 reserved;
};

/* Memory that processes share. */
struct oscope_ipc_segment {
	__u64 bytes;			/* its size, when it was looked at last */
	__u64 resident;			/* most of it that has been there at a look: was touched */
	__u64 inode;			/* opaque */
	__u64 reserved;
};

/*
 * An object: one queue, into which some put and from which some take. A connection of sockets has
 * two, one each way, each known by who receives from it. Cells of an open-addressed hash.
 */
struct oscope_ipc_object {
	__u64 key;			/* 0: empty cell; opaque */
	__u64 ino;			/* inode number, 0: not known; see OSCOPE_IPC_SYSV_INO */
	__u32 mechanism;		/* enum oscope_ipc + 1; 0: not said yet */
	__u32 name;			/* place in the table of names + 1, 0: none */
	/*
	 * A socket's end of a connection: the objects that it sends to and receives from, by
	 * operation, as cell + 1, 0: not known. What is received may lie in another cell, if it
	 * was sent before the connection was accepted. A futex: the word that those who share its
	 * memory have elsewhere; and the file that it is in, which has a name and no mechanism.
	 */
	__u32 queue[OSCOPE_IPC_OPS];
	__u32 flags;			/* OSCOPE_IPC_OBJECT_* */
	__u32 ns;			/* of what has a SysV identifier: its IPC namespace */
	union {
		/*
		 * TCP: where it is received, and from where; IPv4 as mapped into IPv6, network
		 * order. UDP: the socket's own address, and what it is connected to, port 0:
		 * nothing.
		 */
		struct {
			__u32 local[4], remote[4];
		};
		struct oscope_ipc_word word;
		char comm[OSCOPE_COMM_LEN];	/* PROCESS_VM: ino is the process */
		struct oscope_ipc_segment segment;
	};
	__u16 local_port, remote_port;
	__u32 number;			/* SIGNAL: which; ino is the process or thread */
};

/* What has a SysV identifier has that and its key in the place of an inode's number. */
#define OSCOPE_IPC_SYSV_INO(key, id)	((__u64)(__u32)(key) << 32 | (__u32)(id))

#define OSCOPE_IPC_OBJECT_ONE	0x1U	/* of those that take all: this one's take one at a time */
#define OSCOPE_IPC_OBJECT_THREAD 0x2U	/* SIGNAL: sent to a thread, not to its process */
#define OSCOPE_IPC_OBJECT_MOVED	0x4U	/* futex: who waits here may be moved to another word */
#define OSCOPE_IPC_OBJECT_REMOTE 0x8U	/* TCP, UDP: its other end is not reached by loopback */

#define OSCOPE_IPC_NAME_PARTS	8U
#define OSCOPE_IPC_NAME_BYTES	32U

/* The path of an object: its components from the last to the first, a 0 behind each. */
struct oscope_ipc_name {
	__u32 parts;
	__u32 flags;			/* OSCOPE_IPC_NAME_CUT */
	char part[OSCOPE_IPC_NAME_PARTS][OSCOPE_IPC_NAME_BYTES];
};

#define OSCOPE_IPC_NAME_CUT	0x1U	/* there is more before the first, or a part is longer */
#define OSCOPE_IPC_NAME_ADDRESS	0x2U	/* no parts: the address of a socket, from part[0] on */
#define OSCOPE_IPC_NAME_ALONE	0x4U	/* in no directory: others may have the same name */
#define OSCOPE_IPC_NAME_LEAF	0x8U	/* the last part is all of it */

/* Who has used an object by which kind of call. Cells of an open-addressed hash. */
struct oscope_ipc_use {
	__u64 key;			/* object << 40 | op << 32 | tid; 0: empty */
	struct oscope_ipc_sum sum;
};

/* How a process has come to have no more of a segment. */
enum oscope_ipc_ended {
	OSCOPE_IPC_HELD		= 0,	/* it has it */
	OSCOPE_IPC_DETACHED	= 1,	/* by a call */
	OSCOPE_IPC_EXEC		= 2,	/* with all its memory */
	OSCOPE_IPC_EXIT		= 3,	/* ... at its end */
};

/* Who has, or has had, a segment in its memory. Cells of an open-addressed hash, by process. */
struct oscope_ipc_share {
	__u64 key;			/* object << 32 | process; 0: empty */
	__u32 attaches, detaches;	/* its own calls */
	__u32 parent;			/* from which it has inherited it, 0: it has not */
	__u32 ended;			/* enum oscope_ipc_ended */
	__u64 bytes;			/* in its memory now */
	__u64 bytes_max;		/* ... at most */
	char comm[OSCOPE_COMM_LEN];	/* what it was called, at a look */
	__u32 flags;			/* OSCOPE_IPC_SHARE_* */
	__u32 reserved;
};

#define OSCOPE_IPC_SHARE_BEFORE	0x1U	/* it had it when the trace began */

/* Whose messages somebody has received by which object. Cells of an open-addressed hash. */
struct oscope_ipc_pair {
	__u64 key;			/* from << 32 | to, tids; 0: empty */
	__u32 object;			/* place in the table of objects + 1; 0: being filled in */
	__u32 reserved;
	__u64 messages;			/* wholly received */
	__u64 bytes;
	__u64 uncertain;		/* of messages: calls overlapped, it may be another's */
	__u64 wakes;			/* of messages: whose sender has woken who received them */
	__u64 send_wake_ns;		/* sums: from the sender's entry to the wake-up */
	__u64 wake_run_ns;		/* ... from that until the receiver runs */
};

/*
 * What was sent through an object and not received yet: runs of like messages of one sender, in
 * order. Units are bytes of a stream, else messages.
 */
struct oscope_run {
	__u32 from;			/* tid */
	__u32 flags;			/* OSCOPE_RUN_* */
	__u32 units;			/* left; OPEN: what the call wants to send */
	__u32 messages;			/* left, a part of one counts; if they choose: the order */
	__u32 size;			/* bytes of each, 0: they differ. OPEN: units told */
	__u32 tag;			/* what receivers choose by */
	__u32 taken;			/* OPEN: units that somebody has, which are not told yet */
	__u32 by;			/* ... who */
};

#define OSCOPE_RUN_OPEN		0x1U	/* the call has not ended: it may send less */
#define OSCOPE_RUN_UNCERTAIN	0x2U	/* others sent at the same time: the order is not known */
#define OSCOPE_RUN_WHOLE	0x4U	/* units are messages: a receiver gets all of one */
#define OSCOPE_RUN_BLIND	0x8U	/* OPEN: who has it does not know its tag */
#define OSCOPE_RUN_FETCHES	0x10U	/* OPEN: the call may wait for what it is to send */

#define OSCOPE_QUEUE_RUNS	32U	/* a power of two */
#define OSCOPE_QUEUE_LONG	24U	/* from so many on, runs of one sender are put together */

struct oscope_queue {
	__u32 first, last;		/* numbers of runs; its place is the number % RUNS */
	__u32 senders, receivers;	/* calls between entry and end */
	__u32 begun;			/* sending calls that have begun, ever */
	__u32 crossed_sends;		/* changes whenever sending calls overlap */
	__u32 crossed_receives;		/* ... receiving ones, and one has taken something */
	__u32 flags;			/* OSCOPE_QUEUE_* */
	__u32 sender, receiver;		/* the first that has sent, received something */
	struct oscope_run run[OSCOPE_QUEUE_RUNS];
};

#define OSCOPE_QUEUE_SYNCED	0x1U	/* it was seen empty, and all that was sent since is here */
#define OSCOPE_QUEUE_MANY_FROM	0x2U	/* there is another sender than the first */
#define OSCOPE_QUEUE_MANY_TO	0x4U	/* ... receiver */
#define OSCOPE_QUEUE_LEFT_OUT	0x8U	/* something sent or received could not be followed */
#define OSCOPE_QUEUE_BLURRED	0x10U	/* somebody's may have had another tag than is thought */
#define OSCOPE_QUEUE_FOREIGN	0x20U	/* not only calls put into it and take from it */

/*
 * Records
 * -------
 * Counted where the tables are, so that who adds them up has what the tables have. Numbers of tasks
 * and objects (cell + 1, 0: none) have 22 bits; what else there is of a number lies below them.
 * core/ipc_record.h writes and reads them.
 *
 *   IPC_CALL    a call has ended, or a signal was sent or received. w0 tid << 10, and bits 0..9 of
 *               the bytes moved; w1 object << 10, mechanism << 5, enum oscope_ipc_op << 4, and bits
 *               10..13 of the bytes; w2 low half of the ns from its entry. Flags: OSCOPE_CALL_*.
 *               A second slot if that does not hold it: ts is the ns asleep, w0 the high half of
 *               the ns, w1 the bytes from bit 14 on, w2 low halves of how often the caller left its
 *               CPU and, above, how many others it has woken, instead of the flags.
 *               A third one: ts is held_ns of struct oscope_ipc_sum if it is one of `handed`, w0
 *               messages, w1 its errno and, above, how many messages were unpaired, instead of the
 *               flags, w2 the high halves.
 *   IPC_PAIR    somebody has received what another has sent, or was woken. w0 tid of the sender
 *               << 10, w1 of the receiver << 10, w2 object << 10; below them bits 0..9, 10..19 and
 *               20..29 of the bytes. Flags: OSCOPE_PAIR_*.
 *               A second slot if that does not hold it: ts the bytes from bit 30 on; if
 *               OSCOPE_PAIR_WOKEN, w0 the ns from the sender's entry to the wake-up, w1 from that
 *               until the receiver ran; w2 messages, instead of the flag.
 */
#define OSCOPE_CALL_MESSAGE	0x01U	/* it has moved one message; else none */
#define OSCOPE_CALL_EAGAIN	0x02U	/* it would have had to wait */
#define OSCOPE_CALL_UNPAIRED	0x04U	/* one message, that nobody was seen to send */
#define OSCOPE_CALL_NO_ENTRY	0x08U	/* it had begun before the trace: no ns */
#define OSCOPE_CALL_WAKEUPS	0x30U	/* so many */
#define OSCOPE_CALL_SWITCHES	0xc0U	/* so many */
#define OSCOPE_CALL_HANDED	0x100U	/* one of `handed` */

#define OSCOPE_PAIR_MESSAGE	0x01U	/* one message; else none: a part of one */
#define OSCOPE_PAIR_UNCERTAIN	0x02U	/* calls overlapped, it may be another's */
#define OSCOPE_PAIR_WOKEN	0x04U	/* the sender has woken who received it */

/* What a recorded file says of them beside the records. */
struct oscope_file_ipc {
	__u64 mechanisms;		/* that are followed: OSCOPE_IPC_BIT() */
	__u32 objects;			/* cells of the table: numbers of objects go up to this */
	__u32 functions;		/* calls are seen by their own functions */
	__u32 ipc_ns;			/* inode of the recorder's IPC namespace, 0: not known */
	__u32 reserved;
	/* As in struct oscope_ipc_cpu, all CPUs. */
	__u64 calls, objects_full, calls_full, asynchronous, shares_full;
};

struct oscope_file_object {
	__u32 number;			/* cell + 1 */
	__u32 flags;			/* OSCOPE_FILE_OBJECT_* */
	struct oscope_ipc_object object;
};

#define OSCOPE_FILE_OBJECT_EXACT 0x1U	/* what overlapping calls have moved by it is known */

#define OSCOPE_IPC_SYMBOL_MAX	96U

/* Which variable of its file a futex is, as far as the recorder could tell. */
struct oscope_file_symbol {
	__u32 number;			/* of the object: cell + 1 */
	__u32 reserved;
	char text[OSCOPE_IPC_SYMBOL_MAX];	/* ends with a 0 */
};

struct oscope_file_name {
	__u32 number;			/* place + 1 */
	__u32 reserved;
	struct oscope_ipc_name name;
};

#endif /* OSCOPE_IPC_UAPI_H */
