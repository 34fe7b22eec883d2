// SPDX-License-Identifier: GPL-2.0
/* sync.queue: does a queue with an end make the writer wait when full, the reader when empty? */
#include <errno.h>
#include <stdbool.h>
#include <time.h>

#include "notes/bounded.h"
#include "notes/notes.h"
#include "notes/worker.h"

#define ROOM	4
#define ITEMS	30
#define SLOW_NS	200000L		/* between two items, of the slow side */
#define FEW	4		/* waits of the slow side: that part of the other's at most */

enum { ENDS, SLOW_READER, SLOW_WRITER };
enum {
	FULL_WAITED, FULL_WENT_ON, EMPTY_WAITED, EMPTY_WENT_ON,
	FAST_WAITS, WRITER_WAITS, READER_WAITS, WAITS,
};
enum { WRITER, READER };

/* One side: so many items, and a pause after each. */
struct side {
	struct bounded *queue;
	long items, wrong;
	bool slow;
};

static void pause_after(const struct side *side)
{
	static const struct timespec pause = { .tv_nsec = SLOW_NS };

	if (side->slow)
		nanosleep(&pause, NULL);
}

static void put_all(void *arg)
{
	struct side *side = arg;
	long i;

	for (i = 0; i < side->items; i++) {
		bounded_put(side->queue, i);
		pause_after(side);
	}
}

static void get_all(void *arg)
{
	struct side *side = arg;
	long i;

	for (i = 0; i < side->items; i++) {
		side->wrong += bounded_get(side->queue) != i;
		pause_after(side);
	}
}

/*
 * One more than there is room for: it must sleep with the queue full, until one is taken. Whether
 * all of them came, in order; or -errno.
 */
static int full(struct sample *s, struct bounded *q)
{
	static struct side side = { .items = ROOM + 1 };
	struct worker w = { .name = "writer", .fn = put_all, .arg = &side };
	long i, wrong = 0;
	bool went_on;
	int err;

	side.queue = q;
	err = worker_start(&w);
	if (err)
		return err;
	sample_see(s, FULL_WAITED, worker_asleep(&w) && q->puts == ROOM);
	wrong += bounded_get(q) != 0;
	went_on = workers_come_to(&w, 1, &q->puts, ROOM + 1);
	sample_see(s, FULL_WENT_ON, went_on);
	for (i = 1; i <= ROOM && went_on; i++)
		wrong += bounded_get(q) != i;
	return !wrong;
}

static int empty(struct sample *s, struct bounded *q)
{
	static struct side side = { .items = 1 };
	struct worker w = { .name = "reader", .fn = get_all, .arg = &side };
	int err;

	side.queue = q;
	err = worker_start(&w);
	if (err)
		return err;
	sample_see(s, EMPTY_WAITED, worker_asleep(&w) && !q->gets);
	bounded_put(q, 0);
	sample_see(s, EMPTY_WENT_ON, workers_come_to(&w, 1, &q->gets, 1));
	return !side.wrong;
}

static int run_ends(struct sample *s)
{
	static struct bounded to_fill, to_drain;
	int all = sample_batch_policy(), one = 0;

	bounded_init(&to_fill, ROOM);
	bounded_init(&to_drain, ROOM);
	if (!all)
		all = full(s, &to_fill);
	if (all >= 0)
		one = empty(s, &to_drain);
	if (all < 0 || one < 0)
		return all < 0 ? all : one;
	s->turns = all && one;
	sample_see(s, WRITER_WAITS, (double)to_fill.put_waits);
	sample_see(s, READER_WAITS, (double)to_drain.get_waits);
	sample_see(s, WAITS, s->seen[WRITER_WAITS] + s->seen[READER_WAITS]);
	s->ops = 1;
	return 0;
}

/* Both at once; the fast side is there first. */
static int run_unequal(struct sample *s)
{
	static struct bounded q;
	static struct side sides[] = {
		[WRITER] = { .queue = &q, .items = ITEMS },
		[READER] = { .queue = &q, .items = ITEMS },
	};
	struct worker w[] = {
		[WRITER] = { .name = "writer", .fn = put_all, .arg = &sides[WRITER] },
		[READER] = { .name = "reader", .fn = get_all, .arg = &sides[READER] },
	};
	int slow = s->arm == SLOW_READER ? READER : WRITER, err = sample_batch_policy();
	long fast_waits, slow_waits;

	sides[slow].slow = true;
	bounded_init(&q, ROOM);
	if (!err)
		err = worker_start(&w[!slow]);
	if (!err)
		err = worker_start(&w[slow]);
	if (err)
		return err;
	worker_join(&w[WRITER]);
	worker_join(&w[READER]);
	fast_waits = slow == READER ? q.put_waits : q.get_waits;
	slow_waits = slow == READER ? q.get_waits : q.put_waits;
	sample_see(s, FAST_WAITS, fast_waits >= ITEMS / 2 && slow_waits <= fast_waits / FEW);
	s->turns = !sides[READER].wrong;
	sample_see(s, WRITER_WAITS, (double)q.put_waits);
	sample_see(s, READER_WAITS, (double)q.get_waits);
	sample_see(s, WAITS, (double)(q.put_waits + q.get_waits));
	s->ops = 1;
	return 0;
}

static double sleeps(const struct note *n, size_t arm)
{
	return note_sleeps(n, arm, WRITER, OSCOPE_REASON_FUTEX) +
	       note_sleeps(n, arm, READER, OSCOPE_REASON_FUTEX);
}

static void check(struct note *n)
{
	size_t a;

	for (a = 0; a < claim_arms(n->claim); a++)
		note_gate_cond_waits(n, a, "both sides", WAITS, sleeps(n, a));
	/* That the slow side was slow. */
	note_gate(n, "slow_reader", "sleeps of the reader/item", 1, 0.9, 1,
		  note_sleeps(n, SLOW_READER, READER, OSCOPE_REASON_SLEEP) / ITEMS);
	note_gate(n, "slow_writer", "sleeps of the writer/item", 1, 0.9, 1,
		  note_sleeps(n, SLOW_WRITER, WRITER, OSCOPE_REASON_SLEEP) / ITEMS);
}

static void say_yes(struct note *n)
{
	note_verdict(n, VERDICT_HOLDS,
		     "with %d in it the writer slept until one was taken, with none the reader "
		     "until one was put; of %d items, the writer waited for %.0f and a slow reader "
		     "for %.1f, the reader for %.0f and a slow writer for %.1f", ROOM, ITEMS,
		     note_seen_mean(n, SLOW_READER, WRITER_WAITS),
		     note_seen_mean(n, SLOW_READER, READER_WAITS),
		     note_seen_mean(n, SLOW_WRITER, READER_WAITS),
		     note_seen_mean(n, SLOW_WRITER, WRITER_WAITS));
}

static void say_no(struct note *n)
{
	note_verdict(n, VERDICT_FALSE,
		     "share of samples in which it made wait when full %.2f, when empty %.2f, and "
		     "let go on then %.2f and %.2f; in which the faster side waited, the writer "
		     "%.2f, the reader %.2f", note_seen_mean(n, ENDS, FULL_WAITED),
		     note_seen_mean(n, ENDS, EMPTY_WAITED), note_seen_mean(n, ENDS, FULL_WENT_ON),
		     note_seen_mean(n, ENDS, EMPTY_WENT_ON),
		     note_seen_mean(n, SLOW_READER, FAST_WAITS),
		     note_seen_mean(n, SLOW_WRITER, FAST_WAITS));
}

static const struct claim queue = {
	.id = "sync.queue",
	.topic = "sync",
	.claim = "A bounded queue makes the writer wait when full, the reader when empty",
	.claim_zh = "队列满则阻塞 put，空则阻塞 get",
	.how =
		"A queue of four, by a mutex and two condition variables. One thread puts five, and "
		"once it sleeps one is taken; one gets from the empty queue, and once it sleeps one "
		"is put. In two more arms a writer and a reader move 30 numbered items, of whom one "
		"pauses 0.2 ms after each. An operation is both ends, or such a pair.",
	.gates =
		"Two threads made an operation; all items come in order; by the probes there "
		"are as many futex sleeps as waits are counted (95 % at least, and twice as many "
		"at most), and the slow side's pauses are sleeps.",
	.rule =
		"HOLDS if in every sample the writer slept with four in the queue and the reader "
		"with none, both went on after that, and of two unequal ones the faster waited "
		"for half of the items and the slower for a quarter of that at most; FALSE if one "
		"of these never is so; else INCONCLUSIVE HERE, with the share.",
	.live = "oscope states --why -- PROGRAM, reasons futex and sleep",
	.op = "operation",
	.seen = {
		[FULL_WAITED] = "full_waited", [FULL_WENT_ON] = "full_went_on",
		[EMPTY_WAITED] = "empty_waited", [EMPTY_WENT_ON] = "empty_went_on",
		[FAST_WAITS] = "faster_waited", [WRITER_WAITS] = "writer_waits",
		[READER_WAITS] = "reader_waits", [WAITS] = "waits",
	},
	.placement = "same CPU, SCHED_BATCH",
	.tasks = { [WRITER] = "writer", [READER] = "reader" },
	.needed = {
		SAW(ENDS, FULL_WAITED), SAW(ENDS, FULL_WENT_ON), SAW(ENDS, EMPTY_WAITED),
		SAW(ENDS, EMPTY_WENT_ON), SAW(SLOW_READER, FAST_WAITS),
		SAW(SLOW_WRITER, FAST_WAITS),
	},
	.counts = {
		MADE(ALL_ARMS, THREAD, 2), NAMED(TURNS, ALL_ARMS, 1, "in order/op"),
	},
	.needs_lives = true,
	.needs_states = true,
	.arm = {
		[ENDS] = { "ends", run_ends },
		[SLOW_READER] = { "slow_reader", run_unequal },
		[SLOW_WRITER] = { "slow_writer", run_unequal },
	},
	.check = check,
	.yes = say_yes,
	.no = say_no,
};
CLAIM(queue);
