/* SPDX-License-Identifier: GPL-2.0 */
/* oscope timeline: what ran where, and what for it waited, drawn or told one by one. */
#ifndef OSCOPE_TIMELINE_H
#define OSCOPE_TIMELINE_H

#include "opts.h"
#include "out.h"

struct timeline_options {
	int by_task;			/* rows by task, not by CPU */
	bool wakes;			/* who woke whom, instead of segments */
	uint64_t rows;			/* draw no more tasks than so many */
};

extern const struct out_report timeline_segments_report, timeline_wakes_report;

/* Run until its end. Status as session_run(). */
int timeline_run(const struct opts *o, struct out *out, const struct timeline_options *options);

#endif /* OSCOPE_TIMELINE_H */
