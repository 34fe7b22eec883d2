// SPDX-License-Identifier: GPL-2.0
/* Ways to talk: sockets of both families, on one host. */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "notes/ways.h"

#define DATAGRAM_MOST	65536
#define UDP_MOST	4096		/* of the sizes that are tried; the next one is too large */
#define UDP_BURST	128
#define UDP_ROOM	8388608		/* bytes that wait in a socket, or they are thrown away */

/* One end for each: what is written to the one is read from the other. */
static void ends(struct talk *t, int begins, int other)
{
	t->fd[THERE][0] = other;
	t->fd[THERE][1] = begins;
	t->fd[BACK][0] = begins;
	t->fd[BACK][1] = other;
}

static int unix_open(struct talk *t)
{
	int fd[2];

	if (socketpair(AF_UNIX, t->way->memory | SOCK_CLOEXEC, 0, fd))
		return -errno;
	ends(t, fd[0], fd[1]);
	return 0;
}

static const struct sockaddr_in loopback = { .sin_family = AF_INET };

/* Bound to a port that the kernel chooses. */
static int inet_socket(int type, struct sockaddr_in *at)
{
	int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);
	socklen_t bytes = sizeof(*at);

	*at = loopback;
	at->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || bind(fd, (struct sockaddr *)at, sizeof(*at)) ||
	    getsockname(fd, (struct sockaddr *)at, &bytes))
		return -errno;
	return fd;
}

/* At its end it is reset, so that no port is left waiting. */
static int tcp_end(int fd)
{
	static const struct linger none = { .l_onoff = 1 };
	static const int on = 1;

	if (setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) ||
	    setsockopt(fd, SOL_SOCKET, SO_LINGER, &none, sizeof(none)))
		return -errno;
	return 0;
}

static int tcp_open(struct talk *t)
{
	struct sockaddr_in at;
	int listening = inet_socket(SOCK_STREAM, &at), begins, other, err;

	if (listening < 0)
		return listening;
	/* What is open is gone with the cell. */
	begins = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	ends(t, begins, -1);
	if (begins < 0 || listen(listening, 1) ||
	    connect(begins, (struct sockaddr *)&at, sizeof(at)))
		return -errno;
	other = accept4(listening, NULL, NULL, SOCK_CLOEXEC);
	if (other < 0)
		return -errno;
	close(listening);
	ends(t, begins, other);
	err = tcp_end(begins);
	return err ? err : tcp_end(other);
}

static int udp_open(struct talk *t)
{
	static const int room = UDP_ROOM;
	struct sockaddr_in at[2];
	int fd[2], i;

	for (i = 0; i < 2; i++) {
		fd[i] = inet_socket(SOCK_DGRAM, &at[i]);
		if (fd[i] < 0)
			return fd[i];
	}
	for (i = 0; i < 2; i++) {
		if (connect(fd[i], (struct sockaddr *)&at[!i], sizeof(at[0])) ||
		    setsockopt(fd[i], SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room)))
			return -errno;
	}
	ends(t, fd[0], fd[1]);
	return 0;
}

static const struct way unix_stream = {
	.name = "unix-stream", .most = WAY_LARGEST, .open = unix_open, .memory = SOCK_STREAM,
	.send = way_fd_send, .receive = way_fd_receive, .calls = 4,
};
WAY(unix_stream);

static const struct way unix_dgram = {
	.name = "unix-dgram", .most = DATAGRAM_MOST, .open = unix_open, .memory = SOCK_DGRAM,
	.send = way_fd_send, .receive = way_fd_receive, .calls = 4,
};
WAY(unix_dgram);

static const struct way unix_seqpacket = {
	.name = "unix-seqpacket", .most = DATAGRAM_MOST, .open = unix_open,
	.memory = SOCK_SEQPACKET, .send = way_fd_send, .receive = way_fd_receive, .calls = 4,
};
WAY(unix_seqpacket);

static const struct way tcp = {
	.name = "tcp", .most = WAY_LARGEST, .open = tcp_open, .send = way_fd_send,
	.receive = way_fd_receive, .calls = 4,
};
WAY(tcp);

static const struct way udp = {
	.name = "udp", .most = UDP_MOST, .burst = UDP_BURST, .open = udp_open,
	.send = way_fd_send, .receive = way_fd_receive, .calls = 4,
};
WAY(udp);
