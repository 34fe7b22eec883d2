// SPDX-License-Identifier: GPL-2.0
/* switch.too-many: does more time go into switching when there are more threads? */
#include <errno.h>
#include <unistd.h>

#include "notes/crew.h"
#include "notes/kin.h"
#include "notes/notes.h"

#define FEW_THREADS	2
#define MANY_THREADS	64
/* In all, whatever their number: of who computes each of 64 has more than a slice of it. */
#define SPIN_WORK_NS	384000000ULL
#define WAKE_WORK_NS	30000000ULL
#define UNIT_NS		10		/* some */
#define PART_NS		20000ULL	/* that is done before the next one is woken */
#define MORE		1.05		/* times the CPU time for the same work */
#define FORCED_MIN	(MANY_THREADS / 8.0)	/* with ticks that are longer than slices */

enum { FEW, MANY, BLOCKED, WAKERS_FEW, WAKERS_MANY };
enum { FORCED_PER_S, SLEEPS_PER_S, FORCED };

/* A ring of pipes: who has the byte works, and gives it to the next one. */
static int ring[MANY_THREADS][2];
static uint64_t units, part_units;
static unsigned int members, workers, parts;

static void work(struct crew_member *m)
{
	if (m->nth < workers) {
		compute(units / workers);
		m->done = units / workers;
	} else {
		m->done = kin_hear(ring[0][0]) ? 1 : 0;
	}
	/* The last one to end lets those go who only wait. */
	if (members > workers && !m->nth) {
		unsigned int i;

		for (i = workers; i < members; i++)
			kin_tell(ring[0][1]);
	}
}

static void work_and_wake(struct crew_member *m)
{
	unsigned int i;

	for (i = 0; i < parts / members; i++) {
		if (kin_hear(ring[m->nth][0]))
			return;
		compute(part_units);
		m->done += part_units;
		kin_tell(ring[(m->nth + 1) % members][1]);
	}
}

static int rings_open(void)
{
	unsigned int i;

	for (i = 0; i < members; i++) {
		if (pipe(ring[i]))
			return -errno;
	}
	return 0;
}

static int run(struct sample *s)
{
	bool wakers = s->arm >= WAKERS_FEW;
	struct crew c = { .fn = wakers ? work_and_wake : work };
	int err;

	members = s->arm == FEW || s->arm == WAKERS_FEW ? FEW_THREADS : MANY_THREADS;
	workers = s->arm == MANY ? MANY_THREADS : FEW_THREADS;
	/* A fixed number of units, so that all samples of an arm do the same. */
	units = (s->arm <= MANY ? SPIN_WORK_NS : WAKE_WORK_NS) / UNIT_NS;
	units = units / MANY_THREADS * MANY_THREADS;
	parts = (unsigned int)(WAKE_WORK_NS / PART_NS) / MANY_THREADS * MANY_THREADS;
	part_units = units / parts;
	c.n = members;
	err = rings_open();
	if (!err && wakers)
		err = kin_tell(ring[0][1]);
	if (!err)
		err = crew_run(&c);
	if (!err) {
		s->ops = 1;
		s->turns = c.done >= units - units / 10;
		s->flat = true;
		s->value = (double)c.cpu_ns / (double)units;
		sample_see(s, FORCED_PER_S, (double)c.involuntary * 1e9 / (double)c.cpu_ns);
		sample_see(s, FORCED, (double)c.involuntary);
		sample_see(s, SLEEPS_PER_S, (double)c.voluntary * 1e9 / (double)c.cpu_ns);
	}
	crew_free(&c);
	return err;
}

static struct interval to_few(const struct note *n, int arm, int few)
{
	return note_ratio(n, arm, few);
}

static void effect(struct note *n)
{
	n->effect = to_few(n, MANY, FEW);
	n->effect_unit = "x";
}

static void check(struct note *n)
{
	size_t a;

	/* Who has less to do than a slice is never switched away from: that were no test. */
	for (a = FEW; a <= MANY; a++)
		note_gate(n, n->claim->arm[a].name, "forced switches/work", MANY_THREADS,
			  FORCED_MIN, 1e6, note_seen_mean(n, a, FORCED));
	for (a = WAKERS_FEW; a <= WAKERS_MANY; a++)
		note_gate(n, n->claim->arm[a].name, "sleeps/s of CPU", 1e9 / PART_NS, 1e8 / PART_NS,
			  1e10 / PART_NS, note_seen_mean(n, a, SLEEPS_PER_S));
	note_evidence(n, "blocked", "to_few", to_few(n, BLOCKED, FEW).value);
	note_evidence(n, "wakers", "many_to_few", to_few(n, WAKERS_MANY, WAKERS_FEW).value);
	note_evidence(n, "wakers", "to_spinners", to_few(n, WAKERS_MANY, MANY).value);
}

static void decide(struct note *n)
{
	struct interval wake = to_few(n, WAKERS_MANY, WAKERS_FEW);
	const struct interval *e = &n->effect;
	double few = note_seen_mean(n, FEW, FORCED_PER_S);
	double many = note_seen_mean(n, MANY, FORCED_PER_S);

	if (e->lo > MORE)
		note_verdict(n, VERDICT_HOLDS,
			     "%d threads take %.3f times the CPU time of %d for the same work, "
			     "with %.0f forced switches a second against %.0f",
			     MANY_THREADS, e->value, FEW_THREADS, many, few);
	else if (e->hi < MORE && wake.lo > MORE)
		note_verdict(n, VERDICT_HOLDS_IF,
			     "they wake each other: %d that do take %.3f times the CPU time of "
			     "%d; who computes takes %.3f times, as slices bound its switches "
			     "(%.0f a second against %.0f)",
			     MANY_THREADS, wake.value, FEW_THREADS, e->value, many, few);
	else if (e->hi < MORE && wake.hi < MORE)
		note_verdict(n, VERDICT_FALSE,
			     "%d threads take %.3f times the CPU time of %d for the same work, %.3f times "
			     "where each part wakes the next one; what counts is how often they wake, not "
			     "how many they are", MANY_THREADS, e->value, FEW_THREADS, wake.value);
	else
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "%.3f to %.3f times the CPU time, %.3f to %.3f where they wake each other: "
			     "%.2f is in it", e->lo, e->hi, wake.lo, wake.hi, MORE);
}

static const struct claim too_many = {
	.id = "switch.too-many",
	.topic = "switch",
	.claim = "The more threads there are, the more time goes into switching",
	.claim_zh = "线程越多，花在切换上的时间越多",
	.how =
		"The same work is done on one CPU by 2 threads and by 64, all able to run, some 6 ms for "
		"each of the 64; and less of it by 2 beside which 62 are blocked, and by 2 and 64 of which "
		"each wakes the next one through a pipe after 20 us. The value is the CPU time a unit of "
		"work that they took from begin to end, which has in it what the kernel needs to switch. "
		"An operation is all of the work.",
	.gates =
		"As many threads made as said; all of the work done; 8 forced switches at least among "
		"those that compute, or they had no slice to lose; who wakes sleeps about as often as "
		"there are parts (a tenth to ten times).",
	.rule =
		"r = CPU time a unit of 64 / of 2, with its 95 % interval. HOLDS if the lower end is above 1.05 "
		"for those that compute; HOLDS IF they wake each other, if it is for those only and the "
		"upper end of the others is below; FALSE if both upper ends are below; else INCONCLUSIVE "
		"HERE.",
	.live = "oscope switch --by task -C 0 1, while 64 busy loops share CPU 0",
	.op = "work",
	.value = "ns",
	.seen = {
		[FORCED_PER_S] = "forced_per_s", [SLEEPS_PER_S] = "sleeps_per_s",
		[FORCED] = "forced",
	},
	.counts = {
		MADE(FEW, THREAD, FEW_THREADS), MADE(MANY, THREAD, MANY_THREADS),
		MADE(BLOCKED, THREAD, MANY_THREADS), MADE(WAKERS_FEW, THREAD, FEW_THREADS),
		MADE(WAKERS_MANY, THREAD, MANY_THREADS),
		NAMED(TURNS, ALL_ARMS, 1, "work done/op"),
	},
	.narrow = 0.02,
	.needs_times = true,
	.needs_lives = true,
	.arm = {
		[FEW] = { "few", run }, [MANY] = { "many", run }, [BLOCKED] = { "blocked", run },
		[WAKERS_FEW] = { "wakers_few", run }, [WAKERS_MANY] = { "wakers_many", run },
	},
	.effect = effect,
	.check = check,
	.decide = decide,
};
CLAIM(too_many);
