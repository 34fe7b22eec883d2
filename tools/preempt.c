// SPDX-License-Identifier: GPL-2.0
/*
 * Whether the kernel takes the CPU from what runs in itself: as it was built, or, if that can be
 * chosen (since 5.12, CONFIG_PREEMPT_DYNAMIC), as was chosen.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "preempt.h"
#include "util.h"

/* The mode in brackets of a line such as "none (voluntary) full". */
static bool mode_is(const char *modes, const char *mode)
{
	const char *open = strchr(modes, '(');
	size_t len = strlen(mode);

	return open && !strncmp(open + 1, mode, len) && open[1 + len] == ')';
}

bool preempts_as_told(const char *version, const char *modes, char *why, size_t bytes)
{
	const char *model = strstr(version, "PREEMPT"), *chosen = "PREEMPT_DYNAMIC";
	size_t len = model ? strcspn(model, " ") : 0;

	if (!model)
		return false;
	if (len != strlen(chosen) || strncmp(model, chosen, len)) {
		snprintf(why, bytes, "this kernel preempts itself (%.*s)", (int)len, model);
		return true;
	}
	if (!modes) {
		snprintf(why, bytes, "whether this kernel preempts itself cannot be seen "
			 "(debugfs: sched/preempt)");
		return true;
	}
	if (mode_is(modes, "none") || mode_is(modes, "voluntary"))
		return false;
	snprintf(why, bytes, "this kernel preempts itself (boot with preempt=voluntary)");
	return true;
}

/* A debugfs that is mounted nowhere. */
static int debugfs_open(void)
{
	int fs = fsopen("debugfs", FSOPEN_CLOEXEC), root = -1;

	if (fs >= 0 && !fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0))
		root = fsmount(fs, FSMOUNT_CLOEXEC, 0);
	if (fs >= 0)
		close(fs);
	return root;
}

/* What can be chosen and what was. Returns whether that can be told. */
static bool modes_read(char *modes, size_t bytes)
{
	int root = debugfs_open(), fd = -1;
	ssize_t n = -1;

	if (root >= 0)
		fd = openat(root, "sched/preempt", O_RDONLY | O_CLOEXEC);
	if (fd >= 0)
		n = read(fd, modes, bytes - 1);
	modes[n > 0 ? n : 0] = 0;
	if (fd >= 0)
		close(fd);
	if (root >= 0)
		close(root);
	return n > 0;
}

bool kernel_preempts(char *why, size_t bytes)
{
	char modes[128];
	struct utsname name;

	if (uname(&name)) {
		snprintf(why, bytes, "uname: %s", strerror(errno));
		return true;
	}
	return preempts_as_told(name.version, modes_read(modes, sizeof(modes)) ? modes : NULL, why,
				bytes);
}
