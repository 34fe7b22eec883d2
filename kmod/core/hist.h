/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Log-linear histograms: which bucket a value belongs to, and what a bucket stands for.
 *
 * Pure functions on plain structs; the relative error of a bucket's midpoint is at most
 * 1 / (2 * OSCOPE_HIST_SUB) = 1.6 %.
 */
#ifndef OSCOPE_CORE_HIST_H
#define OSCOPE_CORE_HIST_H

#include "contract.h"

/* Position of the highest set bit of v > 0. BPF has no instruction for it. */
OSCOPE_CORE __u32 oscope_log2(__u64 v)
{
#if defined(__bpf__)
	__u32 n = 0;

	if (oscope_seldom(v >> 32)) {
		n = 32;
		v >>= 32;
	}
	if (v >> 16) {
		n += 16;
		v >>= 16;
	}
	if (v >> 8) {
		n += 8;
		v >>= 8;
	}
	if (v >> 4) {
		n += 4;
		v >>= 4;
	}
	if (v >> 2) {
		n += 2;
		v >>= 2;
	}
	return n + (__u32)(v >> 1);
#else
	return 63 - __builtin_clzll(v);
#endif
}

/* The bucket of v; always below OSCOPE_HIST_BUCKETS. */
OSCOPE_CORE __u32 oscope_hist_index(__u64 v)
{
	__u32 bits, index;

	if (v < OSCOPE_HIST_SUB)
		return v;
	bits = oscope_log2(v) - OSCOPE_HIST_SUB_BITS;
	index = (bits << OSCOPE_HIST_SUB_BITS) + (__u32)(v >> bits);
	return index < OSCOPE_HIST_BUCKETS ? index : OSCOPE_HIST_BUCKETS - 1;
}

/* The lowest value of bucket index. */
OSCOPE_CORE __u64 oscope_hist_low(__u32 index)
{
	__u32 bits;

	if (index < 2 * OSCOPE_HIST_SUB)
		return index;
	bits = (index >> OSCOPE_HIST_SUB_BITS) - 1;
	return (__u64)(index - (bits << OSCOPE_HIST_SUB_BITS)) << bits;
}

/* The value that stands for bucket index: its midpoint. */
OSCOPE_CORE __u64 oscope_hist_mid(__u32 index)
{
	__u64 low = oscope_hist_low(index);

	return low + (oscope_hist_low(index + 1) - low) / 2;
}

/* Record v. One writer a histogram at a time. */
OSCOPE_CORE void oscope_hist_add(struct oscope_hist *h, __u64 v)
{
	__u32 index = oscope_hist_index(v);

#if defined(__bpf__)
	/* The verifier loses the bound; the compiler must not know that this test never fails. */
	asm volatile("" : "+r"(index));
	if (index >= OSCOPE_HIST_BUCKETS)
		return;
#endif
	oscope_add(&h->bucket[index], 1);
	oscope_add(&h->sum, v);
	if (oscope_seldom(h->min_plus1 - 1 > v))
		oscope_put(&h->min_plus1, v + 1);
	if (oscope_seldom(v > h->max))
		oscope_put(&h->max, v);
}

#endif /* OSCOPE_CORE_HIST_H */
