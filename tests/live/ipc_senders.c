// SPDX-License-Identifier: GPL-2.0
/*
 * ipc_senders SOCKETS BYTES MESSAGES: a sends a datagram of so many bytes by path from each of so
 * many unix sockets, then so many by UDP that nobody receives, and then from as many unix sockets
 * again. They are all there until the last of it is sent. b receives what came by path after that.
 */
#include "datagrams.h"

/* As many as the queue of a unix socket takes (net.unix.max_dgram_qlen). */
#define EACH	5

static void sockets_send(const struct sockaddr_un *to, int n)
{
	int i;

	for (i = 0; i < n; i++)
		send_to(socket(AF_UNIX, SOCK_DGRAM, 0), &to[i / EACH], sizeof(*to));
}

static void play(int sockets)
{
	int n = 2 * sockets / EACH, nobody, i;
	struct sockaddr_un *at = calloc(n, sizeof(*at));
	int *fd = calloc(n, sizeof(*fd));
	struct sockaddr_in unread;
	pid_t pid;

	if (!at || !fd)
		fail("memory");
	for (i = 0; i < n; i++)
		fd[i] = unix_bound(&at[i]);
	nobody = udp(&unread, ROOM);
	pid = task('a');
	if (!pid) {
		sockets_send(at, sockets);
		send_some(nobody, &unread, sizeof(unread), messages);
		sockets_send(at + n / 2, sockets);
		exit(0);
	}
	finish(pid);
	pid = task('b');
	for (i = 0; !pid && i < n; i++)
		receive_some(fd[i], EACH);
	if (!pid)
		exit(0);
	finish(pid);
	free(at);
	free(fd);
}

int main(int argc, char **argv)
{
	if (argc != 4 || atoi(argv[1]) % EACH)
		error(2, 0, "usage: ipc_senders SOCKETS BYTES MESSAGES; SOCKETS by %d", EACH);
	pattern = "senders";
	bytes = atoi(argv[2]);
	messages = atoi(argv[3]);
	buffer = calloc(1, bytes);
	if (!buffer)
		error(1, errno, "memory");
	play(atoi(argv[1]));
	return 0;
}
