// SPDX-License-Identifier: GPL-2.0
/*
 * ipc_net MESSAGES BYTES PATTERN...: tasks that send to each other so many datagrams of so many
 * bytes by addresses, or in lists, each under the name of the pattern and a letter of its own:
 *
 *   ask       a, b and c ask d, each from a UDP socket of its own; d answers whoever has asked
 *   turns     a sends to b and c in turn, from one UDP socket that is connected to nobody
 *   log       a sends to b by the path of b's unix socket, and closes its own before b looks
 *   aside     a, whose unix socket is connected to b, sends to c by its path, then to b
 *   later     a sends to b, whose peer it is, then to c; d sends to b; then b looks
 *   shared    a and b send to c by its path, from one unix socket
 *   lists     a sends to b, both in lists of eight: UDP
 *   listed    ... by unix datagrams
 *   stream    ... by a unix stream: as many lists
 *   peek      b looks at each UDP datagram before it takes it; some are empty
 *   dropped   a sends to b more than its UDP socket has room for, before b receives, and then more
 *   split     a sends to b and c, who receive from one UDP socket
 *   forged    a sends to b, and c writes datagrams itself that nobody's UDP socket has sent; in turns
 *   serve     receives by UDP and by TCP, where it answers; in its own name, says when it is ready
 *   visit     sends there, to 10.9.8.1; in its own name
 */
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <sched.h>

#include "datagrams.h"

#define LIST	8

static void ask_one(const struct sockaddr_in *server)
{
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	unsigned int i;

	for (i = 0; i < messages; i++) {
		send_to(fd, server, sizeof(*server));
		receive_some(fd, 1);
	}
	exit(0);
}

static void ask(void)
{
	struct sockaddr_in server, from;
	socklen_t len;
	unsigned int i;
	int fd = udp(&server, ROOM), c;
	pid_t d;

	d = task('d');
	for (i = 0; !d && i < 3 * messages; i++) {
		len = sizeof(from);
		if (recvfrom(fd, buffer, bytes, 0, (void *)&from, &len) != bytes)
			fail("recvfrom");
		send_to(fd, &from, len);
	}
	if (!d)
		exit(0);
	for (c = 0; c < 3; c++) {
		if (!task('a' + c))
			ask_one(&server);
	}
	for (c = 0; c < 4; c++)
		finish(-1);
}

static void turns(void)
{
	struct sockaddr_in at[2];
	int fd[2] = { udp(&at[0], ROOM), udp(&at[1], ROOM) }, from, i;

	for (i = 0; i < 2; i++) {
		if (task('b' + i))
			continue;
		receive_some(fd[i], messages);
		exit(0);
	}
	if (!task('a')) {
		from = socket(AF_INET, SOCK_DGRAM, 0);
		for (i = 0; i < 2 * messages; i++)
			send_to(from, &at[i % 2], sizeof(at[0]));
		exit(0);
	}
	for (i = 0; i < 3; i++)
		finish(-1);
}

/* As many at a time as the queue of a unix socket takes (net.unix.max_dgram_qlen). */
#define AT_A_TIME	5

static void unix_log(void)
{
	struct sockaddr_un at;
	int fd = unix_bound(&at), from;
	unsigned int i;
	pid_t b = task('b');

	for (i = 0; i < messages / AT_A_TIME; i++) {
		if (!b) {
			receive_some(fd, AT_A_TIME);
			continue;
		}
		if (task('a'))
			continue;
		from = socket(AF_UNIX, SOCK_DGRAM, 0);
		send_some(from, &at, sizeof(at), AT_A_TIME);
		exit(0);
	}
	if (!b)
		exit(0);
	for (i = 0; i <= messages / AT_A_TIME; i++)
		finish(-1);
}

static void aside(void)
{
	struct sockaddr_un at[2];
	int fd[2] = { unix_bound(&at[0]), unix_bound(&at[1]) }, from, i;

	for (i = 0; i < 2; i++) {
		if (task('b' + i))
			continue;
		receive_some(fd[i], i ? messages : 2 * messages);
		exit(0);
	}
	if (!task('a')) {
		from = socket(AF_UNIX, SOCK_DGRAM, 0);
		if (connect(from, (void *)&at[0], sizeof(at[0])))
			fail("connect");
		send_some(from, &at[1], sizeof(at[1]), messages);
		send_some(from, NULL, 0, 2 * messages);
		exit(0);
	}
	for (i = 0; i < 3; i++)
		finish(-1);
}

/*
 * What a has sent to its peer lies there when it begins to send elsewhere; so does d's, who never
 * does.
 */
static void later(void)
{
	struct sockaddr_un at[2];
	int fd[2] = { unix_bound(&at[0]), unix_bound(&at[1]) }, from, i;
	pid_t pid;

	for (i = 0; i < 2; i++) {
		pid = task(i ? 'd' : 'a');
		if (!pid) {
			from = socket(AF_UNIX, SOCK_DGRAM, 0);
			if (connect(from, (void *)&at[0], sizeof(at[0])))
				fail("connect");
			send_some(from, NULL, 0, 3);
			if (!i)
				send_some(from, &at[1], sizeof(at[1]), 1);
			exit(0);
		}
		finish(pid);
	}
	pid = task('b');
	if (!pid) {
		receive_some(fd[0], 6);
		exit(0);
	}
	finish(pid);
}

static void shared(void)
{
	struct sockaddr_un at;
	int fd = unix_bound(&at), from = socket(AF_UNIX, SOCK_DGRAM, 0), i;
	pid_t sender;

	for (i = 0; i < 2; i++) {
		sender = task('a' + i);
		if (!sender) {
			send_some(from, &at, sizeof(at), AT_A_TIME);
			exit(0);
		}
		finish(sender);
	}
	sender = task('c');
	if (!sender) {
		receive_some(fd, 2 * AT_A_TIME);
		exit(0);
	}
	finish(sender);
}

static void list_fill(struct mmsghdr list[LIST], struct iovec iov[LIST])
{
	int i;

	memset(list, 0, LIST * sizeof(*list));
	for (i = 0; i < LIST; i++) {
		iov[i] = (struct iovec){ buffer, bytes };
		list[i].msg_hdr.msg_iov = &iov[i];
		list[i].msg_hdr.msg_iovlen = 1;
	}
}

/* A list at a time: a's next one goes out when b has said that it has this one. */
static void lists_through(const int fd[2], bool stream)
{
	struct mmsghdr list[LIST];
	struct iovec iov[LIST];
	unsigned int i, got;
	char byte = 0;
	int gate[2];
	pid_t a, b;

	if (pipe(gate))
		fail("pipe");
	a = task('a');
	for (i = 0; !a && i < messages / LIST; i++) {
		list_fill(list, iov);
		if (sendmmsg(fd[0], list, LIST, 0) != LIST || read(gate[0], &byte, 1) != 1)
			fail("sendmmsg");
	}
	if (!a)
		exit(0);
	b = task('b');
	for (i = 0; !b && i < messages / LIST; i++) {
		for (got = 0; got < LIST; got += stream ? LIST : 0) {
			int n;

			list_fill(list, iov);
			iov[0].iov_len = stream ? LIST * bytes : bytes;
			n = recvmmsg(fd[1], list, stream ? 1 : LIST - got,
				     stream ? MSG_WAITALL : MSG_WAITFORONE, NULL);
			if (n < 0)
				fail("recvmmsg");
			got += stream ? 0 : n;
		}
		if (write(gate[1], &byte, 1) != 1)
			fail("write");
	}
	if (!b)
		exit(0);
	finish(a);
	finish(b);
}

static void lists(void)
{
	struct sockaddr_in at;
	int fd[2] = { socket(AF_INET, SOCK_DGRAM, 0), udp(&at, ROOM) };

	if (connect(fd[0], (void *)&at, sizeof(at)))
		fail("connect");
	lists_through(fd, false);
}

static void listed(void)
{
	int fd[2];

	if (socketpair(AF_UNIX, SOCK_DGRAM, 0, fd))
		fail("socketpair");
	lists_through(fd, false);
}

static void stream(void)
{
	int fd[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, fd))
		fail("socketpair");
	lists_through(fd, true);
}

static void peek(void)
{
	struct sockaddr_in at;
	int fd = udp(&at, ROOM), from, size;
	unsigned int i;
	pid_t a, b = task('b');

	for (i = 0; !b && i < messages; i++) {
		size = i % 4 ? bytes : 0;
		if (recv(fd, buffer, bytes, MSG_PEEK) != size ||
		    recv(fd, buffer, bytes, 0) != size)
			fail("recv");
	}
	if (!b)
		exit(0);
	a = task('a');
	if (!a) {
		from = socket(AF_INET, SOCK_DGRAM, 0);
		for (i = 0; i < messages; i++) {
			size = i % 4 ? bytes : 0;
			if (sendto(from, buffer, size, 0, (void *)&at, sizeof(at)) != size)
				fail("sendto");
		}
		exit(0);
	}
	finish(a);
	finish(b);
}

/* What b gets is what there is; nobody knows how much that will be. */
static void dropped(void)
{
	struct sockaddr_in at;
	int fd = udp(&at, 1), from = socket(AF_INET, SOCK_DGRAM, 0), round;
	pid_t pid;

	for (round = 0; round < 4; round++) {
		pid = task(round % 2 ? 'b' : 'a');
		if (!pid && round % 2) {
			while (recv(fd, buffer, bytes, MSG_DONTWAIT) == bytes)
				;
			exit(0);
		}
		if (!pid) {
			send_some(from, &at, sizeof(at), messages);
			exit(0);
		}
		finish(pid);
	}
}

static void split(void)
{
	struct sockaddr_in at;
	int fd = udp(&at, ROOM), from, i;

	for (i = 0; i < 2; i++) {
		if (task('b' + i))
			continue;
		/* The last of all wakes the other, too. */
		while (recv(fd, buffer, bytes, 0) == bytes && buffer[0])
			;
		exit(0);
	}
	if (!task('a')) {
		from = socket(AF_INET, SOCK_DGRAM, 0);
		buffer[0] = 1;
		send_some(from, &at, sizeof(at), messages);
		buffer[0] = 0;
		send_some(from, &at, sizeof(at), 2);
		exit(0);
	}
	for (i = 0; i < 3; i++)
		finish(-1);
}

static void token(int fd, bool give)
{
	char byte = 0;

	if ((give ? write(fd, &byte, 1) : read(fd, &byte, 1)) != 1)
		fail("a pipe");
}

/* From another port than a's; on one CPU, so that the kernel uses a's buffer again. */
static void forge(int raw, const struct sockaddr_in *at)
{
	struct {
		struct iphdr ip;
		struct udphdr udp;
		char data[1024];
	} d = {
		.ip = { .version = 4, .ihl = 5, .ttl = 1, .protocol = IPPROTO_UDP,
			.saddr = at->sin_addr.s_addr, .daddr = at->sin_addr.s_addr },
		.udp = { .source = htons(9), .dest = at->sin_port,
			 .len = htons(sizeof(struct udphdr) + bytes) },
	};
	unsigned int len = sizeof(d.ip) + sizeof(d.udp) + bytes;

	if (sendto(raw, &d, len, 0, (void *)at, sizeof(*at)) != len)
		fail("a datagram of our own");
}

static void forged(void)
{
	struct sockaddr_in at;
	int raw = socket(AF_INET, SOCK_RAW, IPPROTO_RAW), fd = udp(&at, ROOM), by_a[2], by_c[2], i;
	int from = socket(AF_INET, SOCK_DGRAM, 0);
	cpu_set_t one = { { 1 } }, before;
	unsigned int n;
	pid_t pid;

	if (raw < 0 || pipe(by_a) || pipe(by_c) || sched_getaffinity(0, sizeof(before), &before) ||
	    sched_setaffinity(0, sizeof(one), &one))
		fail("forged");
	for (i = 0; i < 3; i++) {
		pid = task('a' + i);
		for (n = 0; !pid && n < messages; n++) {
			if (i == 1) {
				receive_some(fd, 1);
				token(by_c[1], true);
				receive_some(fd, 1);
				token(by_a[1], true);
				continue;
			}
			if (!i)
				send_to(from, &at, sizeof(at));
			token(i ? by_c[0] : by_a[0], false);
			if (i)
				forge(raw, &at);
		}
		if (!pid)
			exit(0);
	}
	for (i = 0; i < 3; i++)
		finish(-1);
	sched_setaffinity(0, sizeof(before), &before);
}

#define PORT		9

/* Each message by UDP and by TCP, and the latter answers. */
static void serve(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(PORT) };
	int u = socket(AF_INET, SOCK_DGRAM, 0), t = socket(AF_INET, SOCK_STREAM, 0), c;
	unsigned int i;

	if (bind(u, (void *)&at, sizeof(at)) || bind(t, (void *)&at, sizeof(at)) || listen(t, 1))
		fail("bind");
	puts("ready");
	fflush(stdout);
	c = accept(t, NULL, NULL);
	for (i = 0; i < messages; i++) {
		receive_some(u, 1);
		if (recv(c, buffer, bytes, MSG_WAITALL) != bytes ||
		    send(c, buffer, bytes, 0) != bytes)
			fail("recv");
	}
}

static void visit(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(PORT),
				  .sin_addr.s_addr = htonl(0x0a090801) };
	int u = socket(AF_INET, SOCK_DGRAM, 0), t = socket(AF_INET, SOCK_STREAM, 0);
	unsigned int i;

	if (connect(t, (void *)&at, sizeof(at)))
		fail("connect");
	for (i = 0; i < messages; i++) {
		send_to(u, &at, sizeof(at));
		if (send(t, buffer, bytes, 0) != bytes ||
		    recv(t, buffer, bytes, MSG_WAITALL) != bytes)
			fail("send");
	}
}

static const struct {
	const char *name;
	void (*play)(void);
} patterns[] = {
	{ "ask", ask },
	{ "turns", turns },
	{ "log", unix_log },
	{ "aside", aside },
	{ "later", later },
	{ "shared", shared },
	{ "lists", lists },
	{ "listed", listed },
	{ "stream", stream },
	{ "peek", peek },
	{ "dropped", dropped },
	{ "split", split },
	{ "forged", forged },
	{ "serve", serve },
	{ "visit", visit },
};

static void play(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(patterns) / sizeof(*patterns); i++) {
		if (!strcmp(name, patterns[i].name)) {
			pattern = name;
			patterns[i].play();
			return;
		}
	}
	error(2, 0, "no pattern %s", name);
}

int main(int argc, char **argv)
{
	int i;

	if (argc < 4)
		error(2, 0, "usage: ipc_net MESSAGES BYTES PATTERN...");
	messages = atoi(argv[1]);
	bytes = atoi(argv[2]);
	buffer = calloc(LIST, bytes);
	if (!buffer)
		error(1, errno, "memory");
	for (i = 3; i < argc; i++)
		play(argv[i]);
	return 0;
}
