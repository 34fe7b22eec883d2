// SPDX-License-Identifier: GPL-2.0
/*
 * ipc_uring MESSAGES BYTES PATTERN...: what the kernel moves without a call for it. In each pattern
 * a writes so many messages to a pipe, and b reads them. Then u lets the kernel move as many, each
 * before one more of a's, and b reads what there is. Tasks are called by the pattern and a letter.
 * Exit status 4: there is no io_uring here.
 *
 *   write   u has a message written to the pipe by io_uring
 *   kept    ... by a file that the ring keeps
 *   aio     ... by io_submit(2)
 *   out     u has one that a has written for that taken out of it by io_uring, spliced to nowhere
 */
#include <errno.h>
#include <error.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/aio_abi.h>
#include <linux/futex.h>
#include <linux/io_uring.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static unsigned int messages, bytes;
static const char *pattern;
static char *buffer;
static volatile int *turn;		/* in memory of all: goes up by one at each step */

static struct {
	int fd;
	struct io_uring_params p;
	struct io_uring_sqe *sqe;
	char *at;
} ring;

static void fail(const char *what)
{
	error(1, errno, "%s: %s", pattern, what);
}

static int ring_make(void)
{
	size_t size;

	memset(&ring, 0, sizeof(ring));
	ring.fd = syscall(__NR_io_uring_setup, 1, &ring.p);
	if (ring.fd < 0)
		return -errno;
	size = ring.p.cq_off.cqes + ring.p.cq_entries * sizeof(struct io_uring_cqe);
	ring.at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, ring.fd, IORING_OFF_SQ_RING);
	ring.sqe = mmap(NULL, sizeof(*ring.sqe), PROT_READ | PROT_WRITE, MAP_SHARED, ring.fd,
			IORING_OFF_SQES);
	if (ring.at == MAP_FAILED || ring.sqe == MAP_FAILED ||
	    !(ring.p.features & IORING_FEAT_SINGLE_MMAP))
		fail("io_uring");
	return 0;
}

static unsigned int *ring_word(unsigned int offset)
{
	return (unsigned int *)(ring.at + offset);
}

/* Let it do that, and wait until it is done. */
static void ring_do(const struct io_uring_sqe *what)
{
	unsigned int *tail = ring_word(ring.p.sq_off.tail), *head = ring_word(ring.p.cq_off.head);
	struct io_uring_cqe *cqe = (void *)(ring.at + ring.p.cq_off.cqes);

	*ring.sqe = *what;
	ring_word(ring.p.sq_off.array)[0] = 0;
	__atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
	if (syscall(__NR_io_uring_enter, ring.fd, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0) != 1)
		fail("io_uring_enter");
	cqe += *head & *ring_word(ring.p.cq_off.ring_mask);
	errno = -cqe->res;
	if (cqe->res != (int)bytes)
		fail("io_uring");
	__atomic_store_n(head, *head + 1, __ATOMIC_RELEASE);
}

static void by_write(int fd)
{
	const struct io_uring_sqe s = { .opcode = IORING_OP_WRITE, .fd = fd, .off = -1,
					.addr = (unsigned long)buffer, .len = bytes };

	ring_do(&s);
}

static void by_kept(int fd)
{
	const struct io_uring_sqe s = { .opcode = IORING_OP_WRITE, .flags = IOSQE_FIXED_FILE,
					.off = -1, .addr = (unsigned long)buffer, .len = bytes };
	static int kept;

	if (!kept && syscall(__NR_io_uring_register, ring.fd, IORING_REGISTER_FILES, &fd, 1))
		fail("io_uring_register");
	kept = 1;
	ring_do(&s);
}

static void by_splice(int fd)
{
	static int nowhere = -1;
	struct io_uring_sqe s = { .opcode = IORING_OP_SPLICE, .off = -1, .splice_off_in = -1,
				  .splice_fd_in = fd, .len = bytes };

	if (nowhere < 0)
		nowhere = open("/dev/null", O_WRONLY);
	s.fd = nowhere;
	ring_do(&s);
}

static void by_aio(int fd)
{
	static aio_context_t context;
	struct iocb what = { .aio_lio_opcode = IOCB_CMD_PWRITE, .aio_fildes = fd,
			     .aio_buf = (unsigned long)buffer, .aio_nbytes = bytes };
	struct iocb *list[] = { &what };
	struct io_event event;

	if ((!context && syscall(__NR_io_setup, 1, &context)) ||
	    syscall(__NR_io_submit, context, 1, list) != 1 ||
	    syscall(__NR_io_getevents, context, 1, 1, &event, NULL) != 1)
		fail("io_submit");
	if (event.res != bytes)
		fail("io_submit");
}

static void turn_wait(int number)
{
	int now;

	while ((now = *turn) < number)
		syscall(__NR_futex, turn, FUTEX_WAIT, now, NULL, NULL, 0);
}

static void turn_give(int number)
{
	*turn = number;
	syscall(__NR_futex, turn, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

static void a_write(int fd)
{
	if (write(fd, buffer, bytes) != (ssize_t)bytes)
		fail("write");
}

static void b_read(int fd)
{
	if (read(fd, buffer, bytes) != (ssize_t)bytes)
		fail("read");
}

static int child_make(char letter)
{
	char name[16];
	pid_t pid = fork();

	if (pid < 0)
		fail("fork");
	if (pid)
		return 0;
	snprintf(name, sizeof(name), "%s.%c", pattern, letter);
	prctl(PR_SET_NAME, name);
	return 1;
}

/* For each message: whose step it is, in order, each when the one before is done. */
static void steps(char letter, const char *whose, const int fd[2], void (*move)(int fd), int *at)
{
	unsigned int i;
	const char *c;

	for (i = 0; i < messages; i++) {
		for (c = whose; *c; c++) {
			turn_wait((*at)++);
			if (*c != letter)
				continue;
			if (letter == 'a')
				a_write(fd[1]);
			else if (letter == 'b')
				b_read(fd[0]);
			else
				move(fd[move == by_splice ? 0 : 1]);
			turn_give(*at);
		}
	}
}

static const struct {
	const char *name;
	void (*move)(int fd);
	const char *whose;
} patterns[] = {
	{ "write", by_write, "uabb" }, { "kept", by_kept, "uabb" }, { "aio", by_aio, "uabb" },
	{ "out", by_splice, "auab" },
};

static void play(void)
{
	int status, bad = 0, fd[2], at = 0;
	const char *letter;
	size_t i;

	for (i = 0; i < sizeof(patterns) / sizeof(*patterns); i++) {
		if (!strcmp(pattern, patterns[i].name))
			break;
	}
	if (i == sizeof(patterns) / sizeof(*patterns))
		error(2, 0, "no pattern %s", pattern);
	if (pipe(fd))
		fail("pipe");
	*turn = 0;
	for (letter = "abu"; *letter; letter++) {
		if (!child_make(*letter))
			continue;
		if (*letter == 'u' && ring_make())
			fail("io_uring_setup");
		steps(*letter, "ab", fd, NULL, &at);
		steps(*letter, patterns[i].whose, fd, patterns[i].move, &at);
		exit(0);
	}
	close(fd[0]);
	close(fd[1]);
	while (wait(&status) > 0)
		bad |= status;
	if (bad)
		error(1, 0, "%s: a child has failed", pattern);
}

int main(int argc, char **argv)
{
	int i;

	if (argc < 3)
		error(2, 0, "usage: ipc_uring MESSAGES BYTES PATTERN...");
	messages = atoi(argv[1]);
	bytes = atoi(argv[2]);
	pattern = argv[0];
	buffer = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	turn = mmap(NULL, sizeof(*turn), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (buffer == MAP_FAILED || turn == MAP_FAILED)
		fail("memory");
	if (ring_make())
		return 4;
	close(ring.fd);
	for (i = 3; i < argc; i++) {
		pattern = argv[i];
		play();
	}
	return 0;
}
