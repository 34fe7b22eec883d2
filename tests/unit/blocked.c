// SPDX-License-Identifier: GPL-2.0
/*
 * What a task sleeps for: by its system call, and by what its descriptor is.
 */
#include <string.h>
#include <sys/syscall.h>

#include "kselftest_harness.h"

#include "kmod/core/blocked.h"

#define INTERRUPTIBLE	OSCOPE_TASK_INTERRUPTIBLE
#define UNINTERRUPTIBLE	0x02U

static uint32_t in_call(uint32_t call, uint32_t state)
{
	struct oscope_sleeper s = { .state = state, .call = call };

	return oscope_sleeps_for(&s);
}

TEST(by_call)
{
	EXPECT_EQ(in_call(SYS_futex, INTERRUPTIBLE), OSCOPE_CALL(FUTEX));
	EXPECT_EQ(in_call(SYS_wait4, INTERRUPTIBLE), OSCOPE_CALL(WAIT));
	EXPECT_EQ(in_call(SYS_openat, INTERRUPTIBLE), OSCOPE_CALL(FIFO_OPEN));
	EXPECT_EQ(in_call(SYS_read, INTERRUPTIBLE), OSCOPE_CALL_READS);
	EXPECT_EQ(in_call(SYS_sendto, INTERRUPTIBLE), OSCOPE_CALL_WRITES);
	EXPECT_EQ(in_call(SYS_fcntl, INTERRUPTIBLE), OSCOPE_CALL(FILE_LOCK));
	EXPECT_EQ(in_call(SYS_clone, UNINTERRUPTIBLE), OSCOPE_CALL(VFORK_WAIT));
	EXPECT_EQ(in_call(SYS_getpid, INTERRUPTIBLE), OSCOPE_CALL(OTHER));
	EXPECT_EQ(in_call(100000, INTERRUPTIBLE), OSCOPE_CALL(OTHER));
}

/* It cannot be woken by a signal: it is not what it called for. */
TEST(inside_the_kernel)
{
	EXPECT_EQ(in_call(SYS_read, UNINTERRUPTIBLE), OSCOPE_CALL(KERNEL));
	EXPECT_EQ(in_call(SYS_openat, UNINTERRUPTIBLE), OSCOPE_CALL(KERNEL));
	EXPECT_EQ(in_call(OSCOPE_CALL_NONE, UNINTERRUPTIBLE), OSCOPE_CALL(PAGE_FAULT));
	EXPECT_EQ(in_call(OSCOPE_CALL_NONE, INTERRUPTIBLE), OSCOPE_CALL(OTHER));
}

TEST(by_what_the_task_is)
{
	struct oscope_sleeper s = { .state = INTERRUPTIBLE, .call = OSCOPE_CALL_NONE };

	s.kthread = 1;
	EXPECT_EQ(oscope_sleeps_for(&s), OSCOPE_CALL(KTHREAD_IDLE));
	s.io = 1;
	EXPECT_EQ(oscope_sleeps_for(&s), OSCOPE_CALL(FILE_IO));
	s.worker = 1;
	EXPECT_EQ(oscope_sleeps_for(&s), OSCOPE_CALL(IO_URING));
	s = (struct oscope_sleeper){ .state = UNINTERRUPTIBLE, .call = SYS_read, .io = 1 };
	EXPECT_EQ(oscope_sleeps_for(&s), OSCOPE_CALL(FILE_IO));
	s.exiting = 1;
	s.io = 0;
	EXPECT_EQ(oscope_sleeps_for(&s), OSCOPE_CALL(KERNEL));
	s.state = OSCOPE_TASK_TRACED;
	EXPECT_EQ(oscope_sleeps_for(&s), OSCOPE_CALL(PTRACE_STOP));
}

TEST(by_descriptor)
{
	EXPECT_EQ(oscope_file_reason(OSCOPE_FILE_PIPE, 0), OSCOPE_REASON_PIPE_READ);
	EXPECT_EQ(oscope_file_reason(OSCOPE_FILE_PIPE, 1), OSCOPE_REASON_PIPE_FULL);
	EXPECT_EQ(oscope_file_reason(oscope_socket_file(1), 1), OSCOPE_REASON_UNIX_SEND);
	EXPECT_EQ(oscope_file_reason(oscope_socket_file(2), 0), OSCOPE_REASON_INET_RECV);
	EXPECT_EQ(oscope_file_reason(oscope_socket_file(10), 0), OSCOPE_REASON_INET_RECV);
	EXPECT_EQ(oscope_file_reason(oscope_socket_file(16), 0), OSCOPE_REASON_SOCKET_RECV);
	EXPECT_EQ(oscope_file_reason(OSCOPE_FILE_SIGNALFD, 0), OSCOPE_REASON_SIGWAIT);
	EXPECT_EQ(oscope_file_reason(OSCOPE_FILES, 0), OSCOPE_REASON_OTHER);
}

static uint32_t anon(const char *name)
{
	uint64_t word;

	memcpy(&word, name, sizeof(word));
	return oscope_anon_file(word);
}

TEST(by_the_name_of_an_anonymous_inode)
{
	EXPECT_EQ(anon("[eventfd]"), OSCOPE_FILE_EVENTFD);
	EXPECT_EQ(anon("[eventpoll]"), OSCOPE_FILE_OTHER);
	EXPECT_EQ(anon("[timerfd]"), OSCOPE_FILE_TIMERFD);
	EXPECT_EQ(anon("[signalfd]"), OSCOPE_FILE_SIGNALFD);
	EXPECT_EQ(anon("inotify"), OSCOPE_FILE_INOTIFY);
	EXPECT_EQ(anon("[fanotify]"), OSCOPE_FILE_INOTIFY);
}

/* A rule is told from a reason whatever reasons come. */
TEST(rules_and_reasons_do_not_meet)
{
	size_t i;

	EXPECT_LT((int)OSCOPE_REASONS, OSCOPE_CALL_READS);
	for (i = 0; i < sizeof(oscope_calls); i++)
		EXPECT_TRUE(oscope_calls[i] <= OSCOPE_REASONS ||
			    (oscope_calls[i] >= OSCOPE_CALL_READS &&
			     oscope_calls[i] <= OSCOPE_CALL_AGAIN));
}

TEST_HARNESS_MAIN
