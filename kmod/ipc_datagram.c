// SPDX-License-Identifier: GPL-2.0
/*
 * Whose datagram somebody receives that was sent to an address, where the order of calls does not
 * tell: by its buffer in the kernel, as core/ipc_datagram.h has it.
 *
 * UDP: a buffer stays at one place from where its sender has made it, over the loopback, until
 * somebody takes it out of a socket. Who has made it is noted when it is handed to the device;
 * whose it is that somebody takes shows when the kernel lets go of it. Since 6.18 it does so
 * without a word: then it is what ipc_udp.c notes. Unix: the buffer leads to the socket that it was
 * sent from as long as it lives, and of that it is noted who sends by it.
 *
 * The table's cells are written by who has taken them, in any context but hard interrupts; that of
 * a socket which is there by who holds t->making, too.
 */
#include <linux/net.h>
#include <linux/udp.h>
#include <net/flow.h>
#include <net/sock.h>
#include <trace/events/net.h>
#include <trace/events/skb.h>
#include "block.h"
#include "hooks.h"
#include "ipc.h"
#include "ipc_datagram.h"
#include "task.h"

static struct oscope_sent *sent_cell(struct ipc_tables *t, u64 at, u32 way)
{
	return &t->sent[oscope_sent_cell(at, way)];
}

static struct oscope_sent *sent_find(struct ipc_tables *t, u64 at)
{
	struct oscope_sent *s;
	u32 i;

	for (i = 0; i < OSCOPE_SENT_WAYS; i++) {
		s = sent_cell(t, at, i);
		if (READ_ONCE(s->at) == at)
			return s;
	}
	return NULL;
}

/* Whether a cell, of that address, is that of a socket which is still there. Any context. */
static bool sent_lives(const struct oscope_sent *s, u64 at)
{
	struct sock *sk = (struct sock *)at;
	u64 ino = READ_ONCE(s->ino);
	struct socket *socket = ino ? ipc_look(sk->sk_socket) : NULL;

	return socket && ipc_look(SOCK_INODE(socket)->i_ino) == ino;
}

/* The cell to take from another, and whose it was then. NULL: all are needed more. */
static struct oscope_sent *sent_lowest(struct ipc_tables *t, u64 at, bool socket, u64 *was)
{
	struct oscope_sent *lowest = NULL, *s;
	u64 now, least = OSCOPE_SENT_NONE;
	u32 i;

	for (i = 0; i < OSCOPE_SENT_WAYS; i++) {
		s = sent_cell(t, at, i);
		now = smp_load_acquire(&s->at);		/* pairs with sent_store() */
		if (!oscope_sent_lower(s, now, sent_lives(s, now), socket, &least))
			continue;
		lowest = s;
		*was = now;
	}
	return lowest;
}

/* The cell of a new one, whose address is to be stored last. NULL: others need it more. */
static struct oscope_sent *sent_place(struct ipc_tables *t, u64 at, bool socket)
{
	struct oscope_sent *s = sent_find(t, at);
	u64 was;
	u32 i;

	if (s)
		return cmpxchg(&s->at, at, OSCOPE_SENT_TAKEN) == at ? s : NULL;
	for (i = 0; i < OSCOPE_SENT_WAYS; i++) {
		s = sent_cell(t, at, i);
		if (!cmpxchg(&s->at, 0, OSCOPE_SENT_TAKEN))
			return s;
	}
	for (i = 0; i < OSCOPE_SENT_WAYS; i++) {
		s = sent_lowest(t, at, socket, &was);
		if (!s || cmpxchg(&s->at, was, OSCOPE_SENT_TAKEN) == was)
			return s;
	}
	return NULL;
}

/* What was at that address is gone. */
static void sent_forget(struct ipc_tables *t, const void *address)
{
	struct oscope_sent *s = sent_find(t, (u64)address);

	if (s)
		cmpxchg(&s->at, (u64)address, 0);
}

bool ipc_sent_read(struct ipc_tables *t, const void *address, struct oscope_sent *to)
{
	const struct oscope_sent *s = sent_find(t, (u64)address);

	if (!s)
		return false;
	smp_rmb();			/* pairs with sent_store() */
	ipc_peek(*to = *s);
	smp_rmb();			/* it is of one moment if it is that one's still */
	return READ_ONCE(s->at) == (u64)address;
}

static void sent_store(struct oscope_sent *s, u64 at)
{
	smp_store_release(&s->at, at);	/* pairs with smp_rmb() of ipc_sent_read() */
}

/*
 * t->making held, by which those of sockets have one writer: of one that is there no buffer takes
 * the cell. So it is not taken to note who sends, and who reads finds it all the time.
 */
u32 ipc_datagram_sender(struct ipc_tables *t, const struct ipc_target *target)
{
	struct oscope_sent *s = sent_find(t, (u64)target->sk);
	u32 from = target->strange ? 0 : current->pid;
	u16 flags = from ? OSCOPE_SENT_PASSES : 0;

	if (s && s->ino != target->ino) {	/* of a socket that was there before */
		cmpxchg(&s->at, (u64)target->sk, 0);	/* unless a buffer has it by now */
		s = NULL;
	}
	if (!s && !target->named && !target->strange)
		return 0;
	if (s) {
		ipc_peek(({ oscope_sent_again(s, from, flags); 0; }));
		return IPC_BY_NAME;
	}
	s = sent_place(t, (u64)target->sk, true);
	if (s) {
		s->ino = target->ino;
		s->from = from;
		s->flags = flags;
		s->ns = clock_ns();
		sent_store(s, (u64)target->sk);
	}
	return IPC_BY_NAME_NOW;
}

struct ipc_call *ipc_datagram_call(struct ipc_tables *t, u32 op)
{
	struct task_node *node = task_find(current);
	struct ipc_call *c = node ? ipc_call_side(t, node, op) : NULL;

	if (!c || c->tid != current->pid)
		return NULL;
	return c->mechanism == OSCOPE_IPC_UDP || c->mechanism == OSCOPE_IPC_UNIX_DGRAM ? c : NULL;
}

/* What current does, and no interrupt in it, nor a thread that does an interrupt's work. */
static bool of_task(void)
{
	return !(current->flags & PF_KTHREAD) && !wake_context();
}

static void sent_fill(struct ipc_tables *t, struct oscope_sent *s, struct sk_buff *skb,
		      struct sock *sk)
{
	struct ipc_call *c = of_task() ? ipc_datagram_call(t, OSCOPE_IPC_SEND) : NULL;

	s->ino = 0;
	s->from = of_task() ? current->pid : 0;
	s->units = skb->len - skb_transport_offset(skb) - sizeof(struct udphdr);
	s->port = sk->sk_num;
	s->ns = clock_ns();
	s->flags = c ? OSCOPE_SENT_PASSES : 0;
	if (c)
		WRITE_ONCE(c->skb, (u64)skb);
}

/* A buffer is handed to a device. In the sender's context, with softirqs off, or in a softirq. */
static void on_ipc_net_queue(void *data, struct sk_buff *skb)
{
	struct ipc_tables *t = ipc_active();
	struct sock *sk = skb->sk;
	struct oscope_sent *s;

	if (!t || !sk || !ipc_is_udp(sk) || skb->dev->ifindex != LOOPBACK_IFINDEX ||
	    !skb_transport_header_was_set(skb))
		return;
	preempt_disable();
	s = sent_place(t, (u64)skb, false);
	if (s) {
		sent_fill(t, s, skb, sk);
		sent_store(s, (u64)skb);
	}
	preempt_enable();
}
HOOK(net_dev_queue, on_ipc_net_queue, .flags = HOOK_IPC, .ipc = OSCOPE_IPC_BIT(UDP));

void ipc_datagrams_begin(struct ipc_call *c)
{
	c->skb = 0;
	c->met.messages = 0;
	c->met_n = 0;
	c->met_strange = 0;
	c->took = false;
	c->unsure = false;
	c->note = 0;
}

/* It was received. The kernel may hold locks of its own here, under which none of ours is taken. */
static void met_tell(struct ipc_tables *t, struct ipc_call *c)
{
	struct oscope_taken *m = &c->met;

	c->met_n++;
	m->to = c->tid;
	if ((m->flags & IPC_MET_BY_NOBODY) || !c->shown) {
		c->met_strange++;
	} else {
		if (m->flags & OSCOPE_RUN_UNCERTAIN)
			c->unsure = true;
		/* Reports show pairs of who has a use: it is there first. */
		if (m->flags & IPC_MET_PASSES)
			ipc_use_find(t, (u64)c->shown << 40 | (u64)OSCOPE_IPC_SEND << 32 | m->from);
		ipc_pair_tell(t, c->shown, &c->pair, m, m->from && m->from == c->waker ?
			      ipc_wake_word(c->send_wake_ns, c->wake_run_ns) : IPC_NO_WAKE);
	}
	m->messages = 0;
}

/* A unix socket's, which was sent from where whoever sends is noted. */
static void unix_met(struct ipc_tables *t, struct ipc_call *c, struct sk_buff *skb)
{
	struct oscope_taken *m = &c->met;
	struct sock *sk = skb->sk;
	struct oscope_sent s;
	struct socket *socket;

	if (!sk || !ipc_sent_read(t, sk, &s))
		return;
	socket = ipc_look(sk->sk_socket);
	if (socket && ipc_look(SOCK_INODE(socket)->i_ino) != s.ino)
		return;
	m->from = s.from;
	m->units = skb->len;
	m->flags = (s.flags & OSCOPE_SENT_PASSES ? IPC_MET_PASSES : 0) |
		   (s.flags & OSCOPE_SENT_SHARED ? OSCOPE_RUN_UNCERTAIN : 0) |
		   (s.from ? 0 : IPC_MET_BY_NOBODY);
	m->messages = 1;
}

/* The kernel lets go of a buffer: whoever receives has taken it. Each of the machine comes here. */
static void on_ipc_consumed(void *data, struct sk_buff *skb)
{
	struct ipc_tables *t = ipc_active();
	struct ipc_call *c;

	/* A device may be polled from within the call: with softirqs off, as nobody receives. */
	if (!t || (current->flags & PF_KTHREAD) || in_interrupt())
		return;
	preempt_disable();
	c = ipc_datagram_call(t, OSCOPE_IPC_RECEIVE);
	if (c) {
		if (c->met.messages)
			met_tell(t, c);
		c->took = true;
		if (c->mechanism == OSCOPE_IPC_UDP) {
			ipc_udp_met(&c->met, ipc_udp_whose(t, skb));
			sent_forget(t, skb);
		} else {
			unix_met(t, c, skb);
		}
	}
	preempt_enable();
}

static void __maybe_unused on_ipc_consumed_v6_3(void *data, struct sk_buff *skb, void *location)
{
	on_ipc_consumed(data, skb);
}
HOOK(consume_skb, COMPAT_CONSUME_PROBE(on_ipc_consumed, on_ipc_consumed_v6_3), .flags = HOOK_IPC,
     .ipc = OSCOPE_IPC_DATAGRAMS);

/* Of a socket that others use, too, it is not known who has sent what. */
static void pairs_unsure(struct ipc_tables *t, u32 object)
{
	struct oscope_queue *q = ipc_queue_lock(t, object);

	q->flags |= OSCOPE_QUEUE_LEFT_OUT;
	ipc_queue_unlock(t, object);
}

u32 ipc_datagrams_end(struct ipc_tables *t, struct ipc_call *c, u32 messages)
{
	if (c->mechanism == OSCOPE_IPC_UDP)
		ipc_udp_ends(t, c);
	/* The last may have failed after all. */
	if (c->met.messages && c->met_n < messages)
		met_tell(t, c);
	c->met.messages = 0;
	if (c->unsure && c->object)
		pairs_unsure(t, c->object);
	return c->met_n;
}
