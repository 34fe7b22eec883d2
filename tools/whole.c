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

/* A link cannot replace a file, a rename can. */
int whole_name(int fd, const char *path)
{
	char from[64], temp[4200];

	snprintf(from, sizeof(from), "/proc/self/fd/%d", fd);
	if (!linkat(AT_FDCWD, from, AT_FDCWD, path, AT_SYMLINK_FOLLOW))
		return 0;
	snprintf(temp, sizeof(temp), "%s.%d", path, getpid());
	if (errno != EEXIST || linkat(AT_FDCWD, from, AT_FDCWD, temp, AT_SYMLINK_FOLLOW))
		return err_msg(-EIO, "cannot write %s: %s", path, strerror(errno));
	if (!rename(temp, path))
		return 0;
	unlink(temp);
	return err_msg(-EIO, "cannot write %s: %s", path, strerror(errno));
}
