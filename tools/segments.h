/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Segments: the time of each task cut where its state changes, from records in the order of time.
 *
 * A state is told by the records that begin and end it. Where these do not fit together (one was
 * lost, or fired for nobody) the time between them is unknown, as it is before a task's first
 * record and after a loss.
 */
#ifndef OSCOPE_SEGMENTS_H
#define OSCOPE_SEGMENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "events.h"
#include "losses.h"
#include "map.h"

/* Records that segments are made of. */
#define SEGMENTS_BIT(id)	(1ULL << OSCOPE_REC_##id)
#define SEGMENTS_RECORDS	(SEGMENTS_BIT(IDENTITY) | SEGMENTS_BIT(SWITCH) | \
				 SEGMENTS_BIT(WAKING) | SEGMENTS_BIT(WAKEUP_NEW) | \
				 SEGMENTS_BIT(NEWTASK) | SEGMENTS_BIT(EXEC) | SEGMENTS_BIT(EXIT) | \
				 SEGMENTS_BIT(BLOCKED))

enum segment_state {
	SEGMENT_UNKNOWN,
	SEGMENT_NEW,			/* from its making to its first wake-up */
	SEGMENT_RUNNING,
	SEGMENT_WOKEN,			/* ready: woken, and not on a CPU yet */
	SEGMENT_PREEMPTED,		/* ready: made to give way, or gave way */
	SEGMENT_BLOCKED,
	SEGMENT_STOPPED,
	SEGMENT_GONE,			/* its last switch was seen: no segment */
	SEGMENT_STATES
};

/* Who is behind the beginning of a segment. */
enum segment_how {
	SEGMENT_BY_NOBODY,
	SEGMENT_BY_TASK,		/* WOKEN: this task woke it */
	SEGMENT_BY_SOFTIRQ,		/* ... a softirq did, while that task was on the CPU */
	SEGMENT_BY_HARDIRQ,		/* ... an interrupt, or whatever woke it on an idle CPU */
	SEGMENT_BY_MAKER,		/* NEW: this task has made it */
	SEGMENT_BY_EXEC,		/* RUNNING: until its exec it was that thread */
};

#define SEGMENT_NO_REASON	0xffU	/* BLOCKED: what for was not captured */
#define SEGMENT_NO_CPU		UINT32_MAX

struct segment {
	uint64_t from_ns, to_ns;	/* CLOCK_MONOTONIC */
	uint32_t task;			/* place in segments.task[] */
	uint32_t by;			/* place + 1 of who is behind it, 0: nobody that is known */
	uint32_t cpu;			/* where it is, or was last */
	uint8_t state, reason, how;	/* enum segment_state, oscope_reason, segment_how */
	uint8_t mark;			/* of whoever keeps it; 0 when it is handed out */
};

/* One life of a number. */
struct segment_task {
	uint32_t tid;
	bool named;			/* others' records name it, none is its own */
	uint64_t first_ns;		/* of its first record */
	uint64_t exit_ns;		/* when it began to end, 0: not seen */
	struct segment now;		/* that has not ended yet */
	struct {			/* a wake-up while it was on its way off the CPU */
		uint64_t ns;
		uint32_t by;
		uint8_t how;
	} early;
	uint32_t sleeps;		/* what it leaves for next, as in a ledger; 0: not said */
	uint32_t again;			/* what OSCOPE_REASON_AGAIN means: a reason + 1, or 0 */
};

struct segments {
	struct map tids;
	size_t *current;		/* the latest life of a number + 1, by place in tids */
	size_t places;
	struct segment_task *task;
	size_t n, room;
	const struct losses *losses;	/* settled up to the record that is handed in; or NULL */
	/* Each segment, once it has ended: none is empty, and those of a task are in order. */
	int (*take)(void *arg, const struct segment *segment);
	void *arg;
};

/* One record. 0, -ENOMEM, or what take() gave back. */
int segments_event(struct segments *s, const struct event *e);

/* No record follows: what goes on is handed out up to here. The same errors. */
int segments_end(struct segments *s, uint64_t end_ns);

/* "running", ... */
const char *segment_state_name(uint32_t state);
/* What a task slept for; NULL if it did not, or if that was not captured. */
const char *segment_reason_name(uint32_t state, uint32_t reason);

void segments_free(struct segments *s);

#endif /* OSCOPE_SEGMENTS_H */
