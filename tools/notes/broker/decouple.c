// SPDX-License-Identifier: GPL-2.0
/* broker.decouple: do sender and receiver know nothing of each other, and not wait either? */
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "notes/broker.h"
#include "notes/echo.h"
#include "notes/kin.h"

#define MESSAGES	50
#define FDS		64	/* none of theirs is above */

enum { BROKER, SOCKET };
/* Of each kind of broker; the socket's own, and what both arms tell of the first two. */
enum { APART, SENDER_KNOWS = BROKERS, RECEIVER_KNOWS, SENT_STOPPED };

struct told {
	unsigned int sender_knows, receiver_knows;	/* sockets not to the broker */
	unsigned int sent, sent_stopped, got;
	int err;
};

/* Connected sockets of this process, but for those to that port. */
static unsigned int known(uint16_t broker)
{
	unsigned int n = 0;
	int fd;

	for (fd = 0; fd < FDS; fd++) {
		struct sockaddr_in peer = { 0 };
		socklen_t len = sizeof(peer);

		if (!getpeername(fd, (struct sockaddr *)&peer, &len) &&
		    peer.sin_port != htons(broker))
			n++;
	}
	return n;
}

static void text_of(char text[BROKER_TEXT], unsigned int nth)
{
	snprintf(text, BROKER_TEXT, "message-%u", nth);
}

static int send_all(const struct broker *b, struct told *t)
{
	static struct broker_conn c;
	char text[BROKER_TEXT];
	int err = broker_connect(&c, b);

	for (; !err && t->sent < MESSAGES; t->sent += !err) {
		text_of(text, t->sent);
		err = broker_send(&c, BROKER_QUEUE, "post", text);
	}
	t->sender_knows = known(b->kind->port);
	return err;
}

/* It is stopped when it has said that it listens, and goes on when all has been sent. */
static int get_all(const struct broker *b, struct told *t, int ready, int go)
{
	static struct broker_conn c;
	char text[BROKER_TEXT], expected[BROKER_TEXT];
	int err = broker_connect(&c, b);

	if (!err)
		err = b->kind->queue(&c, "post");
	if (!err)
		err = b->kind->listen(&c, BROKER_QUEUE, "post");
	if (!err)
		err = kin_tell(ready);
	if (!err)
		err = kin_hear(go);
	while (!err && t->got < MESSAGES) {
		err = b->kind->get(&c, BROKER_QUEUE, "post", text, true);
		text_of(expected, t->got);
		if (!err && strcmp(text, expected))
			err = -EBADMSG;
		t->got += !err;
	}
	t->receiver_knows = known(b->kind->port);
	return err;
}

static pid_t receiver_start(const struct broker *b, struct told *t, int ready[2], int go[2])
{
	pid_t pid;

	if (pipe(ready) || pipe(go))
		return -errno;
	pid = kin_fork();
	if (!pid) {
		close(ready[0]);
		close(go[1]);
		_exit(get_all(b, t, ready[1], go[0]) ? 1 : 0);
	}
	close(ready[1]);
	close(go[0]);
	return pid;
}

static int sender_run(const struct broker *b, struct told *t)
{
	pid_t pid = kin_fork();

	if (!pid)
		_exit(send_all(b, t) ? 1 : 0);
	return pid < 0 ? pid : kin_ends_well(pid);
}

static int stopped(pid_t pid)
{
	int status;

	if (kill(pid, SIGSTOP))
		return -errno;
	while (waitpid(pid, &status, WUNTRACED) < 0) {
		if (errno != EINTR)
			return -errno;
	}
	return WIFSTOPPED(status) ? 0 : -ECHILD;
}

static int meet(const struct broker *b, struct told *t)
{
	int ready[2] = { -1, -1 }, go[2] = { -1, -1 }, err;
	pid_t receiver = receiver_start(b, t, ready, go);

	err = receiver < 0 ? receiver : kin_hear(ready[0]);
	if (!err)
		err = stopped(receiver);
	if (!err)
		err = sender_run(b, t);
	t->sent_stopped = t->got ? 0 : t->sent;
	if (!err && kill(receiver, SIGCONT))
		err = -errno;
	if (!err)
		err = kin_tell(go[1]);
	if (!err)
		err = kin_ends_well(receiver);
	else if (receiver > 0)
		kin_kill(receiver, NULL);
	return err;
}

static void report(struct sample *s, const struct told *t)
{
	sample_see(s, SENDER_KNOWS, t->sender_knows);
	sample_see(s, RECEIVER_KNOWS, t->receiver_knows);
	sample_see(s, SENT_STOPPED, t->sent_stopped);
	s->turns += t->sent == MESSAGES && t->got == MESSAGES;
}

static int one(struct sample *s, struct broker *b, enum broker_id id)
{
	struct told *t = kin_shared(sizeof(*t));
	int err = t ? meet(b, t) : -ENOMEM;

	if (err)
		return err;
	sample_see(s, APART + id,
		   !t->sender_knows && !t->receiver_knows && t->sent_stopped == MESSAGES);
	report(s, t);
	return 0;
}

/* What is looked for is there to be found: two who have a socket between them. */
static int run_socket(struct sample *s)
{
	struct told t = { 0 };
	char text[BROKER_TEXT];
	int listener, from, to;
	uint16_t port;

	listener = echo_listen(&port);
	from = listener < 0 ? listener : echo_dial(INADDR_LOOPBACK, port);
	to = from < 0 ? from : accept(listener, NULL, NULL);
	if (from < 0 || to < 0)
		return from < 0 ? from : -errno;
	for (; t.sent < MESSAGES; t.sent++) {
		memset(text, 0, sizeof(text));
		text_of(text, t.sent);
		if (write(from, text, sizeof(text)) != sizeof(text))
			return -EPIPE;
		t.got += echo_read(to, text, sizeof(text)) == sizeof(text);
	}
	/* Both ends are in this process: one of them each. */
	t.sender_knows = known(0) / 2;
	t.receiver_knows = t.sender_knows;
	report(s, &t);
	s->flat = true;
	s->ops = 1;
	return 0;
}

static int run(struct sample *s)
{
	return broker_each(s, BROKER_PLAIN, one);
}

static void effect(struct note *n)
{
	broker_effect(n, BROKER, APART);
}

static void rule(struct note *n)
{
	enum broker_outcomes o = broker_outcomes(n, BROKER, APART);
	char names[NOTE_TEXT];

	broker_names(n, BROKER, APART, 1, names);
	if (o == BROKERS_MIXED)
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "they were apart in some samples, and not in others");
	else if (o == BROKERS_NONE)
		note_verdict(n, VERDICT_FALSE,
			     "%.0f sockets of the sender were not the broker's, and of %d messages "
			     "%.0f were sent while the receiver was stopped",
			     note_seen_mean(n, BROKER, SENDER_KNOWS), MESSAGES,
			     note_seen_mean(n, BROKER, SENT_STOPPED));
	else
		note_verdict(n, o == BROKERS_ALL ? VERDICT_HOLDS : VERDICT_HOLDS_IF,
			     "%s%.100s: neither has a socket but the broker's, and all %d messages "
			     "were sent while the receiver was stopped, and came later",
			     o == BROKERS_ALL ? "" : "the broker is one of these: ", names,
			     MESSAGES);
}

static void decide(struct note *n)
{
	rule(n);
	broker_absent(n, BROKER_TALKS, broker_seen(n, BROKER, APART));
}

static const struct claim decouple = {
	.id = "broker.decouple",
	.topic = "broker",
	.claim = "Sender and receiver are decoupled: they need not know each other",
	.claim_zh = "解耦：发送者和接收者无需知道对方",
	.how =
		"A receiver is made, connects to a broker, and is stopped (SIGSTOP) when it is about "
		"to take messages from a queue. Then a sender is made, sends 50, each confirmed, and "
		"ends; the receiver goes on and takes them. Both are looked at for connected sockets "
		"whose other end is not the broker's port. Each broker that is installed has its "
		"turn, as one of the sample's own; the second arm is two ends of a plain TCP "
		"connection. "
		"Kafka has one where --kafka tells of one that runs, "
		"and librdkafka's mock otherwise, which is no Kafka and decides nothing: either in "
		"the first 2 timed samples of an arm and its first counted one, as consumers take "
		"seconds to form a group. An operation is one broker.",
	.gates =
		"All 50 were sent and came in their order; of a plain connection each end is found to "
		"have a socket to the other one.",
	.rule =
		"HOLDS if in every sample, with every broker, neither had a socket to anybody but the "
		"broker, and all 50 were sent before the receiver had any; HOLDS IF it is one of the "
		"brokers with which it was so; FALSE if with none; INCONCLUSIVE HERE if samples "
		"differ, or no broker is installed.",
	.live = "oscope ipc --by pair -- PROGRAM",
	.op = "broker",
	.seen = {
		BROKER_SEEN(APART, "apart")
		[SENDER_KNOWS] = "sender_knows",
		[RECEIVER_KNOWS] = "receiver_knows", [SENT_STOPPED] = "sent_stopped",
	},
	.counts = {
		NAMED(TURNS, ALL_ARMS, 1, "all 50 sent and taken/op"),
		SEEN(SOCKET, SENDER_KNOWS, 1), SEEN(SOCKET, RECEIVER_KNOWS, 1),
	},
	.budget_ns = 30000000000ULL,
	.sample_ns = 60000000000ULL,
	.needs_lives = true,
	.begin = broker_any,
	.end = broker_end,
	.arm = { [BROKER] = { "broker", run }, [SOCKET] = { "socket", run_socket } },
	.effect = effect,
	.decide = decide,
};
CLAIM(decouple);
