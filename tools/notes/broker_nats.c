// SPDX-License-Identifier: GPL-2.0
/*
 * NATS: a stream of JetStream with one consumer that many may ask is a queue, a subject is a topic
 * (docs.nats.io/reference/reference-protocols: client, JetStream).
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "notes/broker_mqtt.h"

#define LINE	1024

#define SETTINGS	BROKER_DIR "/settings"

static void nats_exec(const struct broker *b)
{
	FILE *f = fopen(SETTINGS, "we");

	if (!f)
		return;
	fprintf(f, "host: 127.0.0.1\nport: 4222\njetstream { store_dir: \"%s\" }\n", BROKER_DIR);
	fprintf(f, "max_pending: %s\n", b->limited ? "1MB" : "256MB");
	if (b->mqtt)	/* which wants the server to have a name */
		fprintf(f, "server_name: oscope\nmqtt { port: %d }\n", BROKER_MQTT_PORT);
	if (!fclose(f))
		execle(b->kind->program, "nats-server", "--config", SETTINGS, NULL,
		       (char *const *)broker_environment);
}

/* What the server says next: a message, or the answer to a PING. */
struct incoming {
	bool pong, status;		/* status: a message that is none, but a word on one */
	char reply[BROKER_TEXT];	/* where its answer goes; "" */
	char text[LINE];
};

/* A header without a status is that of a message, which is what is behind it. */
static void header_off(struct incoming *in, size_t header)
{
	static const char plain[] = "NATS/1.0\r\n";

	if (strncmp(in->text, plain, sizeof(plain) - 1) || header > strlen(in->text))
		return;
	in->status = false;
	memmove(in->text, in->text + header, strlen(in->text + header) + 1);
}

/* "MSG subject sid [reply] bytes", or with the header's bytes before: "HMSG". */
static int message(struct broker_conn *c, char *line, struct incoming *in)
{
	char *word[6] = { 0 }, *next = NULL, end[4];
	size_t n = 0, bytes, with_reply;
	int err;

	in->status = line[0] == 'H';
	with_reply = in->status ? 6 : 5;
	for (line = strtok_r(line, " ", &next); line && n < 6; line = strtok_r(NULL, " ", &next))
		word[n++] = line;
	if (n + 1 < with_reply)
		return -EPROTO;
	if (n == with_reply)
		snprintf(in->reply, sizeof(in->reply), "%.*s", BROKER_TEXT - 1, word[3]);
	bytes = strtoul(word[n - 1], NULL, 10);
	err = broker_bytes(c, bytes, in->text, sizeof(in->text));
	if (in->status)
		header_off(in, strtoul(word[n - 2], NULL, 10));
	return err ? err : broker_line(c, end, sizeof(end));
}

static int next_of(struct broker_conn *c, struct incoming *in)
{
	char line[LINE];
	int err;

	memset(in, 0, sizeof(*in));
	while (!(err = broker_line(c, line, sizeof(line)))) {
		if (!strncmp(line, "MSG ", 4) || !strncmp(line, "HMSG ", 5))
			return message(c, line, in);
		in->pong = !strcmp(line, "PONG");
		if (in->pong)
			return 0;
		if (line[0] == '-')
			return -EPROTO;
		if (!strcmp(line, "PING"))
			err = broker_put(c, "PONG\r\n");
		if (err)
			return err;
	}
	return err;
}

/* Its own answers' subject; what it says to a PING is behind all that it has said before. */
static int nats_hello(struct broker_conn *c)
{
	struct incoming in = { 0 };
	int err;

	snprintf(c->inbox, sizeof(c->inbox), "_INBOX.%d.%d", getpid(), c->fd);
	err = broker_put(c, "CONNECT {\"verbose\":false,\"headers\":true}\r\nSUB %s 1\r\nPING\r\n",
			 c->inbox);
	if (!err)
		err = next_of(c, &in);
	return !err && !in.pong ? -EPROTO : err;
}

/* A request to JetStream, with its answer: JSON that has a member "error" or none. */
static int answer(struct broker_conn *c)
{
	struct incoming in = { 0 };
	int err = next_of(c, &in);

	if (err)
		return err;
	if (in.pong || in.status)
		return -EPROTO;
	if (!strstr(in.text, "\"error\""))
		return 0;
	return strstr(in.text, "maximum") ? -ENOBUFS : -EPROTO;
}

static int request(struct broker_conn *c, const char *subject, const char *name, const char *json)
{
	int err = broker_put(c, "PUB $JS.API.%s.%s %s %zu\r\n%s\r\n", subject, name, c->inbox,
			     strlen(json), json);

	return err ? err : answer(c);
}

static int nats_queue(struct broker_conn *c, const char *name)
{
	char json[LINE], consumer[BROKER_TEXT];
	int err;

	snprintf(json, sizeof(json),
		 "{\"name\":\"%s\",\"subjects\":[\"%s\"],\"storage\":\"%s\"%s}",
		 name, name, c->broker->durable ? "file" : "memory",
		 c->broker->limited ? ",\"max_bytes\":1048576,\"discard\":\"new\"" : "");
	err = request(c, "STREAM.CREATE", name, json);
	if (err)
		return err;
	snprintf(json, sizeof(json), "{\"stream_name\":\"%s\",\"config\":{"
		 "\"durable_name\":\"all\",\"ack_policy\":\"explicit\"}}", name);
	snprintf(consumer, sizeof(consumer), "%.100s.all", name);
	return request(c, "CONSUMER.DURABLE.CREATE", consumer, json);
}

static int nats_listen(struct broker_conn *c, enum broker_mode mode, const char *name)
{
	int err = mode == BROKER_TOPIC ? broker_put(c, "SUB %s 2\r\n", name) : 0;

	return err || mode == BROKER_QUEUE ? err : c->broker->kind->settle(c);
}

static int nats_post(struct broker_conn *c, enum broker_mode mode, const char *name,
		     const char *text)
{
	return broker_put(c, "PUB %s %s %zu\r\n%s\r\n", name,
			  mode == BROKER_QUEUE ? c->inbox : "", strlen(text), text);
}

/* A subject's sender is told nothing. */
static int nats_confirm(struct broker_conn *c, enum broker_mode mode)
{
	return mode == BROKER_QUEUE ? answer(c) : 0;
}

static int nats_settle(struct broker_conn *c)
{
	struct incoming in = { 0 };
	int err = broker_put(c, "PING\r\n");

	if (!err)
		err = next_of(c, &in);
	return !err && !in.pong ? -EPROTO : err;
}

static int get_queued(struct broker_conn *c, const char *name, char text[BROKER_TEXT], bool wait)
{
	const char *json = wait ? "{\"batch\":1}" : "{\"batch\":1,\"no_wait\":true}";
	struct incoming in = { 0 };
	int err = broker_put(c, "PUB $JS.API.CONSUMER.MSG.NEXT.%s.all %s %zu\r\n%s\r\n", name,
			     c->inbox, strlen(json), json);

	if (!err)
		err = next_of(c, &in);
	if (err)
		return err;
	if (in.status)
		return strstr(in.text, " 404") ? -EAGAIN : -EPROTO;
	snprintf(text, BROKER_TEXT, "%.*s", BROKER_TEXT - 1, in.text);
	return broker_put(c, "PUB %s 4\r\n+ACK\r\n", in.reply);
}

static int get_published(struct broker_conn *c, char text[BROKER_TEXT], bool wait)
{
	struct incoming in = { 0 };
	int err = 0;

	if (!wait && !c->asked) {
		err = broker_put(c, "PING\r\n");
		c->asked = true;
	}
	while (!err && !(err = next_of(c, &in))) {
		if (!in.pong) {
			snprintf(text, BROKER_TEXT, "%.*s", BROKER_TEXT - 1, in.text);
			return 0;
		}
		c->asked = false;
		if (!wait)
			return -EAGAIN;
	}
	return err;
}

static int nats_get(struct broker_conn *c, enum broker_mode mode, const char *name,
		    char text[BROKER_TEXT], bool wait)
{
	return mode == BROKER_QUEUE ? get_queued(c, name, text, wait) :
				      get_published(c, text, wait);
}

const struct broker_kind broker_nats = {
	.name = "NATS",
	.package = "nats-server",
	.program = "/usr/sbin/nats-server",
	.port = 4222,
	.can = BROKER_CAN_ALL,
	.exec = nats_exec,
	.hello = nats_hello,
	.queue = nats_queue,
	.listen = nats_listen,
	.post = nats_post,
	.confirm = nats_confirm,
	.settle = nats_settle,
	.get = nats_get,
};
