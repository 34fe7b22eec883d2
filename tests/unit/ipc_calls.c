// SPDX-License-Identifier: GPL-2.0
/*
 * Which system calls communicate, and by which mechanisms they may.
 */
#include <sys/syscall.h>

#include "kselftest_harness.h"

#include "kmod/core/ipc_calls.h"

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
}

TEST_HARNESS_MAIN
