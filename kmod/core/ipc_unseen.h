/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Calls that are under way when a trace begins, and whose end will not be seen: what they take, or
 * put, is not known, nor when. As long as one may last, its queue pairs nothing; when it has ended,
 * which shows late, what lies in the queue is forgotten: the call may have had some of it. And
 * those whose begin was not seen, or says too little.
 */
#ifndef OSCOPE_CORE_IPC_UNSEEN_H
#define OSCOPE_CORE_IPC_UNSEEN_H

#include "ipc_queue.h"

OSCOPE_CORE void oscope_queue_unseen_begins(struct oscope_queue *q, int sends)
{
	if (sends)
		q->senders++;
	else
		q->receivers++;
	oscope_queue_drop(q);
	oscope_queue_upset(q);
}

OSCOPE_CORE void oscope_queue_unseen_ends(struct oscope_queue *q, int sends)
{
	if (sends && q->senders)
		q->senders--;
	else if (!sends && q->receivers)
		q->receivers--;
	oscope_queue_drop(q);
	oscope_queue_upset(q);
}

/* A call to send that has no place in the order: till the queue is seen empty, nobody has. */
OSCOPE_CORE void oscope_queue_send_blind(struct oscope_queue *q, __u32 *crossed)
{
	oscope_queue_upset(q);
	if (q->senders++)
		q->crossed_sends++;
	q->begun++;
	*crossed = q->crossed_sends;
}

#endif /* OSCOPE_CORE_IPC_UNSEEN_H */
