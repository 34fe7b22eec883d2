/* SPDX-License-Identifier: GPL-2.0 */
/* Loads by futex: tasks under names of their own that wake each other so often. */
#ifndef FUTEX_H
#define FUTEX_H

#include <errno.h>
#include <error.h>
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORDS	8
#define PAGE	4096UL

struct pattern {
	const char *name;
	int (*run)(void);
};

static _Atomic uint32_t *words;		/* shared with children */
static const char *pattern;
static unsigned int rounds;

static inline void fail(const char *what)
{
	error(1, errno, "%s", what);
}

static inline long futex(_Atomic uint32_t *word, int op, uint32_t value, void *timeout,
		  _Atomic uint32_t *other, uint32_t value3)
{
	return syscall(SYS_futex, word, op, value, timeout, other, value3);
}

/* Until it has woken so many, in one call or several. */
static inline void wake(_Atomic uint32_t *word, int op, long n)
{
	long woken;

	while (n > 0) {
		woken = futex(word, op, n, NULL, NULL, FUTEX_BITSET_MATCH_ANY);
		if (!woken)
			sched_yield();
		n -= woken;
	}
}

static inline void wait_for(_Atomic uint32_t *word, int op)
{
	if (futex(word, op, 0, NULL, NULL, FUTEX_BITSET_MATCH_ANY))
		fail("wait");
}

/* Who it is: in which pattern, since several follow one another in a trace. */
static inline void name_set(const char *name)
{
	char whole[32];

	snprintf(whole, sizeof(whole), "%.10s.%.4s", pattern, name);
	prctl(PR_SET_NAME, whole);
}

static inline pid_t child_make(const char *name)
{
	pid_t pid = fork();

	if (pid < 0)
		fail("fork");
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);	/* it waits for nobody but its kin */
		name_set(name);
	}
	return pid;
}

static inline int children_wait(void)
{
	int status, bad = 0;

	while (wait(&status) > 0)
		bad |= status;
	return bad ? 1 : 0;
}

/* The one that is asked for; they end with one without a name. */
static inline int pattern_run(const struct pattern *p, int argc, char **argv)
{
	if (argc != 3)
		error(2, 0, "usage: %s PATTERN ROUNDS", argv[0]);
	pattern = argv[1];
	rounds = atoi(argv[2]);
	alarm(100);			/* whoever waits for a wake that is lost */
	words = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (words == MAP_FAILED)
		fail("mmap");
	for (; p->name; p++) {
		if (!strcmp(pattern, p->name))
			return p->run();
	}
	error(2, 0, "no such pattern: %s", pattern);
	return 2;
}

#endif /* FUTEX_H */
