// SPDX-License-Identifier: GPL-2.0
/* async.matrix: which of synchronous, asynchronous, blocking, non-blocking is most efficient? */
#include <errno.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "notes/kin.h"
#include "notes/placed.h"
#include "util.h"

#define REQUESTS	400
#define AHEAD		20	/* that an asynchronous sender has on their way */

enum { SYNC_BLOCK, SYNC_NONBLOCK, ASYNC_BLOCK, ASYNC_NONBLOCK, ASYNC_ASKING };
enum { WALL_NS, SWITCHES };

static uint64_t placed_turns;	/* answers that were right, of a row by placement */

struct message {
	uint64_t number;
	char rest[56];
};

static bool message_take(int fd, struct message *m, int flags)
{
	return recv(fd, m, sizeof(*m), flags) == sizeof(*m);
}

static bool answer(int fd, const struct message *m)
{
	return send(fd, m, sizeof(*m), MSG_NOSIGNAL) == sizeof(*m);
}

/* All that is there, without waiting for more; an end is no message, and there is none after it. */
static unsigned int take_all(int fd)
{
	struct message m;
	unsigned int n = 0;

	errno = 0;
	while (message_take(fd, &m, MSG_DONTWAIT)) {
		if (!answer(fd, &m))
			_exit(1);
		n++;
	}
	if (errno != EAGAIN)
		_exit(1);
	return n;
}

/* What waits for its I/O, and how: in the read, in epoll for whatever comes, or not at all. */
static void receiver_main(int fd, size_t arm)
{
	struct epoll_event e = { .events = EPOLLIN };
	int epoll = epoll_create1(EPOLL_CLOEXEC);
	unsigned int done = 0;
	struct message m;

	if (epoll < 0 || epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &e))
		_exit(1);
	while (done < REQUESTS) {
		if (arm == SYNC_BLOCK || arm == ASYNC_BLOCK) {
			if (!message_take(fd, &m, 0) || !answer(fd, &m))
				_exit(1);
			done++;
			continue;
		}
		if (arm != ASYNC_ASKING && epoll_wait(epoll, &e, 1, -1) < 0 && errno != EINTR)
			_exit(1);
		done += take_all(fd);
	}
	_exit(0);
}

/* Answers that were the ones to what was asked. */
static uint64_t ask(int fd, unsigned int ahead)
{
	struct message m = { 0 };
	unsigned int sent = 0, i;
	uint64_t right = 0;

	while (sent < REQUESTS) {
		for (i = 0; i < ahead; i++) {
			m.number = sent + i;
			if (!answer(fd, &m))
				return right;
		}
		for (i = 0; i < ahead; i++) {
			if (!message_take(fd, &m, 0))
				return right;
			right += m.number == sent + i;
		}
		sent += ahead;
	}
	return right;
}

static void usage_sum(double *cpu_ns, double *switches)
{
	static const int who[] = { RUSAGE_SELF, RUSAGE_CHILDREN };
	struct rusage u;
	size_t i;

	*cpu_ns = *switches = 0;
	for (i = 0; i < 2; i++) {
		getrusage(who[i], &u);
		*cpu_ns += 1e3 * (1e6 * (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
				  (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec));
		*switches += (double)(u.ru_nvcsw + u.ru_nivcsw);
	}
}

static int run(struct sample *s)
{
	double cpu, cpu_before, switches, switches_before;
	uint64_t start = now_ns();
	int pair[2], err;
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return -errno;
	usage_sum(&cpu_before, &switches_before);
	pid = kin_fork();
	if (!pid) {
		close(pair[0]);
		receiver_main(pair[1], s->arm);
	}
	if (pid < 0)
		return pid;
	/* Each side has its own end only: if one dies, the other sees it, and does not wait. */
	close(pair[1]);
	s->turns = ask(pair[0], s->arm >= ASYNC_BLOCK ? AHEAD : 1);
	err = kin_ends_well(pid);
	usage_sum(&cpu, &switches);
	s->ops = REQUESTS;
	s->flat = true;
	s->value = (cpu - cpu_before) / REQUESTS;
	sample_see(s, WALL_NS, (double)(now_ns() - start) / REQUESTS);
	sample_see(s, SWITCHES, (switches - switches_before) / REQUESTS);
	return err;
}

/* One request and its answer, where the sender waits for it and the receiver in its read. */
static void requests(void *fd, uint64_t n)
{
	struct message m = { 0 };

	for (; n; n--) {
		m.number = n;
		if (!answer(*(int *)fd, &m) || !message_take(*(int *)fd, &m, 0) || m.number != n)
			return;
		placed_turns++;
	}
}

static int run_placed(struct sample *s)
{
	struct message m;
	int pair[2], err;
	pid_t pid;

	err = sample_batch_policy();
	if (err || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return err ? err : -errno;
	pid = kin_fork();
	if (!pid) {
		close(pair[0]);
		if (place_partner(s))
			_exit(1);
		while (message_take(pair[1], &m, 0) && answer(pair[1], &m))
			;
		_exit(0);
	}
	if (pid < 0)
		return pid;
	close(pair[1]);
	placed_measure(s, requests, &pair[0]);
	s->turns = placed_turns;
	close(pair[0]);
	return kin_ends_well(pid);
}

static struct interval to_best(const struct note *n, int arm)
{
	return note_ratio(n, arm, ASYNC_NONBLOCK);
}

/* Of the other cells, the one with the least ratio. */
static int cheapest_other(const struct note *n)
{
	int a, best = SYNC_BLOCK;

	for (a = SYNC_BLOCK; a <= ASYNC_ASKING; a++) {
		if (a != ASYNC_NONBLOCK && to_best(n, a).value < to_best(n, best).value)
			best = a;
	}
	return best;
}

static void effect(struct note *n)
{
	n->effect = to_best(n, cheapest_other(n));
	n->effect_unit = "x";
}

static void check(struct note *n)
{
	int a;

	for (a = SYNC_BLOCK; a <= ASYNC_ASKING; a++)
		note_evidence(n, n->claim->arm[a].name, "to_async_nonblock", to_best(n, a).value);
	/* Who waits for each answer is switched to and fro, or it did not wait. */
	note_gate(n, "sync_block", "switches/op", 2, 1.8, 4,
		  note_seen_mean(n, SYNC_BLOCK, SWITCHES));
}

static void decide(struct note *n)
{
	const char *other = n->claim->arm[cheapest_other(n)].name;
	double switches = note_seen_mean(n, ASYNC_NONBLOCK, SWITCHES);
	const struct interval *e = &n->effect;

	if (e->lo > 1)
		note_verdict(n, VERDICT_HOLDS,
			     "asynchronous non-blocking takes least CPU a request, the next (%s) "
			     "%.2f times that; synchronous blocking %.1f times, with %.2f "
			     "switches against %.2f",
			     other, e->value, to_best(n, SYNC_BLOCK).value,
			     note_seen_mean(n, SYNC_BLOCK, SWITCHES), switches);
	else if (e->hi < 1)
		note_verdict(n, VERDICT_FALSE,
			     "%s takes %.2f times the CPU of asynchronous non-blocking, synchronous blocking "
			     "%.1f times: it is not waiting for each answer that saves, %.2f switches against "
			     "%.2f", other, e->value, to_best(n, SYNC_BLOCK).value, switches,
			     note_seen_mean(n, SYNC_BLOCK, SWITCHES));
	else
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "%s takes %.3f to %.3f times the CPU of asynchronous non-blocking: 1 is in it",
			     other, e->lo, e->hi);
}

static const struct claim matrix = {
	.id = "async.matrix",
	.topic = "async",
	.claim = "Asynchronous and non-blocking is the most efficient of the four",
	.claim_zh = "异步非阻塞效率最高",
	.how =
		"Two processes on one CPU exchange 400 requests and answers of 64 bytes. Synchronous: the "
		"sender waits for each answer; asynchronous: it has 20 on their way. Blocking: the receiver "
		"waits in its read; non-blocking: it waits in epoll and takes all that is there without "
		"blocking, or asks over and over. The value is CPU time a request, of both. An operation is "
		"one request.",
	.gates =
		"One fork a sample; each answer is the one to its request, so that each of the four is shown "
		"in use; 1.8 to 4 switches a request where the sender waits and the receiver blocks.",
	.rule =
		"r = CPU a request of the cheapest other / of asynchronous non-blocking with epoll, with its "
		"95 % interval. HOLDS if it is above 1, FALSE if it is below, else INCONCLUSIVE HERE.",
	.live = "oscope ipc -- PROGRAM, oscope switch -- PROGRAM",
	.op = "request",
	.value = "cpu_ns",
	.seen = { [WALL_NS] = "wall_ns", [SWITCHES] = "switches_a_request" },
	.counts = {
		MADE_ONCE(SYNC_BLOCK, FORK, 1), MADE_ONCE(SYNC_NONBLOCK, FORK, 1),
		MADE_ONCE(ASYNC_BLOCK, FORK, 1), MADE_ONCE(ASYNC_NONBLOCK, FORK, 1),
		MADE_ONCE(ASYNC_ASKING, FORK, 1), NAMED(TURNS, ALL_ARMS, 1, "right answers/op"),
	},
	.narrow = 0.02,
	.needs_times = true,
	.needs_lives = true,
	.needs_syscalls = true,
	.arm = {
		[SYNC_BLOCK] = { "sync_block", run }, [SYNC_NONBLOCK] = { "sync_nonblock", run },
		[ASYNC_BLOCK] = { "async_block", run },
		[ASYNC_NONBLOCK] = { "async_nonblock", run },
		[ASYNC_ASKING] = { "async_asking", run },
	},
	.placed = { { "sync_block", run_placed, placed_sleeps } },
	.effect = effect,
	.check = check,
	.decide = decide,
};
CLAIM(matrix);
