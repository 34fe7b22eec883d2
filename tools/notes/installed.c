// SPDX-License-Identifier: GPL-2.0
/* Interpreters that few systems have: whether they are there, or which package has them. */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "notes/installed.h"

int installed(struct sample *s, const char *path, const char *package)
{
	if (!access(path, X_OK))
		return 0;
	snprintf(s->why, sizeof(s->why), "%s is not there: apt-get install %s", path, package);
	return -ENOENT;
}
