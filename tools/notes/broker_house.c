// SPDX-License-Identifier: GPL-2.0
/* Brokers that all samples share: their keepers, and the way in. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "notes/broker_house.h"
#include "notes/kin.h"
#include "notes/tally.h"
#include "util.h"

#define READY_NS	90000000000ULL	/* until it has started again, on a CPU that is busy */

/* In memory that oscope, the keeper and all samples share. */
struct house {
	pid_t keeper, broker;
	uint32_t wanted, done;		/* starts; words that are waited on */
	bool leave;			/* the next one is none, but the end */
	int err;			/* of the last one */
	uint32_t serial;
	uint32_t asked[NOTE_ARMS];	/* house_may(), in this claim */
};

static struct house *houses[BROKERS];
static pid_t owner;

static void word_wake(const uint32_t *word)
{
	syscall(SYS_futex, word, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

/* For a moment at most: who would wake us may have died. */
static void word_wait(const uint32_t *word, uint32_t value)
{
	const struct timespec moment = { .tv_nsec = 100000000 };

	syscall(SYS_futex, word, FUTEX_WAIT, value, &moment, NULL, 0);
}

static int pin_task(pid_t task, void *arg)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(*(const int *)arg, &one);
	return sched_setaffinity(task, sizeof(one), &one) ? -errno : 0;
}

static int start(struct house *h, struct broker *b, int cpu)
{
	int err = broker_launch(b);

	if (!err)
		err = tally_each_task(b->pid, pin_task, &cpu);
	h->broker = b->pid;
	return err;
}

/*
 * It starts wherever there is a CPU, and is on that of the samples from then on. Its group is
 * another one than oscope's, so that Ctrl-C does not end what oscope still works with.
 */
static void keep(struct house *h, enum broker_id id, int cpu)
{
	struct broker b = { .kind = broker_kinds[id] };
	uint32_t done = 0;
	int err;

	setpgid(0, 0);
	err = broker_place();
	while (!__atomic_load_n(&h->leave, __ATOMIC_ACQUIRE)) {
		h->err = err ? err : start(h, &b, cpu);
		__atomic_store_n(&h->done, ++done, __ATOMIC_RELEASE);
		word_wake(&h->done);
		while (__atomic_load_n(&h->wanted, __ATOMIC_ACQUIRE) == done)
			syscall(SYS_futex, &h->wanted, FUTEX_WAIT, done, NULL, NULL, 0);
		broker_kill(&b);
	}
	_exit(0);
}

static void want(struct house *h)
{
	__atomic_add_fetch(&h->wanted, 1, __ATOMIC_ACQ_REL);
	word_wake(&h->wanted);
}

static int await(const struct house *h)
{
	uint64_t until = now_ns() + READY_NS;
	uint32_t done;

	while ((done = __atomic_load_n(&h->done, __ATOMIC_ACQUIRE)) !=
	       __atomic_load_n(&h->wanted, __ATOMIC_ACQUIRE)) {
		if (now_ns() > until)
			return -ETIMEDOUT;
		if (note_stop)
			return -EINTR;
		word_wait(&h->done, done);
	}
	return h->err;
}

/* Where it is in the middle of a start, nobody waits for that. */
static void leave(struct house *h)
{
	bool idle = __atomic_load_n(&h->done, __ATOMIC_ACQUIRE) == h->wanted;

	__atomic_store_n(&h->leave, true, __ATOMIC_RELEASE);
	want(h);
	if (!idle)
		kill(h->keeper, SIGKILL);
	kin_wait(h->keeper, NULL);
}

static void houses_leave(void)
{
	size_t id;

	for (id = 0; id < BROKERS && getpid() == owner; id++) {
		if (houses[id])
			leave(houses[id]);
		houses[id] = NULL;
	}
}

static int open_house(enum broker_id id, int cpu)
{
	struct house *h = kin_shared(sizeof(*h));
	pid_t pid;

	if (!h)
		return -ENOMEM;
	h->wanted = 1;
	pid = kin_fork();
	if (!pid)
		keep(h, id, cpu);
	if (pid < 0)
		return pid;
	h->keeper = pid;
	if (!owner && atexit(houses_leave))
		return -ENOMEM;
	owner = getpid();
	houses[id] = h;
	return 0;
}

int house_begin(enum broker_id id, int cpu)
{
	size_t arm;

	if (!houses[id])
		return open_house(id, cpu);
	for (arm = 0; arm < NOTE_ARMS; arm++)
		houses[id]->asked[arm] = 0;
	return kill(houses[id]->broker, SIGCONT) ? -errno : 0;
}

int house_ready(enum broker_id id)
{
	int err = await(houses[id]);

	/* The next claim may try again. */
	if (err) {
		leave(houses[id]);
		houses[id] = NULL;
	}
	return err;
}

void houses_rest(void)
{
	size_t id;

	for (id = 0; id < BROKERS; id++) {
		if (houses[id] && houses[id]->broker > 0)
			kill(houses[id]->broker, SIGSTOP);
	}
}

static int network_enter(pid_t pid)
{
	char path[32];
	int fd, err;

	snprintf(path, sizeof(path), "/proc/%d/ns/net", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	err = setns(fd, CLONE_NEWNET) ? -errno : 0;
	close(fd);
	return err;
}

int house_enter(struct broker *b, enum broker_id id)
{
	struct house *h = houses[id];
	int err = h ? await(h) : -ENOENT;

	if (!err)
		err = network_enter(h->keeper);
	/* A sample that was ended may have left it stopped. */
	if (!err && kill(h->broker, SIGCONT))
		err = -errno;
	if (err)
		return err;
	b->pid = h->broker;
	b->serial = __atomic_add_fetch(&h->serial, 1, __ATOMIC_RELAXED);
	return 0;
}

static struct house *house_of(const struct broker *b)
{
	size_t id;

	for (id = 0; id < BROKERS; id++) {
		if (broker_kinds[id] == b->kind)
			return houses[id];
	}
	return NULL;
}

int house_crash(struct broker *b)
{
	struct house *h = house_of(b);
	int err;

	if (!h)
		return -ENOENT;
	/* Here and now: what it does until its keeper comes to it would be no crash. */
	if (kill(h->broker, SIGKILL))
		return -errno;
	want(h);
	err = await(h);
	b->pid = h->broker;
	return err;
}

bool house_may(enum broker_id id, size_t arm)
{
	struct house *h = houses[id];

	return !h || __atomic_add_fetch(&h->asked[arm], 1, __ATOMIC_RELAXED) <= HOUSE_FEW;
}
