/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Queues into which a message is put, and from which it is taken, in one step that is seen while
 * the kernel's own lock is held: signals. Nothing overlaps, so the order is the kernel's. The rest
 * of such a queue is as in ipc_queue.h.
 */
#ifndef OSCOPE_CORE_IPC_PUT_H
#define OSCOPE_CORE_IPC_PUT_H

#include "ipc_queue.h"

/* No room for another run: to the latest one of its sender, at the expense of the order. */
OSCOPE_CORE int oscope_queue_put_back(struct oscope_queue *q, __u32 from)
{
	__u32 i;

	for (i = 1; i <= OSCOPE_QUEUE_RUNS; i++) {
		struct oscope_run *r = oscope_queue_run(q, q->last - i);

		if (r->from != from)
			continue;
		r->units++;
		r->messages++;
		r->flags |= OSCOPE_RUN_UNCERTAIN;
		return 1;
	}
	return 0;
}

/* One more message; from 0: of nobody, an interrupt's. */
OSCOPE_CORE void oscope_queue_put(struct oscope_queue *q, __u32 from)
{
	struct oscope_run *r = oscope_queue_run(q, q->last - 1);

	q->begun++;
	if (!q->sender)
		q->sender = from;
	else if (q->sender != from)
		q->flags |= OSCOPE_QUEUE_MANY_FROM;
	if (!(q->flags & OSCOPE_QUEUE_SYNCED))
		return;
	if (q->first != q->last && r->from == from) {
		r->units++;
		r->messages++;
		return;
	}
	if (q->last - q->first >= OSCOPE_QUEUE_RUNS) {
		if (!oscope_queue_put_back(q, from))
			oscope_queue_upset(q);
		return;
	}
	r = oscope_queue_run(q, q->last++);
	__builtin_memset(r, 0, sizeof(*r));
	r->from = from;
	r->flags = OSCOPE_RUN_WHOLE;
	r->units = 1;
	r->messages = 1;
}

/*
 * One more message, which the kernel takes only if none of its kind is there: what we think is
 * there has gone unseen, or a call has taken it that has not ended. Then it is not sure whose is
 * whose.
 */
OSCOPE_CORE void oscope_queue_put_only(struct oscope_queue *q, __u32 from)
{
	int overtakes = q->first != q->last;

	oscope_queue_empty(q, q->begun);
	oscope_queue_put(q, from);
	if (overtakes && q->first != q->last)
		oscope_queue_run(q, q->last - 1)->flags |= OSCOPE_RUN_UNCERTAIN;
}

/* The first message is taken: *from whom, and whether that is uncertain. 0: none is there. */
OSCOPE_CORE int oscope_queue_get(struct oscope_queue *q, __u32 *from, __u32 *uncertain)
{
	struct oscope_run *r = oscope_queue_run(q, q->first);

	*from = 0;
	*uncertain = 0;
	if (q->first == q->last)
		return 0;
	*from = r->from;
	*uncertain = r->flags & OSCOPE_RUN_UNCERTAIN;
	r->units--;
	r->messages--;
	if (!r->units)
		q->first++;
	return 1;
}

/* From now on not only calls put into it and take from it: nothing is paired any more. */
OSCOPE_CORE void oscope_queue_foreign(struct oscope_queue *q)
{
	oscope_queue_drop(q);
	oscope_queue_upset(q);
	q->flags |= OSCOPE_QUEUE_FOREIGN;
}

#endif /* OSCOPE_CORE_IPC_PUT_H */
