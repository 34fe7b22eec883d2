/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Message queues of both kinds, as experiments need them. Nothing of it waits. Those of an IPC
 * namespace go with it: see own_ipc(). Errors: -errno.
 */
#ifndef OSCOPE_NOTES_QUEUES_H
#define OSCOPE_NOTES_QUEUES_H

#include <mqueue.h>
#include <stddef.h>
#include <sys/types.h>

#define MESSAGE_MAX	65536	/* larger ones are not sent here */

/* What the system allows a queue: System V by number, POSIX by what mq_open(3) is asked for. */
struct queue_limits {
	long messages;			/* of POSIX, a queue */
	long bytes;			/* of System V, a queue */
	long message;			/* bytes, of one */
	long queues;
};

int sysv_limits(struct queue_limits *l);
int mqueue_limits(struct queue_limits *l);

/* A new queue that nobody else has. */
int sysv_queue(void);
int sysv_send(int queue, long type, const void *data, size_t bytes);
/* Of that type: 0 any, less than 0 the lowest of up to that. Bytes; flags: as msgrcv(2). */
ssize_t sysv_receive(int queue, long type, void *data, size_t room, int flags);
/* Messages that are in it. */
long sysv_depth(int queue);

/* A new one; number makes its name. */
mqd_t mqueue_new(unsigned int number, long messages, long message);
int mqueue_unlink(unsigned int number);
/* One without a name: its bytes are the user's only as long as somebody has it. */
mqd_t mqueue_nameless(long messages, long message);
long mqueue_depth(mqd_t queue);

/* Send messages of so many bytes until there is no room for one more: how many went in. */
long sysv_fill(int queue, size_t bytes);
long mqueue_fill(mqd_t queue, size_t bytes);

#endif /* OSCOPE_NOTES_QUEUES_H */
