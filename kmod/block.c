// SPDX-License-Identifier: GPL-2.0
/*
 * What one CPU remembers from one switch to the next: the per-CPU variable and its beginning.
 */
#include "block.h"
#include "counters.h"

DEFINE_PER_CPU(struct cpu_block, cpu_blocks);

static void block_clear(struct cpu_block *b)
{
	struct oscope_counters *counters = b->counters;

	memset(b, 0, sizeof(*b));
	b->core.direct_ns = OSCOPE_NS_NONE;
	b->counters = counters;
}

void blocks_clear(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		block_clear(per_cpu_ptr(&cpu_blocks, cpu));
}

void blocks_init(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		per_cpu_ptr(&cpu_blocks, cpu)->counters = counters_of(cpu);
	blocks_clear();
}
