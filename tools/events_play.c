// SPDX-License-Identifier: GPL-2.0
/*
 * The records of a recording as events, in the order of time.
 */
#include <stdlib.h>
#include <string.h>

#include "../kmod/core/ring.h"
#include "events_play.h"
#include "replay_merge.h"
#include "util.h"

struct play {
	struct merge merge;
	struct events events;		/* of one record, and who is who before it */
	int (*take)(void *arg, const struct event *event);
	void *arg;
};

/* The oldest record of all. The slots that go on with it have no time: they follow at once. */
static int play_record(struct play *p, uint32_t cpu)
{
	const struct merge_cursor *c = &p->merge.cursor[cpu];
	int err;

	do {
		err = events_add(&p->events, cpu, c->slot, 1);
		merge_next(&p->merge, cpu);
	} while (!err && c->slot && c->slot->head & OSCOPE_HEAD_CONT);
	/* Nothing older can come; of who is who the CPU's next record is still to tell the time. */
	return err ? err : events_take(&p->events, UINT64_MAX - 1, p->take, p->arg);
}

static int play_all(struct play *p)
{
	int err = 0;

	merge_begin(&p->merge);
	while (!err && p->merge.n_heap) {
		err = play_record(p, p->merge.heap[0]);
		merge_settle(&p->merge);
	}
	if (!err)
		err = p->merge.err;
	return err ? err : events_take(&p->events, UINT64_MAX, p->take, p->arg);
}

int events_play(const struct trace_reader *file, uint64_t wanted,
		int (*take)(void *arg, const struct event *event), void *arg)
{
	struct play p = { .events.wanted = wanted, .take = take, .arg = arg };
	int err;

	err = merge_open(&p.merge, file);
	if (!err)
		err = play_all(&p);
	events_free(&p.events);
	merge_close(&p.merge);
	return err;
}
