// SPDX-License-Identifier: GPL-2.0
/* py.value-array: do processes of Python share a Value and an Array? */
#include <stdio.h>

#include "notes/cpus.h"
#include "notes/said.h"

#define ID	"py.value-array"
#define EACH	10000

enum { LOCKED, ARRAY, GLOBAL, PLAIN };
enum { ALL_THERE, NONE_THERE, LOST };

static int run(struct sample *s)
{
	static const char *const how[] = {
		[LOCKED] = "locked", [ARRAY] = "array", [GLOBAL] = "global", [PLAIN] = "plain",
	};
	char each[16];
	struct python p = {
		.script = "py/value_array.py",
		.args = { how[s->arm], each },
		.family = true,
	};
	int err = cpus_unpin();

	snprintf(each, sizeof(each), "%d", EACH);
	return err ? err : said_python(s, ID, &p);
}

static double ns(const struct note *n, size_t arm)
{
	return stats_median(n->timed[arm].value, n->timed[arm].n);
}

/* Of all samples, those that lost some without the lock. */
static double losing(const struct note *n)
{
	return 1 - note_seen_mean(n, PLAIN, ALL_THERE);
}

static void check(struct note *n)
{
	note_evidence(n, "plain", "samples_that_lost_share", losing(n));
}

static void say_yes(struct note *n)
{
	note_verdict(n, VERDICT_HOLDS,
		     "all of %d additions by two processes were in a Value and in an Array, "
		     "under their get_lock(), at %.0f and %.0f ns each, and none in a plain "
		     "variable; v.value += 1 without it lost %.0f of them, some in %.0f %% of "
		     "the samples",
		     2 * EACH, ns(n, LOCKED), ns(n, ARRAY), note_seen_mean(n, PLAIN, LOST),
		     100 * losing(n));
}

static void say_no(struct note *n)
{
	note_verdict(n, VERDICT_FALSE,
		     "share of samples in which all additions were there, in a Value %.2f, in an "
		     "Array %.2f, and none in a plain variable %.2f"
		     "", note_seen_mean(n, LOCKED, ALL_THERE),
		     note_seen_mean(n, ARRAY, ALL_THERE), note_seen_mean(n, GLOBAL, NONE_THERE));
}

static const struct claim value_array = {
	.id = ID,
	.topic = "py",
	.claim = "Value and Array share data between processes of Python",
	.claim_zh = "Value 和 Array 在进程间共享数据",
	.how =
		"Two children of multiprocessing, on all CPUs, add 1 to the same number 10000 "
		"times each: in a Value and in an Array under get_lock(), in a variable of the "
		"program, and in a Value by v.value += 1 alone. Their parent looks what is there "
		"when they have ended. An operation is one addition.",
	.gates = "Two children beside the interpreter, which ended well with all their additions.",
	.rule =
		"HOLDS if in every sample all additions under the lock were there, in the Value "
		"and in the Array, and none in the variable; FALSE if one of these never was so; "
		"else INCONCLUSIVE HERE, with the share. What is lost without the lock is said "
		"beside it.",
	.live = "oscope ipc --by pair -- python3 PROGRAM",
	.op = "addition",
	.value = "ns",
	.seen = { [ALL_THERE] = "all_there", [NONE_THERE] = "none_there", [LOST] = "lost" },
	.needed = { SAW(LOCKED, ALL_THERE), SAW(ARRAY, ALL_THERE), SAW(GLOBAL, NONE_THERE) },
	.counts = {
		NAMED(TURNS, ALL_ARMS, 1, "additions of who ended well/op"),
		MADE_ONCE(ALL_ARMS, FORK, 3),
	},
	.placement = "all CPUs",
	.narrow = 0.2,
	.needs_lives = true,
	.arm = {
		[LOCKED] = { "locked", run }, [ARRAY] = { "array", run },
		[GLOBAL] = { "global", run }, [PLAIN] = { "plain", run },
	},
	.check = check,
	.yes = say_yes,
	.no = say_no,
};
CLAIM(value_array);
