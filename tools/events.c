// SPDX-License-Identifier: GPL-2.0
/*
 * Records of all CPUs in the order of time.
 */
#include <stdlib.h>
#include <string.h>

#include "../kmod/core/ring.h"
#include "events.h"
#include "map.h"
#include "util.h"

static struct event *event_new(struct events *e)
{
	struct event *event;

	if (array_room(&e->event, &e->room, e->n, sizeof(*e->event)))
		return NULL;
	event = &e->event[e->n++];
	memset(event, 0, sizeof(*event));
	event->seq = e->seq++;
	return event;
}

/* Two slots, which may come in two runs; the second one may be lost with what was overwritten. */
static int identity_add(struct events_cpu *c, const struct oscope_slot *slot)
{
	if (!(slot->head & OSCOPE_HEAD_CONT)) {
		memcpy(&c->half, slot, sizeof(*slot));
		c->begun = true;
		return 0;
	}
	if (!c->begun)
		return 0;
	c->begun = false;
	memcpy((char *)&c->half + sizeof(*slot), slot, sizeof(*slot));
	if (array_room(&c->untimed, &c->room, c->n, sizeof(*c->untimed)))
		return -ENOMEM;
	c->untimed[c->n++] = c->half;
	return 0;
}

/* The time of the record that follows is theirs, too. */
static int identities_timed(struct events *e, struct events_cpu *c, uint64_t ts)
{
	struct event *event;
	size_t i;

	for (i = 0; i < c->n; i++) {
		event = event_new(e);
		if (!event)
			return -ENOMEM;
		event->ts = ts;
		event->id = OSCOPE_REC_IDENTITY;
		event->who = c->untimed[i];
	}
	c->n = 0;
	return 0;
}

/* One of what communicates, all of whose slots are there. */
static void ipc_fill(struct event *event, const struct events_cpu *c)
{
	if (event->id == OSCOPE_REC_IPC_CALL) {
		oscope_call_unpack(&event->call, c->part, c->have);
		event->w[0] = event->call.tid;
		event->w[1] = event->call.tid;
	} else {
		oscope_pair_unpack(&event->pair, c->part, c->have);
		event->w[0] = event->pair.to;
		event->w[1] = event->pair.from;
	}
}

static int ipc_add(struct events *e, uint32_t cpu, const struct oscope_slot *slot)
{
	uint32_t id = oscope_head_id(slot->head);
	struct events_cpu *c = &e->cpu[cpu];
	struct event *event;

	if (!(slot->head & OSCOPE_HEAD_CONT)) {
		if (identities_timed(e, c, slot->ts))
			return -ENOMEM;
		c->have = 0;
		c->want = oscope_head_slots(slot->head);
	}
	if (c->have >= c->want || c->want > OSCOPE_IPC_SLOTS ||
	    (c->have && oscope_head_id(c->part[0].head) != id))
		return 0;	/* its first half is missing, or it is none */
	c->part[c->have++] = *slot;
	if (c->have < c->want)
		return 0;
	c->want = 0;
	if (!(e->wanted >> id & 1))
		return 0;
	event = event_new(e);
	if (!event)
		return -ENOMEM;
	event->ts = c->part[0].ts;
	event->id = id;
	event->cpu = cpu;
	event->flags = oscope_head_flags(c->part[0].head);
	ipc_fill(event, c);
	return 0;
}

static int slot_add(struct events *e, uint32_t cpu, const struct oscope_slot *slot)
{
	struct events_cpu *c = &e->cpu[cpu];
	uint32_t id = oscope_head_id(slot->head);
	struct event *event;

	if (id == OSCOPE_REC_IPC_CALL || id == OSCOPE_REC_IPC_PAIR)
		return ipc_add(e, cpu, slot);
	c->want = 0;
	if (id == OSCOPE_REC_IDENTITY)
		return identity_add(c, slot);
	if (slot->head & OSCOPE_HEAD_CONT)
		return 0;	/* its first half is missing */
	if (identities_timed(e, c, slot->ts))
		return -ENOMEM;
	if (id >= 64 || !(e->wanted >> id & 1))
		return 0;
	event = event_new(e);
	if (!event)
		return -ENOMEM;
	event->ts = slot->ts;
	event->id = id;
	event->cpu = cpu;
	event->flags = oscope_head_flags(slot->head);
	memcpy(event->w, slot->w, sizeof(event->w));
	return 0;
}

int events_add(struct events *e, uint32_t cpu, const struct oscope_slot *slot, uint32_t n)
{
	uint32_t i;
	int err = 0;

	while (!err && cpu >= e->cpus)
		err = array_room(&e->cpu, &e->cpus, e->cpus, sizeof(*e->cpu));
	for (i = 0; !err && i < n; i++)
		err = slot_add(e, cpu, &slot[i]);
	return err ? err_sys(err, "keeping records") : 0;
}

static int event_compare(const void *a, const void *b)
{
	const struct event *x = a, *y = b;

	if (x->ts != y->ts)
		return x->ts < y->ts ? -1 : 1;
	return x->seq < y->seq ? -1 : x->seq > y->seq;
}

int events_take(struct events *e, uint64_t until_ns,
		int (*take)(void *arg, const struct event *event), void *arg)
{
	size_t i;
	int err = 0;

	/* At the end nothing follows any more. */
	for (i = 0; !err && until_ns == UINT64_MAX && i < e->cpus; i++)
		err = identities_timed(e, &e->cpu[i], UINT64_MAX);
	if (err)
		return err_sys(err, "keeping records");
	i = 0;
	if (e->n > 1)
		qsort(e->event, e->n, sizeof(*e->event), event_compare);
	while (!err && i < e->n && e->event[i].ts <= until_ns)
		err = take(arg, &e->event[i++]);
	if (i)
		memmove(e->event, &e->event[i], (e->n - i) * sizeof(*e->event));
	e->n -= i;
	return err;
}

void events_free(struct events *e)
{
	size_t i;

	for (i = 0; i < e->cpus; i++)
		free(e->cpu[i].untimed);
	free(e->cpu);
	free(e->event);
	memset(e, 0, sizeof(*e));
}
