// SPDX-License-Identifier: GPL-2.0
/*
 * A known workload: N processes with a copy of a memory of so many MiB, one after the other. Each
 * waits until its maker has written to so many pages, writes to so many pages itself, and ends.
 *
 * usage: copies N MIB MAKER_PAGES CHILD_PAGES [huge|small|twins|late]
 *
 * huge: pages as large as there are; small: none of these, from the program's start; twins: two at
 * a time, the second made when the maker has written after the first; late: the maker writes when
 * the child has ended.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define HUGE	(2UL << 20)

static char *memory;
static size_t page, maker_pages, child_pages;

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static void write_pages(size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		((volatile char *)memory)[i * page] = 1;
}

/* Aligned, so that its page tables are those of its size; each page is written once. */
static void memory_make(size_t mib, int huge)
{
	size_t bytes = mib << 20;

	if (!bytes)
		return;
	memory = mmap(NULL, bytes + HUGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		      0);
	if (memory == MAP_FAILED)
		fail("mmap");
	memory = (char *)(((uintptr_t)memory + HUGE - 1) & ~(HUGE - 1));
	if (huge && madvise(memory, bytes, MADV_HUGEPAGE))
		fail("madvise");
	write_pages(bytes / page);
}

/* A child that goes on when the other end of the pipe is closed. */
static pid_t child_make(int end[2])
{
	pid_t pid;
	char c;

	if (pipe(end))
		fail("pipe");
	pid = fork();
	if (pid < 0)
		fail("fork");
	if (pid) {
		close(end[0]);
		return pid;
	}
	close(end[1]);
	if (read(end[0], &c, 1))
		_exit(1);
	write_pages(child_pages);
	_exit(0);
}

static void child_end(pid_t pid, int end[2])
{
	close(end[1]);
	if (waitpid(pid, NULL, 0) != pid)
		fail("waitpid");
}

/* The younger goes first: it holds the older one's end of the pipe, too. */
static void copies_make(const char *how)
{
	int end[2], other_end[2], late = !strcmp(how, "late");
	pid_t pid = child_make(end), other = 0;

	if (!late)
		write_pages(maker_pages);
	if (!strcmp(how, "twins")) {
		other = child_make(other_end);
		write_pages(maker_pages);
		child_end(other, other_end);
	}
	child_end(pid, end);
	if (late)
		write_pages(maker_pages);
}

int main(int argc, char **argv)
{
	const char *how = argc > 5 ? argv[5] : "";
	size_t n, i;

	if (argc < 5)
		return 1;
	if (!strcmp(how, "small") && !prctl(PR_GET_THP_DISABLE, 0, 0, 0, 0)) {
		if (prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0))
			fail("prctl");
		execv("/proc/self/exe", argv);
		fail("exec");
	}
	page = sysconf(_SC_PAGESIZE);
	n = atoi(argv[1]);
	maker_pages = atoi(argv[3]);
	child_pages = atoi(argv[4]);
	memory_make(atoi(argv[2]), !strcmp(how, "huge"));
	for (i = 0; i < n; i++)
		copies_make(how);
	return n < 1;
}
