// SPDX-License-Identifier: GPL-2.0
/* lang.csharp: does C# have async, too? */
#include "notes/cpus.h"
#include "notes/installed.h"
#include "notes/said.h"

#define ID	"lang.csharp"
#define MONO	"/usr/bin/mono"
#define MCS	"/usr/bin/mcs"
#define WAITS	100	/* lang/Waits.cs has the same */
#define WAIT_MS	5

enum { AWAIT, SLEEP };
enum { AT_ONCE, ONE_BY_ONE, THREADS };

static int run(struct sample *s)
{
	static const char *const how[] = { [AWAIT] = "await", [SLEEP] = "sleep" };
	/* The program is compiled into a file first, which is gone with its file system. */
	struct foreign f = {
		.script = "lang/Waits.cs",
		.argv = {
			"/bin/sh", "-c", MCS " -out:\"$TMPDIR/waits.exe\" \"$0\" && "
			"exec " MONO " \"$TMPDIR/waits.exe\" \"$@\"",
		},
		.args = { how[s->arm] },
		.family = true,
	};
	int err = installed(s, MONO, "mono-runtime");

	if (!err)
		err = installed(s, MCS, "mono-mcs");
	if (!err)
		err = cpus_unpin();
	return err ? err : said_foreign(s, ID, &f);
}

static double all_ms(const struct note *n, size_t arm)
{
	return WAITS * stats_median(n->timed[arm].value, n->timed[arm].n) / 1e6;
}

static void say_yes(struct note *n)
{
	note_verdict(n, VERDICT_HOLDS,
		     "%d waits of %d ms that were awaited were over after %.0f ms, and went on in "
		     "%.1f threads of the runtime's; slept by one thread they took %.0f ms",
		     WAITS, WAIT_MS, all_ms(n, AWAIT), note_seen_mean(n, AWAIT, THREADS),
		     all_ms(n, SLEEP));
}

static void say_no(struct note *n)
{
	note_verdict(n, VERDICT_FALSE,
		     "share of samples in which what was awaited was under way at once %.2f, and "
		     "in which what one thread slept was not %.2f",
		     note_seen_mean(n, AWAIT, AT_ONCE), note_seen_mean(n, SLEEP, ONE_BY_ONE));
}

static const struct claim csharp = {
	.id = ID,
	.topic = "lang",
	.claim = "C# has asynchronous functions, too",
	.claim_zh = "C# 也有异步（async/await）",
	.how =
		"100 asynchronous functions of C# await a delay of 5 ms each; and one thread sleeps "
		"5 ms 100 times. Each looks afterwards in which thread of the kernel's it goes on. "
		"Mono compiles the program first, in a second or so, of which nothing is measured. "
		"An operation is one wait.",
	.gates = "All waits came to their end, and each found a thread that it went on in.",
	.rule =
		"HOLDS if in every sample the delays were over within a quarter of their sum, and "
		"the sleeps took all of theirs; FALSE if one of the two never was so; else "
		"INCONCLUSIVE HERE, with the share, and without Mono.",
	.live = "oscope states --why -- mono PROGRAM",
	.op = "wait",
	.value = "ns",
	.seen = {
		[AT_ONCE] = "at_once", [ONE_BY_ONE] = "one_by_one", [THREADS] = "threads",
	},
	.needed = { SAW(AWAIT, AT_ONCE), SAW(SLEEP, ONE_BY_ONE) },
	.counts = { NAMED(TURNS, ALL_ARMS, 1, "waits that came to their end/op") },
	.placement = "all CPUs",
	.narrow = 0.2,
	.unwaited = true,		/* threads of the runtime's, whom its end takes along */
	.arm = { [AWAIT] = { "await", run }, [SLEEP] = { "sleep", run } },
	.yes = say_yes,
	.no = say_no,
};
CLAIM(csharp);
