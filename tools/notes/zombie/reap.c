// SPDX-License-Identifier: GPL-2.0
/* zombie.reap: does a dead child stay until its parent waits? */
#include <time.h>
#include <unistd.h>

#include "notes/kin.h"
#include "notes/notes.h"

#define CHILDREN	4
#define AWAY_NS		10000000L	/* that the parent stays away from the dead */

enum { AT_ONCE, LATER };
enum { STAYS, GOES };

static int children_make(pid_t *pid)
{
	int i;

	for (i = 0; i < CHILDREN; i++) {
		pid[i] = kin_fork();
		if (pid[i] < 0)
			return pid[i];
		if (!pid[i])
			_exit(0);
	}
	return 0;
}

static bool all_zombies(const pid_t *pid)
{
	int i;

	for (i = 0; i < CHILDREN; i++) {
		if (kin_state(pid[i]) != 'Z')
			return false;
	}
	return true;
}

/* Nobody of that number: it may not be given away again while we are its parent. */
static int reap_all(struct sample *s, const pid_t *pid)
{
	bool gone = true;
	int i, err = 0;

	for (i = 0; i < CHILDREN && !err; i++) {
		err = kin_wait(pid[i], NULL);
		gone = gone && !kin_state(pid[i]);
	}
	sample_see(s, GOES, gone);
	return err;
}

static int run_at_once(struct sample *s)
{
	pid_t pid[CHILDREN];
	int err;

	err = children_make(pid);
	s->ops = CHILDREN;
	return err ? err : reap_all(s, pid);
}

static int run_later(struct sample *s)
{
	const struct timespec away = { .tv_nsec = AWAY_NS };
	pid_t pid[CHILDREN];
	int i, err;

	err = children_make(pid);
	for (i = 0; i < CHILDREN && !err; i++)
		err = kin_ended(pid[i]);
	if (err)
		return err;
	nanosleep(&away, NULL);
	sample_see(s, STAYS, all_zombies(pid));
	s->ops = CHILDREN;
	return reap_all(s, pid);
}

static void say_yes(struct note *n)
{
	double shortest = n->counted[LATER].lives.zombie_min_ns;
	double soon = n->counted[AT_ONCE].lives.zombie_p50_ns;

	if (shortest < AWAY_NS)
		note_verdict(n, VERDICT_FALSE, "one was reaped after %.2f ms, the parent "
			     "came after %.0f", shortest / 1e6, AWAY_NS / 1e6);
	else
		note_verdict(n, VERDICT_HOLDS,
			     "all were there after %.0f ms (traced: %.1f ms at least), and "
			     "gone after the wait; a parent in wait reaps in %.0f us",
			     AWAY_NS / 1e6, shortest / 1e6, soon / 1e3);
}

static void say_no(struct note *n)
{
	note_verdict(n, VERDICT_FALSE, "%s", note_seen_always(n, LATER, STAYS, 0) ?
		     "children were gone before their parent waited" :
		     "children were still there after their parent had waited");
}

static const struct claim reap = {
	.id = "zombie.reap",
	.topic = "zombie",
	.claim = "A zombie lasts until its parent waits for it",
	.claim_zh = "僵尸进程直到父进程 wait 才消失",
	.how =
		"A parent makes 4 children that end at once. One waits for them right away; one "
		"makes sure that all are dead without reaping them (WNOWAIT), stays away for 10 "
		"ms, looks at their states, and waits only then. An operation is one child.",
	.gates =
		"One fork, one zombie and one reap by a wait an operation, all by the trace.",
	.rule =
		"HOLDS if in every sample all children were in state Z when the parent came back, "
		"none was there after its wait, and no traced zombie was one for less than the "
		"parent was away; FALSE if one was, or if children never stayed or never went; "
		"else INCONCLUSIVE HERE, with the share.",
	.live = "oscope zombies, while they are there; oscope zombies --history -- PROGRAM",
	.op = "child",
	.seen = { [STAYS] = "zombies_stay", [GOES] = "gone_after_wait" },
	.needed = { SAW(LATER, STAYS), SAW(LATER, GOES), SAW(AT_ONCE, GOES) },
	.counts = {
		MADE(AT_ONCE, FORK, 1), COUNT(ZOMBIES, AT_ONCE, 1), COUNT(WAITED, AT_ONCE, 1),
		MADE(LATER, FORK, 1), COUNT(ZOMBIES, LATER, 1), COUNT(WAITED, LATER, 1),
	},
	.needs_lives = true,
	.arm = {
		[AT_ONCE] = { "at_once", run_at_once },
		[LATER] = { "later", run_later },
	},
	.yes = say_yes,
	.no = say_no,
};
CLAIM(reap);
