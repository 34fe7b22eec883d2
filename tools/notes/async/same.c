// SPDX-License-Identifier: GPL-2.0
/* async.same: is synchronous the same as blocking, and asynchronous as non-blocking? */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <time.h>

#include "notes/kin.h"
#include "notes/notes.h"

#define WAIT_NS	2000000L

enum { SYNC_BLOCK, SYNC_NONBLOCK, ASYNC_BLOCK, ASYNC_NONBLOCK };
enum { IS_SO, SLEPT, WENT_ON };

static int pair[2];
static char byte;
static atomic_bool delivered;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t told = PTHREAD_COND_INITIALIZER;

static void *writer_main(void *arg)
{
	const struct timespec t = { .tv_nsec = WAIT_NS };

	nanosleep(&t, NULL);
	return send(pair[1], "x", 1, 0) == 1 ? NULL : pair;
}

/* Whom the operation is left to: it is done, and announced, while the caller does as it likes. */
static void *helper_main(void *arg)
{
	if (recv(pair[0], &byte, 1, 0) != 1)
		return pair;
	pthread_mutex_lock(&lock);
	atomic_store(&delivered, true);
	pthread_cond_signal(&told);
	pthread_mutex_unlock(&lock);
	return NULL;
}

/*
 * The operation in one of the four ways; how often the caller, doing something of its own, found
 * that it was still under way.
 */
static uint64_t operate(size_t way)
{
	uint64_t own = 0;

	switch (way) {
	case SYNC_BLOCK:
		recv(pair[0], &byte, 1, 0);
		break;
	case SYNC_NONBLOCK:	/* it takes the result by itself, and waits for it by trying */
		while (recv(pair[0], &byte, 1, MSG_DONTWAIT) != 1 && errno == EAGAIN)
			;
		break;
	case ASYNC_BLOCK:	/* left to another, and then slept until told */
		own += !atomic_load(&delivered);	/* only if it is still under way */
		pthread_mutex_lock(&lock);
		while (!atomic_load(&delivered))
			pthread_cond_wait(&told, &lock);
		pthread_mutex_unlock(&lock);
		break;
	default:		/* left to another, and the result is found delivered */
		while (!atomic_load(&delivered))
			own++;
	}
	return own;
}

static int run(struct sample *s)
{
	bool async = s->arm >= ASYNC_BLOCK, slept;
	pthread_t writer, helper;
	void *failed = NULL, *failed_too = NULL;
	uint64_t own;
	long before;
	int err;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
		return -errno;
	err = -pthread_create(&writer, NULL, writer_main, NULL);
	if (!err && async)
		err = -pthread_create(&helper, NULL, helper_main, NULL);
	if (err)
		return err;
	before = kin_sleeps();
	own = operate(s->arm);
	slept = kin_sleeps() > before;
	pthread_join(writer, &failed);
	if (async)
		pthread_join(helper, &failed_too);
	s->ops = 1;
	s->turns = byte == 'x';
	sample_see(s, SLEPT, slept);
	sample_see(s, WENT_ON, own > 0);
	/* Of its kind: it slept or did not, and did things of its own or did not. */
	sample_see(s, IS_SO, slept == (s->arm == SYNC_BLOCK || s->arm == ASYNC_BLOCK) &&
		   (own > 0) == async);
	return failed || failed_too ? -EIO : 0;
}

static void say_yes(struct note *n)
{
	note_verdict(n, VERDICT_FALSE,
		     "each of the four is a program here: waiting for the result oneself with and "
		     "without sleep (share %.2f and %.2f slept), and leaving it to another with and "
		     "without (%.2f and %.2f)", note_seen_mean(n, SYNC_BLOCK, SLEPT),
		     note_seen_mean(n, SYNC_NONBLOCK, SLEPT), note_seen_mean(n, ASYNC_BLOCK, SLEPT),
		     note_seen_mean(n, ASYNC_NONBLOCK, SLEPT));
}

static void say_no(struct note *n)
{
	int a;

	for (a = SYNC_BLOCK; a < ASYNC_NONBLOCK && note_seen_mean(n, (size_t)a, IS_SO) > 0; a++)
		;
	note_verdict(n, VERDICT_HOLDS, "one of the four never came about: %s",
		     n->claim->arm[a].name);
}

static const struct claim same = {
	.id = "async.same",
	.topic = "async",
	.claim = "Synchronous means blocking, and asynchronous non-blocking",
	.claim_zh = "同步就是阻塞，异步就是非阻塞",
	.how =
		"A thread wants a byte that comes in 2 ms, in four ways: it reads, and sleeps; it reads "
		"without blocking until it succeeds; it leaves the read to another thread and sleeps until "
		"told; it leaves it and does other things until it finds the byte delivered. Whether it "
		"slept is told by its voluntary switches; whether it did something of its own, by the byte "
		"that was not there yet. An operation is one byte.",
	.gates =
		"One thread made that writes, and one more where the read is left to another; the byte came.",
	.rule =
		"FALSE if all four came about in every sample: slept or not, and something of its own done "
		"meanwhile or not; HOLDS if one never did; else INCONCLUSIVE HERE.",
	.live = "oscope states --why -- PROGRAM",
	.op = "byte",
	.seen = { [IS_SO] = "is_so", [SLEPT] = "slept", [WENT_ON] = "went_on" },
	.needed = {
		SAW(SYNC_BLOCK, IS_SO), SAW(SYNC_NONBLOCK, IS_SO), SAW(ASYNC_BLOCK, IS_SO),
		SAW(ASYNC_NONBLOCK, IS_SO),
	},
	.counts = {
		MADE(SYNC_BLOCK, THREAD, 1), MADE(SYNC_NONBLOCK, THREAD, 1),
		MADE(ASYNC_BLOCK, THREAD, 2), MADE(ASYNC_NONBLOCK, THREAD, 2),
		NAMED(TURNS, ALL_ARMS, 1, "bytes/op"),
	},
	.needs_lives = true,
	.arm = {
		[SYNC_BLOCK] = { "sync_block", run }, [SYNC_NONBLOCK] = { "sync_nonblock", run },
		[ASYNC_BLOCK] = { "async_block", run },
		[ASYNC_NONBLOCK] = { "async_nonblock", run },
	},
	.yes = say_yes,
	.no = say_no,
};
CLAIM(same);
