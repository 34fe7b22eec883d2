/* SPDX-License-Identifier: GPL-2.0 */
/* Through which pipe, lock or the like tasks slept, of a recording that has it. */
#ifndef OSCOPE_CRITICAL_CALLS_H
#define OSCOPE_CRITICAL_CALLS_H

#include "events.h"
#include "map.h"

struct ipc_reading;

/* Zeroed: there are none. */
struct critical_calls {
	struct map tids;
	struct critical_caller {	/* by place in tids */
		struct critical_call {
			uint64_t from_ns, to_ns;	/* CLOCK_MONOTONIC */
			uint32_t object;
		} *call;		/* by their ends */
		size_t n, room;
	} *caller;
	size_t callers;
	char **name;			/* of objects, by number: as far as they were asked for */
	size_t names;
};

/* Keep it, if it is a call that has slept: events come in the order of time. 0 or -ENOMEM. */
int critical_calls_keep(struct critical_calls *c, const struct event *e);

/*
 * The object of the call that a task was in when a sleep of its ended; 0: none that is known. A
 * call's times are late by what it took to write its record: at that end it has begun for certain,
 * at the sleep's beginning maybe not.
 */
uint32_t critical_calls_find(const struct critical_calls *c, uint32_t tid, uint64_t slept_ns);

/* Of sleeps that end before a time nothing will be asked any more. */
void critical_calls_forget(struct critical_calls *c, uint64_t ns);

/*
 * What it is called: for one object always the same string. NULL: nothing is known, or no memory.
 */
const char *critical_calls_name(struct critical_calls *c, const struct ipc_reading *reading,
				uint32_t object);

void critical_calls_free(struct critical_calls *c);

#endif /* OSCOPE_CRITICAL_CALLS_H */
