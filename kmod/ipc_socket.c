// SPDX-License-Identifier: GPL-2.0
/*
 * Sockets: what they are, and from an end of a connection to the two queues of it.
 *
 * Each unix socket receives from a queue of its own, into which its peer sends. Each direction of a
 * TCP connection is known by both addresses as who receives sees them, so that the two ends find it
 * without knowing of each other. A UDP socket is an object, from which its owners send and receive.
 */
#include <linux/inet.h>
#include <linux/net.h>
#include <linux/tcp.h>
#include <net/af_unix.h>
#include <net/net_namespace.h>
#include <net/sock.h>
#include "ipc.h"

static u32 inet_mechanism(int type, u16 protocol)
{
	if (type == SOCK_DGRAM && protocol == IPPROTO_UDP)
		return OSCOPE_IPC_UDP;
	return type == SOCK_STREAM && protocol == IPPROTO_TCP ? OSCOPE_IPC_TCP : OSCOPE_IPC_NONE;
}

u32 ipc_socket_mechanism(const struct socket *socket, struct sock *sk)
{
	const struct proto_ops *ops = READ_ONCE(socket->ops);
	int family = ops ? ops->family : AF_UNSPEC;

	if (family == AF_INET || family == AF_INET6)
		return inet_mechanism(ipc_peek(socket->type), ipc_look(sk->sk_protocol));
	if (family != AF_UNIX)
		return OSCOPE_IPC_NONE;
	switch (ipc_peek(socket->type)) {
	case SOCK_STREAM:
		return OSCOPE_IPC_UNIX_STREAM;
	case SOCK_DGRAM:
		return OSCOPE_IPC_UNIX_DGRAM;
	case SOCK_SEQPACKET:
		return OSCOPE_IPC_UNIX_SEQPACKET;
	default:
		return OSCOPE_IPC_NONE;
	}
}

static struct sock *unix_peer_of(struct sock *sk)
{
	struct unix_sock *u = (struct unix_sock *)sk;

	return ipc_look(u->peer);
}

/* What a unix socket is bound to, or else its peer; NULL: neither is. */
static struct unix_address *unix_address_of(struct sock *sk)
{
	struct unix_sock *u = (struct unix_sock *)sk;
	struct unix_address *a = ipc_look(u->addr);
	struct unix_sock *peer;

	if (a)
		return a;
	peer = (struct unix_sock *)unix_peer_of(sk);
	return peer ? ipc_look(peer->addr) : NULL;
}

void ipc_socket_name(struct ipc_tables *t, struct oscope_ipc_object *o, struct sock *sk)
{
	struct oscope_ipc_name *n;
	struct unix_address *a;
	u32 place, bytes;

	if (ipc_look(sk->sk_family) != AF_UNIX)
		return;
	a = unix_address_of(sk);
	bytes = a ? ipc_look(a->len) - offsetof(struct sockaddr_un, sun_path) : 0;
	if (bytes <= 1 || bytes > sizeof(n->part))
		return;
	n = ipc_name_make(t, &place);
	if (!n || copy_from_kernel_nofault(n->part, a->name[0].sun_path, bytes))
		return;
	n->parts = bytes;
	n->flags = OSCOPE_IPC_NAME_ADDRESS;
	WRITE_ONCE(o->name, place);
}

/* One end's view: addresses as four words, an IPv4 address as it is mapped into IPv6. */
struct inet_view {
	u32 local[4], remote[4];
	u16 local_port, remote_port;	/* in the machine's order */
	u32 net;			/* of loopback addresses, which are each namespace's own */
};

/* The key of what is received at local from remote. */
static u64 tcp_key(const struct inet_view *v, bool swap)
{
	const u32 *to = swap ? v->remote : v->local, *from = swap ? v->local : v->remote;
	u32 ports = swap ? (u32)v->remote_port << 16 | v->local_port :
			   (u32)v->local_port << 16 | v->remote_port;
	u64 h = ipc_mix(3, (u64)ports << 32 | v->net);

	h = ipc_mix(h, (u64)to[0] << 32 | to[1]);
	h = ipc_mix(h, (u64)to[2] << 32 | to[3]);
	h = ipc_mix(h, (u64)from[0] << 32 | from[1]);
	return ipc_mix(h, (u64)from[2] << 32 | from[3]);
}

/* Words in network order. */
#define V4_MAPPED	((__force u32)htonl(0xffff))

static void address_v4(u32 to[4], __be32 address)
{
	to[0] = 0;
	to[1] = 0;
	to[2] = V4_MAPPED;
	to[3] = (__force u32)address;
}

static bool is_loopback(const u32 a[4])
{
	if (!a[0] && !a[1] && a[2] == V4_MAPPED)
		return ntohl((__force __be32)a[3]) >> 24 == 127;
	return !a[0] && !a[1] && !a[2] && a[3] == (__force u32)htonl(1);
}

static void inet_look(struct inet_view *v, struct sock *sk)
{
	memset(v, 0, sizeof(*v));
	v->local_port = ipc_look(sk->sk_num);
	v->remote_port = ntohs(ipc_look(sk->sk_dport));
	if (ipc_look(sk->sk_family) == AF_INET) {
		address_v4(v->local, ipc_look(sk->sk_rcv_saddr));
		address_v4(v->remote, ipc_look(sk->sk_daddr));
#if IS_ENABLED(CONFIG_IPV6)
	} else {
		copy_from_kernel_nofault(v->local, &sk->sk_v6_rcv_saddr, sizeof(v->local));
		copy_from_kernel_nofault(v->remote, &sk->sk_v6_daddr, sizeof(v->remote));
#endif
	}
}

/* Returns false if it is not connected. */
static bool tcp_look(struct inet_view *v, struct sock *sk)
{
	struct net *net = (__force struct net *)ipc_look(sk->sk_net.net);

	inet_look(v, sk);
	if (!v->remote_port)
		return false;
	if (net && (is_loopback(v->local) || is_loopback(v->remote)))
		v->net = ipc_look(net->ns.inum);
	return true;
}

/* Whether what a connected socket sends leaves this machine, or this namespace. */
static bool inet_is_remote(struct sock *sk)
{
	struct dst_entry *dst = (__force struct dst_entry *)ipc_look(sk->sk_dst_cache);
	struct net_device *device = dst ? ipc_look(dst->dev) : NULL;

	return device && !(ipc_look(device->flags) & IFF_LOOPBACK);
}

/* The object of one direction, with its addresses as who receives sees them. t->making held. */
static u32 tcp_queue(struct ipc_tables *t, struct sock *sk, u32 op)
{
	bool swap = op == OSCOPE_IPC_SEND;
	struct oscope_ipc_object *o;
	struct inet_view v;
	u32 object;

	if (!tcp_look(&v, sk))
		return 0;
	object = ipc_object_find(t, tcp_key(&v, swap), true);
	o = object ? &t->object[object - 1] : NULL;
	if (!o || o->mechanism)
		return object;
	memcpy(o->local, swap ? v.remote : v.local, sizeof(o->local));
	memcpy(o->remote, swap ? v.local : v.remote, sizeof(o->remote));
	o->local_port = swap ? v.remote_port : v.local_port;
	o->remote_port = swap ? v.local_port : v.remote_port;
	o->flags = inet_is_remote(sk) ? OSCOPE_IPC_OBJECT_REMOTE : 0;
	smp_store_release(&o->mechanism, OSCOPE_IPC_TCP + 1);	/* pairs with ipc_target_object() */
	return object;
}

/* Its own address, as far as it has one yet, and what it is connected to. t->making held. */
void ipc_udp_describe(struct oscope_ipc_object *o, struct sock *sk)
{
	struct inet_view v;

	inet_look(&v, sk);
	memcpy(o->local, v.local, sizeof(o->local));
	memcpy(o->remote, v.remote, sizeof(o->remote));
	o->remote_port = v.remote_port;
	WRITE_ONCE(o->local_port, v.local_port);
	if (v.remote_port && inet_is_remote(sk))
		o->flags |= OSCOPE_IPC_OBJECT_REMOTE;
}

static u32 udp_queue(struct oscope_ipc_object *o, u32 end, struct sock *sk)
{
	ipc_udp_describe(o, sk);
	WRITE_ONCE(o->queue[OSCOPE_IPC_SEND], end);
	WRITE_ONCE(o->queue[OSCOPE_IPC_RECEIVE], end);
	return end;
}

/*
 * A connection that was not accepted yet has no inode at its other end: what is sent to it is known
 * by its address in the kernel until somebody receives it.
 */
static u64 embryo_key(const struct sock *sk)
{
	return ipc_mix(ipc_mix(ipc_secret, 1), (u64)sk);
}

/* What is received at an end: its own queue, or one from before it was accepted. making held. */
static u32 unix_receives(struct ipc_tables *t, u32 end, struct sock *sk)
{
	u32 embryo = ipc_object_find(t, embryo_key(sk), false);
	struct oscope_ipc_object *o = &t->object[end - 1], *e;

	if (embryo) {
		/* The address may become another's: nobody shall find this one by it again. */
		e = &t->object[embryo - 1];
		WRITE_ONCE(e->key, ~o->key & IPC_KEY_BITS);
		WRITE_ONCE(e->ino, o->ino);
	}
	WRITE_ONCE(o->queue[OSCOPE_IPC_RECEIVE], embryo ?: end);
	return embryo ?: end;
}

/* What is sent into a peer, which has an inode or none yet. making held. */
static u32 peer_queue(struct ipc_tables *t, struct super_block *sb, struct sock *peer,
		      u32 mechanism)
{
	struct socket *socket = ipc_look(peer->sk_socket);
	struct oscope_ipc_object *o;
	u64 ino = 0, key;
	u32 end;

	if (socket) {
		ino = ipc_look(SOCK_INODE(socket)->i_ino);
		key = ipc_inode_key(sb, ino);
	} else {
		key = embryo_key(peer);
	}
	end = ipc_object_find(t, key, true);
	o = end ? &t->object[end - 1] : NULL;
	if (!o)
		return 0;
	if (!o->mechanism) {
		o->ino = ino;
		ipc_socket_name(t, o, peer);
		smp_store_release(&o->mechanism, mechanism + 1); /* as in ipc_target_object() */
	}
	if (!socket)
		return end;
	return o->queue[OSCOPE_IPC_RECEIVE] ?: unix_receives(t, end, peer);
}

/* What is sent at an end goes to its peer's queue. making held. */
static u32 unix_sends(struct ipc_tables *t, const struct ipc_target *target, u32 end)
{
	struct oscope_ipc_object *o = &t->object[end - 1];
	struct sock *peer = unix_peer_of(target->sk);
	u32 queue = peer ? peer_queue(t, target->sb, peer, target->mechanism) : 0;

	/* Only a datagram socket may get another peer. */
	if (target->mechanism != OSCOPE_IPC_UNIX_DGRAM)
		WRITE_ONCE(o->queue[OSCOPE_IPC_SEND], queue);
	return queue;
}

/*
 * From a datagram socket: to whom it goes shows when that is received if it has ever sent to an
 * address. What its peer has not received yet of what it had sent there before is known by the
 * socket then, so it must not wait in his queue as well: *leaves. making held.
 */
static u32 dgram_sends(struct ipc_tables *t, const struct ipc_target *target, u32 end, u32 *leaves)
{
	u32 by = ipc_datagram_sender(t, target);

	if (!by)
		return unix_sends(t, target, end);
	if (by == IPC_BY_NAME_NOW)
		*leaves = unix_sends(t, target, end);
	return 0;
}

void ipc_socket_strange(struct ipc_tables *t, const struct ipc_target *target)
{
	struct ipc_target by = *target;
	bool fresh;
	u32 end;

	if (target->mechanism != OSCOPE_IPC_UNIX_DGRAM)
		return;
	by.strange = true;
	end = ipc_target_object(t, &by);
	if (end)
		ipc_socket_queue(t, &by, end, OSCOPE_IPC_SEND, &fresh);
}

u32 ipc_socket_queue(struct ipc_tables *t, const struct ipc_target *target, u32 end, u32 op,
		     bool *fresh)
{
	struct oscope_ipc_object *o = &t->object[end - 1];
	u32 queue = READ_ONCE(o->queue[op]), leaves = 0;

	*fresh = false;
	if (queue)
		return queue;
	raw_spin_lock(&t->making);
	queue = o->queue[op];
	if (queue) {
		/* Another was here at the same time. */
	} else if (target->mechanism == OSCOPE_IPC_UDP) {
		queue = udp_queue(o, end, target->sk);
	} else if (target->mechanism == OSCOPE_IPC_TCP) {
		*fresh = true;
		queue = tcp_queue(t, target->sk, op);
		WRITE_ONCE(o->queue[op], queue);
	} else if (op == OSCOPE_IPC_RECEIVE) {
		queue = unix_receives(t, end, target->sk);
	} else if (target->mechanism == OSCOPE_IPC_UNIX_DGRAM) {
		queue = dgram_sends(t, target, end, &leaves);
	} else {
		*fresh = true;
		queue = unix_sends(t, target, end);
	}
	raw_spin_unlock(&t->making);
	if (leaves)
		ipc_queue_leave(t, leaves);
	return queue;
}

/*
 * TCP: who receives has read all that has come, or who sends has never sent anything. Else what the
 * other side has is not known here.
 */
static bool tcp_empty(struct sock *sk, u32 op)
{
	struct tcp_sock *tp = (struct tcp_sock *)sk;

	if (op == OSCOPE_IPC_SEND)
		return !ipc_look(tp->bytes_sent);
	return ipc_look(tp->copied_seq) == ipc_look(tp->rcv_nxt);
}

/*
 * What nobody was seen to send may be from elsewhere: if its way does not lead over the loopback,
 * and nobody here has ever sent anything by it.
 */
bool ipc_socket_remote(struct ipc_tables *t, struct ipc_call *c, u64 bytes)
{
	struct oscope_taken taken = { .to = c->tid, .messages = 1, .units = bytes };
	const struct oscope_ipc_object *o = c->object ? &t->object[c->object - 1] : NULL;

	if (!o || c->mechanism != OSCOPE_IPC_TCP || !(o->flags & OSCOPE_IPC_OBJECT_REMOTE) ||
	    ipc_peek(READ_ONCE(t->queue[c->object - 1].begun)))
		return false;
	ipc_pair_tell(t, c->object, &c->pair, &taken, IPC_NO_WAKE);
	return true;
}

bool ipc_socket_empty(const struct ipc_target *t, u32 op)
{
	struct sock *sk = t->sk;

	if (t->mechanism == OSCOPE_IPC_TCP)
		return tcp_empty(sk, op);
	if (op == OSCOPE_IPC_SEND)
		sk = unix_peer_of(sk);
	return sk && !ipc_look(sk->sk_receive_queue.qlen);
}
