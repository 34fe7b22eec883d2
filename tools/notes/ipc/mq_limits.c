// SPDX-License-Identifier: GPL-2.0
/* ipc.mq-limits: does the system limit what message queues hold? */
#include <errno.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <unistd.h>

#include "notes/notes.h"
#include "notes/own.h"
#include "notes/queues.h"

#define FEW_QUEUES	8	/* System V has room for thousands, unless told otherwise */
#define MORE_BYTES	16	/* queues of the largest size that a user may have at most */
#define MSGMNI		"/proc/sys/kernel/msgmni"

enum { POSIX, SYSV };
enum {
	FULL, TOO_LARGE, TOO_DEEP, TOO_MANY, TOO_MANY_BYTES,
	MESSAGES, MESSAGE_BYTES, QUEUES, USER_BYTES,
};

static const char message[MESSAGE_MAX];

/* Their bytes are the user's: as many as there are queues of the largest size, and no more. */
static int user_limit(const struct queue_limits *l, struct rlimit *bytes)
{
	rlim_t enough = (rlim_t)(l->messages * l->message) * MORE_BYTES;

	if (getrlimit(RLIMIT_MSGQUEUE, bytes))
		return -errno;
	if (bytes->rlim_cur > enough)
		bytes->rlim_cur = enough;
	return setrlimit(RLIMIT_MSGQUEUE, bytes) ? -errno : 0;
}

/*
 * How many queues of that size there can be beside number 0; *err: why not one more. They are taken
 * away again: the kernel takes its time for those of a namespace, whose bytes are the user's.
 */
static long mqueues_count(long messages, long bytes, int *err)
{
	unsigned int n = 0, i;
	mqd_t q;

	for (;;) {
		q = mqueue_new(n + 1, messages, bytes);
		if (q < 0)
			break;
		mq_close(q);
		n++;
	}
	*err = q;
	for (i = 1; i <= n; i++)
		mqueue_unlink(i);
	return n;
}

static void mqueue_see(struct sample *s, const struct queue_limits *l, const struct rlimit *user)
{
	mqd_t q = mqueue_new(0, l->messages, l->message);
	long depth = q < 0 ? q : mqueue_fill(q, l->message), n;
	int err;

	sample_see(s, FULL, depth == l->messages);
	sample_see(s, TOO_LARGE, mq_send(q, message, l->message + 1, 0) && errno == EMSGSIZE);
	sample_see(s, TOO_DEEP, mqueue_new(1, l->messages + 1, l->message) == -EINVAL);
	n = mqueues_count(l->messages, l->message, &err);
	/* Beside their messages' bytes they have some for the kernel's own of each. */
	sample_see(s, TOO_MANY_BYTES, err == -EMFILE &&
		   (rlim_t)((n + 1) * l->messages * l->message) <= user->rlim_cur &&
		   (rlim_t)((n + 2) * l->messages * (l->message + 1024)) > user->rlim_cur);
	n = mqueues_count(1, 1, &err);
	sample_see(s, TOO_MANY, err == -ENOSPC && n + 1 == l->queues);
	mq_close(q);
	mqueue_unlink(0);
}

static int run_posix(struct sample *s)
{
	struct queue_limits l;
	struct rlimit user;
	int err = own_ipc();

	if (!err)
		err = own_user();
	if (!err)
		err = mqueue_limits(&l);
	if (!err)
		err = user_limit(&l, &user);
	if (err)
		return err;
	mqueue_see(s, &l, &user);
	sample_see(s, MESSAGES, (double)l.messages);
	sample_see(s, MESSAGE_BYTES, (double)l.message);
	sample_see(s, QUEUES, (double)l.queues);
	sample_see(s, USER_BYTES, (double)user.rlim_cur);
	s->ops = 1;
	return 0;
}

static void sysv_see(struct sample *s, const struct queue_limits *l)
{
	long largest = l->message < l->bytes ? l->message : l->bytes, n = 1, depth;
	int q = sysv_queue(), err;

	depth = q < 0 ? q : sysv_fill(q, largest);
	sample_see(s, FULL, depth * largest <= l->bytes && (depth + 1) * largest > l->bytes);
	sample_see(s, MESSAGES, (double)depth);
	sample_see(s, TOO_LARGE, sysv_send(q, 1, message, l->message + 1) == -EINVAL);
	while ((err = sysv_queue()) >= 0)
		n++;
	sample_see(s, TOO_MANY, err == -ENOSPC && n == l->queues);
}

static int run_sysv(struct sample *s)
{
	struct queue_limits l;
	int err = own_ipc();

	if (!err)
		err = own_limit_set(MSGMNI, FEW_QUEUES);
	if (!err)
		err = own_user();
	if (!err)
		err = sysv_limits(&l);
	if (err)
		return err;
	sysv_see(s, &l);
	sample_see(s, MESSAGE_BYTES, (double)l.message);
	sample_see(s, QUEUES, (double)l.queues);
	s->ops = 1;
	return 0;
}

static void say_yes(struct note *n)
{
	note_verdict(n, VERDICT_HOLDS,
		     "each limit was reached, and no further: POSIX took %.0f messages of %.0f "
		     "bytes, then EAGAIN; larger ones EMSGSIZE, %.0f queues ENOSPC, %.0f bytes of "
		     "a user EMFILE; System V %.0f of %.0f, then EAGAIN; larger EINVAL, more "
		     "queues ENOSPC",
		     note_seen_mean(n, POSIX, MESSAGES), note_seen_mean(n, POSIX, MESSAGE_BYTES),
		     note_seen_mean(n, POSIX, QUEUES), note_seen_mean(n, POSIX, USER_BYTES),
		     note_seen_mean(n, SYSV, MESSAGES), note_seen_mean(n, SYSV, MESSAGE_BYTES));
}

static void say_no(struct note *n)
{
	note_verdict(n, VERDICT_FALSE,
		     "share of limits that were reached and kept, POSIX: full %.2f, too large "
		     "%.2f, too deep %.2f, queues %.2f, bytes %.2f; System V: full %.2f, too large "
		     "%.2f, queues %.2f", note_seen_mean(n, POSIX, FULL),
		     note_seen_mean(n, POSIX, TOO_LARGE), note_seen_mean(n, POSIX, TOO_DEEP),
		     note_seen_mean(n, POSIX, TOO_MANY), note_seen_mean(n, POSIX, TOO_MANY_BYTES),
		     note_seen_mean(n, SYSV, FULL), note_seen_mean(n, SYSV, TOO_LARGE),
		     note_seen_mean(n, SYSV, TOO_MANY));
}

static const struct claim mq_limits = {
	.id = "ipc.mq-limits",
	.topic = "ipc",
	.claim = "A message queue's capacity is limited by the system",
	.claim_zh = "消息队列的容量受系统限制",
	.how =
		"A user of no privilege reads the limits and goes up to each of them: fills a "
		"queue, sends a message a byte too large, asks for a queue too deep, and makes "
		"queues until there can be no more, by their number and by the bytes that a user "
		"may have (RLIMIT_MSGQUEUE). All is in an IPC namespace of its own, where the "
		"number of System V queues is lowered first. An operation is all of that.",
	.gates = "The limits could be read, and lowered; all was done in one process.",
	.rule =
		"HOLDS if in every sample a queue took what its limit says and then gave EAGAIN, "
		"too large was EMSGSIZE and EINVAL, too deep EINVAL, too many queues ENOSPC at "
		"their limit, and too many bytes EMFILE; FALSE if one of these never is so; else "
		"INCONCLUSIVE HERE, with the share.",
	.live = "ipcs -q -l; head /proc/sys/fs/mqueue/*; prlimit --msgqueue",
	.op = "namespace",
	.seen = {
		[FULL] = "full", [TOO_LARGE] = "too_large", [TOO_DEEP] = "too_deep",
		[TOO_MANY] = "too_many", [TOO_MANY_BYTES] = "too_many_bytes",
		[MESSAGES] = "messages", [MESSAGE_BYTES] = "message_bytes", [QUEUES] = "queues",
		[USER_BYTES] = "user_bytes",
	},
	.needed = {
		SAW(POSIX, FULL), SAW(POSIX, TOO_LARGE), SAW(POSIX, TOO_DEEP), SAW(POSIX, TOO_MANY),
		SAW(POSIX, TOO_MANY_BYTES), SAW(SYSV, FULL), SAW(SYSV, TOO_LARGE),
		SAW(SYSV, TOO_MANY),
	},
	.counts = { SEEN(SYSV, QUEUES, FEW_QUEUES), COUNT(MADE_ALL, ALL_ARMS, 0) },
	.needs_lives = true,
	.arm = { [POSIX] = { "posix", run_posix }, [SYSV] = { "sysv", run_sysv } },
	.yes = say_yes,
	.no = say_no,
};
CLAIM(mq_limits);
