// SPDX-License-Identifier: GPL-2.0
/*
 * async.switches: does asynchronous I/O save switches, at the price of checking for partial data?
 */
#include <errno.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "notes/kin.h"
#include "notes/notes.h"

#define PEERS		16
#define ROUNDS		10
#define BYTES		64	/* a message; sent in two halves */
#define MESSAGES	((uint64_t)PEERS * ROUNDS)
#define SAVES		1.5
#define NOTHING		1.1

enum { THREADS, LOOP, PACKETS };
enum { READS_A_MESSAGE, SHORT_READS };

static int ours[PEERS], theirs[PEERS];
static uint64_t reads, short_reads, messages;

/* One message out of what is there: as many reads as it takes. 0 or -errno. */
static int message_take(int fd, size_t *got)
{
	char data[BYTES];
	ssize_t n = recv(fd, data, BYTES - *got, 0);

	__atomic_add_fetch(&reads, 1, __ATOMIC_RELAXED);
	if (n <= 0)
		return n ? -errno : -EPIPE;
	*got += (size_t)n;
	if (*got < BYTES) {
		__atomic_add_fetch(&short_reads, 1, __ATOMIC_RELAXED);
		return 0;
	}
	*got = 0;
	__atomic_add_fetch(&messages, 1, __ATOMIC_RELAXED);
	return 0;
}

static void *thread_main(void *arg)
{
	int fd = (int)(intptr_t)arg, i, err = 0;
	size_t got = 0;

	for (i = 0; i < ROUNDS && !err; i++) {
		do
			err = message_take(fd, &got);
		while (!err && got);
		kin_tell(fd);
	}
	return err ? arg : NULL;
}

static int by_threads(void)
{
	pthread_t thread[PEERS];
	void *failed = NULL;
	int i, err = 0;

	for (i = 0; i < PEERS && !err; i++)
		err = -pthread_create(&thread[i], NULL, thread_main, (void *)(intptr_t)ours[i]);
	while (i && !err && !failed)
		err = -pthread_join(thread[--i], &failed);
	return failed ? -EPIPE : err;
}

static int by_loop(void)
{
	int epoll = epoll_create1(EPOLL_CLOEXEC), i, n, err = epoll < 0 ? -errno : 0;
	struct epoll_event e[PEERS] = { 0 };
	size_t got[PEERS] = { 0 };

	for (i = 0; i < PEERS && !err; i++) {
		e[0].events = EPOLLIN;
		e[0].data.u32 = (uint32_t)i;
		err = epoll_ctl(epoll, EPOLL_CTL_ADD, ours[i], &e[0]) ? -errno : 0;
	}
	while (!err && messages < MESSAGES) {
		n = epoll_wait(epoll, e, PEERS, -1);
		if (n < 0 && errno != EINTR)
			err = -errno;
		for (i = 0; i < n; i++) {
			uint32_t peer = e[i].data.u32;

			err = err ? err : message_take(ours[peer], &got[peer]);
			if (!err && !got[peer])
				kin_tell(ours[peer]);
		}
	}
	return err;
}

/* Half a message to each, then the other half, then an answer of each; a packet goes whole. */
static void peers_main(size_t arm)
{
	char data[BYTES] = { 0 };
	size_t part = arm == PACKETS ? BYTES : BYTES / 2, sent;
	int i, round;

	for (i = 0; i < PEERS; i++)
		close(ours[i]);
	for (round = 0; round < ROUNDS; round++) {
		for (sent = 0; sent < BYTES; sent += part) {
			for (i = 0; i < PEERS; i++) {
				if (send(theirs[i], data, part, 0) != (ssize_t)part)
					_exit(1);
			}
			usleep(200);
		}
		for (i = 0; i < PEERS; i++) {
			if (kin_hear(theirs[i]))
				_exit(1);
		}
	}
	_exit(0);
}

static int pairs_open(size_t arm)
{
	int type = arm == PACKETS ? SOCK_SEQPACKET : SOCK_STREAM, i, pair[2];

	for (i = 0; i < PEERS; i++) {
		if (socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, pair))
			return -errno;
		ours[i] = pair[0];
		theirs[i] = pair[1];
	}
	return 0;
}

static int run(struct sample *s)
{
	struct rusage before, after;
	int err = pairs_open(s->arm), i;
	pid_t pid = err ? err : kin_fork();

	if (!pid)
		peers_main(s->arm);
	if (pid < 0)
		return pid;
	/* Each side has its own ends only: if one dies, the other sees it, and does not wait. */
	for (i = 0; i < PEERS; i++)
		close(theirs[i]);
	getrusage(RUSAGE_SELF, &before);
	err = s->arm == THREADS ? by_threads() : by_loop();
	getrusage(RUSAGE_SELF, &after);
	s->value = (double)(after.ru_nvcsw + after.ru_nivcsw - before.ru_nvcsw - before.ru_nivcsw) /
		   MESSAGES;
	s->ops = MESSAGES;
	s->turns = messages;
	s->flat = true;
	sample_see(s, READS_A_MESSAGE, (double)reads / MESSAGES);
	sample_see(s, SHORT_READS, (double)short_reads / MESSAGES);
	return err ? err : kin_ends_well(pid);
}

static void effect(struct note *n)
{
	n->effect = note_ratio(n, THREADS, LOOP);
	n->effect_unit = "x";
}

static void decide(struct note *n)
{
	double stream = note_seen_mean(n, LOOP, READS_A_MESSAGE);
	double packet = note_seen_mean(n, PACKETS, READS_A_MESSAGE);
	double partly = note_seen_mean(n, LOOP, SHORT_READS);
	const struct interval *e = &n->effect;

	if (e->lo >= SAVES && partly > 0)
		note_verdict(n, VERDICT_HOLDS,
			     "threads make %.1f times the switches a message of one loop; a "
			     "stream takes %.2f reads a message, of which %.2f bring a part "
			     "only, packets %.2f",
			     e->value, stream, partly, packet);
	else if (e->lo >= SAVES)
		note_verdict(n, VERDICT_HOLDS_IF,
			     "nothing is said of partial data: threads make %.1f times the switches, but no "
			     "read brought less than a message", e->value);
	else if (e->hi <= NOTHING)
		note_verdict(n, VERDICT_FALSE,
			     "threads make %.2f times the switches of one loop: no more", e->value);
	else
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "threads make %.2f to %.2f times the switches of one loop", e->lo,
			     e->hi);
}

static const struct claim switches = {
	.id = "async.switches",
	.topic = "async",
	.claim = "Asynchronous I/O saves switches, but one must check whether data are complete",
	.claim_zh = "异步减少切换，但要判断数据是否完整",
	.how =
		"16 peers send messages of 64 bytes, each in two halves that come apart, and wait for an "
		"answer; they are served by a thread for each, and by one loop with epoll. Packets "
		"(SOCK_SEQPACKET), which come whole, are served by the loop, too. The value is switches of "
		"the server a message; counted are reads, and those that brought a part only. An operation "
		"is one message.",
	.gates =
		"One fork a sample, 16 threads or none; all messages complete; a packet takes one read.",
	.rule =
		"r = switches a message, threads / loop, with its 95 % interval. HOLDS if the lower end is "
		"1.5 or more and some reads of the stream brought a part, HOLDS IF partial data are left "
		"out, if none did; FALSE if the upper end is 1.1 at most; else INCONCLUSIVE HERE.",
	.live = "oscope switch --by task -- PROGRAM; oscope ipc -- PROGRAM",
	.op = "message",
	.value = "switches",
	.seen = { [READS_A_MESSAGE] = "reads_a_message", [SHORT_READS] = "partial_reads" },
	.counts = {
		MADE_ONCE(THREADS, FORK, 1), MADE_ONCE(THREADS, THREAD, PEERS),
		MADE_ONCE(LOOP, FORK, 1), MADE_ONCE(LOOP, THREAD, 0), MADE_ONCE(PACKETS, FORK, 1),
		NAMED(TURNS, ALL_ARMS, 1, "messages complete/op"),
		SEEN(PACKETS, READS_A_MESSAGE, 1),
	},
	.narrow = 0.1,
	.needs_lives = true,
	.arm = {
		[THREADS] = { "threads", run }, [LOOP] = { "loop", run },
		[PACKETS] = { "packets", run },
	},
	.effect = effect,
	.decide = decide,
};
CLAIM(switches);
