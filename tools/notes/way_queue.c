// SPDX-License-Identifier: GPL-2.0
/* Ways to talk: message queues of both kinds. */
#include <errno.h>
#include <mqueue.h>
#include <string.h>
#include <sys/msg.h>

#include "notes/queues.h"
#include "notes/ways.h"

#define QUEUE_MOST	4096		/* of the sizes that are tried; the next one is too large */
#define POSIX_DEPTH	10		/* what anybody may have */

/* Whose data begins with a type: from here it is copied, as its own format wants it. */
struct sysv_message {
	long type;
	unsigned char data[QUEUE_MOST];
};

static int sysv_open(struct talk *t)
{
	int i;

	for (i = 0; i < DIRECTIONS; i++) {
		t->fd[i][0] = sysv_queue();
		if (t->fd[i][0] < 0)
			return t->fd[i][0];
	}
	return 0;
}

static int sysv_queue_send(struct talk *t, int to, const unsigned char *data)
{
	static struct sysv_message m;

	m.type = 1;
	memcpy(m.data, data, t->bytes);
	return msgsnd(t->fd[to][0], &m, t->bytes, 0) ? -errno : 0;
}

static int sysv_queue_receive(struct talk *t, int from, unsigned char *data)
{
	static struct sysv_message m;
	ssize_t n = msgrcv(t->fd[from][0], &m, t->bytes, 0, 0);

	if (n != (ssize_t)t->bytes)
		return n < 0 ? -errno : -EMSGSIZE;
	memcpy(data, m.data, t->bytes);
	return 0;
}

static int posix_open(struct talk *t)
{
	static const struct mq_attr waits = { .mq_flags = 0 };
	int i;

	for (i = 0; i < DIRECTIONS; i++) {
		t->fd[i][0] = mqueue_nameless(POSIX_DEPTH, (long)t->bytes);
		if (t->fd[i][0] < 0)
			return t->fd[i][0];
		if (mq_setattr(t->fd[i][0], &waits, NULL))
			return -errno;
	}
	return 0;
}

static int posix_send(struct talk *t, int to, const unsigned char *data)
{
	return mq_send(t->fd[to][0], (const char *)data, t->bytes, 0) ? -errno : 0;
}

static int posix_receive(struct talk *t, int from, unsigned char *data)
{
	ssize_t n = mq_receive(t->fd[from][0], (char *)data, t->bytes, NULL);

	return n == (ssize_t)t->bytes ? 0 : n < 0 ? -errno : -EMSGSIZE;
}

static const struct way sysv_mq = {
	.name = "sysv-mq", .most = QUEUE_MOST, .open = sysv_open, .send = sysv_queue_send,
	.receive = sysv_queue_receive, .calls = 4,
};
WAY(sysv_mq);

static const struct way posix_mq = {
	.name = "posix-mq", .most = QUEUE_MOST, .open = posix_open, .send = posix_send,
	.receive = posix_receive, .calls = 4,
};
WAY(posix_mq);
