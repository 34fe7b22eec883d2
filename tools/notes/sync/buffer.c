// SPDX-License-Identifier: GPL-2.0
/* sync.buffer: does a buffer without an end eat memory, and one with an end make wait? */
#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "notes/crew.h"
#include "notes/kin.h"
#include "notes/notes.h"
#include "notes/worker.h"

#define ITEMS		400
#define ITEM_BYTES	16384L
#define ROOM		8		/* items, of the one with an end */
#define SLOW_NS		20000		/* of computing, for each item that is taken */
#define GREW_PART	4		/* of what was put: so large a part is eaten at least */
#define FLAT_TIMES	4L		/* its room: that is none yet */

enum { UNBOUNDED, BOUNDED };
enum { ATE, FLAT, WAITED, NEVER_WAITED, BYTES_PER_ITEM, WAITS, MOST_INSIDE };

struct item {
	struct item *next;
	unsigned char data[ITEM_BYTES - sizeof(struct item *)];
};

/* A list of items: with room for so many, or for as many as come. */
struct buffer {
	pthread_mutex_t lock;
	pthread_cond_t not_full, not_empty;
	struct item *first, *last;
	long room, n, most;
	long waits;			/* of who puts */
	long puts, wrong;
	long grew;			/* bytes, until the last one was put; or -errno */
	uint64_t slow;			/* units of computing */
};

static void put(struct buffer *b, struct item *item)
{
	item->next = NULL;
	pthread_mutex_lock(&b->lock);
	while (b->room && b->n == b->room) {
		b->waits++;
		pthread_cond_wait(&b->not_full, &b->lock);
	}
	if (b->last)
		b->last->next = item;
	else
		b->first = item;
	b->last = item;
	if (++b->n > b->most)
		b->most = b->n;
	pthread_cond_signal(&b->not_empty);
	pthread_mutex_unlock(&b->lock);
}

static struct item *take(struct buffer *b)
{
	struct item *item;

	pthread_mutex_lock(&b->lock);
	while (!b->first)
		pthread_cond_wait(&b->not_empty, &b->lock);
	item = b->first;
	b->first = item->next;
	if (!b->first)
		b->last = NULL;
	b->n--;
	pthread_cond_signal(&b->not_full);
	pthread_mutex_unlock(&b->lock);
	return item;
}

static void taker_main(void *buffer)
{
	struct buffer *b = buffer;
	long i;

	for (i = 0; i < ITEMS; i++) {
		struct item *item = take(b);

		compute(b->slow);
		b->wrong += item->data[0] != (unsigned char)i ||
			    item->data[sizeof(item->data) - 1] != (unsigned char)i;
		free(item);
	}
}

static void putter_main(void *buffer)
{
	struct buffer *b = buffer;
	long before = kin_number("/proc/self/smaps_rollup", "Rss"), after, i;

	for (i = 0; i < ITEMS; i++) {
		struct item *item = malloc(sizeof(*item));

		if (!item)
			return;
		memset(item->data, (int)i, sizeof(item->data));
		put(b, item);
		b->puts++;
	}
	after = kin_number("/proc/self/smaps_rollup", "Rss");
	b->grew = before < 0 || after < 0 ? -EIO : 1024 * (after - before);
}

static void see(struct sample *s, const struct buffer *b)
{
	sample_see(s, ATE, b->grew >= ITEMS * ITEM_BYTES / GREW_PART);
	sample_see(s, FLAT, b->grew <= FLAT_TIMES * ROOM * ITEM_BYTES);
	sample_see(s, WAITED, b->waits > 0);
	sample_see(s, NEVER_WAITED, !b->waits);
	sample_see(s, BYTES_PER_ITEM, (double)b->grew / ITEMS);
	sample_see(s, WAITS, (double)b->waits);
	sample_see(s, MOST_INSIDE, (double)b->most);
}

static int run(struct sample *s)
{
	static struct buffer b = {
		.lock = PTHREAD_MUTEX_INITIALIZER, .not_full = PTHREAD_COND_INITIALIZER,
		.not_empty = PTHREAD_COND_INITIALIZER,
	};
	struct worker putter = { .name = "putter", .fn = putter_main, .arg = &b };
	struct worker taker = { .name = "taker", .fn = taker_main, .arg = &b };
	int err = sample_batch_policy();

	b.room = s->arm == BOUNDED ? ROOM : 0;
	b.slow = compute_units(SLOW_NS);
	if (!err)
		err = worker_start(&putter);
	if (!err)
		err = worker_start(&taker);
	if (err)
		return err;
	worker_join(&putter);
	if (b.puts < ITEMS)
		return -ENOMEM;
	worker_join(&taker);
	if (b.grew < 0)
		return (int)b.grew;
	see(s, &b);
	s->turns = (uint64_t)(ITEMS - b.wrong);
	s->ops = 1;
	return 0;
}

static void check(struct note *n)
{
	size_t a;

	for (a = 0; a < claim_arms(n->claim); a++)
		note_gate_cond_waits(n, a, "putter", WAITS,
				     note_sleeps(n, a, 0, OSCOPE_REASON_FUTEX));
}

/* The part of its time that who puts was asleep for room. */
static double asleep(const struct note *n, size_t arm)
{
	const struct arm_ledger *l = &n->counted[arm].ledger[0];

	return l->lifetime_ns ? (double)l->blocked_ns / (double)l->lifetime_ns : NAN;
}

static void say_yes(struct note *n)
{
	note_verdict(n, VERDICT_HOLDS,
		     "without an end who puts never waited, and its process grew by %.0f bytes "
		     "an item of %ld; with room for %d it grew by %.0f, and who puts waited %.0f "
		     "times for %d items, asleep %.0f %% of its time",
		     note_seen_mean(n, UNBOUNDED, BYTES_PER_ITEM), ITEM_BYTES, ROOM,
		     note_seen_mean(n, BOUNDED, BYTES_PER_ITEM),
		     note_seen_mean(n, BOUNDED, WAITS), ITEMS, 100 * asleep(n, BOUNDED));
}

static void say_no(struct note *n)
{
	note_verdict(n, VERDICT_FALSE,
		     "share of samples in which the one without an end ate memory %.2f, and never "
		     "made wait %.2f, in which the one with an end ate none %.2f, and made wait "
		     "%.2f", note_seen_mean(n, UNBOUNDED, ATE),
		     note_seen_mean(n, UNBOUNDED, NEVER_WAITED), note_seen_mean(n, BOUNDED, FLAT),
		     note_seen_mean(n, BOUNDED, WAITED));
}

static const struct claim buffer = {
	.id = "sync.buffer",
	.topic = "sync",
	.claim = "An unbounded buffer eats memory, a bounded one makes wait",
	.claim_zh = "无界缓冲区消耗内存，有界缓冲区使生产者等待",
	.how =
		"One thread puts 400 items of 16 KiB into a list as fast as it can, another one "
		"takes them and computes 20 us for each, on one CPU. The list has no end, or room "
		"for eight. How much its process has grown when the last one is put is what the "
		"kernel finds in its page tables. An operation is all 400.",
	.gates =
		"Two threads made an operation; all items come in order; by the probes there are as "
		"many futex sleeps of who puts as its waits for room (95 % at least, and twice as "
		"many at most).",
	.rule =
		"HOLDS if in every sample without an end the process grew by a quarter of what was "
		"put at least and who puts never waited, and with an end it grew by four times its "
		"room at most and who puts waited; FALSE if one of the four never is so; else "
		"INCONCLUSIVE HERE, with the share.",
	.live = "oscope states --why -- PROGRAM, reason futex; grep Rss /proc/PID/smaps_rollup",
	.op = "400 items",
	.seen = {
		[ATE] = "ate", [FLAT] = "flat", [WAITED] = "waited",
		[NEVER_WAITED] = "never_waited", [BYTES_PER_ITEM] = "bytes_per_item",
		[WAITS] = "waits", [MOST_INSIDE] = "most_inside",
	},
	.tasks = { "putter", "taker" },
	.needed = {
		SAW(UNBOUNDED, ATE), SAW(UNBOUNDED, NEVER_WAITED), SAW(BOUNDED, FLAT),
		SAW(BOUNDED, WAITED),
	},
	.counts = {
		MADE(ALL_ARMS, THREAD, 2), NAMED(TURNS, ALL_ARMS, ITEMS, "items that came/op"),
	},
	.placement = "same CPU, SCHED_BATCH",
	.needs_lives = true,
	.needs_states = true,
	.arm = { [UNBOUNDED] = { "unbounded", run }, [BOUNDED] = { "bounded", run } },
	.check = check,
	.yes = say_yes,
	.no = say_no,
};
CLAIM(buffer);
