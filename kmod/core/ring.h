/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Arithmetic of the rings: head words, laps and slots, the same for both writers and the reader.
 *
 * A writer reserves positions with one atomic add, fills the slots and stores each head word last.
 * It never reads what it wrote, and nothing that a reader can write decides where it writes.
 */
#ifndef OSCOPE_CORE_RING_H
#define OSCOPE_CORE_RING_H

#include "contract.h"

/* Slots that a full ring in drop mode keeps for writers that nest between check and reserve. */
#define OSCOPE_RING_SLACK	64

/* The lap bits of a head word at position pos in a ring of 1 << order slots. */
OSCOPE_CORE __u32 oscope_lap(__u64 pos, __u32 order)
{
	return (__u32)(pos >> order) << OSCOPE_HEAD_LAP_SHIFT;
}

/* A head word but for its lap. */
OSCOPE_CORE __u32 oscope_head(__u32 id, __u32 flags, __u32 slots)
{
	return id | (slots - 1) << OSCOPE_HEAD_LEN_SHIFT | flags << OSCOPE_HEAD_FLAGS_SHIFT;
}

OSCOPE_CORE __u32 oscope_head_id(__u32 head)
{
	return head & OSCOPE_HEAD_ID;
}

OSCOPE_CORE __u32 oscope_head_slots(__u32 head)
{
	return ((head & OSCOPE_HEAD_LEN) >> OSCOPE_HEAD_LEN_SHIFT) + 1;
}

OSCOPE_CORE __u32 oscope_head_flags(__u32 head)
{
	return (head & OSCOPE_HEAD_FLAGS) >> OSCOPE_HEAD_FLAGS_SHIFT;
}

/* Whether a slot says a time: not one that goes on with a record, nor who a task is. */
OSCOPE_CORE int oscope_has_time(__u32 head)
{
	return !(head & OSCOPE_HEAD_CONT) && oscope_head_id(head) != OSCOPE_REC_IDENTITY;
}

/*
 * Whether a writer at head in drop mode must give up, tail being what the reader says. A tail that
 * cannot be (ahead of head, or more than a ring behind) only makes the ring full or empty.
 */
OSCOPE_CORE int oscope_ring_full(__u64 head, __u64 tail, __u32 order)
{
	return head - tail > (1ULL << order) - OSCOPE_RING_SLACK;
}

#endif /* OSCOPE_CORE_RING_H */
