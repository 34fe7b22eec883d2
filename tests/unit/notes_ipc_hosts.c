// SPDX-License-Identifier: GPL-2.0
/* The rules of the claims on other hosts and other systems, fed with made-up numbers. */
#include "notes_feed.h"

/* ipc.windows: seen 0 the maker is the parent, 1 it waits, 2 a sibling cannot, 3 is told. */
static void windows(struct note *n)
{
	unsigned int what;

	n->counted[0].lives = (struct arm_lives){ 0 };
	feed(n, "ipc.windows");
	made(n, 0, OSCOPE_BIRTH_FORK, 2);
	for (what = 0; what <= 3; what++)
		see(n, 0, what, 1);
}

TEST_F(note, windows_inconclusive_as_only_linux_is_here)
{
	windows(self->n);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
	EXPECT_NE(strstr(self->n->reason, "of Windows nothing"), NULL);
}

TEST_F(note, windows_false_when_linux_has_no_tree)
{
	unsigned int what;

	for (what = 0; what <= 2; what++) {
		windows(self->n);
		see(self->n, 0, what, 0);
		EXPECT_EQ(judged(self->n), VERDICT_FALSE);
	}
}

TEST_F(note, windows_mixed)
{
	windows(self->n);
	see_half(self->n, 0, 2);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
	EXPECT_NE(strstr(self->n->reason, "of the samples only"), NULL);
}

TEST_F(note, windows_void_without_the_family)
{
	windows(self->n);
	made(self->n, 0, OSCOPE_BIRTH_FORK, 1);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
	windows(self->n);
	self->n->counted[0].lives.how[OSCOPE_HOW_WAITED] = 0;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/*
 * ipc.socket-hosts: seen 0 inet, 1 abstract, 2 a path of both, 3 a path of one; 4 to 6 the unix
 * ones on their own host, 7 two hosts.
 */
static void socket_hosts(struct note *n)
{
	unsigned int what;

	feed(n, "ipc.socket-hosts");
	made(n, 0, OSCOPE_BIRTH_FORK, 1);
	for (what = 0; what <= 7; what++)
		see(n, 0, what, what != 1 && what != 3);
}

TEST_F(note, socket_hosts_holds_if_inet)
{
	socket_hosts(self->n);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
	EXPECT_NE(strstr(self->n->reason, "with a file did where both"), NULL);
	socket_hosts(self->n);
	see(self->n, 0, 2, 0);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
	EXPECT_NE(strstr(self->n->reason, "did not always where both"), NULL);
}

TEST_F(note, socket_hosts_holds_when_all_reach_it)
{
	socket_hosts(self->n);
	see(self->n, 0, 1, 1);
	see(self->n, 0, 3, 1);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, socket_hosts_false_when_inet_does_not)
{
	socket_hosts(self->n);
	see(self->n, 0, 0, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, socket_hosts_mixed)
{
	socket_hosts(self->n);
	see_half(self->n, 0, 0);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
	EXPECT_NE(strstr(self->n->reason, "50 %"), NULL);
	socket_hosts(self->n);
	see_half(self->n, 0, 1);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, socket_hosts_void_on_one_host)
{
	socket_hosts(self->n);
	see(self->n, 0, 7, 0);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* One that nobody reaches says nothing of where it can be reached from. */
TEST_F(note, socket_hosts_void_when_nobody_listens)
{
	unsigned int what;

	for (what = 4; what <= 6; what++) {
		socket_hosts(self->n);
		see(self->n, 0, what, 0);
		EXPECT_EQ(judged(self->n), VERDICT_VOID);
	}
}

TEST_HARNESS_MAIN
