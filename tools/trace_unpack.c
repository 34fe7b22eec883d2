// SPDX-License-Identifier: GPL-2.0
/* Slots unpacked: of what a file says nothing is believed. */
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "trace_pack.h"
#include "trace_planes.h"
#include "util.h"

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

/* Returns false if there is no such head, none in the group, or it does not have its escapes. */
static inline bool slot_get(struct numbers *all, uint32_t i, struct state *s,
			    struct oscope_slot *slot)
{
	const struct rule *rule;
	uint32_t head, at, f;
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
	for (f = 0; f < FIELDS; f++) {
		if (oscope_seldom(all->field[f][at] == ESCAPED) &&
		    !escape_get(all, &slot->w[f], sizeof(slot->w[f])))
			return false;
	}
	s->guess[rule->will_be[0]] = slot->w[0];
	s->guess[rule->will_be[1]] = slot->w[1];
	return true;
}

/*
 * A plane of a number, PLANE_STEP bytes at a time. What is too many at the end is room, or
 * overwritten by the next.
 */
static void plane_get(uint32_t *number, const uint8_t *plane, uint32_t n, uint32_t shift)
{
	plane_bytes bytes;
	plane_numbers all;
	uint32_t i;

	for (i = 0; i < n; i += PLANE_STEP) {
		memcpy(&bytes, plane + i, sizeof(bytes));
		memcpy(&all, number + i, sizeof(all));
		all |= __builtin_convertvector(bytes, plane_numbers) << shift;
		memcpy(number + i, &all, sizeof(all));
	}
}

static void planes_get(struct numbers *all, const struct plain_head *head, uint32_t n,
		       const uint8_t *plane, const uint8_t *noise)
{
	uint32_t number, count, b;

	for (number = 0; number < NUMBERS; number++) {
		uint32_t *of = number_of(all, head, number, n, &count);

		memset(of, 0, (count + PLANE_STEP) * sizeof(*of));
		for (b = 0; b < PLANES; b++) {
			uint32_t bit = 1U << b;
			const uint8_t **from = head->number[number].noise & bit ? &noise : &plane;

			if (!(head->number[number].there & bit))
				continue;
			plane_get(of, *from, count, 8 * b);
			*from += count;
		}
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
