/* SPDX-License-Identifier: GPL-2.0 */
/* Beats of a millisecond, and the longest time between two: how long who beats was kept from it. */
#ifndef OSCOPE_NOTES_BEAT_H
#define OSCOPE_NOTES_BEAT_H

#include <stdbool.h>
#include <stdint.h>

#define BEAT_NS	1000000ULL

struct beats {
	uint64_t last_ns, longest_ns, n;
	volatile bool over;		/* the coroutine that beats ends after the next one */
};

/* From now on. */
void beats_begin(struct beats *b);
/* Sleep, as a thread, and beat. */
void beat_thread(struct beats *b);
/* A coroutine of a loop that beats until it is over; arg: struct beats. */
void beat_coroutine(void *beats);

#endif /* OSCOPE_NOTES_BEAT_H */
