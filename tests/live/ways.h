/* SPDX-License-Identifier: GPL-2.0 */
/* Ways from one task to another, by each mechanism that has two ends: for ipc.c. */
#ifndef WAYS_H
#define WAYS_H

#include <errno.h>
#include <error.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* Two ends of one way. */
struct way {
	int in, out;
};

static void fail(const char *what)
{
	error(1, errno, "%s", what);
}

static struct way way_pipe(void)
{
	int fd[2];

	if (pipe(fd))
		fail("pipe");
	return (struct way){ fd[0], fd[1] };
}

/* Each has a name of its own, below $TMPDIR; it is gone as soon as both ends are open. */
static struct way way_fifo(void)
{
	static int number;
	struct way w;
	char path[256];
	int both;

	snprintf(path, sizeof(path), "%s/fifo.%d", getenv("TMPDIR") ? : "/tmp", number++);
	unlink(path);
	if (mkfifo(path, 0600))
		fail(path);
	both = open(path, O_RDWR);
	w.in = open(path, O_RDONLY);
	w.out = open(path, O_WRONLY);
	if (both < 0 || w.in < 0 || w.out < 0)
		fail(path);
	close(both);
	return w;
}

static struct way way_socketpair(int type)
{
	int fd[2];

	if (socketpair(AF_UNIX, type, 0, fd))
		fail("socketpair");
	return (struct way){ fd[0], fd[1] };
}

static struct way way_stream(void)
{
	return way_socketpair(SOCK_STREAM);
}

static struct way way_dgram(void)
{
	return way_socketpair(SOCK_DGRAM);
}

static struct way way_seqpacket(void)
{
	return way_socketpair(SOCK_SEQPACKET);
}

static struct way way_inet(int family, int type)
{
	struct sockaddr_in6 six = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	struct sockaddr_in four = { .sin_family = AF_INET };
	void *at = family == AF_INET ? (void *)&four : (void *)&six;
	socklen_t len = family == AF_INET ? sizeof(four) : sizeof(six);
	int listener = socket(family, type, 0), room = 16 << 20;
	struct way w;

	/* Else datagrams are dropped that nobody receives at once. */
	if (type == SOCK_DGRAM &&
	    setsockopt(listener, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room)))
		fail("SO_RCVBUFFORCE");
	four.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(listener, at, len) || getsockname(listener, at, &len))
		fail("bind");
	w.out = socket(family, type, 0);
	if (type == SOCK_STREAM && listen(listener, 1))
		fail("listen");
	if (connect(w.out, at, len))
		fail("connect");
	w.in = type == SOCK_STREAM ? accept(listener, NULL, NULL) : listener;
	if (w.in < 0)
		fail("accept");
	if (type == SOCK_STREAM)
		close(listener);
	return w;
}

static struct way way_tcp(void)
{
	return way_inet(AF_INET, SOCK_STREAM);
}

static struct way way_tcp6(void)
{
	return way_inet(AF_INET6, SOCK_STREAM);
}

static struct way way_udp(void)
{
	return way_inet(AF_INET, SOCK_DGRAM);
}

static struct way way_udp6(void)
{
	return way_inet(AF_INET6, SOCK_DGRAM);
}

static struct way way_eventfd(void)
{
	int fd = eventfd(0, EFD_SEMAPHORE);

	if (fd < 0)
		fail("eventfd");
	return (struct way){ fd, dup(fd) };
}

/* Each read gets all that there is. */
static struct way way_eventfd_all(void)
{
	int fd = eventfd(0, 0);

	if (fd < 0)
		fail("eventfd");
	return (struct way){ fd, dup(fd) };
}

static const struct {
	const char *name;
	struct way (*make)(void);
	bool no_end;			/* who receives is not told that nobody sends any more */
} mechanisms[] = {
	{ "pipe", way_pipe },
	{ "fifo", way_fifo },
	{ "unix-stream", way_stream },
	{ "unix-dgram", way_dgram, true },
	{ "unix-seqpacket", way_seqpacket },
	{ "tcp", way_tcp },
	{ "tcp6", way_tcp6 },
	{ "udp", way_udp, true },
	{ "udp6", way_udp6, true },
	{ "eventfd", way_eventfd, true },
	{ "eventfd-all", way_eventfd_all, true },
};

#endif /* WAYS_H */
