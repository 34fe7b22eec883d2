/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The rings: one a CPU, written by the probes, mapped or read by one reader at a time.
 * Layout and rules: uapi/oscope.h and core/ring.h.
 */
#ifndef OSCOPE_RING_H
#define OSCOPE_RING_H

#include <linux/irq_work.h>
#include <linux/wait.h>
#include <asm/local64.h>
#include "core/ring.h"

struct task_struct;

struct event_ring {
	u32 order;			/* log2 of slots a CPU */
	u32 watermark_order;		/* readers are woken when so many slots have come */
	bool drop;
	const void *trees_owner;	/* ARGS of tasks in its trees only; NULL: of all */
	bool stopped;			/* nothing is written any more */
	u64 records;			/* bit set of record ids wanted */
	u64 start_ns, start_realtime_ns;
	struct oscope_ring_ctl *ctl;
	struct oscope_slot *data;
	struct oscope_ring_tail *tail;
	wait_queue_head_t *readers;
	struct irq_work wake;
};

/* What the probes write to, NULL: nobody records. */
extern struct event_ring *ring_active;

/* The ring if it wants records of this id. Inside a probe. */
static __always_inline struct event_ring *ring_wants(u32 id)
{
	struct event_ring *r = READ_ONCE(ring_active);

	return unlikely(r) && r->records >> id & 1 ? r : NULL;
}

/* Write a record of one slot to this CPU's ring. Preemption off; may nest in itself. */
void ring_emit(struct event_ring *r, u32 id, u32 flags, u64 ts, u32 w0, u32 w1, u32 w2);

/*
 * Say who p is, with flags OSCOPE_IDENTITY_*. comm: its name, or the one it will have. Preemption
 * off.
 */
void ring_emit_identity(struct event_ring *r, const struct task_struct *p, const char *comm,
			u32 identity_flags);

/* Say who everybody is. Task context. */
void ring_emit_everybody(struct event_ring *r);

/*
 * Make a ring. Readers are woken through `readers`, which must live as long; `owner` is whose trees
 * OSCOPE_RING_TREES is about. ERR_PTR(-EINVAL) for a setup that cannot be, -ENOMEM.
 */
struct event_ring *ring_alloc(const struct oscope_ring_setup *setup, const void *owner,
			      wait_queue_head_t *readers);

/* Records will be missing now: tell who reads, on each CPU, with the next one. Task context. */
void ring_gap(void);

/* Let the probes write to r. -EBUSY if they write to another. Task context. */
int ring_start(struct event_ring *r);

/* The probes write no more to r when this returns. Task context. */
void ring_stop(struct event_ring *r);

/* Stops it first if need be. */
void ring_free(struct event_ring *r);

/* Whether a reader waiting for r should look now. */
bool ring_readable(const struct event_ring *r);

/* Records refused by all rings since the load. */
u64 ring_dropped_total(void);

size_t ring_ctl_bytes(void);
size_t ring_tail_bytes(void);
size_t ring_data_bytes(const struct event_ring *r);

#endif /* OSCOPE_RING_H */
