// SPDX-License-Identifier: GPL-2.0
/* Counting the system calls of a process tree, by the kernel's tracepoint or by ptrace. */
#include <errno.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "notes/syscalls.h"
#include "parse.h"
#include "util.h"

#define LOOK_EVERY_US	20
#define SYSCALL_STOP (SIGTRAP | 0x80)	/* PTRACE_O_TRACESYSGOOD */

#define TRACEPOINT	"raw_syscalls/sys_enter"

/* A tracefs that is nowhere to be seen, and gone when it is closed. A descriptor or -errno. */
static int tracefs_apart(void)
{
	int fs = fsopen("tracefs", FSOPEN_CLOEXEC), mounted;

	if (fs < 0)
		return -errno;
	mounted = fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) ?
		  -1 : fsmount(fs, FSMOUNT_CLOEXEC, 0);
	if (mounted < 0)
		mounted = -errno;
	close(fs);
	return mounted;
}

/* A file of tracefs, wherever it is mounted, if it is. */
static int tracefs_open(const char *name)
{
	static const char *const mounts[] = { "/sys/kernel/tracing", "/sys/kernel/debug/tracing" };
	int fd = -1, at, err = -ENOENT;
	size_t i;

	for (i = 0; fd < 0 && i <= ARRAY_SIZE(mounts); i++) {
		at = i < ARRAY_SIZE(mounts) ? open(mounts[i], O_PATH | O_CLOEXEC) : tracefs_apart();
		if (at < 0) {
			err = i < ARRAY_SIZE(mounts) ? -errno : at;
			continue;
		}
		fd = openat(at, name, O_RDONLY | O_CLOEXEC);
		err = -errno;
		close(at);
	}
	return fd < 0 ? err : fd;
}

/* The tracepoint's number. */
static int tracepoint_id(const char *name, uint64_t *id)
{
	char line[32], path[96];
	ssize_t len;
	int fd;

	snprintf(path, sizeof(path), "events/%s/id", name);
	fd = tracefs_open(path);
	if (fd < 0)
		return fd;
	len = read(fd, line, sizeof(line) - 1);
	close(fd);
	if (len <= 0)
		return -EIO;
	line[len] = '\0';
	line[strcspn(line, "\n")] = '\0';
	return parse_u64(line, 0, UINT32_MAX, id);
}

int tracepoint_open(const char *name, pid_t pid)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_TRACEPOINT,
		.size = sizeof(attr),
		.inherit = 1,
	};
	uint64_t id;
	long fd;
	int err;

	err = tracepoint_id(name, &id);
	if (err)
		return err;
	attr.config = id;
	fd = syscall(SYS_perf_event_open, &attr, pid, -1, -1, PERF_FLAG_FD_CLOEXEC);
	return fd < 0 ? -errno : (int)fd;
}

int syscalls_open(pid_t pid)
{
	return tracepoint_open(TRACEPOINT, pid);
}

int syscalls_read(int fd, uint64_t *count)
{
	ssize_t n = read(fd, count, sizeof(*count));

	if (n < 0)
		return -errno;
	return n == sizeof(*count) ? 0 : -EIO;
}

/* What to pass on to a stopped task, and whether this stop was at a system call. */
static int stop_signal(int status, bool *at_syscall)
{
	int sig = WSTOPSIG(status);

	*at_syscall = sig == SYSCALL_STOP;
	if (sig == SYSCALL_STOP || status >> 16 || sig == SIGTRAP)
		return 0;
	return sig;
}

/*
 * The tracee is held at a gate, a read of one byte: what it does up to there is its caller's, and
 * how much of that is left when it is seized is chance. Whether a stop is the end of that read.
 */
static bool gate_passed(pid_t pid, bool *reads)
{
	struct __ptrace_syscall_info info;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info), &info) <= 0)
		return false;
	if (info.op == PTRACE_SYSCALL_INFO_ENTRY)
		*reads = info.entry.nr == SYS_read;
	return info.op == PTRACE_SYSCALL_INFO_EXIT && *reads && info.exit.rval == 1;
}

/* Entry and exit both stop: the count of stops is halved by the caller. */
static int ptrace_loop(pid_t root, uint64_t deadline_ns, uint64_t *stops)
{
	bool at_syscall, passed = false, reads = false;
	int status, sig;
	pid_t pid;

	while (now_ns() < deadline_ns) {
		pid = waitpid(-1, &status, __WALL | WNOHANG);
		if (pid < 0)
			return -errno;
		if (!pid) {
			usleep(LOOK_EVERY_US);
			continue;
		}
		if (!WIFSTOPPED(status)) {
			if (pid == root)
				return passed ? 0 : -EIO;
			continue;
		}
		sig = stop_signal(status, &at_syscall);
		if (passed)
			*stops += at_syscall;
		else if (at_syscall)
			passed = gate_passed(pid, &reads);
		ptrace(PTRACE_SYSCALL, pid, 0, sig);
	}
	return -ETIMEDOUT;
}

/* Stops the task, and lets it run from system call to system call from then on. */
static int ptrace_begin(pid_t pid, long options)
{
	int status;

	if (ptrace(PTRACE_SEIZE, pid, 0, options) || ptrace(PTRACE_INTERRUPT, pid, 0, 0))
		return -errno;
	if (waitpid(pid, &status, __WALL) != pid || !WIFSTOPPED(status))
		return -ESRCH;
	return ptrace(PTRACE_SYSCALL, pid, 0, 0) ? -errno : 0;
}

int syscalls_ptrace(pid_t pid, int (*go)(void *arg), void *arg, uint64_t limit_ns, uint64_t *count)
{
	long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK |
		       PTRACE_O_TRACEVFORK | PTRACE_O_EXITKILL;
	uint64_t stops = 0;
	int err;

	err = ptrace_begin(pid, options);
	if (err)
		return err;
	err = go(arg);
	if (!err)
		err = ptrace_loop(pid, now_ns() + limit_ns, &stops);
	if (err) {
		kill(pid, SIGKILL);
		waitpid(pid, NULL, __WALL);
	}
	*count = stops / 2;
	return err;
}
