// SPDX-License-Identifier: GPL-2.0
/* async.notify: is the end of an asynchronous operation announced, rather than asked for? */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "notes/cpus.h"
#include "notes/kin.h"
#include "notes/notes.h"
#include "notes/uring.h"

#define WAIT_NS	10000000L
#define SAVES	10.0	/* times the CPU: asking is what costs */
#define NOTHING	1.1

enum { ASKING, EPOLL, SIGNAL, COMPLETION };
enum { DATA_THERE, NO_URING };

static char byte;

static int by_asking(int fd)
{
	while (recv(fd, &byte, 1, MSG_DONTWAIT) != 1) {
		if (errno != EAGAIN)
			return -errno;
	}
	return 0;
}

static int by_epoll(int fd)
{
	struct epoll_event e = { .events = EPOLLIN };
	int epoll = epoll_create1(EPOLL_CLOEXEC), n;

	if (epoll < 0 || epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &e))
		return -errno;
	do
		n = epoll_wait(epoll, &e, 1, -1);
	while (n < 0 && errno == EINTR);
	return n == 1 ? 0 : -EIO;
}

static int by_signal(int fd)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGIO);
	if (sigprocmask(SIG_BLOCK, &set, NULL) || fcntl(fd, F_SETOWN, getpid()) ||
	    fcntl(fd, F_SETFL, O_ASYNC | O_NONBLOCK))
		return -errno;
	/* What came before the signal was asked for gave none. */
	while (recv(fd, &byte, 1, MSG_DONTWAIT | MSG_PEEK) != 1) {
		if (sigwaitinfo(&set, NULL) < 0 && errno != EINTR)
			return -errno;
	}
	byte = 0;
	return 0;
}

static int by_completion(struct sample *s, int fd)
{
	struct uring u;
	int err = uring_open(&u);

	sample_see(s, NO_URING, err != 0);
	if (err)
		return by_epoll(fd);
	err = uring_submit_read(&u, fd, &byte, 1, -1);
	if (!err)
		err = uring_wait(&u) == 1 ? 0 : -EIO;
	uring_close(&u);
	return err;
}

static void writer_main(int fd)
{
	const struct timespec t = { .tv_nsec = WAIT_NS };

	nanosleep(&t, NULL);
	_exit(send(fd, "x", 1, 0) == 1 ? 0 : 1);
}

static int notified(struct sample *s, int fd)
{
	switch (s->arm) {
	case ASKING:
		return by_asking(fd);
	case EPOLL:
		return by_epoll(fd);
	case SIGNAL:
		return by_signal(fd);
	default:
		return by_completion(s, fd);
	}
}

static int run(struct sample *s)
{
	int pair[2], err, ended;
	uint64_t cpu;
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
		return -errno;
	pid = kin_fork();
	if (!pid)
		writer_main(pair[1]);
	if (pid < 0)
		return pid;
	cpu = cpus_process_ns();
	err = notified(s, pair[0]);
	s->value = (double)(cpus_process_ns() - cpu);
	/* An announcement may be that it can be had, or that it is there already. */
	sample_see(s, DATA_THERE, byte == 'x');
	if (!err && byte != 'x')
		err = recv(pair[0], &byte, 1, 0) == 1 ? 0 : -EIO;
	ended = kin_ends_well(pid);
	s->ops = 1;
	s->turns = byte == 'x';
	s->flat = true;
	return err ? err : ended;
}

static struct interval asking_to(const struct note *n, int arm)
{
	struct stats_samples s = note_samples(n, ASKING, arm);

	return stats_ratio(&s, STATS_95, n->seed);
}

static void effect(struct note *n)
{
	n->effect = asking_to(n, EPOLL);
	n->effect_unit = "x";
}

static void check(struct note *n)
{
	note_evidence(n, "signal", "saves", asking_to(n, SIGNAL).value);
	note_evidence(n, "completion", "saves", asking_to(n, COMPLETION).value);
}

static void decide(struct note *n)
{
	bool no_uring = note_seen_mean(n, COMPLETION, NO_URING) > 0;
	const struct interval *e = &n->effect;

	if (e->lo >= SAVES)
		note_verdict(n, VERDICT_HOLDS,
			     "asking for 10 ms takes %.0f times the CPU of epoll, which tells "
			     "that data can be read, %.0f times that of a signal; %s",
			     e->value, asking_to(n, SIGNAL).value,
			     no_uring ? "io_uring may not be used here"
				      : "io_uring tells that they have been");
	else if (e->hi <= NOTHING)
		note_verdict(n, VERDICT_FALSE, "asking takes %.2f times the CPU of being told",
			     e->value);
	else
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "asking takes %.2f to %.2f times the CPU of being told: neither the same nor "
			     "%.0f times", e->lo, e->hi, SAVES);
}

static const struct claim notify = {
	.id = "async.notify",
	.topic = "async",
	.claim = "The end of an asynchronous operation is announced, not asked for",
	.claim_zh = "异步靠通知而不是轮询",
	.how =
		"A process waits 10 ms for a byte of another one: it asks over and over without blocking; "
		"or is told that it can be read, by epoll or by SIGIO; or that it has been read, by "
		"io_uring. The value is the CPU time of who waits. An operation is one wait.",
	.gates =
		"One fork, and the byte came; by asking and by io_uring it is there when the wait ends, by "
		"epoll and by the signal it is not, and is read then.",
	.rule =
		"r = CPU of asking / of epoll, with its 95 % interval. HOLDS if the lower end is 10 or more, "
		"FALSE if the upper end is 1.1 at most, else INCONCLUSIVE HERE.",
	.live = "oscope states --why -- PROGRAM",
	.op = "wait",
	.value = "cpu_ns",
	.seen = { [DATA_THERE] = "data_there", [NO_URING] = "no_uring" },
	.counts = {
		MADE(ASKING, FORK, 1), MADE(EPOLL, FORK, 1), MADE(SIGNAL, FORK, 1),
		NAMED(TURNS, ALL_ARMS, 1, "bytes/op"), SAW(ASKING, DATA_THERE),
		SEEN(EPOLL, DATA_THERE, 0), SEEN(SIGNAL, DATA_THERE, 0),
	},
	.narrow = 0.1,
	.needs_times = true,
	.needs_lives = true,
	.arm = {
		[ASKING] = { "asking", run }, [EPOLL] = { "epoll", run },
		[SIGNAL] = { "signal", run },
		[COMPLETION] = { "completion", run },
	},
	.effect = effect,
	.check = check,
	.decide = decide,
};
CLAIM(notify);
