// SPDX-License-Identifier: GPL-2.0
/* py.gil-lock: is a lock needed in spite of the GIL? */
#include "notes/cpus.h"
#include "notes/python.h"

#define EACH		"100000"	/* additions of each of two threads */
#define TURNS_LEAST	5		/* sleeps for the lock: it changed hands */
#define TURNS_MOST	400000		/* one an addition, and one to give it up */

enum { PLUS, CALL, LOCKED };
enum { LOSES, LOST, GIL, VERSION };
enum { SAID_LOST, SAID_GIL, SAID_VERSION };
enum { ADDER };

static int run(struct sample *s)
{
	static const char *const how[] = { "plus", "call", "locked" };
	struct foreign_number said[] = {
		[SAID_LOST] = { "lost" }, [SAID_GIL] = { "gil" }, [SAID_VERSION] = { "version" },
		{ NULL },
	};
	struct python p = { .script = "py/gil_lock.py", .args = { how[s->arm], EACH } };
	int err = cpus_unpin();

	if (!err)
		err = python_run(s, &p, said);
	if (err)
		return err;
	s->ops = 1;
	sample_see(s, LOSES, said[SAID_LOST].value > 0);
	sample_see(s, LOST, (double)said[SAID_LOST].value);
	sample_see(s, GIL, (double)said[SAID_GIL].value);
	sample_see(s, VERSION, (double)said[SAID_VERSION].value);
	return 0;
}

static bool none(const struct note *n, size_t arm)
{
	return note_seen_always(n, arm, LOSES, 0);
}

/* Threads that take turns once or twice had not many chances to lose anything. */
static void check(struct note *n)
{
	size_t a;

	for (a = PLUS; a <= CALL; a++)
		note_gate(n, n->claim->arm[a].name, "sleeps of the adders/op", TURNS_LEAST,
			  TURNS_LEAST, TURNS_MOST, note_sleeps(n, a, ADDER, OSCOPE_REASON_FUTEX));
}

static void decide(struct note *n)
{
	double plus = note_seen_mean(n, PLUS, LOST), call = note_seen_mean(n, CALL, LOST);
	struct python_version v = python_version(n, PLUS, VERSION);
	const char *with = note_seen_mean(n, PLUS, GIL) > 0 ? "with" : "without";

	if (!none(n, LOCKED))
		note_verdict(n, VERDICT_FALSE,
			     "with a lock, too, additions were lost, %.0f of 200000 as a mean",
			     note_seen_mean(n, LOCKED, LOST));
	else if (none(n, PLUS) && none(n, CALL))
		note_verdict(n, VERDICT_FALSE,
			     "two threads of Python %s lost none of 200000 additions without a "
			     "lock", v.text);
	else if (none(n, PLUS))
		note_verdict(n, VERDICT_HOLDS_IF,
			     "there is a place to switch between load and store: of 200000 "
			     "additions two threads of Python %s lost none with x += 1, and %.0f "
			     "as a mean with x = x + one(); with a lock none", v.text, call);
	else
		note_verdict(n, VERDICT_HOLDS,
			     "of 200000 additions two threads of Python %s, %s a GIL, lost %.0f as "
			     "a mean with x += 1 and %.0f with x = x + one(); with a lock none",
			     v.text, with,
			     plus, call);
}

static const struct claim gil_lock = {
	.id = "py.gil-lock",
	.topic = "py",
	.claim = "A lock is needed in spite of the GIL",
	.claim_zh = "有了 GIL 仍需要线程锁",
	.how =
		"Two threads add to one variable, 100000 times each: by x += 1, by x = x + one() "
		"with a function that returns 1, and the latter under a lock. The interval after "
		"which the GIL is asked for is 50 us, so that few additions are enough. What is "
		"missing in the end was lost. An operation is both threads.",
	.gates =
		"Two threads and one interpreter an operation; without a lock the adders slept "
		"five times at least, for each other: the GIL changed hands.",
	.rule =
		"FALSE if none was lost without a lock in any sample, or some with one; HOLDS IF "
		"there is a place to switch inside, if x += 1 never lost any and the call did; "
		"HOLDS if both did.",
	.live = "oscope states --why -- python3 PROGRAM, reason futex",
	.op = "operation",
	.seen = {
		[LOSES] = "loses", [LOST] = "lost", [GIL] = "gil", [VERSION] = "python",
	},
	.needed = { SAW(CALL, LOSES) },
	.tasks = { [ADDER] = "adder" },
	.counts = { MADE(ALL_ARMS, THREAD, 2), MADE(ALL_ARMS, FORK, 1) },
	.placement = "all CPUs",
	.needs_lives = true,
	.needs_states = true,
	.arm = { [PLUS] = { "plus", run }, [CALL] = { "call", run }, [LOCKED] = { "locked", run } },
	.check = check,
	.decide = decide,
};
CLAIM(gil_lock);
