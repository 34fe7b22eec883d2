// SPDX-License-Identifier: GPL-2.0
/* sync.atomic: do atomic operations avoid the lock, and are they needed? */
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/resource.h>

#include "notes/cpus.h"
#include "notes/crew.h"
#include "notes/notes.h"
#include "util.h"

#define MOST	0.5		/* of the samples: two that add may miss each other */

enum { ATOMIC, PLAIN, MUTEX };
enum { RIGHT_ONE, RIGHT_TWO, LOST, NEVER_SLEPT, SLEEPS, ONE_NS, TWO_NS };

/* Of each of the two: some ms with two CPUs. */
static const long adds[] = { [ATOMIC] = 200000, [PLAIN] = 1000000, [MUTEX] = 30000 };

struct sum {
	struct sample *sample;
	pthread_mutex_t lock;
	bool apart;			/* each on a CPU of its own */
	int there;
	long sleeps[2];
	volatile long count;
};

/* A load, an addition and a store in one instruction, where there is one. */
static void add_plain(volatile long *count)
{
#ifdef __x86_64__
	__asm__ volatile("incq %0" : "+m"(*count));
#else
	*count = *count + 1;
#endif
}

static void add_all(struct sum *sum, size_t arm)
{
	long i;

	for (i = 0; i < adds[arm] && arm == ATOMIC; i++)
		__atomic_add_fetch(&sum->count, 1, __ATOMIC_SEQ_CST);
	for (i = 0; i < adds[arm] && arm == PLAIN; i++)
		add_plain(&sum->count);
	for (i = 0; i < adds[arm] && arm == MUTEX; i++) {
		pthread_mutex_lock(&sum->lock);
		add_plain(&sum->count);
		pthread_mutex_unlock(&sum->lock);
	}
}

static long own_sleeps(void)
{
	struct rusage usage;

	getrusage(RUSAGE_THREAD, &usage);
	return usage.ru_nvcsw;
}

static void adder(struct crew_member *m)
{
	struct sum *sum = m->arg;
	bool there = !sum->apart || !cpus_pin(sum->sample, m->nth);
	long before;

	__atomic_add_fetch(&sum->there, 1, __ATOMIC_SEQ_CST);
	while (__atomic_load_n(&sum->there, __ATOMIC_SEQ_CST) < 2)
		sched_yield();
	m->begin_ns = now_ns();
	before = own_sleeps();
	add_all(sum, sum->sample->arm);
	sum->sleeps[m->nth] += own_sleeps() - before;
	m->done = there ? (uint64_t)adds[sum->sample->arm] : 0;
}

/* How many were lost; or -errno. */
static long both_add(struct sum *sum, bool apart, double *ns)
{
	struct crew c = { .n = 2, .name = "adder", .fn = adder, .arg = sum };
	long all = 2 * adds[sum->sample->arm];
	int err;

	sum->count = 0;
	sum->there = 0;
	sum->apart = apart;
	err = crew_run(&c);
	*ns = (double)c.wall_ns / (double)all;
	sum->sample->turns += !err && c.done == (uint64_t)all;
	crew_free(&c);
	return err ? err : all - sum->count;
}

static int run(struct sample *s)
{
	static struct sum sum = { .lock = PTHREAD_MUTEX_INITIALIZER };
	double one_ns, two_ns;
	long one, two, slept;

	sum.sample = s;
	one = both_add(&sum, false, &one_ns);
	two = one < 0 ? one : both_add(&sum, true, &two_ns);
	if (two < 0)
		return (int)two;
	slept = sum.sleeps[0] + sum.sleeps[1];
	sample_see(s, RIGHT_ONE, !one);
	sample_see(s, RIGHT_TWO, !two);
	sample_see(s, LOST, (double)two / (2.0 * (double)adds[s->arm]));
	sample_see(s, NEVER_SLEPT, !slept);
	sample_see(s, SLEEPS, (double)slept);
	sample_see(s, ONE_NS, one_ns);
	sample_see(s, TWO_NS, two_ns);
	s->ops = 1;
	return 0;
}

static void check(struct note *n)
{
	size_t a;

	for (a = 0; a < claim_arms(n->claim); a++)
		note_gate_waits(n, a, 0, OSCOPE_REASON_FUTEX, SLEEPS);
}

static void say_yes(struct note *n)
{
	char times[96] = "";

	if (!n->machine->no_times[0])
		snprintf(times, sizeof(times),
			 "; on two CPUs one took %.0f ns, by a mutex %.0f, on one CPU %.0f and %.0f",
			 note_seen_mean(n, ATOMIC, TWO_NS), note_seen_mean(n, MUTEX, TWO_NS),
			 note_seen_mean(n, ATOMIC, ONE_NS), note_seen_mean(n, MUTEX, ONE_NS));
	note_verdict(n, VERDICT_HOLDS,
		     "none of %ld was lost, and nobody slept; of plain ones two CPUs lost %.0f %%, "
		     "one CPU none in %.0f %% of the samples; %ld under a mutex had %.1f sleeps%s",
		     4 * adds[ATOMIC], 100 * note_seen_mean(n, PLAIN, LOST),
		     100 * note_seen_mean(n, PLAIN, RIGHT_ONE), 4 * adds[MUTEX],
		     note_seen_mean(n, MUTEX, SLEEPS), times);
}

/* Where nothing is ever lost without it, that nothing was lost with it shows nothing. */
static void decide(struct note *n)
{
	enum note_outcomes o = note_outcomes(n);

	if (cpus_too_few(n))
		return;
	if (o == OUTCOMES_NO)
		note_verdict(n, VERDICT_FALSE,
			     "share of samples in which none was lost %.2f on one CPU, %.2f on two, "
			     "and in which nobody slept %.2f",
			     note_seen_mean(n, ATOMIC, RIGHT_ONE),
			     note_seen_mean(n, ATOMIC, RIGHT_TWO),
			     note_seen_mean(n, ATOMIC, NEVER_SLEPT));
	else if (o == OUTCOMES_MIXED)
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "right and without a sleep in %.0f %% of the samples only",
			     100 * n->effect.value);
	else if (note_seen_mean(n, PLAIN, RIGHT_TWO) < MOST)
		say_yes(n);
	else
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "plain additions lost none in %.0f %% of the samples: two that add "
			     "did not meet here", 100 * note_seen_mean(n, PLAIN, RIGHT_TWO));
}

static const struct claim atomic = {
	.id = "sync.atomic",
	.topic = "sync",
	.claim = "Atomic operations avoid the lock",
	.claim_zh = "原子操作可以避免加锁",
	.how =
		"Two threads add one to the same number, first on one CPU, then on a CPU each: by an "
		"atomic operation, 200000 times each; by a plain addition in memory, one instruction "
		"where there is such a one, a million times; and that under a mutex, 30000 times. An "
		"operation is both.",
	.gates =
		"Four threads made an operation; each made its additions; none under the mutex was "
		"lost; by the probes there are "
		"exactly as many futex sleeps as the threads' own voluntary switches.",
	.rule =
		"HOLDS if in every sample none of the atomic additions was lost, on one CPU and on "
		"two, and nobody slept, while most samples lost plain ones on two; FALSE if one of "
		"the first three never is so; INCONCLUSIVE HERE with one CPU, where plain ones were "
		"not lost, and else, with the share. Times are shown and decide nothing.",
	.live = "oscope states --why -- PROGRAM, reason futex; oscope locks -- PROGRAM",
	.op = "operation",
	.seen = {
		[RIGHT_ONE] = "right_one_cpu", [RIGHT_TWO] = "right_two_cpus",
		[LOST] = "lost_share", [NEVER_SLEPT] = "never_slept", [SLEEPS] = "sleeps",
		[ONE_NS] = "one_cpu_ns", [TWO_NS] = "two_cpus_ns",
	},
	.placement = "same CPU, then two CPUs",
	.tasks = { "adder" },
	.needed = {
		SAW(ATOMIC, RIGHT_ONE), SAW(ATOMIC, RIGHT_TWO), SAW(ATOMIC, NEVER_SLEPT),
	},
	.counts = {
		MADE(ALL_ARMS, THREAD, 4), NAMED(TURNS, ALL_ARMS, 2, "pairs that added all/op"),
		SAW(MUTEX, RIGHT_ONE), SAW(MUTEX, RIGHT_TWO),
	},
	.needs_lives = true,
	.needs_states = true,
	.arm = {
		[ATOMIC] = { "atomic", run }, [PLAIN] = { "plain", run },
		[MUTEX] = { "mutex", run },
	},
	.check = check,
	.decide = decide,
};
CLAIM(atomic);
