/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a task sleeps for, without a walk of its stack: from the system call that it is in, and
 * where that takes a descriptor, from what that is. Pure functions and a table by number.
 *
 * A task sleeps on what it called for if it can be woken by a signal (TASK_INTERRUPTIBLE), as all
 * these waits can; else it waits for I/O, if the kernel says so, or for something in the kernel, a
 * lock of its own mostly.
 */
#ifndef OSCOPE_CORE_BLOCKED_H
#define OSCOPE_CORE_BLOCKED_H

#include <asm/unistd.h>

#include "contract.h"

/* What a descriptor is, as far as that matters here. */
enum oscope_file {
	OSCOPE_FILE_OTHER	= 0,
	OSCOPE_FILE_REGULAR	= 1,	/* files, directories, block devices */
	OSCOPE_FILE_PIPE	= 2,	/* FIFOs, too */
	OSCOPE_FILE_UNIX	= 3,
	OSCOPE_FILE_INET	= 4,
	OSCOPE_FILE_SOCKET	= 5,	/* of another family */
	OSCOPE_FILE_EVENTFD	= 6,
	OSCOPE_FILE_TIMERFD	= 7,
	OSCOPE_FILE_SIGNALFD	= 8,
	OSCOPE_FILE_INOTIFY	= 9,	/* and fanotify */
	OSCOPE_FILE_TTY		= 10,
	OSCOPE_FILES		= 11,
};

/* What a call waits for: a reason + 1, or one of these; 0: not known. */
#define OSCOPE_CALL_READS	0xf0	/* by its first argument, a descriptor */
#define OSCOPE_CALL_WRITES	0xf1
#define OSCOPE_CALL_MAKES	0xf2	/* a task; it waits only for one made by vfork */
#define OSCOPE_CALL_LOCKS	0xf3	/* fcntl(2): file-lock, if anything */
#define OSCOPE_CALL_AGAIN	0xf4	/* goes on with an interrupted one: OSCOPE_REASON_AGAIN */

#define OSCOPE_CALL(reason)	(OSCOPE_REASON_##reason + 1)

static const __u8 oscope_calls[] = {
	[__NR_read] = OSCOPE_CALL_READS,
	[__NR_readv] = OSCOPE_CALL_READS,
	[__NR_pread64] = OSCOPE_CALL_READS,
	[__NR_preadv] = OSCOPE_CALL_READS,
	[__NR_recvfrom] = OSCOPE_CALL_READS,
	[__NR_recvmsg] = OSCOPE_CALL_READS,
	[__NR_recvmmsg] = OSCOPE_CALL_READS,
	[__NR_write] = OSCOPE_CALL_WRITES,
	[__NR_writev] = OSCOPE_CALL_WRITES,
	[__NR_pwrite64] = OSCOPE_CALL_WRITES,
	[__NR_pwritev] = OSCOPE_CALL_WRITES,
	[__NR_sendto] = OSCOPE_CALL_WRITES,
	[__NR_sendmsg] = OSCOPE_CALL_WRITES,
	[__NR_sendmmsg] = OSCOPE_CALL_WRITES,
	[__NR_vmsplice] = OSCOPE_CALL_WRITES,
	[__NR_openat] = OSCOPE_CALL(FIFO_OPEN),
	[__NR_openat2] = OSCOPE_CALL(FIFO_OPEN),
	[__NR_accept] = OSCOPE_CALL(ACCEPT),
	[__NR_accept4] = OSCOPE_CALL(ACCEPT),
	[__NR_connect] = OSCOPE_CALL(CONNECT),
	[__NR_epoll_pwait] = OSCOPE_CALL(EPOLL),
	[__NR_epoll_pwait2] = OSCOPE_CALL(EPOLL),
	[__NR_ppoll] = OSCOPE_CALL(POLL),
	[__NR_pselect6] = OSCOPE_CALL(SELECT),
	[__NR_futex] = OSCOPE_CALL(FUTEX),
	[__NR_futex_waitv] = OSCOPE_CALL(FUTEX),
	[455] = OSCOPE_CALL(FUTEX),	/* futex_wait, since 6.7; the same everywhere */
	[__NR_msgrcv] = OSCOPE_CALL(MSGRCV),
	[__NR_msgsnd] = OSCOPE_CALL(MSGSND_FULL),
	[__NR_semop] = OSCOPE_CALL(SEMOP),
	[__NR_semtimedop] = OSCOPE_CALL(SEMOP),
	[__NR_mq_timedreceive] = OSCOPE_CALL(MQ_RECEIVE),
	[__NR_mq_timedsend] = OSCOPE_CALL(MQ_FULL),
	[__NR_wait4] = OSCOPE_CALL(WAIT),
	[__NR_waitid] = OSCOPE_CALL(WAIT),
	[__NR_nanosleep] = OSCOPE_CALL(SLEEP),
	[__NR_clock_nanosleep] = OSCOPE_CALL(SLEEP),
	[__NR_rt_sigtimedwait] = OSCOPE_CALL(SIGWAIT),
	[__NR_rt_sigsuspend] = OSCOPE_CALL(SIGWAIT),
	[__NR_flock] = OSCOPE_CALL(FILE_LOCK),
	[__NR_fcntl] = OSCOPE_CALL_LOCKS,
	[__NR_io_uring_enter] = OSCOPE_CALL(IO_URING),
	[__NR_io_getevents] = OSCOPE_CALL(FILE_IO),
	[__NR_restart_syscall] = OSCOPE_CALL_AGAIN,
	[__NR_clone] = OSCOPE_CALL_MAKES,
	[__NR_clone3] = OSCOPE_CALL_MAKES,
	/* Those that newer machines do without. */
#ifdef __NR_open
	[__NR_open] = OSCOPE_CALL(FIFO_OPEN),
	[__NR_epoll_wait] = OSCOPE_CALL(EPOLL),
	[__NR_poll] = OSCOPE_CALL(POLL),
	[__NR_select] = OSCOPE_CALL(SELECT),
	[__NR_pause] = OSCOPE_CALL(SIGWAIT),
	[__NR_vfork] = OSCOPE_CALL_MAKES,
#endif
};

#define OSCOPE_CALL_NONE	(~0U)	/* it is in no system call, or one of another table */

/* include/linux/sched.h: what a state's bits mean; the same since 4.14. */
#define OSCOPE_TASK_INTERRUPTIBLE	0x01U
#define OSCOPE_TASK_STOPPED		0x04U
#define OSCOPE_TASK_TRACED		0x08U

/* What is known of a task that goes to sleep, without a look at its descriptors. */
struct oscope_sleeper {
	__u32 state;			/* the kernel's, as sched_switch gives it */
	__u32 call;			/* number, or OSCOPE_CALL_NONE */
	int kthread;
	int worker;			/* of io_uring, vhost */
	int exiting;
	int io;				/* the kernel counts it as waiting for I/O */
};

/* The rule for a system call: a reason + 1, or OSCOPE_CALL_*; 0: none. */
OSCOPE_CORE __u32 oscope_call_rule(__u32 call)
{
	return call < sizeof(oscope_calls) ? oscope_calls[call] : 0;
}

/*
 * The reason + 1; OSCOPE_CALL_AGAIN; or OSCOPE_CALL_READS or _WRITES if that depends on what the
 * descriptor in the call's first argument is.
 */
OSCOPE_CORE __u32 oscope_sleeps_for(const struct oscope_sleeper *s)
{
	int signals = s->state & OSCOPE_TASK_INTERRUPTIBLE;
	__u32 rule;

	if (s->state & OSCOPE_TASK_TRACED)
		return OSCOPE_CALL(PTRACE_STOP);
	if (s->worker)
		return OSCOPE_CALL(IO_URING);
	if (s->kthread)
		return s->io ? OSCOPE_CALL(FILE_IO) : OSCOPE_CALL(KTHREAD_IDLE);
	if (s->exiting)
		return s->io ? OSCOPE_CALL(FILE_IO) : OSCOPE_CALL(KERNEL);
	if (s->call == OSCOPE_CALL_NONE)
		return signals ? OSCOPE_CALL(OTHER) : OSCOPE_CALL(PAGE_FAULT);
	if (s->io)
		return OSCOPE_CALL(FILE_IO);
	rule = oscope_call_rule(s->call);
	if (rule == OSCOPE_CALL_MAKES)
		return OSCOPE_CALL(VFORK_WAIT);
	if (!signals)
		return OSCOPE_CALL(KERNEL);
	if (rule == OSCOPE_CALL_LOCKS)
		return OSCOPE_CALL(FILE_LOCK);
	return rule ? rule : OSCOPE_CALL(OTHER);
}

/* The reason of a reader or a writer, by what its descriptor is. */
OSCOPE_CORE __u32 oscope_file_reason(__u32 file, int writes)
{
	switch (file) {
	case OSCOPE_FILE_REGULAR:
		return OSCOPE_REASON_FILE_IO;
	case OSCOPE_FILE_PIPE:
		return writes ? OSCOPE_REASON_PIPE_FULL : OSCOPE_REASON_PIPE_READ;
	case OSCOPE_FILE_UNIX:
		return writes ? OSCOPE_REASON_UNIX_SEND : OSCOPE_REASON_UNIX_RECV;
	case OSCOPE_FILE_INET:
		return writes ? OSCOPE_REASON_INET_SEND : OSCOPE_REASON_INET_RECV;
	case OSCOPE_FILE_SOCKET:
		return writes ? OSCOPE_REASON_SOCKET_SEND : OSCOPE_REASON_SOCKET_RECV;
	case OSCOPE_FILE_EVENTFD:
		return OSCOPE_REASON_EVENTFD;
	case OSCOPE_FILE_TIMERFD:
		return OSCOPE_REASON_TIMERFD;
	case OSCOPE_FILE_SIGNALFD:
		return OSCOPE_REASON_SIGWAIT;
	case OSCOPE_FILE_INOTIFY:
		return OSCOPE_REASON_INOTIFY;
	case OSCOPE_FILE_TTY:
		return OSCOPE_REASON_TTY;
	default:
		return OSCOPE_REASON_OTHER;
	}
}

/* What a socket is, by its family (include/linux/socket.h). */
OSCOPE_CORE __u32 oscope_socket_file(__u32 family)
{
	if (family == 1)		/* AF_UNIX */
		return OSCOPE_FILE_UNIX;
	return family == 2 || family == 10 ? OSCOPE_FILE_INET : OSCOPE_FILE_SOCKET;
}

/* The first 8 characters of a name, as a word of memory; no 0 among them. */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define OSCOPE_NAME8(a, b, c, d, e, f, g, h) \
	((__u64)(a) | (__u64)(b) << 8 | (__u64)(c) << 16 | (__u64)(d) << 24 | \
	 (__u64)(e) << 32 | (__u64)(f) << 40 | (__u64)(g) << 48 | (__u64)(h) << 56)
#else
#define OSCOPE_NAME8(a, b, c, d, e, f, g, h) \
	((__u64)(h) | (__u64)(g) << 8 | (__u64)(f) << 16 | (__u64)(e) << 24 | \
	 (__u64)(d) << 32 | (__u64)(c) << 40 | (__u64)(b) << 48 | (__u64)(a) << 56)
#endif

/* What an anonymous inode is, by how the kernel calls it: the first 8 characters. */
OSCOPE_CORE __u32 oscope_anon_file(__u64 name)
{
	if (name == OSCOPE_NAME8('[', 'e', 'v', 'e', 'n', 't', 'f', 'd'))
		return OSCOPE_FILE_EVENTFD;
	if (name == OSCOPE_NAME8('[', 't', 'i', 'm', 'e', 'r', 'f', 'd'))
		return OSCOPE_FILE_TIMERFD;
	if (name == OSCOPE_NAME8('[', 's', 'i', 'g', 'n', 'a', 'l', 'f'))
		return OSCOPE_FILE_SIGNALFD;
	if (name == OSCOPE_NAME8('i', 'n', 'o', 't', 'i', 'f', 'y', 0) ||
	    name == OSCOPE_NAME8('[', 'f', 'a', 'n', 'o', 't', 'i', 'f'))
		return OSCOPE_FILE_INOTIFY;
	return OSCOPE_FILE_OTHER;
}

/* Whether a character device is a terminal: its major number, admin-guide/devices.txt. */
OSCOPE_CORE int oscope_is_tty(__u32 major)
{
	return major == 4 || major == 5 || (major >= 136 && major <= 143);
}

#endif /* OSCOPE_CORE_BLOCKED_H */
