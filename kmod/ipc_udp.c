// SPDX-License-Identifier: GPL-2.0
/*
 * UDP: whose a buffer is, and what a call is going to take where the kernel does not tell of what
 * it lets go, since 6.18: the first in the socket's queue when the call begins, or what comes after
 * that. It is so if nobody else receives there, and if it is not there any more when the call ends.
 */
#include <linux/udp.h>
#include <net/flow.h>
#include <trace/events/sock.h>
#include "block.h"
#include "hooks.h"
#include "ipc_datagram.h"
#include "task.h"

void ipc_udp_bound(struct ipc_tables *t, const struct ipc_call *c, u32 rule,
		   const unsigned long *args)
{
	struct oscope_ipc_object *o = c->shown ? &t->object[c->shown - 1] : NULL;
	struct ipc_target target;

	if (!o || ipc_peek(READ_ONCE(o->local_port)) ||
	    !ipc_call_target(t, &target, current, rule, args) ||
	    target.mechanism != OSCOPE_IPC_UDP || target.key != READ_ONCE(o->key))
		return;
	raw_spin_lock(&t->making);
	ipc_udp_describe(o, target.sk);
	raw_spin_unlock(&t->making);
}

/* The port that it is from. */
static u16 skb_source(struct sk_buff *skb)
{
	struct udphdr *header =
		(void *)(ipc_look(skb->head) + ipc_look(skb->transport_header));

	return ntohs(ipc_look(header->source));
}

u64 ipc_udp_whose(struct ipc_tables *t, struct sk_buff *skb)
{
	u32 units = ipc_look(skb->len);
	struct oscope_sent s;

	if (ipc_look(skb->skb_iif) != LOOPBACK_IFINDEX)
		return OSCOPE_WHOSE(0, units, OSCOPE_WHOSE_KNOWN);
	/* With another port the buffer is a later one's. */
	if (!ipc_sent_read(t, skb, &s) || !s.from || s.port != skb_source(skb))
		return OSCOPE_WHOSE(0, units, OSCOPE_WHOSE_KNOWN | OSCOPE_WHOSE_NOBODY);
	return oscope_sent_whose(&s);
}

void ipc_udp_met(struct oscope_taken *met, u64 whose)
{
	met->from = whose;
	met->units = OSCOPE_WHOSE_UNITS(whose);
	met->flags = (whose & OSCOPE_WHOSE_NOBODY ? IPC_MET_BY_NOBODY : 0) |
		     (whose & OSCOPE_WHOSE_PASSES ? IPC_MET_PASSES : 0);
	met->messages = 1;
}

/* What a call is going to take, if nothing is known of that yet. */
static void udp_note(struct ipc_call *c, u32 number, const void *skb, u64 whose)
{
	if (!cmpxchg(&c->note, 0, whose | OSCOPE_WHOSE_CALL(number)))
		WRITE_ONCE(c->skb, (u64)skb);
}

/* The first in a socket's queues, NULL: there is none. Both may go at any time. */
static struct sk_buff *udp_head(struct sock *sk)
{
	struct udp_sock *u = (struct udp_sock *)sk;
	struct sk_buff *head = ipc_look(u->reader_queue.next);

	if (head && head != (const void *)&u->reader_queue)
		return head;
	head = ipc_look(sk->sk_receive_queue.next);
	return head != (const void *)&sk->sk_receive_queue ? head : NULL;
}

void ipc_udp_begin(struct ipc_tables *t, struct ipc_call *c, const struct ipc_target *target)
{
	struct sk_buff *head;
	struct oscope_queue *q;

	WRITE_ONCE(c->sk, (u64)target->sk);
	WRITE_ONCE(c->began, clock_ns());
	q = ipc_queue_lock(t, c->object);
	WRITE_ONCE(c->number, q->begun++);
	WRITE_ONCE(q->receiver, c->tid);
	if (q->receivers)
		q->crossed_receives++;
	WRITE_ONCE(q->receivers, q->receivers + 1);
	c->crossed = q->crossed_receives;
	ipc_queue_unlock(t, c->object);
	head = udp_head(target->sk);
	if (head)
		udp_note(c, c->number, head, ipc_udp_whose(t, head));
}

/* The object of a socket that has an inode, 0: it was not met yet. */
static u32 socket_object(struct ipc_tables *t, struct sock *sk)
{
	struct socket *socket = ipc_look(sk->sk_socket);
	struct inode *inode = socket ? SOCK_INODE(socket) : NULL;

	return inode ? ipc_object_find(t, ipc_inode_key(ipc_look(inode->i_sb),
							ipc_look(inode->i_ino)), false) : 0;
}

/*
 * Something has come while c receives, which has found nothing when it began: what is the first now
 * is what it will get, unless it has taken another already. If there is none it has got what was
 * just sent, since it takes one only; that must have been sent after it began.
 */
static void udp_arrived(struct ipc_tables *t, struct ipc_call *c, struct sock *sk)
{
	struct ipc_call *by = ipc_datagram_call(t, OSCOPE_IPC_SEND);
	struct sk_buff *head = udp_head(sk);
	u32 number = READ_ONCE(c->number);
	struct oscope_sent s;
	struct sk_buff *skb;

	if (head) {
		udp_note(c, number, head, ipc_udp_whose(t, head));
		return;
	}
	skb = by ? (void *)READ_ONCE(by->skb) : NULL;
	if (skb && ipc_sent_read(t, skb, &s) &&
	    oscope_sent_since(&s, by->tid, READ_ONCE(c->began)))
		udp_note(c, number, skb, oscope_sent_whose(&s));
}

/* The call of the only one who receives from that object, by the kernel's own table of numbers. */
static struct ipc_call *receiver_call(struct ipc_tables *t, u32 object)
{
	const struct oscope_queue *q = &t->queue[object - 1];
	u32 tid = READ_ONCE(q->receiver);
	struct task_node *node;
	struct task_struct *p;
	struct ipc_call *c;

	if (READ_ONCE(q->receivers) != 1)
		return NULL;
	p = pid_task(find_pid_ns(tid, &init_pid_ns), PIDTYPE_PID);
	node = p ? task_find(p) : NULL;
	c = node ? ipc_call_side(t, node, OSCOPE_IPC_RECEIVE) : NULL;
	if (!c || READ_ONCE(c->tid) != tid)
		return NULL;
	return READ_ONCE(c->mechanism) == OSCOPE_IPC_UDP && READ_ONCE(c->object) == object ? c :
											      NULL;
}

/* Something was put into a socket's queue: in a softirq, mostly in who has sent it. */
static void on_ipc_data_ready(void *data, const struct sock *of)
{
	struct ipc_tables *t = ipc_active();
	struct sock *sk = (struct sock *)of;	/* looked at only */
	struct ipc_call *c;
	u32 object;

	if (!t || !ipc_is_udp(sk))
		return;
	preempt_disable();
	rcu_read_lock();
	object = socket_object(t, sk);
	c = object ? receiver_call(t, object) : NULL;
	if (c && !READ_ONCE(c->note))
		udp_arrived(t, c, sk);
	rcu_read_unlock();
	preempt_enable();
}
COMPAT_HOOK_SINCE_6_3(sk_data_ready, on_ipc_data_ready, .flags = HOOK_IPC,
		      .ipc = OSCOPE_IPC_BIT(UDP));

/*
 * Who receives is no more in its call. If what it took was not seen it is what was noted, unless
 * others were receiving, too, or that is there still.
 */
void ipc_udp_ends(struct ipc_tables *t, struct ipc_call *c)
{
	struct oscope_queue *q;
	u64 note = READ_ONCE(c->note);
	bool others = true;

	if (c->object) {
		q = ipc_queue_lock(t, c->object);
		if (q->receivers)
			WRITE_ONCE(q->receivers, q->receivers - 1);
		others = q->crossed_receives != c->crossed || (q->flags & OSCOPE_QUEUE_FOREIGN);
		ipc_queue_unlock(t, c->object);
	}
	if (c->took || others || !oscope_whose_call(note, c->number) ||
	    (u64)udp_head((struct sock *)c->sk) == READ_ONCE(c->skb))
		return;
	ipc_udp_met(&c->met, note);
}
