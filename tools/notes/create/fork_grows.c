// SPDX-License-Identifier: GPL-2.0
/* create.fork-grows: does a fork cost more the more memory its parent has? */
#include <stdio.h>
#include <unistd.h>

#include "notes/kin.h"
#include "notes/makers.h"
#include "notes/notes.h"

#define BATCH_OPS	1
#define LARGE_MIB	64
#define TABLES_KB	(LARGE_MIB * 2)	/* 4 kB of entries for each 2 MiB */
#define GROWS		1.1			/* times: less is not worth the word */
#define ANY		1e9			/* no upper bound of a gate */

enum { NONE, SOME, LARGE, LARGE_THP };
enum { TABLES, HUGE_KB };

/* What of the memory is huge pages is in the sum of all maps. */
static double huge_kb(void)
{
	char line[256];
	double kb = 0;
	FILE *f = fopen("/proc/self/smaps_rollup", "re");

	while (f && fgets(line, sizeof(line), f))
		sscanf(line, "AnonHugePages: %lf", &kb);
	if (f)
		fclose(f);
	return kb;
}

static int run(struct sample *s, size_t mib, int huge)
{
	struct maker m;
	int err;

	err = maker_begin(&m);
	if (err)
		return err;
	err = maker_grow(&m, mib, huge);
	sample_see(s, TABLES, (double)kin_status(getpid(), "VmPTE"));
	sample_see(s, HUGE_KB, huge_kb());
	if (!err)
		err = sample_measure_long(s, make_forks, &m, BATCH_OPS);
	maker_end(&m);
	return err ? err : m.err;
}

static int run_none(struct sample *s)
{
	return run(s, 0, 0);
}

static int run_some(struct sample *s)
{
	return run(s, LARGE_MIB / 4, 0);
}

static int run_large(struct sample *s)
{
	return run(s, LARGE_MIB, 0);
}

static int run_large_thp(struct sample *s)
{
	return run(s, LARGE_MIB, 1);
}

/* ns a MiB, from nothing to this. */
static struct interval slope(const struct note *n, size_t a)
{
	struct stats_samples s = note_samples(n, (int)a, NONE);
	struct interval i = stats_difference(&s, STATS_95, n->seed);

	return (struct interval){ i.value / LARGE_MIB, i.lo / LARGE_MIB, i.hi / LARGE_MIB };
}

static void effect(struct note *n)
{
	n->effect = slope(n, LARGE);
	n->effect_unit = "ns/MiB";
}

static void check(struct note *n)
{
	size_t a;

	for (a = 0; a < n->claim->n_arms; a++)
		note_gate_births(n, a, OSCOPE_BIRTH_FORK, 1);
	/* Where maps begin is random, so that a sample has some tables more or less. */
	note_gate(n, "large", "kB of page tables, above none's", TABLES_KB, TABLES_KB - 16, ANY,
		  note_seen_mean(n, LARGE, TABLES) - note_seen_mean(n, NONE, TABLES));
	note_evidence(n, "thp", "slope_ns_per_mib", slope(n, LARGE_THP).value);
}

static void decide(struct note *n)
{
	struct stats_samples s = note_samples(n, LARGE, NONE);
	struct interval ratio = stats_ratio(&s, STATS_95, n->seed);
	double thp = slope(n, LARGE_THP).value, huge = note_seen_mean(n, LARGE_THP, HUGE_KB);
	char flat[96] = "; no huge pages here";

	if (huge > 0)
		snprintf(flat, sizeof(flat), "; with huge pages (%.0f %% of it) %.0f ns",
			 100 * huge / (LARGE_MIB * 1024.0), thp);
	if (ratio.lo > GROWS)
		note_verdict(n, VERDICT_HOLDS,
			     "%.0f ns more for each MiB: a parent with %d MiB forks %.1f times as "
			     "long%s", n->effect.value, LARGE_MIB, ratio.value, flat);
	else if (ratio.hi < GROWS)
		note_verdict(n, VERDICT_FALSE,
			     "a parent with %d MiB forks %.2f times as long as one with none",
			     LARGE_MIB, ratio.value);
	else
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "%.2f to %.2f times as long, which has %.1f in it: more samples or "
			     "less load", ratio.lo, ratio.hi, GROWS);
}

static const struct claim fork_grows = {
	.id = "create.fork-grows",
	.topic = "create",
	.claim = "Making a process copies the state of its parent: the more it has, the longer",
	.claim_zh = "创建进程要复制父进程状态，父进程内存越大越慢",
	.how =
		"A parent with 0, 16 and 64 MiB of written memory forks a child that ends at once, "
		"and waits for it; 64 MiB again with huge pages. An operation is one child.",
	.gates =
		"One fork an operation; the parent with 64 MiB has page tables for them, 4 kB for "
		"each 2 MiB.",
	.rule =
		"r = a fork with 64 MiB / one with none, with its 95 % interval. HOLDS if the lower "
		"end is above 1.1; FALSE if the upper end is below; else INCONCLUSIVE HERE. The "
		"effect is the slope.",
	.live = "oscope spawn -- PROGRAM",
	.op = "child",
	.value = "ns",
	.seen = { [TABLES] = "page_tables_kb", [HUGE_KB] = "huge_pages_kb" },
	.placement = "same CPU",
	.narrow = 0.1,
	.needs_times = true,
	.needs_lives = true,
	.n_arms = 4,
	.arm = {
		[NONE] = { "none", run_none },
		[SOME] = { "some", run_some },
		[LARGE] = { "large", run_large },
		[LARGE_THP] = { "thp", run_large_thp },
	},
	.effect = effect,
	.check = check,
	.decide = decide,
};
CLAIM(fork_grows);
