// SPDX-License-Identifier: GPL-2.0
/*
 * ipc MECHANISM PATTERN MESSAGES BYTES: tasks that send to each other so many messages of so many
 * bytes, each under a name of its own. The pattern:
 *
 *   oneway      a sends to b
 *   ring        a to b, b to c, c to a: each message goes all the way round
 *   fanin       in0 to in7 send to out, all at once
 *   queued      as fanin, but out receives when all is sent
 *   fanout      a sends to out0 to out3, all at once
 *   idle        a sends to b, while idle0 to idle4 have both ends open and do nothing
 *   passed      a sends to b, which nobody but a has begotten and which gets the end by SCM_RIGHTS
 *   backandforth  a sends to b, which answers
 *   conversation  a sends to b, which answers through the same socket
 *   unread      a sends what nobody receives
 *   early       a sends to b through a unix socket before b has accepted that
 */
#include <errno.h>
#include <error.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ways.h"

static unsigned int messages, bytes;
static char *buffer;

static struct way (*way_make)(void);
static bool no_end;

/* A message as a whole, whatever the mechanism makes of it. */
static void message_send(int fd)
{
	if (write(fd, buffer, bytes) != bytes)
		fail("write");
}

/* 0: nobody will send any more. */
static int message_receive(int fd)
{
	unsigned int have = 0;
	ssize_t got;

	while (have < bytes) {
		got = read(fd, buffer, bytes - have);
		if (got < 0)
			fail("read");
		if (!got)
			return 0;
		have += got;
	}
	return 1;
}

static void send_all(int fd)
{
	unsigned int i;

	for (i = 0; i < messages; i++)
		message_send(fd);
}

/* All that is sent, which is so many messages. */
static void receive_all(int fd, unsigned int n)
{
	while ((!no_end || n--) && message_receive(fd))
		;
}

static pid_t child_make(const char *name)
{
	pid_t pid = fork();

	if (pid < 0)
		fail("fork");
	if (!pid)
		prctl(PR_SET_NAME, name);
	return pid;
}

static void children_wait(void)
{
	int status, bad = 0;

	while (wait(&status) > 0)
		bad |= status;
	exit(bad ? 1 : 0);
}

static void numbered(char name[16], const char *what, int i)
{
	snprintf(name, 16, "%s%d", what, i);
}

static void oneway(void)
{
	struct way w = way_make();

	if (!child_make("b")) {
		close(w.out);
		receive_all(w.in, messages);
		exit(0);
	}
	close(w.in);
	prctl(PR_SET_NAME, "a");
	send_all(w.out);
	close(w.out);
	children_wait();
}

static void ring(void)
{
	struct way w[3] = { way_make(), way_make(), way_make() };
	char name[16];
	unsigned int n;
	int i;

	for (i = 0; i < 3; i++) {
		snprintf(name, sizeof(name), "%c", 'a' + i);
		if (child_make(name))
			continue;
		for (n = 0; n < messages; n++) {
			if (!i)
				message_send(w[0].out);
			message_receive(w[(i + 2) % 3].in);
			if (i)
				message_send(w[i].out);
		}
		exit(0);
	}
	children_wait();
}

static void many_to_one(bool queued)
{
	struct way w = way_make();
	char name[16];
	int i;

	for (i = 0; i < 8; i++) {
		numbered(name, "in", i);
		if (child_make(name))
			continue;
		send_all(w.out);
		exit(0);
	}
	close(w.out);
	prctl(PR_SET_NAME, "out");
	while (queued && wait(NULL) > 0)
		;
	receive_all(w.in, 8 * messages);
	children_wait();
}

static void fanin(void)
{
	many_to_one(false);
}

static void queued(void)
{
	many_to_one(true);
}

static void fanout(void)
{
	struct way w = way_make();
	char name[16];
	int i;

	for (i = 0; i < 4; i++) {
		numbered(name, "out", i);
		if (child_make(name))
			continue;
		close(w.out);
		receive_all(w.in, messages);
		exit(0);
	}
	prctl(PR_SET_NAME, "a");
	send_all(w.out);
	close(w.out);
	children_wait();
}

static void unread(void)
{
	struct way w = way_make();

	prctl(PR_SET_NAME, "a");
	send_all(w.out);
	exit(0);
}

/* They end with the gate, which nobody writes to. */
static void idle(void)
{
	struct way gate = way_pipe(), w = way_make();
	char name[16], byte;
	int i;

	for (i = 0; i < 5; i++) {
		numbered(name, "idle", i);
		if (child_make(name))
			continue;
		close(gate.out);
		exit(read(gate.in, &byte, 1) ? 1 : 0);
	}
	if (!child_make("b")) {
		close(gate.out);
		no_end = true;
		receive_all(w.in, messages);
		exit(0);
	}
	prctl(PR_SET_NAME, "a");
	send_all(w.out);
	close(gate.out);
	children_wait();
}

static void end_pass(int socket, int fd)
{
	char control[CMSG_SPACE(sizeof(int))] = { 0 };
	struct iovec iov = { .iov_base = "x", .iov_len = 1 };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control,
			      .msg_controllen = sizeof(control) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&msg);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	if (sendmsg(socket, &msg, 0) != 1)
		fail("sendmsg");
}

static int end_get(int socket)
{
	char control[CMSG_SPACE(sizeof(int))], byte;
	struct iovec iov = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control,
			      .msg_controllen = sizeof(control) };
	int fd;

	if (recvmsg(socket, &msg, 0) != 1 || !CMSG_FIRSTHDR(&msg))
		fail("recvmsg");
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&msg)), sizeof(fd));
	return fd;
}

/* b is there before the way is made. */
static void passed(void)
{
	int post[2];
	struct way w;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, post))
		fail("socketpair");
	if (!child_make("b")) {
		close(post[0]);
		receive_all(end_get(post[1]), messages);
		exit(0);
	}
	prctl(PR_SET_NAME, "a");
	w = way_make();
	end_pass(post[0], w.in);
	close(w.in);
	send_all(w.out);
	close(w.out);
	children_wait();
}

static void backandforth(void)
{
	struct way there = way_make(), back = way_make();
	unsigned int i;

	if (!child_make("b")) {
		close(there.out);
		for (i = 0; i < messages && message_receive(there.in); i++)
			message_send(back.out);
		exit(0);
	}
	prctl(PR_SET_NAME, "a");
	for (i = 0; i < messages; i++) {
		message_send(there.out);
		message_receive(back.in);
	}
	close(there.out);
	children_wait();
}

/* a has sent all, and ended, before anybody accepts the connection: b. */
static void early(void)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int listener = socket(AF_UNIX, SOCK_STREAM, 0), fd;
	pid_t a;

	snprintf(at.sun_path, sizeof(at.sun_path), "%s/listener", getenv("TMPDIR") ? : "/tmp");
	unlink(at.sun_path);
	if (bind(listener, (void *)&at, sizeof(at)) || listen(listener, 1))
		fail(at.sun_path);
	a = child_make("a");
	if (!a) {
		fd = socket(AF_UNIX, SOCK_STREAM, 0);
		if (connect(fd, (void *)&at, sizeof(at)))
			fail("connect");
		send_all(fd);
		exit(0);
	}
	waitpid(a, NULL, 0);
	prctl(PR_SET_NAME, "b");
	receive_all(accept(listener, NULL, NULL), messages);
	exit(0);
}

static void conversation(void)
{
	struct way w = way_make();
	unsigned int i;

	if (!child_make("b")) {
		for (i = 0; i < messages && message_receive(w.in); i++)
			message_send(w.in);
		exit(0);
	}
	prctl(PR_SET_NAME, "a");
	for (i = 0; i < messages; i++) {
		message_send(w.out);
		message_receive(w.out);
	}
	children_wait();
}

static const struct {
	const char *name;
	void (*play)(void);
} patterns[] = {
	{ "conversation", conversation },
	{ "early", early },
	{ "oneway", oneway },
	{ "ring", ring },
	{ "unread", unread },
	{ "fanin", fanin },
	{ "queued", queued },
	{ "fanout", fanout },
	{ "idle", idle },
	{ "passed", passed },
	{ "backandforth", backandforth },
};

int main(int argc, char **argv)
{
	size_t i;

	if (argc != 5)
		error(2, 0, "usage: ipc MECHANISM PATTERN MESSAGES BYTES");
	messages = atoi(argv[3]);
	bytes = atoi(argv[4]);
	buffer = calloc(1, bytes);
	if (buffer)
		buffer[0] = 1;		/* what an eventfd adds */
	for (i = 0; i < sizeof(mechanisms) / sizeof(*mechanisms); i++) {
		if (!strcmp(argv[1], mechanisms[i].name))
			way_make = mechanisms[i].make, no_end = mechanisms[i].no_end;
	}
	for (i = 0; buffer && way_make && i < sizeof(patterns) / sizeof(*patterns); i++) {
		if (!strcmp(argv[2], patterns[i].name))
			patterns[i].play();
	}
	error(2, 0, "no mechanism %s or no pattern %s", argv[1], argv[2]);
	return 2;
}
