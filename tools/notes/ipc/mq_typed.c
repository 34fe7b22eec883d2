// SPDX-License-Identifier: GPL-2.0
/* ipc.mq-typed: do queues carry messages of a kind, where pipes carry bytes? */
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "notes/kin.h"
#include "notes/notes.h"
#include "notes/own.h"
#include "notes/queues.h"

#define MESSAGES	3
#define ROOM		64

enum { SYSV, POSIX, PIPE };
enum { CHOSEN, KEPT_APART };

/* In the order they are sent in; the kind is a type, or a priority. One has no bytes at all. */
static const struct {
	unsigned int kind;
	size_t bytes;
	const char *text;
} messages[MESSAGES] = { { 2, 5, "later" }, { 3, 9, "the third" }, { 1, 0, "" } };

/* Which of them it is, whole and nothing else, or -1. */
static int which(const char *got, ssize_t bytes)
{
	int i;

	for (i = 0; i < MESSAGES; i++) {
		if (bytes == (ssize_t)messages[i].bytes && !memcmp(got, messages[i].text, bytes))
			return i;
	}
	return -1;
}

static int send_all(int (*send)(int to, size_t i), int to)
{
	pid_t pid = kin_fork();
	size_t i;

	if (pid < 0)
		return pid;
	for (i = 0; !pid && i < MESSAGES; i++) {
		if (send(to, i))
			_exit(1);
	}
	if (!pid)
		_exit(0);
	return kin_ends_well(pid);
}

static int send_sysv(int to, size_t i)
{
	return sysv_send(to, messages[i].kind, messages[i].text, messages[i].bytes);
}

static int send_posix(int to, size_t i)
{
	return mq_send(to, messages[i].text, messages[i].bytes, messages[i].kind) ? -errno : 0;
}

static int send_pipe(int to, size_t i)
{
	ssize_t bytes = messages[i].bytes;

	return write(to, messages[i].text, bytes) == bytes ? 0 : -EIO;
}

/* What came, in the order it came in, against what was to come. */
static void came(struct sample *s, const int *is, const int *wanted)
{
	bool chosen = true, apart = true;
	size_t i;

	for (i = 0; i < MESSAGES; i++) {
		chosen &= is[i] == wanted[i];
		apart &= is[i] >= 0;
	}
	sample_see(s, CHOSEN, chosen);
	sample_see(s, KEPT_APART, apart);
	s->ops = 1;
}

/* By its type, by the lowest of some types, and the next in order. */
static int run_sysv(struct sample *s)
{
	static const long ask[MESSAGES] = { 3, -2, 0 };
	static const int wanted[MESSAGES] = { 1, 2, 0 };
	int err = own_ipc(), q = sysv_queue(), is[MESSAGES];
	char got[ROOM];
	size_t i;

	if (err || q < 0)
		return err ? err : q;
	err = send_all(send_sysv, q);
	if (err)
		return err;
	s->turns = sysv_depth(q);
	for (i = 0; i < MESSAGES; i++)
		is[i] = which(got, sysv_receive(q, ask[i], got, ROOM, 0));
	came(s, is, wanted);
	return 0;
}

/* The highest priority first, which is told. */
static int run_posix(struct sample *s)
{
	static const int wanted[MESSAGES] = { 1, 0, 2 };
	int err = own_ipc(), is[MESSAGES];
	unsigned int priority;
	char got[ROOM];
	size_t i;
	mqd_t q;

	if (err)
		return err;
	q = mqueue_nameless(MESSAGES, ROOM);
	if (q < 0)
		return q;
	err = send_all(send_posix, q);
	if (err)
		return err;
	s->turns = mqueue_depth(q);
	for (i = 0; i < MESSAGES; i++) {
		is[i] = which(got, mq_receive(q, got, ROOM, &priority));
		if (is[i] >= 0 && messages[is[i]].kind != priority)
			is[i] = -1;
	}
	came(s, is, wanted);
	return 0;
}

/* Without waiting for more: as many reads as there were writes. */
static int run_pipe(struct sample *s)
{
	char got[ROOM];
	int p[2], err;

	if (pipe(p))
		return -errno;
	err = send_all(send_pipe, p[1]);
	close(p[1]);
	if (err)
		return err;
	s->turns = MESSAGES;
	sample_see(s, KEPT_APART, which(got, read(p[0], got, ROOM)) == 0);
	s->ops = 1;
	return 0;
}

static void say_yes(struct note *n)
{
	note_verdict(n, VERDICT_HOLDS,
		     "System V gave the type that was asked for, and the lowest of some; POSIX the "
		     "highest priority first; each message came whole, even one without a byte; "
		     "what went into a pipe was kept apart in %.0f %% of the samples",
		     100 * note_seen_mean(n, PIPE, KEPT_APART));
}

static void say_no(struct note *n)
{
	note_verdict(n, VERDICT_FALSE,
		     "share of samples in which messages came by type %.2f, by priority %.2f, and "
		     "kept apart %.2f and %.2f", note_seen_mean(n, SYSV, CHOSEN),
		     note_seen_mean(n, POSIX, CHOSEN), note_seen_mean(n, SYSV, KEPT_APART),
		     note_seen_mean(n, POSIX, KEPT_APART));
}

static const struct claim mq_typed = {
	.id = "ipc.mq-typed",
	.topic = "ipc",
	.claim = "A message queue carries messages of a type, where a pipe carries bytes",
	.claim_zh = "消息队列克服了信号信息少、管道无格式的缺点",
	.how =
		"A child sends three messages of 5, 9 and 0 bytes, of different types or "
		"priorities, and ends. Its parent receives from a System V queue one by its type, "
		"then the one of the lowest of two types, then the next; from a POSIX queue one "
		"after the other; and from a pipe by one read. All is in an IPC namespace of its "
		"own. An operation is one queue.",
	.gates = "One fork an operation; three messages are there before any is received.",
	.rule =
		"HOLDS if in every sample the messages came by type and by priority, each whole; "
		"FALSE if one of these never is so; else INCONCLUSIVE HERE, with the share. What "
		"comes of it in a pipe is said beside it.",
	.live = "ipcs -q; oscope ipc -- PROGRAM",
	.op = "queue",
	.seen = { [CHOSEN] = "chosen", [KEPT_APART] = "kept_apart" },
	.needed = {
		SAW(SYSV, CHOSEN), SAW(SYSV, KEPT_APART), SAW(POSIX, CHOSEN),
		SAW(POSIX, KEPT_APART),
	},
	.counts = {
		MADE(ALL_ARMS, FORK, 1), NAMED(TURNS, ALL_ARMS, MESSAGES, "messages sent/op"),
	},
	.needs_lives = true,
	.arm = {
		[SYSV] = { "sysv", run_sysv }, [POSIX] = { "posix", run_posix },
		[PIPE] = { "pipe", run_pipe },
	},
	.yes = say_yes,
	.no = say_no,
};
CLAIM(mq_typed);
