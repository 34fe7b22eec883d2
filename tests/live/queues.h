/* SPDX-License-Identifier: GPL-2.0 */
/* Message queues of either kind, and tasks that use them: for ipc_queues.c. */
#ifndef QUEUES_H
#define QUEUES_H

#include <errno.h>
#include <error.h>
#include <fcntl.h>
#include <mqueue.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "asleep.h"

#define ROOM		8
#define BYTES_MAX	4096

#ifndef MSG_COPY
#define MSG_COPY	040000
#endif

struct message {
	long type;
	char text[BYTES_MAX];
};

static bool sysv;
static unsigned int messages, bytes;
static const char *pattern;
static struct message message;

static void fail(const char *what)
{
	error(1, errno, "%s: %s", pattern, what);
}

static int sysv_make(int number)
{
	struct msqid_ds ds;
	int id = msgget(pattern[0] << 16 | pattern[1] << 8 | number, IPC_CREAT | 0600);

	if (id < 0 || msgctl(id, IPC_STAT, &ds))
		fail("msgget");
	ds.msg_qbytes = ROOM * bytes;
	if (msgctl(id, IPC_SET, &ds))
		fail("msgctl");
	return id;
}

static int mq_make(int number, int flags)
{
	struct mq_attr attr = { .mq_maxmsg = ROOM, .mq_msgsize = bytes };
	char name[16];
	mqd_t mqd;

	snprintf(name, sizeof(name), "/%.2s.%d", pattern, number);
	mqd = mq_open(name, O_RDWR | O_CREAT | flags, 0600, &attr);
	if (mqd < 0)
		fail("mq_open");
	return mqd;
}

static int queue_make(int number)
{
	return sysv ? sysv_make(number) : mq_make(number, 0);
}

/* tag: type or priority. */
static int queue_try_send(int q, int tag, int flags)
{
	if (!sysv)
		return mq_send(q, message.text, bytes, tag);
	message.type = tag;
	return msgsnd(q, &message, bytes, flags);
}

static void queue_send(int q, int tag)
{
	if (queue_try_send(q, tag, 0))
		fail("send");
}

/* want, flags: as msgrcv(2) has them. */
static ssize_t queue_try_receive(int q, long want, int flags)
{
	return sysv ? msgrcv(q, &message, bytes, want, flags) :
		      mq_receive(q, message.text, bytes, NULL);
}

static void queue_receive(int q, long want, int flags)
{
	if (queue_try_receive(q, want, flags) != bytes)
		fail("receive");
}

static void send_all(int q, int tag)
{
	unsigned int i;

	for (i = 0; i < messages; i++)
		queue_send(q, tag);
}

static void receive_all(int q, unsigned int n, long want)
{
	while (n--)
		queue_receive(q, want, 0);
}

static pid_t child_make(const char *name, int number)
{
	char comm[16];
	pid_t pid = fork();

	if (pid < 0)
		fail("fork");
	if (pid)
		return pid;
	snprintf(comm, sizeof(comm), number < 0 ? "%s" : "%s%d", name, number);
	prctl(PR_SET_NAME, comm);
	return 0;
}

/* 0 is a, 1 is b. */
static pid_t child_letter(int i)
{
	char name[2] = { "abcdef"[i] };

	return child_make(name, -1);
}

static void children_wait(void)
{
	int status, bad = 0;

	while (wait(&status) > 0)
		bad |= status;
	if (bad)
		error(1, 0, "%s: a child has failed", pattern);
}

#endif /* QUEUES_H */
