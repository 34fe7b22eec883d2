// SPDX-License-Identifier: GPL-2.0
/* ipc.mq-leftover: are data that were not read still in a queue later? */
#include <errno.h>
#include <string.h>
#include <sys/msg.h>
#include <unistd.h>

#include "notes/kin.h"
#include "notes/notes.h"
#include "notes/own.h"
#include "notes/queues.h"

#define TEXT	"leftovers!"
#define BYTES	10
#define SHORT	4	/* room for a part of it */

enum { SYSV, POSIX, PIPE };
enum { STAYED, REFUSED, CUT, REST_CAME };

/* A sender that is gone before anybody receives. 0 or -errno. */
static int sent_by_child(int (*send)(int to), int to)
{
	pid_t pid = kin_fork();

	if (pid < 0)
		return pid;
	if (!pid)
		_exit(send(to) ? 1 : 0);
	return kin_ends_well(pid);
}

static int send_sysv(int to)
{
	return sysv_send(to, 1, TEXT, BYTES);
}

static int send_posix(int to)
{
	return mq_send(to, TEXT, BYTES, 0) ? -errno : 0;
}

static int send_pipe(int to)
{
	return write(to, TEXT, BYTES) == BYTES ? 0 : -EIO;
}

static int run_sysv(struct sample *s)
{
	char got[BYTES] = "";
	int err = own_ipc(), q = sysv_queue();

	if (err || q < 0)
		return err ? err : q;
	err = sent_by_child(send_sysv, q);
	if (err)
		return err;
	sample_see(s, REFUSED, sysv_receive(q, 0, got, SHORT, 0) == -E2BIG);
	sample_see(s, STAYED, sysv_depth(q) == 1);
	sample_see(s, CUT, sysv_receive(q, 0, got, SHORT, MSG_NOERROR) == SHORT &&
		   !memcmp(got, TEXT, SHORT));
	sample_see(s, REST_CAME, sysv_receive(q, 0, got, BYTES, 0) == BYTES - SHORT);
	s->ops = 1;
	return 0;
}

/* The room has to be for the largest message that the queue may have. */
static int run_posix(struct sample *s)
{
	char got[BYTES] = "";
	int err = own_ipc();
	mqd_t q;

	if (err)
		return err;
	q = mqueue_nameless(1, BYTES);
	if (q < 0)
		return q;
	err = sent_by_child(send_posix, q);
	if (err)
		return err;
	sample_see(s, REFUSED, mq_receive(q, got, SHORT, NULL) < 0 && errno == EMSGSIZE);
	sample_see(s, STAYED, mqueue_depth(q) == 1 &&
		   mq_receive(q, got, BYTES, NULL) == BYTES && !memcmp(got, TEXT, BYTES));
	s->ops = 1;
	return 0;
}

static int run_pipe(struct sample *s)
{
	char got[BYTES] = "";
	int p[2], err;

	if (pipe(p))
		return -errno;
	err = sent_by_child(send_pipe, p[1]);
	if (err)
		return err;
	sample_see(s, STAYED, read(p[0], got, SHORT) == SHORT && !memcmp(got, TEXT, SHORT));
	sample_see(s, REST_CAME, read(p[0], got, BYTES) == BYTES - SHORT &&
		   !memcmp(got, &TEXT[SHORT], BYTES - SHORT));
	s->ops = 1;
	return 0;
}

static void say_yes(struct note *n)
{
	note_verdict(n, VERDICT_HOLDS,
		     "a message outlived its sender, and who had too little room for it was told "
		     "(E2BIG, EMSGSIZE) and left it there; with MSG_NOERROR its beginning came in "
		     "%.0f %% of the samples, and its rest then in %.0f %%; of a pipe the rest "
		     "comes with the next read: %.0f %%", 100 * note_seen_mean(n, SYSV, CUT),
		     100 * note_seen_mean(n, SYSV, REST_CAME),
		     100 * note_seen_mean(n, PIPE, REST_CAME));
}

static void say_no(struct note *n)
{
	note_verdict(n, VERDICT_FALSE,
		     "share of messages that were still there after their sender and a receiver "
		     "without room for them, System V %.2f, POSIX %.2f; of such receivers told "
		     "%.2f "
		     "and %.2f", note_seen_mean(n, SYSV, STAYED), note_seen_mean(n, POSIX, STAYED),
		     note_seen_mean(n, SYSV, REFUSED), note_seen_mean(n, POSIX, REFUSED));
}

static const struct claim mq_leftover = {
	.id = "ipc.mq-leftover",
	.topic = "ipc",
	.claim = "A message queue may have data that were left there earlier",
	.claim_zh = "使用消息队列要注意上次没有读完的数据",
	.how =
		"A child sends ten bytes and ends. Its parent receives with room for four, twice "
		"with System V: the second time it lets the message be cut (MSG_NOERROR); then it "
		"looks what is left. The same through a POSIX queue, and a pipe. All is in an IPC "
		"namespace of its own. An operation is one message.",
	.gates = "One fork an operation; the child ends well, before anybody receives.",
	.rule =
		"HOLDS if in every sample the receiver without room was told, and the message was "
		"there still, in both kinds of queues; FALSE if one of these never is so; else "
		"INCONCLUSIVE HERE, with the share. What is cut off, and a pipe's rest, is said "
		"beside it.",
	.live = "ipcs -q; oscope ipc -- PROGRAM",
	.op = "message",
	.seen = {
		[STAYED] = "stayed", [REFUSED] = "refused", [CUT] = "cut",
		[REST_CAME] = "rest_came",
	},
	.needed = {
		SAW(SYSV, STAYED), SAW(SYSV, REFUSED), SAW(POSIX, STAYED), SAW(POSIX, REFUSED),
	},
	.counts = { MADE(ALL_ARMS, FORK, 1), COUNT(ENDED, ALL_ARMS, 1) },
	.needs_lives = true,
	.arm = {
		[SYSV] = { "sysv", run_sysv }, [POSIX] = { "posix", run_posix },
		[PIPE] = { "pipe", run_pipe },
	},
	.yes = say_yes,
	.no = say_no,
};
CLAIM(mq_leftover);
