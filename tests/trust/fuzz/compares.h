/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the fuzzer is told of comparisons: linked with --wrap, see t25_hostile.sh.
 *
 * It remembers what was compared, to put that into its inputs. Most comparisons are none of the
 * program's but those of the undefined behaviour sanitizer, once for each pointer: whether it is
 * there, whether it is aligned (its lowest bits are 0), whether it wraps round. They cost a quarter
 * of the time, and drove what may be of use out of the few places that there are.
 */
#ifndef FUZZ_COMPARES_H
#define FUZZ_COMPARES_H

#include <stdint.h>

#define ADDRESS_SHIFT	44	/* above: the same for two addresses of a region, and not 0 */

void __real___sanitizer_cov_trace_const_cmp8(uint64_t constant, uint64_t value);
void __real___sanitizer_cov_trace_cmp8(uint64_t a, uint64_t b);
void __wrap___sanitizer_cov_trace_const_cmp8(uint64_t constant, uint64_t value);
void __wrap___sanitizer_cov_trace_cmp8(uint64_t a, uint64_t b);

/* Both pass on as a jump, so that where the comparison is stays known. */
__attribute__((no_sanitize("all"), no_sanitize("coverage")))
void __wrap___sanitizer_cov_trace_const_cmp8(uint64_t constant, uint64_t value)
{
	if (constant)
		__real___sanitizer_cov_trace_const_cmp8(constant, value);
}

__attribute__((no_sanitize("all"), no_sanitize("coverage")))
void __wrap___sanitizer_cov_trace_cmp8(uint64_t a, uint64_t b)
{
	uint64_t above = a >> ADDRESS_SHIFT;

	if (!above || above != b >> ADDRESS_SHIFT)
		__real___sanitizer_cov_trace_cmp8(a, b);
}

#endif /* FUZZ_COMPARES_H */
