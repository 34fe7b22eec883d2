// SPDX-License-Identifier: GPL-2.0
/* Frames, methods and messages of AMQP 0-9-1, as bytes. */
#include <errno.h>
#include <string.h>

#include "notes/broker_amqp.h"

enum frame { METHOD = 1, HEADER = 2, BODY = 3, HEARTBEAT = 8, FRAME_END = 0xce };

#define HEAD		7	/* of a frame: type, channel, size */
#define CLASS_BASIC	60
#define HAS_MODE	0x1000	/* a message's properties: its delivery mode alone */

static void add(struct amqp_out *o, const void *bytes, size_t n)
{
	if (o->full || n > sizeof(o->byte) - o->n) {
		o->full = true;
		return;
	}
	memcpy(&o->byte[o->n], bytes, n);
	o->n += n;
}

static void add_number(struct amqp_out *o, uint64_t value, size_t bytes)
{
	unsigned char byte[8];
	size_t i;

	for (i = 0; i < bytes; i++)
		byte[i] = (unsigned char)(value >> 8 * (bytes - 1 - i));
	add(o, byte, bytes);
}

void amqp_u8(struct amqp_out *o, unsigned int value)
{
	add_number(o, value, 1);
}

void amqp_u16(struct amqp_out *o, unsigned int value)
{
	add_number(o, value, 2);
}

void amqp_u32(struct amqp_out *o, uint32_t value)
{
	add_number(o, value, 4);
}

void amqp_u64(struct amqp_out *o, uint64_t value)
{
	add_number(o, value, 8);
}

void amqp_short(struct amqp_out *o, const char *text)
{
	size_t n = strlen(text);

	o->full |= n > 255;
	amqp_u8(o, (unsigned int)n);
	add(o, text, n);
}

void amqp_long(struct amqp_out *o, const char *text, size_t n)
{
	amqp_u32(o, (uint32_t)n);
	add(o, text, n);
}

/* A length in front of what is behind it up to now. */
static void length_put(struct amqp_out *o, size_t at)
{
	uint32_t n = (uint32_t)(o->n - at - 4);
	size_t i;

	for (i = 0; i < 4 && !o->full; i++)
		o->byte[at + i] = (unsigned char)(n >> 8 * (3 - i));
}

size_t amqp_table(struct amqp_out *o)
{
	size_t at = o->n;

	amqp_u32(o, 0);
	return at;
}

void amqp_table_end(struct amqp_out *o, size_t at)
{
	length_put(o, at);
}

static void frame_begin(struct amqp_out *o, enum frame type, unsigned int channel)
{
	amqp_u8(o, type);
	amqp_u16(o, channel);
	o->frame = o->n;
	amqp_u32(o, 0);
}

void amqp_end(struct amqp_out *o)
{
	length_put(o, o->frame);
	amqp_u8(o, FRAME_END);
}

void amqp_begin(struct amqp_out *o, unsigned int channel, enum amqp_method m)
{
	frame_begin(o, METHOD, channel);
	amqp_u32(o, m);
}

void amqp_content(struct amqp_out *o, const char *text, bool persistent)
{
	size_t n = strlen(text);

	frame_begin(o, HEADER, 1);
	amqp_u16(o, CLASS_BASIC);
	amqp_u16(o, 0);
	amqp_u64(o, n);
	amqp_u16(o, HAS_MODE);
	amqp_u8(o, persistent ? 2 : 1);
	amqp_end(o);
	frame_begin(o, BODY, 1);
	add(o, text, n);
	amqp_end(o);
}

int amqp_send(struct broker_conn *c, const struct amqp_out *o)
{
	return o->full ? -EMSGSIZE : broker_write(c, o->byte, o->n);
}

uint64_t amqp_take(struct amqp_in *in, size_t bytes)
{
	uint64_t value = 0;

	for (; bytes && in->at < in->n; bytes--)
		value = value << 8 | (unsigned char)in->byte[in->at++];
	return value;
}

void amqp_take_short(struct amqp_in *in, char *text, size_t size)
{
	size_t n = amqp_take(in, 1), i;

	for (i = 0; i < n && in->at < in->n; i++) {
		if (i + 1 < size)
			text[i] = in->byte[in->at];
		in->at++;
	}
	text[i < size ? i : size - 1] = 0;
}

static int frame_get(struct broker_conn *c, struct amqp_in *in)
{
	char head[HEAD + 1], end[2] = "";
	int err = broker_bytes(c, HEAD, head, sizeof(head));

	if (err)
		return err;
	memcpy(in->byte, head, HEAD);
	in->n = HEAD;
	in->at = 0;
	in->type = (unsigned int)amqp_take(in, 1);
	amqp_take(in, 2);
	in->n = amqp_take(in, 4);
	in->at = 0;
	in->method = 0;
	/* "AMQP" and a version, from who wants another one. */
	if (in->n > AMQP_FRAME)
		return -EPROTO;
	err = broker_bytes(c, in->n, in->byte, sizeof(in->byte));
	if (!err)
		err = broker_bytes(c, 1, end, sizeof(end));
	return !err && (unsigned char)end[0] != FRAME_END ? -EPROTO : err;
}

int amqp_next(struct broker_conn *c, struct amqp_in *in)
{
	int err;

	do
		err = frame_get(c, in);
	while (!err && in->type == HEARTBEAT);
	if (err || in->type != METHOD)
		return err;
	in->method = (enum amqp_method)amqp_take(in, 4);
	return in->method == AMQP_CLOSE || in->method == AMQP_CHANNEL_CLOSE ? -EPROTO : 0;
}

int amqp_take_content(struct broker_conn *c, char text[BROKER_TEXT])
{
	static struct amqp_in in;
	size_t have = 0, n, bytes;
	int err = amqp_next(c, &in);

	if (err)
		return err;
	if (in.type != HEADER)
		return -EPROTO;
	amqp_take(&in, 4);
	n = amqp_take(&in, 8);
	while (have < n) {
		err = amqp_next(c, &in);
		if (err)
			return err;
		if (in.type != BODY)
			return -EPROTO;
		bytes = have < BROKER_TEXT - 1 ? BROKER_TEXT - 1 - have : 0;
		memcpy(text + have, in.byte, in.n < bytes ? in.n : bytes);
		have += in.n;
	}
	text[have < BROKER_TEXT ? have : BROKER_TEXT - 1] = 0;
	return 0;
}
