// SPDX-License-Identifier: GPL-2.0
/* Whether a kernel preempts itself, by what it says of itself. */
#include <string.h>

#include "kselftest_harness.h"

#include "preempt.h"

static const struct {
	const char *version, *modes;
	bool preempts;
	const char *why;		/* a word of it */
} told[] = {
	{ "#1 SMP Debian 5.10.46-4", NULL, false, "" },
	{ "#1 SMP PREEMPT Tue", NULL, true, "(PREEMPT)" },
	{ "#1 SMP PREEMPT", NULL, true, "(PREEMPT)" },
	{ "#1 SMP PREEMPT_RT Debian", NULL, true, "(PREEMPT_RT)" },
	{ "#1 SMP PREEMPT_RT Debian", "none (voluntary) full\n", true, "(PREEMPT_RT)" },
	{ "#1 SMP PREEMPT_DYNAMIC Debian 6.1.1", "none (voluntary) full \n", false, "" },
	{ "#1 SMP PREEMPT_DYNAMIC Debian 6.1.1", "(none) voluntary full \n", false, "" },
	{ "#1 SMP PREEMPT_DYNAMIC Debian 6.1.1", "none voluntary (full) \n", true, "boot with" },
	{ "#1 SMP PREEMPT_DYNAMIC Debian 6.13", "none voluntary full (lazy)\n", true, "boot with" },
	{ "#1 SMP PREEMPT_DYNAMIC", "(undefined) none voluntary\n", true, "boot with" },
	{ "#1 SMP PREEMPT_DYNAMIC", "", true, "boot with" },
	{ "#1 SMP PREEMPT_DYNAMIC", NULL, true, "debugfs" },
};

TEST(as_told)
{
	char why[160];
	size_t i;

	for (i = 0; i < sizeof(told) / sizeof(*told); i++) {
		why[0] = 0;
		EXPECT_EQ(preempts_as_told(told[i].version, told[i].modes, why, sizeof(why)),
			  told[i].preempts) {
			TH_LOG("%s, %s", told[i].version, told[i].modes ? : "-");
		}
		EXPECT_NE(strstr(why, told[i].why), NULL) {
			TH_LOG("%s: %s", told[i].version, why);
		}
	}
}

TEST_HARNESS_MAIN
