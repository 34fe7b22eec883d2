/* SPDX-License-Identifier: GPL-2.0 */
/*
 * BPF side: sockets: what they are, and from an end of a connection to the two queues of it. What
 * is a matter of one family lies in a file of its own.
 */
#ifndef OSCOPE_IPC_SOCKET_BPF_H
#define OSCOPE_IPC_SOCKET_BPF_H

#include "target.bpf.h"

/* include/linux/socket.h, include/linux/net.h */
#define AF_UNIX		1
#define AF_INET		2
#define AF_INET6	10
#define IPPROTO_TCP	6
#define IPPROTO_UDP	17
#define SOCK_STREAM	1
#define SOCK_DGRAM	2
#define SOCK_SEQPACKET	5

static __always_inline void socket_target(struct ipc_target *t)
{
	t->key = ipc_inode_key(t);
	t->kind = IPC_KIND_SOCKET;
}

/* A socket lies beside its inode. */
static __always_inline struct socket *inode_socket(__u64 inode)
{
	return (void *)(inode - bpf_core_field_offset(struct socket_alloc, vfs_inode) +
			bpf_core_field_offset(struct socket_alloc, socket));
}

static __always_inline __u64 socket_inode(struct socket *socket)
{
	return (__u64)socket - bpf_core_field_offset(struct socket_alloc, socket) +
	       bpf_core_field_offset(struct socket_alloc, vfs_inode);
}

static __always_inline struct sock *inode_sock(__u64 inode)
{
	struct socket *socket = inode_socket(inode);

	return BPF_CORE_READ(socket, sk);
}

/* OSCOPE_IPC_NONE: a socket of a kind that is not followed. */
static __always_inline __u32 socket_mechanism(__u64 inode)
{
	struct socket *socket = inode_socket(inode);
	__u32 type = BPF_CORE_READ(socket, type);
	struct sock *sk = BPF_CORE_READ(socket, sk);
	__u32 family = BPF_CORE_READ(sk, __sk_common.skc_family);

	if (family == AF_INET || family == AF_INET6) {
		family = BPF_CORE_READ(sk, sk_protocol);
		if (family == IPPROTO_UDP)
			return OSCOPE_IPC_UDP;
		return family == IPPROTO_TCP ? OSCOPE_IPC_TCP : OSCOPE_IPC_NONE;
	}
	if (family != AF_UNIX)
		return OSCOPE_IPC_NONE;
	if (type == SOCK_STREAM)
		return OSCOPE_IPC_UNIX_STREAM;
	if (type == SOCK_DGRAM)
		return OSCOPE_IPC_UNIX_DGRAM;
	return type == SOCK_SEQPACKET ? OSCOPE_IPC_UNIX_SEQPACKET : OSCOPE_IPC_NONE;
}

#endif /* OSCOPE_IPC_SOCKET_BPF_H */
