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
enum { DATA_THERE, NO_URING, DATA_LEFT, ASKED };

static char byte;
static uint64_t asked;
static int epoll;
static struct uring ring;
static bool no_ring;

static int epoll_open(int fd)
{
	struct epoll_event e = { .events = EPOLLIN };

	epoll = epoll_create1(EPOLL_CLOEXEC);
	return epoll < 0 || epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &e) ? -errno : 0;
}

static void sigio(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGIO);
}

static int signal_ask_for(int fd)
{
	sigset_t set;

	sigio(&set);
	return sigprocmask(SIG_BLOCK, &set, NULL) || fcntl(fd, F_SETOWN, getpid()) ||
	       fcntl(fd, F_SETFL, O_ASYNC | O_NONBLOCK) ? -errno : 0;
}

/* Before there is anybody to write, so that nothing comes too early and none of it is timed. */
static int set_up(struct sample *s, int fd)
{
	if (s->arm == ASKING)
		return 0;
	if (s->arm == SIGNAL)
		return signal_ask_for(fd);
	if (s->arm == COMPLETION) {
		no_ring = uring_open(&ring, 1, 0) != 0;
		sample_see(s, NO_URING, no_ring);
	}
	return s->arm == EPOLL || no_ring ? epoll_open(fd) : 0;
}

static int by_asking(int fd)
{
	for (;; asked++) {
		if (recv(fd, &byte, 1, MSG_DONTWAIT) == 1)
			return 0;
		if (errno != EAGAIN)
			return -errno;
	}
}

static int by_epoll(void)
{
	struct epoll_event e;
	int n;

	do
		n = epoll_wait(epoll, &e, 1, -1);
	while (n < 0 && errno == EINTR);
	return n == 1 ? 0 : -EIO;
}

static int by_signal(void)
{
	sigset_t set;
	int n;

	sigio(&set);
	do
		n = sigwaitinfo(&set, NULL);
	while (n < 0 && errno == EINTR);
	return n == SIGIO ? 0 : -EIO;
}

static int by_completion(int fd)
{
	int err = uring_submit_read(&ring, fd, &byte, 1, -1);

	if (!err)
		err = uring_wait(&ring) == 1 ? 0 : -EIO;
	return err;
}

static void writer_main(int fd)
{
	const struct timespec t = { .tv_nsec = WAIT_NS };

	nanosleep(&t, NULL);
	_exit(send(fd, "x", 1, 0) == 1 ? 0 : 1);
}

static int notified(size_t arm, int fd)
{
	if (arm == ASKING)
		return by_asking(fd);
	if (arm == SIGNAL)
		return by_signal();
	return arm == COMPLETION && !no_ring ? by_completion(fd) : by_epoll();
}

static int run(struct sample *s)
{
	int pair[2], err, ended;
	uint64_t cpu;
	pid_t pid;
	char left;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
		return -errno;
	err = set_up(s, pair[0]);
	pid = err ? err : kin_fork();
	if (!pid)
		writer_main(pair[1]);
	if (pid < 0)
		return pid;
	/* Its end is then the end of what may come. */
	close(pair[1]);
	cpu = cpus_process_ns();
	err = notified(s->arm, pair[0]);
	s->value = (double)(cpus_process_ns() - cpu);
	/* An announcement may be that it can be had, or that it is there already. */
	sample_see(s, DATA_THERE, byte == 'x');
	sample_see(s, DATA_LEFT, recv(pair[0], &left, 1, MSG_DONTWAIT | MSG_PEEK) == 1);
	sample_see(s, ASKED, (double)asked);
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
	return note_ratio(n, ASKING, arm);
}

static void effect(struct note *n)
{
	n->effect = asking_to(n, EPOLL);
	n->effect_unit = "x";
}

static void check(struct note *n)
{
	double no_uring = note_seen_mean(n, COMPLETION, NO_URING);

	/* Without a ring it is epoll that tells. */
	note_gate_near(n, "completion", "data there", 1 - no_uring, 0,
		       note_seen_mean(n, COMPLETION, DATA_THERE));
	note_gate_near(n, "completion", "data left to read", no_uring, 0,
		       note_seen_mean(n, COMPLETION, DATA_LEFT));
	note_gate(n, "asking", "times in vain, least", WAIT_NS / 1e3, 2, 1e9,
		  note_seen(n, ASKING, ASKED).min);
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
		"io_uring. The value is the CPU time of who waits, from when all is set up. An operation is one "
		"wait.",
	.gates =
		"One fork, and the byte came; by asking, twice in vain at least, and by io_uring it is there "
		"when the wait ends, and none is left in the socket; by epoll and by the signal it is left "
		"there, and is read then.",
	.rule =
		"r = CPU of asking / of epoll, with its 95 % interval. HOLDS if the lower end is 10 or more, "
		"FALSE if the upper end is 1.1 at most, else INCONCLUSIVE HERE.",
	.live = "oscope states --why -- PROGRAM",
	.op = "wait",
	.value = "cpu_ns",
	.seen = {
		[DATA_THERE] = "data_there", [NO_URING] = "no_uring", [DATA_LEFT] = "data_left",
		[ASKED] = "asked",
	},
	.counts = {
		MADE(ASKING, FORK, 1), MADE(EPOLL, FORK, 1), MADE(SIGNAL, FORK, 1),
		MADE(COMPLETION, FORK, 1), NAMED(TURNS, ALL_ARMS, 1, "bytes/op"),
		SAW(ASKING, DATA_THERE), SEEN(ASKING, DATA_LEFT, 0),
		SAW(EPOLL, DATA_LEFT), SAW(SIGNAL, DATA_LEFT),
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
