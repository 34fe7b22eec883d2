/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tasks that are named by their pattern, and sockets for datagrams between them: for ipc_net.c and
 * ipc_senders.c.
 */
#ifndef DATAGRAMS_H
#define DATAGRAMS_H

#include <errno.h>
#include <error.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define ROOM	(16 << 20)

static unsigned int messages, bytes;
static const char *pattern;
static char *buffer;

static void fail(const char *what)
{
	error(1, errno, "%s: %s", pattern, what);
}

/* A task of that letter; 0 in it. */
static pid_t task(char letter)
{
	char name[16];
	pid_t pid = fork();

	if (pid < 0)
		fail("fork");
	if (!pid) {
		snprintf(name, sizeof(name), "%s.%c", pattern, letter);
		prctl(PR_SET_NAME, name);
	}
	return pid;
}

static void finish(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, 0) <= 0 || status)
		fail("a task has failed");
}

static int udp(struct sockaddr_in *at, int room)
{
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	socklen_t len = sizeof(*at);

	*at = (struct sockaddr_in){ .sin_family = AF_INET,
				    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room)) ||
	    bind(fd, (void *)at, len) || getsockname(fd, (void *)at, &len))
		fail("a UDP socket");
	return fd;
}

static void send_to(int fd, const void *to, socklen_t len)
{
	if (sendto(fd, buffer, bytes, 0, to, len) != bytes)
		fail("sendto");
}

static void send_some(int fd, const void *to, socklen_t len, unsigned int n)
{
	while (n--)
		send_to(fd, to, len);
}

static void receive_some(int fd, unsigned int n)
{
	while (n--) {
		if (recv(fd, buffer, bytes, 0) != bytes)
			fail("recv");
	}
}

static int unix_bound(struct sockaddr_un *at)
{
	static int number;
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);

	*at = (struct sockaddr_un){ .sun_family = AF_UNIX };
	snprintf(at->sun_path, sizeof(at->sun_path), "%s/net.%s.%d", getenv("TMPDIR") ? : "/tmp",
		 pattern, number++);
	unlink(at->sun_path);
	if (fd < 0 || bind(fd, (void *)at, sizeof(*at)))
		fail(at->sun_path);
	return fd;
}

#endif /* DATAGRAMS_H */
