// SPDX-License-Identifier: GPL-2.0
/* broker.persist: are messages there again after the broker has crashed? */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "notes/broker_house.h"
#include "notes/kin.h"
#include "notes/tally.h"

#define MESSAGES	50

enum { DURABLE, MEMORY, UNCONFIRMED };
/* Of each kind of broker. */
enum { ALL_THERE, THERE = BROKERS, SYNCS = 2 * BROKERS };

static int send_all(const struct broker *b)
{
	static struct broker_conn c;
	char text[BROKER_TEXT];
	unsigned int i;
	int err = broker_connect(&c, b);

	if (!err)
		err = b->kind->queue(&c, "vault");
	for (i = 0; i < MESSAGES && !err; i++) {
		snprintf(text, sizeof(text), "message-%u", i);
		err = broker_send(&c, BROKER_QUEUE, "vault", text);
	}
	broker_close(&c);
	return err;
}

/* A child of another one's, perhaps: nobody is told when it is. */
static int stands_still(pid_t task, void *arg)
{
	const struct timespec moment = { .tv_nsec = 100000 };
	char state;

	while ((state = kin_state(task)) && state != 'T')
		nanosleep(&moment, NULL);
	return 0;
}

/*
 * The broker stands still: what is written goes as far as its sockets, and nobody has said that it
 * went further.
 */
static int send_unheard(const struct broker *b)
{
	static struct broker_conn c;
	char text[BROKER_TEXT];
	unsigned int i;
	int err = broker_connect(&c, b);

	if (!err)
		err = b->kind->queue(&c, "vault");
	if (!err && kill(b->pid, SIGSTOP))
		err = -errno;
	if (!err)
		err = tally_each_task(b->pid, stands_still, NULL);
	for (i = 0; i < MESSAGES && !err; i++) {
		snprintf(text, sizeof(text), "message-%u", i);
		err = b->kind->post(&c, BROKER_QUEUE, "vault", text);
	}
	return err;
}

static int count_all(const struct broker *b, unsigned int *there)
{
	static struct broker_conn c;
	char text[BROKER_TEXT], expected[BROKER_TEXT];
	int err = broker_connect(&c, b);

	if (!err)
		err = b->kind->queue(&c, "vault");
	while (!err) {
		err = b->kind->get(&c, BROKER_QUEUE, "vault", text, false);
		snprintf(expected, sizeof(expected), "message-%u", *there);
		if (!err && strcmp(text, expected))
			err = -EBADMSG;
		*there += !err;
	}
	return err == -EAGAIN ? 0 : err;
}

static int one(struct sample *s, struct broker *b, enum broker_id id)
{
	unsigned int there = 0;
	struct tally syncs;
	uint64_t n;
	int err;

	if (!house_may(s, id))
		return BROKER_LEFT_OUT;
	tally_open(&syncs, b->pid, TALLY_SYNCS);
	err = s->arm == UNCONFIRMED ? send_unheard(b) : send_all(b);
	if (!tally_read(&syncs, &n))
		sample_see(s, SYNCS + id, (double)n);
	tally_close(&syncs);
	/* kill -9, and the same folder. */
	if (!err)
		err = broker_crash(b);
	if (!err)
		err = count_all(b, &there);
	if (err)
		return err;
	sample_see(s, ALL_THERE + id, there == MESSAGES);
	sample_see(s, THERE + id, there);
	s->turns++;
	return 0;
}

static int run(struct sample *s)
{
	return broker_each(s, s->arm == MEMORY ? BROKER_PLAIN : BROKER_DURABLE, one);
}

static void effect(struct note *n)
{
	broker_effect(n, DURABLE, ALL_THERE);
}

/* Not durable, or not confirmed, they are not all there with all brokers: those are conditions. */
static void kept(struct note *n, bool memory, bool unconfirmed)
{
	char names[NOTE_TEXT], times[NOTE_TEXT], syncs[96] = "";

	broker_names(n, DURABLE, ALL_THERE, 1, names);
	if (broker_numbers(n, DURABLE, SYNCS, times)[0])
		snprintf(syncs, sizeof(syncs), "; calls of fsync: %.70s", times);
	if (memory && unconfirmed)
		note_verdict(n, VERDICT_HOLDS,
			     "all %d were there after kill -9, durable and confirmed or not: "
			     "%.80s%s",
			     MESSAGES, names, syncs);
	else
		note_verdict(n, VERDICT_HOLDS_IF,
			     "%s%s%s: then all %d were there after kill -9 with %.80s; otherwise "
			     "not%s", memory ? "" : "the queue is durable",
			     memory || unconfirmed ? "" : " and ",
			     unconfirmed ? "" : "the message confirmed", MESSAGES, names, syncs);
}

static void rule(struct note *n)
{
	enum broker_outcomes durable = broker_outcomes(n, DURABLE, ALL_THERE);
	enum broker_outcomes memory = broker_outcomes(n, MEMORY, ALL_THERE);
	enum broker_outcomes unheard = broker_outcomes(n, UNCONFIRMED, ALL_THERE);

	if (durable == BROKERS_MIXED || memory == BROKERS_MIXED || unheard == BROKERS_MIXED)
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "all of the messages were there in some samples, and not in others");
	else if (durable == BROKERS_NONE)
		note_verdict(n, VERDICT_FALSE,
			     "no broker had all %d again after kill -9, durable and confirmed",
			     MESSAGES);
	else
		kept(n, memory == BROKERS_ALL, unheard == BROKERS_ALL);
}

static void decide(struct note *n)
{
	rule(n);
	broker_absent(n, BROKER_KEEPS, broker_seen(n, DURABLE, ALL_THERE));
}

static void begin(struct note *n)
{
	broker_begin(n, BROKER_KEEPS);
}

static const struct claim persist = {
	.id = "broker.persist",
	.topic = "broker",
	.claim = "Persistent messages survive a crash of the broker",
	.claim_zh = "消息可持久化，宕机不丢失",
	.how =
		"50 messages are sent to a queue, each confirmed before the next one; then the broker "
		"is killed (SIGKILL) and started again on the same folder, and what is in the queue "
		"is counted. In the first arm it is durable (Redis: appendonly, appendfsync always; "
		"NATS: storage file; RabbitMQ: a durable queue, delivery mode 2; ActiveMQ: "
		"persistent, KahaDB), in the second it is not. In the third it is, but the broker is "
		"stopped while they are sent, so that none is confirmed. Each broker that is "
		"installed has its turn, as one of the sample's own; one that takes seconds to start "
		"is the run's, and is killed in the first 2 timed samples of an arm and "
		"its first counted one. An operation is one broker.",
	.gates =
		"All 50 were sent, and confirmed where that is waited for; what was there again was "
		"in the order that it was sent in, and the broker said that there was no more.",
	.rule =
		"HOLDS if in every sample all were there again, in every arm, of every broker; HOLDS "
		"IF it is durable, or confirmed, or both: what some were not there without; FALSE if not "
		"even durable and confirmed ones were, of any broker; INCONCLUSIVE HERE if samples "
		"differ, or no broker is installed.",
	.live = "oscope states --why -- PROGRAM",
	.op = "broker",
	.seen = {
		BROKER_SEEN(ALL_THERE, "all_there") BROKER_SEEN(THERE, "there")
		BROKER_SEEN(SYNCS, "fsyncs")
	},
	.counts = { NAMED(TURNS, ALL_ARMS, 1, "brokers that were asked to the end/op") },
	.sample_ns = 100000000000ULL,
	.budget_ns = 120000000000ULL,
	.needs_lives = true,
	.begin = begin,
	.end = broker_end,
	.arm = {
		[DURABLE] = { "durable", run }, [MEMORY] = { "memory", run },
		[UNCONFIRMED] = { "unconfirmed", run },
	},
	.effect = effect,
	.decide = decide,
};
CLAIM(persist);
