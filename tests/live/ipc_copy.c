// SPDX-License-Identifier: GPL-2.0
/*
 * ipc_copy MESSAGES BYTES PATTERN...: data that goes from one descriptor to another without its
 * caller's reading or writing it, so many times so many bytes; one pattern after the other, each by
 * tasks that are called by its name and a letter, "chain.a". The pattern:
 *
 *   file      a splices from a file into a pipe, which b reads
 *   chain     a splices from a file into a pipe, m from that into a socket, which b reads
 *   back      a sends to a socket, m splices from that into a pipe, b from that to nowhere
 *   tee       a writes to a pipe, t tees that into another, which b reads, and splices it to nowhere
 *   memory    a fills a pipe from its memory (vmsplice), and so b empties it
 *   sendfile  a sends a file to a socket, which b reads
 *   mixed     a writes and splices in turn, b reads and splices in turn, from and to a file
 *   fanin     a and c splice from a file into a pipe, both at once, which b reads
 *   offset    a writes and b reads by pwritev2() and preadv2() with no offset
 *   parts     a sends a file to a datagram socket, which b reads; c does, and d receives two at once
 *   signals   a sends SIGRTMIN and SIGUSR1 to b, which blocks them and reads them from a signalfd
 *   vm        a copies from b's memory and c to it, while b does nothing
 *   vain      a copies from the memory of nobody, and b, which may not, from that of who may
 *   wake      one message: b sleeps for it in splice, c in read, and then a writes it
 *   empty     a splices from an empty pipe that does not wait, and from a file to a file
 */
#include <errno.h>
#include <error.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "asleep.h"

static unsigned int messages, bytes;
static const char *pattern;
static char *buffer;
static int file, nowhere;
static volatile int *told;		/* in memory of all */

static void fail(const char *what)
{
	error(1, errno, "%s: %s", pattern, what);
}

static void is(ssize_t moved, const char *what)
{
	if (moved != (ssize_t)bytes)
		fail(what);
}

/* Two ends, the one that is read first. */
static void pipe_make(int fd[2])
{
	if (pipe(fd))
		fail("pipe");
}

static void pair_make(int fd[2], int type)
{
	if (socketpair(AF_UNIX, type, 0, fd))
		fail("socketpair");
}

/* What a task does with descriptors, each time with one message. */
static void by_write(int in, int out)
{
	(void)in;
	is(write(out, buffer, bytes), "write");
}

static void by_read(int in, int out)
{
	unsigned int have = 0;
	ssize_t got;

	(void)out;
	for (; have < bytes; have += got) {
		got = read(in, buffer, bytes - have);
		if (got <= 0)
			fail("read");
	}
}

/* From the beginning of the file. */
static void by_file(int in, int out)
{
	loff_t offset = 0;

	is(splice(in, &offset, out, NULL, bytes, 0), "splice");
}

static void by_splice(int in, int out)
{
	is(splice(in, NULL, out, NULL, bytes, 0), "splice");
}

static void by_tee(int in, int out)
{
	is(tee(in, out, bytes, 0), "tee");
	is(splice(in, NULL, nowhere, NULL, bytes, 0), "splice");
}

static void by_sendfile(int in, int out)
{
	off_t offset = 0;

	is(sendfile(out, in, &offset, bytes), "sendfile");
}

static void by_vmsplice(int in, int out)
{
	struct iovec v = { buffer, bytes };

	is(vmsplice(in < 0 ? out : in, &v, 1, 0), "vmsplice");
}

static void by_offset(int in, int out)
{
	struct iovec v = { buffer, bytes };

	is(in < 0 ? pwritev2(out, &v, 1, -1, 0) : preadv2(in, &v, 1, -1, 0), "preadv2, pwritev2");
}

/* Two messages at once. */
static void by_list(int in, int out)
{
	struct msghdr one = { .msg_iov = &(struct iovec){ buffer, bytes }, .msg_iovlen = 1 };
	struct mmsghdr list[2] = { { .msg_hdr = one }, { .msg_hdr = one } };

	(void)out;
	if (recvmmsg(in, list, 2, 0, NULL) != 2)
		fail("recvmmsg");
}

/* In turns. */
static void by_write_or_file(int in, int out)
{
	static int turn;

	if (turn++ & 1)
		by_file(in, out);
	else
		by_write(in, out);
}

static void by_read_or_splice(int in, int out)
{
	static int turn;

	if (turn++ & 2)
		by_splice(in, out);
	else
		by_read(in, out);
}

static pid_t child_make(char letter)
{
	char name[16];
	pid_t pid = fork();

	if (pid < 0)
		fail("fork");
	if (pid)
		return pid;
	snprintf(name, sizeof(name), "%s.%c", pattern, letter);
	prctl(PR_SET_NAME, name);
	return 0;
}

static void task(char letter, unsigned int n, void (*move)(int in, int out), int in, int out)
{
	if (child_make(letter))
		return;
	while (n--)
		move(in, out);
	exit(0);
}

/* a to b. */
static void two(void (*from)(int in, int out), int file_in, void (*to)(int in, int out),
		int file_out, const int fd[2])
{
	task('a', messages, from, file_in, fd[1]);
	task('b', messages, to, fd[0], file_out);
}

static void play_file(void)
{
	int fd[2];

	pipe_make(fd);
	two(by_file, file, by_read, -1, fd);
}

static void play_chain(void)
{
	int first[2], second[2];

	pipe_make(first);
	pair_make(second, SOCK_STREAM);
	task('a', messages, by_file, file, first[1]);
	task('m', messages, by_splice, first[0], second[1]);
	task('b', messages, by_read, second[0], -1);
}

static void play_back(void)
{
	int first[2], second[2];

	pair_make(first, SOCK_STREAM);
	pipe_make(second);
	task('a', messages, by_write, -1, first[1]);
	task('m', messages, by_splice, first[0], second[1]);
	task('b', messages, by_splice, second[0], nowhere);
}

static void play_tee(void)
{
	int first[2], second[2];

	pipe_make(first);
	pipe_make(second);
	task('a', messages, by_write, -1, first[1]);
	task('t', messages, by_tee, first[0], second[1]);
	task('b', messages, by_read, second[0], -1);
}

static void play_memory(void)
{
	int fd[2];

	pipe_make(fd);
	two(by_vmsplice, -1, by_vmsplice, -1, fd);
}

static void play_sendfile(void)
{
	int fd[2];

	pair_make(fd, SOCK_STREAM);
	two(by_sendfile, file, by_read, -1, fd);
}

static void play_mixed(void)
{
	int fd[2];

	pipe_make(fd);
	two(by_write_or_file, file, by_read_or_splice, nowhere, fd);
}

static void play_fanin(void)
{
	int fd[2];

	pipe_make(fd);
	task('a', messages, by_file, file, fd[1]);
	task('c', messages, by_file, file, fd[1]);
	task('b', 2 * messages, by_read, fd[0], -1);
}

static void play_offset(void)
{
	int fd[2];

	pipe_make(fd);
	two(by_offset, -1, by_offset, -1, fd);
}

static void play_parts(void)
{
	int fd[2];

	pair_make(fd, SOCK_DGRAM);
	two(by_sendfile, file, by_read, -1, fd);
	pair_make(fd, SOCK_DGRAM);
	task('c', messages, by_sendfile, file, fd[1]);
	task('d', messages / 2, by_list, fd[0], -1);
}

static void signals_read(void)
{
	struct signalfd_siginfo info[16];
	struct iovec v = { info, sizeof(info) };
	unsigned int have = 0;
	ssize_t got;
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGRTMIN);
	sigprocmask(SIG_BLOCK, &set, NULL);
	fd = signalfd(-1, &set, 0);
	*told = 1;
	while (*told == 1)
		sched_yield();
	for (; have < messages + 1; have += got / sizeof(*info)) {
		got = have & 16 ? readv(fd, &v, 1) : read(fd, info, sizeof(info));
		if (got <= 0)
			fail("signalfd");
	}
	exit(0);
}

static void play_signals(void)
{
	pid_t b = child_make('b');
	unsigned int i;

	if (!b)
		signals_read();
	while (!*told)
		sched_yield();
	if (child_make('a'))
		return;
	for (i = 0; i < messages; i++) {
		kill(b, SIGRTMIN);
		kill(b, SIGUSR1);
	}
	*told = 2;
	exit(0);
}

static void vm_copy(char letter, typeof(process_vm_readv) *copy, pid_t with)
{
	struct iovec v = { buffer, bytes };
	unsigned int i;

	if (child_make(letter))
		return;
	for (i = 0; i < messages; i++)
		is(copy(with, &v, 1, &v, 1, 0), "process_vm");
	exit(0);
}

/* b has its name before anybody looks, and ends with the pipe, which nobody writes to. */
static void play_vm(void)
{
	int fd[2];
	pid_t b;
	char byte;

	pipe_make(fd);
	*told = 0;
	b = child_make('b');
	if (!b) {
		*told = 1;
		close(fd[1]);
		exit(read(fd[0], &byte, 1) ? 1 : 0);
	}
	while (!*told)
		sched_yield();
	vm_copy('a', process_vm_readv, b);
	vm_copy('c', process_vm_writev, b);
	close(fd[0]);
	close(fd[1]);
}

static void play_vain(void)
{
	struct iovec v = { buffer, bytes };
	pid_t gone = child_make('g');

	if (!gone)
		exit(0);
	waitpid(gone, NULL, 0);
	if (!child_make('a'))
		exit(process_vm_readv(gone, &v, 1, &v, 1, 0) < 0 && errno == ESRCH ? 0 : 1);
	if (child_make('b'))
		return;
	if (setuid(65534))
		fail("setuid");
	exit(process_vm_readv(getppid(), &v, 1, &v, 1, 0) < 0 && errno == EPERM ? 0 : 1);
}

static void play_wake(void)
{
	int first[2], second[2];
	pid_t b, c;

	pipe_make(first);
	pipe_make(second);
	b = child_make('b');
	if (!b) {
		by_splice(first[0], second[1]);
		exit(0);
	}
	c = child_make('c');
	if (!c) {
		by_read(second[0], -1);
		exit(0);
	}
	if (child_make('a'))
		return;
	asleep_wait(b, __NR_splice);
	asleep_wait(c, __NR_read);
	by_write(-1, first[1]);
	exit(0);
}

static void play_empty(void)
{
	int fd[2], i;

	pipe_make(fd);
	if (child_make('a'))
		return;
	for (i = 0; i < 3; i++) {
		if (splice(fd[0], NULL, nowhere, NULL, bytes, SPLICE_F_NONBLOCK) >= 0 ||
		    errno != EAGAIN)
			fail("splice");
	}
	if (splice(file, NULL, nowhere, NULL, bytes, 0) >= 0 ||
	    splice(-1, NULL, fd[1], NULL, 1, 0) >= 0)
		fail("splice");
	exit(0);
}

static const struct {
	const char *name;
	void (*play)(void);
} patterns[] = {
	{ "file", play_file }, { "chain", play_chain }, { "back", play_back }, { "tee", play_tee },
	{ "memory", play_memory }, { "sendfile", play_sendfile }, { "mixed", play_mixed },
	{ "fanin", play_fanin }, { "offset", play_offset }, { "parts", play_parts },
	{ "signals", play_signals }, { "vm", play_vm }, { "vain", play_vain },
	{ "wake", play_wake }, { "empty", play_empty },
};

static void play(void)
{
	void (*play_it)(void) = NULL;
	int status, bad = 0;
	size_t i;

	for (i = 0; i < sizeof(patterns) / sizeof(*patterns); i++) {
		if (!strcmp(pattern, patterns[i].name))
			play_it = patterns[i].play;
	}
	if (!play_it)
		error(2, 0, "no pattern %s", pattern);
	play_it();
	while (wait(&status) > 0)
		bad |= status;
	if (bad)
		error(1, 0, "%s: a child has failed", pattern);
}

int main(int argc, char **argv)
{
	int i;

	if (argc < 4)
		error(2, 0, "usage: ipc_copy MESSAGES BYTES PATTERN...");
	messages = atoi(argv[1]);
	bytes = atoi(argv[2]);
	pattern = argv[0];
	/* Which vmsplice() does not give to anybody else. */
	buffer = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	told = mmap(NULL, sizeof(*told), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	file = memfd_create("ipc_copy", 0);
	nowhere = open("/dev/null", O_WRONLY);
	if (buffer == MAP_FAILED || told == MAP_FAILED || file < 0 || nowhere < 0 ||
	    ftruncate(file, bytes))
		fail("memory");
	for (i = 3; i < argc; i++) {
		pattern = argv[i];
		play();
	}
	return 0;
}
