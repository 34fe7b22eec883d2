// SPDX-License-Identifier: GPL-2.0
/*
 * The PID namespace that we are in, and who is there.
 */
#include <errno.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "pidns.h"

/* The first one's never changes (include/linux/proc_ns.h). */
#define PID_INIT_INO	0xeffffffcU

uint32_t pid_ns_inode(void)
{
	struct stat st;

	if (stat("/proc/self/ns/pid", &st) || st.st_ino == PID_INIT_INO)
		return 0;
	return st.st_ino;
}

bool task_exists(pid_t tid)
{
	return getpgid(tid) >= 0 || errno != ESRCH;
}

/* A thread that leads no process has no pidfd. Too many open files tell nothing of it. */
bool process_exists(pid_t pid)
{
	int fd = syscall(SYS_pidfd_open, pid, 0);

	if (fd < 0)
		return errno != EINVAL && errno != ENOENT && errno != ESRCH;
	close(fd);
	return true;
}
