// SPDX-License-Identifier: GPL-2.0
/* sync.queue-safe: does each item of a queue come once, and in the order it was put? */
#include <sched.h>
#include <stdbool.h>

#include "notes/bounded.h"
#include "notes/notes.h"
#include "notes/worker.h"

#define WRITERS	2
#define READERS	2
#define ITEMS	100		/* of each writer */
#define ALL	((long)WRITERS * ITEMS)
#define ROOM	4

enum { ONE, MANY };
enum { ONCE, LOST, TWICE, BY_WRITER, AS_DONE, WAITS, BOTH_READ };
enum { WRITER, READER };

/* All that the workers have in common. An item is its writer and its number. */
struct market {
	struct bounded queue;
	long writers, readers;		/* that have begun */
	long taken, done;		/* items that a reader goes for, and that are dealt with */
	long by[READERS];		/* of these, by whom */
	long finished[ALL];		/* items, in the order they were dealt with */
	bool one_is_slow;
};

static long next(long *count)
{
	return __atomic_fetch_add(count, 1, __ATOMIC_SEQ_CST);
}

static void write_all(void *arg)
{
	struct market *m = arg;
	long me = next(&m->writers), i;

	for (i = 0; i < ITEMS; i++)
		bounded_put(&m->queue, me * ITEMS + i);
}

/* One of two is held up by its first item, until the other one has dealt with a later one. */
static void read_all(void *arg)
{
	struct market *m = arg;
	long me = next(&m->readers);

	while (next(&m->taken) < ALL) {
		long item = bounded_get(&m->queue);

		while (m->one_is_slow && !me && !m->by[me] &&
		       !__atomic_load_n(&m->done, __ATOMIC_SEQ_CST))
			sched_yield();
		m->finished[next(&m->done)] = item;
		m->by[me]++;
	}
}

/* Items that came never, and more than once. */
static void counts_see(struct sample *s, const struct market *m)
{
	long times[ALL] = { 0 }, lost = 0, twice = 0, i;

	for (i = 0; i < m->done; i++)
		times[m->finished[i]]++;
	for (i = 0; i < ALL; i++) {
		lost += !times[i];
		twice += times[i] > 1;
	}
	sample_see(s, ONCE, !lost && !twice);
	sample_see(s, LOST, (double)lost);
	sample_see(s, TWICE, (double)twice);
}

/* Whether those of each writer were dealt with in its order. */
static bool in_order(const struct market *m)
{
	long last[WRITERS], i;

	for (i = 0; i < WRITERS; i++)
		last[i] = -1;
	for (i = 0; i < m->done; i++) {
		long writer = m->finished[i] / ITEMS;

		if (m->finished[i] < last[writer])
			return false;
		last[writer] = m->finished[i];
	}
	return true;
}

static int run(struct sample *s)
{
	static struct market m;
	struct worker w[WRITERS + READERS];
	size_t n = WRITERS + (s->arm == ONE ? 1 : READERS), i;
	int err = sample_batch_policy();

	bounded_init(&m.queue, ROOM);
	m.one_is_slow = s->arm == MANY;
	for (i = 0; i < n && !err; i++) {
		w[i] = i < WRITERS ? (struct worker){ .name = "writer", .fn = write_all } :
				     (struct worker){ .name = "reader", .fn = read_all };
		w[i].arg = &m;
		err = worker_start(&w[i]);
	}
	if (err)
		return err;
	s->turns = workers_come_to(w, n, &m.queue.moves, 2L * ALL);
	for (i = 0; i < n && s->turns; i++)
		worker_join(&w[i]);
	counts_see(s, &m);
	sample_see(s, s->arm == ONE ? BY_WRITER : AS_DONE, in_order(&m));
	sample_see(s, BOTH_READ, m.by[0] > 0 && (s->arm == ONE || m.by[1] > 0));
	sample_see(s, WAITS, (double)(m.queue.put_waits + m.queue.get_waits));
	s->ops = 1;
	return 0;
}

/* Without a wait nobody was in anybody's way. */
static void check(struct note *n)
{
	size_t a;

	for (a = ONE; a <= MANY; a++) {
		note_gate_cond_waits(n, a, "all", WAITS,
				     note_sleeps(n, a, WRITER, OSCOPE_REASON_FUTEX) +
				     note_sleeps(n, a, READER, OSCOPE_REASON_FUTEX));
		note_gate(n, n->claim->arm[a].name, "waits/item", 0.5, 0.05, 3,
			  note_seen_mean(n, a, WAITS) / ALL);
	}
}

static void say_yes(struct note *n)
{
	if (note_seen_always(n, MANY, AS_DONE, 1))
		note_verdict(n, VERDICT_HOLDS,
			     "each of %ld items came once, and those of a writer in its order, with "
			     "one reader and with %d", ALL, READERS);
	else
		note_verdict(n, VERDICT_HOLDS_IF,
			     "there is one reader: each of %ld items came once, with one and with %d, "
			     "and one dealt with those of a writer in its order; two did in %.0f %% of "
			     "the samples", ALL, READERS, 100 * note_seen_mean(n, MANY, AS_DONE));
}

static void say_no(struct note *n)
{
	note_verdict(n, VERDICT_FALSE,
		     "of %ld items %.1f were lost and %.1f came twice with one reader, %.1f and %.1f "
		     "with %d; share of samples in which one reader had those of a writer in order "
		     "%.2f", ALL, note_seen_mean(n, ONE, LOST), note_seen_mean(n, ONE, TWICE),
		     note_seen_mean(n, MANY, LOST), note_seen_mean(n, MANY, TWICE), READERS,
		     note_seen_mean(n, ONE, BY_WRITER));
}

static const struct claim queue_safe = {
	.id = "sync.queue-safe",
	.topic = "sync",
	.claim = "A queue is safe between threads, and first in, first out",
	.claim_zh = "队列是线程安全的，先进先出",
	.how =
		"Two writers put 100 numbered items each into the queue of sync.queue, with room for "
		"four, and one reader gets all of them; in the second arm two readers do, of whom "
		"one is held up by its first item until the other has dealt with one. Which items "
		"came, how often, and in what order they were dealt with is noted. An operation is "
		"all of that.",
	.gates =
		"Three threads made in the first arm, four in the second; all items were put and "
		"got, and each reader had some; by the probes there are as many futex sleeps as "
		"waits are counted (95 % at least, and twice as many at most), and one item in 20 "
		"at least was waited for.",
	.rule =
		"If in every sample each item came once, and one reader had those of a writer in its "
		"order: HOLDS if two dealt with them in that order, too; else HOLDS IF there is one "
		"reader. FALSE if one of these never is so; else INCONCLUSIVE HERE, with the share.",
	.live = "oscope states --why -- PROGRAM, reason futex",
	.op = "queue",
	.seen = {
		[ONCE] = "once", [LOST] = "lost", [TWICE] = "twice", [BY_WRITER] = "by_writer",
		[AS_DONE] = "as_done", [WAITS] = "waits", [BOTH_READ] = "all_read",
	},
	.placement = "same CPU, SCHED_BATCH",
	.tasks = { [WRITER] = "writer", [READER] = "reader" },
	.needed = { SAW(ONE, ONCE), SAW(MANY, ONCE), SAW(ONE, BY_WRITER) },
	.counts = {
		MADE(ONE, THREAD, WRITERS + 1), MADE(MANY, THREAD, WRITERS + READERS),
		NAMED(TURNS, ALL_ARMS, 1, "all were put and got/op"), SAW(MANY, BOTH_READ),
	},
	.needs_lives = true,
	.needs_states = true,
	.arm = { [ONE] = { "one", run }, [MANY] = { "many", run } },
	.check = check,
	.yes = say_yes,
	.no = say_no,
};
CLAIM(queue_safe);
