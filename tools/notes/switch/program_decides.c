// SPDX-License-Identifier: GPL-2.0
/* switch.program-decides: can a program say nothing about when it runs, and for how long? */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "hist.h"
#include "notes/cpus.h"
#include "notes/crew.h"
#include "notes/notes.h"
#include "util.h"

#define SPIN_NS		50000000ULL
#define NICE		10
#define SLICE_NS	20000000ULL	/* each has one in a run; the kernel takes up to 100 ms */
#define UNEVEN		0.1	/* of the CPU: a share that is so far from half was decided */
#define FEWER		0.5		/* times the switches: slices were decided */

enum { PLAIN, NICER, YIELDING, FIFO, SLICES };
enum { REFUSED, FORCED };

/* As sched_setattr(2) has it; the C library may not. */
struct slice_attr {
	uint32_t size, policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime, deadline, period;
};

/* The first one asks for something, the other takes what it is given. */
static size_t asks;
static bool refused;
static atomic_ullong until_ns;		/* for both, by the first one that has a turn */

static int ask_policy(int policy)
{
	const struct sched_param p = { .sched_priority = policy == SCHED_FIFO };

	return sched_setscheduler(0, policy, &p) ? -errno : 0;
}

/* Since Linux 6.12 a slice of one's own (sched_setattr(2)); before, it is not looked at. */
static int ask_slice(void)
{
	struct slice_attr a = {
		.size = sizeof(a), .policy = SCHED_OTHER, .runtime = SLICE_NS,
	};

	return syscall(SYS_sched_setattr, 0, &a, 0) ? -errno : 0;
}

static int ask(unsigned int nth)
{
	if (asks == SLICES)
		return ask_slice();
	if (nth)
		return 0;
	if (asks == NICER)
		return setpriority(PRIO_PROCESS, (id_t)gettid(), NICE) ? -errno : 0;
	return asks == FIFO ? ask_policy(SCHED_FIFO) : 0;
}

static void spin(struct crew_member *m)
{
	unsigned long long nobody = 0;

	atomic_compare_exchange_strong(&until_ns, &nobody, m->begin_ns + SPIN_NS);
	if (ask(m->nth))
		refused = true;
	while (now_ns() < until_ns) {
		m->done++;
		if (asks == YIELDING && !m->nth)
			sched_yield();
	}
	/* Real time is for this only: what follows is done as others do it. */
	if (asks == FIFO && !m->nth)
		ask_policy(SCHED_OTHER);
}

static int run(struct sample *s)
{
	struct crew c = { .n = 2, .fn = spin };
	int err;

	asks = s->arm;
	err = crew_run(&c);
	if (!err) {
		s->ops = 1;
		/* Real time may leave the other one nothing: that is what is asked for. */
		s->turns = c.member[0].done && (asks == FIFO || c.member[1].done);
		s->flat = true;
		s->value = (double)c.member[0].cpu_ns / (double)c.cpu_ns;
		sample_see(s, REFUSED, refused);
		sample_see(s, FORCED, (double)c.involuntary);
	}
	crew_free(&c);
	return err;
}

/* How far the share of who asks is from that of who does not. */
static struct interval change(const struct note *n, int arm)
{
	struct stats_samples s = note_samples(n, arm, PLAIN);

	return stats_difference(&s, STATS_95, n->seed);
}

static bool changed(const struct note *n, int arm)
{
	struct interval i = change(n, arm);

	return i.hi < -UNEVEN || i.lo > UNEVEN;
}

static bool unchanged(const struct note *n, int arm)
{
	struct interval i = change(n, arm);

	return i.lo > -UNEVEN && i.hi < UNEVEN;
}

static void effect(struct note *n)
{
	n->effect = change(n, NICER);
	n->effect_unit = "of the CPU";
}

/* Forced switches with slices of their own / without. */
static double slices(const struct note *n)
{
	return note_seen_mean(n, SLICES, FORCED) / note_seen_mean(n, PLAIN, FORCED);
}

static void check(struct note *n)
{
	size_t a;

	for (a = PLAIN; a <= SLICES; a++)
		note_evidence(n, n->claim->arm[a].name, "slice_p50_ns",
			      (double)hist_quantile(&n->counted[a].sum->slice, 0.5));
	note_gate(n, "plain", "share of the first", 0.5, 0.3, 0.7,
		  stats_median(n->timed[PLAIN].value, n->timed[PLAIN].n));
	note_evidence(n, "yielding", "change", change(n, YIELDING).value);
	note_evidence(n, "fifo", "change", change(n, FIFO).value);
	note_evidence(n, "slices", "forced_to_plain", slices(n));
}

static void decide(struct note *n)
{
	bool fifo = note_seen_mean(n, FIFO, REFUSED) <= 0;

	if (changed(n, NICER) || changed(n, YIELDING) || changed(n, FIFO))
		note_verdict(n, VERDICT_FALSE,
			     "beside another that computes a program's share of the CPU moves by %+.2f with "
			     "nice %d, by %+.2f if it yields, by %+.2f %s; slices of its own: %.2f times "
			     "the forced switches", change(n, NICER).value, NICE,
			     change(n, YIELDING).value, change(n, FIFO).value,
			     fifo ? "under SCHED_FIFO" : "(SCHED_FIFO was refused)", slices(n));
	else if (unchanged(n, NICER) && unchanged(n, YIELDING) && unchanged(n, FIFO) &&
		 slices(n) > FEWER)
		note_verdict(n, VERDICT_HOLDS,
			     "neither nice nor yielding nor %s moves a program's share of the CPU",
			     fifo ? "SCHED_FIFO" : "SCHED_FIFO, which was refused,");
	else
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "the share moves by %.2f to %.2f with nice %d: %.1f is in it",
			     n->effect.lo, n->effect.hi, NICE, UNEVEN);
}

static const struct claim program_decides = {
	.id = "switch.program-decides",
	.topic = "switch",
	.claim = "A program cannot decide when it runs or for how long",
	.claim_zh = "程序不能决定自己何时执行、执行多久",
	.how =
		"Two threads compute on one CPU for 50 ms. One of them asks for something: nothing, nice "
		"10, sched_yield(2) after each step, SCHED_FIFO; or both ask for slices of 20 ms "
		"(sched_setattr(2), since Linux 6.12). The value is its share of the CPU time of both. An "
		"operation is one such run.",
	.gates =
		"Two threads made, and both had turns within the 50 ms, under SCHED_FIFO the one that asks; "
		"where nobody asks, the share is 0.3 to 0.7.",
	.rule =
		"d = share of who asks less share of who does not, with its 95 % interval. FALSE if it "
		"lies beyond 0.1 either way with nice, yielding or SCHED_FIFO; HOLDS if it lies within "
		"with all of them, and slices leave half the forced switches at least; else INCONCLUSIVE "
		"HERE.",
	.live = "oscope switch --by task -C 0 1, beside nice -n 10 PROGRAM and PROGRAM on CPU 0",
	.op = "run",
	.value = "share",
	.seen = { [REFUSED] = "refused", [FORCED] = "forced" },
	.counts = {
		MADE(PLAIN, THREAD, 2), MADE(NICER, THREAD, 2), MADE(YIELDING, THREAD, 2),
		MADE(FIFO, THREAD, 2), MADE(SLICES, THREAD, 2),
		NAMED(TURNS, ALL_ARMS, 1, "had turns/op"),
	},
	.narrow = 0.2,
	.needs_lives = true,
	.arm = {
		[PLAIN] = { "plain", run }, [NICER] = { "nicer", run },
		[YIELDING] = { "yielding", run }, [FIFO] = { "fifo", run },
		[SLICES] = { "slices", run },
	},
	.effect = effect,
	.check = check,
	.decide = decide,
};
CLAIM(program_decides);
