// SPDX-License-Identifier: GPL-2.0
/* sync.contention: what does it cost that two want the same lock? */
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <sys/resource.h>

#include "notes/cpus.h"
#include "notes/crew.h"
#include "notes/notes.h"
#include "util.h"

#define TAKES	4000		/* of each of the two */
#define INSIDE	100		/* units of compute(): a us or so */
#define MARGIN	1.05		/* of the time a take: less is no cost */
#define FOUND	0.001		/* of the takes: the lock was taken, or nobody contended */

enum { ONE, EACH };
enum { P99_NS, FOUND_TAKEN, SLEEPS };

/* Each on cache lines of its own. */
struct place {
	pthread_mutex_t lock;
	long count;
} __attribute__((aligned(128)));

struct shop {
	struct place place[2];
	struct sample *sample;
	bool shared;			/* the first place is of both */
	int there;
	double ns[2][TAKES];		/* of each take, with its wait */
	long found_taken[2], sleeps[2];
};

static long own_sleeps(void)
{
	struct rusage usage;

	getrusage(RUSAGE_THREAD, &usage);
	return usage.ru_nvcsw;
}

static void take(struct shop *shop, struct place *p, unsigned int who, int i)
{
	uint64_t start = now_ns();

	if (pthread_mutex_trylock(&p->lock)) {
		shop->found_taken[who]++;
		pthread_mutex_lock(&p->lock);
	}
	compute(INSIDE);
	p->count++;
	pthread_mutex_unlock(&p->lock);
	shop->ns[who][i] = (double)(now_ns() - start);
}

/* On a CPU of its own, once both are there. */
static void customer(struct crew_member *m)
{
	struct shop *shop = m->arg;
	struct place *p = &shop->place[shop->shared ? 0 : m->nth];
	bool pinned = !cpus_pin(shop->sample, m->nth);
	long before;
	int i;

	__atomic_add_fetch(&shop->there, 1, __ATOMIC_SEQ_CST);
	while (__atomic_load_n(&shop->there, __ATOMIC_SEQ_CST) < 2)
		sched_yield();
	m->begin_ns = now_ns();
	before = own_sleeps();
	for (i = 0; i < TAKES; i++)
		take(shop, p, m->nth, i);
	shop->sleeps[m->nth] = own_sleeps() - before;
	m->done = pinned ? TAKES : 0;
}

static int run(struct sample *s)
{
	static struct shop shop = {
		.place = { { PTHREAD_MUTEX_INITIALIZER }, { PTHREAD_MUTEX_INITIALIZER } },
	};
	struct crew c = { .n = 2, .name = "customer", .fn = customer, .arg = &shop };
	int err;

	shop.sample = s;
	shop.shared = s->arm == ONE;
	err = crew_run(&c);
	s->ops = 1;
	/* What is counted under the lock is what both say that they did. */
	s->turns = c.done == 2UL * TAKES &&
		   shop.place[0].count + shop.place[1].count == 2L * TAKES;
	s->flat = true;
	s->value = (double)c.wall_ns / (2 * TAKES);
	sample_see(s, P99_NS, stats_quantile(&shop.ns[0][0], 2 * (size_t)TAKES, 0.99));
	sample_see(s, FOUND_TAKEN,
		   (double)(shop.found_taken[0] + shop.found_taken[1]) / (2 * TAKES));
	sample_see(s, SLEEPS, (double)(shop.sleeps[0] + shop.sleeps[1]));
	crew_free(&c);
	return err;
}

static void effect(struct note *n)
{
	n->effect = note_ratio(n, ONE, EACH);
	n->effect_unit = "times the time a take";
}

static void check(struct note *n)
{
	note_gate_waits(n, ONE, 0, OSCOPE_REASON_FUTEX, SLEEPS);
	note_gate_waits(n, EACH, 0, OSCOPE_REASON_FUTEX, SLEEPS);
	note_gate(n, "each", "takes that found it taken, share", 0, 0, 0,
		  note_seen_mean(n, EACH, FOUND_TAKEN));
	/* One CPU has nobody who could find it so, but by chance. */
	if (n->machine->cpus_allowed > 1)
		note_gate(n, "one", "takes that found it taken, share", 0.5, FOUND, 1,
			  note_seen_mean(n, ONE, FOUND_TAKEN));
}

static void decide(struct note *n)
{
	double one = note_seen_mean(n, ONE, P99_NS), each = note_seen_mean(n, EACH, P99_NS);
	const struct interval *e = &n->effect;

	if (cpus_too_few(n))
		return;
	if (e->lo > MARGIN && one > each)
		note_verdict(n, VERDICT_HOLDS,
			     "with one lock for both a take is %.2f times the time, 99 %% of them "
			     "within %.0f ns rather than %.0f; %.0f %% found it taken, and %.0f of "
			     "%d slept", e->value, one, each,
			     100 * note_seen_mean(n, ONE, FOUND_TAKEN),
			     note_seen_mean(n, ONE, SLEEPS), 2 * TAKES);
	else if (e->lo > MARGIN)
		note_verdict(n, VERDICT_HOLDS_IF,
			     "throughput is meant: %.2f times the time a take, but 99 %% of them are "
			     "within %.0f ns with one lock, %.0f with one each",
			     e->value, one, each);
	else if (e->hi <= MARGIN)
		note_verdict(n, VERDICT_FALSE,
			     "with one lock for both a take is %.2f times the time, though %.0f %% "
			     "found it taken", e->value,
			     100 * note_seen_mean(n, ONE, FOUND_TAKEN));
	else
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "%.2f to %.2f times the time a take with one lock for both: no "
			     "telling on which side of %.2f it is",
			     e->lo, e->hi, MARGIN);
}

static const struct claim contention = {
	.id = "sync.contention",
	.topic = "sync",
	.claim = "Contention costs performance and latency",
	.claim_zh = "锁的争抢导致性能下降、延迟增加",
	.how =
		"Two threads, each on a CPU of its own, take a mutex 4000 times each and compute for "
		"a microsecond or so inside: the same mutex, or one each. The value is the time that "
		"passes until both are done, a take. An operation is both.",
	.gates =
		"Two threads made an operation; the takes of both add up, as counted under the lock; "
		"by the probes there are exactly as many futex sleeps as the threads' own voluntary "
		"switches; one take in 1000 at least found the lock of both taken, and none its own.",
	.rule =
		"With the 95 % interval of the ratio of one lock for both to one each: HOLDS if it is "
		"above 1.05 and the mean of the samples' 99th percentiles of a take is higher, too; "
		"HOLDS IF throughput is meant, where that is not so; FALSE if the upper end is 1.05 at "
		"most; INCONCLUSIVE HERE with one CPU, and else.",
	.live = "oscope locks -- PROGRAM; oscope states --why -- PROGRAM, reason futex",
	.op = "pair",
	.value = "ns",
	.seen = {
		[P99_NS] = "p99_of_takes_ns", [FOUND_TAKEN] = "found_taken_share",
		[SLEEPS] = "sleeps",
	},
	.placement = "two CPUs",
	.tasks = { "customer" },
	.narrow = 0.05,
	.counts = {
		MADE(ALL_ARMS, THREAD, 2), NAMED(TURNS, ALL_ARMS, 1, "takes add up/op"),
	},
	.needs_times = true,
	.needs_lives = true,
	.needs_states = true,
	.arm = { [ONE] = { "one", run }, [EACH] = { "each", run } },
	.effect = effect,
	.check = check,
	.decide = decide,
};
CLAIM(contention);
