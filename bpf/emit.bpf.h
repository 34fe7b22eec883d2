/* SPDX-License-Identifier: GPL-2.0 */
/*
 * BPF side: the ring writer. Layout and rules: kmod/uapi/oscope.h and kmod/core/ring.h.
 *
 * Reserve with one atomic add, fill, store the head word last. For programs that cannot be
 * preempted only; interrupts may nest a second writer at any point, it gets later slots.
 */
#ifndef OSCOPE_EMIT_BPF_H
#define OSCOPE_EMIT_BPF_H

#include "shared.bpf.h"

/*
 * Reserve n slots; returns the first position, 0 if the record is refused (and counted). The flags
 * of the first record after that say so; NULL leaves it to the next.
 */
static __always_inline __u64 ring_reserve(__u32 cpu, __u32 n, __u32 *flags)
{
	struct oscope_ring_ctl *ctl = bpf_map_lookup_elem(&ring_ctl, &cpu);
	struct oscope_ring_tail *tail;

	if (!ctl)
		return 0;
	if (config.ring_drop) {
		tail = bpf_map_lookup_elem(&ring_tail, &cpu);
		if (!tail || oscope_ring_full(*(volatile __u64 *)&ctl->head,
					      *(volatile __u64 *)&tail->tail, config.ring_order)) {
			__sync_fetch_and_add(&ctl->dropped, 1);
			ctl->gap = 1;
			return 0;
		}
		if (flags && ctl->gap) {
			ctl->gap = 0;
			*flags |= OSCOPE_FLAG_GAP;
		}
	}
	if (n > 1)
		__sync_fetch_and_add(&ctl->cont, n - 1);
	return __sync_fetch_and_add(&ctl->head, n);
}

static __always_inline struct oscope_slot *ring_slot(__u32 cpu, __u64 pos)
{
	__u32 key = (cpu << config.ring_order) + ((__u32)pos & ((1U << config.ring_order) - 1));

	return bpf_map_lookup_elem(&ring_data, &key);
}

/* Write a record of one slot. */
static __always_inline void emit(__u32 id, __u32 flags, __u64 ts, __u32 w0, __u32 w1, __u32 w2)
{
	__u32 cpu = bpf_get_smp_processor_id();
	__u64 pos = ring_reserve(cpu, 1, &flags);
	struct oscope_slot *slot;

	if (!pos)
		return;
	slot = ring_slot(cpu, pos);
	if (!slot)
		return;
	slot->ts = ts;
	slot->w[0] = w0;
	slot->w[1] = w1;
	slot->w[2] = w2;
	store_last(&slot->head, oscope_head(id, flags, 1) | oscope_lap(pos, config.ring_order));
}

static __always_inline void identity_fill(struct oscope_identity *id, struct task_struct *p,
					  const char *comm)
{
	__builtin_memset(id, 0, sizeof(*id));
	id->start_ns = p->start_time;
	id->tid = p->pid;
	id->tgid = p->tgid;
	id->ptid = p->real_parent->tgid;
	__builtin_memcpy(id->comm_lo, comm, 8);
	__builtin_memcpy(id->comm_hi, comm + 8, 8);
	id->flags = p->flags & PF_KTHREAD ? OSCOPE_TASK_KTHREAD : 0;
}

/* Say who p is, flags OSCOPE_IDENTITY_*: two slots, which need not be neighbours in memory. */
static __always_inline void emit_identity(struct task_struct *p, const char *comm, __u32 flags)
{
	__u32 head = oscope_head(OSCOPE_REC_IDENTITY, flags, 2);
	__u32 cpu = bpf_get_smp_processor_id();
	__u64 pos = ring_reserve(cpu, 2, NULL);
	struct oscope_slot *a, *b;
	struct oscope_identity id;

	if (!pos)
		return;
	a = ring_slot(cpu, pos);
	b = ring_slot(cpu, pos + 1);
	if (!a || !b)
		return;
	identity_fill(&id, p, comm);
	a->ts = id.start_ns;
	a->w[0] = id.tid;
	a->w[1] = id.tgid;
	a->w[2] = id.ptid;
	__builtin_memcpy(&b->ts, id.comm_lo, 8);
	__builtin_memcpy(&b->w[0], id.comm_hi, 8);
	b->w[2] = id.flags;
	store_last(&a->head, head | oscope_lap(pos, config.ring_order));
	store_last(&b->head, head | OSCOPE_HEAD_CONT | oscope_lap(pos + 1, config.ring_order));
}

#endif /* OSCOPE_EMIT_BPF_H */
