// SPDX-License-Identifier: GPL-2.0
/*
 * A task for each thing that one can sleep for: sleepers DIR MS
 *
 * Each is a process that is named after the reason as oscope calls it, perhaps with a dot and
 * another word behind it, and sleeps for that until all have done so for MS milliseconds. What
 * cannot be had here has no process: a line on standard error says so. Files are made in DIR;
 * queues live in an IPC namespace of our own, so that nothing stays behind.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <linux/io_uring.h>
#include <mqueue.h>
#include <netinet/in.h>
#include <poll.h>
#include <pty.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const char *dir;
static char block[65536];
static volatile int word;

static void fail(const char *what)
{
	fprintf(stderr, "sleepers: %s: %s\n", what, strerror(errno));
	_exit(1);
}

static int must(int result, const char *what)
{
	if (result < 0)
		fail(what);
	return result;
}

static void fill(int fd)
{
	for (;;)
		must(write(fd, block, sizeof(block)), "write");
}

static void take(int fd)
{
	for (;;)
		must(read(fd, block, sizeof(block)), "read");
}

static void pipe_read(void)
{
	int p[2];

	must(pipe(p), "pipe");
	take(p[0]);
}

static void pipe_full(void)
{
	int p[2];

	must(pipe(p), "pipe");
	fill(p[1]);
}

static void fifo_open(void)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/fifo", dir);
	must(mkfifo(path, 0600), "mkfifo");
	open(path, O_RDONLY);
}

static void unix_recv(void)
{
	int s[2];

	must(socketpair(AF_UNIX, SOCK_STREAM, 0, s), "socketpair");
	recv(s[0], block, sizeof(block), 0);
}

static void unix_send(void)
{
	int s[2];

	must(socketpair(AF_UNIX, SOCK_STREAM, 0, s), "socketpair");
	fill(s[0]);
}

/* A listening socket on loopback, where it listens. */
static int listening(struct sockaddr_in *at)
{
	socklen_t len = sizeof(*at);
	int fd = must(socket(AF_INET, SOCK_STREAM, 0), "socket");

	*at = (struct sockaddr_in){ .sin_family = AF_INET };
	at->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	must(bind(fd, (void *)at, len), "bind");
	must(listen(fd, 1), "listen");
	must(getsockname(fd, (void *)at, &len), "getsockname");
	return fd;
}

static void inet_recv(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	int fd = must(socket(AF_INET, SOCK_DGRAM, 0), "socket");

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	must(bind(fd, (void *)&at, sizeof(at)), "bind");
	take(fd);
}

static void inet_send(void)
{
	struct sockaddr_in at;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	listening(&at);
	must(connect(fd, (void *)&at, sizeof(at)), "connect");
	fill(fd);
}

static void accepts(void)
{
	struct sockaddr_in at;

	accept(listening(&at), NULL, NULL);
}

/* To a queue of connections that is full. */
static void connects(void)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = must(socket(AF_UNIX, SOCK_STREAM, 0), "socket");

	snprintf(at.sun_path, sizeof(at.sun_path), "%s/socket", dir);
	must(bind(fd, (void *)&at, sizeof(at)), "bind");
	must(listen(fd, 0), "listen");
	for (;;) {
		fd = must(socket(AF_UNIX, SOCK_STREAM, 0), "socket");
		must(connect(fd, (void *)&at, sizeof(at)), "connect");
	}
}

static void epolls(void)
{
	struct epoll_event event;

	epoll_wait(must(epoll_create1(0), "epoll_create1"), &event, 1, -1);
}

static void polls(void)
{
	poll(NULL, 0, -1);
}

static void selects(void)
{
	select(0, NULL, NULL, NULL, NULL);
}

static void futex_wait(void)
{
	syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 0, NULL);
}

static void futex_bitset(void)
{
	syscall(SYS_futex, &word, FUTEX_WAIT_BITSET, 0, NULL, NULL, FUTEX_BITSET_MATCH_ANY);
}

static void futex_several(void)
{
	struct futex_waitv w = { .uaddr = (uintptr_t)&word, .flags = FUTEX_32 };

	syscall(SYS_futex_waitv, &w, 1, 0, NULL, CLOCK_MONOTONIC);
}

static int queue(void)
{
	return must(msgget(IPC_PRIVATE, IPC_CREAT | 0600), "msgget");
}

static void receives(void)
{
	msgrcv(queue(), block, sizeof(block) - sizeof(long), 0, 0);
}

static void sends(void)
{
	int q = queue();

	*(long *)block = 1;
	for (;;)
		must(msgsnd(q, block, 4096, 0), "msgsnd");
}

static void semaphores(void)
{
	struct sembuf down = { .sem_op = -1 };

	must(semop(must(semget(IPC_PRIVATE, 1, IPC_CREAT | 0600), "semget"), &down, 1), "semop");
}

static mqd_t posix_queue(const char *name)
{
	struct mq_attr attr = { .mq_maxmsg = 2, .mq_msgsize = 64 };
	mqd_t q = mq_open(name, O_RDWR | O_CREAT, 0600, &attr);

	return must(q, "mq_open");
}

static void mq_receives(void)
{
	mq_receive(posix_queue("/receive"), block, sizeof(block), NULL);
}

static void mq_full(void)
{
	mqd_t q = posix_queue("/full");

	for (;;)
		must(mq_send(q, block, 64, 0), "mq_send");
}

static pid_t pausing(void)
{
	pid_t pid = fork();

	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		prctl(PR_SET_NAME, "grandchild");
		pause();
	}
	return pid;
}

static void waits(void)
{
	waitpid(pausing(), NULL, 0);
}

static void sleeps(void)
{
	sleep(1000);
}

static void pauses(void)
{
	pause();
}

static void signals(void)
{
	sigset_t set;
	int sig;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	sigwait(&set, &sig);
}

static void signal_file(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	take(must(signalfd(-1, &set, 0), "signalfd"));
}

static void event_file(void)
{
	take(must(eventfd(0, 0), "eventfd"));
}

static void timer_file(void)
{
	take(must(timerfd_create(CLOCK_MONOTONIC, 0), "timerfd_create"));
}

static void notifications(void)
{
	take(must(inotify_init1(0), "inotify_init1"));
}

static void terminal(void)
{
	int master, slave;

	must(openpty(&master, &slave, NULL, NULL, NULL), "openpty");
	take(slave);
}

static int file(const char *name)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return must(open(path, O_RDWR | O_CREAT, 0600), path);
}

static void locks(void)
{
	must(flock(file("flock"), LOCK_EX), "flock");
	flock(file("flock"), LOCK_EX);
}

static void record_locks(void)
{
	struct flock lock = { .l_type = F_WRLCK };
	int fd = file("fcntl");

	/* One process has no conflict with itself, but with an open file description. */
	must(fcntl(fd, F_OFD_SETLK, &lock), "F_OFD_SETLK");
	fcntl(fd, F_SETLKW, &lock);
}

/* As vfork(2) does it. */
static void vforks(void)
{
	if (!syscall(SYS_clone, CLONE_VFORK | SIGCHLD, 0, 0, 0, 0)) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		prctl(PR_SET_NAME, "grandchild");
		for (;;)
			pause();
	}
}

static void uring(void)
{
	struct io_uring_params params = { 0 };
	int fd = must(syscall(SYS_io_uring_setup, 1, &params), "io_uring_setup");

	syscall(SYS_io_uring_enter, fd, 0, 1, IORING_ENTER_GETEVENTS, NULL, 0);
}

static void traced(void)
{
	must(ptrace(PTRACE_TRACEME, 0, 0, 0), "PTRACE_TRACEME");
	raise(SIGSTOP);
}

static void stopped(void)
{
	raise(SIGSTOP);
}

static const struct {
	const char *name;
	void (*go)(void);
} sleepers[] = {
	{ "pipe-read", pipe_read }, { "pipe-full", pipe_full }, { "fifo-open", fifo_open },
	{ "unix-recv", unix_recv }, { "unix-send", unix_send }, { "inet-recv", inet_recv },
	{ "inet-send", inet_send }, { "accept", accepts }, { "connect", connects },
	{ "epoll", epolls }, { "poll", polls }, { "select", selects }, { "futex", futex_wait },
	{ "futex.bitset", futex_bitset }, { "futex.waitv", futex_several },
	{ "msgrcv", receives }, { "msgsnd-full", sends }, { "semop", semaphores },
	{ "mq-receive", mq_receives }, { "mq-full", mq_full }, { "wait", waits },
	{ "sleep", sleeps }, { "sigwait.pause", pauses }, { "sigwait", signals },
	{ "sigwait.fd", signal_file }, { "eventfd", event_file }, { "timerfd", timer_file },
	{ "inotify", notifications }, { "tty", terminal }, { "file-lock", locks },
	{ "file-lock.fcntl", record_locks }, { "vfork-wait", vforks }, { "io_uring", uring },
	{ "ptrace-stop", traced }, { "stopped", stopped },
};

#define SLEEPERS (sizeof(sleepers) / sizeof(sleepers[0]))

static pid_t sleeper(int i)
{
	pid_t pid = fork();

	if (pid < 0)
		fail("fork");
	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NAME, sleepers[i].name);
	sleepers[i].go();
	fprintf(stderr, "sleepers: %s came back: %s\n", sleepers[i].name, strerror(errno));
	_exit(1);
}

/* Whether it sleeps, for whatever it may be. */
static int asleep(pid_t pid)
{
	char path[32], state = 'R', *p;
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	fd = must(open(path, O_RDONLY), path);
	n = must(read(fd, block, sizeof(block) - 1), path);
	close(fd);
	block[n] = '\0';
	p = strrchr(block, ')');
	if (p)
		sscanf(p, ") %c", &state);
	return state != 'R';
}

/* Until all have been found asleep several times in turn, or a minute has gone. */
static void all_asleep(const pid_t *pid)
{
	const struct timespec shortly = { .tv_nsec = 5000000 };
	int looks, found = 0;
	size_t i;

	for (looks = 0; found < 5 && looks < 12000; looks++, found++) {
		for (i = 0; i < SLEEPERS; i++) {
			if (!asleep(pid[i]))
				found = -1;
		}
		nanosleep(&shortly, NULL);
	}
}

int main(int argc, char **argv)
{
	struct timespec time;
	pid_t pid[SLEEPERS];
	size_t i;
	long ms;

	if (argc != 3) {
		fprintf(stderr, "usage: sleepers DIR MS\n");
		return 2;
	}
	dir = argv[1];
	ms = atol(argv[2]);
	if (unshare(CLONE_NEWIPC)) {
		perror("sleepers: an IPC namespace");
		return 1;
	}
	for (i = 0; i < SLEEPERS; i++)
		pid[i] = sleeper(i);
	all_asleep(pid);
	time = (struct timespec){ ms / 1000, ms % 1000 * 1000000 };
	while (nanosleep(&time, &time) && errno == EINTR)
		;
	for (i = 0; i < SLEEPERS; i++)
		kill(pid[i], SIGKILL);
	while (wait(NULL) > 0 || errno == EINTR)
		;
	return 0;
}
