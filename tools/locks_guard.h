/* SPDX-License-Identifier: GPL-2.0 */
/* A program under guard: watched for deadlocks, and ended if one of them is proved. */
#ifndef OSCOPE_LOCKS_GUARD_H
#define OSCOPE_LOCKS_GUARD_H

#include "locks.h"
#include "locks_report.h"
#include "opts.h"

/*
 * Run the options' program until it has ended, or a deadlock is proved among its descendants: then
 * it is ended with all of them, and *l holds what was seen. Returns what status to leave with: 0;
 * EXIT_FOUND; 126, 127: it could not be run; 128 + the signal that ended us; or -errno, with a line
 * printed.
 */
int locks_guard(const struct opts *o, struct locks *l, struct locks_run *run);

/* One look more. 0 or -errno with a line printed. */
int locks_look_again(struct locks *l, struct locks_run *run, const struct locks_scope *scope);

#endif /* OSCOPE_LOCKS_GUARD_H */
