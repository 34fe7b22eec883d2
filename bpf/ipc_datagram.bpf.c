// SPDX-License-Identifier: GPL-2.0
/*
 * BPF side: whose datagram somebody receives, where the order of calls does not tell: since it was
 * sent to an address.
 *
 * UDP: a buffer in the kernel stays at one place from where its sender has made it, over the
 * loopback, until somebody takes it out of a socket. Who has made it is noted when it is handed to
 * the device. Whose it is that somebody takes shows when the kernel lets go of the buffer. Since
 * 6.18 it does so without a word; then it is the first in the socket's queue when the call begins,
 * or comes after that: which is so if nobody else receives there, and it is not there any more when
 * the call ends.
 *
 * Unix: the buffer leads to the socket that it was sent from as long as it lives, and of that it is
 * noted who sends by it. What is sent to a peer goes by the order in his queue, as elsewhere.
 */
#include "context.bpf.h"
#include "ipc.bpf.h"
#include "ipc/udp.bpf.h"
#include "../kmod/core/ipc_datagram.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct oscope_sent);
} ipc_datagrams SEC(".maps");

static __always_inline struct oscope_sent *sent_cell(__u64 at, __u32 way)
{
	__u32 cell = oscope_sent_cell(at, way);

	return bpf_map_lookup_elem(&ipc_datagrams, &cell);
}

static __always_inline struct oscope_sent *sent_find(__u64 at)
{
	struct oscope_sent *s;
	__u32 i;

	/* Unrolled, all cells' places would be on the stack at once, which is short. */
#pragma clang loop unroll(disable)
	for (i = 0; i < OSCOPE_SENT_WAYS; i++) {
		s = sent_cell(at, i);
		if (s && oscope_once(s->at) == at)
			return s;
	}
	return NULL;
}

/* A copy of what is known of an address: of one moment if the cell is its still. */
static __always_inline bool sent_read(__u64 at, struct oscope_sent *to)
{
	const struct oscope_sent *s = sent_find(at);

	if (!s)
		return false;
	barrier();
	*to = *s;
	barrier();
	return oscope_once(s->at) == at;
}

/* Whether a cell, of that address, is that of a socket which is still there. */
static __always_inline bool sent_lives(const struct oscope_sent *s, __u64 at)
{
	struct sock *sk = (void *)at;
	struct socket *socket;

	if (!ipc_follows(OSCOPE_IPC_BIT(UNIX_DGRAM)) || !s->ino)
		return false;
	socket = BPF_CORE_READ(sk, sk_socket);
	return socket && BPF_CORE_READ((struct inode *)socket_inode(socket), i_ino) == s->ino;
}

/* The cell to take from another, and whose it was then. NULL: all are needed more. */
static __always_inline struct oscope_sent *sent_lowest(__u64 at, bool socket, __u64 *was)
{
	struct oscope_sent *lowest = NULL, *s;
	__u64 now, least = OSCOPE_SENT_NONE;
	__u32 i;

#pragma clang loop unroll(disable)
	for (i = 0; i < OSCOPE_SENT_WAYS; i++) {
		s = sent_cell(at, i);
		if (!s)
			continue;
		now = oscope_once(s->at);
		barrier();
		if (!oscope_sent_lower(s, now, sent_lives(s, now), socket, &least))
			continue;
		lowest = s;
		*was = now;
	}
	return lowest;
}

static __always_inline bool sent_take(struct oscope_sent *s, __u64 was)
{
	return __sync_val_compare_and_swap(&s->at, was, OSCOPE_SENT_TAKEN) == was;
}

/* The cell of a new one, whose address is to be stored last. NULL: others need it more. */
static __always_inline struct oscope_sent *sent_place(__u64 at, bool socket)
{
	struct oscope_sent *s = sent_find(at);
	__u64 was = 0;
	__u32 i;

	if (s)
		return sent_take(s, at) ? s : NULL;
#pragma clang loop unroll(disable)
	for (i = 0; i < OSCOPE_SENT_WAYS; i++) {
		s = sent_cell(at, i);
		if (s && sent_take(s, 0))
			return s;
	}
	s = sent_lowest(at, socket, &was);
	return s && sent_take(s, was) ? s : NULL;
}

/* What was at that address is gone. */
static __always_inline void sent_forget(__u64 at)
{
	struct oscope_sent *s = sent_find(at);

	if (s)
		__sync_val_compare_and_swap(&s->at, at, 0);
}

__noinline int ipc_datagram_sender(__u64 sk, __u64 ino, __u32 to)
{
	__u32 tid = bpf_get_current_pid_tgid();
	struct oscope_sent *s = sent_find(sk);
	__u16 flags = to & OSCOPE_TO_PASSES ? OSCOPE_SENT_PASSES : 0;

	if (!ipc_follows(OSCOPE_IPC_BIT(UNIX_DGRAM)))
		return 0;
	if (s && s->ino != ino) {	/* of a socket that was there before */
		__sync_val_compare_and_swap(&s->at, sk, 0);	/* a buffer may have it */
		s = NULL;
	}
	if (!s && !(to & OSCOPE_TO_NAMED))
		return 0;
	if (s) {
		oscope_sent_again(s, tid, flags);
		return SENDS_BY_NAME;
	}
	s = sent_place(sk, true);
	if (s) {
		s->ino = ino;
		s->from = tid;
		s->flags = flags;
		s->ns = bpf_ktime_get_ns();
		__sync_lock_test_and_set(&s->at, sk);
	}
	return SENDS_BY_NAME_NOW;
}

static __always_inline bool is_udp(struct sock *sk)
{
	__u16 family = sk->__sk_common.skc_family;

	return sk->sk_protocol == IPPROTO_UDP && (family == AF_INET || family == AF_INET6);
}

/* A socket that was not bound when it was met first has an address by now. */
static __always_inline void sender_described(struct ipc_call *c, struct sock *sk)
{
	__u32 cell = c->shown - 1;
	struct oscope_ipc_object *o = bpf_map_lookup_elem(&ipc_objects, &cell);

	if (o && o->mechanism == OSCOPE_IPC_UDP + 1 && !o->local_port)
		udp_describe(o, sk);
}

/* The call of the current task that sends, if it is in one, and not in an interrupt. */
static __always_inline struct ipc_call *udp_sender(void)
{
	struct ipc_call *c = ipc_call_now(bpf_get_current_pid_tgid());

	return c && c->mechanism == OSCOPE_IPC_UDP && c->op == OSCOPE_IPC_SEND ? c : NULL;
}

#define UDP_HEADER	8
#define LOOPBACK_INDEX	1		/* of every network namespace */

/* The address of what a tracepoint tells of, as a number. */
static __always_inline __u64 first_address(void *ctx)
{
	__u64 address = 0;

	bpf_probe_read_kernel(&address, sizeof(address), ctx);
	return address;
}

static __always_inline void sent_fill(struct oscope_sent *s, struct sk_buff *skb, struct sock *sk,
				      __u64 at)
{
	struct task_struct *p = bpf_get_current_task_btf();
	bool task = !(p->flags & PF_KTHREAD) && !wake_context();
	struct ipc_call *c = task ? udp_sender() : NULL;
	__u64 header = (__u64)BPF_CORE_READ(skb, head) + skb->transport_header;

	s->ino = 0;
	s->from = task ? p->pid : 0;
	s->units = skb->len - (header - (__u64)BPF_CORE_READ(skb, data)) - UDP_HEADER;
	s->port = sk->__sk_common.skc_num;
	s->ns = bpf_ktime_get_ns();
	s->flags = c && (c->flags & IPC_CALL_PASSES) ? OSCOPE_SENT_PASSES : 0;
	if (!c)
		return;
	c->skb = at;
	sender_described(c, sk);
}

/* A buffer is handed to a device. In the sender's context, with softirqs off, or in a softirq. */
SEC("tp_btf/net_dev_queue")
int BPF_PROG(on_ipc_net_queue, struct sk_buff *skb)
{
	struct sock *sk = skb->sk;
	struct oscope_sent *s;
	__u64 at;

	if (!sk || !is_udp(sk) || skb->dev->ifindex != LOOPBACK_INDEX)
		return 0;
	at = first_address(ctx);
	s = sent_place(at, false);
	if (!s)
		return 0;
	sent_fill(s, skb, sk, at);
	__sync_lock_test_and_set(&s->at, at);
	return 0;
}

/* What is known of a datagram that a call has met, beside OSCOPE_RUN_UNCERTAIN. */
#define MET_BY_NOBODY	0x100U		/* nobody was seen to send it */
#define MET_PASSES	0x200U		/* who has sent it passes */

/* Of a socket that others use, too, it is not known who has sent what. */
static __always_inline void pairs_unsure(__u32 object)
{
	struct oscope_queue *q = ipc_queue_of(object);

	if (q)
		__sync_fetch_and_or(&q->flags, OSCOPE_QUEUE_LEFT_OUT);
}

/* It was received. */
static __always_inline void met_tell(struct ipc_call *c)
{
	struct oscope_taken *t = &c->taken;
	__u64 wake = t->from && t->from == c->waker ? ipc_wake(c->send_wake_ns, c->wake_run_ns) :
						      IPC_NO_WAKE;

	c->told++;
	t->messages = 0;
	if ((t->flags & MET_BY_NOBODY) || !c->shown) {
		c->second++;
		return;
	}
	if (t->flags & OSCOPE_RUN_UNCERTAIN)
		pairs_unsure(c->shown);
	/* Reports show pairs of who has a use: it is there first. */
	if (t->flags & MET_PASSES)
		ipc_use_find((__u64)c->shown << 40 | (__u64)OSCOPE_IPC_SEND << 32 | t->from);
	c->pair = ipc_pair_tell(IPC_PAIR_PLACE(c->shown, c->pair),
				(__u64)t->from << 32 | c->tid, 1ULL << 32 | t->units, wake,
				t->flags & OSCOPE_RUN_UNCERTAIN);
}

static __always_inline __u16 skb_source(struct sk_buff *skb)
{
	unsigned char *head = BPF_CORE_READ(skb, head);
	__u16 port = 0;

	bpf_probe_read_kernel(&port, sizeof(port), head + BPF_CORE_READ(skb, transport_header));
	return bpf_ntohs(port);
}

static __always_inline __u64 udp_whose(struct sk_buff *skb)
{
	__u32 units = BPF_CORE_READ(skb, len);
	struct oscope_sent s;

	if (BPF_CORE_READ(skb, skb_iif) != LOOPBACK_INDEX)
		return OSCOPE_WHOSE(0, units, OSCOPE_WHOSE_KNOWN);
	/* With another port the buffer is a later one's. */
	if (!sent_read((__u64)skb, &s) || !s.from || s.port != skb_source(skb))
		return OSCOPE_WHOSE(0, units, OSCOPE_WHOSE_KNOWN | OSCOPE_WHOSE_NOBODY);
	return oscope_sent_whose(&s);
}

/* UDP: a call has taken what that word says. */
static __always_inline void udp_met(struct ipc_call *c, __u64 whose)
{
	struct oscope_taken *t = &c->taken;

	t->from = whose;
	t->units = OSCOPE_WHOSE_UNITS(whose);
	t->flags = (whose & OSCOPE_WHOSE_NOBODY ? MET_BY_NOBODY : 0) |
		   (whose & OSCOPE_WHOSE_PASSES ? MET_PASSES : 0);
	t->messages = 1;
}

/* UDP: what a call of that number is going to take, if nothing is known of that yet. */
static __always_inline void udp_note(struct ipc_call *c, __u32 number, __u64 skb, __u64 whose)
{
	if (!__sync_val_compare_and_swap(&c->note, 0, whose | OSCOPE_WHOSE_CALL(number)))
		c->skb = skb;
}

/* The first in a socket's queues, NULL: there is none. */
static __always_inline struct sk_buff *udp_head(struct sock *sk)
{
	struct udp_sock *u = (void *)sk;
	struct sk_buff *head = BPF_CORE_READ(u, reader_queue.next);

	if (head && (__u64)head != (__u64)u + bpf_core_field_offset(struct udp_sock, reader_queue))
		return head;
	head = BPF_CORE_READ(sk, sk_receive_queue.next);
	return (__u64)head != (__u64)sk + bpf_core_field_offset(struct sock, sk_receive_queue) ?
	       head : NULL;
}

__noinline int ipc_udp_begins(__u32 tid, __u64 inode)
{
	struct ipc_call *c = ipc_call_now(tid);
	struct oscope_queue *q = c ? ipc_queue_of(c->object) : NULL;
	struct sock *sk = inode_sock(inode);
	struct sk_buff *head;

	if (!ipc_follows(OSCOPE_IPC_BIT(UDP)) || !q || !sk)
		return 0;
	c->sk = (__u64)sk;
	c->began = bpf_ktime_get_ns();
	c->number = __sync_fetch_and_add(&q->begun, 1);
	q->receiver = tid;
	if (__sync_fetch_and_add(&q->receivers, 1))
		__sync_fetch_and_add(&q->crossed_receives, 1);
	c->overlaps = oscope_once(q->crossed_receives);
	head = udp_head(sk);
	if (head)
		udp_note(c, c->number, (__u64)head, udp_whose(head));
	return 0;
}

/* The object of a socket that has an inode, 0: it was not met yet. */
static __always_inline __u32 socket_object(struct sock *sk)
{
	struct socket *socket = BPF_CORE_READ(sk, sk_socket);
	struct inode *inode = socket ? (void *)socket_inode(socket) : NULL;
	struct ipc_target t = {};

	if (!inode)
		return 0;
	t.sb = (__u64)BPF_CORE_READ(inode, i_sb);
	t.ino = BPF_CORE_READ(inode, i_ino);
	return ipc_object_find(ipc_inode_key(&t), 0);
}

/*
 * Something has come while c receives, which has found nothing when it began: what is the first now
 * is what it will get, unless it has taken another already. If there is none it has got what was
 * just sent, since it takes one only; that must have been sent after it began.
 */
static __always_inline void udp_arrived(struct ipc_call *c, struct sock *sk)
{
	struct sk_buff *head = udp_head(sk);
	struct ipc_call *by = udp_sender();
	__u32 number = c->number;
	struct oscope_sent s;
	__u64 skb;

	if (head) {
		udp_note(c, number, (__u64)head, udp_whose(head));
		return;
	}
	skb = by ? by->skb : 0;
	if (skb && sent_read(skb, &s) && oscope_sent_since(&s, by->tid, c->began))
		udp_note(c, number, skb, oscope_sent_whose(&s));
}

/* Something was put into a socket's queue: in a softirq, mostly in who has sent it. */
SEC("tp_btf/sk_data_ready")
int BPF_PROG(on_ipc_data_ready, struct sock *sk)
{
	struct oscope_queue *q;
	struct ipc_call *c;
	struct sock *at;
	__u32 object;

	if (!is_udp(sk))
		return 0;
	at = (void *)first_address(ctx);
	object = socket_object(at);
	q = object ? ipc_queue_of(object) : NULL;
	if (!q || oscope_once(q->receivers) != 1)
		return 0;
	c = ipc_call_now(oscope_once(q->receiver));
	if (c && c->mechanism == OSCOPE_IPC_UDP && c->object == object &&
	    c->op == OSCOPE_IPC_RECEIVE && !c->note)
		udp_arrived(c, at);
	return 0;
}

/* A unix socket's, which was sent from where whoever sends is noted. */
static __always_inline void unix_met(struct ipc_call *c, struct sk_buff *skb)
{
	struct oscope_taken *t = &c->taken;
	struct sock *sk = BPF_CORE_READ(skb, sk);
	struct socket *socket;
	struct oscope_sent s;

	if (!sk || !sent_read((__u64)sk, &s))
		return;
	socket = BPF_CORE_READ(sk, sk_socket);
	if (socket && BPF_CORE_READ((struct inode *)socket_inode(socket), i_ino) != s.ino)
		return;
	t->from = s.from;
	t->units = BPF_CORE_READ(skb, len);
	t->flags = (s.flags & OSCOPE_SENT_PASSES ? MET_PASSES : 0) |
		   (s.flags & OSCOPE_SENT_SHARED ? OSCOPE_RUN_UNCERTAIN : 0);
	t->messages = 1;
}

/* The kernel lets go of a buffer: whoever receives has taken it. Each of the machine comes here. */
SEC("tp_btf/consume_skb")
int BPF_PROG(on_ipc_skb_consumed, struct sk_buff *skb)
{
	struct ipc_call *c = ipc_call_now(bpf_get_current_pid_tgid());
	__u64 at = first_address(ctx);
	bool udp;

	if (!c || c->op != OSCOPE_IPC_RECEIVE)
		return 0;
	udp = c->mechanism == OSCOPE_IPC_UDP;
	if ((!udp && c->mechanism != OSCOPE_IPC_UNIX_DGRAM) || wake_context())
		return 0;
	if (c->taken.messages)
		met_tell(c);
	c->took = 1;
	if (udp && ipc_follows(OSCOPE_IPC_BIT(UDP))) {
		udp_met(c, udp_whose((void *)at));
		sent_forget(at);
	} else if (ipc_follows(OSCOPE_IPC_BIT(UNIX_DGRAM))) {
		unix_met(c, (void *)at);
	}
	return 0;
}

/*
 * Who receives from a UDP socket is no more in its call. If what it took was not seen it is what
 * was noted, unless others were receiving, too, or that is there still.
 */
static __always_inline void udp_ends(struct ipc_call *c)
{
	struct oscope_queue *q = ipc_queue_of(c->object);
	bool others = true;

	if (q) {
		__sync_fetch_and_add(&q->receivers, -1);
		others = oscope_once(q->crossed_receives) != c->overlaps;
	}
	if (c->took || others || !oscope_whose_call(c->note, c->number) ||
	    (__u64)udp_head((void *)c->sk) == c->skb)
		return;
	udp_met(c, c->note);
}

__noinline __u64 ipc_datagrams_end(__u32 tid, __u32 messages)
{
	struct ipc_call *c = ipc_call_now(tid);
	bool udp;

	if (!ipc_follows(OSCOPE_IPC_DATAGRAMS) || !c)
		return 0;
	udp = ipc_follows(OSCOPE_IPC_BIT(UDP)) && c->mechanism == OSCOPE_IPC_UDP;
	if (udp)
		udp_ends(c);
	/* The last may have failed after all. */
	if (c->taken.messages && c->told < messages)
		met_tell(c);
	c->taken.messages = 0;
	if (udp && messages > c->told)
		c->second += messages - c->told;
	return (__u64)c->second << 32 | c->told;
}
