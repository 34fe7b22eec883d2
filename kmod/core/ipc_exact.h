/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is to be thought of what was counted of pairs of a queue, for who reads it.
 */
#ifndef OSCOPE_CORE_IPC_EXACT_H
#define OSCOPE_CORE_IPC_EXACT_H

#include "ipc_queue.h"

/* What is in the queue: units of calls that have ended, and those that have not. */
OSCOPE_CORE __u64 oscope_queue_left(const struct oscope_queue *q)
{
	__u64 left = 0;
	__u32 i;

	for (i = 0; i < OSCOPE_QUEUE_RUNS; i++) {
		if (q->first + i == q->last)
			break;
		left += q->run[(q->first + i) % OSCOPE_QUEUE_RUNS].units;
	}
	return left;
}

/*
 * Whether somebody is in a call of whose a part may have been received and is not told, or was told
 * as another's.
 */
OSCOPE_CORE int oscope_queue_unsettled(const struct oscope_queue *q)
{
	const struct oscope_run *r;
	__u32 i;

	for (i = 0; i < OSCOPE_QUEUE_RUNS; i++) {
		if (q->first + i == q->last)
			break;
		r = &q->run[(q->first + i) % OSCOPE_QUEUE_RUNS];
		if ((r->flags & OSCOPE_RUN_OPEN) && (r->taken || (r->flags & OSCOPE_RUN_FETCHES)))
			return 1;
	}
	return 0;
}

/*
 * Whether what was counted of pairs of a queue is exact though calls overlapped: there was one
 * sender; or one receiver, who has received all of it.
 */
OSCOPE_CORE int oscope_queue_exact(const struct oscope_queue *q)
{
	if ((q->flags & OSCOPE_QUEUE_LEFT_OUT) || oscope_queue_unsettled(q))
		return 0;
	return !(q->flags & OSCOPE_QUEUE_MANY_FROM) ||
	       (!(q->flags & OSCOPE_QUEUE_MANY_TO) && !oscope_queue_left(q));
}

#endif /* OSCOPE_CORE_IPC_EXACT_H */
