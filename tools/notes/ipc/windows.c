// SPDX-License-Identifier: GPL-2.0
/* ipc.windows: are processes equals, or a tree? Only one of two systems can be asked. */
#include <errno.h>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "notes/kin.h"
#include "notes/notes.h"

enum { IS_PARENT, PARENT_WAITS, SIBLING_CANNOT, SIBLING_TOLD };

/* Two children of the sample; the one is asked what the other is to it. */
struct siblings {
	int over[2], asked[2];
	pid_t other;
	pid_t others_parent;
	volatile bool cannot_wait, told;
};

static void other_main(struct siblings *b)
{
	close(b->over[1]);
	b->others_parent = getppid();
	_exit(kin_hear(b->over[0]) ? 1 : 0);
}

/* May it wait for the other as a parent does; and is it told of its end, as anybody may be? */
static void one_main(struct siblings *b)
{
	struct pollfd end = { .events = POLLIN };
	siginfo_t info;

	end.fd = (int)syscall(SYS_pidfd_open, b->other, 0);
	b->cannot_wait = waitid(P_PID, b->other, &info, WEXITED | WNOHANG) && errno == ECHILD;
	if (end.fd < 0 || kin_tell(b->over[1]))
		_exit(1);
	b->told = poll(&end, 1, -1) == 1;
	_exit(0);
}

static int run(struct sample *s)
{
	struct siblings *b = kin_shared(sizeof(*b));
	pid_t one, other;
	int err;

	if (!b)
		return -ENOMEM;
	if (pipe(b->over))
		return -errno;
	other = kin_fork();
	if (!other)
		other_main(b);
	if (other < 0)
		return other;
	b->other = other;
	one = kin_fork();
	if (!one)
		one_main(b);
	if (one < 0)
		return one;
	/* Then the other's pipe ends, whatever became of the one. */
	close(b->over[1]);
	err = kin_ends_well(one);
	sample_see(s, PARENT_WAITS, !kin_ends_well(other));
	sample_see(s, IS_PARENT, b->others_parent == getpid());
	sample_see(s, SIBLING_CANNOT, b->cannot_wait);
	sample_see(s, SIBLING_TOLD, b->told);
	s->ops = 1;
	return err;
}

/* Whatever is found here, nothing is found of the other system. */
static void say_yes(struct note *n)
{
	note_verdict(n, VERDICT_INCONCLUSIVE,
		     "this is Linux, where the half that can be asked is so: who makes a process "
		     "is its parent and alone can wait for it, its sibling cannot (though told of "
		     "its end, by a pidfd, in %.0f %%); of Windows nothing can be measured here",
		     100 * note_seen_mean(n, 0, SIBLING_TOLD));
}

static void say_no(struct note *n)
{
	note_verdict(n, VERDICT_FALSE,
		     "share of makers that were parents %.2f, of parents that could wait %.2f, of "
		     "siblings that could not %.2f: that is no tree",
		     note_seen_mean(n, 0, IS_PARENT), note_seen_mean(n, 0, PARENT_WAITS),
		     note_seen_mean(n, 0, SIBLING_CANNOT));
}

static const struct claim windows = {
	.id = "ipc.windows",
	.topic = "ipc",
	.claim = "Processes of Windows are equals, those of Linux a tree",
	.claim_zh = "Windows 进程地位平等，Linux 进程是树形结构",
	.how =
		"Two children of one process: the one tries to wait for the other, opens a pidfd "
		"of it and polls that until it ends; then their parent waits for both. An "
		"operation is one such family. See create.parent-child for more of the tree.",
	.gates =
		"Two forks an operation, two zombies, both reaped by a wait.",
	.rule =
		"FALSE if who makes a process is never its parent, or can never wait for it, or a "
		"sibling always can: then the half on Linux is wrong. Else INCONCLUSIVE HERE: the "
		"other half needs another system.",
	.live = "oscope spawn --by tree -- PROGRAM",
	.op = "family",
	.seen = {
		[IS_PARENT] = "maker_is_parent", [PARENT_WAITS] = "parent_waits",
		[SIBLING_CANNOT] = "sibling_cannot_wait", [SIBLING_TOLD] = "sibling_told",
	},
	.needed = { SAW(0, IS_PARENT), SAW(0, PARENT_WAITS), SAW(0, SIBLING_CANNOT) },
	.counts = { MADE(0, FORK, 2), COUNT(ZOMBIES, 0, 2), COUNT(WAITED, 0, 2) },
	.needs_lives = true,
	.arm = { { "siblings", run } },
	.yes = say_yes,
	.no = say_no,
};
CLAIM(windows);
