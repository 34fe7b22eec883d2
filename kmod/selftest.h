/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Self tests: run at load, and a module that fails one refuses to load.
 */
#ifndef OSCOPE_SELFTEST_H
#define OSCOPE_SELFTEST_H

#include "set.h"

struct selftest {
	const char *name;
	int (*run)(void);		/* 0 or a negative errno */
};
SET_DECLARE(selftests, const struct selftest);

#define SELFTEST(fn) \
	static const struct selftest selftest_##fn = { .name = #fn, .run = fn }; \
	SET_ADD(selftests, selftest_##fn)

/* A self test's assertion. */
#define SELFTEST_TRUE(condition) \
	do { \
		if (!(condition)) { \
			pr_debug("self test: %s:%d: %s\n", __FILE__, __LINE__, #condition); \
			return -EINVAL; \
		} \
	} while (0)

/* Runs them all; the first failure's errno. */
int selftests_run(void);

#endif /* OSCOPE_SELFTEST_H */
