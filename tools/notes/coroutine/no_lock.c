// SPDX-License-Identifier: GPL-2.0
/* coroutine.no-lock: do coroutines need no locks? */
#include <errno.h>
#include <math.h>
#include <stdio.h>

#include "notes/loop.h"
#include "notes/notes.h"
#include "notes/said.h"

#define ID		"coroutine.no-lock"
#define COROUTINES	10
#define UPDATES		1000	/* of each */
#define STACK_BYTES	16384

enum { PLAIN, INSIDE, LOCKED, SAME, OPPOSITE };
enum { RIGHT, LOST, THERE, STILL };
enum { LOOP };

static volatile uint64_t counter;
static uint64_t made;
static size_t way;
static bool held;

/* Load and store apart, as any update is; what lies between them is the question. */
static void update(void)
{
	uint64_t value;

	while (way == LOCKED && held)
		loop_yield();
	held = true;
	value = counter;
	if (way != PLAIN)
		loop_yield();
	counter = value + 1;
	held = false;
	made++;
}

static void member(void *arg)
{
	int i;

	for (i = 0; i < UPDATES; i++) {
		update();
		loop_yield();
	}
}

static int run(struct sample *s)
{
	int err;

	way = s->arm;
	err = loop_all(COROUTINES, STACK_BYTES, member);
	s->ops = (uint64_t)COROUTINES * UPDATES;
	s->turns = made;
	sample_see(s, LOST, (double)(made - counter));
	sample_see(s, RIGHT, made == counter);
	return err;
}

/* Of two of asyncio's locks; without an interpreter the loop's own has to do. */
static int run_asyncio(struct sample *s)
{
	struct python p = {
		.script = "coroutine/no_lock.py",
		.args = { s->arm == SAME ? "same" : "opposite" },
	};
	int err = said_python(s, ID, &p);

	if (err != -ENOENT)
		return err;
	sample_see(s, THERE, 0);
	return 0;
}

static bool there(const struct note *n)
{
	return note_seen_mean(n, SAME, THERE) > 0 && note_seen_mean(n, OPPOSITE, THERE) > 0;
}

/* One task, whose thread waits for nothing that the kernel would call a lock. */
static void check_asyncio(struct note *n, size_t a)
{
	const struct arm_counted *c = &n->counted[a];
	const char *arm = n->claim->arm[a].name;

	note_gate_near(n, arm, "ended, or each waited for the other/op", 1, 0,
		       note_per_op(c, c->turns));
	note_gate_near(n, arm, "tasks made/sample", 1, 0,
		       c->n ? (double)arm_lives_births(&c->lives) / (double)c->n : NAN);
	note_gate_near(n, arm, "loop, futex sleeps/op", 0, 0,
		       note_sleeps(n, a, LOOP, OSCOPE_REASON_FUTEX));
}

static void check(struct note *n)
{
	const struct arm_counted *c = &n->counted[PLAIN];

	note_gate(n, "plain", "voluntary switches/op", 0, 0, 0.01,
		  note_per_op(c, c->sum->voluntary));
	if (!there(n))
		return;
	check_asyncio(n, SAME);
	check_asyncio(n, OPPOSITE);
	note_gate_seen(n, SAME, STILL, 0);
}

/* Locks in opposite order did so always; where nobody could look, what else came decides. */
static bool still(const struct note *n, double value)
{
	return !there(n) || note_seen_always(n, OPPOSITE, STILL, value);
}

static void say_asyncio(const struct note *n, char *text, size_t size)
{
	if (there(n))
		snprintf(text, size, "two of asyncio's in opposite order stood still for ever");
	else
		snprintf(text, size, "%s is not there (apt-get install %s)", "asyncio", "python3");
}

static void decide(struct note *n)
{
	double lost = note_seen_mean(n, INSIDE, LOST);
	char locks[96];

	say_asyncio(n, locks, sizeof(locks));

	if (!note_seen_always(n, PLAIN, LOST, 0))
		note_verdict(n, VERDICT_FALSE,
			     "updates were lost without a switch point inside: up to %.0f of %d",
			     note_seen(n, PLAIN, LOST).max, COROUTINES * UPDATES);
	else if (note_seen_always(n, INSIDE, LOST, 0) && still(n, 0))
		note_verdict(n, VERDICT_HOLDS,
			     "no update of %d was lost, with a switch point inside and without",
			     COROUTINES * UPDATES);
	else if (note_seen(n, INSIDE, LOST).min > 0 && still(n, 1))
		note_verdict(n, VERDICT_HOLDS_IF,
			     "no switch point lies inside an update: of %d none was lost without "
			     "one, %.0f with one; a lock of the loop's own loses %.0f then; %s",
			     COROUTINES * UPDATES, lost, note_seen_mean(n, LOCKED, LOST), locks);
	else
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "with a switch point inside updates were lost, or two locks in "
			     "opposite order stood still, in part of the samples only");
}

static const struct claim no_lock = {
	.id = ID,
	.topic = "coroutine",
	.claim = "Coroutines need no locks: there are no conflicting writes",
	.claim_zh = "协程不需要锁，不存在写冲突",
	.how =
		"Ten coroutines of one loop add 1 to a common number 1000 times each, with load and store "
		"apart: without a switch point in between, with one, and with one under a lock that the "
		"loop's coroutines wait for by giving way. Lost is what the number lacks. An operation is "
		"one update. And two tasks of asyncio take two of its locks each, in the same order, or in "
		"opposite with one taken each first; they stand still if after 20 ms neither has ended and "
		"each is in acquire() of the lock that the other has. An operation is both tasks. Where "
		"there is no Python, that is left out.",
	.gates =
		"All updates made; no task made, and by asyncio one, the interpreter; no voluntary switch "
		"without a switch point; in the same order both tasks ended, in opposite both ended or "
		"each waited for the other, and the loop's thread never slept for a futex.",
	.rule =
		"FALSE if an update was lost without a switch point inside; else HOLDS IF there is none, if "
		"with one some were lost in every sample, and locks in opposite order stood still in every "
		"one; HOLDS if neither ever; else INCONCLUSIVE HERE.",
	.live = "oscope switch -- PROGRAM shows no switch between them",
	.op = "update",
	.seen = { [RIGHT] = "right", [LOST] = "lost", [THERE] = "there", [STILL] = "stood_still" },
	.tasks = { [LOOP] = "loop" },
	.needed = { SAW(PLAIN, RIGHT) },
	.counts = {
		COUNT(MADE_ALL, PLAIN, 0), COUNT(MADE_ALL, INSIDE, 0), COUNT(MADE_ALL, LOCKED, 0),
		NAMED(TURNS, PLAIN, 1, "updates made/op"),
		NAMED(TURNS, INSIDE, 1, "updates made/op"),
		NAMED(TURNS, LOCKED, 1, "updates made/op"),
	},
	.needs_lives = true,
	.needs_states = true,
	.arm = {
		[PLAIN] = { "plain", run }, [INSIDE] = { "inside", run },
		[LOCKED] = { "locked", run },
		[SAME] = { "same_order", run_asyncio },
		[OPPOSITE] = { "opposite_order", run_asyncio },
	},
	.check = check,
	.decide = decide,
};
CLAIM(no_lock);
