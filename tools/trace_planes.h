/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What packed slots are before zstd, for those who pack and unpack them: planes of bytes.
 *
 *   how many slots there are of each group, and so on: struct plain_head
 *   the heads that there are, without the lap
 *   of all slots: which of these, 3 bytes; what passed since the slot before, 3 bytes
 *   of each group: w0, w1 and w2, 3 bytes of each
 *   escapes, in the order of slots: the lap where it is another; what 3 bytes do not hold
 *   planes that are noise
 *
 * A group is slots whose words mean the same, so that what stands side by side is alike. A plane
 * that is 0 all over, as half of them are, is not there. Noise, which is the low bytes of times,
 * has a frame of zstd of its own, which stores it as it is: beside it the rest would not get
 * as small, and both take longer to read.
 */
#ifndef OSCOPE_TRACE_PLANES_H
#define OSCOPE_TRACE_PLANES_H

#include <stdbool.h>
#include <stdint.h>

#include "../kmod/core/ring.h"
#include "../kmod/uapi/oscope.h"
#include "../kmod/uapi/oscope_file.h"

enum group {
	GROUP_OTHER,
	GROUP_SWITCH,
	GROUP_WAKING,
	GROUP_BLOCKED,
	GROUP_CALL,			/* of what communicates */
	GROUP_CALL_MORE,		/* the slots that continue one */
	GROUP_PAIR,
	GROUP_PAIR_MORE,
	GROUPS
};

#define PLANES		((size_t)3)	/* bytes of a number */
#define ESCAPED		0xffffffU	/* a number that does not fit, or that itself */
#define HEAD_NO_LAP	((1U << OSCOPE_HEAD_LAP_SHIFT) - 1)
#define LAP_CHANGES	(1U << OSCOPE_HEAD_LAP_SHIFT)	/* in the head, where the lap was */
#define FIELDS		3U		/* w0, w1, w2 */
#define ESCAPE_MAX	(2 + 8 + 4 * FIELDS)
#define SLOT_BYTES	(PLANES * (2 + FIELDS))
#define PLAIN_MAX	(sizeof(struct plain_head) + \
			 OSCOPE_PACKED_SLOTS * (sizeof(uint32_t) + SLOT_BYTES + ESCAPE_MAX))

/* Numbers of 3 planes each: of all slots which head and the time, and each group's fields. */
enum number {
	NUMBER_WHICH,
	NUMBER_TS,
	NUMBER_GROUPS,
	NUMBERS = NUMBER_GROUPS + GROUPS * FIELDS
};

struct plain_head {
	uint32_t count[GROUPS];
	uint32_t escapes;		/* bytes of them */
	uint32_t heads;
	struct {
		uint8_t there, noise;	/* bit sets of its planes */
	} number[NUMBERS];
};

#define NOISE_MIN	256U		/* slots: of fewer nothing is said */

/* What is expected next, by what was there before. */
enum guess {
	GUESS_NONE,			/* written, but not asked for */
	GUESS_RUNS,			/* the task on the CPU */
	GUESS_LEFT,			/* who was there before it */
	GUESS_WOKEN,
	GUESS_REASON,
	GUESS_OTHER,
	GUESS_ZERO,			/* never written */
	GUESS_CALLER,			/* as the last record of the kind */
	GUESS_OBJECT,
	GUESS_FROM,
	GUESS_TO,
	GUESSES
};

/* Of w0 and w1 of a group: what is expected of them, and what they are expected to be next. */
static const struct rule {
	uint8_t is[2], will_be[2];
	bool from_zero;			/* ts is no time */
} rules[GROUPS] = {
	[GROUP_OTHER]	= { { GUESS_RUNS, GUESS_OTHER }, { GUESS_NONE, GUESS_OTHER } },
	[GROUP_SWITCH]	= { { GUESS_RUNS, GUESS_LEFT }, { GUESS_LEFT, GUESS_RUNS } },
	[GROUP_WAKING]	= { { GUESS_WOKEN, GUESS_RUNS }, { GUESS_WOKEN, GUESS_NONE } },
	[GROUP_BLOCKED]	= { { GUESS_RUNS, GUESS_REASON }, { GUESS_NONE, GUESS_REASON } },
	[GROUP_CALL]	= { { GUESS_CALLER, GUESS_OBJECT }, { GUESS_CALLER, GUESS_OBJECT } },
	[GROUP_CALL_MORE] = { { GUESS_ZERO, GUESS_ZERO }, { GUESS_NONE, GUESS_NONE }, true },
	[GROUP_PAIR]	= { { GUESS_FROM, GUESS_TO }, { GUESS_FROM, GUESS_TO } },
	[GROUP_PAIR_MORE] = { { GUESS_ZERO, GUESS_ZERO }, { GUESS_NONE, GUESS_NONE }, true },
};

/* By the low byte of the head, which has a bit more in a slot that continues another. */
static const uint8_t group_of[256] = {
	[OSCOPE_REC_SWITCH] = GROUP_SWITCH,
	[OSCOPE_REC_WAKING] = GROUP_WAKING,
	[OSCOPE_REC_WAKEUP_NEW] = GROUP_WAKING,
	[OSCOPE_REC_BLOCKED] = GROUP_BLOCKED,
	[OSCOPE_REC_IPC_CALL] = GROUP_CALL,
	[OSCOPE_REC_IPC_CALL | OSCOPE_HEAD_CONT] = GROUP_CALL_MORE,
	[OSCOPE_REC_IPC_PAIR] = GROUP_PAIR,
	[OSCOPE_REC_IPC_PAIR | OSCOPE_HEAD_CONT] = GROUP_PAIR_MORE,
};

/* What comes before a slot tells of it. */
struct state {
	uint64_t ts;
	uint32_t guess[GUESSES];
	uint32_t lap;
};

/* Numbers are made of their planes so many at a time, the last ones with what lies behind them. */
#define PLANE_STEP	16

typedef uint8_t plane_bytes __attribute__((vector_size(PLANE_STEP)));
typedef uint16_t plane_halves __attribute__((vector_size(PLANE_STEP)));

/* The numbers of slots, group by group, and their escapes. */
struct numbers {
	uint32_t which[OSCOPE_PACKED_SLOTS + PLANE_STEP], ts[OSCOPE_PACKED_SLOTS + PLANE_STEP];
	uint32_t field[FIELDS][OSCOPE_PACKED_SLOTS + PLANE_STEP];
	uint32_t head[OSCOPE_PACKED_SLOTS], heads;
	uint32_t next[GROUPS], end[GROUPS];	/* places of groups in field[] */
	uint8_t *escape, *escape_end;
};

/* Where a number of the slots is, and how many they are. */
static inline uint32_t *number_of(struct numbers *all, const struct plain_head *head,
				  uint32_t number, uint32_t n, uint32_t *count)
{
	uint32_t group = (number - NUMBER_GROUPS) / FIELDS;

	*count = n;
	if (number == NUMBER_WHICH)
		return all->which;
	if (number == NUMBER_TS)
		return all->ts;
	*count = head->count[group];
	return &all->field[(number - NUMBER_GROUPS) % FIELDS][all->next[group]];
}

/* To the first slot of each group. */
static inline void groups_begin(struct numbers *all, const struct plain_head *head)
{
	uint32_t at = 0, g;

	for (g = 0; g < GROUPS; g++) {
		all->next[g] = at;
		at += head->count[g];
		all->end[g] = at;
	}
}

#endif /* OSCOPE_TRACE_PLANES_H */
