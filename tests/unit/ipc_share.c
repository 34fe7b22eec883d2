// SPDX-License-Identifier: GPL-2.0
/*
 * The core's rules for SysV semaphores and for shared memory: what calls do, and who has how much.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sem.h>
#include <sys/syscall.h>

#include "kselftest_harness.h"

#include "kmod/core/ipc_calls.h"
#include "kmod/core/ipc_sem.h"
#include "kmod/core/ipc_share.h"

TEST(a_call_that_raises_only_does_not_wait)
{
	struct oscope_sembuf op[OSCOPE_SEM_LOOK];
	size_t i;

	for (i = 0; i < OSCOPE_SEM_LOOK; i++)
		op[i] = (struct oscope_sembuf)OSCOPE_SEM_RAISES;
	EXPECT_FALSE(oscope_sem_waits(op));
	op[0].op = 32767;
	EXPECT_FALSE(oscope_sem_waits(op));
	for (i = 0; i < OSCOPE_SEM_LOOK; i++) {
		op[i].op = -1;
		EXPECT_TRUE(oscope_sem_waits(op));
		op[i].op = -32768;
		EXPECT_TRUE(oscope_sem_waits(op));
		/* Waits for zero. */
		op[i].op = 0;
		EXPECT_TRUE(oscope_sem_waits(op));
		op[i].op = 1;
	}
}

TEST(semctl_counts_as_far_as_it_wakes)
{
	EXPECT_TRUE(oscope_sem_control(IPC_RMID) && oscope_sem_control(SETVAL) &&
		    oscope_sem_control(SETALL));
	EXPECT_FALSE(oscope_sem_control(GETVAL) || oscope_sem_control(IPC_STAT) ||
		     oscope_sem_control(IPC_SET) || oscope_sem_control(GETNCNT));
	EXPECT_TRUE(oscope_sem_let_go(0) && oscope_sem_let_go(-EIDRM));
	EXPECT_FALSE(oscope_sem_let_go(-EINTR) || oscope_sem_let_go(-EAGAIN));
}

TEST(what_is_mapped_privately_or_without_a_file_is_not_shared)
{
	EXPECT_TRUE(oscope_map_shares(MAP_SHARED));
	EXPECT_TRUE(oscope_map_shares(MAP_SHARED_VALIDATE | MAP_FIXED));
	EXPECT_FALSE(oscope_map_shares(MAP_PRIVATE));
	EXPECT_FALSE(oscope_map_shares(MAP_SHARED | MAP_ANONYMOUS));
	EXPECT_FALSE(oscope_map_shares(MAP_PRIVATE | MAP_ANONYMOUS));
}

TEST(calls_that_map_have_nothing_of_those_that_move)
{
	static const int calls[] = { SYS_mmap, SYS_munmap, SYS_shmat, SYS_shmdt };
	size_t i;

	for (i = 0; i < 4; i++)
		EXPECT_EQ(oscope_ipc_call_rule(calls[i]) & OSCOPE_IPC_CALL_OWN,
			  OSCOPE_IPC_CALL_MAP);
	EXPECT_EQ(oscope_ipc_call_rule(SYS_read) & OSCOPE_IPC_CALL_OWN, 0);
	EXPECT_EQ(oscope_ipc_call_serves(oscope_ipc_call_rule(SYS_shmdt)),
		  OSCOPE_IPC_BIT(SYSV_SHM));
	EXPECT_EQ(oscope_ipc_call_serves(oscope_ipc_call_rule(SYS_munmap)), OSCOPE_IPC_SEGMENTS);
}

FIXTURE(share)
{
	struct oscope_ipc_share s;
};

FIXTURE_SETUP(share)
{
	memset(&self->s, 0, sizeof(self->s));
}

FIXTURE_TEARDOWN(share)
{
}

TEST_F(share, attached_twice_and_detached)
{
	oscope_share_attach(&self->s, 100);
	oscope_share_attach(&self->s, 50);
	oscope_share_detach(&self->s, 100);
	EXPECT_EQ(self->s.bytes, 50);
	EXPECT_EQ(self->s.bytes_max, 150);
	EXPECT_EQ(self->s.ended, OSCOPE_IPC_HELD);
	oscope_share_detach(&self->s, 50);
	EXPECT_EQ(self->s.bytes, 0);
	EXPECT_EQ(self->s.ended, OSCOPE_IPC_DETACHED);
	EXPECT_EQ(self->s.attaches, 2);
	EXPECT_EQ(self->s.detaches, 2);
}

/* It was attached before the trace. */
TEST_F(share, detached_more_than_was_seen)
{
	oscope_share_attach(&self->s, 10);
	oscope_share_detach(&self->s, 4096);
	EXPECT_EQ(self->s.bytes, 0);
	EXPECT_EQ(self->s.ended, OSCOPE_IPC_DETACHED);
}

TEST_F(share, inherited_and_ended)
{
	oscope_share_inherit(&self->s, 7, 100);
	EXPECT_EQ(self->s.parent, 7);
	EXPECT_EQ(self->s.bytes, 100);
	EXPECT_EQ(self->s.attaches, 0);
	oscope_share_end(&self->s, OSCOPE_IPC_EXEC);
	EXPECT_EQ(self->s.bytes, 0);
	EXPECT_EQ(self->s.bytes_max, 100);
	EXPECT_EQ(self->s.ended, OSCOPE_IPC_EXEC);
	oscope_share_attach(&self->s, 10);
	EXPECT_EQ(self->s.ended, OSCOPE_IPC_HELD);
	EXPECT_EQ(self->s.bytes_max, 100);
}

/* A process is in the kernel's list before its parent's fork is told of. */
TEST_F(share, inherited_after_it_was_found)
{
	self->s.flags = OSCOPE_IPC_SHARE_BEFORE;
	oscope_share_grows(&self->s, 60);
	oscope_share_grows(&self->s, 40);
	oscope_share_inherit(&self->s, 7, 100);
	EXPECT_EQ(self->s.bytes, 100);
	EXPECT_EQ(self->s.bytes_max, 100);
	EXPECT_EQ(self->s.parent, 7);
}

/* The cell is that of a process which had the same number, and was there before. */
TEST_F(share, inherited_after_an_earlier_one_has_ended)
{
	self->s.flags = OSCOPE_IPC_SHARE_BEFORE;
	oscope_share_grows(&self->s, 60);
	oscope_share_end(&self->s, OSCOPE_IPC_EXIT);
	oscope_share_inherit(&self->s, 7, 100);
	EXPECT_EQ(self->s.bytes, 100);
	EXPECT_EQ(self->s.ended, OSCOPE_IPC_HELD);
}

TEST_HARNESS_MAIN
