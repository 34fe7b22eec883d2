// SPDX-License-Identifier: GPL-2.0
/* create.main-thread: has every process a thread, and every thread a process? */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "notes/kin.h"
#include "notes/notes.h"

#define CODE 42

enum { HAS_THREADS, IN_PROCESS, ENDS_WITH_LAST, LIVES_ON, SHOWN_DEAD, NOT_TO_BE_REAPED };

struct told {
	int ask[2], answer[2], end[2];
	pid_t tid;
};

/* The thread that outlives the first one: answers, then ends the process by its own end. */
static void *second_main(void *arg)
{
	struct told *t = arg;

	t->tid = gettid();
	if (!kin_hear(t->ask[0]))
		kin_tell(t->answer[1]);
	kin_hear(t->end[0]);
	/* Of the last thread, whose status that of a process without exit_group(2) is. */
	syscall(SYS_exit, CODE);
	return NULL;
}

static void child_main(struct told *t)
{
	pthread_t thread;

	close(t->answer[0]);
	close(t->end[1]);
	if (pthread_create(&thread, NULL, second_main, t))
		_exit(1);
	syscall(SYS_exit, 0);
}

static bool reapable(pid_t pid)
{
	siginfo_t info = { 0 };

	return !waitid(P_PID, pid, &info, WEXITED | WNOHANG | WNOWAIT) && info.si_pid == pid;
}

/* Its first thread has ended, and nothing says when: look until it is so. */
static int look(struct sample *s, struct told *t, pid_t pid)
{
	int err;

	while (kin_state(pid) != 'Z')
		sched_yield();
	sample_see(s, SHOWN_DEAD, kin_state(pid) == 'Z');
	sample_see(s, NOT_TO_BE_REAPED, !reapable(pid));
	err = kin_tell(t->ask[1]);
	if (!err)
		err = kin_hear(t->answer[0]);
	sample_see(s, LIVES_ON, !err);
	sample_see(s, HAS_THREADS, kin_entries(pid, "task") >= 1);
	sample_see(s, IN_PROCESS, t->tid != pid && kin_status(t->tid, "Tgid") == pid);
	return err;
}

static int run(struct sample *s)
{
	struct told *t = kin_shared(sizeof(*t));
	int status = 0, err;
	pid_t pid;

	if (!t)
		return -ENOMEM;
	if (pipe(t->ask) || pipe(t->answer) || pipe(t->end))
		return -errno;
	/* One that dies with a thread of its parent's would die with nobody here. */
	pid = kin_fork();
	if (pid < 0)
		return pid;
	if (!pid)
		child_main(t);
	close(t->answer[1]);
	close(t->ask[0]);
	err = look(s, t, pid);
	close(t->end[1]);
	if (!err)
		err = kin_wait(pid, &status);
	sample_see(s, ENDS_WITH_LAST, !err && WIFEXITED(status) && !kin_state(pid) &&
		   !kin_state(t->tid));
	s->ops = 1;
	return err;
}

static void say_yes(struct note *n)
{
	note_verdict(n, VERDICT_HOLDS,
		     "the process ends with its last thread, which need not be the first: "
		     "after that one's end it was shown as a zombie (share %.2f) and could "
		     "not be reaped (%.2f), and yet it answered",
		     note_seen_mean(n, 0, SHOWN_DEAD),
		     note_seen_mean(n, 0, NOT_TO_BE_REAPED));
}

static void say_no(struct note *n)
{
	note_verdict(n, VERDICT_FALSE,
		     "share with a thread %.2f, of threads in their process %.2f, of "
		     "processes that end with the last one %.2f",
		     note_seen_mean(n, 0, HAS_THREADS), note_seen_mean(n, 0, IN_PROCESS),
		     note_seen_mean(n, 0, ENDS_WITH_LAST));
}

static const struct claim main_thread = {
	.id = "create.main-thread",
	.topic = "create",
	.claim = "Every process has at least one thread; a thread cannot live outside a process",
	.claim_zh = "每个进程至少有一个线程，线程不能脱离进程存在",
	.how =
		"A process makes a second thread, and its first one ends alone. From outside: its "
		"state, its threads, whether it can be waited for, and whether the second thread "
		"still answers and belongs to it. Then that one ends, too. An operation is one "
		"process.",
	.gates =
		"One fork, one thread and one zombie an operation; the second thread answers "
		"after the first one's end.",
	.rule =
		"HOLDS if in every sample the process had a thread while it lived, the second "
		"thread was the process's, and with its end both were gone; FALSE if one of these "
		"never is so; else INCONCLUSIVE HERE, with the share.",
	.live = "ls /proc/PID/task; oscope zombies, column THREADS",
	.op = "process",
	.seen = {
		[HAS_THREADS] = "has_threads", [IN_PROCESS] = "thread_in_process",
		[ENDS_WITH_LAST] = "ends_with_last", [LIVES_ON] = "lives_on_without_first",
		[SHOWN_DEAD] = "shown_as_zombie", [NOT_TO_BE_REAPED] = "not_to_be_reaped",
	},
	.needed = { SAW(0, HAS_THREADS), SAW(0, IN_PROCESS), SAW(0, ENDS_WITH_LAST) },
	.counts = {
		MADE(0, FORK, 1), MADE(0, THREAD, 1), COUNT(ZOMBIES, 0, 1), SEEN(0, LIVES_ON, 1),
	},
	.needs_lives = true,
	.arm = { { "process", run } },
	.yes = say_yes,
	.no = say_no,
};
CLAIM(main_thread);
