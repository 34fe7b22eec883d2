/* SPDX-License-Identifier: GPL-2.0 */
/* The records of a recording's lives under a filter: those that the probes would have made. */
#ifndef OSCOPE_EVENTS_FILTER_H
#define OSCOPE_EVENTS_FILTER_H

#include "asked.h"
#include "events.h"
#include "map.h"

struct filtered_task;

struct events_filter {
	const struct filter *filter;
	bool *cpus;			/* of -C, NULL: all */
	bool *gap;			/* by CPU: records are missing before who did not pass */
	struct map tids;
	struct filtered_task *task;	/* by place in tids */
	size_t room;
	/* Who takes what passes. */
	int (*take)(void *arg, const struct event *event);
	void *arg;
};

/* Of a recording of cpus CPUs; take and arg are the caller's. 0, or as asked_cpus(). */
int events_filter_open(struct events_filter *f, const struct filter *filter, uint32_t cpus);
/* Who was there at the start. 0 or -ENOMEM, a line printed. */
int events_filter_identity(struct events_filter *f, const struct oscope_identity *who);
/* For events_play(), all records of lives; each in the order of time. 0, -ENOMEM, or take()'s. */
int events_filter_take(void *filter, const struct event *event);
void events_filter_free(struct events_filter *f);

#endif /* OSCOPE_EVENTS_FILTER_H */
