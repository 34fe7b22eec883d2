/* SPDX-License-Identifier: GPL-2.0 */
/*
 * oscope spawn --events: a line for each task that is made, each program that is executed, each
 * task that ends, as it happens.
 */
#ifndef OSCOPE_SPAWN_EVENTS_H
#define OSCOPE_SPAWN_EVENTS_H

#include "opts.h"
#include "out.h"

extern const struct out_report spawn_events_report;

/* Run until its end; with arguments of what is executed, or without. Status as session_run(). */
int spawn_events_run(const struct opts *o, struct out *out, bool args);

#endif /* OSCOPE_SPAWN_EVENTS_H */
