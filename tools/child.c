// SPDX-License-Identifier: GPL-2.0
/*
 * The traced program: held at a gate before exec until the probes are on it.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"
#include "privilege.h"
#include "util.h"

#define CODE_CANNOT_RUN	126
#define CODE_NOT_FOUND	127

struct start {
	char **argv;
	int (*fn)(void *arg);
	void *arg;
	int gate;			/* read end */
	int failure;			/* write end, closed by a successful exec */
};

/* Held until one byte arrives; end of file means that oscope is gone. */
static void gate_wait(int gate)
{
	char byte;
	ssize_t n;

	do {
		n = read(gate, &byte, 1);
	} while (n < 0 && errno == EINTR);
	if (n != 1)
		_exit(CODE_CANNOT_RUN);
	close(gate);
}

static void child_main(struct start *s, pid_t parent)
{
	int err;

	inherited_restore();
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(CODE_CANNOT_RUN);
	gate_wait(s->gate);
	if (!s->argv)
		_exit(s->fn ? s->fn(s->arg) : CODE_CANNOT_RUN);
	prctl(PR_SET_PDEATHSIG, 0);
	err = -privilege_withhold();
	if (!err) {
		execvp(s->argv[0], s->argv);
		err = errno;
	}
	if (write(s->failure, &err, sizeof(err)) != sizeof(err))
		_exit(CODE_CANNOT_RUN);
	_exit(err == ENOENT ? CODE_NOT_FOUND : CODE_CANNOT_RUN);
}

static int child_fork(struct child *c, struct start *s)
{
	int gate[2], failure[2], err;
	pid_t parent = getpid();

	*c = (struct child){ .pidfd = -1, .go = -1, .failure = -1 };
	if (pipe2(gate, O_CLOEXEC))
		return err_sys(-errno, "pipe");
	if (pipe2(failure, O_CLOEXEC)) {
		err = -errno;
		goto close_gate;
	}
	s->gate = gate[0];
	s->failure = failure[1];
	c->pid = fork();
	if (c->pid < 0) {
		err = -errno;
		goto close_failure;
	}
	if (!c->pid) {
		close(gate[1]);
		child_main(s, parent);
	}
	close(gate[0]);
	close(failure[1]);
	c->go = gate[1];
	c->failure = failure[0];
	c->pidfd = syscall(SYS_pidfd_open, c->pid, 0);
	if (c->pidfd < 0) {
		err = err_sys(-errno, "pidfd_open");
		child_close(c, true);
		return err;
	}
	return 0;

close_failure:
	close(failure[0]);
	close(failure[1]);
close_gate:
	close(gate[0]);
	close(gate[1]);
	return err_sys(err, "fork");
}

int child_prepare(struct child *c, char **argv)
{
	struct start s = { .argv = argv };

	return child_fork(c, &s);
}

int child_prepare_fn(struct child *c, int (*fn)(void *arg), void *arg)
{
	struct start s = { .fn = fn, .arg = arg };

	return child_fork(c, &s);
}

int child_start(struct child *c)
{
	ssize_t n;
	int err;

	n = write(c->go, "", 1);
	err = n == 1 ? 0 : -errno;
	close(c->go);
	c->go = -1;
	return err == -EPIPE ? -ESRCH : err;
}

/* Whether exec failed: then its errno is in the pipe; else exec has closed the pipe. */
static void exec_result(struct child *c)
{
	int err;

	if (c->failure < 0)
		return;
	if (read(c->failure, &err, sizeof(err)) == sizeof(err)) {
		c->failed = true;
		c->exec_errno = err;
	}
	close(c->failure);
	c->failure = -1;
}

/*
 * A program that has changed its user, when we have no capabilities any more: a signal bound to a
 * file is sent by right of the user who bound it, root's here (sigio_perm() in fs/fcntl.c). Ours is
 * bound to a pipe that becomes readable.
 */
static int signal_by_pipe(pid_t pid, int sig)
{
	int p[2], err = 0;

	if (pipe2(p, O_CLOEXEC))
		return -errno;
	if (fcntl(p[0], F_SETOWN, pid) || fcntl(p[0], F_SETSIG, sig) ||
	    fcntl(p[0], F_SETFL, O_ASYNC) || write(p[1], "", 1) != 1)
		err = -errno;
	close(p[0]);
	close(p[1]);
	return err;
}

int child_signal(const struct child *c, int sig)
{
	if (!kill(c->pid, sig))
		return 0;
	return errno == EPERM && !geteuid() ? signal_by_pipe(c->pid, sig) : -errno;
}

int child_wait(struct child *c, bool block)
{
	pid_t pid;

	if (c->ended)
		return 0;
	do {
		pid = wait4(c->pid, &c->status, block ? 0 : WNOHANG, &c->usage);
	} while (pid < 0 && errno == EINTR && block);
	if (pid < 0)
		return -errno;
	if (!pid)
		return -EAGAIN;
	c->ended = true;
	exec_result(c);
	return 0;
}

int child_exit_code(const struct child *c)
{
	if (WIFSIGNALED(c->status))
		return 128 + WTERMSIG(c->status);
	return WEXITSTATUS(c->status);
}

void child_close(struct child *c, bool kill_it)
{
	bool held = c->go >= 0;

	if (c->pid > 0 && !c->ended && (held || kill_it)) {
		kill(c->pid, SIGKILL);
		child_wait(c, true);
	}
	if (c->go >= 0)
		close(c->go);
	if (c->pidfd >= 0)
		close(c->pidfd);
	if (c->failure >= 0)
		close(c->failure);
	c->go = -1;
	c->pidfd = -1;
	c->failure = -1;
}
