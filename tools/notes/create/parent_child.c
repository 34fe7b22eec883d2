// SPDX-License-Identifier: GPL-2.0
/* create.parent-child: do processes form a tree in which parents watch over children? */
#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "notes/kin.h"
#include "notes/notes.h"

enum { PARENT_IS_MAKER, TOLD, OTHERS_CANNOT_WAIT, OUTLIVES_PARENT, TREE_MENDED };

/* Three generations below the sample, which is the first. */
struct family {
	int ready[2], over[2];
	pid_t child, grandchild;
	pid_t childs_parent, grandchilds_parent, parent_after;
};

static volatile sig_atomic_t told;

static void on_child(int sig)
{
	told++;
}

/* Until its parent is dead and it is asked; without us the pipe ends, and so does it. */
static void grandchild_main(struct family *f)
{
	close(f->over[1]);
	f->grandchild = getpid();
	f->grandchilds_parent = getppid();
	if (!kin_tell(f->ready[1]) && !kin_hear(f->over[0])) {
		f->parent_after = getppid();
		_exit(0);
	}
	_exit(1);
}

static void child_main(struct family *f)
{
	pid_t pid;

	f->childs_parent = getppid();
	pid = fork();
	if (!pid)
		grandchild_main(f);
	if (pid > 0)
		waitpid(pid, NULL, 0);
	_exit(1);
}

static int look(struct sample *s, struct family *f)
{
	siginfo_t info;
	int status, err;

	err = kin_hear(f->ready[0]);
	if (err)
		return err;
	sample_see(s, PARENT_IS_MAKER, f->childs_parent == getpid() &&
		   f->grandchilds_parent == f->child);
	sample_see(s, OTHERS_CANNOT_WAIT,
		   waitid(P_PID, f->grandchild, &info, WEXITED | WNOHANG) && errno == ECHILD);
	/* The middle one is killed; its parent hears of it. */
	told = 0;
	err = kin_kill(f->child, &status);
	sample_see(s, TOLD, told == 1 && !err && WIFSIGNALED(status));
	if (!err)
		err = kin_tell(f->over[1]);
	if (err)
		return err;
	err = kin_wait(f->grandchild, &status);
	sample_see(s, OUTLIVES_PARENT, !err && WIFEXITED(status) && !WEXITSTATUS(status));
	sample_see(s, TREE_MENDED, f->parent_after == getpid());
	return err;
}

static int run(struct sample *s)
{
	const struct sigaction action = { .sa_handler = on_child, .sa_flags = SA_RESTART };
	struct family *f = kin_shared(sizeof(*f));
	pid_t pid;

	if (!f)
		return -ENOMEM;
	if (pipe(f->ready) || pipe(f->over))
		return -errno;
	sigaction(SIGCHLD, &action, NULL);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	pid = kin_fork();
	if (pid < 0)
		return pid;
	if (!pid)
		child_main(f);
	f->child = pid;
	close(f->ready[1]);
	close(f->over[0]);
	s->ops = 1;
	return look(s, f);
}

static void say_yes(struct note *n)
{
	double outlives = note_seen_mean(n, 0, OUTLIVES_PARENT);

	note_verdict(n, VERDICT_HOLDS,
		     "who makes a process is its parent, is told of its end, and alone can "
		     "wait for it; a child outlives its parent (share %.2f), and goes to "
		     "the nearest subreaper", outlives);
}

static void say_no(struct note *n)
{
	note_verdict(n, VERDICT_FALSE,
		     "share of parents that are makers %.2f, that were told %.2f, of others "
		     "that could not wait %.2f, of orphans that came to the subreaper %.2f",
		     note_seen_mean(n, 0, PARENT_IS_MAKER), note_seen_mean(n, 0, TOLD),
		     note_seen_mean(n, 0, OTHERS_CANNOT_WAIT),
		     note_seen_mean(n, 0, TREE_MENDED));
}

static const struct claim parent_child = {
	.id = "create.parent-child",
	.topic = "create",
	.claim = "Processes form a tree; parents watch over their children",
	.claim_zh = "父子进程构成进程树，父进程管理子进程",
	.how =
		"A process, which is a subreaper, makes a child that makes a grandchild. It tries "
		"to wait for the grandchild, kills the child in between, waits for that, and asks "
		"the grandchild who its parent is now. An operation is one such family.",
	.gates =
		"Two forks and two zombies an operation, one process killed, one with another "
		"parent at its end than made it.",
	.rule =
		"HOLDS if in every sample parents are makers, the parent gets one SIGCHLD and the "
		"status, it cannot wait for its grandchild, and that comes to it when the middle "
		"one is dead; FALSE if one of these never is so; else INCONCLUSIVE HERE, with the "
		"share.",
	.live = "oscope spawn --by tree -- PROGRAM",
	.op = "family",
	.seen = {
		[PARENT_IS_MAKER] = "parent_is_maker", [TOLD] = "told_of_end",
		[OTHERS_CANNOT_WAIT] = "others_cannot_wait",
		[OUTLIVES_PARENT] = "outlives_parent", [TREE_MENDED] = "tree_mended",
	},
	.needed = {
		SAW(0, PARENT_IS_MAKER), SAW(0, TOLD), SAW(0, OTHERS_CANNOT_WAIT),
		SAW(0, TREE_MENDED),
	},
	.counts = {
		MADE(0, FORK, 2), COUNT(ZOMBIES, 0, 2), COUNT(KILLED, 0, 1),
		COUNT(INHERITED, 0, 1),
	},
	.needs_lives = true,
	.arm = { { "tree", run } },
	.yes = say_yes,
	.no = say_no,
};
CLAIM(parent_child);
