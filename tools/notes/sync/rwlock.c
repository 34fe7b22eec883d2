// SPDX-License-Identifier: GPL-2.0
/* sync.rwlock: do readers come in together, and writers alone? */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>

#include "notes/kin.h"
#include "notes/notes.h"
#include "notes/worker.h"
#include "util.h"

#define READERS	3
#define WRITERS	2
#define VISITS	50		/* of each in a crowd */
#define TAKES	100		/* of each of two, for each length */
#define SOONER	0.9		/* of the mutex's time, or less */

enum { PAIRS, CROWD, LENGTHS };
/* Pairs: who has it, who comes. */
enum { READ_READ, READ_WRITE, WRITE_READ, WRITE_WRITE, KINDS };
enum {
	TOGETHER = KINDS, ALONE, PASSED,
	NONE_BESIDE, MOST_READERS,
	PAYS_FROM_NS, READ_NS, MUTEX_NS,
};

static void take(pthread_rwlock_t *lock, bool writes)
{
	if (writes)
		pthread_rwlock_wrlock(lock);
	else
		pthread_rwlock_rdlock(lock);
}

struct comer {
	pthread_rwlock_t *lock;
	bool writes;
	volatile bool inside;
	struct worker worker;
};

static void come_in(void *arg)
{
	struct comer *c = arg;

	take(c->lock, c->writes);
	c->inside = true;
	pthread_rwlock_unlock(c->lock);
}

/* Somebody has it already: whether the comer is inside beside him, 1, or sleeps, 0. Or -errno. */
static int comes(struct comer *c, pthread_rwlock_t *lock, bool writes, const char *name)
{
	int err;

	*c = (struct comer){ .lock = lock, .writes = writes };
	c->worker = (struct worker){ .name = name, .fn = come_in, .arg = c };
	err = worker_start(&c->worker);
	if (err)
		return err;
	while (!c->inside && kin_state(c->worker.tid) != 'S')
		sched_yield();
	return c->inside;
}

static int meet(struct sample *s, int kind, const char *name)
{
	pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
	struct comer c;
	int inside;

	take(&lock, kind >= WRITE_READ);
	inside = comes(&c, &lock, kind & 1, name);
	if (inside < 0)
		return inside;
	pthread_rwlock_unlock(&lock);
	worker_join(&c.worker);
	sample_see(s, kind, !inside);
	return 0;
}

/* A reader that comes when a writer sleeps for it already. */
static int pass(struct sample *s)
{
	pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
	struct comer writer, reader;
	int before, after;

	take(&lock, false);
	before = comes(&writer, &lock, true, "before");
	after = before < 0 ? before : comes(&reader, &lock, false, "after");
	if (after < 0)
		return after;
	pthread_rwlock_unlock(&lock);
	worker_join(&writer.worker);
	worker_join(&reader.worker);
	if (!before)
		sample_see(s, PASSED, after);
	return 0;
}

static const char *const kinds[KINDS] = {
	[READ_READ] = "read_read", [READ_WRITE] = "read_write", [WRITE_READ] = "write_read",
	[WRITE_WRITE] = "write_write",
};

static int run_pairs(struct sample *s)
{
	int kind, err = sample_batch_policy();

	for (kind = READ_READ; kind < KINDS && !err; kind++)
		err = meet(s, kind, kinds[kind]);
	if (!err)
		err = pass(s);
	if (err)
		return err;
	sample_see(s, TOGETHER, !s->seen[READ_READ]);
	sample_see(s, ALONE, s->seen[READ_WRITE] > 0 && s->seen[WRITE_READ] > 0 &&
		   s->seen[WRITE_WRITE] > 0);
	s->turns = 1;
	s->ops = 1;
	return 0;
}

/* Who is inside, as each that comes in counts it. */
struct crowd {
	pthread_rwlock_t lock;
	long readers, writers, beside, visits;
	volatile long most_readers;
};

static long add(long *count, long by)
{
	return __atomic_add_fetch(count, by, __ATOMIC_SEQ_CST);
}

static void read_often(void *arg)
{
	struct crowd *c = arg;
	long i;

	for (i = 0; i < VISITS; i++) {
		long inside;

		pthread_rwlock_rdlock(&c->lock);
		inside = add(&c->readers, 1);
		if (inside > c->most_readers)
			c->most_readers = inside;
		sched_yield();
		add(&c->beside, add(&c->writers, 0) > 0);
		add(&c->readers, -1);
		pthread_rwlock_unlock(&c->lock);
		add(&c->visits, 1);
	}
}

static void write_often(void *arg)
{
	struct crowd *c = arg;
	long i;

	for (i = 0; i < VISITS; i++) {
		long inside;

		pthread_rwlock_wrlock(&c->lock);
		inside = add(&c->writers, 1);
		sched_yield();
		add(&c->beside, inside > 1 || add(&c->readers, 0) > 0);
		add(&c->writers, -1);
		pthread_rwlock_unlock(&c->lock);
		add(&c->visits, 1);
	}
}

static int run_crowd(struct sample *s)
{
	static struct crowd c = { .lock = PTHREAD_RWLOCK_INITIALIZER };
	struct worker w[READERS + WRITERS];
	int i, err = 0;

	for (i = 0; i < READERS + WRITERS && !err; i++) {
		w[i] = (struct worker){
			.name = "crowd", .fn = i < READERS ? read_often : write_often, .arg = &c,
		};
		err = worker_start(&w[i]);
	}
	for (i = 0; i < READERS + WRITERS && !err; i++)
		worker_join(&w[i]);
	if (err)
		return err;
	sample_see(s, NONE_BESIDE, !c.beside);
	sample_see(s, MOST_READERS, (double)c.most_readers);
	s->turns = c.visits == (long)(READERS + WRITERS) * VISITS;
	s->ops = 1;
	return 0;
}

/* Two that read at the same time, under either lock, and stay inside for so long. */
struct reading {
	pthread_rwlock_t shared;
	pthread_mutex_t exclusive;
	bool by_mutex;
	long rounds;			/* inside */
	volatile int there;
};

static void spin(long rounds)
{
	volatile long i;

	for (i = 0; i < rounds; i++)
		;
}

static void read_once(struct reading *r)
{
	if (r->by_mutex)
		pthread_mutex_lock(&r->exclusive);
	else
		pthread_rwlock_rdlock(&r->shared);
	spin(r->rounds);
	if (r->by_mutex)
		pthread_mutex_unlock(&r->exclusive);
	else
		pthread_rwlock_unlock(&r->shared);
}

static void read_all(void *arg)
{
	struct reading *r = arg;
	int i;

	__atomic_add_fetch(&r->there, 1, __ATOMIC_SEQ_CST);
	while (r->there < 2)
		sched_yield();
	for (i = 0; i < TAKES; i++)
		read_once(r);
}

/* How long both take, in ns; or -errno. */
static int64_t both_read(struct reading *r)
{
	struct worker w = { .name = "reading", .fn = read_all, .arg = r };
	int64_t start;
	int err;

	r->there = 0;
	err = worker_start(&w);
	if (err)
		return err;
	start = (int64_t)now_ns();
	read_all(r);
	worker_join(&w);
	return (int64_t)now_ns() - start;
}

/* Of so many rounds inside, when nobody else is there, in ns. */
static double alone_ns(struct reading *r, bool by_mutex, long rounds)
{
	uint64_t start = now_ns();
	int i;

	r->by_mutex = by_mutex;
	r->rounds = rounds;
	for (i = 0; i < TAKES; i++)
		read_once(r);
	return (double)(now_ns() - start) / TAKES;
}

/* Whether two are done sooner by the lock that lets both in. Or -errno. */
static int pays(struct reading *r, long rounds)
{
	int64_t shared, exclusive;

	r->rounds = rounds;
	r->by_mutex = false;
	shared = both_read(r);
	r->by_mutex = true;
	exclusive = both_read(r);
	if (shared < 0 || exclusive < 0)
		return -EAGAIN;
	return (double)shared < SOONER * (double)exclusive;
}

/* From the longest down, as long as it pays. */
static int run_lengths(struct sample *s)
{
	static const long lengths[] = { 10000, 1000, 100 };
	static struct reading r = {
		.shared = PTHREAD_RWLOCK_INITIALIZER, .exclusive = PTHREAD_MUTEX_INITIALIZER,
	};
	int err = sample_unpin(), does = 1;
	size_t i;

	if (err)
		return err;
	sample_see(s, READ_NS, alone_ns(&r, false, 0));
	sample_see(s, MUTEX_NS, alone_ns(&r, true, 0));
	for (i = 0; i < ARRAY_SIZE(lengths) && does > 0; i++) {
		does = pays(&r, lengths[i]);
		if (does > 0)
			sample_see(s, PAYS_FROM_NS, alone_ns(&r, false, lengths[i]));
	}
	s->turns = does >= 0;
	s->ops = 1;
	return does < 0 ? does : 0;
}

static void check(struct note *n)
{
	int kind;

	for (kind = READ_READ; kind < KINDS; kind++)
		note_gate_waits(n, PAIRS, kind, OSCOPE_REASON_FUTEX, kind);
}

/* When it pays is shown, and decides nothing: that takes two CPUs that are free. */
static void say_yes(struct note *n)
{
	struct arm_seen from = note_seen(n, LENGTHS, PAYS_FROM_NS);
	char when[96] = "in no sample";

	if (from.n)
		snprintf(when, sizeof(when), "in %.0f %% of the samples, from %.0f ns inside on",
			 100.0 * (double)from.n / (double)note_seen(n, LENGTHS, READ_NS).n,
			 from.sum / (double)from.n);
	note_verdict(n, VERDICT_HOLDS,
		     "a reader came in beside a reader, %.0f at most of a crowd, and slept for a "
		     "writer; a writer slept for either, and nobody was ever beside one; with a "
		     "writer waiting another reader came in, in %.0f %% of the samples; two readers "
		     "were done sooner than by a mutex %s", note_seen(n, CROWD, MOST_READERS).max,
		     100 * note_seen_mean(n, PAIRS, PASSED), when);
}

static void say_no(struct note *n)
{
	note_verdict(n, VERDICT_FALSE,
		     "share of samples in which a reader came in beside another %.2f, a writer was "
		     "alone %.2f, and nobody was beside one in a crowd %.2f",
		     note_seen_mean(n, PAIRS, TOGETHER), note_seen_mean(n, PAIRS, ALONE),
		     note_seen_mean(n, CROWD, NONE_BESIDE));
}

static const struct claim rwlock = {
	.id = "sync.rwlock",
	.topic = "sync",
	.claim = "A read-write lock lets many readers in at once, and writers alone",
	.claim_zh = "读写锁允许多个读者同时进入，写者独占",
	.how =
		"A thread has the lock, to read or to write, and another one comes, to read or to "
		"write: whether it comes in beside it, or sleeps. Then a reader comes while a writer "
		"sleeps. In the second arm three readers and two writers come 50 times each, give "
		"the CPU away inside, and look who is there. In the third two readers, on all CPUs, "
		"stay inside for three lengths of time, by this lock and by a mutex. An operation "
		"is one of these.",
	.gates =
		"Six threads made in the first arm, five in the second; who came and slept did so for "
		"a futex, by the probes; all have been in as often as they were to be.",
	.rule =
		"HOLDS if in every sample the reader came in beside the reader, the three others "
		"slept, and of a crowd nobody was inside beside a writer; FALSE if one of these "
		"never is so; else INCONCLUSIVE HERE, with the share. From which length on it is "
		"sooner than a mutex is shown beside it: that needs two CPUs that are free.",
	.live = "oscope states --why -- PROGRAM, reason futex; oscope locks -- PROGRAM",
	.op = "operation",
	.seen = {
		[READ_READ] = "read_read_slept", [READ_WRITE] = "read_write_slept",
		[WRITE_READ] = "write_read_slept", [WRITE_WRITE] = "write_write_slept",
		[TOGETHER] = "together", [ALONE] = "alone", [PASSED] = "passed_writer",
		[NONE_BESIDE] = "none_beside_writer", [MOST_READERS] = "most_readers",
		[PAYS_FROM_NS] = "pays_from_ns", [READ_NS] = "read_ns", [MUTEX_NS] = "mutex_ns",
	},
	.placement = "same CPU; all CPUs in the third arm",
	.tasks = {
		[READ_READ] = "read_read", [READ_WRITE] = "read_write", [WRITE_READ] = "write_read",
		[WRITE_WRITE] = "write_write",
	},
	.needed = { SAW(PAIRS, TOGETHER), SAW(PAIRS, ALONE), SAW(CROWD, NONE_BESIDE) },
	.counts = {
		MADE(PAIRS, THREAD, KINDS + 2), MADE(CROWD, THREAD, READERS + WRITERS),
		NAMED(TURNS, ALL_ARMS, 1, "as it was to be/op"),
	},
	.needs_lives = true,
	.needs_states = true,
	.arm = {
		[PAIRS] = { "pairs", run_pairs }, [CROWD] = { "crowd", run_crowd },
		[LENGTHS] = { "lengths", run_lengths },
	},
	.check = check,
	.yes = say_yes,
	.no = say_no,
};
CLAIM(rwlock);
