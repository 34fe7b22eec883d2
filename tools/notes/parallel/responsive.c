// SPDX-License-Identifier: GPL-2.0
/* parallel.responsive: do threads keep an application responsive? */
#include <errno.h>
#include <pthread.h>

#include "notes/beat.h"
#include "notes/cpus.h"
#include "notes/notes.h"

#define JOB_NS		60000000ULL
#define BEATS_AROUND	5
#define LESS		2.0	/* times: worth a thread */
#define NOT_LESS	1.1

enum { INLINE, SAME_CPU, OTHER_CPU };

static const struct sample *sample;
static volatile bool done;
static struct beats beats;

/* CPU time, so that the job is the same wherever it runs and whoever is beside it. */
static void *job(void *arg)
{
	uint64_t until = cpus_thread_ns() + JOB_NS;

	void *failed = NULL;

	if (sample->arm == OTHER_CPU && cpus_pin(sample, 1))
		failed = (void *)sample;
	while (!failed && cpus_thread_ns() < until)
		;
	done = true;	/* in either case, or who beats beside it never ends */
	return failed;
}

static void beat_some(void)
{
	int i;

	for (i = 0; i < BEATS_AROUND; i++)
		beat_thread(&beats);
}

static int run(struct sample *s)
{
	pthread_t thread;
	void *failed = NULL;
	int err = 0;

	sample = s;
	cpus_count();
	beats_begin(&beats);
	beat_some();
	if (s->arm == INLINE) {
		job(NULL);
	} else {
		err = -pthread_create(&thread, NULL, job, NULL);
		while (!done && !err)
			beat_thread(&beats);
		if (!err)
			pthread_join(thread, &failed);
	}
	beat_some();
	s->ops = 1;
	s->turns = beats.n >= 2ULL * BEATS_AROUND && done;
	s->flat = true;
	s->value = (double)beats.longest_ns;
	return failed ? -EINVAL : err;
}

static struct interval to_inline(const struct note *n, int arm)
{
	return note_ratio(n, INLINE, arm);
}

static void effect(struct note *n)
{
	n->effect = to_inline(n, SAME_CPU);
	n->effect_unit = "x";
}

static void check(struct note *n)
{
	const struct arm_counted *c = &n->counted[SAME_CPU];

	note_gate(n, "same_cpu", "voluntary switches/op", 20, 2.0 * BEATS_AROUND, 1000,
		  note_per_op(c, c->sum->voluntary));
	note_evidence(n, "other_cpu", "gain", to_inline(n, OTHER_CPU).value);
}

static void decide(struct note *n)
{
	double inside = stats_median(n->timed[INLINE].value, n->timed[INLINE].n) / 1e6;
	double thread = stats_median(n->timed[SAME_CPU].value, n->timed[SAME_CPU].n) / 1e6;
	double other = stats_median(n->timed[OTHER_CPU].value, n->timed[OTHER_CPU].n) / 1e6;
	const struct interval *e = &n->effect;

	if (e->lo >= LESS)
		note_verdict(n, VERDICT_HOLDS,
			     "a beat of 1 ms stood still for %.1f ms beside a job of 60 ms in "
			     "the same thread, for %.1f ms beside one in another thread on the "
			     "same CPU, and %.1f %s",
			     inside, thread, other,
			     n->machine->cpus_allowed > 1 ? "on another CPU"
			     : "again (there is one CPU)");
	else if (e->hi <= NOT_LESS)
		note_verdict(n, VERDICT_FALSE,
			     "a beat of 1 ms stood still for %.1f ms beside a job in the same thread, and "
			     "for %.1f ms beside one in another", inside, thread);
	else
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "beats stand still %.2f to %.2f times as long with the job in the same "
			     "thread: neither the same nor twice", e->lo, e->hi);
}

static const struct claim responsive = {
	.id = "parallel.responsive",
	.topic = "parallel",
	.claim = "Threads keep an application responsive",
	.claim_zh = "多线程提高程序的响应性",
	.how =
		"A thread beats each millisecond (nanosleep(2)). A job that takes 60 ms of CPU time is done "
		"in between by itself, by another thread on the same CPU, and by one on another CPU. The "
		"value is the longest time between two beats. An operation is one job.",
	.gates =
		"No thread made for the job in the same thread, one else; five beats before and after the "
		"job, which was done; 10 voluntary switches beside a job on the same CPU.",
	.rule =
		"r = longest time, job in the same thread / in another on the same CPU, with its 95 % "
		"interval. HOLDS if the lower end is 2 or more, FALSE if the upper end is 1.1 at most, else "
		"INCONCLUSIVE HERE.",
	.live = "oscope states --by task -- PROGRAM",
	.op = "job",
	.value = "gap_ns",
	.counts = {
		COUNT(MADE_ALL, INLINE, 0), MADE(SAME_CPU, THREAD, 1), MADE(OTHER_CPU, THREAD, 1),
		NAMED(TURNS, ALL_ARMS, 1, "jobs between beats/op"),
	},
	.placement = "same CPU, and another one",
	.narrow = 0.2,
	.needs_times = true,
	.needs_lives = true,
	.arm = {
		[INLINE] = { "inline", run }, [SAME_CPU] = { "same_cpu", run },
		[OTHER_CPU] = { "other_cpu", run },
	},
	.effect = effect,
	.check = check,
	.decide = decide,
};
CLAIM(responsive);
