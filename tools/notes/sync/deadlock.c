// SPDX-License-Identifier: GPL-2.0
/* sync.deadlock: two locks, taken in opposite order. */
#include "notes/notes.h"
#include "notes/stuck.h"

enum { OPPOSITE, SAME };
enum { STUCK, BOTH, WENT };

static int run_opposite(struct sample *s)
{
	int found = stuck_pair(PTHREAD_MUTEX_NORMAL, true);

	if (found < 0)
		return found;
	s->ops = 1;
	sample_see(s, STUCK, found > 0);
	sample_see(s, BOTH, found == 2);
	return 0;
}

static int run_same(struct sample *s)
{
	int found = stuck_pair(PTHREAD_MUTEX_NORMAL, false);

	if (found < 0)
		return found;
	s->ops = 1;
	sample_see(s, WENT, !found);
	return 0;
}

static void say_yes(struct note *n)
{
	note_verdict(n, VERDICT_HOLDS,
		     "each thread waited for what the other had, for ever, as their memory and the "
		     "kernel prove; in the same order both went through, always");
}

static void say_no(struct note *n)
{
	note_verdict(n, VERDICT_FALSE,
		     "share deadlocked in opposite order %.2f, of those that went through in the "
		     "same order %.2f", note_seen_mean(n, OPPOSITE, STUCK),
		     note_seen_mean(n, SAME, WENT));
}

static const struct claim deadlock = {
	.id = "sync.deadlock",
	.topic = "sync",
	.claim = "Two locks in opposite order: both threads wait for ever",
	.claim_zh = "两把锁加锁顺序相反则互相等待，形成死锁",
	.how =
		"Two threads of a process each take a mutex, wait until both have one, and take "
		"the other's. Their parent looks at them as oscope locks does, until it has "
		"proved that nobody in a cycle of waits can go on, or they have ended: there is "
		"no time limit. In the second arm both take them in the same order. An operation "
		"is one such pair.",
	.gates =
		"One process made an operation, which is killed if it was deadlocked, and one "
		"thread.",
	.rule =
		"HOLDS if in every sample the pair in opposite order was deadlocked, both of it, "
		"and that in the same order went through; FALSE if one of these never is so; else"
		" INCONCLUSIVE HERE, with the share.",
	.live = "oscope locks --check -- PROGRAM",
	.op = "pair",
	.seen = { [STUCK] = "proved", [BOTH] = "both_in_it", [WENT] = "went_through" },
	.needed = { SAW(OPPOSITE, STUCK), SAW(OPPOSITE, BOTH), SAW(SAME, WENT) },
	.counts = {
		MADE(OPPOSITE, FORK, 1), MADE(OPPOSITE, THREAD, 1), COUNT(KILLED, OPPOSITE, 1),
		MADE(SAME, FORK, 1), MADE(SAME, THREAD, 1), COUNT(KILLED, SAME, 0),
	},
	.needs_lives = true,
	.arm = { { "opposite", run_opposite }, { "same", run_same } },
	.yes = say_yes,
	.no = say_no,
};
CLAIM(deadlock);
