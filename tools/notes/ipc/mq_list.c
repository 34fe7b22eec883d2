// SPDX-License-Identifier: GPL-2.0
/* ipc.mq-list: is a message queue a list, which is walked to the message that is asked for? */
#include <errno.h>
#include <stdio.h>
#include <time.h>

#include "notes/notes.h"
#include "notes/own.h"
#include "notes/queues.h"

#define MSG_MAX		"/proc/sys/fs/mqueue/msg_max"

#define SHALLOW		16	/* messages that are there already */
#define DEEP		4096
#define PAIRS		200	/* at either depth: one is sent, and received */
#define BYTES		1
#define FIRST		32000	/* a priority above all others */

#define WALKED		4.0	/* times as dear when 256 times as deep: that much is a list */
#define NOT_WALKED	2.0

enum { TYPED, OLDEST, POSIX };
enum { SHALLOW_NS, DEEP_NS };

/* One kind of queue, and what is asked of it. All: 0 or less than 0. */
struct kind {
	int (*open)(void);
	int (*fill)(int queue, long i);	/* one of many that lie there */
	int (*give)(int queue);		/* the one that is taken then */
	int (*take)(int queue);
	int (*drain)(int queue);	/* one of the many */
};

static int sysv_open(void)
{
	return sysv_queue();
}

static int sysv_fill_one(int queue, long i)
{
	return sysv_send(queue, 1, "", BYTES);
}

static int typed_give(int queue)
{
	return sysv_send(queue, 2, "", BYTES);
}

static int typed_take(int queue)
{
	char byte;

	return sysv_receive(queue, 2, &byte, BYTES, 0) == BYTES ? 0 : -EIO;
}

static int oldest_give(int queue)
{
	return sysv_send(queue, 1, "", BYTES);
}

static int oldest_take(int queue)
{
	char byte;

	return sysv_receive(queue, 0, &byte, BYTES, 0) == BYTES ? 0 : -EIO;
}

static int posix_open(void)
{
	int err = own_limit_set(MSG_MAX, DEEP + 1);

	return err ? err : mqueue_nameless(DEEP + 1, BYTES);
}

static int posix_fill(int queue, long i)
{
	return mq_send(queue, "", BYTES, i) ? -errno : 0;
}

static int posix_give(int queue)
{
	return mq_send(queue, "", BYTES, FIRST) ? -errno : 0;
}

static int posix_receive(int queue, unsigned int *priority)
{
	char byte;

	return mq_receive(queue, &byte, BYTES, priority) == BYTES ? 0 : -EIO;
}

static int posix_take(int queue)
{
	unsigned int priority;
	int err = posix_receive(queue, &priority);

	return !err && priority != FIRST ? -EIO : err;
}

static int posix_drain(int queue)
{
	unsigned int priority;

	return posix_receive(queue, &priority);
}

static const struct kind kinds[] = {
	[TYPED] = { sysv_open, sysv_fill_one, typed_give, typed_take, oldest_take },
	[OLDEST] = { sysv_open, sysv_fill_one, oldest_give, oldest_take, oldest_take },
	[POSIX] = { posix_open, posix_fill, posix_give, posix_take, posix_drain },
};

/* Of this thread alone: what others take of the CPU is not in it. */
static double cpu_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* Of one pair, in ns; those that went well are turns. */
static double pairs(struct sample *s, const struct kind *k, int queue, uint64_t n)
{
	double start = cpu_ns();
	uint64_t i;

	for (i = 0; i < n; i++)
		s->turns += !k->give(queue) && !k->take(queue);
	s->ops += n;
	return (cpu_ns() - start) / (double)n;
}

static int run(struct sample *s)
{
	const struct kind *k = &kinds[s->arm];
	int err = own_ipc(), queue = err ? err : k->open();
	long i;

	if (queue < 0)
		return queue;
	if (s->exact_ops) {
		pairs(s, k, queue, s->exact_ops);
		return 0;
	}
	for (i = 0; i < SHALLOW && !err; i++)
		err = k->fill(queue, i);
	sample_see(s, SHALLOW_NS, pairs(s, k, queue, PAIRS));
	for (; i < DEEP && !err; i++)
		err = k->fill(queue, i);
	sample_see(s, DEEP_NS, pairs(s, k, queue, PAIRS));
	for (i = 0; i < DEEP && !err; i++, s->ops++)
		s->turns += !k->drain(queue);
	s->value = s->seen[DEEP_NS] / s->seen[SHALLOW_NS];
	s->flat = true;
	return err;
}

static struct interval times(const struct note *n, size_t arm)
{
	return note_median(n, (int)arm);
}

static void effect(struct note *n)
{
	n->effect = times(n, TYPED);
	n->effect_unit = "times, deep to shallow";
}

static void check(struct note *n)
{
	size_t a;

	for (a = TYPED; a <= POSIX; a++)
		note_gate_syscalls(n, a, 2, 0.1);
}

static void decide(struct note *n)
{
	struct interval sysv = times(n, TYPED), posix = times(n, POSIX);
	const char *format =
		"with %d messages there instead of %d, to send one and receive it took %.1f times as "
		"long where it was asked for by its type, %.2f times where it was the oldest "
		"(System V), %.2f times by its priority (POSIX)";
	enum verdict v = VERDICT_INCONCLUSIVE;
	char numbers[256];

	snprintf(numbers, sizeof(numbers), format, DEEP, SHALLOW, sysv.value,
		 times(n, OLDEST).value, posix.value);
	if (sysv.lo >= WALKED && posix.lo >= WALKED)
		v = VERDICT_HOLDS;
	else if (sysv.lo >= WALKED && posix.hi <= NOT_WALKED)
		v = VERDICT_HOLDS_IF;
	else if (sysv.hi <= NOT_WALKED)
		v = VERDICT_FALSE;
	note_verdict(n, v, "%s%s", v == VERDICT_HOLDS_IF ? "it is System V: " : "", numbers);
}

static const struct claim mq_list = {
	.id = "ipc.mq-list",
	.topic = "ipc",
	.claim = "A message queue is a linked list of messages in the kernel",
	.claim_zh = "消息队列是内核中的消息链表",
	.how =
		"A message is sent to a queue and received, 200 times with 16 others there and 200 "
		"times with 4096: of System V by its type, which no other one has, and the oldest, "
		"of POSIX by its priority, above all others. In an IPC namespace of its own; by "
		"the CPU time of the thread. Then the others are received. An operation is a "
		"message.",
	.gates =
		"Each message was received, the one that was asked for; two system calls each "
		"(+-0.1, with those that open the queue); all was done in one process.",
	.rule =
		"CPU time with 4096 there against 16, median with interval: HOLDS if it is 4 times as "
		"much or more by type and by priority; HOLDS IF it is System V, if by type alone "
		"and by priority 2 times at most; FALSE if by type it is 2 times at most; else "
		"INCONCLUSIVE HERE.",
	.live = "ipcs -q; oscope ipc -- PROGRAM",
	.op = "message",
	.value = "times",
	.seen = { [SHALLOW_NS] = "shallow_ns", [DEEP_NS] = "deep_ns" },
	.counts = {
		NAMED(TURNS, ALL_ARMS, 1, "messages received/op"), COUNT(MADE_ALL, ALL_ARMS, 0),
	},
	.narrow = 0.1,
	.needs_times = true,
	.needs_syscalls = true,
	.needs_lives = true,
	.arm = {
		[TYPED] = { "sysv_typed", run, true }, [OLDEST] = { "sysv_oldest", run, true },
		[POSIX] = { "posix", run, true },
	},
	.effect = effect,
	.check = check,
	.decide = decide,
};
CLAIM(mq_list);
