/* SPDX-License-Identifier: GPL-2.0 */
/* The reports of oscope locks, from a look at who waits. */
#ifndef OSCOPE_LOCKS_REPORT_H
#define OSCOPE_LOCKS_REPORT_H

#include "locks.h"
#include "out.h"

/* What is told of a series of looks, of which the last is printed. */
struct locks_run {
	uint64_t looks;
	uint64_t begin_ns;		/* of the first */
	uint64_t own_ns;		/* that all of them took */
	bool all;			/* those too whose lock has no owner that is known */
};

/* What is left of a lock's name without the directories that its file is in. */
const char *lock_short_name(const char *name);

extern const struct out_report locks_report;

/* Print it, as a table or as a graph of who waits for whom. Errors as out_print(). */
int locks_print(struct out *out, const struct locks *l, const struct locks_run *run);
int locks_graph(struct out *out, enum out_graph_kind kind, const struct locks *l,
		const struct locks_run *run);

#endif /* OSCOPE_LOCKS_REPORT_H */
