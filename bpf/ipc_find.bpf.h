/* SPDX-License-Identifier: GPL-2.0 */
/*
 * BPF side: what a call's descriptor or identifier leads to: a target, the object that is known by
 * it, and the object whose queue the call is about.
 */
#ifndef OSCOPE_IPC_FIND_BPF_H
#define OSCOPE_IPC_FIND_BPF_H

#include "ipc.bpf.h"
#include "ipc/descriptor.bpf.h"
#include "ipc/eventfd.bpf.h"
#include "ipc/pipe.bpf.h"
#include "ipc/posix_mq.bpf.h"
#include "ipc/signalfd.bpf.h"
#include "ipc/socket.bpf.h"
#include "ipc/sysv_msg.bpf.h"

/* What communicates by read(2) and write(2), or their like. */
static __always_inline void target_of_file(struct ipc_target *t, __u32 mode)
{
	if (kind_follows(IPC_KIND_PIPE) && (mode & S_IFMT) == S_IFIFO)
		pipe_target(t);
	else if (kind_follows(IPC_KIND_SOCKET) && (mode & S_IFMT) == S_IFSOCK)
		socket_target(t);
	else if ((kind_follows(IPC_KIND_EVENTFD) || kind_follows(IPC_KIND_SIGNALFD)) &&
		 ((mode & S_IFMT) == S_IFREG || !(mode & S_IFMT)))
		eventfd_target(t);
}

/* The object of a call's first argument; false: it is none that communicates. */
static __always_inline bool target_find(struct ipc_target *t, struct task_struct *p, __u32 rule,
					__u32 fd)
{
	__u32 by = rule & OSCOPE_IPC_CALL_BY, mode;

	t->kind = IPC_KIND_NONE;
	t->ns = 0;
	if (kind_follows(IPC_KIND_SYSV_MSG) && by == OSCOPE_IPC_CALL_BY_MSGID) {
		sysv_msg_target(t, p, fd);
		return t->kind != IPC_KIND_NONE;
	}
	t->file = descriptor_file(p, fd);
	mode = target_look(t);
	if (kind_follows(IPC_KIND_POSIX_MQ) && by == OSCOPE_IPC_CALL_BY_MQD)
		posix_mq_target(t);
	else
		target_of_file(t, mode);
	return t->kind != IPC_KIND_NONE;
}

static __always_inline __u32 target_mechanism(struct ipc_target *t)
{
	if (target_is(t, IPC_KIND_SOCKET))
		return ipc_socket_mechanism(t->inode);
	if (target_is(t, IPC_KIND_SYSV_MSG))
		return sysv_msg_mechanism(t);
	if (target_is(t, IPC_KIND_POSIX_MQ))
		return OSCOPE_IPC_POSIX_MQ;
	return target_is(t, IPC_KIND_EVENTFD) ? OSCOPE_IPC_EVENTFD : pipe_mechanism(t);
}

static __always_inline bool target_empty(struct ipc_target *t, __u32 op)
{
	if (target_is(t, IPC_KIND_SOCKET))
		return ipc_socket_empty(t->inode, op);
	if (target_is(t, IPC_KIND_SYSV_MSG))
		return sysv_msg_empty(t);
	if (target_is(t, IPC_KIND_POSIX_MQ))
		return posix_mq_empty(t);
	return target_is(t, IPC_KIND_EVENTFD) ? eventfd_empty(t) : pipe_empty(t);
}

/* Whether what a descriptor leads to is the object of that cell + 1. */
static __always_inline bool object_is(const struct ipc_target *t, __u32 object, __u32 *mechanism)
{
	__u32 cell = object - 1;
	struct oscope_ipc_object *o = bpf_map_lookup_elem(&ipc_objects, &cell);

	if (!o || o->key != t->key || !o->mechanism)
		return false;
	*mechanism = o->mechanism - 1;
	return true;
}

/*
 * The cell + 1 of what a descriptor leads to, which is made if one is wanted; 0: there is none. Its
 * mechanism is OSCOPE_IPC_NONE if it is a socket that is not followed, or if it does not exist.
 */
static __always_inline __u32 object_find(struct ipc_target *t, bool make, __u32 *mechanism)
{
	__u32 object = ipc_object_find(t->key, 0), cell;
	struct oscope_ipc_object *o;

	if (object && object_is(t, object, mechanism))
		return object;
	if (!make)
		return 0;
	*mechanism = target_mechanism(t);
	if (*mechanism >= OSCOPE_IPCS || !ipc_follows(1ULL << *mechanism)) {
		*mechanism = OSCOPE_IPC_NONE;
		return 0;
	}
	object = ipc_object_find(t->key, 1);
	cell = object - 1;
	o = bpf_map_lookup_elem(&ipc_objects, &cell);
	if (!object || !o)
		return 0;
	if (target_is(t, IPC_KIND_EVENTFD))
		o->flags = eventfd_describe(t);
	if (target_is(t, IPC_KIND_SYSV_MSG))
		sysv_msg_describe(t);
	o->ino = t->ino;
	o->ns = t->ns;
	if (*mechanism == OSCOPE_IPC_FIFO)
		ipc_name(object, t->file, 0);
	else if (*mechanism == OSCOPE_IPC_POSIX_MQ)
		ipc_name(object, t->file, OSCOPE_IPC_NAME_LEAF);
	else if (target_is(t, IPC_KIND_SOCKET) && *mechanism <= OSCOPE_IPC_UNIX_SEQPACKET)
		ipc_name(object, (__u64)inode_sock(t->inode), OSCOPE_IPC_NAME_ADDRESS);
	store_last(&o->mechanism, *mechanism + 1);
	return object;
}

/*
 * From there to the object that something is sent to or received from. Fresh: that was not known,
 * so the object may have the name of something before it: of a connection between the same ports.
 * To whom a datagram socket sends is looked up each time.
 */
static __always_inline __u32 queue_find(struct ipc_target *t, __u32 end, __u32 op, __u32 make,
					bool *fresh)
{
	__u32 cell = end - 1, queue;
	struct oscope_ipc_object *o;

	*fresh = false;
	if (!target_is(t, IPC_KIND_SOCKET))
		return end;
	o = bpf_map_lookup_elem(&ipc_objects, &cell);
	if (!o)
		return 0;
	queue = op == OSCOPE_IPC_SEND ? o->queue[OSCOPE_IPC_SEND] : o->queue[OSCOPE_IPC_RECEIVE];
	*fresh = !queue && o->mechanism != OSCOPE_IPC_UNIX_DGRAM + 1;
	return queue ? : ipc_socket_queue(end, t->inode, op, make);
}

#endif /* OSCOPE_IPC_FIND_BPF_H */
