// SPDX-License-Identifier: GPL-2.0
/*
 * The records of a recording's CPUs, the oldest of all first.
 */
#include <stdlib.h>
#include <string.h>

#include "../kmod/core/ring.h"
#include "replay_merge.h"
#include "trace_pack.h"
#include "util.h"

int merge_open(struct merge *m, const struct trace_reader *file)
{
	m->file = file;
	m->cpus = file->header.cpus;
	m->cursor = calloc(m->cpus, sizeof(*m->cursor));
	m->heap = calloc(m->cpus, sizeof(*m->heap));
	return m->cursor && m->heap ? 0 : err_sys(-ENOMEM, "reading %s", file->path);
}

void merge_close(struct merge *m)
{
	uint32_t i;

	for (i = 0; m->cursor && i < m->cpus; i++)
		free(m->cursor[i].room);
	free(m->cursor);
	free(m->heap);
	trace_unpacker_free(m->unpacker);
	memset(m, 0, sizeof(*m));
}

/*
 * Without what is before the window and after it. Who is who by then is said before the record that
 * it belongs to. True: the window had not begun where the chunk begins.
 */
static bool cursor_cut(const struct merge *m, struct merge_cursor *c)
{
	uint64_t from = m->file->from_ns, to = m->file->to_ns;
	const struct oscope_slot *slot, *first = c->slot;

	for (slot = c->slot; from && slot < c->end; slot++) {
		if (!oscope_has_time(slot->head))
			continue;
		if (slot->ts >= from)
			break;
		first = slot + 1;
	}
	for (slot = first; to && slot < c->end; slot++) {
		if (oscope_has_time(slot->head) && slot->ts >= to)
			c->end = slot;
	}
	from = first > c->slot;
	c->slot = first;
	return from;
}

/* The next chunk of this CPU: nothing is missing where those that are passed over were. */
static void cursor_chunk(struct merge *m, struct merge_cursor *c)
{
	const struct trace_chunk *chunk = &m->file->chunk[c->chunk];
	struct trace_slots slots = { m->unpacker, c->room };
	uint64_t lost = chunk->head->lost > c->lost ? chunk->head->lost - c->lost : 0;
	bool gap = c->position && chunk->head->position != c->position, cut;

	c->severed |= gap || !c->position || chunk->skip;
	c->chunk = chunk->next;
	c->position = chunk->head->position + chunk->slots;
	c->lost = chunk->head->lost;
	if (chunk->skip)
		return;
	c->slot = trace_slots(m->file, chunk, &slots, &m->err);
	m->unpacker = slots.unpacker;	/* one for all */
	c->room = slots.room;
	if (!c->slot)
		return;
	c->end = c->slot + chunk->slots;
	cut = cursor_cut(m, c);
	/* What goes on with a record whose beginning is missing says no time: it has no place. */
	c->severed |= cut;
	while (c->severed && c->slot < c->end && c->slot->head & OSCOPE_HEAD_CONT)
		c->slot++;
	c->severed &= c->slot == c->end;
	/* What was lost before it was so before the window, too. */
	if (cut)
		return;
	c->gap |= gap;
	c->missed += lost;
	c->lost_here += lost;
}

/* Move to the next slots of this CPU. */
void merge_refill(struct merge *m, uint32_t cpu)
{
	struct merge_cursor *c = &m->cursor[cpu];

	c->slot = NULL;
	c->end = NULL;
	while (c->slot == c->end && c->chunk != TRACE_NO_CHUNK && !m->err)
		cursor_chunk(m, c);
	if (c->slot == c->end || m->err)
		c->slot = NULL;
}

uint32_t merge_record(struct merge *m, uint32_t cpu, struct oscope_slot to[OSCOPE_RECORD_SLOTS])
{
	const struct merge_cursor *c = &m->cursor[cpu];
	uint32_t n = oscope_head_slots(c->slot->head), i;

	for (i = 0; i < n; i++) {
		if (!c->slot || !(c->slot->head & OSCOPE_HEAD_CONT) != !i)
			return 0;
		to[i] = *c->slot;
		merge_next(m, cpu);
	}
	return n;
}

/* Whether a's next record comes before b's; of two at one time the lower CPU's. */
static bool older(const struct merge *m, uint32_t a, uint32_t b)
{
	uint64_t x = m->cursor[a].slot->ts, y = m->cursor[b].slot->ts;

	return x < y || (x == y && a < b);
}

/* Entry i of the heap has a later record than it had: move it down to its place. */
static void heap_sink(struct merge *m, uint32_t i)
{
	uint32_t cpu = m->heap[i], child;

	while ((child = 2 * i + 1) < m->n_heap) {
		if (child + 1 < m->n_heap && older(m, m->heap[child + 1], m->heap[child]))
			child++;
		if (!older(m, m->heap[child], cpu))
			break;
		m->heap[i] = m->heap[child];
		i = child;
	}
	m->heap[i] = cpu;
}

/*
 * A clock that stepped back needs no more than this: a record older than the one before it stays at
 * the top.
 */
void merge_settle(struct merge *m)
{
	if (!m->cursor[m->heap[0]].slot)
		m->heap[0] = m->heap[--m->n_heap];
	if (m->n_heap)
		heap_sink(m, 0);
}

uint64_t merge_until(const struct merge *m)
{
	uint32_t next;

	if (m->n_heap < 2)
		return UINT64_MAX;
	next = m->n_heap > 2 && older(m, m->heap[2], m->heap[1]) ? m->heap[2] : m->heap[1];
	return m->cursor[next].slot->ts + (m->heap[0] < next);
}

void merge_begin(struct merge *m)
{
	uint32_t i;

	for (i = 0; i < m->cpus; i++) {
		m->cursor[i].chunk = m->file->cpu[i].first;
		merge_refill(m, i);
		if (m->cursor[i].slot)
			m->heap[m->n_heap++] = i;
	}
	for (i = m->n_heap / 2; i-- > 0;)
		heap_sink(m, i);
}
