/* SPDX-License-Identifier: GPL-2.0 */
/* The reports of oscope critical: a path by task, by reason, or step by step. */
#ifndef OSCOPE_CRITICAL_REPORT_H
#define OSCOPE_CRITICAL_REPORT_H

#include "critical.h"
#include "lives.h"
#include "out.h"

enum critical_by { CRITICAL_BY_TASK, CRITICAL_BY_REASON, CRITICAL_BY_SEGMENT, CRITICAL_BYS };

/* Whose path: that of a run. */
struct critical_run {
	uint32_t task;			/* in which it ends: place in segments.task[] */
	uint64_t start_ns, end_ns;
};

extern const struct out_report critical_reports[CRITICAL_BYS];

/* Print a path that has been walked. Errors as out_print(). */
int critical_print(struct out *out, enum critical_by by, const char *source,
		   struct critical *c, const struct critical_run *run,
		   const struct lives *lives, const struct snapshot *snap);

#endif /* OSCOPE_CRITICAL_REPORT_H */
