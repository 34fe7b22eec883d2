// SPDX-License-Identifier: GPL-2.0
/* zombie.orphan: who becomes the parent of a child whose parent has ended? */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "notes/kin.h"
#include "notes/notes.h"

enum { INIT, SUBREAPER };
enum { TO_HEIR, REAPED };

/* What the generations tell each other. */
struct family {
	int orphaned[2];		/* read by the orphan: its parent is gone */
	pid_t orphan;			/* as the heir sees it */
	pid_t told;			/* what getppid(2) gave the orphan */
	bool reaped;
};

/* Held until its parent is gone; at the end of its heir the pipe ends, and it goes, too. */
static void orphan_main(struct family *f)
{
	close(f->orphaned[1]);
	if (!kin_hear(f->orphaned[0]))
		f->told = getppid();
	_exit(0);
}

/* It must not die with its parent, as other children here do. */
static void middle_main(struct family *f)
{
	pid_t pid = fork();

	if (!pid)
		orphan_main(f);
	f->orphan = pid;
	_exit(pid < 0 ? 1 : 0);
}

/* Of the heir: let the middle one end, and see whether the orphan can be waited for. */
static int heir_main(struct family *f)
{
	pid_t middle = kin_fork();
	int err;

	if (middle < 0)
		return middle;
	if (!middle)
		middle_main(f);
	err = kin_ends_well(middle);
	if (!err)
		err = kin_tell(f->orphaned[1]);
	if (!err)
		f->reaped = !kin_wait(f->orphan, NULL);
	return err;
}

/*
 * An heir that is a child of ours: init of a PID namespace of its own, since the system's one has
 * other things to do, or a subreaper. We must not inherit ourselves.
 */
static int run(struct sample *s)
{
	unsigned long flags = s->arm == INIT ? CLONE_NEWPID : 0;
	struct family *f = kin_shared(sizeof(*f));
	pid_t heir, parent = getpid();
	int status = 0, err;

	if (!f)
		return -ENOMEM;
	if (pipe(f->orphaned))
		return -errno;
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	heir = syscall(SYS_clone, flags | SIGCHLD, NULL, NULL, NULL, NULL);
	if (heir < 0)
		return -errno;
	if (!heir) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() && getppid() != parent)
			_exit(ECANCELED);
		if (!flags)
			prctl(PR_SET_CHILD_SUBREAPER, 1);
		_exit(-heir_main(f));
	}
	close(f->orphaned[0]);
	close(f->orphaned[1]);
	err = kin_wait(heir, &status);
	if (!err && status)
		err = -(status >> 8 ? status >> 8 : ECANCELED);
	s->ops = 1;
	sample_see(s, TO_HEIR, f->told == (s->arm == INIT ? 1 : heir));
	sample_see(s, REAPED, f->reaped);
	return err;
}

static void say_yes(struct note *n)
{
	note_verdict(n, VERDICT_HOLDS,
		     "in all samples: to init of its PID namespace, or to the nearest "
		     "subreaper though a farther one was there; reaped there");
}

static void say_no(struct note *n)
{
	note_verdict(n, VERDICT_FALSE,
		     "share of orphans that came to init %.2f, to the nearest subreaper "
		     "%.2f", note_seen_mean(n, INIT, TO_HEIR),
		     note_seen_mean(n, SUBREAPER, TO_HEIR));
}

static const struct claim orphan = {
	.id = "zombie.orphan",
	.topic = "zombie",
	.claim = "Orphans go to init or to the nearest subreaper, which reaps them",
	.claim_zh = "孤儿进程由 init（或最近的 subreaper）收养",
	.how =
		"Three generations: an heir, a child of it, and a grandchild. The child ends; the "
		"grandchild says who its parent is by then, and ends; the heir waits for it. The "
		"heir is a subreaper below another subreaper, or init of a PID namespace of its "
		"own. An operation is one such family.",
	.gates =
		"Three forks and three zombies an operation, one of them with another parent at "
		"its end than made it.",
	.rule =
		"HOLDS if in every sample the grandchild's parent was the heir, in both kinds, and "
		"the heir's wait gave it; FALSE if one of these never was so; else INCONCLUSIVE "
		"HERE, with the share.",
	.live = "oscope zombies --history --by task -- PROGRAM",
	.op = "family",
	.seen = { [TO_HEIR] = "to_heir", [REAPED] = "reaped_by_heir" },
	.needed = {
		SAW(INIT, TO_HEIR), SAW(INIT, REAPED), SAW(SUBREAPER, TO_HEIR),
		SAW(SUBREAPER, REAPED),
	},
	.counts = {
		/* The heir, the middle one, and the orphan. */
		MADE(INIT, FORK, 3), COUNT(ZOMBIES, INIT, 3), COUNT(INHERITED, INIT, 1),
		MADE(SUBREAPER, FORK, 3), COUNT(ZOMBIES, SUBREAPER, 3),
		COUNT(INHERITED, SUBREAPER, 1),
	},
	.needs_lives = true,
	.arm = {
		[INIT] = { "init", run },
		[SUBREAPER] = { "subreaper", run },
	},
	.yes = say_yes,
	.no = say_no,
};
CLAIM(orphan);
