/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * The contract, continued: states of tasks, what they sleep for, and where their time went.
 * Included by oscope.h.
 */
#ifndef OSCOPE_LEDGER_UAPI_H
#define OSCOPE_LEDGER_UAPI_H

#include <linux/types.h>

/* Why a task had to wait for a CPU. */
enum oscope_wait {
	OSCOPE_WAIT_WOKEN	= 0,
	OSCOPE_WAIT_PREEMPTED	= 1,
	OSCOPE_WAITS		= 2,
};

/*
 * Where a woken task came to a CPU: the one that its waker was on, or another; and whether that was
 * idle until then.
 */
enum oscope_place {
	OSCOPE_PLACE_SAME_IDLE	= 0,
	OSCOPE_PLACE_SAME_BUSY	= 1,
	OSCOPE_PLACE_OTHER_IDLE	= 2,
	OSCOPE_PLACE_OTHER_BUSY	= 3,
	OSCOPE_PLACES		= 4,
};

/*
 * The ledger
 * ----------
 * A task is in one of these states at any time of its life; NONE: not known.
 */
enum oscope_state {
	OSCOPE_STATE_NONE	= 0,
	OSCOPE_STATE_NEW	= 1,	/* being made, up to its first wake-up */
	OSCOPE_STATE_RUNNING	= 2,	/* on a CPU */
	OSCOPE_STATE_READY	= 3,	/* left the CPU able to run */
	OSCOPE_STATE_BLOCKED	= 4,	/* sleeps, or was woken and waits for a CPU */
	OSCOPE_STATE_STOPPED	= 5,	/* by a signal; as with BLOCKED */
	OSCOPE_STATE_ZOMBIE	= 6,	/* has ended, and was not reaped yet */
	OSCOPE_STATE_DEAD	= 7,	/* gone */
	OSCOPE_STATES		= 8,
};

/*
 * What a task sleeps for. By its system call, and where that reads or writes, by what its
 * descriptor is. Appended to, never reordered: name and, as reports call it, its spelling.
 */
#define OSCOPE_REASON_LIST(X) \
	X(OTHER,	"other") \
	X(PIPE_READ,	"pipe-read") \
	X(PIPE_FULL,	"pipe-full") \
	X(FIFO_OPEN,	"fifo-open") \
	X(UNIX_RECV,	"unix-recv") \
	X(UNIX_SEND,	"unix-send") \
	X(INET_RECV,	"inet-recv") \
	X(INET_SEND,	"inet-send") \
	X(SOCKET_RECV,	"socket-recv") \
	X(SOCKET_SEND,	"socket-send") \
	X(ACCEPT,	"accept") \
	X(CONNECT,	"connect") \
	X(EPOLL,	"epoll") \
	X(POLL,		"poll") \
	X(SELECT,	"select") \
	X(FUTEX,	"futex") \
	X(MSGRCV,	"msgrcv") \
	X(MSGSND_FULL,	"msgsnd-full") \
	X(SEMOP,	"semop") \
	X(MQ_RECEIVE,	"mq-receive") \
	X(MQ_FULL,	"mq-full") \
	X(WAIT,		"wait") \
	X(SLEEP,	"sleep") \
	X(SIGWAIT,	"sigwait") \
	X(EVENTFD,	"eventfd") \
	X(TIMERFD,	"timerfd") \
	X(INOTIFY,	"inotify") \
	X(TTY,		"tty") \
	X(FILE_IO,	"file-io") \
	X(FILE_LOCK,	"file-lock") \
	X(PAGE_FAULT,	"page-fault") \
	X(VFORK_WAIT,	"vfork-wait") \
	X(IO_URING,	"io_uring") \
	X(PTRACE_STOP,	"ptrace-stop") \
	X(KTHREAD_IDLE,	"kthread-idle") \
	X(KERNEL,	"kernel")

#define OSCOPE_REASON_ENUM(id, name)	OSCOPE_REASON_##id,
enum oscope_reason {
	OSCOPE_REASON_LIST(OSCOPE_REASON_ENUM)
	OSCOPE_REASONS
};

#define OSCOPE_REASONS_ROOM	40	/* in a ledger */

/*
 * In BLOCKED: a call that a signal had interrupted goes on; its reason is the last one of those
 * that can, sleep, poll and futex.
 */
#define OSCOPE_REASON_AGAIN	0xffU

/* From one state to the next, as often as it happened. Blocked and woken are two here. */
enum oscope_move {
	OSCOPE_MOVE_NEW_WOKEN		= 0,
	OSCOPE_MOVE_WOKEN_RUNNING	= 1,
	OSCOPE_MOVE_RUNNING_PREEMPTED	= 2,
	OSCOPE_MOVE_PREEMPTED_RUNNING	= 3,
	OSCOPE_MOVE_RUNNING_BLOCKED	= 4,
	OSCOPE_MOVE_BLOCKED_WOKEN	= 5,
	OSCOPE_MOVE_RUNNING_STOPPED	= 6,
	OSCOPE_MOVE_STOPPED_WOKEN	= 7,
	OSCOPE_MOVE_RUNNING_ZOMBIE	= 8,
	OSCOPE_MOVE_RUNNING_DEAD	= 9,
	OSCOPE_MOVE_ZOMBIE_DEAD		= 10,
	OSCOPE_MOVE_UNSEEN_RUNNING	= 11,	/* to a CPU, from where no way leads to one */
	OSCOPE_MOVES			= 12,
};

/* What the kernel itself counts of a task, as far as that moved while it was observed. */
struct oscope_kernel_counts {
	__u64 run_delay_ns;
	__u64 runtime_ns;		/* sum_exec_runtime */
	__u64 nvcsw;
	__u64 nivcsw;
	__u64 utime_ns;
	__u64 stime_ns;
};

#define OSCOPE_LEDGER_AGAIN	0xff00U	/* what OSCOPE_REASON_AGAIN means: a reason + 1, or 0 */
#define OSCOPE_LEDGER_FINAL	0x1U	/* kernel.* is complete: the task has ended */
#define OSCOPE_LEDGER_CUT	0x2U	/* in an interval: it was there before that */
#define OSCOPE_LEDGER_HELD	0x4U	/* a traced program: held until `first`, its begin */

/* Where a task's time went; beside its row, with the same index. Times in ns. */
struct oscope_ledger {
	__u64 since;			/* when the present state began, 0: not known */
	__u64 woken;			/* its latest wake-up */
	__u32 state;			/* enum oscope_state, and the reason from bit 8 on */
	__u32 flags;			/* OSCOPE_LEDGER_* */
	__u64 first;			/* what is known begins here, 0: not yet */
	__u64 running;
	__u64 ready[OSCOPE_WAITS];
	__u64 new;
	__u64 stopped;
	__u64 zombie;
	__u64 unobserved;		/* after first: in a state that it could not have had */
	__u64 waited;			/* its latest wait for children, or return from it */
	__u64 moves[OSCOPE_MOVES];
	/* At its end; until then 0, or those of a leader whose heir it is, without ... */
	struct oscope_kernel_counts kernel;
	/* ... what they were when it was first met; 0 at its end. */
	struct oscope_kernel_counts before;
	struct {
		__u64 ns, n;
	} blocked[OSCOPE_REASONS_ROOM];
};

#endif /* OSCOPE_LEDGER_UAPI_H */
