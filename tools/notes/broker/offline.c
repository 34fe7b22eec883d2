// SPDX-License-Identifier: GPL-2.0
/* broker.offline: need sender and receiver not be there at the same time? */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "notes/broker.h"
#include "notes/kin.h"

#define MESSAGES	50

enum { QUEUE, TOPIC };
/* Of each kind of broker. */
enum { ALL_CAME, CAME = BROKERS };

/* What the sender and the receiver, one after the other, have to tell. */
struct told {
	unsigned int sent, got;
	int err;
};

static enum broker_mode mode_of(size_t arm)
{
	return arm == QUEUE ? BROKER_QUEUE : BROKER_TOPIC;
}

static int send_all(const struct broker *b, enum broker_mode mode, struct told *t)
{
	struct broker_conn c;
	char text[BROKER_TEXT];
	int err = broker_connect(&c, b);

	if (!err && mode == BROKER_QUEUE)
		err = b->kind->queue(&c, "mail");
	for (; !err && t->sent < MESSAGES; t->sent += !err) {
		snprintf(text, sizeof(text), "message-%u", t->sent);
		err = broker_send(&c, mode, "mail", text);
	}
	return err ? err : b->kind->settle(&c);
}

/* In the order they were sent, up to where the broker says that there is nothing. */
static int get_all(const struct broker *b, enum broker_mode mode, struct told *t)
{
	struct broker_conn c;
	char text[BROKER_TEXT], expected[BROKER_TEXT];
	int err = broker_connect(&c, b);

	if (!err)
		err = b->kind->listen(&c, mode, "mail");
	while (!err) {
		err = b->kind->get(&c, mode, "mail", text, false);
		snprintf(expected, sizeof(expected), "message-%u", t->got);
		if (!err && strcmp(text, expected))
			err = -EBADMSG;
		t->got += !err;
	}
	return err == -EAGAIN ? 0 : err;
}

/* In a process of its own, which has ended when this returns. */
static int apart(int (*fn)(const struct broker *b, enum broker_mode mode, struct told *t),
		 const struct broker *b, enum broker_mode mode, struct told *t)
{
	pid_t pid = kin_fork();
	int err;

	if (!pid) {
		t->err = fn(b, mode, t);
		_exit(0);
	}
	err = pid < 0 ? pid : kin_ends_well(pid);
	return err ? err : t->err;
}

static int one(struct sample *s, struct broker *b, enum broker_id id)
{
	struct told *t = kin_shared(sizeof(*t));
	int err = t ? apart(send_all, b, mode_of(s->arm), t) : -ENOMEM;

	if (!err)
		err = apart(get_all, b, mode_of(s->arm), t);
	if (err)
		return err;
	sample_see(s, ALL_CAME + id, t->got == MESSAGES);
	sample_see(s, CAME + id, t->got);
	s->turns += t->sent == MESSAGES;
	return 0;
}

static int run(struct sample *s)
{
	return broker_each(s, BROKER_PLAIN, one);
}

static void effect(struct note *n)
{
	broker_effect(n, QUEUE, ALL_CAME);
}

static void rule(struct note *n)
{
	enum broker_outcomes queue = broker_outcomes(n, QUEUE, ALL_CAME);
	enum broker_outcomes topic = broker_outcomes(n, TOPIC, ALL_CAME);
	char names[NOTE_TEXT];

	if (queue == BROKERS_MIXED || topic == BROKERS_MIXED)
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "all of the messages came in some samples, and not in others");
	else if (queue == BROKERS_NONE)
		note_verdict(n, VERDICT_FALSE,
			     "what was sent before its receiver was there came from no broker's "
			     "queue whole");
	else if (queue == BROKERS_ALL && topic == BROKERS_ALL)
		note_verdict(n, VERDICT_HOLDS,
			     "all %d messages of a sender that had ended came, from %s, from queue "
			     "and topic", MESSAGES, broker_names(n, QUEUE, ALL_CAME, 1, names));
	else
		note_verdict(n, VERDICT_HOLDS_IF,
			     "a queue keeps them: all %d messages of a sender that had ended came "
			     "from that of %.100s; of %zu topics, from %s", MESSAGES,
			     broker_names(n, QUEUE, ALL_CAME, 1, names),
			     broker_count(n, TOPIC, ALL_CAME),
			     topic == BROKERS_NONE ? "none" : "some");
}

static void decide(struct note *n)
{
	rule(n);
	broker_absent(n, BROKER_TALKS, broker_seen(n, QUEUE, ALL_CAME));
}

static const struct claim offline = {
	.id = "broker.offline",
	.topic = "broker",
	.claim = "Sender and receiver need not be online at the same time",
	.claim_zh = "发送者和接收者不需要同时在线",
	.how =
		"A process sends 50 messages through a broker and ends; then another one is made, "
		"connects, and takes what there is until the broker says that there is nothing: from "
		"a queue (a stream with a group of consumers in Redis, a JetStream stream in NATS, a topic "
		"that one group reads in Kafka), "
		"and from a topic (a channel, a subject). The broker is one of the sample's own, and "
		"each that is installed has its turn. "
		"Kafka has one where --kafka tells of one that runs, "
		"and librdkafka's mock otherwise, which is no Kafka and decides nothing: either in "
		"the first 2 timed samples of an arm and its first counted one, as consumers take "
		"seconds to form a group. An operation is one broker.",
	.gates =
		"All 50 were sent, and confirmed where the broker confirms; the sender ended well "
		"before the receiver was made; what came was in the order that it was sent in.",
	.rule =
		"HOLDS if in every sample all came, of every broker and in both ways; HOLDS IF it is "
		"queued, where a queue's came and a topic's did not, or only some brokers' did; FALSE "
		"if no broker's did; INCONCLUSIVE HERE if samples differ, or no broker is installed.",
	.live = "oscope ipc --by pair -- PROGRAM",
	.op = "broker",
	.seen = {
		BROKER_SEEN(ALL_CAME, "all_came") BROKER_SEEN(CAME, "came")
	},
	.counts = { NAMED(TURNS, ALL_ARMS, 1, "brokers that took all 50/op") },
	.budget_ns = 40000000000ULL,
	.sample_ns = 60000000000ULL,
	.needs_lives = true,
	.begin = broker_any,
	.end = broker_end,
	.arm = { [QUEUE] = { "queue", run }, [TOPIC] = { "topic", run } },
	.effect = effect,
	.decide = decide,
};
CLAIM(offline);
