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
	__uint(map_flags, BPF_F_MMAPABLE);
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

/* Who is making a task: tid to what is known so far. */
SHARED struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct spawning);
} spawning SEC(".maps");

/* Of those who passed the filter when they ended, until they are gone: tid to start in ns. */
SHARED struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} dying SEC(".maps");

SHARED struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct oscope_task);
} rows SEC(".maps");

/* Beside the rows, one each. */
SHARED struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct oscope_ledger);
} ledgers SEC(".maps");

/* Rows of tasks that are gone, see rows.bpf.c; as many cells as rows. */
SHARED struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} ended_rows SEC(".maps");

SHARED struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct oscope_ended);
} ended SEC(".maps");

/* Tasks that have left for good and are zombies, by tid. */
SHARED struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct zombie_row);
} zombie_rows SEC(".maps");

/* Beside the rows: who has woken a task that was queued still, see OSCOPE_WHY_QUEUED. */
SHARED struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} queued_wakers SEC(".maps");

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

/* What calibration measures. */
SHARED struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct oscope_hist);
} calibration SEC(".maps");

#define barrier()	asm volatile("" ::: "memory")

/* Store a word after everything else. x86 keeps stores in order; elsewhere xchg does. */
static __always_inline void store_last(__u32 *word, __u32 value)
{
#if defined(__TARGET_ARCH_x86)
	barrier();
	*(volatile __u32 *)word = value;
#else
	__sync_lock_test_and_set(word, value);
#endif
}

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
