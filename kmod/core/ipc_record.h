/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Records of what communicates, to slots and back: uapi/oscope_ipc.h has the layout.
 */
#ifndef OSCOPE_CORE_IPC_RECORD_H
#define OSCOPE_CORE_IPC_RECORD_H

#include "ipc.h"
#include "ring.h"

OSCOPE_ASSERT_SIZE(struct oscope_file_ipc, 64);
OSCOPE_ASSERT_SIZE(struct oscope_file_object, 8 + 80);
OSCOPE_ASSERT_SIZE(struct oscope_file_name, 8 + 264);
OSCOPE_ASSERT_SIZE(struct oscope_file_symbol, 8 + OSCOPE_IPC_SYMBOL_MAX);

#define OSCOPE_IPC_SLOTS	3	/* of a record, at most */
#define OSCOPE_IPC_LOW		10	/* bits below a number of a task or an object */
#define OSCOPE_IPC_LOW_MASK	((1U << OSCOPE_IPC_LOW) - 1)

/* A call that has ended. */
struct oscope_call_told {
	__u64 ts;
	__u32 tid, object, mechanism, op;
	__u32 no_entry;			/* 1: it had begun before the trace */
	struct oscope_ipc_call what;
};

struct oscope_pair_told {
	__u64 ts;
	__u32 from, to, object;
	__u32 messages;
	__u64 bytes;
	__u32 uncertain, woken;		/* 1: so it is */
	__u32 send_wake_ns, wake_run_ns;	/* woken */
};

/* Heads but for the lap, of a record of n slots. */
OSCOPE_CORE void oscope_ipc_heads(struct oscope_slot *s, __u32 id, __u32 flags, __u32 n)
{
	s[0].head = oscope_head(id, flags, n);
	s[1].head = oscope_head(id, flags, n) | OSCOPE_HEAD_CONT;
	s[2].head = oscope_head(id, flags, n) | OSCOPE_HEAD_CONT;
}

/* How many slots a call takes. */
OSCOPE_CORE __u32 oscope_call_slots(const struct oscope_ipc_call *c)
{
	if (c->messages > 1 || c->unpaired > 1 || c->handed ||
	    (c->error && c->error != OSCOPE_EAGAIN) || (c->switches | c->wakeups) >> 16)
		return 3;
	return c->blocked_ns || c->latency_ns >> 32 || c->bytes >> 14 || c->switches > 3 ||
	       c->wakeups > 3 ? 2 : 1;
}

/* Fill the slots that a record may take; returns how many it does. */
OSCOPE_CORE __u32 oscope_call_pack(struct oscope_slot s[OSCOPE_IPC_SLOTS],
				   const struct oscope_call_told *t)
{
	const struct oscope_ipc_call *c = &t->what;
	__u32 n = oscope_call_slots(c), flags = 0;

	flags |= c->messages == 1 ? OSCOPE_CALL_MESSAGE : 0;
	flags |= c->error == OSCOPE_EAGAIN ? OSCOPE_CALL_EAGAIN : 0;
	flags |= c->unpaired == 1 ? OSCOPE_CALL_UNPAIRED : 0;
	flags |= t->no_entry ? OSCOPE_CALL_NO_ENTRY : 0;
	flags |= c->handed ? OSCOPE_CALL_HANDED : 0;
	if (n == 1)
		flags |= c->wakeups << 4 | c->switches << 6;
	oscope_ipc_heads(s, OSCOPE_REC_IPC_CALL, flags, n);
	s[0].ts = t->ts;
	s[0].w[0] = t->tid << OSCOPE_IPC_LOW | (c->bytes & OSCOPE_IPC_LOW_MASK);
	s[0].w[1] = t->object << OSCOPE_IPC_LOW | t->mechanism << 5 | t->op << 4 |
		    (c->bytes >> OSCOPE_IPC_LOW & 0xf);
	s[0].w[2] = c->latency_ns;
	s[1].ts = c->blocked_ns;
	s[1].w[0] = c->latency_ns >> 32;
	s[1].w[1] = c->bytes >> 14;
	s[1].w[2] = (c->switches & 0xffff) | c->wakeups << 16;
	s[2].ts = c->held_ns;
	s[2].w[0] = c->messages;
	s[2].w[1] = (c->error & 0xffff) | c->unpaired << 16;
	s[2].w[2] = c->switches >> 16 | (c->wakeups & 0xffff0000U);
	return n;
}

/* ... and back: of the first slot with its flags, and those of its n that there are. */
OSCOPE_CORE void oscope_call_unpack(struct oscope_call_told *t,
				    const struct oscope_slot s[OSCOPE_IPC_SLOTS], __u32 n)
{
	__u32 flags = oscope_head_flags(s[0].head);
	struct oscope_ipc_call *c = &t->what;

	*t = (struct oscope_call_told){
		.ts = s[0].ts,
		.tid = s[0].w[0] >> OSCOPE_IPC_LOW,
		.object = s[0].w[1] >> OSCOPE_IPC_LOW,
		.mechanism = s[0].w[1] >> 5 & 0x1f,
		.op = s[0].w[1] >> 4 & 1,
		.no_entry = !!(flags & OSCOPE_CALL_NO_ENTRY),
		.what = {
			.latency_ns = s[0].w[2],
			.bytes = (s[0].w[0] & OSCOPE_IPC_LOW_MASK) |
				 (s[0].w[1] & 0xf) << OSCOPE_IPC_LOW,
			.messages = !!(flags & OSCOPE_CALL_MESSAGE),
			.error = flags & OSCOPE_CALL_EAGAIN ? OSCOPE_EAGAIN : 0,
			.unpaired = !!(flags & OSCOPE_CALL_UNPAIRED),
			.wakeups = (flags & OSCOPE_CALL_WAKEUPS) >> 4,
			.switches = (flags & OSCOPE_CALL_SWITCHES) >> 6,
			.handed = !!(flags & OSCOPE_CALL_HANDED),
		},
	};
	if (n < 2)
		return;
	c->blocked_ns = s[1].ts;
	c->latency_ns |= (__u64)s[1].w[0] << 32;
	c->bytes |= (__u64)s[1].w[1] << 14;
	c->switches = s[1].w[2] & 0xffff;
	c->wakeups = s[1].w[2] >> 16;
	if (n < 3)
		return;
	c->held_ns = s[2].ts;
	c->messages = s[2].w[0];
	c->error = s[2].w[1] & 0xffff;
	c->unpaired = s[2].w[1] >> 16;
	c->switches |= s[2].w[2] << 16;
	c->wakeups |= s[2].w[2] & 0xffff0000U;
}

OSCOPE_CORE __u32 oscope_pair_pack(struct oscope_slot s[OSCOPE_IPC_SLOTS],
				   const struct oscope_pair_told *t)
{
	__u32 n = t->woken || t->messages > 1 || t->bytes >> 30 ? 2 : 1, flags = 0;

	flags |= t->messages == 1 ? OSCOPE_PAIR_MESSAGE : 0;
	flags |= t->uncertain ? OSCOPE_PAIR_UNCERTAIN : 0;
	flags |= t->woken ? OSCOPE_PAIR_WOKEN : 0;
	oscope_ipc_heads(s, OSCOPE_REC_IPC_PAIR, flags, n);
	s[0].ts = t->ts;
	s[0].w[0] = t->from << OSCOPE_IPC_LOW | (t->bytes & OSCOPE_IPC_LOW_MASK);
	s[0].w[1] = t->to << OSCOPE_IPC_LOW |
		    (t->bytes >> OSCOPE_IPC_LOW & OSCOPE_IPC_LOW_MASK);
	s[0].w[2] = t->object << OSCOPE_IPC_LOW |
		    (t->bytes >> 2 * OSCOPE_IPC_LOW & OSCOPE_IPC_LOW_MASK);
	s[1].ts = t->bytes >> 30;
	s[1].w[0] = t->woken ? t->send_wake_ns : 0;
	s[1].w[1] = t->woken ? t->wake_run_ns : 0;
	s[1].w[2] = t->messages;
	return n;
}

OSCOPE_CORE void oscope_pair_unpack(struct oscope_pair_told *t,
				    const struct oscope_slot s[OSCOPE_IPC_SLOTS], __u32 n)
{
	__u32 flags = oscope_head_flags(s[0].head);

	*t = (struct oscope_pair_told){
		.ts = s[0].ts,
		.from = s[0].w[0] >> OSCOPE_IPC_LOW,
		.to = s[0].w[1] >> OSCOPE_IPC_LOW,
		.object = s[0].w[2] >> OSCOPE_IPC_LOW,
		.messages = !!(flags & OSCOPE_PAIR_MESSAGE),
		.bytes = (s[0].w[0] & OSCOPE_IPC_LOW_MASK) |
			 (s[0].w[1] & OSCOPE_IPC_LOW_MASK) << OSCOPE_IPC_LOW |
			 (s[0].w[2] & OSCOPE_IPC_LOW_MASK) << 2 * OSCOPE_IPC_LOW,
		.uncertain = !!(flags & OSCOPE_PAIR_UNCERTAIN),
	};
	if (n < 2)
		return;
	t->messages = s[1].w[2];
	t->bytes |= s[1].ts << 30;
	t->woken = !!(flags & OSCOPE_PAIR_WOKEN);
	t->send_wake_ns = s[1].w[0];
	t->wake_run_ns = s[1].w[1];
}

/* Add a pair's part to its sums. */
OSCOPE_CORE void oscope_pair_count(struct oscope_ipc_pair *p, const struct oscope_pair_told *t)
{
	p->messages += t->messages;
	p->bytes += t->bytes;
	if (t->uncertain)
		p->uncertain += t->messages ? t->messages : 1;
	if (!t->woken)
		return;
	p->wakes++;
	p->send_wake_ns += t->send_wake_ns;
	p->wake_run_ns += t->wake_run_ns;
}

#endif /* OSCOPE_CORE_IPC_RECORD_H */
