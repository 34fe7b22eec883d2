// SPDX-License-Identifier: GPL-2.0
/*
 * Arrows from who has sent to who has received, of recordings that have it.
 *
 * A pair says that something was received, and of whom; when it was sent is said by the sender's
 * call, whose record may come later, as a receiver that it wakes may be faster. What one sends
 * through an object comes out in the order in which it went in, so times wait there until then.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "export.h"
#include "map.h"
#include "replay_ipc.h"
#include "util.h"

#define SENT_MAX	64U	/* times that wait, the latest: more are not told apart */
#define SENT_FEW	4U	/* ... most often no more than these */
#define OBJECT_NAME	256

struct sent {
	uint64_t *ns;			/* room of them, a power of two, SENT_MAX at most */
	uint32_t room, first, n;
	uint32_t owed;			/* received, of calls that have not told of it yet */
};

struct export_ipc {
	struct ipc_reading *reading;
	struct map queues;		/* object << 22 | tid of the sender */
	struct sent *sent;		/* by place in queues */
	size_t room;
};

int export_ipc_begin(struct export *e)
{
	if (!replay_has_ipc(e->file) || !replay_ipc_mechanisms(e->file))
		return 0;
	e->ipc = calloc(1, sizeof(*e->ipc));
	return e->ipc ? replay_ipc_objects(e->file, &e->ipc->reading) :
			err_sys(-ENOMEM, "reading %s", e->file->path);
}

void export_ipc_end(struct export *e)
{
	size_t i;

	if (!e->ipc)
		return;
	for (i = 0; i < e->ipc->room; i++)
		free(e->ipc->sent[i].ns);
	ipc_free(e->ipc->reading);
	map_free(&e->ipc->queues);
	free(e->ipc->sent);
	free(e->ipc);
	e->ipc = NULL;
}

/* NULL: no memory. */
static struct sent *sent_find(struct export_ipc *x, uint32_t object, uint32_t from)
{
	size_t place = map_place(&x->queues, (uint64_t)object << 22 | from);

	if (place == MAP_FULL || array_room(&x->sent, &x->room, place, sizeof(*x->sent)))
		return NULL;
	return &x->sent[place];
}

/* Room for more times. 0 or -ENOMEM. */
static int sent_grow(struct sent *s)
{
	uint32_t room = s->room ? 2 * s->room : SENT_FEW;
	uint32_t begins = s->room ? s->first % s->room : 0;
	uint64_t *ns = realloc(s->ns, room * sizeof(*ns));

	if (!ns)
		return -ENOMEM;
	/* It is full: what went on at its beginning goes on behind its end. */
	memcpy(ns + s->room, ns, begins * sizeof(*ns));
	s->ns = ns;
	s->first = begins;
	s->room = room;
	return 0;
}

static int sent_put(struct sent *s, uint64_t ns)
{
	uint32_t at;

	if (s->n == s->room && s->room < SENT_MAX && sent_grow(s))
		return -ENOMEM;
	if (s->n == SENT_MAX) {
		s->first++;
		s->n--;
	}
	at = (s->first + s->n) % s->room;
	s->ns[at] = ns;
	s->n++;
	return 0;
}

/* Where what is sent by an object goes to: a socket's end leads to a queue. */
static uint32_t queue_of(const struct ipc_reading *r, const struct oscope_call_told *t)
{
	uint32_t queue;

	if (!(OSCOPE_IPC_SOCKETS >> t->mechanism & 1) || !t->object ||
	    t->object >= r->room.objects)
		return t->object;
	queue = r->object[t->object - 1].queue[OSCOPE_IPC_SEND];
	return queue ? queue : t->object;
}

static int call_add(struct export_ipc *x, const struct oscope_call_told *t)
{
	uint32_t messages = t->what.messages < SENT_MAX ? t->what.messages : SENT_MAX;
	struct sent *s;

	if (t->op != OSCOPE_IPC_SEND || !messages || t->mechanism >= OSCOPE_IPCS)
		return 0;
	s = sent_find(x, queue_of(x->reading, t), t->tid);
	if (!s)
		return -ENOMEM;
	for (; messages; messages--) {
		if (s->owed)
			s->owed--;
		else if (sent_put(s, t->ts))
			return -ENOMEM;
	}
	return 0;
}

/* When that was sent which has been received now: not later than that. */
static uint64_t sent_ns(struct sent *s, const struct oscope_pair_told *t)
{
	uint64_t ns = t->ts;
	uint32_t i;

	if (t->woken && t->wake_run_ns < ns)
		ns -= t->wake_run_ns;
	for (i = 0; i < t->messages && i < SENT_MAX; i++) {
		if (!s->n) {
			s->owed++;
			continue;
		}
		if (!i && s->ns[s->first % s->room] < ns)
			ns = s->ns[s->first % s->room];
		s->first++;
		s->n--;
	}
	return ns;
}

static void arrow_write(struct export *e, const struct oscope_pair_told *t, uint64_t from_ns)
{
	char name[IPC_NAME_MAX], object[OBJECT_NAME], task[EXPORT_TASK_NAME];
	char text[OBJECT_NAME + EXPORT_TASK_NAME + 64];
	struct export_slice s = { .instant = true, .message = true, .name = text };
	uint64_t arrow;

	ipc_object_name(e->ipc->reading, t->object, name);
	fmt_escape(object, sizeof(object), name, sizeof(name), false);
	arrow = export_arrow(e);
	if (export_lane_of(e, t->from, &s.lane)) {
		export_task_name(e, t->to, task);
		snprintf(text, sizeof(text), "to %s: %llu bytes, %s", task,
			 (unsigned long long)t->bytes, object);
		s.from_ns = from_ns;
		s.to_ns = from_ns;
		s.flow_from = arrow;
		e->ops->slice(e, &s);
	}
	if (!export_lane_of(e, t->to, &s.lane))
		return;
	export_task_name(e, t->from, task);
	snprintf(text, sizeof(text), "from %s: %llu bytes, %s", t->from ? task : "elsewhere",
		 (unsigned long long)t->bytes, object);
	s.from_ns = t->ts;
	s.to_ns = t->ts;
	s.flow_from = 0;
	s.flow_to = t->from ? arrow : 0;
	e->ops->slice(e, &s);
}

int export_ipc_record(struct export *e, const struct oscope_slot *slot, uint32_t n)
{
	struct oscope_call_told call;
	struct oscope_pair_told pair;
	struct sent *s;

	if (oscope_head_id(slot->head) == OSCOPE_REC_IPC_CALL) {
		oscope_call_unpack(&call, slot, n);
		return call_add(e->ipc, &call);
	}
	oscope_pair_unpack(&pair, slot, n);
	if (!pair.messages || !pair.object || pair.object >= e->ipc->reading->room.objects)
		return 0;
	s = sent_find(e->ipc, pair.object, pair.from);
	if (!s)
		return -ENOMEM;
	arrow_write(e, &pair, sent_ns(s, &pair));
	return 0;
}
