/* SPDX-License-Identifier: GPL-2.0 */
/* How the address sanitizer of the fuzzers is set; ASAN_OPTIONS in the environment wins. */
#ifndef FUZZ_SANITIZER_H
#define FUZZ_SANITIZER_H

#include "blocks.h"
#include "compares.h"

const char *__asan_default_options(void);

/*
 * What was freed is kept from use as long as one input lasts, not 256 MB long: that would have each
 * allocation in memory that was never touched before, where the kernel's page faults are half of
 * the time. Stacks of allocations are as deep as what calls them here.
 */
const char *__asan_default_options(void)
{
	return "quarantine_size_mb=2:malloc_context_size=6";
}

#endif /* FUZZ_SANITIZER_H */
