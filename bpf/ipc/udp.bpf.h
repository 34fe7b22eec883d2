/* SPDX-License-Identifier: GPL-2.0 */
/*
 * BPF side: UDP sockets: an object each, from which its owners send and receive.
 */
#ifndef OSCOPE_IPC_UDP_BPF_H
#define OSCOPE_IPC_UDP_BPF_H

#include "inet.bpf.h"

/* Its own address, as far as it has one yet, and what it is connected to. */
static __always_inline void udp_describe(struct oscope_ipc_object *o, struct sock *sk)
{
	struct inet_view v;

	inet_look(&v, sk);
	__builtin_memcpy(o->local, v.local, sizeof(o->local));
	__builtin_memcpy(o->remote, v.remote, sizeof(o->remote));
	o->remote_port = v.remote_port;
	o->local_port = v.local_port;
	if (v.remote_port && inet_is_remote(sk))
		o->flags |= OSCOPE_IPC_OBJECT_REMOTE;
}

static __always_inline __u32 udp_queue(struct oscope_ipc_object *o, __u32 end, struct sock *sk)
{
	udp_describe(o, sk);
	o->queue[OSCOPE_IPC_SEND] = end;
	o->queue[OSCOPE_IPC_RECEIVE] = end;
	return end;
}

#endif /* OSCOPE_IPC_UDP_BPF_H */
