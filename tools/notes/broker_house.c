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
#include <string.h>
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
	pid_t keeper, broker;		/* broker: 0 while there is none */
	uint32_t wanted, done;		/* starts; words that are waited on */
	bool leave;			/* the next one is none, but the end */
	int err;			/* of the last one */
	uint32_t serial;
};

/* house_may(), in this claim: timed, counted. */
struct turns {
	uint32_t asked[BROKERS][2][NOTE_ARMS];
};

static struct house *houses[BROKERS];
static struct turns *turns;
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

	if (err)
		return err;
	err = tally_each_task(b->pid, pin_task, &cpu);
	__atomic_store_n(&h->broker, b->pid, __ATOMIC_RELEASE);
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
		/* Its number is free soon. */
		__atomic_store_n(&h->broker, 0, __ATOMIC_RELEASE);
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

static void house_leave(enum broker_id id)
{
	if (houses[id])
		leave(houses[id]);
	houses[id] = NULL;
}

static void houses_leave(void)
{
	size_t id;

	for (id = 0; id < BROKERS && getpid() == owner; id++)
		house_leave(id);
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

/* Whether its broker is there: it may have ended, or a sample was ended in its restart. */
static bool house_stands(const struct house *h)
{
	pid_t broker = __atomic_load_n(&h->broker, __ATOMIC_ACQUIRE);
	char state = broker > 0 && kin_state(h->keeper) != 'Z' ? kin_state(broker) : 0;

	return state && state != 'Z' && !h->err &&
	       __atomic_load_n(&h->done, __ATOMIC_ACQUIRE) == h->wanted;
}

int house_begin(enum broker_id id, int cpu)
{
	struct house *h = houses[id];

	if (h && (!house_stands(h) || kill(h->broker, SIGCONT))) {
		house_leave(id);
		h = NULL;
	}
	if (!h)
		return open_house(id, cpu);
	return 0;
}

int house_ready(enum broker_id id)
{
	int err = await(houses[id]);

	/* The next claim may try again. */
	if (err)
		house_leave(id);
	return err;
}

void houses_rest(void)
{
	size_t id;

	for (id = 0; id < BROKERS; id++) {
		if (houses[id] && (!house_stands(houses[id]) || kill(houses[id]->broker, SIGSTOP)))
			house_leave(id);
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
	if (!err && (h->broker <= 0 || kill(h->broker, SIGCONT)))
		err = -ESRCH;
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

	if (!h || h->broker <= 0)
		return -ENOENT;
	/* Here and now: what it does until its keeper comes to it would be no crash. */
	if (kill(h->broker, SIGKILL))
		return -errno;
	want(h);
	err = await(h);
	b->pid = h->broker;
	return err;
}

void house_turns(void)
{
	if (!turns)
		turns = kin_shared(sizeof(*turns));
	if (turns)
		memset(turns, 0, sizeof(*turns));
}

bool house_may(const struct sample *s, enum broker_id id)
{
	const struct broker_kind *kind = broker_kinds[id];
	uint32_t *asked = turns ? &turns->asked[id][s->counted][s->arm] : NULL;

	return !(kind->slow || kind->given) || !asked ||
	       __atomic_add_fetch(asked, 1, __ATOMIC_RELAXED) <= (s->counted ? 1 : HOUSE_FEW);
}
