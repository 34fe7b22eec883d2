/* SPDX-License-Identifier: GPL-2.0 */
/* The reports of oscope spawn: what was made, how, at what cost, and what became of it. */
#ifndef OSCOPE_SPAWN_REPORT_H
#define OSCOPE_SPAWN_REPORT_H

#include "lives.h"
#include "out.h"

enum spawn_by { SPAWN_BY_KIND, SPAWN_BY_TASK, SPAWN_BY_TREE, SPAWN_BYS };

extern const struct out_report *const spawn_reports[SPAWN_BYS];

/* Print one report of what snap tells the head of. Errors as out_print(). */
int spawn_print(struct out *out, enum spawn_by by, const char *source, const struct lives *lives,
		const struct snapshot *snap);

#endif /* OSCOPE_SPAWN_REPORT_H */
