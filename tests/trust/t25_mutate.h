/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Recordings made worse by somebody who knows the format: fields with values at the limits, chunks
 * doubled, dropped, swapped, cut; each case follows from a seed alone.
 */
#ifndef T25_MUTATE_H
#define T25_MUTATE_H

#include <stdint.h>
#include <string.h>

#include "../../kmod/core/ring.h"

#define MUTATE_MAX	(1U << 17)	/* bytes of a recording */
#define CHUNKS_MAX	4096U

struct recording {
	unsigned char at[MUTATE_MAX];
	size_t bytes;
	size_t chunk[CHUNKS_MAX];	/* where they begin */
	size_t chunks;
};

static inline uint64_t draw(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

static inline uint64_t draw_value(uint64_t *seed)
{
	static const uint64_t limits[] = {
		0, 1, 2, 23, 24, 25, 63, 64, 8191, 8192, 8193, (1 << 22) - 1, 1 << 22, INT32_MAX,
		1ULL << 31, UINT32_MAX, 1ULL << 32, INT64_MAX, 1ULL << 63, UINT64_MAX - 1, UINT64_MAX,
	};
	uint64_t n = draw(seed) % (2 * sizeof(limits) / sizeof(limits[0]));

	return n < sizeof(limits) / sizeof(limits[0]) ? limits[n] : draw(seed) >> draw(seed) % 64;
}

static inline void chunks_look(struct recording *r)
{
	size_t off = sizeof(struct oscope_file_header);
	struct oscope_chunk c;

	r->chunks = 0;
	while (r->bytes >= off + sizeof(c) && r->chunks < CHUNKS_MAX) {
		memcpy(&c, r->at + off, sizeof(c));
		if (c.magic != OSCOPE_CHUNK_MAGIC || c.bytes > r->bytes - off - sizeof(c))
			return;
		r->chunk[r->chunks++] = off;
		off += sizeof(c) + c.bytes;
	}
}

static inline size_t chunk_bytes(const struct recording *r, size_t i)
{
	struct oscope_chunk c;

	memcpy(&c, r->at + r->chunk[i], sizeof(c));
	return sizeof(c) + c.bytes;
}

/* Write the low bytes of a value over a field of 4 or 8 bytes. */
static inline void field_set(struct recording *r, uint64_t *seed, size_t at, size_t size)
{
	uint64_t value = draw_value(seed);

	if (at + size <= r->bytes)
		memcpy(r->at + at, &value, size);
}

static inline void mutate_header(struct recording *r, uint64_t *seed)
{
	static const struct { size_t at, size; } fields[] = {
		{ offsetof(struct oscope_file_header, start_ns), 8 },
		{ offsetof(struct oscope_file_header, features), 8 },
		{ offsetof(struct oscope_file_header, cpus), 4 },
		{ offsetof(struct oscope_file_header, cpus), 4 },
		{ offsetof(struct oscope_file_header, own_ns), 4 },
		{ offsetof(struct oscope_file_header, own_direct_ns), 4 },
		{ offsetof(struct oscope_file_header, virt), 8 },
		{ offsetof(struct oscope_file_header, kernel), 8 },
		{ offsetof(struct oscope_file_header, bytes), 4 },
	};
	uint64_t n = draw(seed) % (sizeof(fields) / sizeof(fields[0]));

	field_set(r, seed, fields[n].at, fields[n].size);
}

static inline void mutate_chunk_head(struct recording *r, uint64_t *seed)
{
	static const struct { size_t at, size; } fields[] = {
		{ offsetof(struct oscope_chunk, kind), 4 }, { offsetof(struct oscope_chunk, cpu), 4 },
		{ offsetof(struct oscope_chunk, bytes), 4 },
		{ offsetof(struct oscope_chunk, position), 8 },
		{ offsetof(struct oscope_chunk, lost), 8 },
	};
	uint64_t n = draw(seed) % (sizeof(fields) / sizeof(fields[0]));

	field_set(r, seed, r->chunk[draw(seed) % r->chunks] + fields[n].at, fields[n].size);
}

/* Words of the slots of one chunk: times, heads, tids; a single one, or one of each slot. */
static inline void mutate_slots(struct recording *r, uint64_t *seed)
{
	size_t i = draw(seed) % r->chunks, at = r->chunk[i] + sizeof(struct oscope_chunk);
	size_t slots = (chunk_bytes(r, i) - sizeof(struct oscope_chunk)) / sizeof(struct oscope_slot);
	static const struct { size_t at, size; } fields[] = {
		{ 0, 8 }, { 8, 4 }, { 12, 4 }, { 16, 4 }, { 20, 4 },
	};
	uint64_t n = draw(seed) % 5, all = draw(seed) % 2, slot;

	for (slot = 0; slot < slots; slot++) {
		if (all || draw(seed) % slots == 0)
			field_set(r, seed, at + slot * sizeof(struct oscope_slot) + fields[n].at,
				  fields[n].size);
	}
}

/* Head words that are sound but say something else. */
static inline void mutate_heads(struct recording *r, uint64_t *seed)
{
	size_t i = draw(seed) % r->chunks, at = r->chunk[i] + sizeof(struct oscope_chunk), slot;
	size_t slots = (chunk_bytes(r, i) - sizeof(struct oscope_chunk)) / sizeof(struct oscope_slot);
	uint32_t head;

	for (slot = 0; slot < slots; slot++) {
		head = oscope_head(draw(seed) % OSCOPE_REC_MAX, draw(seed) & 0x3ff,
				   1 + draw(seed) % 2);
		memcpy(r->at + at + slot * sizeof(struct oscope_slot) + 8, &head, sizeof(head));
	}
}

static inline void mutate_double(struct recording *r, uint64_t *seed)
{
	size_t from = draw(seed) % r->chunks, to = r->chunk[draw(seed) % r->chunks];
	size_t bytes = chunk_bytes(r, from);
	unsigned char copy[4096];

	if (bytes > sizeof(copy) || r->bytes + bytes > MUTATE_MAX)
		return;
	memcpy(copy, r->at + r->chunk[from], bytes);
	memmove(r->at + to + bytes, r->at + to, r->bytes - to);
	memcpy(r->at + to, copy, bytes);
	r->bytes += bytes;
}

static inline void mutate_drop(struct recording *r, uint64_t *seed)
{
	size_t i = draw(seed) % r->chunks, at = r->chunk[i], bytes = chunk_bytes(r, i);

	memmove(r->at + at, r->at + at + bytes, r->bytes - at - bytes);
	r->bytes -= bytes;
}

/* As many CPUs as there can be, and each chunk on another. */
static inline void mutate_scatter(struct recording *r, uint64_t *seed)
{
	uint32_t cpus = 8192, cpu;
	size_t i;

	memcpy(r->at + offsetof(struct oscope_file_header, cpus), &cpus, sizeof(cpus));
	for (i = 0; i < r->chunks; i++) {
		cpu = draw(seed) % cpus;
		memcpy(r->at + r->chunk[i] + offsetof(struct oscope_chunk, cpu), &cpu, sizeof(cpu));
	}
}

/* Bytes anywhere: one bit, or some of them, or the end. */
static inline void mutate_bytes(struct recording *r, uint64_t *seed)
{
	size_t at = draw(seed) % r->bytes, i, n;

	switch (draw(seed) % 3) {
	case 0:
		r->at[at] ^= 1 << draw(seed) % 8;
		return;
	case 1:
		n = 1 + draw(seed) % 64;
		for (i = at; i < at + n && i < r->bytes; i++)
			r->at[i] = draw(seed);
		return;
	default:
		r->bytes = at + 1;
	}
}

static inline void mutate(struct recording *r, uint64_t seed)
{
	static void (*const ways[])(struct recording *r, uint64_t *seed) = {
		mutate_header, mutate_chunk_head, mutate_slots, mutate_slots, mutate_heads,
		mutate_double, mutate_drop, mutate_scatter,
	};
	uint64_t n;

	seed = seed * 0x9e3779b97f4a7c15ULL | 1;
	for (n = 1 + draw(&seed) % 6; n; n--) {
		chunks_look(r);
		if (!r->chunks || draw(&seed) % 8 == 0)
			mutate_bytes(r, &seed);
		else
			ways[draw(&seed) % (sizeof(ways) / sizeof(ways[0]))](r, &seed);
	}
}

#endif /* T25_MUTATE_H */
