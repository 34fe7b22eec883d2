// SPDX-License-Identifier: GPL-2.0
/* coroutine.auto-yield: does a coroutine give way by itself when it does I/O? */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <time.h>
#include <unistd.h>

#include "notes/beat.h"
#include "notes/kin.h"
#include "notes/loop.h"
#include "notes/notes.h"

#define WAIT_NS		20000000L
#define STACK_BYTES	65536
#define STILL		0.9	/* of the wait: as long as it nothing else went on */
#define GOES_ON		0.5

enum { RAW, WRAPPED };
enum { HEARD };

static struct beats beats;
static int wake[2];
static size_t way;
static bool heard;

/* Another thread, since the loop's own may stand still. */
static void *writer_main(void *arg)
{
	const struct timespec t = { .tv_nsec = WAIT_NS };

	kin_name("writer");
	nanosleep(&t, NULL);
	kin_tell(wake[1]);
	return NULL;
}

static void reader(void *arg)
{
	char byte;

	if (way == RAW)
		heard = !kin_hear(wake[0]);
	else
		heard = loop_read(wake[0], &byte, 1) == 1;
	beats.over = true;
}

static int loop_read_and_beat(void)
{
	int err = loop_begin(2, STACK_BYTES);

	beats_begin(&beats);
	if (!err)
		err = loop_add(beat_coroutine, &beats);
	if (!err)
		err = loop_add(reader, NULL);
	if (!err)
		err = loop_run();
	loop_end();
	return err;
}

static int run(struct sample *s)
{
	pthread_t thread;
	int err;

	way = s->arm;
	kin_name("loop");
	if (pipe2(wake, way == WRAPPED ? O_NONBLOCK : 0))
		return -errno;
	err = -pthread_create(&thread, NULL, writer_main, NULL);
	if (err)
		return err;
	err = loop_read_and_beat();
	pthread_join(thread, NULL);
	s->ops = 1;
	s->turns = heard;
	s->flat = true;
	s->value = (double)beats.longest_ns;
	sample_see(s, HEARD, heard);
	return err;
}

static struct interval of_wait(const struct note *n, int arm)
{
	struct interval i = note_median(n, arm);

	return (struct interval){ i.value / WAIT_NS, i.lo / WAIT_NS, i.hi / WAIT_NS };
}

static void effect(struct note *n)
{
	n->effect = of_wait(n, RAW);
	n->effect_unit = "of the wait";
}

static void check(struct note *n)
{
	note_gate_near(n, "raw", "loop, pipe-read sleeps/op", 1, 0,
		       note_sleeps(n, RAW, 0, OSCOPE_REASON_PIPE_READ));
	note_gate_near(n, "wrapped", "loop, pipe-read sleeps/op", 0, 0,
		       note_sleeps(n, WRAPPED, 0, OSCOPE_REASON_PIPE_READ));
}

static void decide(struct note *n)
{
	struct interval wrapped = of_wait(n, WRAPPED);
	const struct interval *raw = &n->effect;

	if (raw->hi <= GOES_ON && wrapped.hi <= GOES_ON)
		note_verdict(n, VERDICT_HOLDS,
			     "others went on beside a read as it is, too: gaps of %.2f of the wait",
			     raw->value);
	else if (raw->lo >= STILL && wrapped.hi <= GOES_ON)
		note_verdict(n, VERDICT_HOLDS_IF,
			     "the call is one of the loop's: beside a read(2) of 20 ms others "
			     "stood still for %.2f of it, beside the loop's for %.2f",
			     raw->value, wrapped.value);
	else if (raw->lo >= STILL && wrapped.lo >= STILL)
		note_verdict(n, VERDICT_FALSE,
			     "others stood still for %.2f of the wait, with the loop's own read for %.2f",
			     raw->value, wrapped.value);
	else
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "others stood still for %.2f to %.2f of the wait, with the loop's read for %.2f "
			     "to %.2f", raw->lo, raw->hi, wrapped.lo, wrapped.hi);
}

static const struct claim auto_yield = {
	.id = "coroutine.auto-yield",
	.topic = "coroutine",
	.claim = "A coroutine gives way by itself when it does I/O",
	.claim_zh = "遇到 IO 时协程自动让出",
	.how =
		"A coroutine reads from a pipe into which another thread writes after 20 ms: by read(2) as "
		"it is, and by the loop's own read, which waits in epoll. Beside it a coroutine beats each "
		"millisecond. The value is the longest time between two beats. An operation is one read. "
		"asyncio, and gevent patched and unpatched, belong to the topic python.",
	.gates =
		"One thread made, the byte came; the loop's thread sleeps once for pipe-read by read(2), "
		"never by the loop's own.",
	.rule =
		"As shares of the wait, with 95 % intervals: HOLDS IF the call is one of the loop's, if "
		"others stood still for 0.9 at least by read(2) and 0.5 at most by the loop's; HOLDS if for "
		"0.5 at most by both; FALSE if for 0.9 by both; else INCONCLUSIVE HERE.",
	.live = "oscope states --why -- PROGRAM: pipe-read, or epoll",
	.op = "read",
	.value = "gap_ns",
	.seen = { [HEARD] = "heard" },
	.tasks = { "loop" },
	.counts = {
		MADE(RAW, THREAD, 1), MADE(WRAPPED, THREAD, 1),
		NAMED(TURNS, ALL_ARMS, 1, "bytes read/op"),
	},
	.narrow = 0.05,
	.needs_times = true,
	.needs_lives = true,
	.needs_states = true,
	.arm = { [RAW] = { "raw", run }, [WRAPPED] = { "wrapped", run } },
	.effect = effect,
	.check = check,
	.decide = decide,
};
CLAIM(auto_yield);
