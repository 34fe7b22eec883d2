// SPDX-License-Identifier: GPL-2.0
/*
 * Preloaded: lets the Nth allocation after the start of main() fail, N from FAIL_ALLOC; counts them
 * into the file FAIL_ALLOC_COUNT. main() begins with setlocale(); what the loader allocates is its own.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

extern void *__libc_malloc(size_t bytes);
extern void *__libc_calloc(size_t n, size_t bytes);
extern void *__libc_realloc(void *p, size_t bytes);

static unsigned long count, fail_at;
static int started, count_fd = -1;

static int fails(void)
{
	if (!started || ++count != fail_at)
		return 0;
	errno = ENOMEM;
	return 1;
}

void *malloc(size_t bytes)
{
	return fails() ? NULL : __libc_malloc(bytes);
}

void *calloc(size_t n, size_t bytes)
{
	return fails() ? NULL : __libc_calloc(n, bytes);
}

void *realloc(void *p, size_t bytes)
{
	return fails() ? NULL : __libc_realloc(p, bytes);
}

char *setlocale(int category, const char *locale)
{
	char *(*real)(int, const char *) = dlsym(RTLD_NEXT, "setlocale");
	const char *at = getenv("FAIL_ALLOC"), *file = getenv("FAIL_ALLOC_COUNT");
	char *was = real(category, locale);

	if (!started && at)
		fail_at = strtoul(at, NULL, 10);
	if (!started && file)
		count_fd = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	started = 1;
	return was;
}

/* By exit() only, so not in processes that are forked for a load, but in a reader of recordings. */
static void __attribute__((destructor)) tell(void)
{
	char line[32];
	int len = snprintf(line, sizeof(line), "%lu\n", count);

	if (count_fd >= 0 && write(count_fd, line, len) != len)
		_exit(1);
}
