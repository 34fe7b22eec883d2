/* SPDX-License-Identifier: GPL-2.0 */
/* The reports of oscope zombies: who is one now, and who was until somebody reaped it. */
#ifndef OSCOPE_ZOMBIES_REPORT_H
#define OSCOPE_ZOMBIES_REPORT_H

#include "lives.h"
#include "out.h"
#include "proc_tasks.h"

enum zombies_by { ZOMBIES_BY_PARENT, ZOMBIES_BY_TASK, ZOMBIES_BYS };

extern const struct out_report zombies_now;
extern const struct out_report *const zombies_reports[ZOMBIES_BYS];

/* Who is one now, as /proc says. Errors as out_print(). */
int zombies_print_now(struct out *out, const struct proc_zombie *found, size_t n);

/*
 * What became of those who ended during a run that snap tells the head of. Errors as out_print().
 */
int zombies_print(struct out *out, enum zombies_by by, const char *source,
		  const struct lives *lives, const struct snapshot *snap);

#endif /* OSCOPE_ZOMBIES_REPORT_H */
