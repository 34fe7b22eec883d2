/* SPDX-License-Identifier: GPL-2.0 */
/*
 * As much of AMQP 0-9-1 as it takes to have queues and topics of RabbitMQ: frames, the methods
 * that are used, and messages (www.rabbitmq.com/resources/specs/amqp0-9-1.pdf, 4.2). All of it is
 * on channel 1. Errors: -errno; -EPROTO: it closes the channel, or says something else.
 */
#ifndef OSCOPE_NOTES_BROKER_AMQP_H
#define OSCOPE_NOTES_BROKER_AMQP_H

#include "notes/broker.h"

#define AMQP_FRAME	4096	/* no frame is larger: the least that a peer must take */

/* Class and method in one number. */
#define AMQP_METHOD(class, method) ((class) << 16 | (method))

enum amqp_method {
	AMQP_START		= AMQP_METHOD(10, 10),
	AMQP_START_OK		= AMQP_METHOD(10, 11),
	AMQP_TUNE		= AMQP_METHOD(10, 30),
	AMQP_TUNE_OK		= AMQP_METHOD(10, 31),
	AMQP_OPEN		= AMQP_METHOD(10, 40),
	AMQP_OPEN_OK		= AMQP_METHOD(10, 41),
	AMQP_CLOSE		= AMQP_METHOD(10, 50),
	AMQP_CHANNEL_OPEN	= AMQP_METHOD(20, 10),
	AMQP_CHANNEL_OPEN_OK	= AMQP_METHOD(20, 11),
	AMQP_CHANNEL_CLOSE	= AMQP_METHOD(20, 40),
	AMQP_DECLARE		= AMQP_METHOD(50, 10),
	AMQP_DECLARE_OK		= AMQP_METHOD(50, 11),
	AMQP_BIND		= AMQP_METHOD(50, 20),
	AMQP_BIND_OK		= AMQP_METHOD(50, 21),
	AMQP_QOS		= AMQP_METHOD(60, 10),
	AMQP_QOS_OK		= AMQP_METHOD(60, 11),
	AMQP_CONSUME		= AMQP_METHOD(60, 20),
	AMQP_CONSUME_OK		= AMQP_METHOD(60, 21),
	AMQP_PUBLISH		= AMQP_METHOD(60, 40),
	AMQP_DELIVER		= AMQP_METHOD(60, 60),
	AMQP_GET		= AMQP_METHOD(60, 70),
	AMQP_GET_OK		= AMQP_METHOD(60, 71),
	AMQP_GET_EMPTY		= AMQP_METHOD(60, 72),
	AMQP_ACK		= AMQP_METHOD(60, 80),
	AMQP_NACK		= AMQP_METHOD(60, 120),
	AMQP_CONFIRM		= AMQP_METHOD(85, 10),
	AMQP_CONFIRM_OK		= AMQP_METHOD(85, 11),
};

/* What is to be sent in one write; what does not fit shows when that is asked for. */
struct amqp_out {
	size_t n, frame;		/* frame: where the one begins that is not ended */
	bool full;
	unsigned char byte[1024];
};

void amqp_u8(struct amqp_out *o, unsigned int value);
void amqp_u16(struct amqp_out *o, unsigned int value);
void amqp_u32(struct amqp_out *o, uint32_t value);
void amqp_u64(struct amqp_out *o, uint64_t value);
void amqp_short(struct amqp_out *o, const char *text);	/* shortstr */
void amqp_long(struct amqp_out *o, const char *text, size_t n); /* longstr */
/* A table begins, whose fields follow up to its end: the place of its length, for amqp_end(). */
size_t amqp_table(struct amqp_out *o);
void amqp_table_end(struct amqp_out *o, size_t at);
/* One frame of a method; its arguments follow, up to amqp_end(). */
void amqp_begin(struct amqp_out *o, unsigned int channel, enum amqp_method m);
void amqp_end(struct amqp_out *o);
/* Behind a publish: the frames of a text. */
void amqp_content(struct amqp_out *o, const char *text, bool persistent);
int amqp_send(struct broker_conn *c, const struct amqp_out *o);

/* A frame that came; of a method, what is behind its number. */
struct amqp_in {
	unsigned int type;
	enum amqp_method method;	/* 0: it is none */
	size_t n, at;
	char byte[AMQP_FRAME + 1];
};

/* The next one that is no heartbeat. */
int amqp_next(struct broker_conn *c, struct amqp_in *in);
uint64_t amqp_take(struct amqp_in *in, size_t bytes);	/* a number of so many bytes */
void amqp_take_short(struct amqp_in *in, char *text, size_t size);
/* Behind a delivery: its text. */
int amqp_take_content(struct broker_conn *c, char text[BROKER_TEXT]);

#endif /* OSCOPE_NOTES_BROKER_AMQP_H */
