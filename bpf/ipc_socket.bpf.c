// SPDX-License-Identifier: GPL-2.0
/*
 * BPF side: from a socket's end of a connection to the objects that it sends to and receives from,
 * and what lists of messages add up to. Functions that are verified for themselves.
 */
#include "ipc.bpf.h"
#include "ipc/tcp.bpf.h"
#include "ipc/udp.bpf.h"
#include "ipc/unix.bpf.h"

/*
 * A unix datagram socket sends to addresses, too, from now on. What its peer has not received yet
 * of what it had sent there will be known by the socket, so it must not wait in his queue as well.
 */
__noinline int ipc_queue_leave(__u32 object)
{
	struct oscope_queue *q = ipc_queue_of(object);
	struct ipc_lock *l = ipc_lock_of(object);

	if (!q || !l)
		return 0;
	bpf_spin_lock(&l->lock);
	oscope_queue_drop(q);
	oscope_queue_upset(q);
	bpf_spin_unlock(&l->lock);
	return 0;
}

__noinline __u32 ipc_socket_queue(__u32 end, __u64 inode, __u32 op, __u32 make)
{
	struct inode *i = (void *)inode;
	struct sock *sk = inode_sock(inode);
	struct oscope_ipc_object *o;
	__u32 cell = end - 1, queue;
	int named;

	o = bpf_map_lookup_elem(&ipc_objects, &cell);
	if (!ipc_follows(OSCOPE_IPC_SOCKETS) || !o || !sk)
		return 0;
	if (ipc_follows(OSCOPE_IPC_BIT(UDP)) && o->mechanism == OSCOPE_IPC_UDP + 1)
		return udp_queue(o, end, sk);
	if (o->mechanism == OSCOPE_IPC_TCP + 1) {
		queue = tcp_queue(sk, op, make & OSCOPE_TO_PASSES);
		if (op == OSCOPE_IPC_SEND)
			o->queue[OSCOPE_IPC_SEND] = queue;
		else
			o->queue[OSCOPE_IPC_RECEIVE] = queue;
		return queue;
	}
	if (op == OSCOPE_IPC_RECEIVE)
		return unix_receives(o, end, sk);
	named = ipc_follows(OSCOPE_IPC_BIT(UNIX_DGRAM)) &&
		o->mechanism == OSCOPE_IPC_UNIX_DGRAM + 1 ?
		ipc_datagram_sender((__u64)sk, o->ino, make) : 0;
	if (named == SENDS_BY_NAME)
		return 0;
	queue = unix_sends(o, (__u64)BPF_CORE_READ(i, i_sb), sk,
			   !named && (make & OSCOPE_TO_PASSES));
	if (!named)
		return queue;
	ipc_queue_leave(queue);
	return 0;
}

__noinline __u32 ipc_socket_empty(__u64 inode, __u32 op)
{
	struct sock *sk = inode_sock(inode);

	if (!ipc_follows(OSCOPE_IPC_SOCKETS) || !sk)
		return 0;
	return socket_mechanism(inode) == OSCOPE_IPC_TCP ? tcp_empty(sk, op) : unix_empty(sk, op);
}

__noinline int ipc_socket_remote(__u32 tid, __u64 bytes)
{
	struct ipc_call *c = ipc_part_now(tid);
	struct oscope_ipc_object *o;
	struct oscope_queue *q;
	__u32 cell;

	if (!ipc_follows(OSCOPE_IPC_BIT(TCP)) || !c || c->mechanism != OSCOPE_IPC_TCP)
		return 0;
	cell = c->object - 1;
	o = bpf_map_lookup_elem(&ipc_objects, &cell);
	q = ipc_queue_of(c->object);
	if (!o || !q || !(o->flags & OSCOPE_IPC_OBJECT_REMOTE) || q->begun)
		return 0;
	c->pair = ipc_pair_tell(IPC_PAIR_PLACE(c->object, c->pair), ipc_part_tid(tid),
				1ULL << 32 | (__u32)bytes, IPC_NO_WAKE, 0);
	return 1;
}

__noinline __u32 ipc_socket_mechanism(__u64 inode)
{
	return ipc_follows(OSCOPE_IPC_SOCKETS) ? socket_mechanism(inode) : OSCOPE_IPC_NONE;
}

/* include/linux/socket.h: struct mmsghdr, of 64 bits. */
#define LISTED_BYTES	64
#define LISTED_LENGTH	56

struct listed {
	__u64 at, bytes;
};

static int listed_add(__u32 i, struct listed *l)
{
	__u32 bytes = 0;

	bpf_probe_read_user(&bytes, sizeof(bytes),
			    (void *)(l->at + (__u64)i * LISTED_BYTES + LISTED_LENGTH));
	l->bytes += bytes;
	return 0;
}

__noinline __u64 ipc_list_bytes(__u64 at, __u32 messages)
{
	struct listed l = { .at = at };

	if (ipc_follows(OSCOPE_IPC_SOCKETS))
		bpf_loop(messages, listed_add, &l, 0);
	return l.bytes;
}
