/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which system calls communicate: a table by number, in the manner of kmod/core/blocked.h.
 */
#ifndef OSCOPE_CORE_IPC_CALLS_H
#define OSCOPE_CORE_IPC_CALLS_H

#include <asm/unistd.h>

#include "../uapi/oscope_ipc.h"
#include "contract.h"

/* What a call does. */
#define OSCOPE_IPC_CALL_SENDS		0x01	/* else it receives */
#define OSCOPE_IPC_CALL_COUNTED		0x02	/* its third argument says how many bytes at most */
#define OSCOPE_IPC_CALL_FLAGS3		0x04	/* its third argument is MSG_* flags */
#define OSCOPE_IPC_CALL_FLAGS4		0x08	/* ... its fourth */
#define OSCOPE_IPC_CALL_SIGNAL		0x10	/* it gives back a signal, and has no descriptor */
/* What its first argument is. */
#define OSCOPE_IPC_CALL_BY		0x60
#define OSCOPE_IPC_CALL_BY_FD		0x00	/* a descriptor, of whatever it is */
#define OSCOPE_IPC_CALL_BY_MSGID	0x20	/* the identifier of a SysV message queue */
#define OSCOPE_IPC_CALL_BY_MQD		0x40	/* a descriptor, of a POSIX message queue only */
#define OSCOPE_IPC_CALL			0x80	/* every one */
/* Calls without a descriptor: futex, of kmod/core/ipc_futex.h. */
#define OSCOPE_IPC_CALL_FUTEX		0x100
#define OSCOPE_IPC_CALL_FUTEX_OP	0x200	/* what it does is in its second argument */
#define OSCOPE_IPC_CALL_FUTEX_LIST	0x400	/* its first argument is a list of words */

/* Calls of sockets only, whatever else their first argument may be. */
#define OSCOPE_IPC_CALL_SOCKET		0x800

/* A list of messages in its second argument; it says how many it has moved. */
#define OSCOPE_IPC_CALL_MANY		0x1000

/* ... and SysV semaphores, of kmod/core/ipc_sem.h. */
#define OSCOPE_IPC_CALL_SEM		0x10000
#define OSCOPE_IPC_CALL_SEM_CONTROL	0x20000	/* what it does is in its third argument */
/* ... and memory that is shared, of kmod/core/ipc_share.h. */
#define OSCOPE_IPC_CALL_MAP		0x40000
#define OSCOPE_IPC_CALL_MAP_BY		0x60	/* the part of a rule by which these are told */
#define OSCOPE_IPC_CALL_MAP_ADDRESS	0x00	/* detaches what is mapped at its first argument */
#define OSCOPE_IPC_CALL_MAP_SHMID	0x20	/* attaches what has that identifier */
#define OSCOPE_IPC_CALL_MAP_FD		0x40	/* ... what its fifth argument leads to */
#define OSCOPE_IPC_CALL_MAP_ALL		0x80000	/* all that is there, however much it is */

#define OSCOPE_IPC_CALL_MOVES		0x01000000 /* between descriptors: ipc_moves.h */
#define OSCOPE_IPC_CALL_MEMORY		0x02000000 /* between memories; first, a process */
#define OSCOPE_IPC_CALL_LOCKS		0x04000000 /* a file: ipc_lock.h */
#define OSCOPE_IPC_CALL_SUBMITS		0x08000000 /* what is to be moved later: io_submit(2) */
#define OSCOPE_IPC_CALL_PARTS		0x40000000 /* sends as many messages as it likes */
/* Of either half of a call that moves, in no table. */
#define OSCOPE_IPC_CALL_HALF		0x10000000 /* what receives, beside what sends */
#define OSCOPE_IPC_CALL_LOOKS		0x20000000 /* leaves what it receives where it is */
/* ... and of a call of a socket: what it moves has no place in the order of the rest. */
#define OSCOPE_IPC_CALL_APART		0x100000

#define OSCOPE_IPC_CALL_SEND		(OSCOPE_IPC_CALL | OSCOPE_IPC_CALL_SENDS)
#define OSCOPE_IPC_CALL_RECEIVE		OSCOPE_IPC_CALL

#define OSCOPE_IPC_CALL_LAST	456	/* number of the last one that is any of these */

static const __u32 oscope_ipc_calls[OSCOPE_IPC_CALL_LAST + 1] = {
	[__NR_read] = OSCOPE_IPC_CALL_RECEIVE,
	[__NR_readv] = OSCOPE_IPC_CALL_RECEIVE,
	[__NR_write] = OSCOPE_IPC_CALL_SEND | OSCOPE_IPC_CALL_COUNTED,
	[__NR_writev] = OSCOPE_IPC_CALL_SEND,
	/* By an offset of -1 of a pipe, too. Those that have no such offset fail there. */
	[__NR_preadv2] = OSCOPE_IPC_CALL_RECEIVE,
	[__NR_pwritev2] = OSCOPE_IPC_CALL_SEND,
	[__NR_process_vm_readv] = OSCOPE_IPC_CALL_RECEIVE | OSCOPE_IPC_CALL_MEMORY,
	[__NR_process_vm_writev] = OSCOPE_IPC_CALL_SEND | OSCOPE_IPC_CALL_MEMORY,
	[__NR_flock] = OSCOPE_IPC_CALL | OSCOPE_IPC_CALL_LOCKS,
	[__NR_fcntl] = OSCOPE_IPC_CALL | OSCOPE_IPC_CALL_LOCKS,
	[__NR_io_submit] = OSCOPE_IPC_CALL | OSCOPE_IPC_CALL_SUBMITS,
	[__NR_splice] = OSCOPE_IPC_CALL | OSCOPE_IPC_CALL_MOVES,
	[__NR_tee] = OSCOPE_IPC_CALL | OSCOPE_IPC_CALL_MOVES,
	[__NR_vmsplice] = OSCOPE_IPC_CALL | OSCOPE_IPC_CALL_MOVES,
	[__NR_sendfile] = OSCOPE_IPC_CALL_SEND | OSCOPE_IPC_CALL_MOVES,
	[__NR_sendto] = OSCOPE_IPC_CALL_SEND | OSCOPE_IPC_CALL_COUNTED | OSCOPE_IPC_CALL_SOCKET,
	[__NR_sendmsg] = OSCOPE_IPC_CALL_SEND | OSCOPE_IPC_CALL_SOCKET,
	[__NR_recvfrom] = OSCOPE_IPC_CALL_RECEIVE | OSCOPE_IPC_CALL_FLAGS4 | OSCOPE_IPC_CALL_SOCKET,
	[__NR_rt_sigtimedwait] = OSCOPE_IPC_CALL_RECEIVE | OSCOPE_IPC_CALL_SIGNAL,
	[__NR_recvmsg] = OSCOPE_IPC_CALL_RECEIVE | OSCOPE_IPC_CALL_FLAGS3 | OSCOPE_IPC_CALL_SOCKET,
	[__NR_sendmmsg] = OSCOPE_IPC_CALL_SEND | OSCOPE_IPC_CALL_SOCKET | OSCOPE_IPC_CALL_MANY |
			  OSCOPE_IPC_CALL_PARTS,
	[__NR_recvmmsg] = OSCOPE_IPC_CALL_RECEIVE | OSCOPE_IPC_CALL_FLAGS4 |
			  OSCOPE_IPC_CALL_SOCKET | OSCOPE_IPC_CALL_MANY,
	[__NR_futex] = OSCOPE_IPC_CALL | OSCOPE_IPC_CALL_FUTEX | OSCOPE_IPC_CALL_FUTEX_OP,
	[__NR_futex_waitv] = OSCOPE_IPC_CALL_RECEIVE | OSCOPE_IPC_CALL_FUTEX |
			     OSCOPE_IPC_CALL_FUTEX_LIST,
	/* Since 6.7, the same everywhere: futex_wake, futex_wait, futex_requeue. */
	[454] = OSCOPE_IPC_CALL_SEND | OSCOPE_IPC_CALL_FUTEX,
	[455] = OSCOPE_IPC_CALL_RECEIVE | OSCOPE_IPC_CALL_FUTEX,
	[456] = OSCOPE_IPC_CALL_SEND | OSCOPE_IPC_CALL_FUTEX | OSCOPE_IPC_CALL_FUTEX_LIST,
	[__NR_msgsnd] = OSCOPE_IPC_CALL_SEND | OSCOPE_IPC_CALL_BY_MSGID,
	[__NR_msgrcv] = OSCOPE_IPC_CALL_RECEIVE | OSCOPE_IPC_CALL_BY_MSGID,
	[__NR_mq_timedsend] = OSCOPE_IPC_CALL_SEND | OSCOPE_IPC_CALL_BY_MQD,
	[__NR_mq_timedreceive] = OSCOPE_IPC_CALL_RECEIVE | OSCOPE_IPC_CALL_BY_MQD,
	[__NR_semop] = OSCOPE_IPC_CALL_RECEIVE | OSCOPE_IPC_CALL_SEM,
	[__NR_semtimedop] = OSCOPE_IPC_CALL_RECEIVE | OSCOPE_IPC_CALL_SEM,
	[__NR_shmat] = OSCOPE_IPC_CALL_SEND | OSCOPE_IPC_CALL_MAP | OSCOPE_IPC_CALL_MAP_SHMID,
	[__NR_shmdt] = OSCOPE_IPC_CALL_RECEIVE | OSCOPE_IPC_CALL_MAP | OSCOPE_IPC_CALL_MAP_ADDRESS |
		       OSCOPE_IPC_CALL_MAP_ALL,
	[__NR_mmap] = OSCOPE_IPC_CALL_SEND | OSCOPE_IPC_CALL_MAP | OSCOPE_IPC_CALL_MAP_FD,
	[__NR_munmap] = OSCOPE_IPC_CALL_RECEIVE | OSCOPE_IPC_CALL_MAP | OSCOPE_IPC_CALL_MAP_ADDRESS,
	[__NR_semctl] = OSCOPE_IPC_CALL_SEND | OSCOPE_IPC_CALL_SEM | OSCOPE_IPC_CALL_SEM_CONTROL,
};

/* Whether receivers choose among messages, by type or priority: OSCOPE_TAKE_CHOSEN. */
OSCOPE_CORE int oscope_ipc_call_chooses(__u32 rule)
{
	rule &= OSCOPE_IPC_CALL_BY;
	return rule == OSCOPE_IPC_CALL_BY_MSGID || rule == OSCOPE_IPC_CALL_BY_MQD;
}

/* OSCOPE_IPC_CALL_* of a system call, 0: it is none of these. */
OSCOPE_CORE __u32 oscope_ipc_call_rule(__u64 call)
{
	return call <= OSCOPE_IPC_CALL_LAST ? oscope_ipc_calls[call] : 0;
}

/* Of shared memory: SysV segments have calls of their own, but munmap(2) may be of any. */
OSCOPE_CORE __u64 oscope_map_call_serves(__u32 rule)
{
	__u32 by = rule & OSCOPE_IPC_CALL_MAP_BY;

	if (by == OSCOPE_IPC_CALL_MAP_FD)
		return OSCOPE_IPC_SEGMENTS & ~OSCOPE_IPC_BIT(SYSV_SHM);
	return by == OSCOPE_IPC_CALL_MAP_SHMID || (rule & OSCOPE_IPC_CALL_MAP_ALL) ?
	       OSCOPE_IPC_BIT(SYSV_SHM) : OSCOPE_IPC_SEGMENTS;
}

/* The mechanisms that a call may be of: OSCOPE_IPC_BIT(). */
OSCOPE_CORE __u64 oscope_ipc_call_serves(__u32 rule)
{
	const __u64 files = OSCOPE_IPC_SOCKETS | OSCOPE_IPC_BIT(PIPE) | OSCOPE_IPC_BIT(FIFO);
	__u32 by = rule & OSCOPE_IPC_CALL_BY;

	if (!rule)
		return 0;
	if (rule & OSCOPE_IPC_CALL_FUTEX)
		return OSCOPE_IPC_BIT(FUTEX);
	if (rule & OSCOPE_IPC_CALL_MEMORY)
		return OSCOPE_IPC_BIT(PROCESS_VM);
	if (rule & OSCOPE_IPC_CALL_LOCKS)
		return OSCOPE_IPC_BIT(FILE_LOCK);
	if (rule & OSCOPE_IPC_CALL_SEM)
		return OSCOPE_IPC_BIT(SYSV_SEM);
	if (rule & OSCOPE_IPC_CALL_MAP)
		return oscope_map_call_serves(rule);
	if (rule & OSCOPE_IPC_CALL_SIGNAL)
		return OSCOPE_IPC_BIT(SIGNAL);
	if (by == OSCOPE_IPC_CALL_BY_MSGID)
		return OSCOPE_IPC_BIT(SYSV_MSG);
	if (by == OSCOPE_IPC_CALL_BY_MQD)
		return OSCOPE_IPC_BIT(POSIX_MQ);
	if (rule & OSCOPE_IPC_CALL_SOCKET)
		return OSCOPE_IPC_SOCKETS;
	if (rule & OSCOPE_IPC_CALL_MOVES)
		return files;
	if (rule & OSCOPE_IPC_CALL_SUBMITS)
		return files | OSCOPE_IPC_BIT(EVENTFD) | OSCOPE_IPC_BIT(SIGNAL);
	return files | OSCOPE_IPC_BIT(EVENTFD) |
	       (rule & OSCOPE_IPC_CALL_SENDS ? 0 : OSCOPE_IPC_BIT(SIGNAL));
}

/* Whether it sends what it has to get by itself first, and may wait for: splice(2) and its like. */
OSCOPE_CORE int oscope_ipc_call_fetches(__u32 rule)
{
	const __u32 both = OSCOPE_IPC_CALL_PARTS | OSCOPE_IPC_CALL_COUNTED;

	return (rule & both) == both;
}

/*
 * Whether an operation of io_uring moves something by a descriptor, include/uapi/linux/io_uring.h:
 * READV, WRITEV, READ_FIXED, WRITE_FIXED, SENDMSG, RECVMSG, READ, WRITE, SEND, RECV, SPLICE, TEE,
 * SEND_ZC, SENDMSG_ZC, READ_MULTISHOT, RECV_ZC, READV_FIXED, WRITEV_FIXED.
 */
#define OSCOPE_URING_SPLICE		30U
#define OSCOPE_URING_TEE		33U

OSCOPE_CORE int oscope_uring_moves(__u32 operation)
{
	const __u64 moves = 1ULL << 1 | 1ULL << 2 | 1ULL << 4 | 1ULL << 5 | 1ULL << 9 | 1ULL << 10 |
			    1ULL << 22 | 1ULL << 23 | 1ULL << 26 | 1ULL << 27 |
			    1ULL << OSCOPE_URING_SPLICE | 1ULL << OSCOPE_URING_TEE | 1ULL << 47 |
			    1ULL << 48 | 1ULL << 49 | 1ULL << 58 | 1ULL << 60 | 1ULL << 61;

	return operation < 64 && (moves >> operation & 1);
}

/* Calls whose end their mechanism has a way of its own for. */
#define OSCOPE_IPC_CALL_OWN	(OSCOPE_IPC_CALL_FUTEX | OSCOPE_IPC_CALL_SEM | \
				 OSCOPE_IPC_CALL_MAP | OSCOPE_IPC_CALL_MEMORY | \
				 OSCOPE_IPC_CALL_LOCKS)

/* include/linux/socket.h: beside the order of a stream. */
#define OSCOPE_MSG_OOB			0x0001
/* ... a receiving call leaves what it shows where it is. */
#define OSCOPE_MSG_PEEK			0x0002
#define OSCOPE_MSG_ERRQUEUE		0x2000
/* include/uapi/linux/msg.h: msgrcv(2), the same. */
#define OSCOPE_MSG_COPY			040000

/* What a sending call wants to send, where only its end will tell. */
#define OSCOPE_IPC_ANY_UNITS		0x40000000U

#endif /* OSCOPE_CORE_IPC_CALLS_H */
