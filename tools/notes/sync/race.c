// SPDX-License-Identifier: GPL-2.0
/* sync.race: do shared data go wrong without a lock? */
#include "notes/notes.h"
#include "notes/updates.h"

#define SWITCHES	4	/* of one of the two, before they end */
#define UPDATES		50000	/* where they need not switch: of one, before they end */

enum { ONE_CPU, ALL_CPUS };
enum { LOST_SOME, LOST, OVER_OTHERS };

static int run(struct sample *s)
{
	static struct updates u;
	int err = updates_init(&u, false);

	if (!err && s->arm == ALL_CPUS)
		err = sample_unpin();
	u.switches = s->arm == ONE_CPU ? SWITCHES : 0;
	u.enough = s->arm == ONE_CPU ? 0 : UPDATES;
	if (!err)
		err = updates_by_threads(&u);
	if (err)
		return err;
	s->ops = 1;
	s->turns = u.made[0] > 0 && u.made[1] > 0;
	sample_see(s, LOST_SOME, updates_lost(&u) > 0);
	sample_see(s, LOST, (double)updates_lost(&u));
	sample_see(s, OVER_OTHERS, (double)updates_over_others(&u));
	return 0;
}

static void say_yes(struct note *n)
{
	note_verdict(n, VERDICT_HOLDS,
		     "on one CPU, too: there %.0f updates a sample were lost, by %.1f stores over "
		     "what the other thread had stored since the load; on all CPUs that may be "
		     "used %.0f", note_seen_mean(n, ONE_CPU, LOST),
		     note_seen_mean(n, ONE_CPU, OVER_OTHERS), note_seen_mean(n, ALL_CPUS, LOST));
}

static void say_no(struct note *n)
{
	note_verdict(n, VERDICT_FALSE, "on one CPU no update was lost in any sample");
}

static const struct claim race = {
	.id = "sync.race",
	.topic = "sync",
	.claim = "Without a lock, data that threads share go wrong",
	.claim_zh = "不加锁时多线程共享数据不安全",
	.how =
		"Two threads on one CPU add to the same count: each loads it, takes its time, and "
		"stores one more, until one of them has left the CPU four times. A store is "
		"counted before which the count was no more what had been loaded: the other thread "
		"had been there in between. The same on all CPUs, until one of them has made "
		"50000. An operation is one such pair.",
	.gates = "One thread made an operation; both have made updates.",
	.rule =
		"HOLDS if in every sample updates were lost on one CPU; FALSE if none ever was; "
		"else INCONCLUSIVE HERE, with the share. What was lost on all CPUs is shown beside "
		"it: that needs two that are free at the same time.",
	.live = "oscope switch --by task -- PROGRAM",
	.op = "pair",
	.seen = {
		[LOST_SOME] = "lost_some", [LOST] = "lost", [OVER_OTHERS] = "stored_over_others",
	},
	.needed = { SAW(ONE_CPU, LOST_SOME) },
	.counts = {
		MADE(ALL_ARMS, THREAD, 1), NAMED(TURNS, ALL_ARMS, 1, "pairs that both updated/op"),
	},
	.placement = "same CPU; all CPUs in the second arm",
	.needs_lives = true,
	.arm = { [ONE_CPU] = { "one_cpu", run }, [ALL_CPUS] = { "all_cpus", run } },
	.yes = say_yes,
	.no = say_no,
};
CLAIM(race);
