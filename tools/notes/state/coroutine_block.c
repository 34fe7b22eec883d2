// SPDX-License-Identifier: GPL-2.0
/* state.coroutine-block: what does a blocking call in one coroutine stop? */
#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <time.h>
#include <unistd.h>

#include "notes/coro.h"
#include "notes/kin.h"
#include "notes/notes.h"

#define COROUTINES	100
#define BEFORE		3	/* turns of the loop before the one that blocks */
#define AFTER		3
#define THREAD_BEATS	3
#define BEAT_NS		500000L

enum { LOOP_STOPS, THREAD_GOES_ON, LOOP_RESUMES };

/* A sample process has one loop only. */
static struct coro loop, coroutine[COROUTINES];
static int current;
static volatile int beats;		/* of all coroutines */
static volatile pid_t blocks;		/* tid of the loop, when it is about to */
static int wake[2];
static int failure;

static void coroutine_main(void)
{
	for (;;) {
		beats++;
		coro_switch(&coroutine[current], &loop);
	}
}

/* The last of them makes the call, once. */
static void blocking_main(void)
{
	int turn;

	for (turn = 0;; turn++) {
		if (turn == BEFORE) {
			blocks = gettid();
			failure = kin_hear(wake[0]);
		}
		beats++;
		coro_switch(&coroutine[current], &loop);
	}
}

static void loop_run(int turns)
{
	for (; turns; turns--) {
		for (current = 0; current < COROUTINES; current++)
			coro_switch(&loop, &coroutine[current]);
	}
}

/* A thread of the same process: what it does while the loop sleeps, and what it sees of it. */
struct witness {
	int thread_beats;
	bool loop_stood;
};

static void *witness_main(void *arg)
{
	const struct timespec time = { .tv_nsec = BEAT_NS };
	struct witness *w = arg;
	int before;

	while (!blocks || kin_state(blocks) != 'S')
		sched_yield();
	before = beats;
	for (; w->thread_beats < THREAD_BEATS; w->thread_beats++)
		nanosleep(&time, NULL);
	w->loop_stood = beats == before;
	kin_tell(wake[1]);
	return NULL;
}

static int coroutines_make(void)
{
	int i, err = 0;

	for (i = 0; i < COROUTINES - 1 && !err; i++)
		err = coro_make(&coroutine[i], coroutine_main);
	return err ? err : coro_make(&coroutine[i], blocking_main);
}

static int run(struct sample *s)
{
	struct witness w = { 0 };
	pthread_t witness;
	int err, i;

	if (pipe(wake))
		return -errno;
	err = coroutines_make();
	if (!err)
		err = -pthread_create(&witness, NULL, witness_main, &w);
	if (err)
		return err;
	loop_run(BEFORE + 1 + AFTER);
	pthread_join(witness, NULL);
	for (i = 0; i < COROUTINES; i++)
		coro_free(&coroutine[i]);
	sample_see(s, LOOP_STOPS, w.loop_stood);
	sample_see(s, THREAD_GOES_ON, w.thread_beats == THREAD_BEATS);
	sample_see(s, LOOP_RESUMES, beats == (BEFORE + 1 + AFTER) * COROUTINES);
	s->ops = 1;
	return failure;
}

static void check(struct note *n)
{
	const struct arm_counted *c = &n->counted[0];

	note_gate(n, "loop", "pipe-read sleeps/op", 1, 1, 1,
		  c->states ? note_per_op(c, c->blocked[OSCOPE_REASON_PIPE_READ]) : NAN);
}

static void say_yes(struct note *n)
{
	double goes_on = note_seen_mean(n, 0, THREAD_GOES_ON);

	if (goes_on > 0)
		note_verdict(n, VERDICT_HOLDS_IF,
			     "the program has no other thread: all %d coroutines of the loop "
			     "stood still, another thread went on (share %.2f)", COROUTINES,
			     goes_on);
	else
		note_verdict(n, VERDICT_HOLDS,
			     "all %d coroutines and another thread stood still",
			     COROUTINES);
}

static void say_no(struct note *n)
{
	note_verdict(n, VERDICT_FALSE,
		     "other coroutines had turns while one was blocked, in every sample");
}

static const struct claim coroutine_block = {
	.id = "state.coroutine-block",
	.topic = "state",
	.claim = "A blocking call in a coroutine stops the whole program",
	.claim_zh = "协程中的阻塞操作会阻塞整个程序",
	.how =
		"A loop gives 100 coroutines a turn each, again and again; one of them reads from "
		"an empty pipe. Another thread of the process waits until the loop's thread "
		"sleeps, beats three times, looks whether any coroutine has had a turn meanwhile, "
		"and writes to the pipe. An operation is one such read.",
	.gates =
		"One thread and one sleep for pipe-read an operation; after the read all "
		"coroutines have their turns again.",
	.rule =
		"If no coroutine had a turn while the loop's thread slept, in every sample: HOLDS "
		"if the other thread did not go on either, HOLDS IF there is no other thread, if "
		"it did. FALSE if coroutines always had turns; else INCONCLUSIVE HERE.",
	.live = "oscope states --why -- PROGRAM",
	.op = "blocking read",
	.seen = {
		[LOOP_STOPS] = "loop_stops", [THREAD_GOES_ON] = "thread_goes_on",
		[LOOP_RESUMES] = "loop_resumes",
	},
	.needed = { SAW(0, LOOP_STOPS) },
	.counts = { MADE(0, THREAD, 1), SEEN(0, LOOP_RESUMES, 1) },
	.needs_lives = true,
	.needs_states = true,
	.arm = { { "loop", run } },
	.check = check,
	.yes = say_yes,
	.no = say_no,
};
CLAIM(coroutine_block);
