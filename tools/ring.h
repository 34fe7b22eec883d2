/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The reader of rings: one for both producers, since their rings have one layout (uapi/oscope.h).
 */
#ifndef OSCOPE_TOOLS_RING_H
#define OSCOPE_TOOLS_RING_H

#include <stdbool.h>
#include <stdint.h>

#include "../kmod/uapi/oscope.h"

/* Takes n slots of one CPU from position pos on; lost: slots and dropped records before, so far. */
typedef int (*ring_out)(void *arg, uint32_t cpu, uint64_t pos, const struct oscope_slot *slots,
			uint32_t n, uint64_t lost);

struct ring_reader {
	const struct oscope_ring_ctl *ctl;	/* [cpus] */
	const struct oscope_slot *data;		/* [cpus << order] */
	struct oscope_ring_tail *tail;		/* [cpus], the only thing written */
	uint32_t cpus, order;
	uint32_t batch;				/* slots copied at once */
	struct oscope_slot *copy;		/* [batch] */
	struct ring_cursor {
		uint64_t pos;			/* next slot to read */
		uint64_t records;		/* received; continuation slots are not counted */
		uint64_t lost_slots;		/* overwritten before they were read */
	} *at;
};

/* The areas are borrowed and stay mapped until ring_free(). 0 or -ENOMEM, a line printed. */
int ring_init(struct ring_reader *r, const struct oscope_ring_ctl *ctl,
	      const struct oscope_slot *data, struct oscope_ring_tail *tail, uint32_t cpus,
	      uint32_t order);

/* Hand over all that is committed now. 0, or what out() returned. */
int ring_drain(struct ring_reader *r, ring_out out, void *arg);

/*
 * A copy of what a CPU's ring holds, the oldest first, into room for a whole ring: what is
 * committed and has not been overwritten meanwhile. Nothing is consumed. Returns how many slots
 * there are, *slot and *pos: the first one and its position. -EAGAIN: whoever writes has overtaken
 * each of some copies, and there is none.
 */
int ring_copy(const struct ring_reader *r, uint32_t cpu, struct oscope_slot *to,
	      const struct oscope_slot **slot, uint64_t *pos);

/* Records that a CPU's ring has taken; with what is in there that tells how many are not. */
uint64_t ring_written(const struct ring_reader *r, uint32_t cpu);

/* Slots that begin a record. */
uint64_t ring_records(const struct oscope_slot *slots, uint32_t n);

/* Records ever written or refused, all CPUs. */
uint64_t ring_events(const struct ring_reader *r);

/* Records lost, all CPUs: exact once writers have stopped and ring_drain() has run. */
uint64_t ring_lost(const struct ring_reader *r);

void ring_free(struct ring_reader *r);

#endif /* OSCOPE_TOOLS_RING_H */
