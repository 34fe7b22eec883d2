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

/*
 * Write a counter, which others read without a lock: its one writer stores it as a whole. On 32
 * bits a plain store would be two, and who reads between them would see it go back.
 */
OSCOPE_CORE void oscope_put(__u64 *word, __u64 value)
{
#if __SIZEOF_POINTER__ == 8
	*word = value;
#else
	__atomic_store_n(word, value, __ATOMIC_RELAXED);
#endif
}

OSCOPE_CORE void oscope_add(__u64 *word, __u64 n)
{
	oscope_put(word, *word + n);
}

/*
 * An index that is tested before it is used: 64 bits wide and of unknown origin, so that compilers
 * keep it in one register, where the verifier of older kernels (6.1) remembers the test.
 */
OSCOPE_CORE __u64 oscope_index(__u64 i)
{
	__asm__ volatile("" : "+r"(i));
	return i;
}

/*
 * The same number, of which the verifier of BPF knows nothing any more: else it follows each value
 * that it can have through all that comes after, which is a multiple of the work, and may be more
 * than it does. any: a number that it never knew.
 */
OSCOPE_CORE __u64 oscope_forget(__u64 number, __u64 any)
{
#ifdef __bpf__
	__asm__ volatile("%0 ^= %1; %0 ^= %1" : "+r"(number) : "r"(any));
#else
	(void)any;
#endif
	return number;
}

/* One access, for words that another CPU may read or write at the same time. */
#define oscope_once(word)	(*(volatile __typeof__(word) *)&(word))

/* OSCOPE_WAKE_* of a preempt_count, include/linux/preempt.h; the same since 3.13. */
OSCOPE_CORE __u32 oscope_wake_context(__u32 preempt_count)
{
	if (preempt_count & 0x00ff0000U)	/* a hard interrupt, or an NMI */
		return OSCOPE_WAKE_HARDIRQ;
	return preempt_count & 0x00000100U ? OSCOPE_WAKE_SOFTIRQ : 0;
}

/* The `from` of a pair of waker and woken. */
OSCOPE_CORE __u32 oscope_waker(__u32 tid, __u32 wake_flags)
{
	if (wake_flags & OSCOPE_WAKE_HARDIRQ)
		return OSCOPE_WAKER_HARDIRQ;
	return (tid & OSCOPE_WAKER_TID) |
	       (wake_flags & OSCOPE_WAKE_SOFTIRQ ? OSCOPE_WAKER_SOFTIRQ : 0);
}

#if !defined(__KERNEL__) && !defined(__bpf__)
/* Read a counter that is mapped, and written meanwhile: as a whole on 32 bits, too. */
OSCOPE_CORE __u64 oscope_load(const __u64 *word)
{
	return __atomic_load_n(word, __ATOMIC_RELAXED);
}
#endif

#define OSCOPE_ASSERT_SIZE(what, bytes) \
	_Static_assert(sizeof(what) == (bytes), #what " has changed its size: raise OSCOPE_ABI")

OSCOPE_ASSERT_SIZE(struct oscope_slot, 24);
OSCOPE_ASSERT_SIZE(struct oscope_identity, 48);
OSCOPE_ASSERT_SIZE(struct oscope_hist, 24 + 8 * OSCOPE_HIST_BUCKETS);
OSCOPE_ASSERT_SIZE(struct oscope_counters,
		   8 * 32 + (10 + OSCOPE_PLACES) * sizeof(struct oscope_hist));
OSCOPE_ASSERT_SIZE(struct oscope_task, 128);
OSCOPE_ASSERT_SIZE(struct oscope_ledger, 96 + 8 * OSCOPE_MOVES + 2 * 48 + 16 * OSCOPE_REASONS_ROOM);
OSCOPE_ASSERT_SIZE(struct oscope_ended, 16 * 8 + sizeof(struct oscope_ledger));
OSCOPE_ASSERT_SIZE(struct oscope_pair, 16);
OSCOPE_ASSERT_SIZE(struct oscope_ring_ctl, 64);
OSCOPE_ASSERT_SIZE(struct oscope_ring_tail, 64);
OSCOPE_ASSERT_SIZE(struct oscope_area_info, 24);
OSCOPE_ASSERT_SIZE(struct oscope_info, 56 + 24 * OSCOPE_AREAS);
OSCOPE_ASSERT_SIZE(struct oscope_file_header, 64 + 88);
OSCOPE_ASSERT_SIZE(struct oscope_chunk, 32);
OSCOPE_ASSERT_SIZE(struct oscope_chunk_end, 24);

_Static_assert((int)OSCOPE_REASONS <= OSCOPE_REASONS_ROOM, "a ledger has no room for that reason");
_Static_assert(__builtin_offsetof(struct oscope_slot, head) == 8, "the commit word has moved");
_Static_assert(__builtin_offsetof(struct oscope_identity, head) == 8, "the commit word has moved");
_Static_assert(__builtin_offsetof(struct oscope_identity, head2) == 24 + 8,
	       "the second commit word has moved");

#endif /* OSCOPE_CORE_CONTRACT_H */
