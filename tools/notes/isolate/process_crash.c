// SPDX-License-Identifier: GPL-2.0
/* isolate.process-crash: does a process that crashes leave others alone? */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "notes/crash.h"
#include "notes/kin.h"
#include "notes/notes.h"
#include "util.h"

#define SIBLINGS	3
#define BEATS		3	/* of each, after the crash */

enum { SIBLINGS_LAST, CRASHED, WRITER_KILLED, CHILD_KILLED };

static void beat_for_ever(volatile int *beats)
{
	for (;;) {
		(*beats)++;
		sched_yield();
	}
}

static pid_t crashing(void)
{
	pid_t pid = kin_fork();

	if (!pid)
		crash_now();
	return pid;
}

static bool is_signalled(int status, int sig)
{
	return WIFSIGNALED(status) && WTERMSIG(status) == sig;
}

/* Each of them beats on after the crash; the sample's time limit is for those that do not. */
static void see_siblings(struct sample *s, volatile int *beats)
{
	int before[SIBLINGS], i;
	bool on = true;

	for (i = 0; i < SIBLINGS; i++)
		before[i] = beats[i];
	for (i = 0; i < SIBLINGS; i++) {
		uint64_t deadline = now_ns() + 2000000000ULL;

		while (beats[i] < before[i] + BEATS && now_ns() < deadline)
			sched_yield();
		on = on && beats[i] >= before[i] + BEATS;
	}
	sample_see(s, SIBLINGS_LAST, on);
}

static int run_apart(struct sample *s)
{
	volatile int *beats = kin_shared(SIBLINGS * sizeof(*beats));
	pid_t pid[SIBLINGS], victim;
	int i, status, err;

	if (!beats)
		return -ENOMEM;
	for (i = 0; i < SIBLINGS; i++) {
		pid[i] = kin_fork();
		if (pid[i] < 0)
			return pid[i];
		if (!pid[i])
			beat_for_ever(&beats[i]);
	}
	victim = crashing();
	err = victim < 0 ? victim : kin_wait(victim, &status);
	if (!err) {
		sample_see(s, CRASHED, is_signalled(status, SIGSEGV));
		see_siblings(s, beats);
	}
	for (i = 0; i < SIBLINGS; i++)
		kin_kill(pid[i], NULL);
	s->ops = 1;
	return err;
}

/* The one who writes to the pipe that the crashed one would have read. */
static void writer_main(int fd, int go)
{
	signal(SIGPIPE, SIG_DFL);
	if (kin_hear(go) || kin_tell(fd))
		_exit(1);
	_exit(0);
}

static int run_pipe(struct sample *s)
{
	int p[2], go[2], status = 0, err;
	pid_t reader, writer;

	if (pipe(p) || pipe(go))
		return -errno;
	writer = kin_fork();
	if (writer < 0)
		return writer;
	if (!writer) {
		close(p[0]);
		writer_main(p[1], go[0]);
	}
	reader = crashing();
	close(p[0]);
	err = reader < 0 ? reader : kin_wait(reader, &status);
	sample_see(s, CRASHED, is_signalled(status, SIGSEGV));
	if (!err)
		err = kin_tell(go[1]);
	if (!err)
		err = kin_wait(writer, &status);
	sample_see(s, WRITER_KILLED, is_signalled(status, SIGPIPE));
	s->ops = 1;
	return err;
}

/* A child that has asked for it. Its pipe ends with it: that is how we hear of its death. */
static void bound_main(int ready)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	kin_tell(ready);
	for (;;)
		pause();
}

static void parent_main(int *ready, int *held)
{
	pid_t pid = fork();

	if (!pid)
		bound_main(ready[1]);
	close(held[1]);
	if (pid < 0 || kin_hear(ready[0]))
		_exit(1);
	crash_now();
}

static int run_bound(struct sample *s)
{
	int ready[2], held[2], status, err;
	pid_t parent;

	if (pipe(ready) || pipe(held))
		return -errno;
	/* Who loses its parent comes to us, to be waited for. */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	parent = kin_fork();
	if (parent < 0)
		return parent;
	if (!parent)
		parent_main(ready, held);
	close(held[1]);
	err = kin_wait(parent, &status);
	sample_see(s, CRASHED, is_signalled(status, SIGSEGV));
	if (!err && kin_hear(held[0]) == -EPIPE && waitpid(-1, &status, 0) > 0)
		sample_see(s, CHILD_KILLED, is_signalled(status, SIGKILL));
	s->ops = 1;
	return err;
}

enum { FREE, PIPE, BOUND };

static void say_yes(struct note *n)
{
	note_verdict(n, VERDICT_HOLDS,
		     "parent and siblings go on; but share of writers to its pipe killed "
		     "by SIGPIPE %.2f, of children killed that asked for it "
		     "(PR_SET_PDEATHSIG) %.2f", note_seen_mean(n, PIPE, WRITER_KILLED),
		     note_seen_mean(n, BOUND, CHILD_KILLED));
}

static void say_no(struct note *n)
{
	note_verdict(n, VERDICT_FALSE, "siblings never went on after the crash");
}

static const struct claim process_crash = {
	.id = "isolate.process-crash",
	.topic = "isolate",
	.claim = "A crashing process does not take others with it",
	.claim_zh = "一个进程崩溃不影响其他进程",
	.how =
		"One of four children crashes by SIGSEGV; the others count up before and after it. "
		"Then two cases in which something binds them: a writer to a pipe that the "
		"crashed one was to read, and a child that has asked to be killed with its parent. "
		"An operation is one crash.",
	.gates =
		"One process a sample is ended by SIGSEGV; 4 forks an operation, in the other "
		"cases 2.",
	.rule =
		"HOLDS if in every sample all three siblings counted on after the crash; FALSE if "
		"they never did; else INCONCLUSIVE HERE, with the share. The bound cases are "
		"shown, and decide nothing.",
	.live = "oscope zombies --history --by task -- PROGRAM, columns SIGNAL and CORE",
	.op = "crash",
	.seen = {
		[SIBLINGS_LAST] = "siblings_go_on", [CRASHED] = "crashed",
		[WRITER_KILLED] = "writer_killed", [CHILD_KILLED] = "child_killed",
	},
	.needed = { SAW(FREE, SIBLINGS_LAST) },
	.counts = {
		SEEN(ALL_ARMS, CRASHED, 1), MADE(FREE, FORK, SIBLINGS + 1), MADE(PIPE, FORK, 2),
		MADE(BOUND, FORK, 2),
	},
	.needs_lives = true,
	.arm = {
		[FREE] = { "free", run_apart },
		[PIPE] = { "pipe", run_pipe },
		[BOUND] = { "bound", run_bound },
	},
	.yes = say_yes,
	.no = say_no,
	.mixed = "siblings went on in",
};
CLAIM(process_crash);
