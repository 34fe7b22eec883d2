/* SPDX-License-Identifier: GPL-2.0 */
/*
 * BPF side: TCP connections: each direction is an object, known by both addresses as who receives
 * sees them. So the two ends find it without knowing of each other.
 */
#ifndef OSCOPE_IPC_TCP_BPF_H
#define OSCOPE_IPC_TCP_BPF_H

#include "../ipc.bpf.h"
#include "inet.bpf.h"

/* The key of what is received at local from remote. */
static __always_inline __u64 tcp_key(const struct inet_view *v, bool swap)
{
	const __u32 *to = swap ? v->remote : v->local, *from = swap ? v->local : v->remote;
	__u32 ports = swap ? (__u32)v->remote_port << 16 | v->local_port :
			     (__u32)v->local_port << 16 | v->remote_port;
	__u64 h = ipc_mix(3, (__u64)ports << 32 | v->net);

	h = ipc_mix(h, (__u64)to[0] << 32 | to[1]);
	h = ipc_mix(h, (__u64)to[2] << 32 | to[3]);
	h = ipc_mix(h, (__u64)from[0] << 32 | from[1]);
	return ipc_mix(h, (__u64)from[2] << 32 | from[3]);
}

static __always_inline bool is_loopback(const __u32 a[4])
{
	if (!a[0] && !a[1] && a[2] == V4_MAPPED)
		return (bpf_ntohl(a[3]) >> 24) == 127;
	return !a[0] && !a[1] && !a[2] && a[3] == bpf_htonl(1);
}

/* Returns false if it is not connected. */
static __always_inline bool tcp_look(struct inet_view *v, struct sock *sk)
{
	inet_look(v, sk);
	if (!v->remote_port)
		return false;
	if (is_loopback(v->local) || is_loopback(v->remote))
		v->net = BPF_CORE_READ(sk, __sk_common.skc_net.net, ns.inum);
	return true;
}

/* The object of one direction, with its addresses as who receives sees them. */
static __always_inline __u32 tcp_queue(struct sock *sk, __u32 op, bool make)
{
	bool swap = op == OSCOPE_IPC_SEND;
	struct oscope_ipc_object *o;
	struct inet_view v;
	__u32 object, cell;

	if (!tcp_look(&v, sk))
		return 0;
	object = ipc_object_find(tcp_key(&v, swap), make);
	cell = object - 1;
	o = bpf_map_lookup_elem(&ipc_objects, &cell);
	if (!object || !o)
		return 0;
	if (o->mechanism)
		return object;
	__builtin_memcpy(o->local, swap ? v.remote : v.local, sizeof(o->local));
	__builtin_memcpy(o->remote, swap ? v.local : v.remote, sizeof(o->remote));
	o->local_port = swap ? v.remote_port : v.local_port;
	o->remote_port = swap ? v.local_port : v.remote_port;
	if (inet_is_remote(sk))
		o->flags |= OSCOPE_IPC_OBJECT_REMOTE;
	store_last(&o->mechanism, OSCOPE_IPC_TCP + 1);
	return object;
}

/*
 * Who receives has read all that has come, or who sends has never sent anything. Else what the
 * other side has is not known here.
 */
static __always_inline bool tcp_empty(struct sock *sk, __u32 op)
{
	struct tcp_sock *tp = (void *)sk;

	if (op == OSCOPE_IPC_SEND)
		return !BPF_CORE_READ(tp, bytes_sent);
	return BPF_CORE_READ(tp, copied_seq) == BPF_CORE_READ(tp, rcv_nxt);
}

#endif /* OSCOPE_IPC_TCP_BPF_H */
