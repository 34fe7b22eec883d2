// SPDX-License-Identifier: GPL-2.0
/* create.fork-grows: does a fork cost more the more memory its parent has? */
#include <stdio.h>
#include <unistd.h>

#include "notes/kin.h"
#include "notes/makers.h"
#include "notes/notes.h"

#define SOME_MIB	16
#define LARGE_MIB	64
#define LARGEST_MIB	256
#define SHARE		4	/* of the memory that is there to be had, one may take */
#define TABLES_KB	2	/* a MiB: 4 kB of entries for each 2 MiB */
#define SPARE_KB	16	/* where maps begin is random: some tables more or less */
#define GROWS		1.1	/* times: less is not worth the word */
#define ANY		1e9	/* no upper bound of a gate */

enum { NONE, SOME, LARGE, LARGEST, LARGE_THP, LARGEST_THP };
enum { MIB, TABLES, HUGE_KB };

/* At most a part of what this machine can give, so that nobody else has to go without. */
static size_t room_mib(size_t mib)
{
	long there = kin_number("/proc/meminfo", "MemAvailable") / 1024;

	while (mib > LARGE_MIB && (long)mib * SHARE > there)
		mib /= 2;
	return mib;
}

static int run(struct sample *s)
{
	static const size_t mib_of[] = {
		[SOME] = SOME_MIB, [LARGE] = LARGE_MIB, [LARGEST] = LARGEST_MIB,
		[LARGE_THP] = LARGE_MIB, [LARGEST_THP] = LARGEST_MIB,
	};
	size_t mib = room_mib(mib_of[s->arm]);
	struct maker m;
	int err;

	kin_goes_first();
	err = maker_begin(&m);
	if (err)
		return err;
	err = maker_grow(&m, mib, s->arm >= LARGE_THP);
	sample_see(s, MIB, (double)mib);
	sample_see(s, TABLES, (double)kin_status(getpid(), "VmPTE"));
	/* What of the memory is huge pages is in the sum of all maps. */
	sample_see(s, HUGE_KB, (double)kin_number("/proc/self/smaps_rollup", "AnonHugePages"));
	if (!err)
		err = sample_measure_few(s, make_forks, &m);
	maker_end(&m);
	return err ? err : m.err;
}

/* ns a MiB, from one size to a larger one. */
static struct interval slope(const struct note *n, size_t from, size_t to)
{
	struct stats_samples s = note_samples(n, (int)to, (int)from);
	struct interval i = stats_difference(&s, STATS_95, n->seed);
	double mib = note_seen_mean(n, to, MIB) - note_seen_mean(n, from, MIB);

	return (struct interval){ i.value / mib, i.lo / mib, i.hi / mib };
}

static void effect(struct note *n)
{
	n->effect = slope(n, NONE, LARGEST);
	n->effect_unit = "ns/MiB";
}

static void check(struct note *n)
{
	struct arm_seen mib = note_seen(n, LARGEST, MIB);
	double kb = mib.max * TABLES_KB;

	note_gate(n, "largest", "MiB of every sample", mib.max, mib.max, mib.max, mib.min);
	note_gate(n, "largest", "kB of page tables, above none's", kb, kb - SPARE_KB, ANY,
		  note_seen_mean(n, LARGEST, TABLES) - note_seen_mean(n, NONE, TABLES));
	note_evidence(n, "none", "to_some_ns_per_mib", slope(n, NONE, SOME).value);
	note_evidence(n, "some", "to_large_ns_per_mib", slope(n, SOME, LARGE).value);
	note_evidence(n, "large", "to_largest_ns_per_mib", slope(n, LARGE, LARGEST).value);
	note_evidence(n, "thp", "slope_ns_per_mib", slope(n, NONE, LARGEST_THP).value);
}

static void decide(struct note *n)
{
	struct interval ratio = note_ratio(n, LARGEST, NONE);
	double huge = note_seen_mean(n, LARGEST_THP, HUGE_KB);
	double mib = note_seen_mean(n, LARGEST, MIB);
	char flat[96] = "; no huge pages here";

	if (huge > 0)
		snprintf(flat, sizeof(flat), "; with huge pages (%.0f %% of it) %.0f ns",
			 100 * huge / (mib * 1024.0), slope(n, NONE, LARGEST_THP).value);
	if (ratio.lo > GROWS)
		note_verdict(n, VERDICT_HOLDS,
			     "%.0f ns more for each MiB: a parent with %.0f MiB forks %.1f times as "
			     "long%s", n->effect.value, mib, ratio.value, flat);
	else if (ratio.hi < GROWS)
		note_verdict(n, VERDICT_FALSE,
			     "a parent with %.0f MiB forks %.2f times as long as one with none",
			     mib, ratio.value);
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
		"A parent with 0, 16, 64 and 256 MiB of written memory forks a child that ends at "
		"once, and waits for it; 64 and 256 MiB again with huge pages. Instead of 256 it is "
		"128 or 64 MiB, where a quarter of the memory that can be had is less. An operation "
		"is one child.",
	.gates =
		"One fork an operation; the largest parent is as large in every sample, and has page "
		"tables for that, 4 kB for each 2 MiB.",
	.rule =
		"r = a fork with most / one with none, with its 95 % interval. HOLDS if the lower "
		"end is above 1.1; FALSE if the upper end is below; else INCONCLUSIVE HERE. The "
		"effect is the slope.",
	.live = "oscope spawn -- PROGRAM",
	.op = "child",
	.along = "MiB that the parent has written",
	.value = "ns",
	.seen = { [MIB] = "mib", [TABLES] = "page_tables_kb", [HUGE_KB] = "huge_pages_kb" },
	.counts = { MADE(ALL_ARMS, FORK, 1) },
	.narrow = 0.1,
	.needs_times = true,
	.needs_lives = true,
	.arm = {
		[NONE] = { "none", run, .line = "4 kB pages", .at = 0 },
		[SOME] = { "some", run, .line = "4 kB pages", .at = SOME_MIB },
		[LARGE] = { "large", run, .line = "4 kB pages", .at = LARGE_MIB },
		[LARGEST] = { "largest", run, .line = "4 kB pages", .at = LARGEST_MIB },
		[LARGE_THP] = { "large_thp", run, .line = "huge pages", .at = LARGE_MIB },
		[LARGEST_THP] = { "thp", run, .line = "huge pages", .at = LARGEST_MIB },
	},
	.effect = effect,
	.check = check,
	.decide = decide,
};
CLAIM(fork_grows);
