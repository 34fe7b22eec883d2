/* SPDX-License-Identifier: GPL-2.0 */
/* The records of a recording's CPUs, the oldest of all first, in memory of a fixed size. */
#ifndef OSCOPE_REPLAY_MERGE_H
#define OSCOPE_REPLAY_MERGE_H

#include "../kmod/core/switch.h"
#include "trace_file.h"

#define OSCOPE_RECORD_SLOTS	4U	/* of one record, at most: OSCOPE_HEAD_LEN */

/* Where one CPU's records are read next. */
struct merge_cursor {
	const struct oscope_slot *slot, *end;	/* NULL: no more */
	size_t chunk;			/* its next chunk, or TRACE_NO_CHUNK */
	struct oscope_slot *room;	/* where chunks are unpacked */
	struct oscope_cpu state;
	uint64_t lost;			/* as of its latest chunk */
	uint64_t lost_here;		/* of these, those in the window */
	uint64_t missed;		/* of these, those that nobody was told of */
	uint64_t position;		/* of the slot that should come next; 0: any */
	bool gap;			/* something is missing in front of it */
	bool severed;			/* what it goes on with may have begun where nobody read */
};

struct merge {
	const struct trace_reader *file;
	struct merge_cursor *cursor;
	uint32_t cpus;
	uint32_t *heap, n_heap;		/* CPUs that have records left, the oldest at the top */
	struct trace_unpacker *unpacker;
	int err;			/* of a chunk that could not be read: the end */
};

/* 0 or -ENOMEM, a line printed. */
int merge_open(struct merge *m, const struct trace_reader *file);
void merge_close(struct merge *m);

/* Go to the first records. From then on heap[0] is the CPU of the oldest, while there are any. */
void merge_begin(struct merge *m);
void merge_refill(struct merge *m, uint32_t cpu);	/* its next chunk with slots */
/*
 * Move a CPU on by one slot, which the one before may not outlive; once the one at the top has
 * moved, settle.
 */
static inline void merge_next(struct merge *m, uint32_t cpu)
{
	struct merge_cursor *c = &m->cursor[cpu];

	if (++c->slot == c->end)
		merge_refill(m, cpu);
}
/*
 * Copy the record that a CPU is at, and move on past it; slots of one may lie in two chunks.
 * Returns how many there are, OSCOPE_RECORD_SLOTS at most; 0: the rest of them is missing.
 */
uint32_t merge_record(struct merge *m, uint32_t cpu, struct oscope_slot to[OSCOPE_RECORD_SLOTS]);
void merge_settle(struct merge *m);

/* Until when, exclusively, the CPU at the top is the oldest: it need not be settled before. */
uint64_t merge_until(const struct merge *m);

#endif /* OSCOPE_REPLAY_MERGE_H */
