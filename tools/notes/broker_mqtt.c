// SPDX-License-Identifier: GPL-2.0
/* As much of MQTT 3.1.1 as it takes to send and to hear messages that nothing is kept of. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "notes/broker_mqtt.h"

#define BODY	127	/* of a packet, whose length is one byte then */

enum packet {			/* the type with its flags: section 2.2 */
	CONNECT = 0x10, CONNACK = 0x20, PUBLISH = 0x30, SUBSCRIBE = 0x82, SUBACK = 0x90,
	PINGREQ = 0xc0, PINGRESP = 0xd0,
};

struct body {
	size_t n;
	unsigned char byte[BODY];
};

static int add(struct body *b, const void *bytes, size_t n)
{
	if (n > BODY - b->n)
		return -EMSGSIZE;
	memcpy(&b->byte[b->n], bytes, n);
	b->n += n;
	return 0;
}

/* A string with its length in front. */
static int add_string(struct body *b, const char *text)
{
	size_t n = strlen(text);
	const unsigned char length[] = { (unsigned char)(n >> 8), (unsigned char)n };
	int err = add(b, length, sizeof(length));

	return err ? err : add(b, text, n);
}

/* In one write. */
static int packet_put(struct broker_conn *c, enum packet type, const struct body *b)
{
	unsigned char all[2 + BODY] = { type, (unsigned char)b->n };

	memcpy(&all[2], b->byte, b->n);
	return broker_write(c, all, 2 + b->n);
}

static int packet_get(struct broker_conn *c, enum packet *type, struct body *b)
{
	char head[3], body[BODY + 1];
	int err = broker_bytes(c, 2, head, sizeof(head));

	if (err)
		return err;
	*type = (unsigned char)head[0];
	b->n = (unsigned char)head[1];
	if (b->n > BODY)
		return -EPROTO;
	err = broker_bytes(c, b->n, body, sizeof(body));
	if (!err)
		memcpy(b->byte, body, b->n);
	return err;
}

/* The answer to what was asked for, whose last byte is 0 if it was done. */
static int answer(struct broker_conn *c, enum packet wanted)
{
	enum packet type;
	struct body b;
	int err = packet_get(c, &type, &b);

	if (err)
		return err;
	return type != wanted || (b.n && b.byte[b.n - 1]) ? -EPROTO : 0;
}

int mqtt_connect(struct broker_conn *c, const struct broker *b, const char *name)
{
	/* Version 3.1.1, a clean session, no timer. */
	static const unsigned char how[] = { 4, 2, 0, 0 };
	struct body body = { 0 };
	int err;

	memset(c, 0, sizeof(*c));
	c->broker = b;
	c->fd = broker_dial(b, BROKER_MQTT_PORT);
	if (c->fd < 0)
		return c->fd;
	err = add_string(&body, "MQTT");
	if (!err)
		err = add(&body, how, sizeof(how));
	if (!err)
		err = add_string(&body, name);
	if (!err)
		err = packet_put(c, CONNECT, &body);
	if (!err)
		err = answer(c, CONNACK);
	if (err)
		broker_close(c);
	return err;
}

int mqtt_listen(struct broker_conn *c, const char *topic)
{
	static const unsigned char id[] = { 0, 1 };
	const unsigned char qos = 0;
	struct body b = { 0 };
	int err = add(&b, id, sizeof(id));

	if (!err)
		err = add_string(&b, topic);
	if (!err)
		err = add(&b, &qos, 1);
	if (!err)
		err = packet_put(c, SUBSCRIBE, &b);
	return err ? err : answer(c, SUBACK);
}

int mqtt_post(struct broker_conn *c, const char *topic, const char *text)
{
	struct body b = { 0 };
	int err = add_string(&b, topic);

	if (!err)
		err = add(&b, text, strlen(text));
	return err ? err : packet_put(c, PUBLISH, &b);
}

int mqtt_settle(struct broker_conn *c)
{
	const struct body none = { 0 };
	int err = packet_put(c, PINGREQ, &none);

	return err ? err : answer(c, PINGRESP);
}

int mqtt_get(struct broker_conn *c, char text[BROKER_TEXT])
{
	enum packet type;
	struct body b;
	size_t from;
	int err = packet_get(c, &type, &b);

	if (err)
		return err;
	if (type != PUBLISH || b.n < 2)
		return -EPROTO;
	from = 2 + (b.byte[0] << 8 | b.byte[1]);
	if (from > b.n)
		return -EPROTO;
	snprintf(text, BROKER_TEXT, "%.*s", (int)(b.n - from), (const char *)&b.byte[from]);
	return 0;
}
