// SPDX-License-Identifier: GPL-2.0
/*
 * Which system calls communicate, and by which mechanisms they may.
 */
#include <fcntl.h>
#include <linux/io_uring.h>
#include <sys/file.h>
#include <sys/syscall.h>

#include "kselftest_harness.h"

#include "kmod/core/ipc_calls.h"
#include "kmod/core/ipc_lock.h"
#include "kmod/core/ipc_moves.h"

TEST(every_mechanism_is_served)
{
	uint64_t served = 0;
	uint32_t i;

	for (i = 0; i <= OSCOPE_IPC_CALL_LAST; i++)
		served |= oscope_ipc_call_serves(oscope_ipc_call_rule(i));
	EXPECT_EQ(served, OSCOPE_IPC_ALL);
}

TEST(calls_serve_what_they_may_be_of)
{
	const uint64_t pipe = OSCOPE_IPC_BIT(PIPE), sockets = OSCOPE_IPC_SOCKETS;

	EXPECT_EQ(oscope_ipc_call_serves(oscope_ipc_call_rule(SYS_getppid)), 0);
	EXPECT_EQ(oscope_ipc_call_serves(oscope_ipc_call_rule(SYS_futex)), OSCOPE_IPC_BIT(FUTEX));
	EXPECT_EQ(oscope_ipc_call_serves(oscope_ipc_call_rule(SYS_msgrcv)),
		  OSCOPE_IPC_BIT(SYSV_MSG));
	EXPECT_EQ(oscope_ipc_call_serves(oscope_ipc_call_rule(SYS_mq_timedsend)),
		  OSCOPE_IPC_BIT(POSIX_MQ));
	EXPECT_EQ(oscope_ipc_call_serves(oscope_ipc_call_rule(SYS_sendmsg)), sockets);
	EXPECT_EQ(oscope_ipc_call_serves(oscope_ipc_call_rule(SYS_write)) & (sockets | pipe),
		  sockets | pipe);
	/* A signalfd is read by those that read anything. */
	EXPECT_TRUE(oscope_ipc_call_serves(oscope_ipc_call_rule(SYS_read)) &
		    OSCOPE_IPC_BIT(SIGNAL));
	EXPECT_TRUE(oscope_ipc_call_serves(oscope_ipc_call_rule(SYS_io_submit)) &
		    OSCOPE_IPC_BIT(SIGNAL));
	EXPECT_FALSE(oscope_ipc_call_serves(oscope_ipc_call_rule(SYS_write)) &
		     OSCOPE_IPC_BIT(SIGNAL));
}

TEST(moves_say_which_argument_is_what)
{
	EXPECT_EQ(oscope_ipc_move(SYS_splice).to, 3);
	EXPECT_EQ(oscope_ipc_move(SYS_splice).bytes, 5);
	EXPECT_EQ(oscope_ipc_move(SYS_tee).looks, 1);
	EXPECT_EQ(oscope_ipc_move(SYS_sendfile).from, 2);
	EXPECT_EQ(oscope_ipc_move(SYS_vmsplice).memory, 1);
	EXPECT_EQ(oscope_ipc_move(SYS_read).from, 0);
}

TEST(only_what_locks_is_a_lock)
{
	EXPECT_EQ(oscope_lock_does(SYS_flock, LOCK_UN), OSCOPE_LOCK_RELEASES);
	EXPECT_EQ(oscope_lock_does(SYS_flock, LOCK_EX | LOCK_NB), OSCOPE_LOCK_TAKES);
	EXPECT_EQ(oscope_lock_does(SYS_fcntl, F_OFD_SETLKW), OSCOPE_LOCK_BY_TYPE);
	EXPECT_EQ(oscope_lock_does(SYS_fcntl, F_SETLK), OSCOPE_LOCK_BY_TYPE);
	EXPECT_EQ(oscope_lock_does(SYS_fcntl, F_GETLK), OSCOPE_LOCK_NOTHING);
	EXPECT_EQ(oscope_lock_does(SYS_fcntl, F_SETFL), OSCOPE_LOCK_NOTHING);
	EXPECT_EQ(OSCOPE_LOCK_UNLCK, F_UNLCK);
	EXPECT_TRUE(oscope_lock_closes(SYS_close_range));
	EXPECT_FALSE(oscope_lock_closes(SYS_kill));
}

TEST(rings_move_what_the_kernel_says)
{
	EXPECT_TRUE(oscope_uring_moves(IORING_OP_READV));
	EXPECT_TRUE(oscope_uring_moves(IORING_OP_SEND));
	EXPECT_TRUE(oscope_uring_moves(IORING_OP_RECV));
	EXPECT_TRUE(oscope_uring_moves(IORING_OP_TEE));
	EXPECT_FALSE(oscope_uring_moves(IORING_OP_NOP));
	EXPECT_FALSE(oscope_uring_moves(IORING_OP_POLL_ADD));
	EXPECT_FALSE(oscope_uring_moves(IORING_OP_CLOSE));
	EXPECT_FALSE(oscope_uring_moves(64));
	EXPECT_EQ(OSCOPE_URING_SPLICE, IORING_OP_SPLICE);
	EXPECT_EQ(OSCOPE_URING_TEE, IORING_OP_TEE);
}

TEST(a_side_of_a_call_that_moves_is_a_call_of_its_own)
{
	const struct oscope_ipc_move splice = oscope_ipc_move(SYS_splice);
	const struct oscope_ipc_move tee = oscope_ipc_move(SYS_tee);
	const struct oscope_ipc_move memory = oscope_ipc_move(SYS_vmsplice);

	EXPECT_EQ(oscope_ipc_move_rule(&splice, 1), OSCOPE_IPC_CALL_SEND |
		  OSCOPE_IPC_CALL_PARTS | OSCOPE_IPC_CALL_COUNTED);
	EXPECT_EQ(oscope_ipc_move_rule(&splice, 0), OSCOPE_IPC_CALL_RECEIVE);
	/* What it receives stays where it is; how much memory there is is in a list. */
	EXPECT_EQ(oscope_ipc_move_rule(&tee, 0), OSCOPE_IPC_CALL_RECEIVE | OSCOPE_IPC_CALL_LOOKS);
	EXPECT_EQ(oscope_ipc_move_rule(&memory, 1), OSCOPE_IPC_CALL_SEND | OSCOPE_IPC_CALL_PARTS);
}

TEST_HARNESS_MAIN
