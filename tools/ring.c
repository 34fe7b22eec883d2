// SPDX-License-Identifier: GPL-2.0
/*
 * The reader of rings: copies what is committed, then checks that no writer has overtaken the copy.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../kmod/core/ring.h"
#include "ring.h"
#include "util.h"

#define RING_BATCH	4096U
/* Copies that are overtaken begin again, 1/16 of a ring further on, then twice that. */
#define COPY_TRIES	4U
#define COPY_AHEAD	4

int ring_init(struct ring_reader *r, const struct oscope_ring_ctl *ctl,
	      const struct oscope_slot *data, struct oscope_ring_tail *tail, uint32_t cpus,
	      uint32_t order)
{
	uint32_t i;

	memset(r, 0, sizeof(*r));
	r->ctl = ctl;
	r->data = data;
	r->tail = tail;
	r->cpus = cpus;
	r->order = order;
	r->batch = RING_BATCH;
	r->copy = calloc(r->batch, sizeof(*r->copy));
	r->at = calloc(cpus, sizeof(*r->at));
	if (!r->copy || !r->at) {
		ring_free(r);
		return err_sys(-ENOMEM, "ring reader");
	}
	for (i = 0; i < cpus; i++)
		r->at[i].pos = 1ULL << order;
	return 0;
}

static uint64_t head_now(const struct ring_reader *r, uint32_t cpu)
{
	return __atomic_load_n(&r->ctl[cpu].head, __ATOMIC_ACQUIRE);
}

/* The oldest position that a writer at head cannot have overwritten. */
static uint64_t oldest(const struct ring_reader *r, uint64_t head)
{
	return head - (1ULL << r->order);
}

/* Copy committed slots from pos on, up to head and max of them. Returns how many. */
static uint32_t copy_committed(const struct ring_reader *r, uint32_t cpu, uint64_t pos,
			       uint64_t head, struct oscope_slot *to, uint32_t max)
{
	const struct oscope_slot *ring = r->data + ((size_t)cpu << r->order);
	uint64_t mask = (1ULL << r->order) - 1;
	uint32_t n;

	for (n = 0; n < max && pos + n < head; n++) {
		const struct oscope_slot *slot = &ring[(pos + n) & mask];
		uint32_t word = __atomic_load_n(&slot->head, __ATOMIC_ACQUIRE);

		if ((word & OSCOPE_HEAD_LAP) != oscope_lap(pos + n, r->order))
			break;
		to[n] = *slot;
		to[n].head = word;
	}
	return n;
}

uint64_t ring_records(const struct oscope_slot *slots, uint32_t n)
{
	uint64_t records = 0;
	uint32_t i;

	for (i = 0; i < n; i++)
		records += !(slots[i].head & OSCOPE_HEAD_CONT);
	return records;
}

/* One batch of one CPU. Returns how many slots it moved on, or what out() returned. */
static int drain_batch(struct ring_reader *r, uint32_t cpu, ring_out out, void *arg)
{
	struct ring_cursor *at = &r->at[cpu];
	uint64_t head = head_now(r, cpu), skip = 0;
	uint32_t n;
	int err;

	if (at->pos < oldest(r, head)) {
		at->lost_slots += oldest(r, head) - at->pos;
		at->pos = oldest(r, head);
	}
	n = copy_committed(r, cpu, at->pos, head, r->copy, r->batch);
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	head = head_now(r, cpu);
	if (at->pos < oldest(r, head))
		skip = oldest(r, head) - at->pos;
	if (skip > n)
		skip = n;
	at->lost_slots += skip;
	at->pos += skip;
	n -= skip;
	if (!n)
		return skip;
	err = out(arg, cpu, at->pos, r->copy + skip, n,
		  at->lost_slots + __atomic_load_n(&r->ctl[cpu].dropped, __ATOMIC_RELAXED));
	if (err)
		return err;
	at->records += ring_records(r->copy + skip, n);
	at->pos += n;
	__atomic_store_n(&r->tail[cpu].tail, at->pos, __ATOMIC_RELEASE);
	return n;
}

int ring_drain(struct ring_reader *r, ring_out out, void *arg)
{
	uint64_t head;
	uint32_t cpu;
	int n;

	/* No further than now: a writer that is faster than we must not keep us here. */
	for (cpu = 0; cpu < r->cpus; cpu++) {
		head = head_now(r, cpu);
		do {
			n = drain_batch(r, cpu, out, arg);
			if (n < 0)
				return n;
		} while (n >= (int)r->batch && r->at[cpu].pos < head);
	}
	return 0;
}

int ring_copy(const struct ring_reader *r, uint32_t cpu, struct oscope_slot *to,
	      const struct oscope_slot **slot, uint64_t *pos)
{
	uint64_t first = 1ULL << r->order, ahead = 0, left, head;
	uint32_t n, try;

	for (try = 0; try < COPY_TRIES; try++) {
		head = head_now(r, cpu);
		*pos = oldest(r, head) + ahead > first ? oldest(r, head) + ahead : first;
		n = copy_committed(r, cpu, *pos, head, to, 1U << r->order);
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
		left = oldest(r, head_now(r, cpu));
		*slot = to;
		if (left <= *pos)
			return n;
		if (left < *pos + n) {
			n -= left - *pos;
			*slot += left - *pos;
			*pos = left;
			return n;
		}
		ahead = ahead ? 2 * ahead : 1ULL << r->order >> COPY_AHEAD;
	}
	return -EAGAIN;
}

uint64_t ring_written(const struct ring_reader *r, uint32_t cpu)
{
	uint64_t cont = __atomic_load_n(&r->ctl[cpu].cont, __ATOMIC_ACQUIRE);

	return head_now(r, cpu) - (1ULL << r->order) - cont;
}

uint64_t ring_events(const struct ring_reader *r)
{
	uint64_t events = 0;
	uint32_t cpu;

	for (cpu = 0; cpu < r->cpus; cpu++)
		events += head_now(r, cpu) - (1ULL << r->order) - r->ctl[cpu].cont +
			  r->ctl[cpu].dropped;
	return events;
}

uint64_t ring_lost(const struct ring_reader *r)
{
	uint64_t received = 0;
	uint32_t cpu;

	for (cpu = 0; cpu < r->cpus; cpu++)
		received += r->at[cpu].records;
	return ring_events(r) - received;
}

void ring_free(struct ring_reader *r)
{
	free(r->copy);
	free(r->at);
	memset(r, 0, sizeof(*r));
}
