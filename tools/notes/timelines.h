/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Timelines: when which task of an arm was on which CPU, in one sample, from the switches that the
 * probes recorded. Of claims on parallelism and states, where the picture is what is claimed. They
 * decide nothing, and are capped: what is left out is counted.
 */
#ifndef OSCOPE_NOTES_TIMELINES_H
#define OSCOPE_NOTES_TIMELINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TIMELINE_ARMS	3	/* of a claim, the first ones */
#define TIMELINE_TASKS	12	/* of an arm, those that came first */
#define TIMELINE_SPANS	72	/* ... from the sample's begin on, the last TASKS cut */
#define TIMELINE_NAME	24

struct claim;
struct note;
struct note_plan;

/* A task on a CPU; times since the sample's begin. */
struct timeline_span {
	uint64_t task, cpu;		/* task: place among the names */
	uint64_t from_ns, to_ns;
};

struct arm_timeline {
	const char *arm;
	uint64_t shown_ns, whole_ns;	/* of the sample */
	size_t n, left_out;		/* spans */
	size_t n_tasks, tasks_left_out;
	uint64_t lost;			/* events: then spans may be missing */
	size_t name_bytes;
	char names[TIMELINE_TASKS * TIMELINE_NAME]; /* a 0 behind each */
	struct timeline_span span[TIMELINE_SPANS];
};

struct note_timelines {
	size_t n;
	struct arm_timeline arm[TIMELINE_ARMS];
};

/* Whether a claim has any. */
bool timelines_wanted(const struct claim *c);
/* After all that counts: a sample of each arm with a recorder, in what is left of the budget. */
void note_timelines(struct note *n, const struct note_plan *plan, uint64_t deadline_ns);

/*
 * From all spans of some samples, in the order of their ends, and the time of the sample that is
 * shown, to what is kept. Names are those of tids; of several that are called the same all but the
 * first get a number.
 */
struct timeline_raw {
	uint64_t from_ns, to_ns;
	uint32_t tid, cpu;
};

struct timeline_name {
	uint32_t tid;
	char comm[16 + 1];
};

void timeline_make(struct arm_timeline *to, const struct timeline_raw *raw, size_t n,
		   const struct timeline_name *names, size_t n_names, uint64_t begun_ns,
		   uint64_t ended_ns);

#endif /* OSCOPE_NOTES_TIMELINES_H */
