/* SPDX-License-Identifier: GPL-2.0 */
/* The reports of oscope states, from a reading of any source that keeps ledgers. */
#ifndef OSCOPE_STATES_REPORT_H
#define OSCOPE_STATES_REPORT_H

#include "out.h"
#include "source.h"

/* Whose time: each task's, each process's with all its threads, or that of all together. */
enum states_by { STATES_BY_TASK, STATES_BY_PROCESS, STATES_BY_TOTAL, STATES_BYS };

/*
 * What of it: a row each with all states; by what was waited for; by transition; by who woke; by
 * where who was woken ran. The last two are of all together.
 */
enum states_what {
	STATES_TIMES, STATES_WHY, STATES_MATRIX, STATES_WAKERS, STATES_PLACES, STATES_WHATS
};

const struct out_report *states_report(enum states_what what, enum states_by by);

/* Print one report of snap. live: the tasks are here, and can be asked. Errors as out_print(). */
int states_print(struct out *out, enum states_what what, enum states_by by, const char *source,
		 const struct snapshot *snap, bool live);

#endif /* OSCOPE_STATES_REPORT_H */
