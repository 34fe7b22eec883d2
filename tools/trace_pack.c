// SPDX-License-Identifier: GPL-2.0
/* Slots packed, as trace_planes.h has it. */
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "trace_pack.h"
#include "trace_planes.h"
#include "util.h"

static inline uint32_t zigzag(uint32_t difference)
{
	return difference << 1 ^ (difference >> 31 ? ~0U : 0);
}

/* Which heads there are, by their hash: place + 1, 0: free. */
#define HEAD_CELL_BITS	13
#define HEAD_CELLS	(1U << HEAD_CELL_BITS)

struct heads_found {
	uint16_t cell[HEAD_CELLS];
};

_Static_assert(HEAD_CELLS >= 2 * OSCOPE_PACKED_SLOTS, "cells are never all taken");

struct trace_packer {
	ZSTD_CCtx *zstd;
	size_t room;
	uint8_t *packed;
	struct numbers numbers;
	struct heads_found found;
	uint8_t escapes[OSCOPE_PACKED_SLOTS * ESCAPE_MAX];
	uint8_t noise[OSCOPE_PACKED_SLOTS * SLOT_BYTES];
	uint8_t plain[PLAIN_MAX];
};

static void escape_put(struct numbers *all, const void *from, size_t bytes)
{
	memcpy(all->escape, from, bytes);
	all->escape += bytes;
}

static inline uint32_t word_put(struct numbers *all, uint32_t number, uint32_t word)
{
	if (number >= ESCAPED)
		escape_put(all, &word, sizeof(word));
	return number < ESCAPED ? number : ESCAPED;
}

/* Which head of those that there are; a new one becomes one of them. */
static uint32_t head_place(struct heads_found *found, struct numbers *all, uint32_t head)
{
	uint32_t cell = head * 0x9e3779b1U >> (32 - HEAD_CELL_BITS);

	while (found->cell[cell] && all->head[found->cell[cell] - 1] != head)
		cell = (cell + 1) & (HEAD_CELLS - 1);
	if (!found->cell[cell]) {
		all->head[all->heads++] = head;
		found->cell[cell] = all->heads;
	}
	return found->cell[cell] - 1;
}

static void slot_put(struct trace_packer *p, uint32_t i, struct state *s,
		     const struct oscope_slot *slot)
{
	struct numbers *all = &p->numbers;
	enum group group = group_of[slot->head & 0xff];
	const struct rule *rule = &rules[group];
	uint32_t at = all->next[group]++, head = slot->head & HEAD_NO_LAP;
	uint16_t lap = slot->head >> OSCOPE_HEAD_LAP_SHIFT;
	uint64_t passed = slot->ts - (rule->from_zero ? 0 : s->ts);

	if (lap != s->lap) {
		head |= LAP_CHANGES;
		escape_put(all, &lap, sizeof(lap));
	}
	s->lap = lap;
	all->which[i] = head_place(&p->found, all, head);
	all->ts[i] = passed < ESCAPED ? passed : ESCAPED;
	if (passed >= ESCAPED)
		escape_put(all, &slot->ts, sizeof(slot->ts));
	if (oscope_has_time(slot->head))
		s->ts = slot->ts;
	all->field[0][at] = word_put(all, zigzag(slot->w[0] - s->guess[rule->is[0]]), slot->w[0]);
	all->field[1][at] = word_put(all, zigzag(slot->w[1] - s->guess[rule->is[1]]), slot->w[1]);
	/* A time that is not known is 0. */
	all->field[2][at] = word_put(all, slot->w[2] + 1, slot->w[2]);
	s->guess[rule->will_be[0]] = slot->w[0];
	s->guess[rule->will_be[1]] = slot->w[1];
}

/*
 * Whether bytes are noise, by some of them: how often two are alike, which of m bytes that are
 * any is m * m / 256 times beside each with itself. Twice as often, and there is a bit to gain.
 */
static bool is_noise(const uint8_t *plane, uint32_t n)
{
	uint32_t seen[256] = { 0 }, alike = 0, m = n / 4, i;

	if (n < NOISE_MIN)
		return false;
	for (i = 0; i < m; i++)
		seen[plane[(size_t)4 * i]]++;
	for (i = 0; i < ARRAY_SIZE(seen); i++)
		alike += seen[i] * seen[i];
	return alike < m + 2 * m * m / 256;
}

/* Byte b of each of n numbers. Returns whether any is not 0. */
static bool plane_put(uint8_t *plane, const uint32_t *number, uint32_t n, uint32_t b)
{
	uint8_t any = 0;
	uint32_t i;

	for (i = 0; i < n; i++) {
		plane[i] = number[i] >> 8 * b;
		any |= plane[i];
	}
	return any;
}

/* Planes at plane, and those that are noise at *noise. Both are moved behind what was put there. */
static void planes_put(struct numbers *all, struct plain_head *head, uint32_t n, uint8_t **plane,
		       uint8_t **noise)
{
	uint32_t number, count, b;

	groups_begin(all, head);
	for (number = 0; number < NUMBERS; number++) {
		const uint32_t *of = number_of(all, head, number, n, &count);

		for (b = 0; b < PLANES; b++) {
			if (!plane_put(*plane, of, count, b))
				continue;
			head->number[number].there |= 1U << b;
			if (!is_noise(*plane, count)) {
				*plane += count;
				continue;
			}
			head->number[number].noise |= 1U << b;
			memcpy(*noise, *plane, count);
			*noise += count;
		}
	}
}

struct trace_packer *trace_packer_new(int level)
{
	struct trace_packer *p = calloc(1, sizeof(*p));
	/* Two frames. */
	size_t room = ZSTD_compressBound(PLAIN_MAX) + ZSTD_compressBound(sizeof(p->noise));

	if (p) {
		p->room = room;
		p->packed = malloc(OSCOPE_PACKED_FILLED(room, OSCOPE_PACKED_SLOTS));
		p->zstd = ZSTD_createCCtx();
	}
	if (p && p->packed && p->zstd &&
	    !ZSTD_isError(ZSTD_CCtx_setParameter(p->zstd, ZSTD_c_compressionLevel, level)) &&
	    !ZSTD_isError(ZSTD_CCtx_setParameter(p->zstd, ZSTD_c_checksumFlag, 1)))
		return p;
	err_sys(-ENOMEM, "packing records");
	trace_packer_free(p);
	return NULL;
}

void trace_packer_free(struct trace_packer *p)
{
	if (!p)
		return;
	ZSTD_freeCCtx(p->zstd);
	free(p->packed);
	free(p);
}

/* What is told of n slots, into plain and noise; returns where these end. */
static void slots_put(struct trace_packer *p, const struct oscope_slot *slots, uint32_t n,
		      uint8_t **plain_end, uint8_t **noise_end)
{
	struct plain_head head = { 0 };
	struct state s = { 0 };
	uint32_t i;

	for (i = 0; i < n; i++)
		head.count[group_of[slots[i].head & 0xff]]++;
	groups_begin(&p->numbers, &head);
	memset(&p->found, 0, sizeof(p->found));
	p->numbers.heads = 0;
	p->numbers.escape = p->escapes;
	for (i = 0; i < n; i++)
		slot_put(p, i, &s, &slots[i]);
	head.heads = p->numbers.heads;
	head.escapes = p->numbers.escape - p->escapes;
	*plain_end = p->plain + sizeof(head);
	memcpy(*plain_end, p->numbers.head, head.heads * sizeof(*p->numbers.head));
	*plain_end += head.heads * sizeof(*p->numbers.head);
	*noise_end = p->noise;
	planes_put(&p->numbers, &head, n, plain_end, noise_end);
	memcpy(*plain_end, p->escapes, head.escapes);
	*plain_end += head.escapes;
	memcpy(p->plain, &head, sizeof(head));
}

/* A frame behind those that there are. 0 or -EIO, a line printed. */
static int frame_put(struct trace_packer *p, size_t *bytes, const uint8_t *from, size_t n)
{
	size_t got = ZSTD_compress2(p->zstd, p->packed + *bytes, p->room - *bytes, from, n);

	if (ZSTD_isError(got))
		return err_msg(-EIO, "packing records: %s", ZSTD_getErrorName(got));
	*bytes += got;
	return 0;
}

int trace_pack(struct trace_packer *p, const struct oscope_slot *slots, uint32_t n,
	       const void **data, size_t *bytes, size_t *filled)
{
	uint8_t *plain_end, *noise_end;
	int err;

	slots_put(p, slots, n, &plain_end, &noise_end);
	*bytes = 0;
	err = frame_put(p, bytes, p->plain, plain_end - p->plain);
	if (!err && noise_end > p->noise)
		err = frame_put(p, bytes, p->noise, noise_end - p->noise);
	if (err)
		return err;
	*filled = OSCOPE_PACKED_FILLED(*bytes, n);
	memset(p->packed + *bytes, 0, *filled - *bytes);
	*data = p->packed;
	return 0;
}
