// SPDX-License-Identifier: GPL-2.0
/* Message queues of both kinds, as experiments need them. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/msg.h>

#include "notes/own.h"
#include "notes/queues.h"

struct message {
	long type;
	char data[MESSAGE_MAX];
};

static long limit_read(const char *path, int *err)
{
	long value = own_limit(path);

	if (value < 0)
		*err = (int)value;
	return value;
}

int sysv_limits(struct queue_limits *l)
{
	int err = 0;

	l->messages = -1;
	l->bytes = limit_read("/proc/sys/kernel/msgmnb", &err);
	l->message = limit_read("/proc/sys/kernel/msgmax", &err);
	l->queues = limit_read("/proc/sys/kernel/msgmni", &err);
	return err ? err : l->message < MESSAGE_MAX ? 0 : -EMSGSIZE;
}

int mqueue_limits(struct queue_limits *l)
{
	int err = 0;

	l->bytes = -1;
	l->messages = limit_read("/proc/sys/fs/mqueue/msg_max", &err);
	l->message = limit_read("/proc/sys/fs/mqueue/msgsize_max", &err);
	l->queues = limit_read("/proc/sys/fs/mqueue/queues_max", &err);
	return err ? err : l->message < MESSAGE_MAX ? 0 : -EMSGSIZE;
}

int sysv_queue(void)
{
	int queue = msgget(IPC_PRIVATE, 0600);

	return queue < 0 ? -errno : queue;
}

int sysv_send(int queue, long type, const void *data, size_t bytes)
{
	static struct message m;

	m.type = type;
	memcpy(m.data, data, bytes);
	return msgsnd(queue, &m, bytes, IPC_NOWAIT) ? -errno : 0;
}

ssize_t sysv_receive(int queue, long type, void *data, size_t room, int flags)
{
	static struct message m;
	ssize_t bytes = msgrcv(queue, &m, room, type, IPC_NOWAIT | flags);

	if (bytes < 0)
		return -errno;
	memcpy(data, m.data, bytes);
	return bytes;
}

long sysv_depth(int queue)
{
	struct msqid_ds is;

	return msgctl(queue, IPC_STAT, &is) ? -errno : (long)is.msg_qnum;
}

static void mqueue_name(char *name, size_t bytes, unsigned int number)
{
	snprintf(name, bytes, "/oscope-note-%u", number);
}

mqd_t mqueue_new(unsigned int number, long messages, long message)
{
	struct mq_attr attr = { .mq_maxmsg = messages, .mq_msgsize = message };
	char name[32];
	mqd_t queue;

	mqueue_name(name, sizeof(name), number);
	queue = mq_open(name, O_RDWR | O_CREAT | O_EXCL | O_NONBLOCK | O_CLOEXEC, 0600, &attr);
	return queue < 0 ? -errno : queue;
}

int mqueue_unlink(unsigned int number)
{
	char name[32];

	mqueue_name(name, sizeof(name), number);
	return mq_unlink(name) ? -errno : 0;
}

mqd_t mqueue_nameless(long messages, long message)
{
	mqd_t queue = mqueue_new(0, messages, message);
	int err;

	if (queue < 0)
		return queue;
	err = mqueue_unlink(0);
	return err ? err : queue;
}

long mqueue_depth(mqd_t queue)
{
	struct mq_attr is;

	return mq_getattr(queue, &is) ? -errno : is.mq_curmsgs;
}

static const char bytes_of_fill[MESSAGE_MAX];

long sysv_fill(int queue, size_t bytes)
{
	long n = 0;
	int err;

	while (!(err = sysv_send(queue, 1, bytes_of_fill, bytes)))
		n++;
	return err == -EAGAIN ? n : err;
}

long mqueue_fill(mqd_t queue, size_t bytes)
{
	long n = 0;

	while (!mq_send(queue, bytes_of_fill, bytes, 0))
		n++;
	return errno == EAGAIN ? n : -errno;
}
