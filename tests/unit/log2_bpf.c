// SPDX-License-Identifier: GPL-2.0
/*
 * The probes' branch ladder for log2, which user space never runs otherwise, against the builtin.
 */
#include "kselftest_harness.h"

/* Only the function under test is wanted from the BPF branch. */
#define __bpf__ 1
#include "kmod/core/hist.h"
#undef __bpf__

TEST(ladder_equals_builtin_around_every_power_of_two)
{
	int bit;

	for (bit = 0; bit < 64; bit++) {
		uint64_t v = 1ULL << bit;

		EXPECT_EQ(bit, oscope_log2(v));
		EXPECT_EQ(63 - __builtin_clzll(v | 1), oscope_log2(v | 1));
		if (bit)
			EXPECT_EQ(bit - 1, oscope_log2(v - 1));
	}
}

TEST_HARNESS_MAIN
