/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The critical path of a run: walked backwards from its end, from who was woken to who woke it.
 */
#ifndef OSCOPE_CRITICAL_H
#define OSCOPE_CRITICAL_H

#include "critical_calls.h"
#include "losses.h"
#include "segments.h"

#define CRITICAL_PRUNE_MIN	65536U	/* segments: 2 MB, fewer are not worth a look */

/* One step of the path; each ends where the next one begins. */
struct critical_step {
	uint64_t from_ns, to_ns;
	uint32_t task;			/* place in segments.task[] */
	uint32_t next;			/* ... + 1 of the task that goes on after it; 0: the same */
	uint32_t by;			/* BLOCKED, WOKEN: place + 1 of who woke it, 0: no task */
	uint32_t cpu;
	uint8_t state, reason, how;	/* as in struct segment */
	/* What the path's next task was blocked for meanwhile, and whether it was. */
	uint8_t waited_state, waited_reason;
	bool waited;
	uint32_t waited_task;		/* ... who that was: place */
	uint64_t slept_ns;		/* BLOCKED, waited: when that sleep, of either, ended */
};

struct critical {
	struct segments segments;
	struct losses *losses;
	struct critical_task {		/* by place in segments.task[] */
		struct segment *segment;
		size_t n, room;
		struct segment first;	/* of all, kept or not, once there is any */
		bool begun;
	} *task;
	size_t tasks;
	uint64_t held;			/* segments that are kept */
	/* With more than both of these it is looked for those that can go; prune_min 0: never. */
	uint64_t prune_min, prune_at;
	/* Whether a run may end in a task that has ended; NULL: in each. */
	bool (*may_end)(void *arg, const struct segment_task *t);
	void *may_end_arg;
	struct critical_way {		/* critical_prune.c: still to be followed */
		uint32_t task;
		uint64_t ns;
	} *way;
	size_t ways, ways_room;
	struct critical_calls calls;
	struct critical_step *step;	/* in the order of time, once walked */
	size_t n, room;
	uint64_t handovers;		/* from one task to another */
};

/* For segments.take: keep it. arg: the struct critical. 0 or -ENOMEM, a line printed. */
int critical_keep(void *arg, const struct segment *segment);

/*
 * Walk from the end of the run in a task to its start; all segments have been kept. 0 or -ENOMEM,
 * a line printed.
 */
int critical_walk(struct critical *c, uint32_t task, uint64_t start_ns, uint64_t end_ns);

/* Free what no path can come to any more. 0 or -ENOMEM, then nothing is freed. */
int critical_prune(struct critical *c);

/* The last kept segment of a task that begins before a time; NULL: none. */
const struct segment *critical_before(const struct critical *c, uint32_t task, uint64_t ns);
/* Whether it was on a CPU at a time, or came to one just then. */
bool critical_runs_at(const struct critical *c, uint32_t task, uint64_t ns);

/* The first segment of a task, NULL: none. */
const struct segment *critical_first(const struct critical *c, uint32_t task);

void critical_free(struct critical *c);

#endif /* OSCOPE_CRITICAL_H */
