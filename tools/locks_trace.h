/* SPDX-License-Identifier: GPL-2.0 */
/* Contention: which futexes tasks wait for, for how long, and who wakes them. */
#ifndef OSCOPE_LOCKS_TRACE_H
#define OSCOPE_LOCKS_TRACE_H

#include "opts.h"
#include "out.h"

extern const struct out_report locks_contention;

/* A live run over it, with all that the options say. As session_run(). */
int locks_trace(const struct opts *o, struct out *out);

#endif /* OSCOPE_LOCKS_TRACE_H */
