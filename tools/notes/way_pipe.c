// SPDX-License-Identifier: GPL-2.0
/* Ways to talk: pipes, with a name and without, and pages given to one. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "notes/ways.h"

#define FIFO_NAME	"/dev/shm/fifo"
#define IN_PIPE		32	/* more messages than a pipe has slots */

static int pipe_open(struct talk *t)
{
	return pipe2(t->fd[THERE], O_CLOEXEC) || pipe2(t->fd[BACK], O_CLOEXEC) ? -errno : 0;
}

/* Opened for both, so that neither open waits; each uses one end. Its name is not needed then. */
static int fifo_one(int fd[2])
{
	if (mkfifo(FIFO_NAME, 0600))
		return -errno;
	fd[0] = open(FIFO_NAME, O_RDWR | O_CLOEXEC);
	fd[1] = open(FIFO_NAME, O_WRONLY | O_CLOEXEC);
	unlink(FIFO_NAME);
	return fd[0] < 0 || fd[1] < 0 ? -errno : 0;
}

static int fifo_open(struct talk *t)
{
	int err = fifo_one(t->fd[THERE]);

	return err ? err : fifo_one(t->fd[BACK]);
}

/* The pages themselves go in: who sends may not write to them until they are read. */
static int splice_send(struct talk *t, int to, const unsigned char *data)
{
	size_t at = 0;

	while (at < t->bytes) {
		struct iovec piece = { (void *)(data + at), t->bytes - at };
		ssize_t n = vmsplice(t->fd[to][1], &piece, 1, 0);

		if (n <= 0)
			return n ? -errno : -EPIPE;
		at += (size_t)n;
	}
	return 0;
}

static const struct way pipes = {
	.name = "pipe", .most = WAY_LARGEST, .open = pipe_open, .send = way_fd_send,
	.receive = way_fd_receive, .calls = 4,
};
WAY(pipes);

static const struct way fifo = {
	.name = "fifo", .most = WAY_LARGEST, .open = fifo_open, .send = way_fd_send,
	.receive = way_fd_receive, .calls = 4,
};
WAY(fifo);

static const struct way spliced = {
	.name = "vmsplice", .most = WAY_LARGEST, .buffers = IN_PIPE, .open = pipe_open,
	.send = splice_send, .receive = way_fd_receive, .calls = 4,
};
WAY(spliced);
