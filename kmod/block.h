/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What one CPU remembers from one switch to the next.
 */
#ifndef OSCOPE_BLOCK_H
#define OSCOPE_BLOCK_H

#include <linux/percpu.h>
#include <linux/timekeeping.h>
#include "core/switch.h"

struct task_node;

/*
 * Written by its own CPU with interrupts off, or while the hooks that write it are off.
 * `curr` is who came to the CPU last, so that its state needs no second look-up when it leaves.
 */
struct cpu_block {
	struct oscope_cpu core;
	struct oscope_counters *counters;
	struct task_struct *curr;	/* compared, never dereferenced; NULL: not known yet */
	struct task_node *curr_node;
	unsigned long curr_nivcsw;	/* the kernel's count when it came */
	u32 last_tree;			/* id of the tree that the last counted switch belongs to */
} ____cacheline_aligned;

DECLARE_PER_CPU(struct cpu_block, cpu_blocks);

/* The clock of every record: CLOCK_MONOTONIC in ns, the same as bpf_ktime_get_ns(). Any context. */
static __always_inline u64 clock_ns(void)
{
	return ktime_get_mono_fast_ns();
}

/* Forget everything between switches, of all CPUs. Only while switches are not counted. */
void blocks_clear(void);

/* Give each possible CPU its counters. */
void blocks_init(void);

#endif /* OSCOPE_BLOCK_H */
