/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A recording through the accounting core: the same calls, in the order of time, that the probes
 * made live, so that the same events give the same numbers.
 */
#ifndef OSCOPE_REPLAY_H
#define OSCOPE_REPLAY_H

#include "source.h"
#include "trace_file.h"

/* What a task's time was spent in, as oscope states tells it apart. */
enum replay_span {
	SPAN_NEW,
	SPAN_RUNNING,
	SPAN_READY_WOKEN,
	SPAN_READY_PREEMPTED,
	SPAN_BLOCKED,
	SPAN_STOPPED,
	SPAN_ZOMBIE,
	SPAN_UNOBSERVED,
	SPANS,
};

#define REPLAY_NO_CPU	UINT32_MAX

/* Who looks on while a recording is replayed. Those that return an error end it with that. */
struct replay_watch {
	void *arg;
	/* Who a tid is from now on; cpu: whose ring said so, REPLAY_NO_CPU: it was there before. */
	int (*identity)(void *arg, uint32_t cpu, const struct oscope_identity *id);
	/* Any other record, before anything follows from it. */
	int (*record)(void *arg, uint32_t cpu, const struct oscope_slot *slot);
	/* One of what communicates, if somebody wants them: all of its n slots. */
	int (*ipc)(void *arg, uint32_t cpu, const struct oscope_slot *slot, uint32_t n);
	/* n records are missing on this CPU (REPLAY_NO_CPU: on any) before ts, 0: nobody knows. */
	int (*lost)(void *arg, uint32_t cpu, uint64_t ts, uint64_t n);
	/* With ledgers: tid was in this state, blocked for this reason, from then to then. */
	void (*span)(void *arg, uint32_t tid, enum replay_span span, uint32_t reason,
		     uint64_t from_ns, uint64_t to_ns);
};

/*
 * Fill snap (cpu, task, pair, lost, ...) from the whole file. by_pair and by_task as in struct
 * source_config. 0; -EINVAL (damaged records), -ENOMEM with a line printed.
 */
int replay_switches(const struct trace_reader *file, const struct source_config *config,
		    struct snapshot *snap);

/*
 * Only what reports of records have in their heads: times, features, losses, as header, index and
 * end say. No record is read but the last one. 0 or -ENOMEM, a line printed.
 */
int replay_head(const struct trace_reader *file, struct snapshot *snap);
/* The same of who has read records; last_ns: of the last of them; lost: as their chunks say. */
void replay_head_fill(struct snapshot *snap, const struct trace_reader *file, uint64_t last_ns,
		      uint64_t lost);

/* Whether it has what ledgers need: spans are told. */
bool replay_has_states(const struct trace_reader *file);

/* The same with somebody who looks on. Errors also as of that. */
int replay_watched(const struct trace_reader *file, const struct source_config *config,
		   struct snapshot *snap, const struct replay_watch *watch);

#endif /* OSCOPE_REPLAY_H */
