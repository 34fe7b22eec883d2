// SPDX-License-Identifier: GPL-2.0
/* py.queue-full: does full() tell, and does a queue that nobody drains keep its writer? */
#include "notes/notes.h"
#include "notes/said.h"

#define ID	"py.queue-full"

enum { FULL_TOLD, EMPTY_TOLD, EMPTY_AFTER_PUT, HUNG, ENDED, SMALL_ENDED, SMALL_THERE };
enum { PUTTER };

static int run(struct sample *s)
{
	struct python p = { .script = "py/queue_full.py", .family = true };

	return said_python(s, ID, &p);
}

/* A pipe that is full is why it hung, or it did for something else. */
static void check(struct note *n)
{
	double full = note_sleeps(n, 0, PUTTER, OSCOPE_REASON_PIPE_FULL);

	note_gate(n, "queue", "putters, sleeps for a full pipe/op", 1, 1, 100, full);
}

static void say_yes(struct note *n)
{
	note_verdict(n, VERDICT_HOLDS,
		     "full() was true with four of four in it and not before; a child that had "
		     "put 1 MB did not end before this was taken, and join() would wait for it; "
		     "one that had put a byte did; right after a put empty() was still true in "
		     "%.0f %% of the samples",
		     100 * note_seen_mean(n, 0, EMPTY_AFTER_PUT));
}

static void say_no(struct note *n)
{
	note_verdict(n, VERDICT_FALSE,
		     "share of samples in which full() told %.2f, empty() of one that nobody "
		     "uses %.2f, a child with 1 MB in it did not end %.2f and did once it was "
		     "taken %.2f",
		     note_seen_mean(n, 0, FULL_TOLD), note_seen_mean(n, 0, EMPTY_TOLD),
		     note_seen_mean(n, 0, HUNG), note_seen_mean(n, 0, ENDED));
}

static const struct claim queue_full = {
	.id = ID,
	.topic = "py",
	.claim =
		"full() tells whether a queue of Python is full; one that nobody drains blocks its "
		"writer",
	.claim_zh = "full() 判断队列是否已满；不取走数据会阻塞写入的进程",
	.how =
		"A Queue(4) of multiprocessing: what full() and empty() say before, between and "
		"after four items. Then a child puts 1 MB, which no pipe has room for, and "
		"returns from its function: once all its threads sleep, its parent waits 20 ms "
		"for its end, takes the item, and waits again; and the same with one byte. An "
		"operation is all of that.",
	.gates = "Two children; at least one sleep for room in a pipe by them.",
	.rule =
		"HOLDS if in every sample full() was true with four items alone, empty() before "
		"and after them, the child with 1 MB had not ended after 20 ms and did when it "
		"was taken, and the one with a byte did by itself; FALSE if one of these never "
		"was so; else INCONCLUSIVE HERE, with the share. Whether empty() is true after a "
		"put is said beside it.",
	.live = "oscope states --why -- python3 PROGRAM, reason pipe-full",
	.op = "operation",
	.seen = {
		[FULL_TOLD] = "full_told", [EMPTY_TOLD] = "empty_told",
		[EMPTY_AFTER_PUT] = "empty_after_put", [HUNG] = "hung",
		[ENDED] = "ended_when_drained", [SMALL_ENDED] = "small_ended",
		[SMALL_THERE] = "small_was_there",
	},
	.tasks = { [PUTTER] = "putter" },
	.needed = {
		SAW(0, FULL_TOLD), SAW(0, EMPTY_TOLD), SAW(0, HUNG), SAW(0, ENDED),
		SAW(0, SMALL_ENDED), SAW(0, SMALL_THERE),
	},
	.counts = { MADE_ONCE(0, FORK, 3) },
	.needs_lives = true,
	.needs_states = true,
	.arm = { { "queue", run } },
	.check = check,
	.yes = say_yes,
	.no = say_no,
};
CLAIM(queue_full);
