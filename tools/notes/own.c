// SPDX-License-Identifier: GPL-2.0
/* Places of an experiment's own: namespaces, and a user that nobody else is. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "notes/own.h"
#include "util.h"

/* Of those that systemd and Debian keep free, and below where containers end. */
#define NOBODY_ELSE	65521

int own_ipc(void)
{
	return unshare(CLONE_NEWIPC) ? -errno : 0;
}

/* Nothing that is mounted here may come out again. */
int own_files(const char *at, const char *options)
{
	if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("oscope", at, "tmpfs", MS_NOSUID | MS_NODEV, options))
		return -errno;
	return 0;
}

int own_net(void)
{
	struct ifreq lo = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int fd, err = 0;

	if (unshare(CLONE_NEWNET))
		return -errno;
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (ioctl(fd, SIOCSIFFLAGS, &lo))
		err = -errno;
	close(fd);
	return err;
}

static bool ended(int pidfd)
{
	struct pollfd end = { .fd = pidfd, .events = POLLIN };

	return poll(&end, 1, 0) != 0;
}

/*
 * Not unshare(2): a second namespace is refused once the first one's init has ended. The parent has
 * no number in there, dead or alive: whether it is, is asked of a descriptor.
 */
pid_t own_init(void)
{
	int parent = (int)syscall(SYS_pidfd_open, getpid(), 0);
	pid_t pid;

	if (parent < 0)
		return -errno;
	pid = (pid_t)syscall(SYS_clone, CLONE_NEWPID | SIGCHLD, NULL, NULL, NULL, NULL);
	if (pid < 0)
		pid = -errno;
	if (!pid && (prctl(PR_SET_PDEATHSIG, SIGKILL) || ended(parent)))
		_exit(1);
	close(parent);
	return pid;
}

/* A change of user takes the wish to die with the parent away (commit_creds()). */
int own_user(void)
{
	pid_t parent = getppid();

	if (setgroups(0, NULL) || setresgid(NOBODY_ELSE, NOBODY_ELSE, NOBODY_ELSE) ||
	    setresuid(NOBODY_ELSE, NOBODY_ELSE, NOBODY_ELSE))
		return -errno;
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) || prctl(PR_SET_DUMPABLE, 1))
		return -errno;
	return getppid() == parent ? 0 : -ESRCH;
}

long own_limit(const char *path)
{
	char line[32], *end;
	long value;
	int err = file_line(path, line, sizeof(line));

	if (err < 0)
		return err;
	errno = 0;
	value = strtol(line, &end, 10);
	return errno || end == line || *end || value < 0 ? -ERANGE : value;
}

int own_limit_set(const char *path, long value)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), err = 0;

	if (fd < 0)
		return -errno;
	if (dprintf(fd, "%ld\n", value) < 0)
		err = -errno;
	close(fd);
	return err;
}
