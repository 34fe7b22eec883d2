// SPDX-License-Identifier: GPL-2.0
/*
 * What calls have moved by queues, when they end: messages and bytes, and whose they were.
 */
#include <linux/net.h>
#include <linux/uaccess.h>
#include "ipc.h"

/* Whether a receiving call has left where it was what it has got. */
static bool call_peeks(u32 rule, const unsigned long *args)
{
	u32 flags = 0;

	if (rule & OSCOPE_IPC_CALL_LOOKS)
		return true;
	if ((rule & OSCOPE_IPC_CALL_BY) == OSCOPE_IPC_CALL_BY_MSGID)
		return !(rule & OSCOPE_IPC_CALL_SENDS) && (args[4] & OSCOPE_MSG_COPY);

	if (rule & OSCOPE_IPC_CALL_FLAGS3)
		flags = args[2];
	else if (rule & OSCOPE_IPC_CALL_FLAGS4)
		flags = args[3];
	return flags & (OSCOPE_MSG_PEEK | OSCOPE_MSG_ERRQUEUE);
}

/* include/linux/socket.h: of the first messages of a list, as the kernel has just said there. */
static u64 list_bytes(const struct mmsghdr __user *list, u32 messages)
{
	u32 bytes, i;
	u64 all = 0;

	for (i = 0; i < messages; i++) {
		if (copy_from_user_nofault(&bytes, &list[i].msg_len, sizeof(bytes)))
			return all;
		all += bytes;
	}
	return all;
}

/* Messages that it has moved. A stream that moves nothing has ended; a datagram may be empty. */
static u32 moved_messages(const struct ipc_call *c, u32 rule, long ret)
{
	if (ret > 0)
		return rule & OSCOPE_IPC_CALL_MANY ? ret : 1;
	if (ret || (rule & OSCOPE_IPC_CALL_MANY) || !(OSCOPE_IPC_DATAGRAMS >> c->mechanism & 1))
		return 0;
	return c->op == OSCOPE_IPC_SEND || c->took || c->note;
}

/* Whose it was, of what a queue has. Of a stream all of it is one message, whatever it names. */
static void queue_moved(struct ipc_tables *t, struct ipc_call *c, struct oscope_ipc_call *what)
{
	bool stream = oscope_ipc_take(c->mechanism) == OSCOPE_TAKE_BYTES;
	u32 units = stream ? what->bytes : what->messages, missing;

	if (stream)
		what->messages = !!units;
	if (c->op == OSCOPE_IPC_SEND) {
		if (c->object)
			ipc_queue_sent(t, c, stream ? units : units ? what->bytes + 1 : 0);
		return;
	}
	if (c->mechanism == OSCOPE_IPC_UNIX_DGRAM) {
		units -= min(ipc_datagrams_end(t, c, units), units);
		what->unpaired = c->met_strange;
	}
	missing = c->object ? ipc_queue_received(t, c, units) : units;
	if (!missing)
		return;
	if (!ipc_socket_remote(t, c, what->bytes))
		what->unpaired += stream ? 1 : missing;
}

void ipc_call_moved(struct ipc_tables *t, struct ipc_call *c, u32 rule, const unsigned long *args,
		    long ret, struct oscope_ipc_call *what)
{
	u32 n = call_peeks(rule, args) ? 0 : moved_messages(c, rule, ret);

	what->messages = n;
	if (n && ret > 0)
		what->bytes = rule & OSCOPE_IPC_CALL_MANY ?
			      list_bytes((void __user *)args[1], ret) : ret;
	if (c->mechanism != OSCOPE_IPC_UDP) {
		queue_moved(t, c, what);
	} else if (c->op == OSCOPE_IPC_SEND) {
		ipc_udp_bound(t, c, rule, args);
	} else {
		n -= min(ipc_datagrams_end(t, c, n), n);
		what->unpaired = c->met_strange + n;
	}
	/* It may have met more: what it has looked at only, and others have taken meanwhile. */
	what->unpaired = min(what->unpaired, what->messages);
}

void ipc_chosen_moved(struct ipc_tables *t, struct ipc_call *c, u32 rule, const unsigned long *args,
		      long ret, struct oscope_ipc_call *what)
{
	u32 got = ret >= 0 && !call_peeks(rule, args);

	what->messages = got;
	if (c->op == OSCOPE_IPC_SEND) {
		what->bytes = got ? args[2] : 0;
		if (c->object)
			ipc_choose_sent(t, c, got ? what->bytes + 1 : 0);
		return;
	}
	what->bytes = got ? ret : 0;
	what->unpaired = c->object ?
		ipc_choose_received(t, c, got, got ? ipc_got_tag(rule, args) : 0) : got;
	/* What is EAGAIN elsewhere, and here too if it is the queue that is full. */
	if (what->error == OSCOPE_ENOMSG)
		what->error = OSCOPE_EAGAIN;
}
