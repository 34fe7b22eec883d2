// SPDX-License-Identifier: GPL-2.0
/* coroutine.no-lock: do coroutines need no locks? */
#include <errno.h>

#include "notes/loop.h"
#include "notes/notes.h"

#define COROUTINES	10
#define UPDATES		1000	/* of each */
#define STACK_BYTES	16384

enum { PLAIN, INSIDE, LOCKED };
enum { RIGHT, LOST };

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

static void check(struct note *n)
{
	const struct arm_counted *c = &n->counted[PLAIN];

	note_gate(n, "plain", "voluntary switches/op", 0, 0, 0.01,
		  note_per_op(c, c->sum->voluntary));
}

static void decide(struct note *n)
{
	double lost = note_seen_mean(n, INSIDE, LOST);

	if (!note_seen_always(n, PLAIN, LOST, 0))
		note_verdict(n, VERDICT_FALSE,
			     "updates were lost without a switch point inside: up to %.0f of %d",
			     note_seen(n, PLAIN, LOST).max, COROUTINES * UPDATES);
	else if (note_seen_always(n, INSIDE, LOST, 0))
		note_verdict(n, VERDICT_HOLDS,
			     "no update of %d was lost, with a switch point inside and without",
			     COROUTINES * UPDATES);
	else if (note_seen(n, INSIDE, LOST).min > 0)
		note_verdict(n, VERDICT_HOLDS_IF,
			     "no switch point lies inside an update: of %d none was lost without "
			     "one, %.0f with one; a lock of the loop's own loses %.0f then",
			     COROUTINES * UPDATES, lost, note_seen_mean(n, LOCKED, LOST));
	else
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "with a switch point inside updates were lost in part of the samples only");
}

static const struct claim no_lock = {
	.id = "coroutine.no-lock",
	.topic = "coroutine",
	.claim = "Coroutines need no locks: there are no conflicting writes",
	.claim_zh = "协程不需要锁，不存在写冲突",
	.how =
		"Ten coroutines of one loop add 1 to a common number 1000 times each, with load and store "
		"apart: without a switch point in between, with one, and with one under a lock that the "
		"loop's coroutines wait for by giving way. Lost is what the number lacks. An operation is "
		"one update. The other half of the note, two locks of asyncio in opposite order, belongs to "
		"the topic python.",
	.gates =
		"All updates made; no task made; no voluntary switch without a switch point.",
	.rule =
		"FALSE if an update was lost without a switch point inside; else HOLDS IF there is none, if "
		"with one some were lost in every sample; HOLDS if never; else INCONCLUSIVE HERE.",
	.live = "oscope switch -- PROGRAM shows no switch between them",
	.op = "update",
	.seen = { [RIGHT] = "right", [LOST] = "lost" },
	.needed = { SAW(PLAIN, RIGHT) },
	.counts = {
		COUNT(MADE_ALL, PLAIN, 0), COUNT(MADE_ALL, INSIDE, 0), COUNT(MADE_ALL, LOCKED, 0),
		NAMED(TURNS, ALL_ARMS, 1, "updates made/op"),
	},
	.needs_lives = true,
	.arm = {
		[PLAIN] = { "plain", run }, [INSIDE] = { "inside", run },
		[LOCKED] = { "locked", run },
	},
	.check = check,
	.decide = decide,
};
CLAIM(no_lock);
