// SPDX-License-Identifier: GPL-2.0
/* broker.flow: is a sender that is too fast held back? */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "notes/broker_house.h"
#include "notes/kin.h"

#define BYTES		120
#define AT_ONCE		100	/* messages, before their words are waited for */
#define BATCHES		400	/* some 5 MB */
#define HELD_S		1

/* Nobody takes anything: of a queue with a limit, one without; of a topic, with and without. */
enum { QUEUE_LIMIT, QUEUE, TOPIC_LIMIT, TOPIC };
/* Of each kind of broker. */
enum { HELD, ACCEPTED = BROKERS, GREW_KB = 2 * BROKERS };

static bool is_topic(size_t arm)
{
	return arm >= TOPIC_LIMIT;
}

/* One write for all of them, and then a word for each. */
static int send_some(struct broker_conn *c, enum broker_mode mode, const char *text,
		     unsigned int *accepted)
{
	const struct broker_kind *kind = c->broker->kind;
	unsigned int i;
	int err = 0;

	c->hold = true;
	for (i = 0; i < AT_ONCE && !err; i++)
		err = kind->post(c, mode, "flood", text);
	c->hold = false;
	if (!err)
		err = broker_flush(c);
	for (i = 0; i < AT_ONCE && !err; i++) {
		err = kind->confirm(c, mode);
		*accepted += !err;
	}
	return err;
}

/* Until it is held back: told that there is no room, or not able to write. */
static int flood(struct broker_conn *c, enum broker_mode mode, unsigned int *accepted)
{
	char text[BROKER_TEXT];
	unsigned int i;
	int err = 0;

	memset(text, 'x', BYTES);
	text[BYTES] = 0;
	for (i = 0; i < BATCHES && !err; i++)
		err = send_some(c, mode, text, accepted);
	if (!err)
		err = c->broker->kind->settle(c);
	/* All is written, and the broker does not come to it. */
	return err == -ETIMEDOUT ? -ENOBUFS : err;
}

/* Who hears nothing for so long is held back. */
static int patience(const struct broker_conn *c)
{
	const struct timeval limit = { .tv_sec = HELD_S };

	return setsockopt(c->fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)) ? -errno : 0;
}

static int open_both(const struct broker *b, enum broker_mode mode, struct broker_conn *sender,
		     struct broker_conn *idle)
{
	int err = broker_connect(sender, b);

	if (!err)
		err = patience(sender);
	if (!err && mode == BROKER_QUEUE)
		err = b->kind->queue(sender, "flood");
	if (!err)
		err = broker_connect(idle, b);
	return err ? err : b->kind->listen(idle, mode, "flood");
}

static int one(struct sample *s, struct broker *b, enum broker_id id)
{
	enum broker_mode mode = is_topic(s->arm) ? BROKER_TOPIC : BROKER_QUEUE;
	static struct broker_conn sender, idle;
	unsigned int accepted = 0;
	long before = 0;
	int err;

	if (!house_may(s, id))
		return BROKER_LEFT_OUT;
	err = open_both(b, mode, &sender, &idle);
	if (!err) {
		before = kin_status(b->pid, "VmRSS");
		err = flood(&sender, mode, &accepted);
	}
	if (err && err != -ENOBUFS)
		return err;
	sample_see(s, HELD + id, err == -ENOBUFS);
	sample_see(s, ACCEPTED + id, accepted);
	sample_see(s, GREW_KB + id, (double)(kin_status(b->pid, "VmRSS") - before));
	/* Whoever was not held back has sent all, and whoever was had sent some. */
	s->turns += err ? accepted > 0 : accepted == BATCHES * AT_ONCE;
	broker_close(&sender);
	broker_close(&idle);
	return 0;
}

static int run(struct sample *s)
{
	bool limited = s->arm == QUEUE_LIMIT || s->arm == TOPIC_LIMIT;

	return broker_each(s, limited ? BROKER_LIMITED : BROKER_PLAIN, one);
}

static void effect(struct note *n)
{
	broker_effect(n, QUEUE_LIMIT, HELD);
}

/* Under which of the four it was so, and who did it. */
static void conditions(struct note *n, const enum broker_outcomes o[])
{
	char queue[NOTE_TEXT], topic[NOTE_TEXT], grown[NOTE_TEXT];
	bool by_queue = o[QUEUE_LIMIT] == BROKERS_ALL;
	bool limit = o[QUEUE] != BROKERS_ALL;

	broker_names(n, QUEUE_LIMIT, HELD, 1, queue);
	broker_names(n, TOPIC_LIMIT, HELD, 1, topic);
	broker_numbers(n, QUEUE, GREW_KB, grown);
	note_verdict(n, VERDICT_HOLDS_IF,
		     "%s%s: by %.80s; where a topic has a limit, by %.60s; without a limit they "
		     "grew, in KB: %.80s",
		     by_queue ? "it is a queue" : "it is one of those that do",
		     limit ? " with a limit" : "", queue, topic, grown);
}

static void rule(struct note *n)
{
	enum broker_outcomes o[4];
	size_t arm, all = 0, none = 0;

	for (arm = 0; arm < 4; arm++) {
		o[arm] = broker_outcomes(n, arm, HELD);
		all += o[arm] == BROKERS_ALL;
		none += o[arm] == BROKERS_NONE;
		if (o[arm] == BROKERS_MIXED) {
			note_verdict(n, VERDICT_INCONCLUSIVE,
				     "the sender was held back in some samples, and not in others");
			return;
		}
	}
	if (all == 4)
		note_verdict(n, VERDICT_HOLDS, "every sender was held back, limit or none");
	else if (none == 4)
		note_verdict(n, VERDICT_FALSE,
			     "no sender was held back: all %d messages of %d bytes were taken",
			     BATCHES * AT_ONCE, BYTES);
	else
		conditions(n, o);
}

static void decide(struct note *n)
{
	rule(n);
	broker_absent(n, BROKER_LIMITS, broker_seen(n, QUEUE_LIMIT, HELD));
}

static void begin(struct note *n)
{
	broker_begin(n, BROKER_LIMITS);
}

static const struct claim flow = {
	.id = "broker.flow",
	.topic = "broker",
	.claim = "A broker holds back a sender that is too fast",
	.claim_zh = "流量控制：发送过快时受到限制",
	.how =
		"A sender has 40000 messages of 120 bytes, 100 at a time before it waits for the "
		"broker's words on them, and whoever is to have them takes none: from a queue that may "
		"have some MB (Redis: maxmemory, noeviction; NATS: max_bytes, discard new; RabbitMQ: "
		"x-max-length-bytes, reject-publish; ActiveMQ: memoryLimit, sendFailIfNoSpace), "
		"from one that may have any, and from a topic whose subscriber reads nothing, with a limit on "
		"what waits for it and without. Held back is who is told that there is no room, or "
		"cannot write or has no answer for a second. How much larger the broker got is what "
		"its VmRSS says. Each broker that is installed has its turn, as one of the sample's "
		"own; one that takes seconds to start is the run's, and its turn is in the first 2 "
		"timed samples of an arm and its first counted one. An operation is one broker.",
	.gates =
		"Who was not held back has sent all 40000, confirmed where the broker confirms, and "
		"who was had sent some.",
	.rule =
		"HOLDS if in every sample, of every broker, the sender was held back in all four "
		"ways; HOLDS IF it is a queue, or a queue with a limit, where it was in some of them; "
		"FALSE if in none; INCONCLUSIVE HERE if samples differ, or no broker is installed.",
	.live = "oscope states --why -- PROGRAM",
	.op = "broker",
	.seen = {
		BROKER_SEEN(HELD, "held_back") BROKER_SEEN(ACCEPTED, "accepted")
		BROKER_SEEN(GREW_KB, "grew_kb")
	},
	.counts = { NAMED(TURNS, ALL_ARMS, 1, "sent all, or some and held back/op") },
	.budget_ns = 120000000000ULL,
	.sample_ns = 30000000000ULL,
	.needs_lives = true,
	.begin = begin,
	.end = broker_end,
	.arm = {
		[QUEUE_LIMIT] = { "queue_limit", run }, [QUEUE] = { "queue", run },
		[TOPIC_LIMIT] = { "topic_limit", run }, [TOPIC] = { "topic", run },
	},
	.effect = effect,
	.decide = decide,
};
CLAIM(flow);
