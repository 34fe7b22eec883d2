// SPDX-License-Identifier: GPL-2.0
/* broker.p2p-pubsub: is a message for one of those who ask, or for all who listen, as is chosen? */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "notes/broker.h"

#define CONSUMERS	3
#define MESSAGES	60

enum { POINT_TO_POINT, PUBLISHED };
/* Of each kind of broker. */
enum { EXACT, COPIES = BROKERS };

/* A copy each, of each message: who has it. */
struct copies {
	unsigned int of[MESSAGES], in_all;
	unsigned int consumers[CONSUMERS];
};

static enum broker_mode mode_of(size_t arm)
{
	return arm == POINT_TO_POINT ? BROKER_QUEUE : BROKER_TOPIC;
}

static int count(struct copies *k, unsigned int who, const char *text)
{
	unsigned long nth;
	char *end;

	if (strncmp(text, "message-", 8))
		return -EBADMSG;
	nth = strtoul(text + 8, &end, 10);
	if (*end || nth >= MESSAGES)
		return -EBADMSG;
	k->of[nth]++;
	k->consumers[who]++;
	k->in_all++;
	return 0;
}

/* By turns, until the broker has nothing for any of them. */
static int take_all(struct broker_conn *c, enum broker_mode mode, struct copies *k)
{
	unsigned int who, empty = 0;
	char text[BROKER_TEXT];
	int err = 0;

	for (who = 0; empty < CONSUMERS && !err; who = (who + 1) % CONSUMERS) {
		err = c[who].broker->kind->get(&c[who], mode, "work", text, false);
		empty = err == -EAGAIN ? empty + 1 : 0;
		err = err == -EAGAIN ? 0 : err ? err : count(k, who, text);
	}
	return err;
}

static int send_all(struct broker_conn *c, enum broker_mode mode)
{
	char text[BROKER_TEXT];
	unsigned int i;
	int err = 0;

	for (i = 0; i < MESSAGES && !err; i++) {
		snprintf(text, sizeof(text), "message-%u", i);
		err = broker_send(c, mode, "work", text);
	}
	return err ? err : c->broker->kind->settle(c);
}

/* Everybody is connected before anything is sent. */
static int pass(const struct broker *b, enum broker_mode mode, struct copies *k)
{
	static struct broker_conn sender, consumer[CONSUMERS];
	unsigned int i;
	int err = broker_connect(&sender, b);

	if (!err && mode == BROKER_QUEUE)
		err = b->kind->queue(&sender, "work");
	for (i = 0; i < CONSUMERS && !err; i++) {
		err = broker_connect(&consumer[i], b);
		if (!err)
			err = b->kind->listen(&consumer[i], mode, "work");
	}
	if (!err)
		err = send_all(&sender, mode);
	return err ? err : take_all(consumer, mode, k);
}

/* All messages have so many copies, and every consumer its share of them. */
static bool exact(const struct copies *k, unsigned int each)
{
	unsigned int i;

	for (i = 0; i < MESSAGES; i++) {
		if (k->of[i] != each)
			return false;
	}
	for (i = 0; i < CONSUMERS; i++) {
		if (!k->consumers[i] || (each == CONSUMERS && k->consumers[i] != MESSAGES))
			return false;
	}
	return true;
}

static int one(struct sample *s, struct broker *b, enum broker_id id)
{
	struct copies k = { 0 };
	int err = pass(b, mode_of(s->arm), &k);

	if (err)
		return err;
	sample_see(s, EXACT + id, exact(&k, s->arm == POINT_TO_POINT ? 1 : CONSUMERS));
	sample_see(s, COPIES + id, (double)k.in_all / MESSAGES);
	s->turns++;
	return 0;
}

static int run(struct sample *s)
{
	return broker_each(s, BROKER_SPREAD, one);
}

/* Of the two ways, the one that was kept less often. */
static void effect(struct note *n)
{
	struct interval first;

	broker_effect(n, POINT_TO_POINT, EXACT);
	first = n->effect;
	broker_effect(n, PUBLISHED, EXACT);
	if (first.value < n->effect.value)
		n->effect = first;
}

static void rule(struct note *n)
{
	enum broker_outcomes queue = broker_outcomes(n, POINT_TO_POINT, EXACT);
	enum broker_outcomes topic = broker_outcomes(n, PUBLISHED, EXACT);
	char one_of[NOTE_TEXT], all_of[NOTE_TEXT];

	broker_names(n, POINT_TO_POINT, EXACT, 1, one_of);
	broker_names(n, PUBLISHED, EXACT, 1, all_of);
	if (queue == BROKERS_MIXED || topic == BROKERS_MIXED)
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "each message went where it was to go in some samples, not in others");
	else if (queue == BROKERS_ALL && topic == BROKERS_ALL)
		note_verdict(n, VERDICT_HOLDS,
			     "each of %d messages came to one of %d consumers of a queue, and to all "
			     "%d of a topic: %.150s", MESSAGES, CONSUMERS, CONSUMERS, one_of);
	else if (queue == BROKERS_NONE || topic == BROKERS_NONE)
		note_verdict(n, VERDICT_FALSE,
			     "each message to one of %d: %.80s; each to all of them: %.80s",
			     CONSUMERS, one_of, all_of);
	else
		note_verdict(n, VERDICT_HOLDS_IF,
			     "it is a broker that can: each message to one of %d by %.80s, to all of "
			     "them by %.80s", CONSUMERS, one_of, all_of);
}

static void decide(struct note *n)
{
	rule(n);
	broker_absent(n, BROKER_TALKS, broker_seen(n, POINT_TO_POINT, EXACT));
}

static const struct claim p2p_pubsub = {
	.id = "broker.p2p-pubsub",
	.topic = "broker",
	.claim = "A broker does both: point-to-point and publish/subscribe",
	.claim_zh = "支持点对点和发布订阅两种模式",
	.how =
		"One sends 60 messages while three others are connected, who take what there is by "
		"turns, until the broker has nothing more for any of them: as consumers of one queue, "
		"and as subscribers of one topic. Each broker that is installed has its turn, as one "
		"of the sample's own. "
		"Kafka has one where --kafka tells of one that runs, "
		"and librdkafka's mock otherwise, which is no Kafka and decides nothing: either in "
		"the first 2 timed samples of an arm and its first counted one, as consumers take "
		"seconds to form a group. An operation is one broker.",
	.gates =
		"All 60 were sent, and confirmed where the broker confirms; what came was one of the "
		"60, and the broker said itself that there was no more.",
	.rule =
		"HOLDS if in every sample, of every broker, each message came exactly once from the "
		"queue, with every consumer having some, and exactly three times from the topic, once "
		"to each; HOLDS IF it is a broker that can, where only some do; FALSE if none does one "
		"of the two; INCONCLUSIVE HERE if samples differ, or no broker is installed.",
	.live = "oscope ipc --by pair -- PROGRAM",
	.op = "broker",
	.seen = {
		BROKER_SEEN(EXACT, "exact") BROKER_SEEN(COPIES, "copies")
	},
	.counts = { NAMED(TURNS, ALL_ARMS, 1, "brokers that were asked to the end/op") },
	.budget_ns = 40000000000ULL,
	.sample_ns = 60000000000ULL,
	.needs_lives = true,
	.begin = broker_any,
	.end = broker_end,
	.arm = {
		[POINT_TO_POINT] = { "point_to_point", run }, [PUBLISHED] = { "published", run },
	},
	.effect = effect,
	.decide = decide,
};
CLAIM(p2p_pubsub);
