// SPDX-License-Identifier: GPL-2.0
/*
 * ipc_handed HOW WAY PLAY ROLE MESSAGES BYTES: one of some processes that have nothing in common
 * but the paths of unix sockets, below $TMPDIR, at which they meet. There one hands another an end of a
 * way (pipe, unix, tcp) that it has not inherited. HOW:
 *
 *   rights    it sends the descriptor, SCM_RIGHTS, and closes its own but if the play says that it holds it
 *   getfd     it says the number, and the other takes it by pidfd_getfd(); its own stays open
 *
 * Each is named by how, play, way and role, "r.held.pipe.a". The plays, with the roles that each has:
 *
 *   held      a hands to k, k to b and to c; a sends all to b, and k and c hold it and do nothing
 *   turns     a sends a half, and then hands its end to d, who sends the other; b receives a quarter,
 *             and then hands its end to c, who receives the rest; a and b hold theirs
 *   answer    a hands to k, k to b, who answers each message through the same socket
 */
#include <errno.h>
#include <error.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "ways.h"

static unsigned int messages, bytes;
static char role, *buffer;
static bool by_number;		/* how: getfd */
static struct way (*way_make)(void);

static void send_some(int fd, unsigned int n)
{
	while (n--) {
		if (write(fd, buffer, bytes) != bytes)
			fail("write");
	}
}

/* Whole messages; false: there are no more. */
static bool receive_some(int fd, unsigned int n)
{
	unsigned int have;
	ssize_t got;

	while (n--) {
		for (have = 0; have < bytes; have += got) {
			got = read(fd, buffer, bytes - have);
			if (got < 0)
				fail("read");
			if (!got)
				return false;
		}
	}
	return true;
}

static void receive_all(int fd)
{
	while (receive_some(fd, 1))
		;
}

/* Holds it, and does nothing, until nobody sends any more. */
static void hold(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLRDHUP };

	if (poll(&p, 1, -1) != 1)
		fail("poll");
}

static struct sockaddr_un meeting_place(char whose)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };

	snprintf(at.sun_path, sizeof(at.sun_path), "%s/handed.%c", getenv("TMPDIR") ? : "/tmp",
		 whose);
	return at;
}

/* Everybody's, before anything is handed to it. */
static int place_make(void)
{
	struct sockaddr_un at = meeting_place(role);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	unlink(at.sun_path);
	if (bind(fd, (void *)&at, sizeof(at)) || listen(fd, 4))
		fail(at.sun_path);
	return fd;
}

static int meet(char whom)
{
	struct sockaddr_un at = meeting_place(whom);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	while (connect(fd, (void *)&at, sizeof(at))) {
		if (errno != ENOENT && errno != ECONNREFUSED)
			fail(at.sun_path);
		sched_yield();		/* it is not there yet */
	}
	return fd;
}

/* The message that hands over: its own bytes are one, or the number of the descriptor. */
struct handing {
	char control[CMSG_SPACE(sizeof(int))];
	struct iovec iov;
	struct msghdr msg;
};

static struct msghdr *handing_fill(struct handing *h, void *what, size_t len)
{
	*h = (struct handing){ .iov = { what, len } };
	h->msg = (struct msghdr){ .msg_iov = &h->iov, .msg_iovlen = 1, .msg_control = h->control,
				  .msg_controllen = sizeof(h->control) };
	return &h->msg;
}

static void hand(int fd, char whom)
{
	int s = meet(whom), number = fd;
	struct handing h;
	struct cmsghdr *c;
	char byte = 0;

	if (by_number) {
		/* It has it when it answers. */
		if (write(s, &number, sizeof(number)) != sizeof(number) || read(s, &byte, 1) != 1)
			fail("getfd");
		close(s);
		return;
	}
	c = CMSG_FIRSTHDR(handing_fill(&h, &byte, 1));
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	if (sendmsg(s, &h.msg, 0) != 1)
		fail("sendmsg");
	close(s);
}

static int take(int place)
{
	int s = accept(place, NULL, NULL), fd = -1;
	struct handing h;
	struct ucred who;
	socklen_t len = sizeof(who);
	char byte = 0;

	if (s < 0)
		fail("accept");
	if (!by_number) {
		if (recvmsg(s, handing_fill(&h, &byte, 1), 0) != 1 || !CMSG_FIRSTHDR(&h.msg))
			fail("recvmsg");
		memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&h.msg)), sizeof(fd));
	} else {
		if (getsockopt(s, SOL_SOCKET, SO_PEERCRED, &who, &len) ||
		    read(s, &fd, sizeof(fd)) != sizeof(fd))
			fail("getfd");
		fd = syscall(SYS_pidfd_getfd, syscall(SYS_pidfd_open, who.pid, 0), fd, 0);
		if (fd < 0 || write(s, &byte, 1) != 1)
			fail("pidfd_getfd");
	}
	close(s);
	return fd;
}

static void held(int place)
{
	struct way w;
	int fd;

	if (role == 'a') {
		w = way_make();
		hand(w.in, 'k');
		if (!by_number)
			close(w.in);
		send_some(w.out, messages);
		return;
	}
	fd = take(place);
	if (role == 'k') {
		hand(fd, 'c');
		hand(fd, 'b');
	}
	if (role == 'b')
		receive_all(fd);
	else
		hold(fd);
}

static void turns(int place)
{
	struct way w;
	int fd;

	if (role == 'a') {
		w = way_make();
		hand(w.in, 'b');
		if (!by_number)
			close(w.in);
		send_some(w.out, messages / 2);
		hand(w.out, 'd');
		close(take(place));	/* until c has all */
		return;
	}
	fd = take(place);
	switch (role) {
	case 'b':
		receive_some(fd, messages / 4);
		hand(fd, 'c');
		hold(fd);
		break;
	case 'c':
		receive_some(fd, messages - messages / 4);
		hand(fd, 'a');
		break;
	default:
		send_some(fd, messages - messages / 2);
	}
}

static void answer(int place)
{
	unsigned int i;
	struct way w;
	int fd;

	if (role == 'a') {
		w = way_make();
		hand(w.in, 'k');
		close(w.in);
		for (i = 0; i < messages; i++) {
			send_some(w.out, 1);
			receive_some(w.out, 1);
		}
		return;
	}
	fd = take(place);
	if (role == 'k') {
		hand(fd, 'b');
		hold(fd);
		return;
	}
	while (receive_some(fd, 1))
		send_some(fd, 1);
}

static const struct {
	const char *name;
	void (*play)(int place);
} plays[] = {
	{ "held", held },
	{ "turns", turns },
	{ "answer", answer },
};

static const struct {
	const char *name;
	struct way (*make)(void);
} ways[] = {
	{ "pipe", way_pipe },
	{ "unix", way_stream },
	{ "tcp", way_tcp },
};

int main(int argc, char **argv)
{
	char name[16];
	size_t i;

	if (argc != 7)
		error(2, 0, "usage: ipc_handed HOW WAY PLAY ROLE MESSAGES BYTES");
	by_number = !strcmp(argv[1], "getfd");
	role = argv[4][0];
	messages = atoi(argv[5]);
	bytes = atoi(argv[6]);
	buffer = calloc(1, bytes);
	snprintf(name, sizeof(name), "%c.%s.%s.%c", argv[1][0], argv[3], argv[2], role);
	prctl(PR_SET_NAME, name);
	for (i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
		if (!strcmp(argv[2], ways[i].name))
			way_make = ways[i].make;
	}
	for (i = 0; buffer && way_make && i < sizeof(plays) / sizeof(*plays); i++) {
		if (!strcmp(argv[3], plays[i].name)) {
			plays[i].play(place_make());
			return 0;
		}
	}
	error(2, 0, "no way %s or no play %s", argv[2], argv[3]);
	return 2;
}
