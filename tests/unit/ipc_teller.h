/* SPDX-License-Identifier: GPL-2.0 */
/* Who tells what the core's pairing says, as the probes do: for the tests of it. */
#ifndef IPC_TELLER_H
#define IPC_TELLER_H

#include <stdint.h>

#include "kmod/core/ipc_choose.h"
#include "kmod/core/ipc_exact.h"

#define TASKS	8

/* What was told of each pair, and what is true. */
struct tally {
	uint64_t units[TASKS + 1][TASKS + 1], messages[TASKS + 1][TASKS + 1];
};

struct teller {
	struct oscope_queue q;
	struct tally told, sure;	/* all; without what is marked as uncertain */
	uint64_t missing;
	uint64_t bytes;			/* of chosen messages */
};

static inline void told_add(struct teller *t, const struct oscope_taken *p)
{
	if (!p->to)
		return;
	t->told.units[p->from][p->to] += p->units;
	t->told.messages[p->from][p->to] += p->messages;
	if (p->flags & OSCOPE_RUN_UNCERTAIN)
		return;
	t->sure.units[p->from][p->to] += p->units;
	t->sure.messages[p->from][p->to] += p->messages;
}

/* As the probes do it: take until nothing is wanted or there. */
static inline void take(struct teller *t, uint32_t by, uint32_t *want, int doubtful)
{
	struct oscope_taken p;

	while (*want && oscope_queue_take(&t->q, by, want, doubtful, &p)) {
		if (p.units)
			told_add(t, &p);
	}
}

/* Whether it has a place. flags: OSCOPE_RUN_FETCHES. */
static inline int begins_as(struct teller *t, uint32_t from, uint32_t units, uint32_t flags,
			    uint32_t *number, uint32_t *crossed)
{
	uint32_t step;

	for (step = 0; step < OSCOPE_QUEUE_RUNS; step++) {
		if (oscope_queue_squeeze(&t->q, step))
			break;
	}
	return oscope_queue_send(&t->q, from, units, 0, flags, number, crossed);
}

static inline int begins(struct teller *t, uint32_t from, uint32_t units, uint32_t *number,
			 uint32_t *crossed)
{
	return begins_as(t, from, units, 0, number, crossed);
}

static inline void received(struct teller *t, uint32_t by, uint32_t crossed, uint32_t units)
{
	int overlaps = units ? oscope_queue_overlaps(&t->q, crossed) : 0;
	uint32_t want = units;

	take(t, by, &want, overlaps);
	t->missing += want;
	oscope_queue_received(&t->q, by, units, want);
}

static inline void sent(struct teller *t, uint32_t from, int placed, uint32_t number,
			uint32_t crossed, uint32_t units)
{
	struct oscope_taken p = { 0 };

	if (placed)
		oscope_queue_sent(&t->q, from, number, crossed, units, &p);
	told_add(t, &p);
	oscope_queue_send_ends(&t->q, from, units);
	take(t, p.to, &p.owed, 1);
	take(t, 0, &p.excess, 1);
}

/* The same where receivers choose: of one message each, of so many bytes. */
static inline int chosen_begins(struct teller *t, uint32_t from, uint32_t tag, uint32_t *number)
{
	uint32_t step;

	for (step = 0; step < OSCOPE_QUEUE_RUNS; step++) {
		if (oscope_choose_squeeze(&t->q, step))
			break;
	}
	return oscope_choose_send(&t->q, from, tag, number);
}

static inline void chosen_sent(struct teller *t, uint32_t from, int placed, uint32_t number,
			       int works, uint32_t bytes)
{
	struct oscope_taken p = { 0 };

	if (placed)
		oscope_choose_sent(&t->q, from, number, works ? bytes + 1 : 0, &p);
	oscope_queue_send_ends(&t->q, from, works);
	if (p.units)
		told_add(t, &p);
	t->bytes += p.units ? oscope_taken_bytes(&p) : 0;
}

static inline void chosen_received(struct teller *t, uint32_t by, int got, uint32_t tag,
				   uint32_t crossed, uint32_t ended)
{
	struct oscope_taken p;

	t->missing += oscope_choose_received(&t->q, by, got, tag, crossed, ended, &p);
	if (p.units)
		told_add(t, &p);
	t->bytes += p.units ? oscope_taken_bytes(&p) : 0;
}

#endif /* IPC_TELLER_H */
