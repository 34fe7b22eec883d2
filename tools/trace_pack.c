// SPDX-License-Identifier: GPL-2.0
/*
 * Slots packed and unpacked. Before zstd they are planes of bytes:
 *
 *   how many slots there are of each group, and bytes of escapes
 *   of all slots: the low byte of the head (id), the next, and the rest without the lap
 *   of all slots: what passed since the slot before, 3 bytes
 *   of each group: w0, w1 and w2, 3 bytes of each
 *   escapes, in the order of slots: the lap where it is another; what 3 bytes do not hold
 *
 * A group is slots whose words mean the same, so that what stands side by side is alike.
 */
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "../kmod/core/contract.h"
#include "trace_pack.h"
#include "util.h"

enum group {
	GROUP_OTHER,
	GROUP_SWITCH,
	GROUP_WAKING,
	GROUP_BLOCKED,
	GROUPS
};

#define PLANES		((size_t)3)	/* bytes of a number */
#define ESCAPE		0xffffffU	/* a number that does not fit, or that itself */
#define LAP_CHANGES	0x10U		/* in the head's third byte */
#define FIELDS		3U		/* w0, w1, w2 */
#define ESCAPE_MAX	(2 + 8 + 4 * FIELDS)
#define SLOT_BYTES	(3 + PLANES + PLANES * FIELDS)
#define PLAIN_MAX	(sizeof(struct plain_head) + \
			 OSCOPE_PACKED_SLOTS * (SLOT_BYTES + ESCAPE_MAX))

struct plain_head {
	uint32_t count[GROUPS];
	uint32_t escapes;
};

/* What is expected next, by what was there before. */
enum guess {
	GUESS_NONE,			/* written, but not asked for */
	GUESS_RUNS,			/* the task on the CPU */
	GUESS_LEFT,			/* who was there before it */
	GUESS_WOKEN,
	GUESS_REASON,
	GUESS_OTHER,
	GUESSES
};

/* Of w0 and w1 of a group: what is expected of them, and what they are expected to be next. */
static const struct rule {
	uint8_t is[2], will_be[2];
} rules[GROUPS] = {
	[GROUP_OTHER]	= { { GUESS_RUNS, GUESS_OTHER }, { GUESS_NONE, GUESS_OTHER } },
	[GROUP_SWITCH]	= { { GUESS_RUNS, GUESS_LEFT }, { GUESS_LEFT, GUESS_RUNS } },
	[GROUP_WAKING]	= { { GUESS_WOKEN, GUESS_RUNS }, { GUESS_WOKEN, GUESS_NONE } },
	[GROUP_BLOCKED]	= { { GUESS_RUNS, GUESS_REASON }, { GUESS_NONE, GUESS_REASON } },
};

struct state {
	uint64_t ts;
	uint32_t guess[GUESSES];
	uint32_t lap;
};

/* Where the planes of n slots lie. */
struct planes {
	uint8_t *head[3], *ts;
	uint32_t n;
	struct group_planes {
		uint8_t *at;		/* of its first field's first byte */
		uint32_t n, i;
	} group[GROUPS];
	uint8_t *escape, *escape_end;
};

static enum group group_of(uint8_t id)
{
	switch (id) {			/* a slot that continues another has a bit more */
	case OSCOPE_REC_SWITCH:
		return GROUP_SWITCH;
	case OSCOPE_REC_WAKING:
	case OSCOPE_REC_WAKEUP_NEW:
		return GROUP_WAKING;
	case OSCOPE_REC_BLOCKED:
		return GROUP_BLOCKED;
	default:
		return GROUP_OTHER;
	}
}

/* Whether ts is the time. */
static bool is_timed(uint8_t id)
{
	return id != OSCOPE_REC_IDENTITY && !(id & OSCOPE_HEAD_CONT);
}

static void planes_set(struct planes *p, uint8_t *plain, uint32_t n)
{
	struct plain_head head;
	uint8_t *at = plain + sizeof(head);
	uint32_t g;

	memcpy(&head, plain, sizeof(head));
	memset(p, 0, sizeof(*p));
	p->n = n;
	for (g = 0; g < 3; g++, at += n)
		p->head[g] = at;
	p->ts = at;
	at += PLANES * n;
	for (g = 0; g < GROUPS; g++) {
		p->group[g].at = at;
		p->group[g].n = head.count[g];
		at += PLANES * FIELDS * head.count[g];
	}
	p->escape = at;
	p->escape_end = at + head.escapes;
}

static inline uint32_t zigzag(uint32_t difference)
{
	return difference << 1 ^ (difference >> 31 ? ~0U : 0);
}

static inline uint32_t zagzig(uint32_t number)
{
	return number >> 1 ^ (number & 1 ? ~0U : 0);
}

static inline uint32_t plane_get(const uint8_t *at, uint32_t n, uint32_t i)
{
	return at[i] | at[n + i] << 8 | at[2 * n + i] << 16;
}

static inline void plane_put(uint8_t *at, uint32_t n, uint32_t i, uint32_t number)
{
	at[i] = number;
	at[n + i] = number >> 8;
	at[2 * n + i] = number >> 16;
}

static void escape_put(struct planes *p, const void *from, size_t bytes)
{
	memcpy(p->escape, from, bytes);
	p->escape += bytes;
}

static inline void word_put(struct planes *p, struct group_planes *g, uint32_t field,
			    uint32_t number, uint32_t word)
{
	uint8_t *at = g->at + PLANES * field * g->n;

	if (number < ESCAPE) {
		plane_put(at, g->n, g->i, number);
	} else {
		plane_put(at, g->n, g->i, ESCAPE);
		escape_put(p, &word, sizeof(word));
	}
}

static void slot_put(struct planes *p, uint32_t i, struct state *s, const struct oscope_slot *slot)
{
	uint8_t id = slot->head, third = slot->head >> 16 & 0x0f;
	enum group which = group_of(id);
	struct group_planes *g = &p->group[which];
	const struct rule *rule = &rules[which];
	uint16_t lap = slot->head >> OSCOPE_HEAD_LAP_SHIFT;
	uint64_t passed = slot->ts - s->ts;

	p->head[0][i] = id;
	p->head[1][i] = slot->head >> 8;
	p->head[2][i] = third | (lap != s->lap ? LAP_CHANGES : 0);
	if (lap != s->lap)
		escape_put(p, &lap, sizeof(lap));
	s->lap = lap;
	plane_put(p->ts, p->n, i, passed < ESCAPE ? passed : ESCAPE);
	if (passed >= ESCAPE)
		escape_put(p, &slot->ts, sizeof(slot->ts));
	if (is_timed(id))
		s->ts = slot->ts;
	word_put(p, g, 0, zigzag(slot->w[0] - s->guess[rule->is[0]]), slot->w[0]);
	word_put(p, g, 1, zigzag(slot->w[1] - s->guess[rule->is[1]]), slot->w[1]);
	word_put(p, g, 2, slot->w[2] + 1, slot->w[2]);	/* a time that is not known is 0 */
	s->guess[rule->will_be[0]] = slot->w[0];
	s->guess[rule->will_be[1]] = slot->w[1];
	g->i++;
}

struct trace_packer {
	ZSTD_CCtx *zstd;
	size_t room;
	uint8_t *packed;
	uint8_t plain[PLAIN_MAX];
};

struct trace_packer *trace_packer_new(int level)
{
	struct trace_packer *p = calloc(1, sizeof(*p));
	size_t room = ZSTD_compressBound(PLAIN_MAX);

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

int trace_pack(struct trace_packer *p, const struct oscope_slot *slots, uint32_t n,
	       const void **data, size_t *bytes, size_t *filled)
{
	struct plain_head head = { 0 };
	struct state s = { 0 };
	struct planes planes;
	uint8_t *escapes;
	uint32_t i;

	for (i = 0; i < n; i++)
		head.count[group_of(slots[i].head)]++;
	memcpy(p->plain, &head, sizeof(head));
	planes_set(&planes, p->plain, n);
	escapes = planes.escape;
	for (i = 0; i < n; i++)
		slot_put(&planes, i, &s, &slots[i]);
	head.escapes = planes.escape - escapes;
	memcpy(p->plain, &head, sizeof(head));
	*bytes = ZSTD_compress2(p->zstd, p->packed, p->room, p->plain, planes.escape - p->plain);
	if (ZSTD_isError(*bytes))
		return err_msg(-EIO, "packing records: %s", ZSTD_getErrorName(*bytes));
	*filled = OSCOPE_PACKED_FILLED(*bytes, n);
	memset(p->packed + *bytes, 0, *filled - *bytes);
	*data = p->packed;
	return 0;
}

struct trace_unpacker {
	ZSTD_DCtx *zstd;
	uint8_t plain[PLAIN_MAX];
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
static bool escape_get(struct planes *p, void *to, size_t bytes)
{
	if ((size_t)(p->escape_end - p->escape) < bytes)
		return false;
	memcpy(to, p->escape, bytes);
	p->escape += bytes;
	return true;
}

/* Its lap and its time. Returns false if they are not there. */
static inline bool head_get(struct planes *p, uint32_t i, struct state *s,
			    struct oscope_slot *slot)
{
	uint32_t passed = plane_get(p->ts, p->n, i);
	uint8_t id = p->head[0][i], third = p->head[2][i];
	uint16_t lap;

	if (oscope_seldom(third & ~0x0fU)) {
		if (third >> 4 != LAP_CHANGES >> 4 || !escape_get(p, &lap, sizeof(lap)) ||
		    lap >= 1U << (32 - OSCOPE_HEAD_LAP_SHIFT))
			return false;
		s->lap = lap;
	}
	slot->head = id | p->head[1][i] << 8 | (third & 0x0f) << 16 |
		     s->lap << OSCOPE_HEAD_LAP_SHIFT;
	slot->ts = s->ts + passed;
	if (oscope_seldom(passed == ESCAPE) && !escape_get(p, &slot->ts, sizeof(slot->ts)))
		return false;
	if (is_timed(id))
		s->ts = slot->ts;
	return true;
}

/* Returns false if there is none in the group, or it does not have its escapes. */
static inline bool slot_get(struct planes *p, uint32_t i, struct state *s,
			    struct oscope_slot *slot)
{
	enum group which = group_of(p->head[0][i]);
	struct group_planes *g = &p->group[which];
	const struct rule *rule = &rules[which];
	uint32_t number[FIELDS] = { 0 }, f;

	if (!head_get(p, i, s, slot) || g->i >= g->n)
		return false;
	for (f = 0; f < FIELDS; f++)
		number[f] = plane_get(g->at + PLANES * f * g->n, g->n, g->i);
	g->i++;
	slot->w[0] = s->guess[rule->is[0]] + zagzig(number[0]);
	slot->w[1] = s->guess[rule->is[1]] + zagzig(number[1]);
	slot->w[2] = number[2] - 1;
	for (f = 0; f < FIELDS; f++) {
		if (oscope_seldom(number[f] == ESCAPE) &&
		    !escape_get(p, &slot->w[f], sizeof(slot->w[f])))
			return false;
	}
	s->guess[rule->will_be[0]] = slot->w[0];
	s->guess[rule->will_be[1]] = slot->w[1];
	return true;
}

/* Whether what came out of zstd has the size that it says. */
static bool plain_sane(const uint8_t *plain, size_t bytes, uint32_t n)
{
	struct plain_head head;
	uint64_t slots = 0;
	uint32_t g;

	if (bytes < sizeof(head))
		return false;
	memcpy(&head, plain, sizeof(head));
	for (g = 0; g < GROUPS; g++)
		slots += head.count[g];
	return slots == n && bytes == sizeof(head) + (size_t)SLOT_BYTES * n + head.escapes;
}

int trace_unpack(struct trace_unpacker *u, const void *data, size_t bytes,
		 struct oscope_slot *slots, uint32_t n)
{
	size_t got = ZSTD_decompressDCtx(u->zstd, u->plain, sizeof(u->plain), data, bytes);
	struct state s = { 0 };
	struct planes planes;
	uint32_t i;

	if (ZSTD_isError(got) || !plain_sane(u->plain, got, n))
		return -EINVAL;
	planes_set(&planes, u->plain, n);
	for (i = 0; i < n; i++) {
		if (!slot_get(&planes, i, &s, &slots[i]))
			return -EINVAL;
	}
	return planes.escape == planes.escape_end ? 0 : -EINVAL;
}
