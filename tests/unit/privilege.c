// SPDX-License-Identifier: GPL-2.0
/*
 * What is left once privilege is given up: each call below is tried before and after it, in a process
 * of its own. Its arguments make it fail in any case, so that nothing happens where it is not refused:
 * only the error says who refused it.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kselftest_harness.h"

#include "privilege.h"

#define X32_BIT	0x40000000L

enum allowed { NEVER, RUNNING, ALWAYS };

/* One call that fails, but not with EPERM, if it is not refused. */
struct attempt {
	const char *what;
	long nr, arg[6];
	enum allowed allowed;
};

#define PATH	((long)"")	/* there is no such file */

static const struct attempt attempts[] = {
	{ "a file for reading", SYS_openat, { AT_FDCWD, PATH, O_RDONLY }, RUNNING },
	{ "a file for writing", SYS_openat, { AT_FDCWD, PATH, O_WRONLY } },
	{ "a file for both", SYS_openat, { AT_FDCWD, PATH, O_RDWR } },
	{ "a new file", SYS_openat, { AT_FDCWD, PATH, O_RDONLY | O_CREAT, 0600 } },
	{ "a file made empty", SYS_openat, { AT_FDCWD, PATH, O_RDONLY | O_TRUNC } },
	{ "a file by the 32-bit pointers' number", SYS_openat | X32_BIT,
	  { AT_FDCWD, PATH, O_RDONLY } },
	{ "a name for a file", SYS_linkat, { AT_FDCWD, PATH, AT_FDCWD, PATH, 0 }, RUNNING },
	{ "another size of a file", SYS_ftruncate, { -1, 0 }, RUNNING },
	{ "a socket", SYS_socket, { 9999, SOCK_STREAM, 0 } },
	{ "another program", SYS_execve, { PATH, 0, 0 } },
	{ "another program, by a file", SYS_execveat, { -1, PATH, 0, 0, AT_EMPTY_PATH } },
	{ "a child", SYS_clone, { CLONE_THREAD } },
	{ "a child, the new way", SYS_clone3, { 0, 0 } },
	{ "memory to be run", SYS_mmap,
	  { 0, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, -1, 0 } },
	{ "memory", SYS_mmap, { 0, 4096, PROT_READ, MAP_PRIVATE, -1, 0 }, ALWAYS },
	{ "memory made to be run", SYS_mprotect, { 1, 4096, PROT_EXEC } },
	{ "memory made readable", SYS_mprotect, { 1, 4096, PROT_READ }, ALWAYS },
	{ "keys for a terminal", SYS_ioctl, { -1, TIOCSTI, 0 } },
	{ "a terminal's width", SYS_ioctl, { -1, TIOCGWINSZ, 0 }, ALWAYS },
	{ "a BPF program", SYS_bpf, { BPF_PROG_LOAD, 0, 0 } },
	{ "a BPF map", SYS_bpf, { BPF_MAP_CREATE, 0, 0 } },
	{ "a perf event", SYS_perf_event_open, { 0, 0, -1, -1, 0 } },
	{ "another's memory", SYS_process_vm_readv, { 0, 0, 0, 0, 0, -1 } },
	{ "another's execution", SYS_ptrace, { -1, -1, 0, 0 } },
	{ "another's end", SYS_kill, { -1, 9999 }, RUNNING },
	{ "another mount", SYS_mount, { 0, PATH, 0, 0, 0 } },
	{ "another namespace", SYS_setns, { -1, 0 } },
	{ "an option of the process", SYS_prctl, { -1, 0 } },
	{ "an open file's text", SYS_read, { -1, 0, 0 }, ALWAYS },
	{ "text for an open file", SYS_write, { -1, 0, 0 }, ALWAYS },
};

static int error_of(const struct attempt *a)
{
	errno = 0;
	if (syscall(a->nr, a->arg[0], a->arg[1], a->arg[2], a->arg[3], a->arg[4], a->arg[5]) >= 0)
		return 0;
	return errno;
}

static int tried_wrongly(enum privilege_left left)
{
	int wrong = 0;
	size_t i;

	for (i = 0; i < sizeof(attempts) / sizeof(attempts[0]); i++) {
		const struct attempt *a = &attempts[i];
		int allowed = a->allowed == ALWAYS || (a->allowed == RUNNING && left == LEFT_RUN);
		int error = error_of(a);

		if ((error != EPERM) == allowed)
			continue;
		fprintf(stderr, "# %s: %s\n", a->what, strerror(error));
		wrong++;
	}
	return wrong;
}

/* Those that fail with EPERM without a filter, too. Who is not root may be told so at once. */
static int attempts_meaningless(void)
{
	int wrong = 0;
	size_t i;

	for (i = 0; i < sizeof(attempts) / sizeof(attempts[0]) && !geteuid(); i++) {
		int error = error_of(&attempts[i]);

		if (error && error != EPERM)
			continue;
		fprintf(stderr, "# %s, unfiltered: %s\n", attempts[i].what, strerror(error));
		wrong++;
	}
	return wrong;
}

TEST(who_reads_a_recording_can_read_and_write_what_is_open)
{
	ASSERT_TRUE(privilege_can_filter());
	ASSERT_EQ(attempts_meaningless(), 0);
	ASSERT_EQ(privilege_drop(LEFT_READ), 0);
	EXPECT_EQ(tried_wrongly(LEFT_READ), 0);
}

TEST(who_traces_can_open_files_for_reading_too)
{
	ASSERT_TRUE(privilege_can_filter());
	ASSERT_EQ(attempts_meaningless(), 0);
	ASSERT_EQ(privilege_drop(LEFT_RUN), 0);
	EXPECT_EQ(tried_wrongly(LEFT_RUN), 0);
}

#if defined(__x86_64__)
/* The other machine's numbers mean other calls: who uses them is ended. */
TEST_SIGNAL(numbers_of_32_bits_end_the_process, SIGSYS)
{
	long pid;

	ASSERT_EQ(privilege_drop(LEFT_READ), 0);
	asm volatile("int $0x80" : "=a"(pid) : "a"(20L) : "memory");
	EXPECT_LT(pid, 0);
}
#endif

TEST_HARNESS_MAIN
