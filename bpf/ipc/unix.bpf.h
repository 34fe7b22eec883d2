/* SPDX-License-Identifier: GPL-2.0 */
/*
 * BPF side: unix sockets: each receives from a queue of its own, into which its peer sends.
 */
#ifndef OSCOPE_IPC_UNIX_BPF_H
#define OSCOPE_IPC_UNIX_BPF_H

#include "../ipc.bpf.h"
#include "socket.bpf.h"

/*
 * A connection that was not accepted yet has no inode at its other end: what is sent to it is known
 * by its address in the kernel until somebody receives it.
 */
static __always_inline __u64 embryo_key(struct sock *sk)
{
	return (__u64)sk * 0x9e3779b97f4a7c15ULL ^ 1;
}

/* What is received at an end: its own queue, or one from before it was accepted. */
static __always_inline __u32 unix_receives(struct oscope_ipc_object *o, __u32 end, struct sock *sk)
{
	__u32 embryo = ipc_object_find(embryo_key(sk), 0), cell = embryo - 1;
	struct oscope_ipc_object *e = bpf_map_lookup_elem(&ipc_objects, &cell);

	if (!embryo || !e) {
		o->queue[OSCOPE_IPC_RECEIVE] = end;
		return end;
	}
	/* The address may become another's: nobody shall find this one by it again. */
	e->key = ~o->key;
	e->ino = o->ino;
	o->queue[OSCOPE_IPC_RECEIVE] = embryo;
	return embryo;
}

/* The object of an end that has an inode, and what it receives from. make: if it is not there. */
static __always_inline __u32 unix_end(struct socket *socket, __u64 sb, struct sock *sk,
				      __u32 mechanism, bool make)
{
	struct inode *inode = (void *)socket_inode(socket);
	struct ipc_target t = { .sb = sb, .ino = BPF_CORE_READ(inode, i_ino) };
	__u32 end = ipc_object_find(ipc_inode_key(&t), make), cell = end - 1;
	struct oscope_ipc_object *o = bpf_map_lookup_elem(&ipc_objects, &cell);

	if (!end || !o)
		return 0;
	if (!o->mechanism) {
		o->ino = t.ino;
		ipc_name(end, (__u64)sk, OSCOPE_IPC_NAME_ADDRESS);
		store_last(&o->mechanism, mechanism + 1);
	}
	return o->queue[OSCOPE_IPC_RECEIVE] ? : unix_receives(o, end, sk);
}

/* What is sent at an end goes to its peer's queue. */
static __always_inline __u32 unix_sends(struct oscope_ipc_object *o, __u64 sb, struct sock *sk,
					bool make)
{
	struct unix_sock *u = (void *)sk;
	struct sock *peer = BPF_CORE_READ(u, peer);
	__u32 mechanism = o->mechanism - 1, queue, cell;
	struct oscope_ipc_object *e;
	struct socket *socket;

	if (!peer)
		return 0;
	socket = BPF_CORE_READ(peer, sk_socket);
	if (socket)
		queue = unix_end(socket, sb, peer, mechanism, make);
	else
		queue = ipc_object_find(embryo_key(peer), make);
	cell = queue - 1;
	e = bpf_map_lookup_elem(&ipc_objects, &cell);
	if (!queue || !e)
		return 0;
	if (!e->mechanism) {
		ipc_name(queue, (__u64)peer, OSCOPE_IPC_NAME_ADDRESS);
		store_last(&e->mechanism, mechanism + 1);
	}
	/* Only a datagram socket may get another peer. */
	if (mechanism != OSCOPE_IPC_UNIX_DGRAM)
		o->queue[OSCOPE_IPC_SEND] = queue;
	return queue;
}

static __always_inline bool unix_empty(struct sock *sk, __u32 op)
{
	struct unix_sock *u = (void *)sk;

	if (op == OSCOPE_IPC_SEND)
		sk = BPF_CORE_READ(u, peer);
	return sk && !BPF_CORE_READ(sk, sk_receive_queue.qlen);
}

#endif /* OSCOPE_IPC_UNIX_BPF_H */
