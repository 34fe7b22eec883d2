/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One of two who talk, through a broker's topics or, to compare, over a TCP connection on loopback.
 * Errors: -errno.
 */
#ifndef OSCOPE_NOTES_BROKER_SIDE_H
#define OSCOPE_NOTES_BROKER_SIDE_H

#include "notes/broker.h"

#define BROKER_SIDE_BYTES	64	/* a message, without its end */

struct broker_side {
	const struct broker *broker;	/* NULL: fd is all there is */
	int fd;
	struct broker_conn in, out;
	const char *to;
};

/* The two ends of a connection, fd[0] and fd[1]. */
int broker_side_sockets(int fd[2]);
/*
 * Of a broker: hears the one topic, says to the other. A connection may listen or send, with some
 * of them: each side has two.
 */
int broker_side_open(struct broker_side *side, const char *from, const char *to);
int broker_side_say(struct broker_side *side, const char *text);
int broker_side_hear(struct broker_side *side, char text[BROKER_TEXT]);

#endif /* OSCOPE_NOTES_BROKER_SIDE_H */
