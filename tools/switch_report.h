/* SPDX-License-Identifier: GPL-2.0 */
/* The reports of oscope switch, from a reading of any source. */
#ifndef OSCOPE_SWITCH_REPORT_H
#define OSCOPE_SWITCH_REPORT_H

#include "out.h"
#include "source.h"

enum switch_by { SWITCH_BY_KIND, SWITCH_BY_TASK, SWITCH_BY_CPU, SWITCH_BY_PAIR, SWITCH_BYS };

extern const struct out_report *const switch_reports[SWITCH_BYS];

/* Print one report of snap. Errors as out_print(). */
int switch_print(struct out *out, enum switch_by by, const char *source,
		 const struct snapshot *snap);

#endif /* OSCOPE_SWITCH_REPORT_H */
