// SPDX-License-Identifier: GPL-2.0
/* switch.indirect: what does a task find replaced when it comes back to its CPU? */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "hist.h"
#include "notes/handoff.h"
#include "notes/kin.h"
#include "notes/notes.h"
#include "notes/walk.h"

#define CACHE_LINE	64
#define FITS		8	/* of the cache, the part that the small set is */
#define NEARLY		0.75	/* of it, the large set: it fits alone, two of them do not */
#define EXCEEDS		4	/* times the cache: a set that never fits */
#define ROUNDS		4
#define WARM		3	/* walks until all is where it belongs */
#define SPARE		12	/* switches of a sample around its rounds */
#define ALL_OF_IT	1.0	/* times the rest of a switch: what is replaced is most of it */

enum { THREADS, NONE, SMALL, ORDERED, LARGE, HUGE };
enum { WHOLE_NS, ALONE_NS, SET_BYTES, BEYOND_NS, HUGE_BYTES };

/* Cache of one CPU, beyond which sets push each other out. 0: the C library does not know. */
static size_t cache_bytes(void)
{
	long bytes = sysconf(_SC_LEVEL2_CACHE_SIZE);

	return bytes > 0 ? (size_t)bytes : 0;
}

static size_t set_lines(size_t arm)
{
	size_t lines = cache_bytes() / CACHE_LINE;

	if (arm == THREADS || arm == NONE)
		return 0;
	return arm == SMALL ? lines / FITS : (size_t)((double)lines * NEARLY);
}

/* A set of memory, which each side has of its own. */
struct turns {
	struct handoff handoff;
	struct walk walk;
	size_t lines;
	bool random, huge;
};

static void rounds(void *arg, uint64_t n)
{
	struct turns *t = arg;

	handoff_rounds(&t->handoff, n);
}

static int set_make(struct turns *t)
{
	return walk_make(&t->walk, t->lines, CACHE_LINE, t->random, t->huge);
}

/*
 * The partner's is made when it has its first turn: memory from before a fork is shared until it is
 * written to, and the first write splits a huge page of it into small ones.
 */
static void work(void *arg)
{
	struct turns *t = arg;

	if (t->walk.lines != t->lines && set_make(t))
		_exit(1);
	walk_go(&t->walk);
}

/* The walk where nobody else has had the CPU in between. */
static double alone_ns(struct walk *w)
{
	int i;

	for (i = 0; i < WARM; i++)
		walk_go(w);
	walk_ns(w);
	for (i = 0; i < 2 * ROUNDS; i++)
		walk_go(w);
	return walk_ns(w);
}

/* ns that the walk after a switch takes longer; where there is no set, that a switch takes. */
static int measure(struct sample *s, struct turns *t)
{
	double alone = t->walk.lines ? alone_ns(&t->walk) : 0, after, whole;
	int err;

	err = sample_measure_long(s, rounds, t, ROUNDS);
	if (err)
		return err;
	after = t->walk.lines ? walk_ns(&t->walk) : 0;
	whole = s->value / 2;
	s->value = t->walk.lines ? after - alone : whole;
	sample_see(s, WHOLE_NS, whole);
	sample_see(s, ALONE_NS, alone);
	sample_see(s, SET_BYTES, (double)(t->walk.lines * CACHE_LINE));
	/* After all writes: what is huge now has been so all the time. */
	if (s->arm == HUGE)
		sample_see(s, HUGE_BYTES,
			   1024.0 * (double)kin_number("/proc/self/smaps_rollup", "AnonHugePages"));
	s->turns = t->handoff.turns;
	return 0;
}

static int turns_measure(struct sample *s, size_t lines)
{
	struct turns t = {
		.lines = lines, .random = s->arm != ORDERED, .huge = s->arm == HUGE,
	};
	int err, ended;

	err = handoff_begin_work(&t.handoff, s->arm == THREADS ? HANDOFF_THREAD : HANDOFF_PROCESS,
				 work, &t);
	if (err)
		return err;
	err = set_make(&t);
	if (!err)
		err = measure(s, &t);
	ended = handoff_end(&t.handoff);
	walk_free(&t.walk);
	return err ? err : ended;
}

static int run(struct sample *s)
{
	struct sample beyond = *s;
	int err;

	if (!cache_bytes())
		return -ENODATA;
	err = sample_batch_policy();
	if (!err)
		err = turns_measure(s, set_lines(s->arm));
	if (err || s->arm != ORDERED)
		return err;
	err = turns_measure(&beyond, EXCEEDS * cache_bytes() / CACHE_LINE);
	sample_see(s, BEYOND_NS, beyond.value);
	s->ops += beyond.ops;
	s->turns += beyond.turns;
	return err;
}

static struct interval to_switch(const struct note *n, size_t arm)
{
	return note_ratio(n, (int)arm, NONE);
}

static void effect(struct note *n)
{
	n->effect = to_switch(n, LARGE);
	n->effect_unit = "x";
}

/* What is left of a switch's whole when its parts are taken off, as a share of it. */
static double unexplained(const struct note *n, size_t arm)
{
	double whole = note_seen_mean(n, arm, WHOLE_NS);
	double parts = stats_median(n->timed[NONE].value, n->timed[NONE].n) +
		       note_seen_mean(n, arm, ALONE_NS) +
		       stats_median(n->timed[arm].value, n->timed[arm].n);

	return (whole - parts) / whole;
}

static void parts_evidence(struct note *n)
{
	struct stats_samples s = note_samples(n, NONE, THREADS);
	size_t a;

	note_evidence(n, NULL, "address_space_ns", stats_difference(&s, STATS_95, n->seed).value);
	note_evidence(n, "none", "direct_cross_mm_ns",
		      (double)hist_quantile(&n->counted[NONE].sum->direct[OSCOPE_KIND_CROSS_MM],
					    0.5));
	for (a = SMALL; a <= HUGE; a++) {
		const char *arm = n->claim->arm[a].name;

		note_evidence(n, arm, "indirect_to_switch", to_switch(n, a).value);
		note_evidence(n, arm, "unexplained_share", unexplained(n, a));
	}
}

static void check(struct note *n)
{
	size_t a;

	for (a = THREADS; a <= HUGE; a++) {
		const struct arm_counted *c = &n->counted[a];
		double ops = c->n ? (double)c->ops / (double)c->n : 0;
		double pushed = 2 * note_per_op(c, c->sum->involuntary);

		/* Who is pushed off between giving the turn and waiting may not have to wait. */
		note_gate(n, n->claim->arm[a].name, "voluntary switches/op", 2, 1.98 - pushed,
			  2 + SPARE / ops, note_per_op(c, c->sum->voluntary));
	}
	parts_evidence(n);
}

/* How the set in huge pages came out; the kernel may have none to give. */
static const char *in_huge_pages(const struct note *n, char *text, size_t bytes)
{
	if (note_seen(n, HUGE, HUGE_BYTES).min >= note_seen(n, HUGE, SET_BYTES).max)
		snprintf(text, bytes, "%.1f in huge pages", to_switch(n, HUGE).value);
	else
		snprintf(text, bytes, "no huge pages were given");
	return text;
}

static void decide(struct note *n)
{
	struct interval small = to_switch(n, SMALL);
	const struct interval *large = &n->effect;
	char huge[64];

	if (small.lo >= ALL_OF_IT)
		note_verdict(n, VERDICT_HOLDS,
			     "even a set that fits the cache is gone after a switch: reading it again "
			     "takes %.2f times as long as the switch, a large one's %.1f times",
			     small.value, large->value);
	else if (small.hi < ALL_OF_IT && large->lo >= ALL_OF_IT)
		note_verdict(n, VERDICT_HOLDS_IF,
			     "both sets do not fit the cache: then reading again takes %.1f times as "
			     "long as the switch itself (%s, %.2f in order, where the "
			     "processor reads ahead), and %.2f times where both fit", large->value,
			     in_huge_pages(n, huge, sizeof(huge)), to_switch(n, ORDERED).value,
			     small.value);
	else if (small.hi < ALL_OF_IT && large->hi < ALL_OF_IT)
		note_verdict(n, VERDICT_FALSE,
			     "what is read again takes %.2f of a switch at most, though two such "
			     "sets do not fit the cache", large->value);
	else
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "reading again takes %.2f to %.2f of a switch with small sets, %.2f "
			     "to %.2f with large ones: 1 is in it",
			     small.lo, small.hi, large->lo, large->hi);
}

static const struct claim indirect = {
	.id = "switch.indirect",
	.topic = "switch",
	.claim = "Switching to another process replaces the whole environment",
	.claim_zh = "进程切换要换掉整个运行环境",
	.how =
		"Two processes on one CPU hand a turn to and fro through a futex, and each goes through "
		"memory of its own, made after the fork, when it has it: none; an eighth of the CPU's own "
		"cache (L2); three quarters of it; the same in huge pages; all of it in random order, "
		"beside that three quarters in order of addresses, and four times the cache. Timed is the "
		"walk right after a switch, and the same walk where nobody else had the CPU: what it takes "
		"longer is the indirect cost of a switch, measured on its own. Two threads without memory "
		"show what the address space adds.",
	.gates =
		"2 voluntary switches a round trip, or less by two for each involuntary one; one turn, in "
		"every arm.",
	.rule =
		"r = what a walk takes longer after a switch / a switch without memory, with its 95 % "
		"interval. HOLDS if the lower end is 1 or more with the small set; HOLDS IF both sets "
		"do not fit, if its upper end is below 1 with the small and its lower end 1 or more with "
		"the large one; FALSE if below 1 with both; else INCONCLUSIVE HERE.",
	.live = "oscope switch -- taskset -c 0 PROGRAM, beside perf stat -e cache-misses PROGRAM",
	.op = "round trip",
	.value = "ns",
	.seen = {
		[WHOLE_NS] = "whole_ns", [ALONE_NS] = "walk_alone_ns", [SET_BYTES] = "set_bytes",
		[BEYOND_NS] = "beyond_ns", [HUGE_BYTES] = "huge_bytes",
	},
	.counts = { COUNT(TURNS, ALL_ARMS, 1) },
	.placement = "same CPU, SCHED_BATCH",
	.narrow = 0.1,
	.needs_times = true,
	.arm = {
		[THREADS] = { "threads", run }, [NONE] = { "none", run },
		[SMALL] = { "small", run }, [ORDERED] = { "ordered", run },
		[LARGE] = { "large", run }, [HUGE] = { "huge", run },
	},
	.effect = effect,
	.check = check,
	.decide = decide,
};
CLAIM(indirect);
