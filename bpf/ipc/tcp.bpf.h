/* SPDX-License-Identifier: GPL-2.0 */
/*
 * BPF side: TCP connections: each direction is an object, known by both addresses as who receives
 * sees them. So the two ends find it without knowing of each other.
 */
#ifndef OSCOPE_IPC_TCP_BPF_H
#define OSCOPE_IPC_TCP_BPF_H

#include "../ipc.bpf.h"
#include "socket.bpf.h"

/* One end's view: addresses as four words, an IPv4 address as it is mapped into IPv6. */
struct tcp_view {
	__u32 local[4], remote[4];
	__u16 local_port, remote_port;	/* in the machine's order */
	__u32 net;			/* of loopback addresses, which are each namespace's own */
};

#define V4_MAPPED	bpf_htonl(0xffff)

/* The key of what is received at local from remote. */
static __always_inline __u64 tcp_key(const struct tcp_view *v, bool swap)
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

static __always_inline void address_v4(__u32 to[4], __u32 address)
{
	to[0] = 0;
	to[1] = 0;
	to[2] = V4_MAPPED;
	to[3] = address;
}

static __always_inline bool is_loopback(const __u32 a[4])
{
	if (!a[0] && !a[1] && a[2] == V4_MAPPED)
		return (bpf_ntohl(a[3]) >> 24) == 127;
	return !a[0] && !a[1] && !a[2] && a[3] == bpf_htonl(1);
}

/* Returns false if it is not connected. */
static __always_inline bool tcp_look(struct tcp_view *v, struct sock *sk)
{
	__builtin_memset(v, 0, sizeof(*v));
	v->local_port = BPF_CORE_READ(sk, __sk_common.skc_num);
	v->remote_port = bpf_ntohs(BPF_CORE_READ(sk, __sk_common.skc_dport));
	if (!v->remote_port)
		return false;
	if (BPF_CORE_READ(sk, __sk_common.skc_family) == AF_INET6) {
		bpf_core_read(v->local, sizeof(v->local), &sk->__sk_common.skc_v6_rcv_saddr);
		bpf_core_read(v->remote, sizeof(v->remote), &sk->__sk_common.skc_v6_daddr);
	} else {
		address_v4(v->local, BPF_CORE_READ(sk, __sk_common.skc_rcv_saddr));
		address_v4(v->remote, BPF_CORE_READ(sk, __sk_common.skc_daddr));
	}
	if (is_loopback(v->local) || is_loopback(v->remote))
		v->net = BPF_CORE_READ(sk, __sk_common.skc_net.net, ns.inum);
	return true;
}

/* The object of one direction, with its addresses as who receives sees them. */
static __always_inline __u32 tcp_queue(struct sock *sk, __u32 op, bool make)
{
	bool swap = op == OSCOPE_IPC_SEND;
	struct oscope_ipc_object *o;
	struct tcp_view v;
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
