/* SPDX-License-Identifier: GPL-2.0 */
/* What the files about readings share: source.c, source_tasks.c. */
#ifndef OSCOPE_SOURCE_IMPL_H
#define OSCOPE_SOURCE_IMPL_H

#include "source.h"

/* h -= before: the extremes of an interval are not known, bucket bounds stand in. */
void hist_subtract(struct oscope_hist *h, const struct oscope_hist *before);

/* Copy n elements into a buffer, *(void **)to, that may have to grow. 0 or -ENOMEM. */
int array_copy(void *to, const void *from, size_t n, size_t size);

/*
 * Tasks that were there before lose what they had, and who was gone then goes; the others are new.
 * 0, or -ENOMEM with a line printed.
 */
int tasks_subtract(struct snapshot *after, const struct snapshot *before);

#endif /* OSCOPE_SOURCE_IMPL_H */
