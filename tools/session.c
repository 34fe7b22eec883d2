// SPDX-License-Identifier: GPL-2.0
/*
 * A live run of a report or a recording, from the start of the probes to the last report.
 */
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmd.h"
#include "privilege.h"
#include "session.h"

/* What ended or interrupted a wait. */
enum wakeup { WAKE_NOTHING, WAKE_TIME, WAKE_CHILD, WAKE_SIGNAL, WAKE_REPORT, WAKE_DUMP };

static int signals_open(const struct session_ops *ops, sigset_t *before)
{
	struct sigaction hup;
	sigset_t set;
	int fd;

	sigemptyset(&set);
	/* SIGINT ends a trace that a script started with &, too; nohup keeps it going. */
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	if (!sigaction(SIGHUP, NULL, &hup) && hup.sa_handler != SIG_IGN)
		sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGUSR1);
	if (ops->dump)
		sigaddset(&set, SIGUSR2);
	sigaddset(&set, SIGCHLD);
	if (sigprocmask(SIG_BLOCK, &set, before))
		return err_sys(-errno, "blocking signals");
	fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return fd < 0 ? err_sys(-errno, "signalfd") : fd;
}

/* A second one ends us at once: from now on they have their default action again. */
static void second_kills(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

static enum wakeup take_signal(struct session *s, int fd)
{
	struct signalfd_siginfo info;

	if (read(fd, &info, sizeof(info)) != sizeof(info))
		return WAKE_NOTHING;
	if (info.ssi_signo == SIGUSR1)
		return WAKE_REPORT;
	if (info.ssi_signo == SIGUSR2)
		return WAKE_DUMP;
	if (info.ssi_signo == SIGCHLD)
		return WAKE_NOTHING;	/* the loop looks for itself */
	s->signal = info.ssi_signo;
	s->from_terminal = info.ssi_code == SI_KERNEL;
	second_kills();
	return WAKE_SIGNAL;
}

/* Milliseconds until the next thing that is due, -1: nothing is. */
static int until_due(const struct session *s)
{
	uint64_t due = s->deadline_ns, now = now_ns(), ms;

	if (s->stopped)
		return -1;
	if (s->next_ns && (!due || s->next_ns < due))
		due = s->next_ns;
	if (!due)
		return s->ops->poll ? s->ops->poll_ms : -1;
	if (due <= now)
		return 0;
	ms = (due - now + 999999) / 1000000;
	if (s->ops->poll && ms > (uint64_t)s->ops->poll_ms)
		return s->ops->poll_ms;
	return ms > 3600000 ? 3600000 : ms;
}

static enum wakeup session_wait(struct session *s, int signals)
{
	struct pollfd fd[2] = {
		{ .fd = signals, .events = POLLIN },
		{ .fd = s->has_child && !s->child.ended ? s->child.pidfd : -1, .events = POLLIN },
	};
	int n = poll(fd, 2, until_due(s));

	if (n > 0 && fd[0].revents)
		return take_signal(s, signals);
	if (n > 0 && fd[1].revents)
		return WAKE_CHILD;
	return n ? WAKE_NOTHING : WAKE_TIME;
}

/* Collect orphans that came to us as subreaper; true while some of the tree is still there. */
static bool tree_alive(const struct session *s)
{
	pid_t pid;

	if (!s->o->wait_tree)
		return false;
	do {
		pid = waitpid(-1, NULL, WNOHANG);
	} while (pid > 0);
	return pid == 0;
}

static int report_now(struct session *s, bool interval)
{
	struct snapshot before = { 0 };
	int err;

	if (s->ops->records && !s->stopped)
		return 0;
	err = source_read(s->src, &s->now);
	if (err)
		return err;
	s->reports += interval;
	if (!s->o->interval_ns || s->ops->whole)
		return s->ops->report(s, &s->now);
	/* Keep the reading as the next base, then count from the last one. */
	err = snapshot_copy(&before, &s->now);
	if (!err && s->base.sum)
		err = snapshot_subtract(&s->now, &s->base);
	if (!err)
		err = s->ops->report(s, &s->now);
	if (interval && !err) {
		snapshot_free(&s->base);
		s->base = before;
	} else {
		snapshot_free(&before);
	}
	return err;
}

/* Something is due. Returns 1 to go on, 0 at the end, -errno. */
static int session_due(struct session *s)
{
	uint64_t now = now_ns();
	int err;

	if (s->deadline_ns && now >= s->deadline_ns)
		return 0;
	if (!s->next_ns || now < s->next_ns)
		return 1;
	s->next_ns += s->o->interval_ns;
	if (s->next_ns <= now)
		s->next_ns = now + s->o->interval_ns;
	err = report_now(s, true);
	if (err)
		return err;
	return !s->o->count || s->reports < s->o->count;
}

/* The program has ended, or will. */
static int program_collect(struct session *s)
{
	int err = child_wait(&s->child, true);

	return err ? err_sys(err, "waiting for %s", s->o->program[0]) : 0;
}

/* One turn of the loop. Returns 1 to go on, 0 at the end, -errno. */
static int session_step(struct session *s, int signals)
{
	int err = s->ops->poll ? s->ops->poll(s) : 0;

	if (err)
		return err;
	if (s->done)
		return 0;
	if (s->child.ended && !tree_alive(s))
		return 0;
	switch (session_wait(s, signals)) {
	case WAKE_SIGNAL:
		return 0;
	case WAKE_REPORT:
		err = report_now(s, false);
		return err ? err : 1;
	case WAKE_DUMP:
		err = s->ops->dump(s);
		return err ? err : !s->done;
	case WAKE_CHILD:
		err = program_collect(s);
		return err ? err : 1;
	default:
		return session_due(s);
	}
}

static void times_set(struct session *s)
{
	uint64_t now = now_ns();

	s->deadline_ns = s->o->duration_ns ? now + s->o->duration_ns : 0;
	s->next_ns = s->o->interval_ns ? now + s->o->interval_ns : 0;
}

/* All that there is, is there. */
static int file_report(struct session *s)
{
	int err;

	s->stopped = true;
	err = s->ops->poll ? s->ops->poll(s) : 0;
	return err ? err : report_now(s, false);
}

/* A report would be of our own attempt to start it; records have a file to end. */
static bool nothing_ran(const struct session *s)
{
	return s->child.failed && !s->ops->records;
}

static int session_loop(struct session *s, int signals)
{
	int err;

	err = source_start(s->src);
	if (err)
		return err;
	if (s->o->file)
		return file_report(s);
	/* Whatever needs privilege has been done then. */
	err = s->ops->ready ? s->ops->ready(s) : 0;
	if (!err)
		err = privilege_drop(LEFT_RUN);
	if (err)
		return err;
	if (s->has_child) {
		err = child_start(&s->child);
		if (err)
			return err_sys(err, "starting %s", s->o->program[0]);
	}
	times_set(s);
	verbose_msg("tracing");
	do {
		err = session_step(s, signals);
	} while (err > 0);
	if (err)
		return err;
	err = s->settles ? source_settle(s->src) : 0;
	if (!err)
		err = source_stop(s->src);
	s->stopped = true;
	if (!err && s->ops->poll)
		err = s->ops->poll(s);
	/* What came after the last whole interval; nothing, if -n ended it. */
	if (!err && !nothing_ran(s) && (!s->o->count || s->reports < s->o->count))
		err = report_now(s, true);
	return err;
}

static void signal_forward(const struct session *s)
{
	int err = child_signal(&s->child, s->signal == SIGINT ? SIGTERM : s->signal);

	if (err && err != -ESRCH)
		warn_msg("%s cannot be sent a signal (%s), and goes on", s->o->program[0],
			 strerror(-err));
}

/* Until the program has ended, or a signal has come, which it gets too. */
static int program_wait(struct session *s, int signals)
{
	int err = 0;

	while (!s->child.ended && !s->signal && !err) {
		if (session_wait(s, signals) == WAKE_CHILD)
			err = program_collect(s);
	}
	/* What a script started with & ignores SIGINT; the terminal's has reached it already. */
	if (!s->child.ended && s->signal && !s->from_terminal)
		signal_forward(s);
	return err ? err : program_collect(s);
}

/* The status that we leave with. -d ends the trace, not the program. */
static int session_status(struct session *s, int signals)
{
	bool ended;
	int err;

	if (!s->has_child)
		return 0;
	ended = s->child.ended;
	err = program_wait(s, signals);
	if (err)
		return err;
	if (s->signal && !ended)
		return 128 + s->signal;
	if (s->child.failed)
		err_sys(-s->child.exec_errno, "%s: cannot be run", s->o->program[0]);
	return child_exit_code(&s->child);
}

/* Tracing has failed, but the program is not to blame: it goes on to its end. */
static void session_fail(struct session *s, int signals)
{
	if (!s->has_child || s->child.go >= 0)
		return;
	source_stop(s->src);
	s->stopped = true;
	session_status(s, signals);
}

/* What came while the mask was ours must not end us now. */
static void signals_close(int signals, const sigset_t *before)
{
	struct signalfd_siginfo info;

	while (read(signals, &info, sizeof(info)) == sizeof(info))
		;
	close(signals);
	sigprocmask(SIG_SETMASK, before, NULL);
}

static int session_open(struct session *s, struct source_config *config)
{
	int err;

	config->filter = s->o->filter;
	config->file = s->o->file;
	config->from_ns = s->o->from_ns;
	config->to_ns = s->o->to_ns;
	config->rows = s->o->tasks;
	s->settles = config->ledger;
	if (s->o->program) {
		if (s->o->wait_tree)
			prctl(PR_SET_CHILD_SUBREAPER, 1);
		err = child_prepare(&s->child, s->o->program);
		if (err)
			return err;
		s->has_child = true;
		config->filter.tree = s->child.pid;
	}
	return source_open(&s->src, s->o->source, config);
}

int session_run(const struct opts *o, struct source_config *config, const struct session_ops *ops,
		void *arg)
{
	struct session s = { .o = o, .ops = ops, .arg = arg,
			     .child = { .pidfd = -1, .go = -1, .failure = -1 } };
	sigset_t before;
	int signals, err;

	signals = signals_open(ops, &before);
	if (signals < 0)
		return signals;
	err = session_open(&s, config);
	if (!err) {
		err = session_loop(&s, signals);
		if (err)
			session_fail(&s, signals);
		else
			err = session_status(&s, signals);
	}
	if (s.has_child)
		child_close(&s.child, true);
	source_close(s.src);
	snapshot_free(&s.now);
	snapshot_free(&s.base);
	signals_close(signals, &before);
	return err;
}
