// SPDX-License-Identifier: GPL-2.0
/*
 * foreign HOW [late]: a and c send a message each, d takes the first one in some way, b reads the
 * other: one after the other, so that there is no doubt of whose is whose. Then e sends to b. How d
 * takes:
 *
 *   read, splice, tee+read, aio	from a pipe; tee leaves it, and it is read then
 *   recv, recvmmsg, peek+recv		from a unix stream socket
 *   packet	reads half of it from a pipe of packets, of which the rest goes
 *   dgram	a sends by the name of the socket, c by its connection; d reads
 *   uring	by io_uring, from a pipe, by a descriptor of a high number
 *
 * late: d sleeps in its call before the others begin; then it says so, and waits for a line.
 *
 * foreign again N: a sends through an eventfd that is closed then; c sends to b through the next one,
 * which most often has its place in the kernel. So often.
 *
 * foreign splicing PATH: splices, again and again, from the FIFO into a pipe, until it is killed.
 *
 * foreign signals: a and c send a real-time signal each to d, which takes the first by AIO from a
 * signalfd, and waits for the second.
 *
 * foreign sigwait: a 32-bit call takes a signal that was sent to who makes it.
 *
 * foreign many N: so many pipes, one after the other, through each of which a byte is sent.
 */
#include <errno.h>
#include <error.h>
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <linux/io_uring.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define BYTES	64

static char buffer[BYTES];
static int in, out, nowhere;
static const char *how;

static void fail(const char *what)
{
	error(1, errno, "%s: %s", how, what);
}

static int is(const char *name)
{
	return !strcmp(how, name);
}

static void moved(ssize_t bytes, const char *what)
{
	if (bytes != BYTES)
		fail(what);
}

static void by_aio(void)
{
	struct iocb request = { .aio_fildes = in, .aio_lio_opcode = IOCB_CMD_PREAD,
				.aio_buf = (unsigned long)buffer, .aio_nbytes = BYTES };
	struct iocb *list[] = { &request };
	struct io_event event;
	aio_context_t ctx = 0;

	if (syscall(SYS_io_setup, 1, &ctx) || syscall(SYS_io_submit, ctx, 1, list) != 1 ||
	    syscall(SYS_io_getevents, ctx, 1, 1, &event, NULL) != 1)
		fail("aio");
	moved(event.res, "aio");
}

#define HIGH	700		/* not among the first descriptors that somebody looks at */

/* There is no other descriptor of the pipe, nor a lower one. */
static void in_high(void)
{
	int fd = fcntl(in, F_DUPFD, HIGH);

	if (fd < 0)
		fail("dup");
	close(in);
	close(out);
	in = fd;
}

/* One request, without a library: it is in the ring's first place. */
static void by_uring(void)
{
	struct io_uring_params p = { 0 };
	struct io_uring_sqe *sqe;
	struct io_uring_cqe *cqe;
	char *sq, *cq;
	int fd = syscall(SYS_io_uring_setup, 1, &p);

	if (fd < 0)
		fail("io_uring_setup");
	in_high();
	sq = mmap(NULL, p.sq_off.array + sizeof(int), PROT_READ | PROT_WRITE,
		  MAP_SHARED | MAP_POPULATE, fd, IORING_OFF_SQ_RING);
	sqe = mmap(NULL, sizeof(*sqe), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd,
		   IORING_OFF_SQES);
	cq = mmap(NULL, p.cq_off.cqes + p.cq_entries * sizeof(*cqe), PROT_READ | PROT_WRITE,
		  MAP_SHARED | MAP_POPULATE, fd, IORING_OFF_CQ_RING);
	if (sq == MAP_FAILED || sqe == MAP_FAILED || cq == MAP_FAILED)
		fail("mmap");
	*sqe = (struct io_uring_sqe){ .opcode = IORING_OP_READ, .fd = in, .off = -1,
				      .addr = (unsigned long)buffer, .len = BYTES };
	*(unsigned int *)(sq + p.sq_off.array) = 0;
	__atomic_store_n((unsigned int *)(sq + p.sq_off.tail), 1, __ATOMIC_RELEASE);
	if (syscall(SYS_io_uring_enter, fd, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0) != 1)
		fail("io_uring_enter");
	cqe = (void *)(cq + p.cq_off.cqes);
	moved(cqe->res, "io_uring");
}

static void by_recvmmsg(void)
{
	struct iovec v = { buffer, BYTES };
	struct mmsghdr m = { .msg_hdr = { .msg_iov = &v, .msg_iovlen = 1 } };

	if (recvmmsg(in, &m, 1, 0, NULL) != 1)
		fail("recvmmsg");
	moved(m.msg_len, "recvmmsg");
}

static void take(void)
{
	if (is("splice")) {
		moved(splice(in, NULL, nowhere, NULL, BYTES, 0), "splice");
	} else if (is("tee+read")) {
		int other[2];

		if (pipe(other))
			fail("pipe");
		moved(tee(in, other[1], BYTES, 0), "tee");
		moved(read(in, buffer, BYTES), "read");
	} else if (is("aio")) {
		by_aio();
	} else if (is("uring")) {
		by_uring();
	} else if (is("recvmmsg")) {
		by_recvmmsg();
	} else if (is("packet")) {
		if (read(in, buffer, BYTES / 2) != BYTES / 2)
			fail("read");
	} else if (is("peek+recv")) {
		moved(recv(in, buffer, BYTES, MSG_PEEK), "peek");
		moved(recv(in, buffer, BYTES, 0), "recv");
	} else {
		moved(read(in, buffer, BYTES), "read");
	}
}

static void give(void)
{
	moved(write(out, buffer, BYTES), "write");
}

static void receive(void)
{
	moved(read(in, buffer, BYTES), "read");
}

/* By its name, from a socket of its own. */
static void give_named(void)
{
	struct sockaddr_un to;
	socklen_t len = sizeof(to);
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);

	if (fd < 0 || getsockname(in, (void *)&to, &len))
		fail("getsockname");
	moved(sendto(fd, buffer, BYTES, 0, (void *)&to, len), "sendto");
}

static pid_t begin(const char *name, void (*what)(void))
{
	pid_t pid = fork();

	if (pid < 0)
		fail("fork");
	if (pid)
		return pid;
	prctl(PR_SET_NAME, name);
	what();
	exit(0);
}

static void end(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, 0) != pid || status)
		error(1, 0, "%s: somebody has failed", how);
}

static void ends_make(void)
{
	struct sockaddr_un any = { .sun_family = AF_UNIX }, at;
	socklen_t len = sizeof(at);
	int fd[2];

	if (is("dgram")) {
		/* The kernel gives it a name. */
		fd[0] = socket(AF_UNIX, SOCK_DGRAM, 0);
		fd[1] = socket(AF_UNIX, SOCK_DGRAM, 0);
		if (bind(fd[0], (void *)&any, sizeof(any.sun_family)) ||
		    getsockname(fd[0], (void *)&at, &len) || connect(fd[1], (void *)&at, len))
			fail("socket");
	} else if (strstr(how, "recv")) {
		if (socketpair(AF_UNIX, SOCK_STREAM, 0, fd))
			fail("socketpair");
	} else if (pipe2(fd, is("packet") ? O_DIRECT : 0)) {
		fail("pipe");
	}
	in = fd[0];
	out = fd[1];
}

/* Asleep in a call. */
static void asleep_wait(pid_t pid)
{
	char path[64], state = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	while (state != 'S') {
		f = fopen(path, "r");
		if (!f || fscanf(f, "%*d (%*[^)]) %c", &state) != 1)
			fail(path);
		fclose(f);
		sched_yield();
	}
}

static void many(int n)
{
	int fd[2];
	char byte = 0;

	while (n--) {
		if (pipe(fd) || write(fd[1], &byte, 1) != 1 || read(fd[0], &byte, 1) != 1)
			fail("pipe");
		close(fd[0]);
		close(fd[1]);
	}
}

static void number_give(void)
{
	if (eventfd_write(out, 1))
		fail("write");
}

static void number_take(void)
{
	eventfd_t number;

	if (eventfd_read(in, &number))
		fail("read");
}

/* One that b need not wait for. */
static void again(int n)
{
	while (n--) {
		in = out = eventfd(0, 0);
		end(begin("a", number_give));
		close(in);
		in = out = eventfd(1, EFD_SEMAPHORE);
		end(begin("c", number_give));
		end(begin("b", number_take));
		close(in);
	}
}

static void splicing(const char *path)
{
	int other[2];

	in = open(path, O_RDWR);
	if (in < 0 || pipe(other))
		fail(path);
	out = in;
	for (;;) {
		give();
		moved(splice(in, NULL, other[1], NULL, BYTES, 0), "splice");
		moved(read(other[0], buffer, BYTES), "read");
	}
}

static pid_t gets;

static void signal_send(void)
{
	if (kill(gets, SIGRTMIN))
		fail("kill");
}

/* 4: here no request can be about a signalfd. */
static int signals(void)
{
	struct signalfd_siginfo info;
	struct iocb request = { .aio_lio_opcode = IOCB_CMD_PREAD,
				.aio_buf = (unsigned long)&info, .aio_nbytes = sizeof(info) };
	struct iocb *list[] = { &request };
	aio_context_t ctx = 0;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN);
	sigprocmask(SIG_BLOCK, &set, NULL);
	request.aio_fildes = signalfd(-1, &set, 0);
	prctl(PR_SET_NAME, "d");
	gets = getpid();
	end(begin("a", signal_send));
	end(begin("c", signal_send));
	if (syscall(SYS_io_setup, 1, &ctx))
		fail("io_setup");
	if (syscall(SYS_io_submit, ctx, 1, list) != 1)
		return errno == EINVAL ? 4 : 1;
	return sigwaitinfo(&set, NULL) == SIGRTMIN ? 0 : 1;
}

/* rt_sigtimedwait(2) of 32-bit x86, which any program can call: all that it is given lies low. */
static int sigwait_foreign(void)
{
	int sig = -1;
#if defined(__x86_64__)
	uint64_t *set = mmap(NULL, sizeof(*set), PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	sigset_t usr1;

	if (set == MAP_FAILED)
		fail("mmap");
	sigemptyset(&usr1);
	sigaddset(&usr1, SIGUSR1);
	if (sigprocmask(SIG_BLOCK, &usr1, NULL) || kill(getpid(), SIGUSR1))
		fail("kill");
	*set = 1ULL << (SIGUSR1 - 1);
	asm volatile("int $0x80" : "=a"(sig) : "a"(177L), "b"(set), "c"(0L), "d"(0L),
		     "S"(sizeof(*set)) : "memory");
#endif
	return sig == SIGUSR1;
}

int main(int argc, char **argv)
{
	pid_t d = 0;
	char line[8];

	if (argc < 2)
		error(2, 0, "usage: foreign HOW [late], or foreign again|many N");
	how = argv[1];
	if (is("sigwait"))
		return sigwait_foreign() ? 0 : 4;
	if (is("splicing"))
		splicing(argv[2]);
	if (is("signals"))
		return signals();
	if (is("many")) {
		many(atoi(argv[2]));
		return 0;
	}
	if (is("again")) {
		again(atoi(argv[2]));
		return 0;
	}
	nowhere = open("/dev/null", O_WRONLY);
	ends_make();
	if (argc > 2) {
		d = begin("d", take);
		asleep_wait(d);
		puts("ready");
		fflush(stdout);
		if (!fgets(line, sizeof(line), stdin))
			fail("input");
	}
	end(begin("a", is("dgram") ? give_named : give));
	if (d)
		end(d);
	end(begin("c", give));
	if (!d)
		end(begin("d", take));
	end(begin("b", receive));
	end(begin("e", give));
	end(begin("b", receive));
	return 0;
}
