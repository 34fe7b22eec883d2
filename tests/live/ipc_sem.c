// SPDX-License-Identifier: GPL-2.0
/*
 * ipc_sem PATTERN ROUNDS: tasks that wait for SysV semaphores and raise them so often, each under a
 * name of its own, PATTERN.name. Who raises waits until the kernel says that somebody sleeps there,
 * so each wait is ended by one call, and nothing else. The sets are private; they belong into an
 * IPC namespace that goes when all is over. The pattern:
 *
 *   oneway      a raises one that b waits for
 *   free        a raises one and lowers it again: nobody else is there
 *   ring        a raises one for b, b one for c, c one for a
 *   eight       a lets go of w0 to w7 by one call
 *   zero        b waits until one is zero, to which a lowers it
 *   set         b waits, a sets the value
 *   removed     b waits, a removes the set, in each round another
 *   undone      u ends and has its lowering undone, for which b waits
 *   two         a raises one of two that b and c wait for, in turn
 *   errors      a: what would have to wait, takes too long, is too large; and one that stands in
 *               memory that nobody has touched
 *   chain       b waits to lower one and raise another, which c waits for: a lets go of both
 *   signal      b is woken by signals of a, which is no semaphore's doing
 *   sleeper     b waits; for each byte of the input a raises it
 */
#include <signal.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <time.h>

#include "asleep.h"
#include "futex.h"

#define SEMAPHORES	4

union semun {
	int val;
};

static int set;

static int set_make(void)
{
	int id = semget(IPC_PRIVATE, SEMAPHORES, 0600);

	if (id < 0)
		fail("semget");
	return id;
}

static int try_one(int number, int op, int flags)
{
	struct sembuf s = { .sem_num = number, .sem_op = op, .sem_flg = flags };

	return semop(set, &s, 1);
}

static void change(int number, int op)
{
	if (try_one(number, op, 0))
		fail("semop");
}

/* Until so many sleep: GETNCNT, those who want it larger, or GETZCNT. */
static void until_asleep(int number, int what, int n)
{
	int asleep;

	while ((asleep = semctl(set, number, what)) != n) {
		if (asleep < 0)
			fail("semctl");
		sched_yield();
	}
}

static void until_value(int number, int value)
{
	while (semctl(set, number, GETVAL) != value)
		sched_yield();
}

static void let_go(int number, int n)
{
	until_asleep(number, GETNCNT, n);
	change(number, n);
}

static int oneway(void)
{
	pid_t b = child_make("b");
	unsigned int i;

	if (!b) {
		for (i = 0; i < rounds; i++)
			change(1, -1);
		exit(0);
	}
	name_set("a");
	for (i = 0; i < rounds; i++) {
		until_asleep(1, GETNCNT, 1);	/* it waits there, */
		asleep_wait(b, -1);		/* and has switched, too */
		change(1, 1);
	}
	return children_wait();
}

static int nobody_else(void)
{
	unsigned int i;

	name_set("a");
	for (i = 0; i < rounds; i++) {
		change(0, 1);
		change(0, -1);
	}
	return 0;
}

/* Each waits for its own, then raises the next one's; the first begins. */
static int ring(void)
{
	char name[2] = "a";
	unsigned int i;
	int k;

	for (k = 0; k < 3; k++, name[0]++) {
		if (child_make(name))
			continue;
		for (i = 0; i < rounds; i++) {
			if (!k)
				let_go(1, 1);
			change(k, -1);
			if (k)
				let_go((k + 1) % 3, 1);
		}
		exit(0);
	}
	return children_wait();
}

static int eight(void)
{
	char name[16];
	unsigned int i;
	int k;

	for (k = 0; k < 8; k++) {
		snprintf(name, sizeof(name), "w%d", k);
		if (child_make(name))
			continue;
		for (i = 0; i < rounds; i++)
			change(0, -1);
		exit(0);
	}
	name_set("a");
	for (i = 0; i < rounds; i++)
		let_go(0, 8);
	return children_wait();
}

static int zero(void)
{
	unsigned int i;

	change(0, 1);
	if (!child_make("b")) {
		for (i = 0; i < rounds; i++) {
			change(0, 0);
			change(0, 1);
		}
		exit(0);
	}
	name_set("a");
	for (i = 0; i < rounds; i++) {
		until_asleep(0, GETZCNT, 1);
		change(0, -1);
	}
	return children_wait();
}

static int set_value(void)
{
	union semun one = { .val = 1 };
	unsigned int i;

	if (!child_make("b")) {
		for (i = 0; i < rounds; i++)
			change(0, -1);
		exit(0);
	}
	name_set("a");
	for (i = 0; i < rounds; i++) {
		until_asleep(0, GETNCNT, 1);
		if (semctl(set, 0, SETVAL, one))
			fail("semctl");
	}
	return children_wait();
}

static int removed(void)
{
	unsigned int i;
	pid_t b;

	for (i = 0; i < rounds; i++) {
		set = set_make();
		b = child_make("b");
		if (!b) {
			if (!try_one(0, -1, 0) || errno != EIDRM)
				fail("semop");
			exit(0);
		}
		name_set("a");
		until_asleep(0, GETNCNT, 1);
		if (semctl(set, 0, IPC_RMID))
			fail("semctl");
		if (children_wait())
			return 1;
	}
	return 0;
}

static int undone(void)
{
	unsigned int i;

	change(0, 1);
	if (!child_make("b")) {
		for (i = 0; i < rounds; i++) {
			until_value(1, i + 1);
			change(0, -1);
			change(0, 1);
			change(2, 1);
		}
		exit(0);
	}
	for (i = 0; i < rounds; i++) {
		if (!child_make("u")) {
			if (try_one(0, -1, SEM_UNDO))
				fail("semop");
			change(1, 1);
			until_asleep(0, GETNCNT, 1);
			_exit(0);
		}
		until_value(2, i + 1);
	}
	return children_wait();
}

static int two(void)
{
	unsigned int i;
	int k;

	for (k = 0; k < 2; k++) {
		if (child_make(k ? "c" : "b"))
			continue;
		for (i = 0; i < rounds; i++)
			change(k, -1);
		exit(0);
	}
	name_set("a");
	for (i = 0; i < 2 * rounds; i++)
		let_go(i % 2, 1);
	return children_wait();
}

static int errors(void)
{
	struct timespec ms = { .tv_nsec = 1000000 };
	struct sembuf s = { .sem_op = -1 }, raise = { .sem_op = 1 }, *list;
	int i, bad = 0, fd = memfd_create("list", 0);

	name_set("a");
	for (i = 0; i < 7; i++)
		bad |= !try_one(0, -1, IPC_NOWAIT) || errno != EAGAIN;
	bad |= !semtimedop(set, &s, 1, &ms) || errno != EAGAIN;
	change(0, 1);
	bad |= !try_one(0, 32767, 0) || errno != ERANGE;
	if (write(fd, &raise, sizeof(raise)) != sizeof(raise))
		fail("write");
	list = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, 0);
	if (list == MAP_FAILED)
		fail("mmap");
	bad |= semop(set, list, 1);
	return bad;
}

static int chain(void)
{
	struct sembuf both[2] = { { .sem_num = 0, .sem_op = -1 }, { .sem_num = 1, .sem_op = 1 } };
	unsigned int i;

	if (!child_make("c")) {
		for (i = 0; i < rounds; i++)
			change(1, -1);
		exit(0);
	}
	if (!child_make("b")) {
		for (i = 0; i < rounds; i++) {
			until_asleep(1, GETNCNT, 1);
			if (semop(set, both, 2))
				fail("semop");
		}
		exit(0);
	}
	name_set("a");
	for (i = 0; i < rounds; i++) {
		until_asleep(1, GETNCNT, 1);
		let_go(0, 1);
	}
	return children_wait();
}

static void nothing(int number)
{
	(void)number;
}

static int by_signal(void)
{
	struct sigaction act = { .sa_handler = nothing };
	unsigned int i;
	pid_t b;

	sigaction(SIGUSR1, &act, NULL);
	b = child_make("b");
	if (!b) {
		for (i = 0; i < rounds; i++) {
			if (!try_one(0, -1, 0) || errno != EINTR)
				fail("semop");
			change(1, 1);
		}
		exit(0);
	}
	name_set("a");
	for (i = 0; i < rounds; i++) {
		until_asleep(0, GETNCNT, 1);
		kill(b, SIGUSR1);
		until_value(1, i + 1);
	}
	return children_wait();
}

static int sleeper(void)
{
	unsigned int n = rounds;
	char byte;
	pid_t b = child_make("b");

	if (!b) {
		while (n--)
			change(0, -1);
		exit(0);
	}
	name_set("a");
	until_asleep(0, GETNCNT, 1);
	printf("%d\n", b);
	fflush(stdout);
	while (read(0, &byte, 1) > 0)
		let_go(0, 1);
	return children_wait();
}

static const struct pattern patterns[] = {
	{ "oneway", oneway }, { "free", nobody_else }, { "ring", ring }, { "eight", eight },
	{ "zero", zero }, { "set", set_value }, { "removed", removed }, { "undone", undone },
	{ "two", two }, { "errors", errors }, { "chain", chain }, { "signal", by_signal },
	{ "sleeper", sleeper }, { 0 }
};

int main(int argc, char **argv)
{
	set = set_make();
	return pattern_run(patterns, argc, argv);
}
