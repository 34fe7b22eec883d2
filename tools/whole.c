// SPDX-License-Identifier: GPL-2.0
/*
 * Files that appear when they are whole.
 */
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "util.h"
#include "whole.h"

#define NAME_TRIES	100

int whole_open(const char *path, mode_t mode)
{
	char dir[4096];
	int fd;

	snprintf(dir, sizeof(dir), "%s", path);
	fd = open(dirname(dir), O_TMPFILE | O_WRONLY | O_CLOEXEC, mode);
	if (fd < 0)
		return -errno;
	return fd;
}

/* A name beside path that nothing has: others may be at the same path. 0 or -errno. */
static int link_beside(const char *from, const char *path, char *temp, size_t len)
{
	int try, err = -EEXIST;

	for (try = 0; err == -EEXIST && try < NAME_TRIES; try++) {
		snprintf(temp, len, "%s.%d-%d.tmp", path, getpid(), try);
		err = linkat(AT_FDCWD, from, AT_FDCWD, temp, AT_SYMLINK_FOLLOW) ? -errno : 0;
	}
	return err;
}

/* A link cannot replace a file, a rename can. */
int whole_name(int fd, const char *path)
{
	char from[64], temp[4200];
	int err;

	snprintf(from, sizeof(from), "/proc/self/fd/%d", fd);
	if (!linkat(AT_FDCWD, from, AT_FDCWD, path, AT_SYMLINK_FOLLOW))
		return 0;
	err = errno == EEXIST ? link_beside(from, path, temp, sizeof(temp)) : -errno;
	if (!err && rename(temp, path)) {
		err = -errno;
		unlink(temp);
	}
	return err ? err_msg(-EIO, "cannot write %s: %s", path, strerror(-err)) : 0;
}
