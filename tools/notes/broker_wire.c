// SPDX-License-Identifier: GPL-2.0
/* The bytes of a connection to a broker: lines and counted bytes in, one write a message out. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "notes/broker.h"

/* -ENOBUFS: nobody takes it. */
static int write_all(int fd, const char *data, size_t n)
{
	while (n) {
		ssize_t done = write(fd, data, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return errno == EAGAIN ? -ENOBUFS : -errno;
		data += done;
		n -= (size_t)done;
	}
	return 0;
}

int broker_flush(struct broker_conn *c)
{
	size_t n = c->held;

	c->held = 0;
	return write_all(c->fd, c->out, n);
}

static int format(struct broker_conn *c, const char *fmt, va_list ap)
{
	size_t room = sizeof(c->out) - c->held;
	int n = vsnprintf(c->out + c->held, room, fmt, ap);

	if (n < 0 || (size_t)n >= room)
		return -EMSGSIZE;
	c->held += (size_t)n;
	return 0;
}

int broker_put(struct broker_conn *c, const char *fmt, ...)
{
	va_list ap, again;
	int err;

	va_start(ap, fmt);
	va_copy(again, ap);
	err = format(c, fmt, ap);
	/* What is held back may leave no room for it. */
	if (err && c->held) {
		err = broker_flush(c);
		if (!err)
			err = format(c, fmt, again);
	}
	va_end(again);
	va_end(ap);
	return err || c->hold ? err : broker_flush(c);
}

int broker_write(struct broker_conn *c, const void *data, size_t n)
{
	int err = n > sizeof(c->out) - c->held ? broker_flush(c) : 0;

	if (err || n > sizeof(c->out))
		return err ? err : -EMSGSIZE;
	memcpy(c->out + c->held, data, n);
	c->held += n;
	return c->hold ? 0 : broker_flush(c);
}

/* -EPIPE: the broker has closed; -ETIMEDOUT: it says nothing, which is not that it has nothing. */
static int fill(struct broker_conn *c)
{
	ssize_t n;

	do
		n = read(c->fd, c->buf, sizeof(c->buf));
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno == EAGAIN ? -ETIMEDOUT : -errno;
	if (!n)
		return -EPIPE;
	c->from = 0;
	c->have = (size_t)n;
	return 0;
}

static int byte(struct broker_conn *c, char *to)
{
	int err = c->have ? 0 : fill(c);

	if (err)
		return err;
	*to = c->buf[c->from++];
	c->have--;
	return 0;
}

int broker_line(struct broker_conn *c, char *line, size_t size)
{
	size_t n = 0;
	char next;
	int err;

	while (!(err = byte(c, &next)) && next != '\n') {
		if (next != '\r' && n + 1 < size)
			line[n++] = next;
	}
	line[n] = 0;
	return err;
}

int broker_bytes(struct broker_conn *c, size_t n, char *text, size_t size)
{
	size_t i, kept = 0;
	int err = 0;
	char next;

	for (i = 0; i < n && !err; i++) {
		err = byte(c, &next);
		if (!err && kept + 1 < size)
			text[kept++] = next;
	}
	text[kept] = 0;
	return err;
}
