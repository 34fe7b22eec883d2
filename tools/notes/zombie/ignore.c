// SPDX-License-Identifier: GPL-2.0
/* zombie.ignore: does a parent that ignores SIGCHLD get no zombies? */
#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "notes/kin.h"
#include "notes/notes.h"

#define CHILDREN 8

enum { IGNORED, NOCLDWAIT, DEFAULT };
enum { STATUSES };

static void caught(int sig)
{
}

/* Make the children and wait until the kernel says that there are none any more. */
static int run(struct sample *s)
{
	int i, statuses = 0;
	pid_t pid;

	for (i = 0; i < CHILDREN; i++) {
		pid = kin_fork();
		if (pid < 0)
			return pid;
		if (!pid)
			_exit(0);
	}
	for (;;) {
		if (wait(NULL) > 0)
			statuses++;
		else if (errno != EINTR)
			break;
	}
	s->ops = CHILDREN;
	sample_see(s, STATUSES, statuses);
	return errno == ECHILD ? 0 : -errno;
}

static int run_ignored(struct sample *s)
{
	signal(SIGCHLD, SIG_IGN);
	return run(s);
}

static int run_nocldwait(struct sample *s)
{
	const struct sigaction action = { .sa_handler = caught, .sa_flags = SA_NOCLDWAIT };

	sigaction(SIGCHLD, &action, NULL);
	return run(s);
}

static int run_default(struct sample *s)
{
	signal(SIGCHLD, SIG_DFL);
	return run(s);
}

/* Ends that left no zombie, of all. */
static void effect(struct note *n)
{
	const struct arm_lives *l = &n->counted[IGNORED].lives;

	if (!l->known || l->zombies > l->ended)
		return;
	n->effect = stats_share(l->ended - l->zombies, l->ended);
	n->effect_unit = "of ends";
}

static void decide(struct note *n)
{
	const struct arm_lives *l = &n->counted[IGNORED].lives, *o = &n->counted[NOCLDWAIT].lives;
	double statuses = note_seen(n, IGNORED, STATUSES).max;

	if (!l->zombies && l->how[OSCOPE_HOW_IGNORED] == l->ended && statuses <= 0)
		note_verdict(n, VERDICT_HOLDS,
			     "%llu of %llu reaped themselves, none was a zombie, and no status "
			     "came; with SA_NOCLDWAIT instead %llu of %llu were none",
			     (unsigned long long)l->how[OSCOPE_HOW_IGNORED],
			     (unsigned long long)l->ended,
			     (unsigned long long)(o->ended - o->zombies),
			     (unsigned long long)o->ended);
	else if (l->zombies >= l->ended)
		note_verdict(n, VERDICT_FALSE, "all %llu were zombies all the same",
			     (unsigned long long)l->ended);
	else
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "%llu of %llu were zombies, %.0f statuses came at most",
			     (unsigned long long)l->zombies, (unsigned long long)l->ended,
			     statuses);
}

static const struct claim ignore = {
	.id = "zombie.ignore",
	.topic = "zombie",
	.claim = "A parent that ignores SIGCHLD gets no zombies",
	.claim_zh = "父进程忽略 SIGCHLD 则不产生僵尸",
	.how =
		"A parent makes 8 children that end at once, and calls wait(2) until there are "
		"none: with SIGCHLD ignored, with a handler that has SA_NOCLDWAIT, and with "
		"nothing of that. An operation is one child.",
	.gates =
		"One fork and one end an operation; where nothing is ignored, one zombie and one "
		"status each.",
	.rule =
		"By the trace, with SIGCHLD ignored: HOLDS if no child was a zombie, all reaped "
		"themselves, and wait(2) gave no status; FALSE if all were zombies; else "
		"INCONCLUSIVE HERE.",
	.live = "oscope zombies --history --by task -- PROGRAM",
	.op = "child",
	.seen = { [STATUSES] = "statuses" },
	.counts = {
		MADE(IGNORED, FORK, 1), COUNT(ENDED, IGNORED, 1),
		MADE(NOCLDWAIT, FORK, 1), COUNT(ENDED, NOCLDWAIT, 1),
		MADE(DEFAULT, FORK, 1), COUNT(ENDED, DEFAULT, 1),
		/* What it looks like where nobody ignores anything. */
		COUNT(ZOMBIES, DEFAULT, 1), SEEN(DEFAULT, STATUSES, CHILDREN),
	},
	.needs_lives = true,
	.unwaited = true,
	.arm = {
		[IGNORED] = { "ignored", run_ignored },
		[NOCLDWAIT] = { "nocldwait", run_nocldwait },
		[DEFAULT] = { "default", run_default },
	},
	.effect = effect,
	.decide = decide,
};
CLAIM(ignore);
