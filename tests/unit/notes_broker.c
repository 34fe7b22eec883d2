// SPDX-License-Identifier: GPL-2.0
/* The rules of the claims on brokers, fed with made-up numbers. */
#include "notes_feed.h"

#include "notes/broker.h"

/* Every broker saw this. */
static void all_see(struct note *n, size_t a, double value)
{
	size_t id;

	for (id = 0; id < BROKERS; id++)
		see(n, a, id, value);
}

/* broker.offline: arms queue, topic; seen at a broker's id: all came. */
static void offline(struct note *n)
{
	feed(n, "broker.offline");
	all_see(n, 0, 1);
	all_see(n, 1, 0);
}

TEST_F(note, offline_holds_if_queued)
{
	offline(self->n);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
	EXPECT_NE(strstr(self->n->reason, "Redis, NATS"), NULL);
}

TEST_F(note, offline_holds_when_topics_keep_them_too)
{
	offline(self->n);
	all_see(self->n, 1, 1);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, offline_holds_if_it_is_one_broker)
{
	offline(self->n);
	see(self->n, 0, BROKER_NATS, 0);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
	EXPECT_EQ(strstr(self->n->reason, "NATS"), NULL);
}

TEST_F(note, offline_false_when_no_queue_keeps_them)
{
	offline(self->n);
	all_see(self->n, 0, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, offline_inconclusive_when_samples_differ)
{
	offline(self->n);
	see_half(self->n, 0, BROKER_REDIS);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, offline_void_when_not_all_were_sent)
{
	offline(self->n);
	self->n->counted[1].turns = OPS - 1;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, offline_names_the_package_of_who_is_not_there)
{
	offline(self->n);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
	EXPECT_EQ(strstr(self->n->reason, "not here"), NULL);
	for (size_t a = 0; a < 2; a++) {
		memset(&self->n->timed[a].seen[BROKER_RABBITMQ], 0, sizeof(struct arm_seen));
		memset(&self->n->counted[a].seen[BROKER_RABBITMQ], 0, sizeof(struct arm_seen));
	}
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
	EXPECT_NE(strstr(self->n->reason, "; not here: rabbitmq-server"), NULL);
}

TEST_F(note, offline_has_the_mock_seen_and_not_judged)
{
	offline(self->n);
	see(self->n, 0, BROKER_KAFKA_MOCK, 0);
	see(self->n, 1, BROKER_KAFKA_MOCK, 1);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
	EXPECT_NE(strstr(self->n->reason, "from that of Redis, NATS, RabbitMQ, ActiveMQ, Kafka;"),
		  NULL);
	EXPECT_NE(strstr(self->n->reason, "not judged, as it is no Kafka"), NULL);
	EXPECT_EQ(self->n->effect.value, 1);
	see_half(self->n, 0, BROKER_KAFKA_MOCK);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
}

TEST_F(note, offline_inconclusive_without_a_broker)
{
	offline(self->n);
	snprintf(self->n->blocked, sizeof(self->n->blocked), "no broker is here");
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

/* broker.p2p-pubsub: arms point_to_point, published; seen at a broker's id: exactly so. */
static void p2p_pubsub(struct note *n)
{
	feed(n, "broker.p2p-pubsub");
	all_see(n, 0, 1);
	all_see(n, 1, 1);
}

TEST_F(note, p2p_pubsub_holds)
{
	p2p_pubsub(self->n);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, p2p_pubsub_false_when_nobody_publishes_to_all)
{
	p2p_pubsub(self->n);
	all_see(self->n, 1, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, p2p_pubsub_holds_if_one_can)
{
	p2p_pubsub(self->n);
	see(self->n, 0, BROKER_NATS, 0);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
	EXPECT_EQ(self->n->effect.value, 0);
}

TEST_F(note, p2p_pubsub_inconclusive_when_samples_differ)
{
	p2p_pubsub(self->n);
	see_half(self->n, 1, BROKER_REDIS);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, p2p_pubsub_void_when_not_asked_to_the_end)
{
	p2p_pubsub(self->n);
	self->n->counted[0].turns = OPS / 2;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* broker.persist: arms durable, memory, unconfirmed; seen at a broker's id: all are there. */
static void persist(struct note *n, double durable, double memory, double unconfirmed)
{
	const double there[] = { durable, memory, unconfirmed };
	size_t a;

	feed(n, "broker.persist");
	for (a = 0; a < 3; a++)
		all_see(n, a, there[a]);
}

TEST_F(note, persist_holds_if_durable_and_confirmed)
{
	persist(self->n, 1, 0, 0);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
	EXPECT_NE(strstr(self->n->reason, "durable and the message confirmed"), NULL);
}

TEST_F(note, persist_holds_if_durable)
{
	persist(self->n, 1, 0, 1);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
	EXPECT_EQ(strstr(self->n->reason, "and the message confirmed"), NULL);
}

TEST_F(note, persist_holds_if_confirmed)
{
	persist(self->n, 1, 1, 0);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
	EXPECT_EQ(strstr(self->n->reason, "durable"), NULL);
}

TEST_F(note, persist_holds_when_nothing_is_lost)
{
	persist(self->n, 1, 1, 1);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, persist_false_when_all_is_lost)
{
	persist(self->n, 0, 0, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, persist_inconclusive_when_samples_differ)
{
	persist(self->n, 1, 0, 0);
	see_half(self->n, 2, BROKER_NATS);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, persist_void_when_not_counted_to_the_end)
{
	persist(self->n, 1, 0, 0);
	self->n->counted[1].turns = 0;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* ipc.broker: arms socket, and each broker; seen 0, 2, 4 the two's calls, switches, ns; 1, 3, 5. */
static void cost(struct note *n, double redis, double others)
{
	size_t a;

	feed(n, "ipc.broker");
	times(n, 0, 100, 0.02);
	for (a = 0; a < 1 + BROKERS_REAL; a++) {
		if (a)
			times(n, a, a == 1 ? redis : others, 0.02);
		see(n, a, 0, 4);
		see(n, a, 2, 2);
		see(n, a, 4, 100);
		if (a) {
			see(n, a, 1, 8);
			see(n, a, 3, 3);
			see(n, a, 5, 100);
		}
	}
}

TEST_F(note, cost_holds_when_every_broker_is_dearer)
{
	cost(self->n, 400, 300);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	EXPECT_LT(fabs(self->n->effect.value - 3), 0.1);
}

TEST_F(note, cost_false_when_none_is)
{
	cost(self->n, 50, 60);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, cost_holds_if_it_is_one_of_them)
{
	cost(self->n, 50, 300);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
}

TEST_F(note, cost_inconclusive_when_there_is_no_telling)
{
	cost(self->n, 100, 300);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, cost_is_of_those_that_are_there)
{
	size_t a;

	cost(self->n, 400, 50);
	for (a = 2; a < 1 + BROKERS_REAL; a++) {
		self->n->timed[a].ops = self->n->counted[a].ops = 0;
		memset(self->n->timed[a].seen, 0, sizeof(self->n->timed[a].seen));
		memset(self->n->counted[a].seen, 0, sizeof(self->n->counted[a].seen));
	}
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	EXPECT_EQ(strstr(self->n->reason, "NATS"), NULL);
}

TEST_F(note, cost_void_when_an_answer_was_wrong)
{
	cost(self->n, 400, 300);
	self->n->counted[1].turns = OPS - 1;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, cost_void_when_the_broker_slept_through)
{
	cost(self->n, 400, 300);
	see(self->n, 2, 3, 1);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, cost_of_one_that_runs_elsewhere_has_no_switches_of_its_own)
{
	size_t a = 1 + BROKER_KAFKA, what;

	cost(self->n, 400, 300);
	for (what = 1; what < 6; what += 2) {
		memset(&self->n->timed[a].seen[what], 0, sizeof(struct arm_seen));
		memset(&self->n->counted[a].seen[what], 0, sizeof(struct arm_seen));
	}
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	EXPECT_NE(strstr(self->n->reason, "2.0, ?)"), NULL);
}

TEST_F(note, cost_void_when_the_socket_took_more_calls)
{
	cost(self->n, 400, 300);
	see(self->n, 0, 0, 5);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* broker.decouple: arms broker, socket; seen at a broker's id: apart; behind: who knows whom. */
static void decouple(struct note *n)
{
	feed(n, "broker.decouple");
	all_see(n, 0, 1);
	see(n, 0, BROKERS + 2, 50);
	see(n, 1, BROKERS, 1);
	see(n, 1, BROKERS + 1, 1);
}

TEST_F(note, decouple_holds)
{
	decouple(self->n);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, decouple_false_when_they_know_each_other)
{
	decouple(self->n);
	all_see(self->n, 0, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, decouple_holds_if_it_is_one_broker)
{
	decouple(self->n);
	see(self->n, 0, BROKER_REDIS, 0);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
	EXPECT_EQ(strstr(self->n->reason, "Redis"), NULL);
}

TEST_F(note, decouple_inconclusive_when_samples_differ)
{
	decouple(self->n);
	see_half(self->n, 0, BROKER_NATS);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, decouple_void_when_a_plain_connection_is_not_found)
{
	decouple(self->n);
	see(self->n, 1, BROKERS, 0);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, decouple_void_when_a_message_is_missing)
{
	decouple(self->n);
	self->n->counted[0].turns = OPS - 1;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/* broker.flow: arms queue with a limit, queue, topic with a limit, topic; seen at an id: held. */
static void flow(struct note *n, const double held[4])
{
	size_t a;

	feed(n, "broker.flow");
	for (a = 0; a < 4; a++)
		all_see(n, a, held[a]);
}

TEST_F(note, flow_holds_if_a_queue_has_a_limit)
{
	flow(self->n, (const double[]){ 1, 0, 0, 0 });
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
	EXPECT_NE(strstr(self->n->reason, "a queue with a limit"), NULL);
}

TEST_F(note, flow_holds_if_it_is_a_queue)
{
	flow(self->n, (const double[]){ 1, 1, 0, 0 });
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
	EXPECT_EQ(strstr(self->n->reason, "with a limit:"), NULL);
}

TEST_F(note, flow_holds_if_it_is_one_of_the_brokers)
{
	flow(self->n, (const double[]){ 1, 0, 0, 0 });
	see(self->n, 0, BROKER_NATS, 0);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
	EXPECT_EQ(strstr(self->n->reason, "NATS"), NULL);
}

TEST_F(note, flow_holds_when_all_are_held_back)
{
	flow(self->n, (const double[]){ 1, 1, 1, 1 });
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, flow_false_when_nobody_is)
{
	flow(self->n, (const double[]){ 0, 0, 0, 0 });
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, flow_inconclusive_when_samples_differ)
{
	flow(self->n, (const double[]){ 1, 0, 0, 0 });
	see_half(self->n, 3, BROKER_NATS);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, flow_void_when_not_all_were_sent)
{
	flow(self->n, (const double[]){ 1, 0, 0, 0 });
	self->n->counted[1].turns = OPS - 1;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_HARNESS_MAIN
