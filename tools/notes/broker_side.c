// SPDX-License-Identifier: GPL-2.0
/* One of two who talk through a broker, or over a socket. */
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "notes/broker_side.h"
#include "notes/echo.h"

int broker_side_sockets(int fd[2])
{
	uint16_t port;
	int listener = echo_listen(&port);

	if (listener < 0)
		return listener;
	fd[0] = echo_dial(INADDR_LOOPBACK, port);
	fd[1] = fd[0] < 0 ? -1 : accept(listener, NULL, NULL);
	close(listener);
	return fd[0] < 0 ? fd[0] : fd[1] < 0 ? -errno : 0;
}

int broker_side_open(struct broker_side *side, const char *from, const char *to)
{
	int err;

	side->to = to;
	if (!side->broker)
		return 0;
	err = broker_connect(&side->in, side->broker);
	if (!err)
		err = side->broker->kind->listen(&side->in, BROKER_TOPIC, from);
	return err ? err : broker_connect(&side->out, side->broker);
}

int broker_side_say(struct broker_side *side, const char *text)
{
	if (side->broker)
		return broker_send(&side->out, BROKER_TOPIC, side->to, text);
	return write(side->fd, text, BROKER_SIDE_BYTES) == BROKER_SIDE_BYTES ? 0 : -EPIPE;
}

int broker_side_hear(struct broker_side *side, char text[BROKER_TEXT])
{
	ssize_t n;

	if (side->broker)
		return side->broker->kind->get(&side->in, BROKER_TOPIC, "", text, true);
	n = echo_read(side->fd, text, BROKER_SIDE_BYTES);
	text[BROKER_SIDE_BYTES] = 0;
	return n == BROKER_SIDE_BYTES ? 0 : n < 0 ? (int)n : -EPIPE;
}
