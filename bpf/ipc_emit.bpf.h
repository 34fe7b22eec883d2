/* SPDX-License-Identifier: GPL-2.0 */
/*
 * BPF side: records of what communicates, written where it is counted: core/ipc_record.h.
 *
 * The time is that of the record, some hundred ns after the call's end: pairs come before it, and
 * what lies in a ring in the order of time is packed best.
 */
#ifndef OSCOPE_IPC_EMIT_BPF_H
#define OSCOPE_IPC_EMIT_BPF_H

#include "emit.bpf.h"
#include "../kmod/core/ipc_record.h"

static __always_inline void slot_store(__u32 cpu, __u64 pos, const struct oscope_slot *s,
				       __u32 flags)
{
	struct oscope_slot *to = ring_slot(cpu, pos);

	if (!to)
		return;
	to->ts = s->ts;
	to->w[0] = s->w[0];
	to->w[1] = s->w[1];
	to->w[2] = s->w[2];
	store_last(&to->head, s->head | flags << OSCOPE_HEAD_FLAGS_SHIFT |
		   oscope_lap(pos, config.ring_order));
}

/* Write a record of n slots. */
static __always_inline void ipc_emit(const struct oscope_slot s[OSCOPE_IPC_SLOTS], __u32 n)
{
	__u32 cpu = bpf_get_smp_processor_id(), flags = 0;
	__u64 pos = ring_reserve(cpu, n, &flags);

	if (!pos)
		return;
	slot_store(cpu, pos, &s[0], flags);
	if (n > 1)
		slot_store(cpu, pos + 1, &s[1], 0);
	if (n > 2)
		slot_store(cpu, pos + 2, &s[2], 0);
}

static __always_inline void ipc_call_emit(struct oscope_call_told *t)
{
	struct oscope_slot s[OSCOPE_IPC_SLOTS];

	if (!recording(OSCOPE_REC_IPC_CALL))
		return;
	t->ts = bpf_ktime_get_ns();
	ipc_emit(s, oscope_call_pack(s, t));
}

static __always_inline void ipc_pair_emit(struct oscope_pair_told *t)
{
	struct oscope_slot s[OSCOPE_IPC_SLOTS];

	t->ts = bpf_ktime_get_ns();
	ipc_emit(s, oscope_pair_pack(s, t));
}

#endif /* OSCOPE_IPC_EMIT_BPF_H */
