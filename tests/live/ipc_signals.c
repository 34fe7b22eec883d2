// SPDX-License-Identifier: GPL-2.0
/*
 * ipc_signals WHAT N: signals from a to b, so many of them.
 *
 *   blocked    SIGUSR1 and SIGRTMIN, which b blocks until all are sent
 *   queued     SIGRTMIN in turns by a and c, which b blocks until all are sent
 *   each       SIGUSR1, the next one when b has handled the last
 *   thread     as each, to a thread of b, by tgkill()
 *   ignored    SIGUSR1, which b ignores
 *   waited     SIGRTMIN, which b takes by sigwaitinfo()
 *   aio        SIGRTMIN by a and by c, of which b takes the first by AIO from a signalfd, and the next
 *              by sigwaitinfo(); so often. Exit status 4: here AIO reads no signalfd
 *   alarm      none: a timer of b's own sends SIGALRM
 *   broken     none: b writes to a pipe that nobody reads, SIGPIPE
 */
#include <errno.h>
#include <error.h>
#include <limits.h>
#include <linux/aio_abi.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

/* What b has to say, in memory of both. */
struct told {
	volatile int ready, handled, done, sent;
	volatile pid_t thread;
};

static struct told *told;
static int n;

static void handle(int sig)
{
	(void)sig;
	told->handled++;
}

static void until(volatile int *what, int value)
{
	while (*what < value)
		sched_yield();
}

static void block(int how)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGRTMIN);
	sigprocmask(how, &set, NULL);
}

static void *thread(void *arg)
{
	prctl(PR_SET_NAME, "b.thread");
	told->thread = gettid();
	told->ready = 1;
	until(&told->done, 1);
	return arg;
}

/* In a thread other than the first, so that it makes a difference to whom a signal goes. */
static void in_thread(void)
{
	pthread_t t;

	if (pthread_create(&t, NULL, thread, NULL))
		error(1, errno, "pthread_create");
	pthread_join(t, NULL);
}

static void take(void)
{
	sigset_t set;
	int i;

	block(SIG_BLOCK);
	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN);
	told->ready = 1;
	for (i = 0; i < n; i++) {
		if (sigwaitinfo(&set, NULL) != SIGRTMIN)
			error(1, errno, "sigwaitinfo");
	}
}

/* By io_submit(2), and then by sigwaitinfo(): one of each. */
static void take_by_aio(void)
{
	struct signalfd_siginfo info;
	struct iocb request = { .aio_lio_opcode = IOCB_CMD_PREAD,
				.aio_buf = (unsigned long)&info, .aio_nbytes = sizeof(info) };
	struct iocb *list[] = { &request };
	aio_context_t context = 0;
	struct io_event event;
	sigset_t set;
	int i;

	block(SIG_BLOCK);
	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN);
	request.aio_fildes = signalfd(-1, &set, 0);
	if (syscall(SYS_io_setup, 1, &context))
		error(1, errno, "io_setup");
	told->ready = 1;
	for (i = 0; i < n; i++) {
		until(&told->sent, 2 * (i + 1));
		if (syscall(SYS_io_submit, context, 1, list) != 1) {
			told->done = 1;
			told->handled = told->sent = INT_MAX;
			_exit(errno == EINVAL ? 4 : 1);
		}
		if (syscall(SYS_io_getevents, context, 1, 1, &event, NULL) != 1 ||
		    event.res != sizeof(info) || sigwaitinfo(&set, NULL) != SIGRTMIN)
			error(1, errno, "aio");
		told->handled = i + 1;
	}
}

static void alarms(void)
{
	const struct itimerval every = { { 0, 1000 }, { 0, 1000 } };
	const struct itimerval never = { { 0 } };

	setitimer(ITIMER_REAL, &every, NULL);
	until(&told->handled, n);
	setitimer(ITIMER_REAL, &never, NULL);
}

static void broken(void)
{
	int fd[2], i;

	if (pipe(fd))
		error(1, errno, "pipe");
	close(fd[0]);
	for (i = 0; i < n; i++) {
		if (write(fd[1], "x", 1) >= 0)
			error(1, 0, "somebody reads");
	}
}

static void receive(const char *what)
{
	prctl(PR_SET_NAME, "b");
	signal(SIGUSR1, !strcmp(what, "ignored") ? SIG_IGN : handle);
	signal(SIGRTMIN, handle);
	signal(SIGALRM, handle);
	signal(SIGPIPE, handle);
	if (!strcmp(what, "thread"))
		in_thread();
	else if (!strcmp(what, "waited"))
		take();
	else if (!strcmp(what, "aio"))
		take_by_aio();
	else if (!strcmp(what, "alarm"))
		alarms();
	else if (!strcmp(what, "broken"))
		broken();
	else {
		if (!strcmp(what, "blocked") || !strcmp(what, "queued"))
			block(SIG_BLOCK);
		told->ready = 1;
		until(&told->done, 1);
		block(SIG_UNBLOCK);
	}
	_exit(0);
}

static void send_one(const char *what, pid_t pid, int i)
{
	if (!strcmp(what, "thread"))
		syscall(SYS_tgkill, pid, told->thread, SIGUSR1);
	else
		kill(pid, !strcmp(what, "waited") || !strcmp(what, "queued") ? SIGRTMIN : SIGUSR1);
	if (!strcmp(what, "each") || !strcmp(what, "thread"))
		until(&told->handled, i + 1);
}

/* In turns with a, by a count of what is sent. */
static void send_turns(const char *what, pid_t pid, int first)
{
	int i;

	for (i = first; i < n; i += 2) {
		until(&told->handled, i);
		send_one(what, pid, i);
		told->handled++;
	}
}

static void send_all(const char *what, pid_t pid)
{
	int i;

	for (i = 0; i < n; i++)
		send_one(what, pid, i);
	for (i = 0; !strcmp(what, "blocked") && i < n; i++)
		kill(pid, SIGRTMIN);
}

static void send_by_two(const char *what, pid_t pid)
{
	pid_t c = fork();

	if (!c) {
		prctl(PR_SET_NAME, "c");
		send_turns(what, pid, 1);
		_exit(0);
	}
	send_turns(what, pid, 0);
	waitpid(c, NULL, 0);
}

/* Two each time, the first by a; until b cannot. */
static void send_for_aio(pid_t pid)
{
	pid_t c = fork();
	int i;

	if (!c)
		prctl(PR_SET_NAME, "c");
	for (i = 0; i < n; i++) {
		until(&told->handled, i);
		until(&told->sent, 2 * i + !c);
		if (told->done || kill(pid, SIGRTMIN))
			break;
		told->sent++;
	}
	if (!c)
		_exit(0);
	waitpid(c, NULL, 0);
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	int sends = strcmp(what, "alarm") && strcmp(what, "broken");
	int status = 0;
	pid_t pid;

	n = argc > 2 ? atoi(argv[2]) : 0;
	told = mmap(NULL, sizeof(*told), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (told == MAP_FAILED || n <= 0)
		error(2, errno, "usage: ipc_signals WHAT N");
	prctl(PR_SET_NAME, "a");
	pid = fork();
	if (!pid)
		receive(what);
	if (sends)
		until(&told->ready, 1);
	if (!strcmp(what, "queued"))
		send_by_two(what, pid);
	else if (!strcmp(what, "aio"))
		send_for_aio(pid);
	else if (sends)
		send_all(what, pid);
	told->done = 1;
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
