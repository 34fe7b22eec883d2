// SPDX-License-Identifier: GPL-2.0
/*
 * ipc_idle HOW MESSAGES BYTES: s sleeps in splice(2), from a pipe in which there is nothing into
 * another, through which a sends to b so many messages of so many bytes. Then
 *
 *   ended     s comes back with nothing: who could have sent it something has gone
 *   killed    s is killed
 *   left      s sleeps on, and its number is told
 */
#include <errno.h>
#include <error.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "asleep.h"

#define MOST	4096

static const char *how;
static char buffer[MOST];

static void fail(const char *what)
{
	error(1, errno, "%s: %s", how, what);
}

static pid_t child_make(char letter)
{
	char name[16];
	pid_t pid = fork();

	if (pid < 0)
		fail("fork");
	if (pid)
		return pid;
	snprintf(name, sizeof(name), "%s.%c", how, letter);
	prctl(PR_SET_NAME, name);
	return 0;
}

static void ends_well(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, 0) != pid || status)
		error(1, 0, "%s: somebody has failed", how);
}

static void messages_send(int out, unsigned int n, unsigned int bytes)
{
	while (n--) {
		if (write(out, buffer, bytes) != (ssize_t)bytes)
			fail("write");
	}
	exit(0);
}

static void messages_read(int in, unsigned int n, unsigned int bytes)
{
	unsigned int all = n * bytes;
	ssize_t got;

	for (; all; all -= got) {
		got = read(in, buffer, all < bytes ? all : bytes);
		if (got <= 0)
			fail("read");
	}
	exit(0);
}

/* Who is left has an end of its own to write to, so that it waits for ever. */
static pid_t splicer_make(const int from[2], int to)
{
	pid_t s = child_make('s');

	if (s)
		return s;
	if (strcmp(how, "left"))
		close(from[1]);
	exit(splice(from[0], NULL, to, NULL, MOST, 0) ? 1 : 0);
}

int main(int argc, char **argv)
{
	unsigned int n = argc == 4 ? atoi(argv[2]) : 0, bytes = argc == 4 ? atoi(argv[3]) : 0;
	int empty[2], through[2];
	pid_t s, a, b;

	if (!n || !bytes || bytes > MOST)
		error(2, 0, "usage: ipc_idle ended|killed|left MESSAGES BYTES");
	how = argv[1];
	if (pipe2(empty, O_CLOEXEC) || pipe2(through, O_CLOEXEC))
		fail("pipe");
	s = splicer_make(empty, through[1]);
	asleep_wait(s, __NR_splice);
	b = child_make('b');
	if (!b)
		messages_read(through[0], n, bytes);
	a = child_make('a');
	if (!a)
		messages_send(through[1], n, bytes);
	ends_well(a);
	ends_well(b);
	if (!strcmp(how, "ended")) {
		close(empty[1]);
		ends_well(s);
	} else if (!strcmp(how, "killed")) {
		kill(s, SIGKILL);
		waitpid(s, NULL, 0);
	} else {
		printf("%d\n", s);
	}
	return 0;
}
