// SPDX-License-Identifier: GPL-2.0
/* ipc.mq-bigger: does a message queue hold more than a pipe? */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <unistd.h>

#include "notes/notes.h"
#include "notes/own.h"
#include "notes/pipes.h"
#include "notes/queues.h"

#define SMALL	16	/* bytes of a small message */

enum { SYSV, POSIX, PIPE };
enum { LARGE_BYTES, SMALL_BYTES };

static const char *const sizes[] = { [LARGE_BYTES] = "the largest", [SMALL_BYTES] = "small" };
static const char *const kinds[] = { [SYSV] = "System V", [POSIX] = "POSIX" };

/* Full, as a queue of its own each time. */
static void filled(struct sample *s, unsigned int what, long n, long bytes)
{
	s->turns += n > 0;
	sample_see(s, what, (double)n * (double)bytes);
	s->ops = 1;
}

static int run_sysv(struct sample *s)
{
	struct queue_limits l;
	int err = own_ipc(), large, small;
	long bytes;

	if (!err)
		err = sysv_limits(&l);
	large = sysv_queue();
	small = sysv_queue();
	if (err || large < 0 || small < 0)
		return err ? err : -ENOSPC;
	bytes = l.message < l.bytes ? l.message : l.bytes;
	filled(s, LARGE_BYTES, sysv_fill(large, bytes), bytes);
	filled(s, SMALL_BYTES, sysv_fill(small, SMALL), SMALL);
	return 0;
}

/* As deep and as wide as anybody may ask for. */
static int run_posix(struct sample *s)
{
	struct queue_limits l;
	mqd_t large, small;
	int err = own_ipc();

	if (!err)
		err = mqueue_limits(&l);
	if (err)
		return err;
	large = mqueue_nameless(l.messages, l.message);
	small = mqueue_nameless(l.messages, l.message);
	if (large < 0 || small < 0)
		return large < 0 ? large : small;
	filled(s, LARGE_BYTES, mqueue_fill(large, l.message), l.message);
	filled(s, SMALL_BYTES, mqueue_fill(small, SMALL), SMALL);
	return 0;
}

static int run_pipe(struct sample *s)
{
	long page = sysconf(_SC_PAGESIZE);
	int p[2];

	if (pipe(p))
		return -errno;
	filled(s, LARGE_BYTES, pipe_fill(p[1], page), page);
	if (pipe_drain(p[0]) < 0)
		return -EIO;
	filled(s, SMALL_BYTES, pipe_fill(p[1], SMALL), SMALL);
	return 0;
}

/* Whether that kind of queue holds more in every sample than the pipe in any. */
static bool bigger(const struct note *n, size_t kind, unsigned int what)
{
	return note_seen(n, kind, what).min > note_seen(n, PIPE, what).max;
}

/* The best that a queue does against a pipe; by the extremes, where samples differ. */
static void effect(struct note *n)
{
	size_t kind, best = SYSV;
	unsigned int what = LARGE_BYTES;
	struct arm_seen queue, a_pipe = note_seen(n, PIPE, what);

	for (kind = SYSV; kind < PIPE; kind++) {
		if (note_seen(n, kind, what).sum > note_seen(n, best, what).sum)
			best = kind;
	}
	queue = note_seen(n, best, what);
	n->effect = (struct interval){
		.value = queue.sum / (double)queue.n / (a_pipe.sum / (double)a_pipe.n),
		.lo = queue.min / a_pipe.max,
		.hi = queue.max / a_pipe.min,
	};
	n->effect_unit = "of a pipe's bytes, the better kind";
}

/* In words, those that hold more; and how many of the four. */
static size_t which(const struct note *n, char *list, size_t bytes)
{
	size_t kind, count = 0, at = 0;
	unsigned int what;

	list[0] = 0;
	for (kind = SYSV; kind < PIPE; kind++) {
		for (what = LARGE_BYTES; what <= SMALL_BYTES; what++) {
			if (!bigger(n, kind, what) || at >= bytes)
				continue;
			at += snprintf(list + at, bytes - at, "%s%s with %s messages",
				       count++ ? ", " : "", kinds[kind], sizes[what]);
		}
	}
	return count;
}

static void decide(struct note *n)
{
	char list[128], numbers[160];
	size_t count = which(n, list, sizeof(list));

	snprintf(numbers, sizeof(numbers),
		 "with the largest messages System V took %.0f bytes, POSIX %.0f, a pipe %.0f; "
		 "with %d bytes each %.0f, %.0f and %.0f", note_seen_mean(n, SYSV, LARGE_BYTES),
		 note_seen_mean(n, POSIX, LARGE_BYTES), note_seen_mean(n, PIPE, LARGE_BYTES), SMALL,
		 note_seen_mean(n, SYSV, SMALL_BYTES), note_seen_mean(n, POSIX, SMALL_BYTES),
		 note_seen_mean(n, PIPE, SMALL_BYTES));
	if (count == 4)
		note_verdict(n, VERDICT_HOLDS, "%s", numbers);
	else if (count)
		note_verdict(n, VERDICT_HOLDS_IF, "it is %s: %s", list, numbers);
	else
		note_verdict(n, VERDICT_FALSE, "%s", numbers);
}

static const struct claim mq_bigger = {
	.id = "ipc.mq-bigger",
	.topic = "ipc",
	.claim = "Message queues overcome the limited buffer of a pipe",
	.claim_zh = "消息队列克服了管道缓冲区大小受限的缺点",
	.how =
		"A queue of each kind and a pipe are filled as the system gives them: with the "
		"largest messages that the limits, which are read, allow, a pipe with pages; and "
		"with messages of 16 bytes. Queues are in an IPC namespace of their own, which has "
		"the kernel's own limits. An operation is one kind, filled twice.",
	.gates = "Each took something, both times; all was done in one process.",
	.rule =
		"Of each kind and size, whether the queue took more bytes in every sample than a "
		"pipe in any: HOLDS if all four did, FALSE if none did, else HOLDS IF it is one of "
		"those that did.",
	.live = "ipcs -q -l; head /proc/sys/fs/mqueue/*",
	.op = "kind",
	.seen = { [LARGE_BYTES] = "large_bytes", [SMALL_BYTES] = "small_bytes" },
	.counts = {
		NAMED(TURNS, ALL_ARMS, 2, "times filled/op"), COUNT(MADE_ALL, ALL_ARMS, 0),
	},
	.needs_lives = true,
	.arm = {
		[SYSV] = { "sysv", run_sysv }, [POSIX] = { "posix", run_posix },
		[PIPE] = { "pipe", run_pipe },
	},
	.effect = effect,
	.decide = decide,
};
CLAIM(mq_bigger);
