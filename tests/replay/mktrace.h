/* SPDX-License-Identifier: GPL-2.0 */
/* What mktrace.c makes recordings of: records, who is who, and how a trace is put together. */
#ifndef MKTRACE_H
#define MKTRACE_H

#include <stddef.h>
#include <stdint.h>

#define CHUNK_SLOTS	5	/* small, so that records of two slots get cut between chunks */
#define NONE		OSCOPE_NS_NONE
#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))

#define KIND(name)	OSCOPE_KIND_##name
#define VOL		OSCOPE_SWITCH_VOLUNTARY
#define READY		OSCOPE_SWITCH_READY
#define PREEMPT		OSCOPE_SWITCH_PREEMPT
#define DEAD		OSCOPE_SWITCH_DEAD
#define ARRIVAL		OSCOPE_SWITCH_ARRIVAL
#define NEXT		OSCOPE_SWITCH_NEXT

/* One record. w[0] of an IDENTITY is its index in the case's table of names. */
struct event {
	uint32_t cpu, ns, id, flags;
	uint32_t w[3];
};

struct name {
	uint32_t tid, tgid, flags;
	uint64_t start_ns;		/* its ts in the ring, too */
	const char *comm;
};

struct trace {
	const struct event *event;
	size_t n_events;
	const struct name *name;	/* the first n_first are there at the start */
	size_t n_names, n_first;
	uint64_t lost[CPUS];		/* before the last chunk of each CPU */
	uint64_t lost_last;		/* after it */
	int unfinished;			/* no END chunk: the writer died */
	uint32_t tree;			/* the root of what was recorded, 0: all */
	uint64_t features;		/* beside those that every case has */
	uint64_t without;		/* records that were not asked for */
	const struct talk *talk;	/* instead of events */
	size_t n_talks;
	uint32_t rounds;		/* how often all happens, one after another; 0: once */
};

/*
 * Whether a name is a later one of a task that has one in the table already: then it is told as a
 * new one.
 */
static inline uint32_t renamed_flag(const struct trace *t, uint32_t index)
{
	uint32_t i;

	for (i = 0; i < index; i++) {
		if (t->name[i].tid == t->name[index].tid &&
		    t->name[i].start_ns == t->name[index].start_ns)
			return OSCOPE_IDENTITY_RENAMED;
	}
	return 0;
}

#endif /* MKTRACE_H */
