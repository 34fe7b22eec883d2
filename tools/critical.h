/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The critical path of a run: walked backwards from its end, from who was woken to who woke it.
 */
#ifndef OSCOPE_CRITICAL_H
#define OSCOPE_CRITICAL_H

#include "critical_calls.h"
#include "critical_past.h"
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

/* What steps are told apart by where they are added up. */
struct critical_kind {
	uint32_t task, object;		/* object 0: none that is known */
	uint8_t state, reason, waited_state, waited_reason;
	bool waited;
};

/* Whether a run ends in a task that has ended, if in none that ended later. */
enum critical_end {
	CRITICAL_END_NOT,
	CRITICAL_END_MAYBE,		/* is told later */
	CRITICAL_END_SURE,
};

/* A path's past: from its begin to where a task's segment begins that critical.fold_ns is in. */
struct critical_past {
	uint64_t to_ns;			/* 0: there is none */
	uint32_t origin;		/* with whom the path begins */
	struct critical_part *part;	/* NULL: nothing is added up */
	uint64_t handovers;
};

/* The walk, backwards: who has the path at `now`, and since when the next one waited for it. */
struct critical_walk {
	struct critical *c;
	uint32_t task;
	uint64_t now, start_ns;
	uint32_t next;			/* place + 1 of who goes on from here, if another */
	uint32_t by;			/* who woke it at the end of what follows, as in a step */
	uint8_t how;
	bool waited;
	uint32_t waited_task;
	uint64_t waited_ns, slept_ns;	/* since when, until when */
	uint8_t waited_state, waited_reason;
	struct segment open;		/* the one that it is in, where that has not ended yet */
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
	/* Of a task that has ended; NULL: each may be a run's last. */
	enum critical_end (*ends)(void *arg, const struct segment_task *t);
	void *ends_arg;
	struct critical_way {		/* critical_prune.c: still to be followed */
		uint32_t task;
		uint64_t ns;
	} *way;
	size_t ways, ways_room;
	struct critical_calls calls;
	struct critical_step *step;	/* in the order of time, once walked */
	size_t n, room;
	uint64_t handovers;		/* from one task to another, in these steps */
	/*
	 * critical_fold.c: what lies before fold_ns is added up, by the task that the path is with
	 * then, and its segments are freed. When the run begins; false: not known yet. NULL: never
	 * added up.
	 */
	bool (*begins)(void *arg, uint64_t *ns);
	void *begins_arg;
	uint64_t first_ns, last_ns;	/* of all segments */
	uint64_t begin_ns, fold_ns, fold_next_ns;
	struct critical_past *past;	/* by place in segments.task[] */
	size_t pasts;
	uint64_t held_sums, rounds;	/* critical_past.c: kinds in all parts */
	struct map objects, kinds;
	struct critical_kind *kind;	/* by place in kinds */
	size_t kind_room;
	struct critical_total all;	/* of a path that has been walked: all of it */
};

/* For segments.take: keep it. arg: the struct critical. 0 or -ENOMEM, a line printed. */
int critical_keep(void *arg, const struct segment *segment);

/*
 * Walk from the end of the run in a task to its start: c->step[] are the steps whose segments are
 * kept, c->all has all of them, added up. 0 or -ENOMEM, a line printed.
 */
int critical_walk(struct critical *c, uint32_t task, uint64_t start_ns, uint64_t end_ns);

/* Free what no path can come to any more. 0 or -ENOMEM, then nothing is freed. */
int critical_prune(struct critical *c);

/* One step back; what comes next is w->task at w->now. 0 or -ENOMEM, a line printed. */
int critical_walk_step(struct critical_walk *w);
/* Where a segment begins: w goes on with who is behind that. */
void critical_walk_begins(struct critical_walk *w, const struct segment *s);
/* The segment that a task is in at a time and that has not ended yet, as it will be, up to then. */
bool critical_open(const struct critical *c, uint32_t task, uint64_t ns, struct segment *open);
/* What is added up of the path up to a task; NULL: nothing. */
const struct critical_past *critical_past_of(const struct critical *c, uint32_t task);
/* Whether it has come to what is added up already. */
bool critical_walk_is_past(const struct critical_walk *w);

/*
 * critical_fold.c. Add up what lies before a time, which no run can end before; its segments can go
 * then. `marked` says which of them are on a way. 0 or -ENOMEM; nothing has changed then.
 */
int critical_fold(struct critical *c, uint64_t cut_ns,
		  bool (*marked)(const struct segment *segment));
/* Go on to the run's begin with the past, which is made c->all with all steps. 0 or -ENOMEM. */
int critical_fold_finish(struct critical *c, struct critical_walk *w);
void critical_fold_free(struct critical *c);
/* The object that a step, or who comes next, was asleep at; 0: none that is known. */
uint32_t critical_object(const struct critical *c, const struct critical_step *s);

/* The last kept segment of a task that begins before a time; NULL: none. */
const struct segment *critical_before(const struct critical *c, uint32_t task, uint64_t ns);
/* Whether it was on a CPU at a time, or came to one just then. */
bool critical_runs_at(const struct critical *c, uint32_t task, uint64_t ns);

/* The first segment of a task, NULL: none. */
const struct segment *critical_first(const struct critical *c, uint32_t task);

void critical_free(struct critical *c);

#endif /* OSCOPE_CRITICAL_H */
