// SPDX-License-Identifier: GPL-2.0
/*
 * The records of a recording as events, in the order of time.
 */
#include <stdlib.h>
#include <string.h>

#include "../kmod/core/ring.h"
#include "events_play.h"
#include "map.h"
#include "replay_merge.h"
#include "util.h"

/* Who is who says no time: that of the next record of the CPU counts. */
struct play_cpu {
	bool begun;			/* the first slot of an identity has come */
	struct oscope_identity half;
	struct oscope_identity *untimed;
	size_t n, room;
};

struct play {
	struct merge merge;
	struct play_cpu *cpu;
	uint64_t wanted, seq;
	int (*take)(void *arg, const struct event *event);
	void *arg;
};

/* Two slots, which may be in two chunks; either may be lost. */
static int identity_slot(struct play_cpu *c, const struct oscope_slot *slot)
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

static int identities_take(struct play *p, struct play_cpu *c, uint64_t ts)
{
	struct event event = { .ts = ts, .id = OSCOPE_REC_IDENTITY };
	size_t i;
	int err = 0;

	for (i = 0; !err && i < c->n; i++) {
		event.seq = p->seq++;
		event.who = c->untimed[i];
		err = p->take(p->arg, &event);
	}
	c->n = 0;
	return err;
}

/* The first slot of the oldest record of all. */
static int play_one(struct play *p, uint32_t cpu)
{
	const struct oscope_slot *slot = p->merge.cursor[cpu].slot;
	uint32_t id = oscope_head_id(slot->head);
	struct event event = {
		.ts = slot->ts, .id = id, .cpu = cpu, .flags = oscope_head_flags(slot->head),
	};
	int err;

	if (id == OSCOPE_REC_IDENTITY || slot->head & OSCOPE_HEAD_CONT)
		return identity_slot(&p->cpu[cpu], slot);
	err = identities_take(p, &p->cpu[cpu], slot->ts);
	if (err || id >= 64 || !(p->wanted >> id & 1))
		return err;
	event.seq = p->seq++;
	memcpy(event.w, slot->w, sizeof(event.w));
	return p->take(p->arg, &event);
}

/* The slots that go on with a record have no time: they follow at once. */
static int play_record(struct play *p, uint32_t cpu)
{
	const struct merge_cursor *c = &p->merge.cursor[cpu];
	int err = play_one(p, cpu);

	merge_next(&p->merge, cpu);
	while (!err && c->slot && c->slot->head & OSCOPE_HEAD_CONT) {
		err = identity_slot(&p->cpu[cpu], c->slot);
		merge_next(&p->merge, cpu);
	}
	return err;
}

static int play_all(struct play *p)
{
	uint32_t cpu;
	int err = 0;

	merge_begin(&p->merge);
	while (!err && p->merge.n_heap) {
		err = play_record(p, p->merge.heap[0]);
		merge_settle(&p->merge);
	}
	if (!err)
		err = p->merge.err;
	for (cpu = 0; !err && cpu < p->merge.cpus; cpu++)
		err = identities_take(p, &p->cpu[cpu], UINT64_MAX);
	return err;
}

int events_play(const struct trace_reader *file, uint64_t wanted,
		int (*take)(void *arg, const struct event *event), void *arg)
{
	struct play p = { .wanted = wanted, .take = take, .arg = arg };
	uint32_t i;
	int err;

	err = merge_open(&p.merge, file);
	p.cpu = calloc(file->header.cpus, sizeof(*p.cpu));
	if (!err && !p.cpu)
		err = err_sys(-ENOMEM, "reading %s", file->path);
	if (!err)
		err = play_all(&p);
	for (i = 0; p.cpu && i < file->header.cpus; i++)
		free(p.cpu[i].untimed);
	free(p.cpu);
	merge_close(&p.merge);
	return err;
}
