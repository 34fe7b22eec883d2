/* SPDX-License-Identifier: GPL-2.0 */
/* oscope events: each record as a line. */
#ifndef OSCOPE_EVENTS_REPORT_H
#define OSCOPE_EVENTS_REPORT_H

#include "opts.h"
#include "out.h"

extern const struct out_report events_report;

/* What a record is called in lines, NULL: it is none. By enum oscope_record. */
const char *events_name(uint32_t id);

/* Run until its end, with records of these ids. Status as session_run(). */
int events_run(const struct opts *o, struct out *out, uint64_t records);

#endif /* OSCOPE_EVENTS_REPORT_H */
