/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a flight recorder waits for: something that takes longer than it should, of any task that is
 * recorded. Told by the records, with the arithmetic of the reports.
 */
#ifndef OSCOPE_FLIGHT_WHEN_H
#define OSCOPE_FLIGHT_WHEN_H

#include <stdbool.h>

#include "../kmod/core/switch.h"
#include "map.h"

/* "wait>10ms" */
struct flight_when {
	uint32_t what;			/* enum oscope_trigger; OSCOPE_TRIGGER_END: nothing */
	uint64_t over_ns;
};

/* The first that took longer. */
struct flight_found {
	uint64_t at_ns, took_ns;
	uint32_t tid;
};

struct flight_task {
	struct oscope_wait_state wait;
	uint64_t left_ns;		/* it left its CPU to sleep, 0: it did not, or is woken */
	uint64_t seen_ns;		/* its latest record */
};

struct flight_watch {
	struct flight_when when;
	struct map tids;
	struct flight_task *task;	/* by place in tids: no more than there can be numbers */
	size_t room;
	uint64_t whole_ns;		/* nothing is missing since then */
	struct oscope_counters *sums;	/* of the reports' arithmetic, of no use here */
	uint64_t found_n;		/* how often it took longer */
};

/* Takes the condition apart. 0; -EINVAL: no such thing can be waited for; -ERANGE: no such time. */
int flight_when_parse(const char *word, struct flight_when *when);

/* Records that it takes: a bit set. */
uint64_t flight_when_records(const struct flight_when *when);

/* "wait", ... */
const char *flight_trigger_name(uint32_t trigger);

/* 0 or -ENOMEM, a line printed. */
int flight_watch_open(struct flight_watch *w, const struct flight_when *when);
void flight_watch_close(struct flight_watch *w);

/*
 * One record, in the order of time; gap: others of its CPU are missing before it. 1: it took too
 * long, *found says what; 0: it did not; -ENOMEM, a line printed.
 */
int flight_watch_record(struct flight_watch *w, const struct oscope_slot *slot, bool gap,
			struct flight_found *found);

#endif /* OSCOPE_FLIGHT_WHEN_H */
