/* SPDX-License-Identifier: GPL-2.0 */
/* One sample with nothing of ours attached, for others to look at: strace, perf, a debugger. */
#ifndef OSCOPE_NOTES_ALONE_H
#define OSCOPE_NOTES_ALONE_H

#include "notes/notes.h"
#include "out.h"

extern const struct out_report notes_sample_report;	/* rows: arms */

/* The arm of that name; NULL, with a line printed that has those there are: there is none. */
const struct arm *alone_arm(const struct claim *c, const char *name);

/*
 * One sample of each arm (arm NULL), or of that one, each in a fresh process, and its row. 0 or
 * -errno with a line printed.
 */
int alone_run(struct out *out, const struct claim *c, const struct arm *arm);

#endif /* OSCOPE_NOTES_ALONE_H */
