/* SPDX-License-Identifier: GPL-2.0 */
/* What reports share: the head, and tasks as cells. */
#ifndef OSCOPE_REPORT_H
#define OSCOPE_REPORT_H

#include "lives.h"
#include "out.h"

/* The head of a report of snap, with nothing more than that in it. */
struct out_head report_head(const char *source, const struct snapshot *snap);

/* Who a row is of; who had a tid last (0: "idle"), as far as there are rows; whose life it is. */
struct out_task task_of_row(const struct oscope_task *row);
struct out_task task_of_tid(const struct snapshot *snap, uint32_t tid);
struct out_task task_of_life(const struct life *life);
/* Who had a tid at a time, as far as that was heard of. */
struct out_task task_at(const struct lives *lives, uint32_t tid, uint64_t ns);

#endif /* OSCOPE_REPORT_H */
