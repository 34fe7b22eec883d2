/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The reports of oscope spawn: what was made, how, at what cost, and what became of it; and what
 * their rows share.
 */
#ifndef OSCOPE_SPAWN_REPORT_H
#define OSCOPE_SPAWN_REPORT_H

#include "lives.h"
#include "out.h"

enum spawn_by { SPAWN_BY_KIND, SPAWN_BY_TASK, SPAWN_BY_TREE, SPAWN_BY_MEMORY, SPAWN_BYS };

enum spawn_interval { COST, FIRST_RUN, EXEC, LIFETIME, INTERVALS };

extern const struct out_report *const spawn_reports[SPAWN_BYS];

/* What a task's kind (enum oscope_birth) is called. */
const char *spawn_kind_name(uint32_t birth);

/* Print one report of what snap tells the head of. Errors as out_print(). */
int spawn_print(struct out *out, enum spawn_by by, const char *source, const struct lives *lives,
		const struct snapshot *snap);

/* Whether a task was made while we looked, and is of interest. */
bool spawn_was_made(const struct life *life);

/* Its intervals in ns; NOT_CAPTURED where an end is not known. */
void spawn_times(const struct life *life, uint64_t time[INTERVALS]);

#endif /* OSCOPE_SPAWN_REPORT_H */
