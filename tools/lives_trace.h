/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A trace of tasks' lives: what reports of them share, from the records of a source to lives in
 * the order of time.
 */
#ifndef OSCOPE_LIVES_TRACE_H
#define OSCOPE_LIVES_TRACE_H

#include "lives.h"
#include "losses.h"
#include "opts.h"
#include "out.h"
#include "session.h"

struct lives_trace {
	struct out *out;
	struct events events;
	struct lives lives;
	struct losses losses;		/* where records are missing; settled at each record */
	bool begun;			/* who was there already is known */
	bool losses_first;		/* of a recording: told before what is in them */
	uint64_t drained_ns;		/* when the drain before the last began */
	/* Print what is known now. Errors as out_print(). */
	int (*print)(struct lives_trace *t, const char *source, const struct snapshot *snap);
	/* Once the identities of who is there are known; or NULL. 0 or -errno. */
	int (*begin)(struct session *s, struct lives_trace *t);
	/* A record, which lives know of already; or NULL. Errors as session_ops.report. */
	int (*event)(struct lives_trace *t, const struct event *event);
	/* All records up to a time have come, UINT64_MAX: all there are; or NULL. Errors alike. */
	int (*settled)(struct lives_trace *t, uint64_t until_ns);
	void *arg;			/* of whoever these belong to */
};

/*
 * Run until its end, with these records (LIVES_RECORDS and more) and the reports that the options
 * ask for. Status as session_run().
 */
int lives_trace_run(const struct opts *o, struct lives_trace *t, uint64_t records);

/* Whether any of -p -t -c --cgroup -C -u is there. */
bool lives_filtered(const struct filter *f);

#endif /* OSCOPE_LIVES_TRACE_H */
