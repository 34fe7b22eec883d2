// SPDX-License-Identifier: GPL-2.0
/*
 * Looking at rings that nobody consumes, all CPUs' records in the order of time.
 */
#include <stdlib.h>
#include <string.h>

#include "../kmod/core/ring.h"
#include "ring_scan.h"
#include "util.h"

int ring_scan_open(struct ring_scan *s, const struct ring_reader *ring)
{
	uint32_t i;

	memset(s, 0, sizeof(*s));
	s->ring = ring;
	s->at = calloc(ring->cpus, sizeof(*s->at));
	if (!s->at)
		return err_sys(-ENOMEM, "watching the rings");
	for (i = 0; i < ring->cpus; i++)
		s->at[i].pos = 1ULL << ring->order;
	return 0;
}

void ring_scan_close(struct ring_scan *s)
{
	free(s->at);
	memset(s, 0, sizeof(*s));
}

/* Whoever writes has passed us: go on at the oldest that is left. */
static bool overtaken(struct ring_scan *s, struct scan_cursor *c, uint64_t head)
{
	uint64_t oldest = head - (1ULL << s->ring->order);

	if (c->pos >= oldest)
		return false;
	s->skipped += oldest - c->pos;
	c->pos = oldest;
	c->gap = true;
	return true;
}

/* The record at the cursor, without what says no time. */
static void cursor_fill(struct ring_scan *s, uint32_t cpu)
{
	const struct oscope_slot *ring = s->ring->data + ((size_t)cpu << s->ring->order);
	const __u64 *head = &s->ring->ctl[cpu].head;
	uint64_t mask = (1ULL << s->ring->order) - 1;
	struct scan_cursor *c = &s->at[cpu];

	while (!c->ready) {
		uint64_t now = __atomic_load_n(head, __ATOMIC_ACQUIRE);
		const struct oscope_slot *slot;
		uint32_t word;

		overtaken(s, c, now);
		slot = &ring[c->pos & mask];
		word = __atomic_load_n(&slot->head, __ATOMIC_ACQUIRE);
		if (c->pos >= now ||
		    (word & OSCOPE_HEAD_LAP) != oscope_lap(c->pos, s->ring->order))
			return;
		c->slot = *slot;
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
		if (overtaken(s, c, __atomic_load_n(head, __ATOMIC_ACQUIRE)))
			continue;
		c->slot.head = word;
		if (oscope_has_time(word))
			c->ready = true;
		else
			c->pos++;
	}
}

/*
 * The CPU of the oldest record; *next_ns: the oldest of any other CPU. UINT32_MAX: none is there.
 */
static uint32_t oldest_cpu(struct ring_scan *s, uint64_t until_ns, uint64_t *next_ns)
{
	uint32_t cpu = UINT32_MAX, i;
	uint64_t first = UINT64_MAX;

	*next_ns = until_ns;
	for (i = 0; i < s->ring->cpus; i++) {
		cursor_fill(s, i);
		if (!s->at[i].ready || s->at[i].slot.ts > until_ns)
			continue;
		if (s->at[i].slot.ts >= first) {
			*next_ns = s->at[i].slot.ts < *next_ns ? s->at[i].slot.ts : *next_ns;
			continue;
		}
		*next_ns = first < *next_ns ? first : *next_ns;
		first = s->at[i].slot.ts;
		cpu = i;
	}
	return cpu;
}

int ring_scan(struct ring_scan *s, uint64_t until_ns,
	      int (*take)(void *arg, uint32_t cpu, const struct oscope_slot *slot, bool gap),
	      void *arg)
{
	uint64_t next_ns;
	uint32_t cpu;
	int err;

	while ((cpu = oldest_cpu(s, until_ns, &next_ns)) != UINT32_MAX) {
		struct scan_cursor *c = &s->at[cpu];

		/* As long as no other CPU has an older one: most often that is a while. */
		while (c->ready && c->slot.ts <= next_ns) {
			bool gap = c->gap || oscope_head_flags(c->slot.head) & OSCOPE_FLAG_GAP;

			err = take(arg, cpu, &c->slot, gap);
			c->gap = false;
			c->ready = false;
			c->pos++;
			if (err)
				return err;
			cursor_fill(s, cpu);
		}
	}
	return 0;
}
