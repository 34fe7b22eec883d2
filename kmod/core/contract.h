/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The contract with its sizes asserted, and the few words that differ between kernel, BPF and user
 * space. Every file of the accounting core starts here.
 */
#ifndef OSCOPE_CORE_CONTRACT_H
#define OSCOPE_CORE_CONTRACT_H

#include "../uapi/oscope.h"

#define OSCOPE_CORE	static inline __attribute__((always_inline))

/* Whether the left-hand side is seldom true. */
#define oscope_seldom(x)	__builtin_expect(!!(x), 0)

#define OSCOPE_ASSERT_SIZE(what, bytes) \
	_Static_assert(sizeof(what) == (bytes), #what " has changed its size: raise OSCOPE_ABI")

OSCOPE_ASSERT_SIZE(struct oscope_slot, 24);
OSCOPE_ASSERT_SIZE(struct oscope_identity, 48);
OSCOPE_ASSERT_SIZE(struct oscope_hist, 24 + 8 * OSCOPE_HIST_BUCKETS);
OSCOPE_ASSERT_SIZE(struct oscope_counters, 8 * 32 + 10 * sizeof(struct oscope_hist));
OSCOPE_ASSERT_SIZE(struct oscope_task, 128);
OSCOPE_ASSERT_SIZE(struct oscope_pair, 16);
OSCOPE_ASSERT_SIZE(struct oscope_ring_ctl, 64);
OSCOPE_ASSERT_SIZE(struct oscope_ring_tail, 64);
OSCOPE_ASSERT_SIZE(struct oscope_area_info, 24);
OSCOPE_ASSERT_SIZE(struct oscope_info, 40 + 24 * OSCOPE_AREAS);
OSCOPE_ASSERT_SIZE(struct oscope_file_header, 64 + 88);
OSCOPE_ASSERT_SIZE(struct oscope_chunk, 32);
OSCOPE_ASSERT_SIZE(struct oscope_chunk_end, 24);

_Static_assert(__builtin_offsetof(struct oscope_slot, head) == 8, "the commit word has moved");
_Static_assert(__builtin_offsetof(struct oscope_identity, head) == 8, "the commit word has moved");
_Static_assert(__builtin_offsetof(struct oscope_identity, head2) == 24 + 8,
	       "the second commit word has moved");

#endif /* OSCOPE_CORE_CONTRACT_H */
