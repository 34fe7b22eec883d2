/* SPDX-License-Identifier: GPL-2.0 */
/*
 * BPF side: the maps and globals that all probes share; defined in shared.bpf.c.
 */
#ifndef OSCOPE_SHARED_BPF_H
#define OSCOPE_SHARED_BPF_H

#include "compat.bpf.h"
#include "config.h"
#include "../kmod/core/switch.h"
#include "../kmod/core/ring.h"

#ifdef OSCOPE_SHARED_BPF_C
#define SHARED
#else
#define SHARED extern
#endif

extern const volatile struct probe_config config;
extern struct probe_globals globals;

/* Counters and state of one CPU; the array is mapped by the tools, indexed by CPU. */
struct cpu_block {
	struct oscope_counters counters;
	struct oscope_cpu cpu;
	__u64 pad[12];			/* keep CPUs off each other's cache lines */
};

/* State of one task. 32 bytes: two a cache line. */
struct task_state {
	struct oscope_wait_state wait;
	__u32 tid;			/* owner of this entry, 0: free */
	__u32 flags;			/* STATE_* */
	__u32 row;			/* index in the task table + 1; 0: none yet */
	__u32 reserved;
};

#define STATE_MEMBER	0x1		/* passes FILTER_MEMBER */
#define STATE_KNOWN	0x2		/* wait.nivcsw is valid */
#define STATE_NO_ROW	0x4		/* asked for a row, the table was full */

SHARED struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct cpu_block);
} cpu_blocks SEC(".maps");

/* Indexed by tid; see state.bpf.h. */
SHARED struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct task_state);
} states SEC(".maps");

SHARED struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct task_state);
} spilled_states SEC(".maps");

SHARED struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, __u32);
	__type(value, __u32);
} wanted SEC(".maps");

SHARED struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct oscope_task);
} rows SEC(".maps");

SHARED struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct oscope_pair);
} pairs SEC(".maps");

SHARED struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct oscope_ring_ctl);
} ring_ctl SEC(".maps");

SHARED struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct oscope_slot);
} ring_data SEC(".maps");

SHARED struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct oscope_ring_tail);
} ring_tail SEC(".maps");

/* The block of the CPU we run on; NULL never happens, the verifier wants the test. */
static __always_inline struct cpu_block *this_block(void)
{
	__u32 cpu = bpf_get_smp_processor_id();

	return bpf_map_lookup_elem(&cpu_blocks, &cpu);
}

static __always_inline bool recording(__u32 id)
{
	return config.records >> id & 1;
}

#endif /* OSCOPE_SHARED_BPF_H */
