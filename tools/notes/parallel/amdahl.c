// SPDX-License-Identifier: GPL-2.0
/* parallel.amdahl: is a speed-up limited by the serial part, as Amdahl's law has it? */
#include "notes/cpus.h"
#include "notes/crew.h"
#include "notes/notes.h"
#include "util.h"

#define UNITS	1000000ULL	/* in all: some 12 ms on one CPU */
#define WORKERS	4		/* at most */
#define BEYOND	1.05		/* times the bound: beyond what clocks and noise may do */

enum { S0, S5, S20, S50, PARTS };
enum { WORKERS_SEEN };

static const double serial_part[PARTS] = { 0, 0.05, 0.2, 0.5 };
static uint64_t part;

static void work(struct crew_member *m)
{
	compute(part);
	m->done = part;
}

static unsigned int workers(void)
{
	unsigned int cpus = cpus_count();

	return cpus < WORKERS ? cpus : WORKERS;
}

static uint64_t timed(uint64_t units)
{
	uint64_t start = now_ns();

	compute(units);
	return now_ns() - start;
}

static int run(struct sample *s)
{
	uint64_t serial = (uint64_t)(serial_part[s->arm] * UNITS), alone, together;
	struct crew c = { .fn = work };
	int err = cpus_unpin();

	c.n = workers();
	part = (UNITS - serial) / c.n;
	alone = timed(UNITS);
	together = timed(serial);
	if (!err)
		err = crew_run(&c);
	together += c.wall_ns;
	s->ops = c.n;
	s->turns = part ? c.done / part : 0;
	s->flat = true;
	s->value = (double)alone / (double)together;
	sample_see(s, WORKERS_SEEN, c.n);
	crew_free(&c);
	return err;
}

static double bound(const struct note *n, int arm)
{
	double f = serial_part[arm], p = note_seen_mean(n, (size_t)arm, WORKERS_SEEN);

	return 1 / (f + (1 - f) / p);
}

static struct interval speed_up(const struct note *n, int arm)
{
	return note_median(n, arm);
}

/* Karp and Flatt: the serial part that a speed-up by p workers tells of. */
static double serial_seen(const struct note *n, int arm)
{
	double s = speed_up(n, arm).value, p = note_seen_mean(n, (size_t)arm, WORKERS_SEEN);

	return (1 / s - 1 / p) / (1 - 1 / p);
}

static void effect(struct note *n)
{
	n->effect = speed_up(n, S50);
	n->effect_unit = "x";
}

static void check(struct note *n)
{
	int a;

	for (a = S0; a < PARTS; a++) {
		note_evidence(n, n->claim->arm[a].name, "bound", bound(n, a));
		note_evidence(n, n->claim->arm[a].name, "karp_flatt", serial_seen(n, a));
	}
}

static bool beyond(const struct note *n)
{
	int a;

	for (a = S0; a < PARTS; a++) {
		if (speed_up(n, a).lo > BEYOND * bound(n, a))
			return true;
	}
	return false;
}

/* The one that has the greater serial part is slower, and both intervals are apart. */
static bool apart(const struct note *n)
{
	int a;

	for (a = S0; a + 1 < PARTS; a++) {
		if (speed_up(n, a).lo <= speed_up(n, a + 1).hi)
			return false;
	}
	return true;
}

static void decide(struct note *n)
{
	if (cpus_too_few(n))
		return;
	if (beyond(n))
		note_verdict(n, VERDICT_FALSE,
			     "%.2f times as fast with half of the work serial, where %.2f is the bound",
			     n->effect.value, bound(n, S50));
	else if (apart(n))
		note_verdict(n, VERDICT_HOLDS,
			     "%.2f times as fast without a serial part, %.2f with half of it serial: bounds "
			     "%.2f and %.2f; by Karp and Flatt %.0f %% were serial there",
			     speed_up(n, S0).value, n->effect.value, bound(n, S0), bound(n, S50),
			     100 * serial_seen(n, S50));
	else
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "no speed-up is beyond its bound, but neighbours' intervals "
			     "overlap, with %.0f workers: %.2f to %.2f with no serial part, %.2f "
			     "to %.2f with 5 %%",
			     note_seen_mean(n, S0, WORKERS_SEEN), speed_up(n, S0).lo,
			     speed_up(n, S0).hi, speed_up(n, S5).lo, speed_up(n, S5).hi);
}

static const struct claim amdahl = {
	.id = "parallel.amdahl",
	.topic = "parallel",
	.claim = "A speed-up is limited by the part that is serial (Amdahl)",
	.claim_zh = "提速受串行部分限制（Amdahl 定律）",
	.how =
		"The same computation by one thread, and then 0, 5, 20 and 50 % of it by one and the rest "
		"by as many threads as there are CPUs, up to four. The value is how many times as fast the "
		"second is. An operation is one worker's part.",
	.gates =
		"One thread made a worker, and each part done.",
	.rule =
		"Bounds are 1 / (f + (1 - f) / p), with 95 % intervals of the values: FALSE if one's lower "
		"end is above 1.05 times its bound; HOLDS if none is and each value lies apart from the "
		"next; INCONCLUSIVE HERE with one CPU, or if neighbours overlap.",
	.live = "oscope timeline -- PROGRAM",
	.op = "worker",
	.value = "speed_up",
	.seen = { [WORKERS_SEEN] = "workers" },
	.counts = {
		MADE(S0, THREAD, 1), MADE(S5, THREAD, 1), MADE(S20, THREAD, 1),
		MADE(S50, THREAD, 1),
		NAMED(TURNS, ALL_ARMS, 1, "parts done/op"),
	},
	.placement = "all CPUs",
	.narrow = 0.01,
	.needs_times = true,
	.needs_lives = true,
	.arm = {
		[S0] = { "serial_0", run }, [S5] = { "serial_5", run },
		[S20] = { "serial_20", run },
		[S50] = { "serial_50", run },
	},
	.effect = effect,
	.check = check,
	.decide = decide,
};
CLAIM(amdahl);
