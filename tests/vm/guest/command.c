// SPDX-License-Identifier: GPL-2.0
/* Runs the command of a lab VM and hands its output to the host over the second serial port. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "guest.h"

#define PORT	"/dev/ttyS1"

static int port_open(bool raw)
{
	int fd = open(PORT, O_RDWR | O_NOCTTY | O_CLOEXEC);
	struct termios t;

	if (fd < 0 || tcgetattr(fd, &t) < 0)
		fail("%s", PORT);
	if (raw)
		cfmakeraw(&t);
	cfsetspeed(&t, B115200);
	t.c_cflag |= CLOCAL | CREAD;
	if (tcsetattr(fd, TCSANOW, &t) < 0)
		fail("%s", PORT);
	return fd;
}

static void write_all(int fd, const char *buf, size_t len)
{
	while (len) {
		ssize_t n = write(fd, buf, len);

		if (n < 0 && errno != EINTR)
			fail("cannot write the output");
		if (n > 0) {
			buf += n;
			len -= n;
		}
	}
}

static void relay(int from, int to)
{
	static char buf[65536];
	ssize_t n;

	while ((n = read(from, buf, sizeof(buf))) > 0)
		write_all(to, buf, n);
}

/* Reaps whatever ended; true when the command is among it. */
static bool reap(pid_t command, int *status)
{
	bool ended = false;
	int st;
	pid_t pid;

	while ((pid = waitpid(-1, &st, WNOHANG)) > 0) {
		if (pid != command)
			continue;
		*status = WIFSIGNALED(st) ? 128 + WTERMSIG(st) : WEXITSTATUS(st);
		ended = true;
	}
	return ended;
}

/* Children that outlive the command keep the pipe open: its end is the command's end. */
static int wait_and_relay(pid_t command, int chld, int from, int to)
{
	struct pollfd p[] = { { .fd = chld, .events = POLLIN }, { .fd = from, .events = POLLIN } };
	struct signalfd_siginfo si;
	int status = 0;

	for (;;) {
		if (poll(p, 2, -1) < 0 && errno != EINTR)
			fail("poll");
		if (p[1].revents)
			relay(from, to);
		if (p[1].revents & POLLHUP)
			p[1].fd = -1;
		if (p[0].revents && read(chld, &si, sizeof(si)) > 0 && reap(command, &status))
			break;
	}
	if (from >= 0)
		relay(from, to);
	return status;
}

static void take_terminal(int fd)
{
	struct winsize ws = { 24, 80, 0, 0 };
	char *size = job_get("winsize");

	if (size)
		sscanf(size, "%hu %hu", &ws.ws_row, &ws.ws_col);
	ioctl(fd, TIOCSWINSZ, &ws);
	if (ioctl(fd, TIOCSCTTY, 0) < 0)
		fail("no controlling terminal");
}

static void show_motd(void)
{
	char *path = job_get("motd");
	int fd;

	if (!path)
		return;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		fail("%s", path);
	relay(fd, STDOUT_FILENO);
	close(fd);
}

static char **argv_of_job(void)
{
	static char *argv[65536];
	size_t n = 0;
	char *arg;

	for (arg = job_get("arg"); arg && n < 65535; arg = job_next("arg", arg))
		argv[n++] = arg;
	if (!n)
		fail("no command in the job");
	return argv;
}

__attribute__((noreturn)) static void become_command(int in, int out, bool tty)
{
	char **argv = argv_of_job(), *env;
	sigset_t none;

	setsid();
	if (tty)
		take_terminal(in);
	dup2(in, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	dup2(out, STDERR_FILENO);
	if (tty)
		show_motd();
	clearenv();
	for (env = job_get("env"); env; env = job_next("env", env))
		putenv(env);
	if (chdir(job_get("cwd")) < 0)
		fail("cwd %s", job_get("cwd"));
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execvp(argv[0], argv);
	fprintf(stderr, "vm: %s: %s\n", argv[0], strerror(errno));
	_exit(errno == ENOENT ? 127 : 126);
}

int command_run(void)
{
	bool tty = job_get("tty");
	int port = port_open(!tty), ends[2] = { -1, -1 };
	int in = tty ? port : open("/dev/null", O_RDONLY | O_CLOEXEC);
	int chld, status;
	sigset_t set;
	pid_t pid;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	chld = signalfd(-1, &set, SFD_CLOEXEC);
	if (chld < 0 || in < 0 || (!tty && pipe2(ends, O_CLOEXEC) < 0))
		fail("no descriptors for the command");
	pid = fork();
	if (pid < 0)
		fail("fork");
	if (!pid)
		become_command(in, tty ? port : ends[1], tty);
	if (!tty) {
		close(ends[1]);
		fcntl(ends[0], F_SETFL, O_NONBLOCK);
	}
	status = wait_and_relay(pid, chld, ends[0], port);
	tcdrain(port);
	return status;
}
