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

/* As much of a ledger as one call of the core may add to. */
struct sums {
	uint64_t since, ns[SPANS];
	uint32_t reason;
};

static struct sums sums_of(const struct oscope_ledger *l, uint32_t reason)
{
	return (struct sums){
		.since = l->since,
		.reason = reason,
		.ns = {
			[SPAN_NEW] = l->new,
			[SPAN_RUNNING] = l->running,
			[SPAN_READY_WOKEN] = l->ready[OSCOPE_WAIT_WOKEN],
			[SPAN_READY_PREEMPTED] = l->ready[OSCOPE_WAIT_PREEMPTED],
			[SPAN_BLOCKED] = reason < OSCOPE_REASONS_ROOM ? l->blocked[reason].ns : 0,
			[SPAN_STOPPED] = l->stopped,
			[SPAN_ZOMBIE] = l->zombie,
			[SPAN_UNOBSERVED] = l->unobserved,
		},
	};
}

static struct sums sums_now(const struct oscope_ledger *l)
{
	return sums_of(l, OSCOPE_LEDGER_REASON(l->state));
}

/* What the core has added since then are spans, one after the other. */
static void spans_tell(const struct replay_tasks *t, uint32_t tid, const struct oscope_ledger *l,
		       const struct sums *was)
{
	static const enum replay_span order[] = {
		SPAN_BLOCKED, SPAN_STOPPED, SPAN_NEW, SPAN_ZOMBIE, SPAN_RUNNING,
		SPAN_READY_PREEMPTED, SPAN_READY_WOKEN, SPAN_UNOBSERVED,
	};
	uint64_t at = was->since;
	struct sums now;
	size_t i;

	if (!t->watch)
		return;
	now = sums_of(l, was->reason);
	for (i = 0; i < ARRAY_SIZE(order); i++) {
		uint64_t ns = now.ns[order[i]] - was->ns[order[i]];

		if (ns)
			t->watch->span(t->watch->arg, tid, order[i], was->reason, at, at + ns);
		at += ns;
	}
}

/* Records were missing: what a task did before, and then, is not known. */
static void whole_again(struct replay_tasks *t, uint32_t tid, struct oscope_ledger *l)
{
	struct sums was = sums_now(l);
	uint64_t whole_ns = t->whole_ns;

	if (!l->since || l->since >= whole_ns ||
	    OSCOPE_LEDGER_STATE(l->state) == OSCOPE_STATE_DEAD)
		return;
	l->unobserved += oscope_ledger_span(l->since, whole_ns);
	oscope_ledger_enter(l, whole_ns, OSCOPE_STATE_NONE);
	spans_tell(t, tid, l, &was);
}

void replay_ledgers_whole(struct replay_tasks *t)
{
	size_t i;

	for (i = 0; i < t->tids.n && i < t->ledger_room; i++)
		whole_again(t, t->tids.tid[i], &t->ledger[i]);
}

void replay_ledgers_close(struct replay_tasks *t, uint64_t now)
{
	struct sums was;
	size_t i;

	replay_ledgers_whole(t);
	for (i = 0; i < t->tids.n && i < t->ledger_room; i++) {
		was = sums_now(&t->ledger[i]);
		oscope_ledger_close(&t->ledger[i], now);
		spans_tell(t, t->tids.tid[i], &t->ledger[i], &was);
	}
}

struct oscope_ledger *replay_ledger(struct replay_tasks *t, uint32_t tid)
{
	size_t place;

	if (!t->ledgers || tid >= REPLAY_TID_MAX)
		return NULL;
	place = tids_find(&t->tids, tid);
	if (place == MAP_FULL)
		return NULL;
	if (array_room(&t->ledger, &t->ledger_room, place, sizeof(*t->ledger))) {
		t->no_memory = true;
		return NULL;
	}
	whole_again(t, tid, &t->ledger[place]);
	return &t->ledger[place];
}

void replay_ledger_leaves(struct replay_tasks *t, uint32_t tid, const struct oscope_switch *sw)
{
	struct oscope_ledger *l = replay_ledger(t, tid);
	struct replay_task *task = l ? replay_task(t, tid) : NULL;
	uint32_t state = OSCOPE_STATE_READY, reason = OSCOPE_REASON_OTHER;
	struct sums was;

	if (!task)
		return;
	was = sums_now(l);
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
	spans_tell(t, tid, l, &was);
}

/* Whether it is the recorded program, from its gate: its first record is that it may go. */
static bool is_held(struct replay_tasks *t, uint32_t tid)
{
	const struct replay_task *task = tid && tid == t->root ? replay_task(t, tid) : NULL;

	return task && !t->whole_ns && task->row.start_ns && task->row.start_ns < t->start_ns;
}

void replay_ledger_comes(struct replay_tasks *t, uint32_t tid, uint64_t ts, uint64_t wait_since)
{
	struct oscope_ledger *l = replay_ledger(t, tid);
	struct sums was;

	if (!l)
		return;
	was = sums_now(l);
	if (!l->first && is_held(t, tid))
		l->flags |= OSCOPE_LEDGER_HELD;
	oscope_ledger_comes(l, ts, wait_since);
	spans_tell(t, tid, l, &was);
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

/* Of who is taken by -p and -t only; it may get the name that is asked for later. */
static bool is_asked(struct replay_tasks *t, uint32_t tid)
{
	return !t->filter || replay_member(t, tid);
}

/* A thread that execs goes on with its leader's. */
static void changed(struct replay_tasks *t, const struct oscope_slot *slot)
{
	struct oscope_ledger *l;
	struct sums was;

	if (slot->w[0] == slot->w[1])
		return;
	l = replay_ledger(t, slot->w[1]);
	if (l) {
		was = sums_now(l);
		oscope_ledger_leaves(l, slot->ts, OSCOPE_STATE_DEAD, 0);
		spans_tell(t, slot->w[1], l, &was);
	}
	l = replay_ledger(t, slot->w[0]);
	if (l) {
		was = sums_now(l);
		oscope_ledger_inherit(l, slot->ts);
		spans_tell(t, slot->w[0], l, &was);
	}
}

static void reaped(struct replay_tasks *t, uint32_t tid, uint64_t ts)
{
	struct oscope_ledger *l = replay_ledger(t, tid);
	struct sums was;

	if (!l)
		return;
	was = sums_now(l);
	oscope_ledger_reaped(l, ts);
	spans_tell(t, tid, l, &was);
}

int replay_ledger_record(struct replay_tasks *t, uint32_t cpu, const struct oscope_slot *slot)
{
	if (!t->ledgers)
		return 0;
	switch (oscope_head_id(slot->head)) {
	case OSCOPE_REC_BLOCKED:
		return t->filter && !replay_passes(t, cpu, slot->w[0]) ? 0 : sleeps(t, slot);
	case OSCOPE_REC_NEWTASK:
		if (!t->filter || replay_passes(t, cpu, slot->w[0]))
			born(t, slot);
		return 0;
	case OSCOPE_REC_EXEC:
		if (is_asked(t, slot->w[0]))
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
