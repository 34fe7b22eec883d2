// SPDX-License-Identifier: GPL-2.0
/*
 * A server that sends back what it gets by io_uring: one thread, which hands over all that is to be
 * done next by one system call, and sleeps in it until some is.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "notes/echo.h"
#include "notes/echo_tasks.h"
#include "notes/uring.h"

enum { RECEIVED, SENT, OPS };		/* what was done of a connection: id % OPS */
#define ACCEPTED	UINT64_MAX	/* the id of a connection that has come */

struct connection {
	int fd;
	char data[ECHO_BYTES];
};

static struct {
	struct uring ring;
	const struct echo_server *server;
	struct connection *connection;
	unsigned int made, ended;
} serves;

/* An entry; what stands in a full ring goes first. */
static struct io_uring_sqe *entry(unsigned char op, int fd, uint64_t id)
{
	struct io_uring_sqe *e = uring_entry(&serves.ring);
	int err = 0;

	while (!e && !err) {
		err = uring_enter(&serves.ring, 0);
		e = uring_entry(&serves.ring);
	}
	if (!e) {
		echo_failed(err);
		return NULL;
	}
	e->opcode = op;
	e->fd = fd;
	e->user_data = id;
	return e;
}

/* Connections as they come: one entry for all of them. */
static void accept_next(void)
{
	struct io_uring_sqe *e = entry(IORING_OP_ACCEPT, serves.server->listener, ACCEPTED);

	if (!e)
		return;
	e->ioprio = IORING_ACCEPT_MULTISHOT;
	e->accept_flags = SOCK_CLOEXEC;
}

static struct io_uring_sqe *transfer(unsigned char op, unsigned int at, unsigned int what)
{
	struct connection *c = &serves.connection[at];
	struct io_uring_sqe *e = entry(op, c->fd, (uint64_t)at * OPS + what);

	if (e) {
		e->addr = (uintptr_t)c->data;
		e->len = sizeof(c->data);
		e->msg_flags = MSG_WAITALL;
	}
	return e;
}

static void connection_new(const struct io_uring_cqe *done)
{
	if (done->res < 0 || serves.made == serves.server->connections) {
		echo_failed(done->res < 0 ? done->res : -EUSERS);
		return;
	}
	echo_accepted();
	serves.connection[serves.made].fd = done->res;
	transfer(IORING_OP_RECV, serves.made++, RECEIVED);
	if (!(done->flags & IORING_CQE_F_MORE) && serves.made < serves.server->connections)
		accept_next();
}

/* The answer, and behind it the next request, which a send that fails takes along. */
static void answer(unsigned int at)
{
	struct io_uring_sqe *e = transfer(IORING_OP_SEND, at, SENT);

	if (e)
		e->flags |= IOSQE_IO_LINK;
	transfer(IORING_OP_RECV, at, RECEIVED);
}

static void done_one(const struct io_uring_cqe *done)
{
	unsigned int at = (unsigned int)(done->user_data / OPS);
	bool whole = done->res == ECHO_BYTES;

	if (done->user_data == ACCEPTED) {
		connection_new(done);
	} else if (done->user_data % OPS == SENT) {
		if (whole)
			echo_answered();
	} else if (whole) {
		answer(at);
	} else {
		echo_closed(serves.connection[at].fd);
		serves.ended++;
	}
}

static void serve(void)
{
	const struct io_uring_cqe *done;
	int err = 0;

	accept_next();
	echo_ready();
	while (!err && serves.ended < serves.server->connections &&
	       !__atomic_load_n(&serves.server->sums->err, __ATOMIC_RELAXED)) {
		err = uring_enter(&serves.ring, 1);
		while ((done = uring_next(&serves.ring))) {
			struct io_uring_cqe copy = *done;

			uring_taken(&serves.ring);
			done_one(&copy);
		}
	}
	if (err)
		echo_failed(err);
}

/* What is done for us is done when we ask, where the kernel can: 6.1 and later. */
static int ring_open(unsigned int entries)
{
	int err = uring_open(&serves.ring, entries,
			     IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN);

	return err == -EINVAL ? uring_open(&serves.ring, entries, 0) : err;
}

void echo_by_uring(const struct echo_server *e)
{
	int err = ring_open(OPS * e->connections);

	serves.server = e;
	serves.connection = calloc(e->connections, sizeof(*serves.connection));
	if (!err && !serves.connection)
		err = -ENOMEM;
	if (err)
		echo_failed(err);
	else
		serve();
	free(serves.connection);
}
