// SPDX-License-Identifier: GPL-2.0
/* parallel.coroutine-many: can one CPU carry tens of thousands of coroutines? */
#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "notes/kin.h"
#include "notes/loop.h"
#include "notes/notes.h"
#include "util.h"

#define TENS_OF_THOUSANDS	10000
#define MANY			100000
#define THREADS			2048	/* asked for: to compare; more would take seconds */
#define TURNS			2
#define STACK_BYTES		4096	/* of a coroutine that calls next to nothing */
#define THREAD_STACK_BYTES	16384
#define SPARE_KIB		1000000	/* that must be free for the greater number */

enum { TEN_THOUSAND, HUNDRED_THOUSAND, THREAD };
enum { ALIVE, BYTES_EACH, NS_A_TURN, ERRNO, THREADS_MAX, MAX_MAP_COUNT };

static uint64_t turns;
static unsigned int alive, most;

static void coroutine(void *arg)
{
	int i;

	alive++;
	most = alive > most ? alive : most;
	for (i = 0; i < TURNS; i++) {
		turns++;
		loop_yield();
	}
	alive--;
}

static double limit(const char *path)
{
	char line[64];

	return file_line(path, line, sizeof(line)) > 0 ? (double)strtoul(line, NULL, 10) : 0;
}

/* timed: of each one's turns those that took the ns. */
static void report(struct sample *s, unsigned int units, long kib, uint64_t ns, int timed, int err)
{
	s->ops = units;
	s->turns = turns / TURNS;
	s->flat = true;
	s->value = units ? (double)ns / ((double)units * timed) : 0;
	sample_see(s, ALIVE, units);
	sample_see(s, BYTES_EACH, units ? 1024.0 * (double)kib / units : 0);
	sample_see(s, NS_A_TURN, s->value);
	sample_see(s, ERRNO, -err);
	sample_see(s, THREADS_MAX, limit("/proc/sys/kernel/threads-max"));
	sample_see(s, MAX_MAP_COUNT, limit("/proc/sys/vm/max_map_count"));
}

static unsigned int coroutines_asked(size_t arm)
{
	if (arm == TEN_THOUSAND)
		return TENS_OF_THOUSANDS;
	return kin_number("/proc/meminfo", "MemAvailable") > SPARE_KIB ? MANY : TENS_OF_THOUSANDS;
}

static int run_coroutines(struct sample *s)
{
	unsigned int n = coroutines_asked(s->arm), i;
	long before = kin_status(getpid(), "VmRSS"), after;
	uint64_t start, took;
	int err;

	err = loop_begin(n, STACK_BYTES);
	for (i = 0; i < n && !err; i++)
		err = loop_add(coroutine, NULL);
	start = now_ns();
	if (!err)
		err = loop_run();
	took = now_ns() - start;
	after = kin_status(getpid(), "VmRSS");
	report(s, most, after - before, took, TURNS, 0);
	loop_end();
	return err;
}

/* All are there before the first goes on. */
static struct {
	pthread_mutex_t lock;
	pthread_cond_t go, all;
	bool gone;
	unsigned int came, left;	/* that are at it, and through it */
} gate = {
	.lock = PTHREAD_MUTEX_INITIALIZER,
	.go = PTHREAD_COND_INITIALIZER, .all = PTHREAD_COND_INITIALIZER,
};

static void *thread_main(void *arg)
{
	pthread_mutex_lock(&gate.lock);
	turns++;
	gate.came++;
	while (!gate.gone)
		pthread_cond_wait(&gate.go, &gate.lock);
	turns++;
	gate.left++;
	if (gate.left == gate.came)
		pthread_cond_signal(&gate.all);
	pthread_mutex_unlock(&gate.lock);
	return arg;
}

/* One turn of each, when all have had the one that they begin with: neither making nor ending. */
static uint64_t turns_take(unsigned int made)
{
	uint64_t start;

	pthread_mutex_lock(&gate.lock);
	while (gate.came < made) {
		pthread_mutex_unlock(&gate.lock);
		sched_yield();
		pthread_mutex_lock(&gate.lock);
	}
	start = now_ns();
	gate.gone = true;
	pthread_cond_broadcast(&gate.go);
	while (gate.left < made)
		pthread_cond_wait(&gate.all, &gate.lock);
	pthread_mutex_unlock(&gate.lock);
	return now_ns() - start;
}

/* Kernel memory of the threads is none of VmRSS: stacks and thread blocks of the process only. */
static int run_threads(struct sample *s)
{
	pthread_t *thread = calloc(THREADS, sizeof(*thread));
	long before = kin_status(getpid(), "VmRSS"), after;
	pthread_attr_t attr;
	uint64_t took;
	unsigned int made;
	int err = 0, i;

	if (!thread)
		return -ENOMEM;
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, THREAD_STACK_BYTES);
	for (made = 0; made < THREADS; made++) {
		err = -pthread_create(&thread[made], &attr, thread_main, NULL);
		if (err)
			break;
	}
	after = kin_status(getpid(), "VmRSS");
	took = turns_take(made);
	for (i = 0; i < (int)made; i++)
		pthread_join(thread[i], NULL);
	report(s, made, after - before, took, 1, err);
	free(thread);
	return 0;
}

static void effect(struct note *n)
{
	if (n->machine->no_times[0])
		return;
	n->effect = note_ratio(n, THREAD, HUNDRED_THOUSAND);
	n->effect_unit = "x";
}

static void check(struct note *n)
{
	const struct arm_counted *c = &n->counted[THREAD];

	note_gate_near(n, "threads", "threads/op", 1, 0,
		       c->lives.known ? note_per_op(c, c->lives.births[OSCOPE_BIRTH_THREAD]) : NAN);
}

/* What stopped the threads, by the error that making one more gave. */
static const char *stopped_by(const struct note *n, char *text, size_t bytes)
{
	int err = (int)note_seen_mean(n, THREAD, ERRNO);

	if (err)
		snprintf(text, bytes, "then %s", strerror(err));
	else
		snprintf(text, bytes, "no limit met");
	return text;
}

static void decide(struct note *n)
{
	struct arm_seen ten = note_seen(n, TEN_THOUSAND, ALIVE);
	struct arm_seen hundred = note_seen(n, HUNDRED_THOUSAND, ALIVE);
	char stopped[64];

	if (ten.n && ten.min >= TENS_OF_THOUSANDS)
		note_verdict(n, VERDICT_HOLDS,
			     "%.0f coroutines were alive at once on one CPU, with %.0f bytes each (%.0f "
			     "with %.0f of them); threads: %.0f of %d asked for, %s", hundred.max,
			     note_seen_mean(n, HUNDRED_THOUSAND, BYTES_EACH),
			     note_seen_mean(n, TEN_THOUSAND, BYTES_EACH), ten.max,
			     note_seen_mean(n, THREAD, ALIVE), THREADS,
			     stopped_by(n, stopped, sizeof(stopped)));
	else if (ten.max < TENS_OF_THOUSANDS)
		note_verdict(n, VERDICT_FALSE, "never more than %.0f coroutines were alive at once",
			     ten.max);
	else
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "%.0f to %.0f coroutines were alive at once", ten.min, ten.max);
}

static const struct claim coroutine_many = {
	.id = "parallel.coroutine-many",
	.topic = "parallel",
	.claim = "One CPU carries tens of thousands of coroutines",
	.claim_zh = "一个 CPU 支持上万个协程",
	.how =
		"A loop of 10,000 coroutines, and one of 100,000 where a gigabyte is free, with stacks of 4 "
		"KiB: each has two turns, round about. Beside them threads that wait at a gate until the "
		"last one is made: 2048, or as many as the system gives, with the error that one more gave. "
		"The value is time a turn, without making and ending them: of threads, from when the gate "
		"opens until the last one is through; bytes each are what VmRSS has grown by. An operation "
		"is one of them.",
	.gates =
		"Each had its two turns; no task made for coroutines, one thread for each thread.",
	.rule =
		"HOLDS if in every sample 10,000 were alive at once and had their turns, FALSE if never; "
		"else INCONCLUSIVE HERE.",
	.live = "oscope spawn -- PROGRAM shows none for coroutines",
	.op = "coroutine or thread",
	.value = "ns_a_turn",
	.seen = {
		[ALIVE] = "alive", [BYTES_EACH] = "bytes_each", [NS_A_TURN] = "turn_ns",
		[ERRNO] = "errno", [THREADS_MAX] = "threads_max", [MAX_MAP_COUNT] = "max_map_count",
	},
	.counts = {
		COUNT(MADE_ALL, TEN_THOUSAND, 0), COUNT(MADE_ALL, HUNDRED_THOUSAND, 0),
		COUNT(TURNS, ALL_ARMS, 1),
	},
	.narrow = 0.2,
	.needs_lives = true,
	.arm = {
		[TEN_THOUSAND] = { "ten_thousand", run_coroutines },
		[HUNDRED_THOUSAND] = { "hundred_thousand", run_coroutines },
		[THREAD] = { "threads", run_threads },
	},
	.effect = effect,
	.check = check,
	.decide = decide,
};
CLAIM(coroutine_many);
