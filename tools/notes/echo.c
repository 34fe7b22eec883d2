// SPDX-License-Identifier: GPL-2.0
/* Clients of an echo server on loopback: all connections first, then rounds of requests on all. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "notes/cpus.h"
#include "notes/echo.h"
#include "notes/kin.h"
#include "notes/stats.h"
#include "util.h"

#define BACKLOG		4096
#define IN_QUEUE	64	/* connected, not accepted: beyond a full queue SYNs are lost */
#define AT_ONCE		50	/* requests on their way before the first answer is read */
#define PATIENCE_NS	4000000000ULL
#define LOOK_MS		20	/* without an answer: whether the server gave up */

int echo_listen(uint16_t *port)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -errno;
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(fd, (struct sockaddr *)&at, sizeof(at)) || listen(fd, BACKLOG) ||
	    getsockname(fd, (struct sockaddr *)&at, &len)) {
		int err = -errno;

		close(fd);
		return err;
	}
	*port = ntohs(at.sin_port);
	return fd;
}

int echo_dial(uint32_t host, uint16_t port)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(port) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1, err;

	if (fd < 0)
		return -errno;
	to.sin_addr.s_addr = htonl(host);
	if (connect(fd, (struct sockaddr *)&to, sizeof(to)) ||
	    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one))) {
		err = -errno;
		close(fd);
		return err;
	}
	return fd;
}

/* Up to what the system gives us; what it does not give is the limit that is told. */
static void descriptors_allow(void)
{
	struct rlimit r;

	if (!getrlimit(RLIMIT_NOFILE, &r)) {
		r.rlim_cur = r.rlim_max;
		setrlimit(RLIMIT_NOFILE, &r);
	}
}

static bool is_ready(const struct echo_plan *p, const struct echo_sums *sums)
{
	unsigned int parts = 1;

	if (p->way == ECHO_PREFORK)
		parts += p->connections;
	else if (p->way == ECHO_PROCESSES)
		parts = cpus_count();
	return __atomic_load_n(&sums->ready, __ATOMIC_ACQUIRE) >= parts;
}

/* 0, or what it could not do, or that it takes too long. */
static int server_await(const struct echo_plan *p, const struct echo_sums *sums)
{
	uint64_t until = now_ns() + PATIENCE_NS;
	const struct timespec moment = { .tv_nsec = 200000 };

	while (!is_ready(p, sums)) {
		if (__atomic_load_n(&sums->err, __ATOMIC_RELAXED))
			return sums->err;
		if (now_ns() > until)
			return -ETIMEDOUT;
		nanosleep(&moment, NULL);
	}
	return 0;
}

/* A server whose tasks block, or who has io_uring wait, has a listener that blocks. */
static int server_start(const struct echo_plan *p, struct echo_sums *sums, uint16_t *port,
			pid_t *pid)
{
	struct echo_server e = { .way = p->way, .connections = p->connections, .sums = sums };

	e.listener = echo_listen(port);
	if (e.listener < 0)
		return e.listener;
	if (p->way < ECHO_EPOLL && fcntl(e.listener, F_SETFL, 0))
		return -errno;
	*pid = kin_fork();
	if (!*pid) {
		if (p->way == ECHO_PROCESSES)
			cpus_unpin();
		echo_serve(&e);
	}
	close(e.listener);
	if (*pid < 0)
		return *pid;
	return server_await(p, sums);
}

struct client {
	const struct echo_sums *sums;
	int *fd;
	unsigned int n;
	double *took_ns;
	size_t asked;
	struct echo_result *r;
};

static int server_err(const struct client *c)
{
	return __atomic_load_n(&c->sums->err, __ATOMIC_RELAXED);
}

/* Until there is something to read, the server has given up, or it takes too long. */
static bool answer_comes(const struct client *c, int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	uint64_t until = now_ns() + PATIENCE_NS;
	int n;

	do
		n = poll(&p, 1, LOOK_MS);
	while (!n && !server_err(c) && now_ns() < until);
	return n == 1;
}

static bool answer_right(const struct client *c, int fd, uint64_t asked)
{
	uint64_t data[ECHO_BYTES / sizeof(uint64_t)];

	return answer_comes(c, fd) && echo_read(fd, data, sizeof(data)) == sizeof(data) &&
	       data[0] == asked;
}

/*
 * A stretch of the connections: all asked, then all answers read. Whether all came and were right.
 */
static bool ask_some(struct client *c, unsigned int from, unsigned int to)
{
	uint64_t data[ECHO_BYTES / sizeof(uint64_t)] = { 0 }, start[AT_ONCE];
	unsigned int i;

	for (i = from; i < to; i++) {
		data[0] = c->asked + i;
		start[i - from] = now_ns();
		if (write(c->fd[i], data, sizeof(data)) != sizeof(data))
			return false;
	}
	for (i = from; i < to; i++) {
		if (!answer_right(c, c->fd[i], c->asked + i))
			return false;
		c->took_ns[c->r->answers++] = (double)(now_ns() - start[i - from]);
	}
	return true;
}

static void ask_all(struct client *c, unsigned int rounds)
{
	unsigned int round, from, to;
	bool well = true;

	for (round = 0; round < rounds && well; round++) {
		for (from = 0; from < c->n && well; from = to) {
			to = from + AT_ONCE < c->n ? from + AT_ONCE : c->n;
			well = ask_some(c, from, to);
		}
		well = well && !server_err(c);
		c->asked += c->n;
	}
	c->r->limit = server_err(c);
	c->r->p50_ns = stats_quantile(c->took_ns, c->r->answers, 0.5);
	c->r->p99_ns = stats_quantile(c->took_ns, c->r->answers, 0.99);
}

/*
 * Until the server has accepted most of those that are connected; -errno of its own, or too long.
 */
static int queue_drains(const struct client *c)
{
	const struct timespec moment = { .tv_nsec = 50000 };
	uint64_t until = now_ns() + PATIENCE_NS;

	while (c->n > __atomic_load_n(&c->sums->accepted, __ATOMIC_ACQUIRE) + IN_QUEUE) {
		if (server_err(c))
			return server_err(c);
		if (now_ns() > until)
			return -ETIMEDOUT;
		nanosleep(&moment, NULL);
	}
	return 0;
}

static void hang_up(const struct client *c)
{
	unsigned int i;

	for (i = 0; i < c->n; i++) {
		if (c->fd[i] >= 0)
			close(c->fd[i]);
	}
}

static int clients_run(const struct echo_plan *p, const struct echo_sums *sums, uint16_t port,
		       struct echo_result *r)
{
	struct client c = { .r = r, .sums = sums };
	int fd = 0;

	c.fd = calloc(p->connections, sizeof(*c.fd));
	c.took_ns = calloc((size_t)p->connections * p->rounds, sizeof(*c.took_ns));
	if (!c.fd || !c.took_ns)
		fd = -ENOMEM;
	while (fd >= 0 && c.n < p->connections) {
		fd = echo_dial(INADDR_LOOPBACK, port);
		if (fd >= 0) {
			c.fd[c.n++] = fd;
			fd = queue_drains(&c);
		}
	}
	r->limit = fd < 0 ? fd : 0;
	r->connected = c.n;
	/* Who was stopped by a limit is not asked: the limit is what there is to tell. */
	if (!r->limit)
		ask_all(&c, p->rounds);
	hang_up(&c);
	free(c.fd);
	free(c.took_ns);
	return r->connected ? 0 : r->limit;
}

int echo_run(const struct sample *s, const struct echo_plan *plan, struct echo_result *r)
{
	struct echo_sums *sums = kin_shared(sizeof(*sums));
	uint16_t port = 0;
	pid_t pid = -1;
	int err;

	memset(r, 0, sizeof(*r));
	if (!sums)
		return -ENOMEM;
	cpus_count();
	descriptors_allow();
	err = server_start(plan, sums, &port, &pid);
	if (!err)
		err = cpus_pin(s, 1);
	if (!err)
		err = clients_run(plan, sums, port, r);
	/* With fewer connections than it waits for, or after an error, it may wait for ever. */
	if (pid > 0 && (err || r->limit || r->connected < plan->connections))
		kin_kill(pid, NULL);
	else if (pid > 0)
		err = kin_ends_well(pid);
	if (!err && !r->limit)
		r->limit = sums->err;
	r->sums = *sums;
	munmap(sums, sizeof(*sums));
	return err;
}
