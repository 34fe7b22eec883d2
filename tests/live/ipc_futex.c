// SPDX-License-Identifier: GPL-2.0
/*
 * ipc_futex PATTERN ROUNDS: tasks that wake each other by futex so often, each under a name of its
 * own, PATTERN.name. A wake is tried until the kernel says that it has woken somebody, so each wait is ended by
 * one wake, and nothing else. The pattern:
 *
 *   oneway      a wakes b, through memory that both have from their parent
 *   threads     the same, threads, by a variable and operations that are private
 *   toandfro  a wakes b, which wakes a
 *   ring        a wakes b, b wakes c, c wakes a
 *   eight       a wakes w0 to w7 at once
 *   mapped      as oneway: a file that has no name any more, mapped at different addresses
 *   requeue     s moves b from a word to another, by which a wakes it
 *   waitv       b waits for three words at once, a wakes by each in turn
 *   two         a wakes b and c, who wait for two words, by one call (FUTEX_WAKE_OP)
 *   calls       as oneway, by the calls futex_wait and futex_wake
 *   timeout     b waits in vain, and then for a value that is not there
 *   nobody      a wakes nobody
 *   join        20 threads t end, main waits for each
 *   contend     four threads, one lock, until so many were woken: says how many waits were ended, and
 *               how many woken
 *   sleeper     b waits; for each byte of the input a wakes it
 *   number      nothing: says the number of the system call
 */
#include <limits.h>
#include <pthread.h>
#include <time.h>

#include "asleep.h"
#include "futex.h"

static _Atomic uint32_t a_variable[WORDS];

/* include/uapi/linux/futex.h, since 6.7; and all bits of a mask of that size. */
#ifndef FUTEX2_SIZE_U32
#define FUTEX2_SIZE_U32	0x02
#endif
#define EVERY		0xffffffffUL

static int oneway_by(_Atomic uint32_t *mine, _Atomic uint32_t *its, int wait_op, int wake_op)
{
	unsigned int i;

	if (!child_make("b")) {
		for (i = 0; i < rounds; i++)
			wait_for(its, wait_op);
		exit(0);
	}
	name_set("a");
	for (i = 0; i < rounds; i++)
		wake(mine, wake_op, 1);
	return children_wait();
}

static int oneway(void)
{
	return oneway_by(words, words, FUTEX_WAIT, FUTEX_WAKE);
}

static void *thread_waits(void *arg)
{
	unsigned int i;

	name_set("b");
	for (i = 0; i < rounds; i++)
		wait_for(&a_variable[1], FUTEX_WAIT_BITSET_PRIVATE);
	return arg;
}

static int threads(void)
{
	unsigned int i;
	pthread_t t;

	if (pthread_create(&t, NULL, thread_waits, NULL))
		fail("pthread_create");
	name_set("a");
	for (i = 0; i < rounds; i++)
		wake(&a_variable[1], FUTEX_WAKE_BITSET_PRIVATE, 1);
	/* Not by a join, which is a futex, too. */
	pthread_detach(t);
	return 0;
}

/* Each of n waits for its word, then wakes the next one's; the first begins. */
static int round_of(int n)
{
	char name[2] = "a";
	unsigned int i;
	int k;

	for (k = 0; k < n; k++, name[0]++) {
		if (child_make(name))
			continue;
		for (i = 0; i < rounds; i++) {
			if (!k)
				wake(&words[1], FUTEX_WAKE, 1);
			wait_for(&words[k], FUTEX_WAIT);
			if (k)
				wake(&words[(k + 1) % n], FUTEX_WAKE, 1);
		}
		exit(0);
	}
	return children_wait();
}

static int toandfro(void)
{
	return round_of(2);
}

static int ring(void)
{
	return round_of(3);
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
			wait_for(words, FUTEX_WAIT);
		exit(0);
	}
	name_set("a");
	wake(words, FUTEX_WAKE, 8L * rounds);
	return children_wait();
}

static int mapped(void)
{
	int fd = memfd_create("a-segment", 0);
	char *all, *second;

	if (fd < 0 || ftruncate(fd, 3 * PAGE))
		fail("memfd");
	all = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	second = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 2 * PAGE);
	if (all == MAP_FAILED || second == MAP_FAILED)
		fail("mmap");
	return oneway_by((void *)(all + 2 * PAGE + 64), (void *)(second + 64), FUTEX_WAIT, FUTEX_WAKE);
}

/* Until who waits was moved. */
static void move(void)
{
	long moved;

	do {
		moved = futex(&words[0], FUTEX_CMP_REQUEUE, 0, (void *)1UL, &words[1], 0);
		if (moved < 0 && errno != EAGAIN)
			fail("requeue");
	} while (moved <= 0);
}

/* Who is moved before it sleeps would be woken before it sleeps, too. */
static int requeue(void)
{
	unsigned int i;
	pid_t b = child_make("b");

	if (!b) {
		for (i = 0; i < rounds; i++)
			wait_for(&words[0], FUTEX_WAIT);
		exit(0);
	}
	if (!child_make("s")) {
		for (i = 0; i < rounds; i++) {
			asleep_wait(b, SYS_futex);
			move();
		}
		exit(0);
	}
	name_set("a");
	for (i = 0; i < rounds; i++)
		wake(&words[1], FUTEX_WAKE, 1);
	return children_wait();
}

static int waitv(void)
{
	struct futex_waitv list[3] = { 0 };
	unsigned int i;

	if (!child_make("b")) {
		for (i = 0; i < 3; i++) {
			list[i].uaddr = (uintptr_t)&words[i];
			list[i].flags = FUTEX_32;
		}
		for (i = 0; i < rounds; i++) {
			if (syscall(SYS_futex_waitv, list, 3, 0, NULL, CLOCK_MONOTONIC) != i % 3)
				fail("futex_waitv");
			words[3]++;
		}
		exit(0);
	}
	name_set("a");
	/* One wake a wait: it is at an end when it has left all three. */
	for (i = 0; i < rounds; i++) {
		wake(&words[i % 3], FUTEX_WAKE, 1);
		while (words[3] == i)
			sched_yield();
	}
	return children_wait();
}

static int two(void)
{
	uint32_t op = FUTEX_OP(FUTEX_OP_ADD, 0, FUTEX_OP_CMP_EQ, 0);
	unsigned int i;
	long n;
	int k;

	for (k = 0; k < 2; k++) {
		if (child_make(k ? "c" : "b"))
			continue;
		for (i = 0; i < rounds; i++)
			wait_for(&words[k], FUTEX_WAIT);
		exit(0);
	}
	name_set("a");
	for (n = 2L * rounds; n > 0;)
		n -= futex(&words[0], FUTEX_WAKE_OP, 1, (void *)1UL, &words[1], op);
	return children_wait();
}

static int calls(void)
{
	unsigned int i;

	if (syscall(454, words, EVERY, 1, FUTEX2_SIZE_U32) < 0) {
		puts("none");
		return 0;
	}
	if (!child_make("b")) {
		for (i = 0; i < rounds; i++) {
			if (syscall(455, words, 0UL, EVERY, FUTEX2_SIZE_U32, NULL,
				    CLOCK_MONOTONIC))
				fail("futex_wait");
		}
		exit(0);
	}
	name_set("a");
	for (i = 0; i < rounds; i++) {
		while (!syscall(454, words, EVERY, 1, FUTEX2_SIZE_U32))
			;
	}
	return children_wait();
}

static int timeout(void)
{
	struct timespec soon = { .tv_nsec = 1 };
	unsigned int i;

	name_set("b");
	for (i = 0; i < rounds; i++) {
		if (futex(words, FUTEX_WAIT, 0, &soon, NULL, 0) != -1 || errno != ETIMEDOUT)
			fail("a wait in vain");
		if (futex(words, FUTEX_WAIT, 1, NULL, NULL, 0) != -1 || errno != EAGAIN)
			fail("a wait for another value");
	}
	return 0;
}

static int nobody(void)
{
	unsigned int i;

	name_set("a");
	for (i = 0; i < rounds; i++) {
		if (futex(words, FUTEX_WAKE, INT_MAX, NULL, NULL, 0))
			fail("a wake of nobody");
	}
	return 0;
}

/* Ends when who joins it sleeps. */
static void *thread_ends(void *arg)
{
	name_set("t");
	asleep_wait(getpid(), SYS_futex);
	return arg;
}

static int join(void)
{
	unsigned int i;
	pthread_t t;

	name_set("main");
	for (i = 0; i < 20; i++) {
		if (pthread_create(&t, NULL, thread_ends, NULL) || pthread_join(t, NULL))
			fail("join");
	}
	return 0;
}

static _Atomic uint64_t waited, woken;

/*
 * A lock as simple as can be: 0 free, 1 taken, 2 taken and wanted. Who has it keeps it until another
 * wants it, and all go on until enough were woken: who is woken wants it again, so somebody always
 * does, and waits there however fast the machine is, or slow.
 */
static void *thread_contends(void *arg)
{
	_Atomic uint32_t *lock = &a_variable[0];
	uint32_t was;
	long ret;

	while (woken < rounds) {
		was = 0;
		if (!atomic_compare_exchange_strong(lock, &was, 1)) {
			while (atomic_exchange(lock, 2)) {
				ret = futex(lock, FUTEX_WAIT_PRIVATE, 2, NULL, NULL, 0);
				waited += !ret;
			}
		}
		while (*lock != 2 && woken < rounds)
			sched_yield();
		if (atomic_exchange(lock, 0) == 2)
			woken += futex(lock, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
	}
	return arg;
}

static int contend(void)
{
	_Atomic uint32_t *gone = words;
	int i;

	/* In a child: a thread's end is a wake, too, of who joins it. */
	if (!child_make("c")) {
		pthread_t t[4];

		for (i = 0; i < 4; i++) {
			if (pthread_create(&t[i], NULL, thread_contends, NULL))
				fail("pthread_create");
		}
		for (i = 0; i < 4; i++)
			pthread_join(t[i], NULL);
		gone[0] = waited;
		gone[1] = woken;
		exit(0);
	}
	if (children_wait())
		return 1;
	printf("%u %u\n", gone[0], gone[1]);
	return 0;
}

/* Of the system call, as /proc has it. */
static int number(void)
{
	printf("%d\n", SYS_futex);
	return 0;
}

static int sleeper(void)
{
	unsigned int n = rounds;
	char byte;
	pid_t b = child_make("b");

	if (!b) {
		while (n--)
			wait_for(words, FUTEX_WAIT);
		exit(0);
	}
	name_set("a");
	printf("%d\n", b);
	fflush(stdout);
	while (read(0, &byte, 1) > 0)
		wake(words, FUTEX_WAKE, 1);
	return children_wait();
}

static const struct pattern patterns[] = {
	{ "oneway", oneway }, { "threads", threads }, { "toandfro", toandfro }, { "ring", ring },
	{ "eight", eight }, { "mapped", mapped }, { "requeue", requeue }, { "waitv", waitv },
	{ "two", two }, { "calls", calls }, { "timeout", timeout }, { "nobody", nobody },
	{ "join", join }, { "contend", contend }, { "sleeper", sleeper }, { "number", number },
	{ 0 }
};

int main(int argc, char **argv)
{
	return pattern_run(patterns, argc, argv);
}
