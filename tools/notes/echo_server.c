// SPDX-License-Identifier: GPL-2.0
/* Servers that send back what they get, each made in another way. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "notes/cpus.h"
#include "notes/echo.h"
#include "notes/echo_tasks.h"
#include "notes/kin.h"
#include "notes/loop.h"

#define EVENTS		64
#define STACK_BYTES	16384

/* Of the calling task, up to a moment. */
struct usage {
	uint64_t cpu_ns, switches;
};

/* A server process has one server only, and so have its threads and children. */
static struct echo_server *server;
/* Of the server's own task, when what is made beforehand is made: none of what requests cost. */
static struct usage begin;

static struct usage usage_now(void)
{
	struct rusage u;

	getrusage(RUSAGE_THREAD, &u);
	return (struct usage){ cpus_thread_ns(), u.ru_nvcsw + u.ru_nivcsw };
}

static void usage_add(const struct usage *from)
{
	struct usage now = usage_now();

	__atomic_add_fetch(&server->sums->cpu_ns, now.cpu_ns - from->cpu_ns, __ATOMIC_RELAXED);
	__atomic_add_fetch(&server->sums->switches, now.switches - from->switches,
			   __ATOMIC_RELAXED);
}

void echo_failed(int err)
{
	int32_t nothing = 0;

	__atomic_compare_exchange_n(&server->sums->err, &nothing, err, false, __ATOMIC_RELAXED,
				    __ATOMIC_RELAXED);
}

void echo_accepted(void)
{
	__atomic_add_fetch(&server->sums->accepted, 1, __ATOMIC_RELEASE);
}

void echo_answered(void)
{
	__atomic_add_fetch(&server->sums->answered, 1, __ATOMIC_RELAXED);
}

void echo_closed(int fd)
{
	close(fd);
	__atomic_add_fetch(&server->sums->closed, 1, __ATOMIC_RELEASE);
}

void echo_ready(void)
{
	__atomic_add_fetch(&server->sums->ready, 1, __ATOMIC_RELEASE);
}

ssize_t echo_read(int fd, void *data, size_t bytes)
{
	size_t got = 0;
	ssize_t n;

	while (got < bytes) {
		n = read(fd, (char *)data + got, bytes - got);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : 0;
		got += (size_t)n;
	}
	return (ssize_t)got;
}

/* One connection up to its end, in a task of its own that may block. */
static void serve_blocking(int fd)
{
	char data[ECHO_BYTES];

	while (echo_read(fd, data, sizeof(data)) > 0) {
		if (write(fd, data, sizeof(data)) != sizeof(data))
			break;
		echo_answered();
	}
	echo_closed(fd);
}

static int accept_one(int flags)
{
	int fd;

	do
		fd = accept4(server->listener, NULL, NULL, flags | SOCK_CLOEXEC);
	while (fd < 0 && errno == EINTR);
	if (fd < 0) {
		if (errno != EAGAIN)
			echo_failed(-errno);
		return -errno;
	}
	echo_accepted();
	return fd;
}

static void children_wait(void)
{
	while (wait(NULL) > 0 || errno == EINTR)
		;
}

static void by_processes(void)
{
	unsigned int i;
	pid_t pid;
	int fd;

	echo_ready();
	for (i = 0; i < server->connections; i++) {
		fd = accept_one(0);
		if (fd < 0)
			break;
		pid = kin_fork();
		if (!pid) {
			struct usage mine = { 0 };

			serve_blocking(fd);
			usage_add(&mine);
			_exit(0);
		}
		close(fd);
		if (pid < 0) {
			echo_failed(pid);
			break;
		}
	}
}

static void *thread_main(void *arg)
{
	struct usage mine = { 0 };

	serve_blocking((int)(intptr_t)arg);
	usage_add(&mine);
	return NULL;
}

static void by_threads(void)
{
	pthread_t *thread = calloc(server->connections, sizeof(*thread));
	pthread_attr_t attr;
	unsigned int made;
	int fd, err = 0;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK_BYTES);
	echo_ready();
	for (made = 0; thread && made < server->connections; made++) {
		fd = accept_one(0);
		if (fd < 0)
			break;
		err = pthread_create(&thread[made], &attr, thread_main, (void *)(intptr_t)fd);
		if (err) {
			close(fd);
			echo_failed(-err);
			break;
		}
	}
	while (made)
		pthread_join(thread[--made], NULL);
	free(thread);
}

static void prefork_main(void)
{
	struct usage mine;
	int fd;

	echo_ready();
	mine = usage_now();
	fd = accept_one(0);
	if (fd >= 0)
		serve_blocking(fd);
	usage_add(&mine);
	_exit(0);
}

static void by_prefork(void)
{
	unsigned int i;
	pid_t pid;

	for (i = 0; i < server->connections; i++) {
		pid = kin_fork();
		if (!pid)
			prefork_main();
		if (pid < 0) {
			echo_failed(pid);
			break;
		}
	}
	begin = usage_now();
	echo_ready();	/* one more than there are connections: who made them */
}

static int watch(int epoll, int fd)
{
	struct epoll_event e = { .events = EPOLLIN, .data.fd = fd };

	return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &e) ? -errno : 0;
}

/* What has come on one descriptor; a request is small enough to be there whole. */
static unsigned int epoll_one(int epoll, int fd)
{
	char data[ECHO_BYTES];
	ssize_t n;

	if (fd == server->listener) {
		fd = accept_one(SOCK_NONBLOCK);
		if (fd >= 0 && watch(epoll, fd))
			echo_failed(-errno);
		return 0;
	}
	n = read(fd, data, sizeof(data));
	if (n > 0) {
		if (write(fd, data, (size_t)n) == n)
			echo_answered();
		return 0;
	}
	if (n < 0 && errno == EAGAIN)
		return 0;
	echo_closed(fd);
	return 1;
}

static void by_epoll(void)
{
	struct epoll_event e[EVENTS];
	int epoll = epoll_create1(EPOLL_CLOEXEC), n, i, err = watch(epoll, server->listener);
	unsigned int ended = 0;

	echo_ready();
	while (!err && ended < server->connections) {
		n = epoll_wait(epoll, e, EVENTS, -1);
		if (n < 0 && errno != EINTR)
			err = -errno;
		for (i = 0; i < n; i++)
			ended += epoll_one(epoll, e[i].data.fd);
	}
	if (err)
		echo_failed(err);
}

static void by_uring(void)
{
	echo_by_uring(server);
}

static void serve_coroutine(void *arg)
{
	int fd = (int)(intptr_t)arg;
	char data[ECHO_BYTES];

	while (loop_read(fd, data, sizeof(data)) == sizeof(data)) {
		if (write(fd, data, sizeof(data)) != sizeof(data))
			break;
		echo_answered();
	}
	echo_closed(fd);
}

/* Accepts until it has its share; several processes have one listener. */
static void accept_coroutine(void *arg)
{
	unsigned int left = *(unsigned int *)arg;
	int fd, err = 0;

	while (left && !err) {
		fd = accept_one(SOCK_NONBLOCK);
		if (fd >= 0) {
			err = loop_add(serve_coroutine, (void *)(intptr_t)fd);
			left--;
		} else if (fd == -EAGAIN) {
			err = loop_readable(server->listener);
		} else {
			err = fd;
		}
	}
	if (err)
		echo_failed(err);
}

static void coroutines_serve(unsigned int connections)
{
	int err = loop_begin(connections + 1, STACK_BYTES);

	if (!err)
		err = loop_add(accept_coroutine, &connections);
	echo_ready();
	if (!err)
		err = loop_run();
	if (err)
		echo_failed(err);
}

static void by_coroutines(void)
{
	coroutines_serve(server->connections);
}

static void coroutines_main(unsigned int connections)
{
	struct usage mine;

	mine = usage_now();
	coroutines_serve(connections);
	usage_add(&mine);
	_exit(0);
}

static void by_process_loops(void)
{
	unsigned int n = cpus_count(), i, share = server->connections / n;
	pid_t pid;

	for (i = 1; i < n; i++) {
		pid = kin_fork();
		if (!pid)
			coroutines_main(share);
		if (pid < 0) {
			echo_failed(pid);
			return;
		}
	}
	begin = usage_now();
	coroutines_serve(server->connections - share * (n - 1));
}

void echo_serve(struct echo_server *e)
{
	static void (*const ways[])(void) = {
		[ECHO_PROCESS] = by_processes, [ECHO_THREAD] = by_threads,
		[ECHO_PREFORK] = by_prefork, [ECHO_EPOLL] = by_epoll,
		[ECHO_URING] = by_uring, [ECHO_COROUTINES] = by_coroutines,
		[ECHO_PROCESSES] = by_process_loops,
	};

	server = e;
	kin_name("server");
	begin = usage_now();
	ways[e->way]();
	usage_add(&begin);
	children_wait();
	_exit(0);
}
