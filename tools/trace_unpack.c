// SPDX-License-Identifier: GPL-2.0
/* Slots unpacked: of what a file says nothing is believed. */
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "trace_pack.h"
#include "trace_planes.h"
#include "util.h"

/* Of two vectors in turn, of their first halves or of their second ones. */
#define LOW_BYTES(a, b) \
	__builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
#define HIGH_BYTES(a, b) \
	__builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
#define LOW_HALVES(a, b)	__builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11)
#define HIGH_HALVES(a, b)	__builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15)

static inline uint32_t zagzig(uint32_t number)
{
	return number >> 1 ^ (number & 1 ? ~0U : 0);
}

struct trace_unpacker {
	ZSTD_DCtx *zstd;
	struct numbers numbers;
	uint8_t plain[PLAIN_MAX + PLANE_STEP];	/* the last plane is read beyond its end */
};

struct trace_unpacker *trace_unpacker_new(void)
{
	struct trace_unpacker *u = malloc(sizeof(*u));

	if (u)
		u->zstd = ZSTD_createDCtx();
	if (u && u->zstd)
		return u;
	err_sys(-ENOMEM, "unpacking records");
	free(u);
	return NULL;
}

void trace_unpacker_free(struct trace_unpacker *u)
{
	if (!u)
		return;
	ZSTD_freeDCtx(u->zstd);
	free(u);
}

/* Returns whether so much is there. */
static bool escape_get(struct numbers *all, void *to, size_t bytes)
{
	if ((size_t)(all->escape_end - all->escape) < bytes)
		return false;
	memcpy(to, all->escape, bytes);
	all->escape += bytes;
	return true;
}

/* Its lap and its time. Returns false if they are not there. */
static inline bool head_get(struct numbers *all, uint32_t head, uint32_t passed, struct state *s,
			    struct oscope_slot *slot)
{
	bool from_zero = rules[group_of[head & 0xff]].from_zero;
	uint16_t lap;

	if (oscope_seldom(head & ~HEAD_NO_LAP)) {
		if ((head & ~HEAD_NO_LAP) != LAP_CHANGES || !escape_get(all, &lap, sizeof(lap)) ||
		    lap >= 1U << (32 - OSCOPE_HEAD_LAP_SHIFT))
			return false;
		s->lap = lap;
	}
	slot->head = (head & HEAD_NO_LAP) | s->lap << OSCOPE_HEAD_LAP_SHIFT;
	slot->ts = (from_zero ? 0 : s->ts) + passed;
	if (oscope_seldom(passed == ESCAPED) && !escape_get(all, &slot->ts, sizeof(slot->ts)))
		return false;
	if (oscope_has_time(head))
		s->ts = slot->ts;
	return true;
}

/* Without a branch for each. */
static inline bool any_escaped(const struct numbers *all, uint32_t at)
{
	bool any = all->field[0][at] == ESCAPED;

	any |= all->field[1][at] == ESCAPED;
	any |= all->field[2][at] == ESCAPED;
	return any;
}

/* Returns whether the words at a place that do not fit are there. */
static __attribute__((noinline)) bool words_escaped(struct numbers *all, uint32_t at,
						     struct oscope_slot *slot)
{
	uint32_t f;

	for (f = 0; f < FIELDS; f++) {
		if (all->field[f][at] == ESCAPED &&
		    !escape_get(all, &slot->w[f], sizeof(slot->w[f])))
			return false;
	}
	return true;
}

/* Returns false if there is no such head, none in the group, or it does not have its escapes. */
static inline bool slot_get(struct numbers *all, uint32_t i, struct state *s,
			    struct oscope_slot *slot)
{
	const struct rule *rule;
	uint32_t head, at;
	enum group group;

	if (all->which[i] >= all->heads)
		return false;
	head = all->head[all->which[i]];
	group = group_of[head & 0xff];
	rule = &rules[group];
	at = all->next[group]++;
	if (!head_get(all, head, all->ts[i], s, slot) || at >= all->end[group])
		return false;
	slot->w[0] = s->guess[rule->is[0]] + zagzig(all->field[0][at]);
	slot->w[1] = s->guess[rule->is[1]] + zagzig(all->field[1][at]);
	slot->w[2] = all->field[2][at] - 1;
	if (oscope_seldom(any_escaped(all, at)) && !words_escaped(all, at, slot))
		return false;
	s->guess[rule->will_be[0]] = slot->w[0];
	s->guess[rule->will_be[1]] = slot->w[1];
	return true;
}

/*
 * A number of its planes, PLANE_STEP at a time: bytes are interleaved to halves, and these to
 * words. Of a plane that is not there, plane is any and there 0, otherwise all ones.
 */
static void number_get(uint32_t *number, const uint8_t *const plane[PLANES],
		       const uint32_t there[PLANES], uint32_t n)
{
	const plane_bytes zero = { 0 };
	plane_bytes byte[PLANES];
	plane_halves low[2], high[2];
	uint32_t i, b;

	for (i = 0; i < n; i += PLANE_STEP, number += PLANE_STEP) {
		for (b = 0; b < PLANES; b++)
			memcpy(&byte[b], plane[b] + (i & there[b]), sizeof(*byte));
		low[0] = (plane_halves)LOW_BYTES(byte[0], byte[1]);
		low[1] = (plane_halves)HIGH_BYTES(byte[0], byte[1]);
		high[0] = (plane_halves)LOW_BYTES(byte[2], zero);
		high[1] = (plane_halves)HIGH_BYTES(byte[2], zero);
		for (b = 0; b < 2; b++) {
			const plane_halves words[2] = { LOW_HALVES(low[b], high[b]),
							HIGH_HALVES(low[b], high[b]) };

			memcpy(number + (size_t)b * (PLANE_STEP / 2), words, sizeof(words));
		}
	}
}

/* What is too many at the end of a number is room, or overwritten by the next. */
static void planes_get(struct numbers *all, const struct plain_head *head, uint32_t n,
		       const uint8_t *plane, const uint8_t *noise)
{
	static const uint8_t none[PLANE_STEP];
	const uint8_t *from[PLANES];
	uint32_t there[PLANES], number, count, b;

	for (number = 0; number < NUMBERS; number++) {
		uint32_t *of = number_of(all, head, number, n, &count);

		for (b = 0; b < PLANES; b++) {
			uint32_t bit = 1U << b;
			const uint8_t **next = head->number[number].noise & bit ? &noise : &plane;

			there[b] = head->number[number].there & bit ? ~0U : 0;
			from[b] = there[b] ? *next : none;
			*next += count & there[b];
		}
		number_get(of, from, there, count);
	}
}

/* Bytes of the planes that are noise, or are not. Returns false if any can not be. */
static bool planes_bytes(struct numbers *all, const struct plain_head *head, uint32_t n,
			 size_t *bytes, size_t *noise)
{
	uint32_t number, count;

	*bytes = 0;
	*noise = 0;
	for (number = 0; number < NUMBERS; number++) {
		uint8_t there = head->number[number].there, of_noise = head->number[number].noise;

		if (there >> PLANES || of_noise & ~there)
			return false;
		number_of(all, head, number, n, &count);
		*bytes += (size_t)count * __builtin_popcount(there & ~of_noise);
		*noise += (size_t)count * __builtin_popcount(of_noise);
	}
	return true;
}

/* Returns whether what came out of zstd is what it says, and that so large. */
static bool numbers_get(struct numbers *all, uint8_t *plain, size_t bytes, uint32_t n)
{
	struct plain_head head;
	size_t plane, escape, noise, of_planes, of_noise;
	uint64_t slots = 0;
	uint32_t g;

	if (bytes < sizeof(head))
		return false;
	memcpy(&head, plain, sizeof(head));
	for (g = 0; g < GROUPS; g++)
		slots += head.count[g];
	if (slots != n || head.heads > n)
		return false;
	groups_begin(all, &head);
	if (!planes_bytes(all, &head, n, &of_planes, &of_noise))
		return false;
	plane = sizeof(head) + head.heads * sizeof(*all->head);
	escape = plane + of_planes;
	noise = escape + head.escapes;
	if (noise + of_noise != bytes)
		return false;
	all->heads = head.heads;
	memcpy(all->head, plain + sizeof(head), head.heads * sizeof(*all->head));
	planes_get(all, &head, n, plain + plane, plain + noise);
	all->escape = plain + escape;
	all->escape_end = plain + noise;
	return true;
}

int trace_unpack(struct trace_unpacker *u, const void *data, size_t bytes,
		 struct oscope_slot *slots, uint32_t n)
{
	size_t got = ZSTD_decompressDCtx(u->zstd, u->plain, PLAIN_MAX, data, bytes);
	struct state s = { 0 };
	uint32_t i;

	if (ZSTD_isError(got) || !numbers_get(&u->numbers, u->plain, got, n))
		return -EINVAL;
	for (i = 0; i < n; i++) {
		if (!slot_get(&u->numbers, i, &s, &slots[i]))
			return -EINVAL;
	}
	return u->numbers.escape == u->numbers.escape_end ? 0 : -EINVAL;
}
