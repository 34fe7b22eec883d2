/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Datagrams: whose each is that somebody receives, by its buffer in the kernel.
 */
#ifndef OSCOPE_KMOD_IPC_DATAGRAM_H
#define OSCOPE_KMOD_IPC_DATAGRAM_H

#include <linux/skbuff.h>
#include <net/sock.h>
#include "ipc.h"

/* With OSCOPE_RUN_UNCERTAIN, of what a call has met: nobody was seen to send it; by a call. */
#define IPC_MET_BY_NOBODY	0x100U
#define IPC_MET_PASSES		0x200U

static inline bool ipc_is_udp(const struct sock *sk)
{
	return (sk->sk_family == AF_INET || sk->sk_family == AF_INET6) && sk_fullsock(sk) &&
	       sk->sk_protocol == IPPROTO_UDP;
}

/* ipc_datagram.c: a copy of what is known of an address; false: nothing is. Any context. */
bool ipc_sent_read(struct ipc_tables *t, const void *address, struct oscope_sent *to);

/* The call of current, if it is one of that kind about datagrams. Not in an interrupt: its own. */
struct ipc_call *ipc_datagram_call(struct ipc_tables *t, u32 op);

/*
 * ipc_udp.c: whose a buffer is, which may go at any time, as a word of core/ipc_datagram.h; what a
 * call has taken by that. A call that receives ends.
 */
u64 ipc_udp_whose(struct ipc_tables *t, struct sk_buff *skb);
void ipc_udp_met(struct oscope_taken *met, u64 whose);
void ipc_udp_ends(struct ipc_tables *t, struct ipc_call *c);

#endif /* OSCOPE_KMOD_IPC_DATAGRAM_H */
