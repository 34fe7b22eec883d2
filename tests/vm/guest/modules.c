// SPDX-License-Identifier: GPL-2.0
/* Loads the kernel modules of a lab VM: those that the boot needs, then those of the job. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "guest.h"

static void module_load(const char *path, const char *params)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || (syscall(SYS_finit_module, fd, params, 0) < 0 && errno != EEXIST))
		fail("cannot load module %s", path);
	close(fd);
}

void modules_load_boot(void)
{
	struct dirent **names;
	int i, n = scandir("/modules", &names, NULL, alphasort);

	if (n < 0)
		fail("no /modules in the initramfs");
	for (i = 0; i < n; i++) {
		char path[300];

		if (names[i]->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "/modules/%s", names[i]->d_name);
		module_load(path, "");
	}
}

/* insmod=PATH, followed in the job by params=TEXT */
void modules_load_job(void)
{
	char *path, *params = NULL;

	for (path = job_get("insmod"); path; path = job_next("insmod", path)) {
		params = job_next("params", path);
		module_load(path, params ? params : "");
	}
}
