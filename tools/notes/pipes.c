// SPDX-License-Identifier: GPL-2.0
/* Pipes as experiments need them: full ones, and what they hold. */
#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "notes/pipes.h"

int pipe_waits(int fd, int waits)
{
	int flags = fcntl(fd, F_GETFL);

	if (flags < 0 || fcntl(fd, F_SETFL, waits ? flags & ~O_NONBLOCK : flags | O_NONBLOCK))
		return -errno;
	return 0;
}

/* Of a piece that is larger than PIPE_BUF the pipe may take a part: that is none. */
long pipe_fill(int fd, size_t piece)
{
	static const char bytes[PIPE_PIECE_MAX];
	long n = 0;
	ssize_t got;
	int err = pipe_waits(fd, 0);

	if (err)
		return err;
	while ((got = write(fd, bytes, piece)) == (ssize_t)piece)
		n++;
	return got < 0 && errno != EAGAIN ? -errno : n;
}

long pipe_drain(int fd)
{
	static char bytes[PIPE_PIECE_MAX];
	long sum = 0;
	int there;

	for (;;) {
		ssize_t got;

		if (ioctl(fd, FIONREAD, &there))
			return -errno;
		if (!there)
			return sum;
		got = read(fd, bytes, sizeof(bytes));
		if (got < 0)
			return -errno;
		sum += got;
	}
}

long pipe_capacity(int fd)
{
	int bytes = fcntl(fd, F_GETPIPE_SZ);

	return bytes < 0 ? -errno : bytes;
}
