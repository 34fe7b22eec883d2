// SPDX-License-Identifier: GPL-2.0
/*
 * Ledgers of a recording: the same calls of core/ledger.h, from records, that the probes made live.
 */
#include "../kmod/core/ledger.h"
#include "../kmod/core/ring.h"
#include "replay_tasks.h"
#include "util.h"

#define BIT(id)	(1ULL << OSCOPE_REC_##id)

uint64_t replay_ledger_features(const struct oscope_file_header *h)
{
	const uint64_t need = BIT(SWITCH) | BIT(WAKING) | BIT(NEWTASK);

	if ((h->records & need) != need || (h->features & OSCOPE_FEAT_SOME_CPUS))
		return 0;
	if (!(h->records & BIT(BLOCKED)))
		return OSCOPE_FEAT_LEDGER;
	return OSCOPE_FEAT_LEDGER | (h->features & OSCOPE_FEAT_REASONS);
}

/* Records were missing: what a task did before, and then, is not known. */
static void whole_again(struct oscope_ledger *l, uint64_t whole_ns)
{
	if (!l->since || l->since >= whole_ns ||
	    OSCOPE_LEDGER_STATE(l->state) == OSCOPE_STATE_DEAD)
		return;
	l->unobserved += oscope_ledger_span(l->since, whole_ns);
	oscope_ledger_enter(l, whole_ns, OSCOPE_STATE_NONE);
}

void replay_ledgers_whole(struct replay_tasks *t)
{
	size_t i;

	for (i = 0; i < t->tids.n && i < t->ledger_room; i++)
		whole_again(&t->ledger[i], t->whole_ns);
}

struct oscope_ledger *replay_ledger(struct replay_tasks *t, uint32_t tid)
{
	size_t place;

	if (!t->ledgers || tid >= REPLAY_TID_MAX)
		return NULL;
	place = map_find(&t->tids, tid);
	if (place == MAP_FULL ||
	    array_room(&t->ledger, &t->ledger_room, place, sizeof(*t->ledger)))
		return NULL;
	whole_again(&t->ledger[place], t->whole_ns);
	return &t->ledger[place];
}

void replay_ledger_leaves(struct replay_tasks *t, uint32_t tid, const struct oscope_switch *sw)
{
	struct oscope_ledger *l = replay_ledger(t, tid);
	struct replay_task *task = l ? replay_task(t, tid) : NULL;
	uint32_t state = OSCOPE_STATE_READY, reason = OSCOPE_REASON_OTHER;

	if (!task)
		return;
	if (task->sleeps) {
		state = OSCOPE_LEDGER_STATE(task->sleeps);
		reason = OSCOPE_LEDGER_REASON(task->sleeps);
		task->sleeps = 0;
	} else if (sw->flags & OSCOPE_SWITCH_DEAD) {
		state = OSCOPE_STATE_DEAD;
	} else if ((sw->flags & OSCOPE_SWITCH_VOLUNTARY) && !(sw->flags & OSCOPE_SWITCH_READY)) {
		state = OSCOPE_STATE_BLOCKED;
	}
	oscope_ledger_leaves(l, sw->ts, state, reason);
}

void replay_ledger_comes(struct replay_tasks *t, uint32_t tid, uint64_t ts, uint64_t wait_since)
{
	struct oscope_ledger *l = replay_ledger(t, tid);

	if (l)
		oscope_ledger_comes(l, ts, wait_since);
}

/* A task sleeps, or ends: the SWITCH that follows takes it up. 0 or -ENOMEM. */
static int sleeps(struct replay_tasks *t, const struct oscope_slot *slot)
{
	struct replay_task *task = replay_task(t, slot->w[0]);

	if (!task)
		return -ENOMEM;
	task->sleeps = OSCOPE_LEDGER_WORD(slot->w[2] & 0xff, slot->w[1] & 0xff);
	return 0;
}

static void born(struct replay_tasks *t, const struct oscope_slot *slot)
{
	struct oscope_ledger *l = replay_ledger(t, slot->w[0]);
	const struct replay_task *task = l ? replay_task(t, slot->w[0]) : NULL;

	if (task && !l->first)
		oscope_ledger_born(l, task->row.start_ns ? task->row.start_ns : slot->ts);
}

/* A thread that execs goes on with its leader's. */
static void changed(struct replay_tasks *t, const struct oscope_slot *slot)
{
	struct oscope_ledger *old, *new;

	if (slot->w[0] == slot->w[1])
		return;
	old = replay_ledger(t, slot->w[1]);
	if (old)
		oscope_ledger_leaves(old, slot->ts, OSCOPE_STATE_DEAD, 0);
	new = replay_ledger(t, slot->w[0]);
	if (new)
		oscope_ledger_inherit(new, slot->ts);
}

static void reaped(struct replay_tasks *t, uint32_t tid, uint64_t ts)
{
	struct oscope_ledger *l = replay_ledger(t, tid);

	if (l)
		oscope_ledger_reaped(l, ts);
}

int replay_ledger_record(struct replay_tasks *t, const struct oscope_slot *slot)
{
	if (!t->ledgers)
		return 0;
	switch (oscope_head_id(slot->head)) {
	case OSCOPE_REC_BLOCKED:
		return sleeps(t, slot);
	case OSCOPE_REC_NEWTASK:
		born(t, slot);
		return 0;
	case OSCOPE_REC_EXEC:
		changed(t, slot);
		return 0;
	case OSCOPE_REC_WAITED:
		reaped(t, slot->w[1], slot->ts);
		return 0;
	case OSCOPE_REC_REAP:
	case OSCOPE_REC_FREE:
		reaped(t, slot->w[0], slot->ts);
		return 0;
	default:
		return 0;
	}
}
