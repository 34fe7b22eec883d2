/* SPDX-License-Identifier: GPL-2.0 */
/*
 * BPF side: sockets of IPv4 and IPv6: their addresses, and where they lead to.
 */
#ifndef OSCOPE_IPC_INET_BPF_H
#define OSCOPE_IPC_INET_BPF_H

#include "socket.bpf.h"

/* One end's view: addresses as four words, an IPv4 address as it is mapped into IPv6. */
struct inet_view {
	__u32 local[4], remote[4];
	__u16 local_port, remote_port;	/* in the machine's order; 0: not bound, not connected */
	__u32 net;			/* of loopback addresses, which are each namespace's own */
};

#define V4_MAPPED	bpf_htonl(0xffff)
#define IFF_LOOPBACK	0x8		/* include/uapi/linux/if.h */

static __always_inline void address_v4(__u32 to[4], __u32 address)
{
	to[0] = 0;
	to[1] = 0;
	to[2] = V4_MAPPED;
	to[3] = address;
}

static __always_inline void inet_look(struct inet_view *v, struct sock *sk)
{
	__builtin_memset(v, 0, sizeof(*v));
	v->local_port = BPF_CORE_READ(sk, __sk_common.skc_num);
	v->remote_port = bpf_ntohs(BPF_CORE_READ(sk, __sk_common.skc_dport));
	if (BPF_CORE_READ(sk, __sk_common.skc_family) == AF_INET6) {
		bpf_core_read(v->local, sizeof(v->local), &sk->__sk_common.skc_v6_rcv_saddr);
		bpf_core_read(v->remote, sizeof(v->remote), &sk->__sk_common.skc_v6_daddr);
	} else {
		address_v4(v->local, BPF_CORE_READ(sk, __sk_common.skc_rcv_saddr));
		address_v4(v->remote, BPF_CORE_READ(sk, __sk_common.skc_daddr));
	}
}

/* Whether what a connected socket sends leaves this machine, or this namespace. */
static __always_inline bool inet_is_remote(struct sock *sk)
{
	struct net_device *device = BPF_CORE_READ(sk, sk_dst_cache, dev);

	return device && !(BPF_CORE_READ(device, flags) & IFF_LOOPBACK);
}

#endif /* OSCOPE_IPC_INET_BPF_H */
