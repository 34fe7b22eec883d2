// SPDX-License-Identifier: GPL-2.0
/* py.await: is async/await better than yield? */
#include <stdio.h>

#include "notes/python.h"

#define RESUMES		100000
#define ROUNDS		5000	/* of asyncio's loop */
#define CHEAPER		0.95
#define FEW		0.05	/* system calls an operation, the interpreter's start among them */

enum { YIELD, YIELD_FROM, AWAIT, ASYNCIO };
enum { VERSION };
enum { WALL, SAID_RESUMES, SAID_VERSION };

static int run(struct sample *s)
{
	static const char *const how[] = { "yield", "yield_from", "await", "asyncio" };
	struct foreign_number said[] = {
		[WALL] = { "wall_ns" }, [SAID_RESUMES] = { "resumes" },
		[SAID_VERSION] = { "version" }, { NULL },
	};
	int times = s->arm == ASYNCIO ? ROUNDS : RESUMES, err;
	char how_often[16];
	struct python p = { .script = "py/await.py", .args = { how[s->arm], how_often } };

	snprintf(how_often, sizeof(how_often), "%d", times);
	err = python_run(s, &p, said);
	if (err)
		return err;
	s->ops = (uint64_t)times;
	s->turns = (uint64_t)said[SAID_RESUMES].value;
	s->flat = true;
	s->value = (double)said[WALL].value / times;
	sample_see(s, VERSION, (double)said[SAID_VERSION].value);
	return 0;
}

/* Both have the same depth: one function that gives way through another. */
static void effect(struct note *n)
{
	n->effect = note_ratio(n, AWAIT, YIELD_FROM);
	n->effect_unit = "x the time of yield from";
}

static void check(struct note *n)
{
	size_t a;

	for (a = YIELD; a <= AWAIT; a++)
		note_gate_syscalls(n, a, 0, FEW);
}

static void decide(struct note *n)
{
	struct python_version v = python_version(n, AWAIT, VERSION);
	const struct interval *e = &n->effect;
	double plain = note_ratio(n, AWAIT, YIELD).value;

	if (e->hi < CHEAPER)
		note_verdict(n, VERDICT_HOLDS,
			     "a resume through await takes %.2f of the time of one through yield "
			     "from in Python %s, and %.2f of a plain yield",
			     e->value, v.text, plain);
	else if (e->lo > CHEAPER)
		note_verdict(n, VERDICT_FALSE,
			     "by what a resume costs: %.2f times as much through await as through "
			     "yield from in Python %s, and %.2f times a plain yield; a round of "
			     "asyncio's loop is %.0f ns", e->value, v.text, plain,
			     note_median(n, ASYNCIO).value);
	else
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "a resume through await takes %.2f to %.2f of the time through yield "
			     "from: too wide to tell from %.2f", e->lo, e->hi, CHEAPER);
}

static const struct claim await = {
	.id = "py.await",
	.topic = "py",
	.claim = "async/await is better than yield",
	.claim_zh = "async/await 优于 yield",
	.how =
		"A function gives way 100000 times and is resumed by a loop: by yield, by yield "
		"from another generator, and by await. Then 5000 rounds of asyncio's loop, with "
		"sleep(0). An operation is one resume. Better is taken for cheaper: what is nicer "
		"to read no clock tells.",
	.gates =
		"As many resumes as said; for the first three less than 0.05 system calls each, "
		"the interpreter's start among them.",
	.rule =
		"With the 95 % interval of await to yield from: HOLDS if its upper end is below "
		"0.95; FALSE if its lower end is above that; else INCONCLUSIVE HERE.",
	.live = "oscope switch -- python3 PROGRAM",
	.op = "resume",
	.value = "ns",
	.seen = { [VERSION] = "python" },
	.counts = { MADE_ONCE(ALL_ARMS, FORK, 1), NAMED(TURNS, ALL_ARMS, 1, "resumes/op") },
	.narrow = 0.05,
	.needs_times = true,
	.needs_syscalls = true,
	.needs_lives = true,
	.arm = {
		[YIELD] = { "yield", run }, [YIELD_FROM] = { "yield_from", run },
		[AWAIT] = { "await", run }, [ASYNCIO] = { "asyncio", run },
	},
	.effect = effect,
	.check = check,
	.decide = decide,
};
CLAIM(await);
