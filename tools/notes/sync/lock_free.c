// SPDX-License-Identifier: GPL-2.0
/* sync.lock-free: do structures without a lock, or with many, reduce contention? */
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>

#include "notes/cpus.h"
#include "notes/crew.h"
#include "notes/notes.h"
#include "util.h"

#define ITEMS		100000UL		/* of the ring, or updates of each of two */
#define ROOM		1024UL
#define SHARDS		64UL
#define SLOTS		4096UL		/* of all shards */
#define KEYS		1024UL
#define PATIENCE	256		/* looks, before the CPU is given to others */

/* By pairs: as it is with one mutex, and without; each by two threads, and by one alone. */
enum { RING_MUTEX, RING_FREE, MAP_MUTEX, MAP_SHARDS, STRUCTURES };
#define ALONE	STRUCTURES

struct ring {
	_Alignas(64) pthread_mutex_t lock;
	_Alignas(64) uint64_t head;	/* of who puts */
	_Alignas(64) uint64_t tail;	/* of who takes */
	_Alignas(64) uint64_t item[ROOM];
};

struct slot {
	uint64_t key, count;		/* key 0: none */
};

struct shard {
	_Alignas(64) pthread_mutex_t lock;
	struct slot *slot;		/* its part of all */
};

struct task {
	struct shard shard[SHARDS];
	struct ring ring;
	struct sample *sample;
	size_t shards;
	uint64_t wrong;
	struct slot slot[SLOTS];
	bool alone;
};

static size_t structure(const struct sample *s)
{
	return s->arm % STRUCTURES;
}

/* One writer and one reader: each writes one end, and looks at the other's. */
static bool free_put(struct ring *r, uint64_t item)
{
	uint64_t head = r->head;

	if (head - __atomic_load_n(&r->tail, __ATOMIC_ACQUIRE) == ROOM)
		return false;
	r->item[head % ROOM] = item;
	__atomic_store_n(&r->head, head + 1, __ATOMIC_RELEASE);
	return true;
}

static bool free_take(struct ring *r, uint64_t *item)
{
	uint64_t tail = r->tail;

	if (__atomic_load_n(&r->head, __ATOMIC_ACQUIRE) == tail)
		return false;
	*item = r->item[tail % ROOM];
	__atomic_store_n(&r->tail, tail + 1, __ATOMIC_RELEASE);
	return true;
}

static bool try_put(struct task *t, uint64_t item)
{
	bool done;

	if (structure(t->sample) == RING_FREE)
		return free_put(&t->ring, item);
	pthread_mutex_lock(&t->ring.lock);
	done = free_put(&t->ring, item);
	pthread_mutex_unlock(&t->ring.lock);
	return done;
}

static bool try_take(struct task *t, uint64_t *item)
{
	bool done;

	if (structure(t->sample) == RING_FREE)
		return free_take(&t->ring, item);
	pthread_mutex_lock(&t->ring.lock);
	done = free_take(&t->ring, item);
	pthread_mutex_unlock(&t->ring.lock);
	return done;
}

static void be_patient(unsigned int *looks)
{
	if (++*looks % PATIENCE == 0)
		sched_yield();
}

static void ring_put(struct task *t)
{
	unsigned int looks = 0;
	uint64_t i;

	for (i = 1; i <= ITEMS; i++) {
		while (!try_put(t, i))
			be_patient(&looks);
	}
}

static void ring_take(struct task *t)
{
	unsigned int looks = 0;
	uint64_t i, item;

	for (i = 1; i <= ITEMS; i++) {
		while (!try_take(t, &item))
			be_patient(&looks);
		t->wrong += item != i;
	}
}

static void ring_both(struct task *t)
{
	uint64_t i, item = 0;

	for (i = 1; i <= ITEMS; i++)
		t->wrong += !try_put(t, i) || !try_take(t, &item) || item != i;
}

/* Slots are looked through from where the key should be on; there are more of them than keys. */
static void shard_add(struct shard *s, size_t slots, uint64_t key)
{
	size_t i = (key * 0x9e3779b97f4a7c15ULL >> 32) % slots;

	pthread_mutex_lock(&s->lock);
	while (s->slot[i].key && s->slot[i].key != key)
		i = (i + 1) % slots;
	s->slot[i].key = key;
	s->slot[i].count++;
	pthread_mutex_unlock(&s->lock);
}

/* Keys are 1 and up, by chance that is the same each time; a shard has every 64th. */
static void map_add_all(struct task *t, uint64_t state)
{
	uint64_t i;

	for (i = 0; i < ITEMS; i++) {
		uint64_t key = 1 + stats_random_below(&state, KEYS);

		shard_add(&t->shard[key % t->shards], SLOTS / t->shards, key);
	}
}

static uint64_t map_sum(const struct task *t)
{
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < SLOTS; i++)
		sum += t->slot[i].count;
	return sum;
}

static void member(struct crew_member *m)
{
	struct task *t = m->arg;
	bool ring = structure(t->sample) <= RING_FREE;

	if (cpus_pin(t->sample, m->nth))
		return;
	if (!ring)
		map_add_all(t, m->nth);
	else if (t->alone)
		ring_both(t);
	else if (m->nth)
		ring_take(t);
	else
		ring_put(t);
	m->done = 1;
}

static void task_init(struct task *t, struct sample *s)
{
	size_t i;

	t->sample = s;
	t->alone = s->arm >= ALONE;
	t->shards = structure(s) == MAP_SHARDS ? SHARDS : 1;
	pthread_mutex_init(&t->ring.lock, NULL);
	for (i = 0; i < t->shards; i++) {
		pthread_mutex_init(&t->shard[i].lock, NULL);
		t->shard[i].slot = &t->slot[i * SLOTS / t->shards];
	}
}

/* What an item costs: the time until both had done theirs. */
static int run(struct sample *s)
{
	static struct task t;
	struct crew c = { .name = "member", .fn = member, .arg = &t };
	uint64_t members;
	bool ring = structure(s) <= RING_FREE;
	int err;

	task_init(&t, s);
	members = t.alone ? 1 : 2;
	c.n = (unsigned int)members;
	err = crew_run(&c);
	if (!err) {
		uint64_t items = ring ? ITEMS : ITEMS * members;

		if (!ring)
			t.wrong = map_sum(&t) != items;
		s->turns = c.done == members && !t.wrong;
		s->value = (double)c.wall_ns / (double)items;
		s->ops = 1;
	}
	crew_free(&c);
	return err;
}

static struct interval gain(const struct note *n, int mutex)
{
	return note_ratio(n, mutex, mutex + 1);
}

/* The lesser gain of two at once. */
static void effect(struct note *n)
{
	struct interval ring = gain(n, RING_MUTEX), map = gain(n, MAP_MUTEX);

	n->effect = ring.value < map.value ? ring : map;
	n->effect_unit = "x";
}

/* Who puts and who takes without a lock never sleeps for one. */
static void check(struct note *n)
{
	static const struct { int arm; const char *name; } pairs[] = {
		{ RING_MUTEX, "ring_two" }, { MAP_MUTEX, "map_two" },
		{ ALONE + RING_MUTEX, "ring_alone" }, { ALONE + MAP_MUTEX, "map_alone" },
	};
	size_t i;

	for (i = 0; i < STRUCTURES; i++)
		note_evidence(n, n->claim->arm[i].name, "futex_sleeps_per_op",
			      note_sleeps(n, i, 0, OSCOPE_REASON_FUTEX));
	note_gate_near(n, "ring_free", "futex sleeps/op", 0, 0,
		       note_sleeps(n, RING_FREE, 0, OSCOPE_REASON_FUTEX));
	for (i = 0; i < ARRAY_SIZE(pairs); i++) {
		struct interval r = gain(n, pairs[i].arm);

		note_evidence(n, pairs[i].name, "gain", r.value);
		note_evidence(n, pairs[i].name, "gain_lo", r.lo);
		note_evidence(n, pairs[i].name, "gain_hi", r.hi);
	}
}

static bool gains(const struct note *n, int mutex)
{
	return gain(n, mutex).lo > 1;
}

static bool loses(const struct note *n, int mutex)
{
	return gain(n, mutex).hi < 1;
}

static void decide(struct note *n)
{
	struct interval ring = gain(n, RING_MUTEX), map = gain(n, MAP_MUTEX);
	int two = gains(n, RING_MUTEX) + gains(n, MAP_MUTEX);
	int alone = gains(n, ALONE + RING_MUTEX) + gains(n, ALONE + MAP_MUTEX);
	int two_lose = loses(n, RING_MUTEX) + loses(n, MAP_MUTEX);
	int alone_lose = loses(n, ALONE + RING_MUTEX) + loses(n, ALONE + MAP_MUTEX);
	char times[160];

	if (cpus_too_few(n))
		return;
	snprintf(times, sizeof(times),
		 "by two threads the ring without a lock is %.2f times as fast as under a mutex, "
		 "the map with 64 locks %.2f times; by one alone %.2f and %.2f", ring.value,
		 map.value, gain(n, ALONE + RING_MUTEX).value, gain(n, ALONE + MAP_MUTEX).value);
	if (two == 2 && alone == 2)
		note_verdict(n, VERDICT_HOLDS, "%s", times);
	else if (two == 2 && alone_lose)
		note_verdict(n, VERDICT_HOLDS_IF, "two use it at once: %s", times);
	else if (two == 1 && two_lose == 1)
		note_verdict(n, VERDICT_HOLDS_IF, "it is the %s: %s",
			     gains(n, RING_MUTEX) ? "ring" : "map", times);
	else if (two_lose == 2)
		note_verdict(n, VERDICT_FALSE, "%s", times);
	else
		note_verdict(n, VERDICT_INCONCLUSIVE, "%s: intervals %.2f to %.2f and %.2f to %.2f",
			     times, ring.lo, ring.hi, map.lo, map.hi);
}

static const struct claim lock_free = {
	.id = "sync.lock-free",
	.topic = "sync",
	.claim = "Lock-free and concurrent structures reduce contention",
	.claim_zh = "无锁数据结构和并发数据结构可以减少竞争",
	.how =
		"Two threads on a CPU each: one puts 100000 items into a ring of 1024 that the other "
		"one takes, under a mutex or by loads and stores of both ends; or both add to counts "
		"of 1024 keys in a hash table, 100000 times each, which has one mutex, or 64 parts "
		"with one each. The same by one thread alone, which does both. An operation is all "
		"of them, its value the time an item.",
	.gates =
		"Two threads made an operation, one of those alone; all items came in order, or all "
		"counts together are as many; who uses the ring without a lock never sleeps on a "
		"futex.",
	.rule =
		"gain = time an item with the one mutex / without, with its 95 % interval. HOLDS if "
		"all four gains have it above 1; HOLDS IF two use it at once, where both of those "
		"do and one of one alone has it below; HOLDS IF it is the ring, or the map, where "
		"by two one has it above 1 and the other below; FALSE if both are below 1; else, "
		"and with one CPU, INCONCLUSIVE HERE.",
	.live = "oscope locks -- PROGRAM; oscope states --why -- PROGRAM, reason futex",
	.op = "operation",
	.value = "ns",
	.tasks = { "member" },
	.counts = {
		MADE(RING_MUTEX, THREAD, 2), MADE(RING_FREE, THREAD, 2),
		MADE(MAP_MUTEX, THREAD, 2), MADE(MAP_SHARDS, THREAD, 2),
		MADE(ALONE + RING_MUTEX, THREAD, 1), MADE(ALONE + RING_FREE, THREAD, 1),
		MADE(ALONE + MAP_MUTEX, THREAD, 1), MADE(ALONE + MAP_SHARDS, THREAD, 1),
		NAMED(TURNS, ALL_ARMS, 1, "all came, and right"),
	},
	.placement = "two CPUs, then one",
	.narrow = 0.05,
	.needs_times = true,
	.needs_lives = true,
	.needs_states = true,
	.arm = {
		[RING_MUTEX] = { "ring_mutex", run }, [RING_FREE] = { "ring_free", run },
		[MAP_MUTEX] = { "map_mutex", run }, [MAP_SHARDS] = { "map_shards", run },
		[ALONE + RING_MUTEX] = { "ring_mutex_alone", run },
		[ALONE + RING_FREE] = { "ring_free_alone", run },
		[ALONE + MAP_MUTEX] = { "map_mutex_alone", run },
		[ALONE + MAP_SHARDS] = { "map_shards_alone", run },
	},
	.effect = effect,
	.check = check,
	.decide = decide,
};
CLAIM(lock_free);
