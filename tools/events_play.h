/* SPDX-License-Identifier: GPL-2.0 */
/* A recording as events, one after the other, in memory that does not follow its length. */
#ifndef OSCOPE_EVENTS_PLAY_H
#define OSCOPE_EVENTS_PLAY_H

#include "events.h"
#include "trace_file.h"

/*
 * Hand out, in the order of time, each record of the bit set `wanted`, and who is who before the
 * next record of the CPU that says so. 0; -EINVAL (damaged) or -ENOMEM, a line printed; or what
 * take() gave back.
 */
int events_play(const struct trace_reader *file, uint64_t wanted,
		int (*take)(void *arg, const struct event *event), void *arg);

#endif /* OSCOPE_EVENTS_PLAY_H */
