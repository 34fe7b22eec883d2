// SPDX-License-Identifier: GPL-2.0
/*
 * What one CPU remembers from one switch to the next: the per-CPU variable and its beginning.
 */
#include "block.h"
#include "counters.h"

DEFINE_PER_CPU(struct cpu_block, cpu_blocks);

/* The hooks on tasks' lives stay on while this runs and use `counters`. */
static void block_clear(struct cpu_block *b)
{
	memset(&b->core, 0, sizeof(b->core));
	b->core.direct_ns = OSCOPE_NS_NONE;
	b->curr = NULL;
	b->curr_node = NULL;
	b->curr_nivcsw = 0;
	b->last_tree = 0;
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
