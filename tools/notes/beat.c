// SPDX-License-Identifier: GPL-2.0
/* Beats of a millisecond, and the longest time between two: how long who beats was kept from it. */
#include <time.h>

#include "notes/beat.h"
#include "notes/loop.h"
#include "util.h"

void beats_begin(struct beats *b)
{
	*b = (struct beats){ .last_ns = now_ns() };
}

static void beat(struct beats *b)
{
	uint64_t now = now_ns();

	b->longest_ns = now - b->last_ns > b->longest_ns ? now - b->last_ns : b->longest_ns;
	b->last_ns = now;
	b->n++;
}

void beat_thread(struct beats *b)
{
	const struct timespec t = { .tv_nsec = (long)BEAT_NS };

	nanosleep(&t, NULL);
	beat(b);
}

void beat_coroutine(void *beats)
{
	struct beats *b = beats;

	while (!b->over) {
		loop_sleep(BEAT_NS);
		beat(b);
	}
}
