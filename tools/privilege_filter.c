// SPDX-License-Identifier: GPL-2.0
/*
 * The filter of system calls: what is not in these tables fails with EPERM from then on.
 */
#include <asm/termbits.h>
#include <asm/ioctls.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#include "../kmod/uapi/oscope.h"
#include "privilege_filter.h"
#include "util.h"

/* One system call, allowed if the argument, under the mask, is the value; mask 0: in any case. */
struct allowed {
	int nr;
	unsigned int arg;
	uint64_t mask, value;
};

#define ANY(name)			{ SCMP_SYS(name), 0, 0, 0 }
#define ONLY(name, arg, mask, value)	{ SCMP_SYS(name), arg, mask, value }
#define IOCTL(request)			ONLY(ioctl, 1, UINT32_MAX, request)

/* Memory of its own, what is open, time, the end. */
static const struct allowed reading[] = {
	ANY(read), ANY(write), ANY(writev), ANY(lseek), ANY(close), ANY(fstat),
	ONLY(newfstatat, 3, UINT32_MAX, AT_EMPTY_PATH),
	ONLY(mmap, 2, PROT_EXEC, 0), ONLY(mprotect, 2, PROT_EXEC, 0),
	ANY(munmap), ANY(mremap), ANY(brk), ANY(madvise), ANY(futex), ANY(getrandom),
	ANY(clock_gettime), ANY(sysinfo), ANY(uname), ANY(getpid), ANY(gettid),
	/* Not those that write to a terminal, as TIOCSTI does. */
	IOCTL(TCGETS), IOCTL(TCGETS2), IOCTL(TIOCGWINSZ),
	ANY(poll), ANY(ppoll), ANY(restart_syscall),
	ANY(rt_sigprocmask), ANY(rt_sigaction), ANY(rt_sigreturn), ANY(tgkill),
	ANY(exit), ANY(exit_group),
};

/* Files for reading; counters; the load or the program; the name of the output. */
static const struct allowed running[] = {
	ONLY(openat, 2, O_ACCMODE | O_CREAT | O_TRUNC, O_RDONLY),
	ANY(newfstatat), ANY(statx), ANY(access), ANY(faccessat), ANY(faccessat2), ANY(readlink),
	ANY(readlinkat), ANY(getdents64), ANY(pread64),
	ONLY(bpf, 0, UINT32_MAX, BPF_OBJ_GET_INFO_BY_FD),
	IOCTL(PERF_EVENT_IOC_DISABLE), IOCTL(OSCOPE_IOC_INFO), IOCTL(OSCOPE_IOC_RING_STOP),
	IOCTL(OSCOPE_IOC_TREE_READ),
	ANY(clock_nanosleep), ANY(nanosleep), ANY(sched_yield), ANY(getppid), ANY(geteuid),
	ANY(getrusage),
	ANY(sched_setaffinity), ANY(sched_getaffinity), ANY(getcpu),
	ANY(wait4), ANY(waitid), ANY(kill), ANY(pidfd_send_signal), ANY(pipe2),
	ONLY(fcntl, 1, UINT32_MAX, F_GETFL), ONLY(fcntl, 1, UINT32_MAX, F_SETFL),
	ONLY(fcntl, 1, UINT32_MAX, F_SETOWN), ONLY(fcntl, 1, UINT32_MAX, F_SETSIG),
	ANY(linkat), ANY(rename), ANY(renameat), ANY(renameat2), ANY(unlink), ANY(unlinkat),
};

static int allow(scmp_filter_ctx filter, const struct allowed *table, size_t n)
{
	int err = 0;
	size_t i;

	for (i = 0; i < n && !err; i++) {
		const struct allowed *a = &table[i];

		err = a->mask ? seccomp_rule_add(filter, SCMP_ACT_ALLOW, a->nr, 1,
						 SCMP_CMP(a->arg, SCMP_CMP_MASKED_EQ, a->mask,
							  a->value)) :
				seccomp_rule_add(filter, SCMP_ACT_ALLOW, a->nr, 0);
	}
	return err;
}

bool privilege_can_filter(void)
{
	/* seccomp(2): a kernel that has filters looks for one at NULL. */
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, NULL) < 0 && errno == EFAULT;
}

int filter_load(enum privilege_left left)
{
	scmp_filter_ctx filter;
	wchar_t wide;
	int err;

	/* A character set of its own is a library that the C library loads at its first use. */
	if (mbtowc(&wide, "a", 1) < 0)
		return -EILSEQ;
	filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	if (!filter)
		return -ENOMEM;
	/* A tracer shall not get slower by it: what it reads is the kernel's and its own. */
	err = left == LEFT_RUN ? seccomp_attr_set(filter, SCMP_FLTATR_CTL_SSB, 1) : 0;
	if (!err)
		err = allow(filter, reading, ARRAY_SIZE(reading));
	if (!err && left == LEFT_RUN)
		err = allow(filter, running, ARRAY_SIZE(running));
	if (!err)
		err = seccomp_load(filter);
	seccomp_release(filter);
	return err;
}
