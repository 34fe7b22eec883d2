// SPDX-License-Identifier: GPL-2.0
/* py.samples: do the programs run that the notes show? */
#include "notes/notes.h"
#include "notes/said.h"

#define ID	"py.samples"
#define SHAPES	4	/* py/samples.py has as many */

enum { GIVEN, ANEW };
enum { RAN, LACK_BODY, ALL_RAN, ACCOUNTED };

static int run(struct sample *s)
{
	static const char *const how[] = { [GIVEN] = "given", [ANEW] = "anew" };
	struct python p = { .script = "py/samples.py", .args = { how[s->arm] }, .family = true };

	return said_python(s, ID, &p);
}

static void effect(struct note *n)
{
	struct arm_seen all = note_seen(n, GIVEN, ALL_RAN);

	n->effect = stats_share((size_t)all.sum, all.n);
	n->effect_unit = "of samples, as given";
}

static void decide(struct note *n)
{
	double given = note_seen_mean(n, GIVEN, RAN), anew = note_seen_mean(n, ANEW, RAN);
	double lacking = note_seen_mean(n, GIVEN, LACK_BODY);

	if (note_seen_always(n, GIVEN, ALL_RAN, 1))
		note_verdict(n, VERDICT_HOLDS, "all %d ran as they are shown", SHAPES);
	else if (note_seen_always(n, ANEW, ALL_RAN, 1) && note_seen_always(n, GIVEN, ALL_RAN, 0))
		note_verdict(n, VERDICT_HOLDS_IF,
			     "what is left out is written: %.0f of %d ran as shown, %.0f have a "
			     "comment where the body should be, which is a syntax error; with a "
			     "body all ran", given, SHAPES, lacking);
	else if (note_seen_always(n, ANEW, ALL_RAN, 0))
		note_verdict(n, VERDICT_FALSE, "only %.1f of %d ran even with a body", anew,
			     SHAPES);
	else
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "%.1f of %d ran as shown and %.1f with a body, not the same in every "
			     "sample", given, SHAPES, anew);
}

static const struct claim samples = {
	.id = ID,
	.topic = "py",
	.claim = "The programs that the notes show can be run as they are",
	.claim_zh = "笔记中的示例程序可以直接运行",
	.how =
		"Four shapes of program that notes on threads, processes, coroutines and generators "
		"have, each executed by an interpreter of its own: as they are shown, with a comment "
		"in the place of what three of them leave out, and with a body written anew. A "
		"program has run if it ends well and has done both of its parts. An operation is "
		"one program.",
	.gates =
		"All four were executed to their end; as shown, each has run, or lacks a body by "
		"what the interpreter says of it.",
	.rule =
		"HOLDS if in every sample all four ran as shown; HOLDS IF what is left out is "
		"written, if never all did as shown and always with a body; FALSE if never with a "
		"body either; else INCONCLUSIVE HERE.",
	.live = "oscope spawn --events -- python3 PROGRAM",
	.op = "program",
	.value = "ns",
	.seen = {
		[RAN] = "ran", [LACK_BODY] = "lack_body", [ALL_RAN] = "all_ran",
		[ACCOUNTED] = "accounted",
	},
	.counts = {
		NAMED(TURNS, ALL_ARMS, 1, "programs that were executed/op"),
		SAW(GIVEN, ACCOUNTED),
	},
	.narrow = 0.2,
	.arm = { [GIVEN] = { "given", run }, [ANEW] = { "anew", run } },
	.effect = effect,
	.decide = decide,
};
CLAIM(samples);
