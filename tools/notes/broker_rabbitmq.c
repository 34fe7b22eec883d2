// SPDX-License-Identifier: GPL-2.0
/*
 * RabbitMQ: a queue is a queue; a topic is a routing key of the exchange amq.topic, with a queue of
 * its own for each who listens. What is published is confirmed (confirm.select), as RabbitMQ adds
 * that to AMQP 0-9-1 (www.rabbitmq.com/confirms.html).
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "notes/broker_amqp.h"

#define SETTINGS	BROKER_DIR "/rabbitmq.conf"
#define TOPICS		"amq.topic"
#define MARK		"."		/* a message that is none: see get_published() */
#define NAME		64
/* Queues that nobody uses any more, of samples that have ended. */
#define UNUSED_MS	120000	/* longer than any sample: publishing is no use */
#define MOST_BYTES	1048576

/*
 * Its package's script finds what belongs to its version, and becomes the server. One scheduler,
 * which does not spin for work: there is one CPU. It numbers its node by a cookie in its HOME, and
 * epmd, which it starts, is in its network and PID namespace.
 */
static void rabbitmq_exec(const struct broker *b)
{
	static const char *const environment[] = {
		"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8", "HOME=" BROKER_DIR,
		"RABBITMQ_ALLOW_INPUT=1", "RABBITMQ_NODENAME=oscope@localhost",
		"RABBITMQ_CONF_ENV_FILE=/nonexistent", "RABBITMQ_CONFIG_FILE=" SETTINGS,
		"RABBITMQ_ENABLED_PLUGINS_FILE=" BROKER_DIR "/plugins",
		"RABBITMQ_MNESIA_BASE=" BROKER_DIR, "RABBITMQ_LOG_BASE=" BROKER_DIR,
		"RABBITMQ_GENERATED_CONFIG_DIR=" BROKER_DIR,
		"RABBITMQ_PID_FILE=" BROKER_DIR "/pid", "RABBITMQ_LOGS=-",
		"RABBITMQ_SERVER_ERL_ARGS=+S 1:1 +SDcpu 1:1 +SDio 1 +sbwt none +sbwtdcpu none "
			"+sbwtdio none -kernel inet_dist_use_interface {127,0,0,1}",
		NULL,
	};
	FILE *f = fopen(SETTINGS, "we");

	if (!f)
		return;
	fprintf(f, "listeners.tcp.default = 127.0.0.1:%u\n", b->kind->port);
	if (!fclose(f))
		execle(b->kind->program, "rabbitmq-server", "-noinput", NULL,
		       (char *const *)environment);
}

/* Each sample has names of its own. */
static const char *name_of(const struct broker_conn *c, const char *name, char to[NAME])
{
	snprintf(to, NAME, "%.40s.%u", name, c->broker->serial);
	return to;
}

/* A word on what was posted; several at once, where it says so. */
static void word_take(struct broker_conn *c, struct amqp_in *in)
{
	uint64_t last = amqp_take(in, 8);
	bool several = amqp_take(in, 1) & 1;

	c->heard = several && last > c->heard ? last : c->heard + 1;
}

/* The next method but for words on what was posted. */
static int method_next(struct broker_conn *c, struct amqp_in *in)
{
	int err;

	while (!(err = amqp_next(c, in)) && in->method == AMQP_ACK)
		word_take(c, in);
	return err;
}

static int await(struct broker_conn *c, enum amqp_method wanted, struct amqp_in *in)
{
	int err = method_next(c, in);

	return !err && in->method != wanted ? -EPROTO : err;
}

static int ask(struct broker_conn *c, const struct amqp_out *o, enum amqp_method wanted,
	       struct amqp_in *in)
{
	int err = amqp_send(c, o);

	return err ? err : await(c, wanted, in);
}

/* Up to the tuned connection: who we are, and that no heartbeat is wanted. */
static int greet(struct broker_conn *c, struct amqp_in *in)
{
	static const char protocol[] = { 'A', 'M', 'Q', 'P', 0, 0, 9, 1 };
	static const char plain[] = "\0guest\0guest";
	struct amqp_out o = { 0 };
	int err = broker_write(c, protocol, sizeof(protocol));

	if (!err)
		err = await(c, AMQP_START, in);
	if (err)
		return err;
	amqp_begin(&o, 0, AMQP_START_OK);
	amqp_table_end(&o, amqp_table(&o));
	amqp_short(&o, "PLAIN");
	amqp_long(&o, plain, sizeof(plain) - 1);
	amqp_short(&o, "en_US");
	amqp_end(&o);
	err = ask(c, &o, AMQP_TUNE, in);
	if (err)
		return err;
	o = (struct amqp_out){ 0 };
	amqp_begin(&o, 0, AMQP_TUNE_OK);
	amqp_u16(&o, 8);		/* channels */
	amqp_u32(&o, AMQP_FRAME);
	amqp_u16(&o, 0);
	amqp_end(&o);
	return amqp_send(c, &o);
}

static int rabbitmq_hello(struct broker_conn *c)
{
	struct amqp_out open = { 0 }, channel = { 0 }, confirm = { 0 };
	static struct amqp_in in;
	int err = greet(c, &in);

	amqp_begin(&open, 0, AMQP_OPEN);
	amqp_short(&open, "/");
	amqp_u16(&open, 0);
	amqp_end(&open);
	if (!err)
		err = ask(c, &open, AMQP_OPEN_OK, &in);
	amqp_begin(&channel, 1, AMQP_CHANNEL_OPEN);
	amqp_u8(&channel, 0);
	amqp_end(&channel);
	if (!err)
		err = ask(c, &channel, AMQP_CHANNEL_OPEN_OK, &in);
	amqp_begin(&confirm, 1, AMQP_CONFIRM);
	amqp_u8(&confirm, 0);
	amqp_end(&confirm);
	return err ? err : ask(c, &confirm, AMQP_CONFIRM_OK, &in);
}

static void argument_u32(struct amqp_out *o, const char *name, uint32_t value)
{
	amqp_short(o, name);
	amqp_u8(o, 'I');
	amqp_u32(o, value);
}

/* passive, durable, exclusive, auto-delete, no-wait: bits, from the lowest. */
enum { DURABLE = 2, EXCLUSIVE = 4 };

static int declare(struct broker_conn *c, const char *name, unsigned int flags, struct amqp_in *in)
{
	static const char refuse[] = "reject-publish";
	struct amqp_out o = { 0 };
	size_t at;

	amqp_begin(&o, 1, AMQP_DECLARE);
	amqp_u16(&o, 0);
	amqp_short(&o, name);
	amqp_u8(&o, flags);
	at = amqp_table(&o);
	if (!(flags & EXCLUSIVE))
		argument_u32(&o, "x-expires", UNUSED_MS);
	if (c->broker->limited) {
		argument_u32(&o, "x-max-length-bytes", MOST_BYTES);
		amqp_short(&o, "x-overflow");
		amqp_u8(&o, 'S');
		amqp_long(&o, refuse, sizeof(refuse) - 1);
	}
	amqp_table_end(&o, at);
	amqp_end(&o);
	return ask(c, &o, AMQP_DECLARE_OK, in);
}

static int rabbitmq_queue(struct broker_conn *c, const char *name)
{
	static struct amqp_in in;
	char own[NAME];

	return declare(c, name_of(c, name, own), c->broker->durable ? DURABLE : 0, &in);
}

/* With acknowledgment one at a time, so that each who asks has some. */
static int consume(struct broker_conn *c, const char *queue, bool acknowledge)
{
	struct amqp_out qos = { 0 }, o = { 0 };
	static struct amqp_in in;
	int err;

	amqp_begin(&qos, 1, AMQP_QOS);
	amqp_u32(&qos, 0);
	amqp_u16(&qos, 1);
	amqp_u8(&qos, 0);
	amqp_end(&qos);
	err = acknowledge ? ask(c, &qos, AMQP_QOS_OK, &in) : 0;
	amqp_begin(&o, 1, AMQP_CONSUME);
	amqp_u16(&o, 0);
	amqp_short(&o, queue);
	amqp_short(&o, "");
	amqp_u8(&o, acknowledge ? 0 : 2);
	amqp_table_end(&o, amqp_table(&o));
	amqp_end(&o);
	if (!err)
		err = ask(c, &o, AMQP_CONSUME_OK, &in);
	c->consumes = !err;
	return err;
}

/* A queue whose name the server gives, for this connection alone. */
static int rabbitmq_listen(struct broker_conn *c, enum broker_mode mode, const char *name)
{
	struct amqp_out o = { 0 };
	static struct amqp_in in;
	char own[NAME];
	int err = mode == BROKER_TOPIC ? declare(c, "", EXCLUSIVE, &in) : 0;

	if (err || mode == BROKER_QUEUE)
		return err;
	amqp_take_short(&in, c->inbox, sizeof(c->inbox));
	amqp_begin(&o, 1, AMQP_BIND);
	amqp_u16(&o, 0);
	amqp_short(&o, c->inbox);
	amqp_short(&o, TOPICS);
	amqp_short(&o, name_of(c, name, own));
	amqp_u8(&o, 0);
	amqp_table_end(&o, amqp_table(&o));
	amqp_end(&o);
	err = ask(c, &o, AMQP_BIND_OK, &in);
	return err ? err : consume(c, c->inbox, false);
}

static int publish(struct broker_conn *c, const char *exchange, const char *key, const char *text)
{
	struct amqp_out o = { 0 };

	amqp_begin(&o, 1, AMQP_PUBLISH);
	amqp_u16(&o, 0);
	amqp_short(&o, exchange);
	amqp_short(&o, key);
	amqp_u8(&o, 0);
	amqp_end(&o);
	amqp_content(&o, text, c->broker->durable);
	return amqp_send(c, &o);
}

static int rabbitmq_post(struct broker_conn *c, enum broker_mode mode, const char *name,
			 const char *text)
{
	char own[NAME];

	return publish(c, mode == BROKER_QUEUE ? "" : TOPICS, name_of(c, name, own), text);
}

/* A queue that is full has it say so (basic.nack). */
static int rabbitmq_confirm(struct broker_conn *c, enum broker_mode mode)
{
	static struct amqp_in in;
	int err = 0;

	c->confirmed++;
	while (!err && c->heard < c->confirmed) {
		err = amqp_next(c, &in);
		if (!err && in.method == AMQP_NACK)
			return -ENOBUFS;
		if (!err && in.method != AMQP_ACK)
			return -EPROTO;
		if (!err)
			word_take(c, &in);
	}
	return err;
}

/* Confirmed is what is in the queues of all who listen. */
static int rabbitmq_settle(struct broker_conn *c)
{
	return 0;
}

static int acknowledge(struct broker_conn *c, uint64_t tag)
{
	struct amqp_out o = { 0 };

	amqp_begin(&o, 1, AMQP_ACK);
	amqp_u64(&o, tag);
	amqp_u8(&o, 0);
	amqp_end(&o);
	return amqp_send(c, &o);
}

/* A delivery's consumer is the first that it says. */
static int delivered(struct broker_conn *c, struct amqp_in *in, char text[BROKER_TEXT],
		     uint64_t *tag)
{
	char consumer[BROKER_TEXT];

	if (in->method == AMQP_DELIVER)
		amqp_take_short(in, consumer, sizeof(consumer));
	else if (in->method != AMQP_GET_OK)
		return -EPROTO;
	*tag = amqp_take(in, 8);
	return amqp_take_content(c, text);
}

static int get_queued(struct broker_conn *c, const char *name, char text[BROKER_TEXT], bool wait)
{
	struct amqp_out o = { 0 };
	static struct amqp_in in;
	char own[NAME];
	uint64_t tag = 0;
	int err = 0;

	name_of(c, name, own);
	if (wait && !c->consumes)
		err = consume(c, own, true);
	amqp_begin(&o, 1, AMQP_GET);
	amqp_u16(&o, 0);
	amqp_short(&o, own);
	amqp_u8(&o, 0);
	amqp_end(&o);
	if (!err && !wait)
		err = amqp_send(c, &o);
	if (!err)
		err = method_next(c, &in);
	if (!err && in.method == AMQP_GET_EMPTY)
		return -EAGAIN;
	if (!err)
		err = delivered(c, &in, text, &tag);
	return err ? err : acknowledge(c, tag);
}

/* Behind all that there is comes what we have put into our own queue ourselves. */
static int get_published(struct broker_conn *c, char text[BROKER_TEXT], bool wait)
{
	static struct amqp_in in;
	uint64_t tag;
	int err = 0;

	if (!wait && !c->asked) {
		err = publish(c, "", c->inbox, MARK);
		c->asked = true;
	}
	while (!err && !(err = method_next(c, &in)) && !(err = delivered(c, &in, text, &tag))) {
		if (strcmp(text, MARK))
			return 0;
		c->asked = false;
		if (!wait)
			return -EAGAIN;
	}
	return err;
}

static int rabbitmq_get(struct broker_conn *c, enum broker_mode mode, const char *name,
			char text[BROKER_TEXT], bool wait)
{
	return mode == BROKER_QUEUE ? get_queued(c, name, text, wait) :
				      get_published(c, text, wait);
}

const struct broker_kind broker_rabbitmq = {
	.name = "RabbitMQ",
	.package = "rabbitmq-server",
	.program = "/usr/lib/rabbitmq/bin/rabbitmq-server",
	.port = 5672,
	.can = BROKER_CAN_ALL,
	.slow = true,
	.exec = rabbitmq_exec,
	.hello = rabbitmq_hello,
	.queue = rabbitmq_queue,
	.listen = rabbitmq_listen,
	.post = rabbitmq_post,
	.confirm = rabbitmq_confirm,
	.settle = rabbitmq_settle,
	.get = rabbitmq_get,
};
