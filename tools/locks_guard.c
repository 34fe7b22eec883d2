// SPDX-License-Identifier: GPL-2.0
/*
 * A program under guard. A deadlock never ends by itself, so it is enough to look now and then.
 */
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "child.h"
#include "cmd.h"
#include "locks_guard.h"

#define LOOK_NS		100000000ULL	/* between looks, where -i does not say it */
#define LOOK_SHARE	10		/* a look takes one part in so many of a CPU, at most */
#define TERM_NS		1000000000ULL	/* to end after SIGTERM, before SIGKILL */

int locks_look_again(struct locks *l, struct locks_run *run, const struct locks_scope *scope)
{
	int err;

	if (!run->looks)
		run->begin_ns = now_ns();
	err = locks_look(l, scope);
	run->looks++;
	run->own_ns += l->took_ns;
	return err;
}

static void guard_signals(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGHUP);
	sigaddset(set, SIGCHLD);
}

/* Returns a signal that came within that time, 0: none. */
static int signal_wait(uint64_t ns)
{
	struct timespec wait = { .tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000 };
	sigset_t set;
	int sig;

	guard_signals(&set);
	sig = sigtimedwait(&set, NULL, &wait);
	return sig > 0 ? sig : 0;
}

/* Orphans of the program come to us. Returns whether any child is left. */
static bool orphans_collect(struct child *c)
{
	siginfo_t info = { 0 };

	/* The program itself is child_wait()'s, which tells its status. */
	child_wait(c, false);
	while (c->ended && !waitid(P_ALL, 0, &info, WEXITED | WNOHANG)) {
		if (!info.si_pid)
			return true;
		info.si_pid = 0;
	}
	return !c->ended;
}

/*
 * A child of ours keeps its number until we have waited for it; any other's may be another task's
 * by now. Its turn comes when its parent has gone.
 */
static bool is_ours(pid_t pid)
{
	struct proc_stat st;

	return proc_stat(pid, 0, &st) && st.parent == getpid();
}

/* End the program, and then whatever is left of its descendants. */
static int tree_end(struct child *c)
{
	uint64_t until = now_ns() + TERM_NS, now;
	size_t n, i, reached;
	pid_t *pids = NULL;
	int err;

	child_signal(c, SIGTERM);
	for (now = now_ns(); !c->ended && now < until; now = now_ns()) {
		signal_wait(until - now);
		child_wait(c, false);
	}
	do {
		err = locks_descendants(getpid(), &pids, &n);
		for (i = 0, reached = 0; !err && i < n; i++)
			reached += is_ours(pids[i]) && !kill(pids[i], SIGKILL);
		free(pids);
		/* Each SIGCHLD is one that has ended, whose children are ours then. */
	} while (!err && orphans_collect(c) && (signal_wait(TERM_NS) || reached));
	if (!err && orphans_collect(c))
		warn_msg("some of the program's processes are not ours to end, and go on");
	return err ? err_sys(err, "ending the program") : 0;
}

/* Time until the next look: what was asked for, but it shall not cost more than its share. */
static uint64_t pause_ns(const struct opts *o, const struct locks *l)
{
	uint64_t ns = o->interval_ns ? o->interval_ns : LOOK_NS;

	return ns > l->took_ns * LOOK_SHARE ? ns : l->took_ns * LOOK_SHARE;
}

/* Until it has ended. Returns EXIT_FOUND, 0, a signal's status, or -errno. */
static int guard_loop(const struct opts *o, struct child *c, struct locks *l, struct locks_run *run)
{
	const struct locks_scope scope = { .tree = getpid() };
	uint64_t next = now_ns(), now;
	int sig, err;

	for (;;) {
		now = now_ns();
		sig = signal_wait(next > now ? next - now : 0);
		orphans_collect(c);
		if (sig && sig != SIGCHLD) {
			child_signal(c, sig == SIGINT ? SIGTERM : sig);
			child_wait(c, true);
			return 128 + sig;
		}
		if (c->ended)
			return 0;
		if (now_ns() < next)
			continue;
		err = locks_look_again(l, run, &scope);
		if (err)
			return err;
		if (locks_proved(l))
			return EXIT_FOUND;
		next = now_ns() + pause_ns(o, l);
	}
}

static int guard_run(const struct opts *o, struct child *c, struct locks *l, struct locks_run *run)
{
	int status, err;

	err = child_start(c);
	if (err)
		return err_sys(err, "starting %s", o->program[0]);
	status = guard_loop(o, c, l, run);
	if (status == EXIT_FOUND || status < 0) {
		err = tree_end(c);
		return err ? err : status;
	}
	if (!status && c->failed) {
		err_sys(-c->exec_errno, "%s: cannot be run", o->program[0]);
		return child_exit_code(c);
	}
	return status;
}

int locks_guard(const struct opts *o, struct locks *l, struct locks_run *run)
{
	sigset_t ours, before;
	struct child c;
	int status;

	guard_signals(&ours);
	if (sigprocmask(SIG_BLOCK, &ours, &before))
		return err_sys(-errno, "blocking signals");
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	status = child_prepare(&c, o->program);
	if (!status)
		status = guard_run(o, &c, l, run);
	child_close(&c, true);
	/* What came meanwhile was for us, and is told by the status. */
	while (signal_wait(0))
		;
	sigprocmask(SIG_SETMASK, &before, NULL);
	return status;
}
