// SPDX-License-Identifier: GPL-2.0
/* broker.protocol: does a broker speak several protocols? */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "notes/broker_mqtt.h"

#define MESSAGES	30
#define TOPIC		"work"

/* From the one protocol to the other, and to itself. */
enum { OWN_TO_OTHER, OTHER_TO_OWN, OTHER_TO_OTHER };
enum { ALL_CAME, CAME };

struct two {
	struct broker_conn own, other, listener;
};

static void text_of(char text[BROKER_TEXT], unsigned int nth)
{
	snprintf(text, BROKER_TEXT, "message-%u", nth);
}

/* Who hears is there before anything is sent. */
static int two_open(struct two *t, const struct broker *b, size_t arm)
{
	int err = broker_connect(&t->own, b);

	if (!err)
		err = mqtt_connect(&t->other, b, "sender");
	if (!err && arm == OTHER_TO_OWN)
		return b->kind->listen(&t->own, BROKER_TOPIC, TOPIC);
	if (!err)
		err = mqtt_connect(&t->listener, b, "listener");
	return err ? err : mqtt_listen(&t->listener, TOPIC);
}

static int send_all(struct two *t, size_t arm)
{
	const struct broker_kind *kind = t->own.broker->kind;
	char text[BROKER_TEXT];
	unsigned int i;
	int err = 0;

	for (i = 0; i < MESSAGES && !err; i++) {
		text_of(text, i);
		err = arm == OWN_TO_OTHER ? broker_send(&t->own, BROKER_TOPIC, TOPIC, text) :
					    mqtt_post(&t->other, TOPIC, text);
	}
	if (err)
		return err;
	return arm == OWN_TO_OTHER ? kind->settle(&t->own) : mqtt_settle(&t->other);
}

static int next(struct two *t, size_t arm, char text[BROKER_TEXT])
{
	if (arm == OTHER_TO_OWN)
		return t->own.broker->kind->get(&t->own, BROKER_TOPIC, TOPIC, text, true);
	return mqtt_get(&t->listener, text);
}

/* As many as there should be, unless nothing comes for longer than a broker is waited for. */
static int hear_all(struct two *t, size_t arm, unsigned int *came)
{
	char text[BROKER_TEXT], right[BROKER_TEXT];
	unsigned int i;
	int err = 0;

	for (i = 0; i < MESSAGES && !err; i++) {
		err = next(t, arm, text);
		text_of(right, i);
		*came += !err && !strcmp(text, right);
	}
	return err == -ETIMEDOUT ? 0 : err;
}

static int talk(struct sample *s, const struct broker *b)
{
	static struct two t;
	unsigned int came = 0;
	int err;

	t.own.fd = -1;
	t.other.fd = -1;
	t.listener.fd = -1;
	err = two_open(&t, b, s->arm);
	if (!err)
		err = send_all(&t, s->arm);
	if (!err)
		err = hear_all(&t, s->arm, &came);
	if (err)
		return err;
	sample_see(s, ALL_CAME, came == MESSAGES);
	sample_see(s, CAME, came);
	s->turns = 1;
	return 0;
}

static int run(struct sample *s)
{
	struct broker b;
	int err = broker_place();

	s->flat = true;
	if (!err)
		err = broker_start(&b, BROKER_NATS, BROKER_MQTT);
	if (err)
		return err;
	err = talk(s, &b);
	broker_kill(&b);
	s->ops = 1;
	return err;
}

static void begin(struct note *n)
{
	if (!broker_there(BROKER_NATS))
		snprintf(n->blocked, sizeof(n->blocked),
			 "no broker is here that speaks two: install %s",
			 broker_kinds[BROKER_NATS]->package);
}

static void say_yes(struct note *n)
{
	note_verdict(n, VERDICT_HOLDS,
		     "all %d messages came from NATS' own protocol to MQTT, from MQTT to its own, "
		     "and from MQTT to MQTT; JMS is an interface of Java's, no protocol", MESSAGES);
}

static void say_no(struct note *n)
{
	note_verdict(n, VERDICT_FALSE,
		     "of %d messages there came %.0f from NATS' own protocol to MQTT, %.0f from MQTT "
		     "to its own, %.0f from MQTT to MQTT", MESSAGES,
		     note_seen_mean(n, OWN_TO_OTHER, CAME), note_seen_mean(n, OTHER_TO_OWN, CAME),
		     note_seen_mean(n, OTHER_TO_OTHER, CAME));
}

static const struct claim protocol = {
	.id = "broker.protocol",
	.topic = "broker",
	.claim = "A broker speaks several protocols",
	.claim_zh = "支持 AMQP、JMS 等多种协议",
	.how =
		"One sends 30 messages to a subject of NATS by the one protocol, another who "
		"listens gets them by the other: NATS' own to MQTT 3.1.1, MQTT to its own, and "
		"MQTT to MQTT. The broker is one of the sample's own. An operation is all 30.",
	.gates = "All 30 were sent, and the broker said that it had come to them.",
	.rule =
		"HOLDS if in every sample all 30 came in order, each of the three ways; FALSE if by "
		"one of them they never did; else INCONCLUSIVE HERE, with the share, as without "
		"the broker.",
	.live = "oscope ipc --by pair -- PROGRAM",
	.op = "30 messages",
	.seen = { [ALL_CAME] = "all_came", [CAME] = "came" },
	.needed = {
		SAW(OWN_TO_OTHER, ALL_CAME), SAW(OTHER_TO_OWN, ALL_CAME),
		SAW(OTHER_TO_OTHER, ALL_CAME),
	},
	.counts = { NAMED(TURNS, ALL_ARMS, 1, "times that the broker was asked to the end/op") },
	.needs_lives = true,
	.begin = begin,
	.arm = {
		[OWN_TO_OTHER] = { "own_to_other", run }, [OTHER_TO_OWN] = { "other_to_own", run },
		[OTHER_TO_OTHER] = { "other_to_other", run },
	},
	.yes = say_yes,
	.no = say_no,
};
CLAIM(protocol);
