// SPDX-License-Identifier: GPL-2.0
/* coroutine.hog: does the programmer of coroutines bear the duty of scheduling? */
#include <errno.h>
#include <pthread.h>
#include <sys/resource.h>

#include "notes/beat.h"
#include "notes/cpus.h"
#include "notes/loop.h"
#include "notes/notes.h"

#define JOB_NS		30000000ULL	/* of CPU time */
#define YIELD_NS	100000ULL
#define BEFORE		3		/* beats */
#define STACK_BYTES	65536
#define STILL		0.9		/* of the job: as long as it nothing else went on */
#define LESS		2.0
#define NOT_LESS	1.1

enum { LOOP, YIELDING, THREAD };
enum { SLEPT };

static struct beats beats;
static volatile bool done;
static bool yields;
static uint64_t slept;

static void compute_for(uint64_t ns)
{
	uint64_t until = cpus_thread_ns() + ns;

	while (cpus_thread_ns() < until)
		;
}

static void job(void)
{
	struct rusage before, after;
	uint64_t i;

	getrusage(RUSAGE_THREAD, &before);
	for (i = 0; i < JOB_NS / YIELD_NS; i++) {
		compute_for(YIELD_NS);
		if (yields)
			loop_yield();
	}
	getrusage(RUSAGE_THREAD, &after);
	slept = after.ru_nvcsw - before.ru_nvcsw;
	done = true;
}

static void job_coroutine(void *arg)
{
	while (beats.n < BEFORE)
		loop_sleep(BEAT_NS);
	job();
	beats.over = true;
}

static void *job_thread(void *arg)
{
	job();
	return NULL;
}

static int run_loop(struct sample *s)
{
	int err = loop_begin(2, STACK_BYTES);

	yields = s->arm == YIELDING;
	beats_begin(&beats);
	if (!err)
		err = loop_add(beat_coroutine, &beats);
	if (!err)
		err = loop_add(job_coroutine, NULL);
	if (!err)
		err = loop_run();
	loop_end();
	return err;
}

static int run_thread(void)
{
	pthread_t thread;
	int err;

	beats_begin(&beats);
	while (beats.n < BEFORE)
		beat_thread(&beats);
	err = -pthread_create(&thread, NULL, job_thread, NULL);
	if (err)
		return err;
	while (!done)
		beat_thread(&beats);
	return -pthread_join(thread, NULL);
}

static int run(struct sample *s)
{
	int err = s->arm == THREAD ? run_thread() : run_loop(s);

	s->ops = 1;
	s->turns = done && beats.n > BEFORE;
	s->flat = true;
	s->value = (double)beats.longest_ns;
	sample_see(s, SLEPT, (double)slept);
	return err;
}

static struct interval to_thread(const struct note *n, int arm)
{
	return note_ratio(n, arm, THREAD);
}

static void effect(struct note *n)
{
	n->effect = to_thread(n, LOOP);
	n->effect_unit = "x";
}

static void check(struct note *n)
{
	note_evidence(n, "yielding", "to_thread", to_thread(n, YIELDING).value);
}

static void decide(struct note *n)
{
	struct stats_samples one = note_samples(n, LOOP, -1);
	struct interval gap = stats_median_interval(&one, STATS_95, n->seed);
	double thread = stats_median(n->timed[THREAD].value, n->timed[THREAD].n) / 1e6;
	double yielding = stats_median(n->timed[YIELDING].value, n->timed[YIELDING].n) / 1e6;
	const struct interval *e = &n->effect;

	if (gap.lo >= STILL * JOB_NS && e->lo >= LESS)
		note_verdict(n, VERDICT_HOLDS,
			     "beside a coroutine that computes 30 ms another one stood still for %.1f ms, "
			     "beside a thread that does for %.1f ms; who yields each 0.1 ms leaves %.1f ms",
			     gap.value / 1e6, thread, yielding);
	else if (e->hi <= NOT_LESS)
		note_verdict(n, VERDICT_FALSE,
			     "beside a coroutine that computes another one stood still for %.1f ms, beside "
			     "a thread for %.1f ms: no longer", gap.value / 1e6, thread);
	else
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "beats stand still %.2f to %.2f times as long beside a coroutine as beside a "
			     "thread: neither the same nor twice", e->lo, e->hi);
}

static const struct claim hog = {
	.id = "coroutine.hog",
	.topic = "coroutine",
	.claim = "Who writes coroutines bears the duty of scheduling",
	.claim_zh = "使用协程要自己承担调度的责任",
	.how =
		"A coroutine beats each millisecond, beside one that computes 30 ms of CPU time without "
		"giving way, and beside one that gives way each 0.1 ms; a thread beats beside a thread "
		"that computes as long on the same CPU. The value is the longest time between two beats. "
		"An operation is one job.",
	.gates =
		"No task made for coroutines, one thread else; beats before and after the job; who computes "
		"never slept in it.",
	.rule =
		"r = longest time beside a coroutine / beside a thread, with its 95 % interval. HOLDS if "
		"the first is nine tenths of the job at least and r's lower end is 2 or more; FALSE if its "
		"upper end is 1.1 at most; else INCONCLUSIVE HERE.",
	.live = "oscope states --by task -- PROGRAM",
	.op = "job",
	.value = "gap_ns",
	.seen = { [SLEPT] = "job_slept" },
	.counts = {
		COUNT(MADE_ALL, LOOP, 0), COUNT(MADE_ALL, YIELDING, 0), MADE(THREAD, THREAD, 1),
		NAMED(TURNS, ALL_ARMS, 1, "jobs between beats/op"), SEEN(LOOP, SLEPT, 0),
		SEEN(THREAD, SLEPT, 0),
	},
	.narrow = 0.1,
	.needs_times = true,
	.needs_lives = true,
	.arm = {
		[LOOP] = { "loop", run }, [YIELDING] = { "yielding", run },
		[THREAD] = { "thread", run },
	},
	.effect = effect,
	.check = check,
	.decide = decide,
};
CLAIM(hog);
