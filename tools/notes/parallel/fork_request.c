// SPDX-License-Identifier: GPL-2.0
/* parallel.fork-request: does a process for each request not work? */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "notes/crew.h"
#include "notes/echo.h"
#include "notes/kin.h"
#include "notes/notes.h"
#include "util.h"

#define SHORT_UNITS	2000ULL		/* some 20 us of service */
#define LONG_UNITS	400000ULL	/* some 5 ms */
#define SHORT_REQUESTS	40
#define LONG_REQUESTS	4
#define WORKERS		2		/* that are made beforehand */
#define MUCH		1.5		/* times the CPU: it does not work */
#define LITTLE		1.1

enum { FORK, THREAD, PREFORK, FORK_LONG, PREFORK_LONG };
enum { P50_NS, MOST_NS };

static uint64_t units;
static unsigned int requests;

/* One connection is one request: a byte, the service, a byte. */
static void serve(int fd)
{
	if (!kin_hear(fd)) {
		compute(units);
		kin_tell(fd);
	}
	close(fd);
}

static void *thread_main(void *arg)
{
	serve((int)(intptr_t)arg);
	return NULL;
}

static int hand_over(size_t arm, int fd)
{
	pthread_t thread;
	pid_t pid;
	int err;

	if (arm == THREAD) {
		err = -pthread_create(&thread, NULL, thread_main, (void *)(intptr_t)fd);
		return err ? err : -pthread_join(thread, NULL);
	}
	pid = kin_fork();
	if (!pid) {
		serve(fd);
		_exit(0);
	}
	close(fd);
	return pid < 0 ? pid : kin_ends_well(pid);
}

static void serve_each(size_t arm, int listener)
{
	unsigned int i;
	int fd, err = 0;

	for (i = 0; i < requests && !err; i++) {
		fd = accept(listener, NULL, NULL);
		err = fd < 0 ? -errno : hand_over(arm, fd);
	}
	_exit(err ? 1 : 0);
}

/* Each takes its share of the requests. */
static void serve_beforehand(int listener)
{
	unsigned int i;
	int fd;

	for (i = 0; i < requests / WORKERS; i++) {
		fd = accept(listener, NULL, NULL);
		if (fd < 0)
			_exit(1);
		serve(fd);
	}
	_exit(0);
}

static int ask(uint16_t port, double *took_ns)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(port) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), err;
	uint64_t start = now_ns();

	if (fd < 0)
		return -errno;
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	err = connect(fd, (struct sockaddr *)&to, sizeof(to)) ? -errno : kin_tell(fd);
	if (!err)
		err = kin_hear(fd);
	*took_ns = (double)(now_ns() - start);
	close(fd);
	return err;
}

static int servers_start(size_t arm, int listener, pid_t *pid)
{
	bool before = arm == PREFORK || arm == PREFORK_LONG;
	int i, n = before ? WORKERS : 1;

	for (i = 0; i < n; i++) {
		pid[i] = kin_fork();
		if (!pid[i]) {
			if (before)
				serve_beforehand(listener);
			serve_each(arm, listener);
		}
		if (pid[i] < 0)
			return pid[i];
	}
	return n;
}

/* CPU of all children that have been waited for, theirs included. */
static double children_cpu_ns(void)
{
	struct rusage u;

	getrusage(RUSAGE_CHILDREN, &u);
	return 1e3 * (1e6 * (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
		      (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec));
}

static int run(struct sample *s)
{
	double took[SHORT_REQUESTS];
	pid_t pid[WORKERS];
	int listener, servers, i, err = 0;
	uint16_t port;

	units = s->arm >= FORK_LONG ? LONG_UNITS : SHORT_UNITS;
	requests = (s->arm >= FORK_LONG ? LONG_REQUESTS : SHORT_REQUESTS) / WORKERS * WORKERS;
	listener = echo_listen(&port);
	if (listener < 0 || fcntl(listener, F_SETFL, 0))
		return listener < 0 ? listener : -errno;
	servers = servers_start(s->arm, listener, pid);
	/* With the last server it is gone, and who has asked is told. */
	close(listener);
	if (servers < 0)
		return servers;
	for (i = 0; i < (int)requests && !err; i++) {
		err = ask(port, &took[i]);
		s->turns += !err;
	}
	for (i = 0; i < servers && !err; i++)
		err = kin_ends_well(pid[i]);
	s->ops = requests;
	s->flat = true;
	s->value = children_cpu_ns() / requests;
	sample_see(s, P50_NS, stats_median(took, s->turns));
	sample_see(s, MOST_NS, stats_max(took, s->turns));
	return err;
}

static struct interval to_prefork(const struct note *n, int arm)
{
	return note_ratio(n, arm, arm == FORK_LONG ? PREFORK_LONG : PREFORK);
}

static void effect(struct note *n)
{
	n->effect = to_prefork(n, FORK);
	n->effect_unit = "x";
}

static void check(struct note *n)
{
	note_evidence(n, "thread", "to_prefork", to_prefork(n, THREAD).value);
	note_evidence(n, "fork_long", "to_prefork", to_prefork(n, FORK_LONG).value);
}

static void decide(struct note *n)
{
	struct interval longer = to_prefork(n, FORK_LONG);
	const struct interval *e = &n->effect;

	if (e->lo >= MUCH && longer.lo >= MUCH)
		note_verdict(n, VERDICT_HOLDS,
			     "a process for each request takes %.1f times the CPU of processes "
			     "made beforehand, %.2f times with requests of 5 ms",
			     e->value, longer.value);
	else if (e->lo >= MUCH && longer.hi < MUCH)
		note_verdict(n, VERDICT_HOLDS_IF,
			     "requests are short: a process for each takes %.1f times the CPU of "
			     "processes made beforehand with some 20 us of service, %.2f times "
			     "with 5 ms; a thread for each %.1f times",
			     e->value, longer.value, to_prefork(n, THREAD).value);
	else if (e->hi < LITTLE)
		note_verdict(n, VERDICT_FALSE,
			     "a process for each request takes %.2f times the CPU of processes made "
			     "beforehand", e->value);
	else
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "a process for each request takes %.2f to %.2f times the CPU of "
			     "processes made beforehand, %.2f to %.2f with requests of 5 ms: "
			     "%.1f is in it",
			     e->lo, e->hi, longer.lo, longer.hi, MUCH);
}

static const struct claim fork_request = {
	.id = "parallel.fork-request",
	.topic = "parallel",
	.claim = "A process for each request does not work",
	.claim_zh = "每个请求一个进程行不通",
	.how =
		"A server on loopback gets one request a connection and computes some 20 us for it: in a "
		"process that is made for it, in a thread, and in one of two processes that were made "
		"beforehand; and some 5 ms for it in a process for each and in one made beforehand. The "
		"value is the server's CPU time a request, with all of its processes from begin to end. An "
		"operation is one request.",
	.gates =
		"Each request was answered; a fork a request beside the server, a thread a request, or two "
		"forks a sample.",
	.rule =
		"r = CPU a request, a process for each / processes made beforehand, with its 95 % interval. "
		"HOLDS if the lower end is 1.5 or more with short and with long requests; HOLDS IF requests "
		"are short, if with those only and the upper end is below with long ones; FALSE if the upper "
		"end is below 1.1 with short ones; else INCONCLUSIVE HERE.",
	.live = "oscope spawn -- SERVER",
	.op = "request",
	.value = "cpu_ns",
	.seen = { [P50_NS] = "p50_ns", [MOST_NS] = "longest_ns" },
	.counts = {
		MADE_ONCE(FORK, FORK, SHORT_REQUESTS + 1), MADE(THREAD, THREAD, 1),
		MADE_ONCE(PREFORK, FORK, WORKERS), MADE_ONCE(PREFORK, THREAD, 0),
		MADE_ONCE(FORK_LONG, FORK, LONG_REQUESTS + 1),
		MADE_ONCE(PREFORK_LONG, FORK, WORKERS), NAMED(TURNS, ALL_ARMS, 1, "answers/op"),
	},
	.narrow = 0.05,
	.needs_times = true,
	.needs_lives = true,
	.arm = {
		[FORK] = { "fork", run }, [THREAD] = { "thread", run },
		[PREFORK] = { "prefork", run },
		[FORK_LONG] = { "fork_long", run }, [PREFORK_LONG] = { "prefork_long", run },
	},
	.effect = effect,
	.check = check,
	.decide = decide,
};
CLAIM(fork_request);
