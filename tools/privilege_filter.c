// SPDX-License-Identifier: GPL-2.0
/*
 * The filter of system calls: what is not in these tables fails with EPERM from then on.
 *
 * Written by hand: libseccomp 2.5.4 builds its filter on the heap, and when an allocation fails
 * there it crashes, or loads another filter than the one asked for (T29 in tests/trust).
 */
#include <asm/termbits.h>
#include <asm/ioctls.h>
#include <endian.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/bpf.h>
#include <linux/filter.h>
#include <linux/perf_event.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../kmod/uapi/oscope.h"
#include "privilege_filter.h"
#include "util.h"

/* 0: a machine whose system calls nobody has looked at is left without a filter. */
#if defined(__x86_64__) && defined(__LP64__)
#define FILTER_ARCH	AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define FILTER_ARCH	AUDIT_ARCH_AARCH64
#else
#define FILTER_ARCH	0
#endif

/* Where an argument's low half is: the kernel takes no more of those that are looked at. */
#define LOW_HALF	(htole32(1) == 1 ? 0 : sizeof(uint32_t))

/* One system call, allowed if the argument, under the mask, is the value; mask 0: in any case. */
struct allowed {
	uint32_t nr;
	uint32_t arg, mask, value;
};

#define ANY(name)			{ SYS_##name, 0, 0, 0 }
#define ONLY(name, arg, mask, value)	{ SYS_##name, arg, mask, value }
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
	ANY(ppoll), ANY(restart_syscall),
#ifdef SYS_poll	/* not on later machines */
	ANY(poll),
#endif
	ANY(rt_sigprocmask), ANY(rt_sigaction), ANY(rt_sigreturn), ANY(tgkill),
	ANY(exit), ANY(exit_group),
};

/* Files for reading; counters; the load or the program; the output's name and its end. */
static const struct allowed running[] = {
	ONLY(openat, 2, O_ACCMODE | O_CREAT | O_TRUNC, O_RDONLY),
	ANY(newfstatat), ANY(statx), ANY(faccessat), ANY(faccessat2), ANY(readlinkat),
	ANY(getdents64), ANY(pread64),
	ONLY(bpf, 0, UINT32_MAX, BPF_OBJ_GET_INFO_BY_FD),
	IOCTL(PERF_EVENT_IOC_DISABLE), IOCTL(OSCOPE_IOC_INFO), IOCTL(OSCOPE_IOC_RING_STOP),
	IOCTL(OSCOPE_IOC_TREE_READ),
	ANY(clock_nanosleep), ANY(nanosleep), ANY(sched_yield), ANY(getppid), ANY(geteuid),
	ANY(getrusage),
	ANY(sched_setaffinity), ANY(sched_getaffinity), ANY(getcpu),
	ANY(wait4), ANY(waitid), ANY(kill), ANY(pidfd_send_signal), ANY(pipe2),
	ONLY(fcntl, 1, UINT32_MAX, F_GETFL), ONLY(fcntl, 1, UINT32_MAX, F_SETFL),
	ONLY(fcntl, 1, UINT32_MAX, F_SETOWN), ONLY(fcntl, 1, UINT32_MAX, F_SETSIG),
	ANY(linkat), ANY(renameat2), ANY(unlinkat), ANY(ftruncate),
#ifdef SYS_rename
	ANY(rename), ANY(unlink), ANY(access), ANY(readlink),
#endif
#ifdef SYS_renameat
	ANY(renameat),
#endif
};

/* A check of the machine, six instructions for each call, the end. */
#define FILTER_MAX	(6 * (ARRAY_SIZE(reading) + ARRAY_SIZE(running)) + 5)

struct filter_text {
	struct sock_filter insn[FILTER_MAX];
	unsigned short n;
};

static void put(struct filter_text *t, uint16_t code, uint32_t k, uint8_t yes, uint8_t no)
{
	t->insn[t->n++] = (struct sock_filter){ .code = code, .jt = yes, .jf = no, .k = k };
}

static void load(struct filter_text *t, size_t at)
{
	put(t, BPF_LD | BPF_W | BPF_ABS, at, 0, 0);
}

/* What is not the number, or has not the argument, goes on behind it, with the number loaded. */
static void allow(struct filter_text *t, const struct allowed *table, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		const struct allowed *a = &table[i];

		put(t, BPF_JMP | BPF_JEQ | BPF_K, a->nr, 0, a->mask ? 5 : 1);
		if (a->mask) {
			load(t, offsetof(struct seccomp_data, args[a->arg]) + LOW_HALF);
			put(t, BPF_ALU | BPF_AND | BPF_K, a->mask, 0, 0);
			put(t, BPF_JMP | BPF_JEQ | BPF_K, a->value, 0, 1);
		}
		put(t, BPF_RET | BPF_K, SECCOMP_RET_ALLOW, 0, 0);
		if (a->mask)
			load(t, offsetof(struct seccomp_data, nr));
	}
}

bool privilege_can_filter(void)
{
	/* seccomp(2): a kernel that has filters looks for one at NULL. */
	return FILTER_ARCH && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, NULL) < 0 &&
	       errno == EFAULT;
}

int filter_load(enum privilege_left left)
{
	/* A tracer shall not get slower by it: what it reads is the kernel's and its own. */
	unsigned int flags = left == LEFT_RUN ? SECCOMP_FILTER_FLAG_SPEC_ALLOW : 0;
	struct filter_text t = { .n = 0 };
	struct sock_fprog program = { .filter = t.insn };
	wchar_t wide;

	/* A character set of its own is a library that the C library loads at its first use. */
	if (mbtowc(&wide, "a", 1) < 0)
		return -EILSEQ;
	load(&t, offsetof(struct seccomp_data, arch));
	put(&t, BPF_JMP | BPF_JEQ | BPF_K, FILTER_ARCH, 1, 0);
	put(&t, BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS, 0, 0);
	load(&t, offsetof(struct seccomp_data, nr));
	allow(&t, reading, ARRAY_SIZE(reading));
	if (left == LEFT_RUN)
		allow(&t, running, ARRAY_SIZE(running));
	put(&t, BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM, 0, 0);
	program.len = t.n;
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program) ? -errno : 0;
}
