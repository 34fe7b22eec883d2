// SPDX-License-Identifier: GPL-2.0
/*
 * Segments: what state a task is in from one record to the next. The states are those of
 * core/ledger.h, and so is what is taken as unknown.
 */
#include <stdlib.h>
#include <string.h>

#include "../kmod/core/ledger.h"
#include "segments.h"
#include "util.h"

#define REASON_NAME(id, name) name,
static const char *const reason_names[OSCOPE_REASONS] = { OSCOPE_REASON_LIST(REASON_NAME) };

static const char *const state_names[SEGMENT_STATES] = {
	[SEGMENT_UNKNOWN] = "unknown",
	[SEGMENT_NEW] = "new",
	[SEGMENT_RUNNING] = "running",
	[SEGMENT_WOKEN] = "ready_woken",
	[SEGMENT_PREEMPTED] = "ready_preempted",
	[SEGMENT_BLOCKED] = "blocked",
	[SEGMENT_STOPPED] = "stopped",
	[SEGMENT_GONE] = "gone",
};

const char *segment_state_name(uint32_t state)
{
	return state_names[state];
}

const char *segment_reason_name(uint32_t state, uint32_t reason)
{
	return state == SEGMENT_BLOCKED && reason < OSCOPE_REASONS ? reason_names[reason] : NULL;
}

/* A life that begins with this record. NULL without memory. */
static struct segment_task *task_new(struct segments *s, uint32_t tid, uint64_t ts)
{
	size_t place = map_place(&s->tids, tid);
	struct segment_task *t;

	if (place == MAP_FULL || s->n >= UINT32_MAX - 1 ||
	    array_room(&s->current, &s->places, place, sizeof(*s->current)) ||
	    array_room(&s->task, &s->room, s->n, sizeof(*s->task)))
		return NULL;
	t = &s->task[s->n];
	memset(t, 0, sizeof(*t));
	t->tid = tid;
	t->first_ns = ts;
	t->now = (struct segment){
		.from_ns = ts, .task = s->n, .cpu = SEGMENT_NO_CPU, .reason = SEGMENT_NO_REASON,
	};
	s->current[place] = ++s->n;
	return t;
}

static struct segment_task *task_find(const struct segments *s, uint32_t tid)
{
	size_t place = map_find(&s->tids, tid);

	return place == MAP_FULL || !s->current[place] ? NULL : &s->task[s->current[place] - 1];
}

/* Whose record it is: from now on there is something to tell of it. NULL without memory. */
static struct segment_task *task_get(struct segments *s, uint32_t tid, uint64_t ts)
{
	struct segment_task *t = task_find(s, tid);

	if (!t)
		return task_new(s, tid, ts);
	if (t->named) {
		t->named = false;
		t->first_ns = ts;
		t->now.from_ns = ts;
	}
	return t;
}

/* Who a record names: place + 1, 0: the idle task has none. MAP_FULL without memory. */
static size_t task_place(struct segments *s, uint32_t tid, uint64_t ts)
{
	struct segment_task *t = tid ? task_find(s, tid) : NULL;

	if (!tid)
		return 0;
	if (!t) {
		t = task_new(s, tid, ts);
		if (t)
			t->named = true;
	}
	return t ? (size_t)(t - s->task) + 1 : MAP_FULL;
}

static int segment_out(struct segments *s, struct segment *cut, uint64_t from_ns, uint64_t to_ns,
		       bool lost)
{
	struct segment piece = *cut;

	if (from_ns >= to_ns)
		return 0;
	piece.from_ns = from_ns;
	piece.to_ns = to_ns;
	if (lost)
		piece.state = SEGMENT_UNKNOWN;
	/* Who is behind its beginning is not behind that of the rest. */
	if (lost || from_ns != cut->from_ns) {
		piece.how = SEGMENT_BY_NOBODY;
		piece.by = 0;
	}
	return s->take(s->arg, &piece);
}

/* Hand it out. What was lost hides what is in it, and what the state was after it. */
static int segment_put(struct segments *s, struct segment *now, uint64_t to_ns)
{
	const struct loss *loss = s->losses ? losses_after(s->losses, now->from_ns) : NULL;
	int err;

	if (now->state == SEGMENT_GONE)
		return 0;
	if (!loss || loss->from_ns >= to_ns)
		return segment_out(s, now, now->from_ns, to_ns, false);
	err = segment_out(s, now, now->from_ns, loss->from_ns, false);
	if (err)
		return err;
	return segment_out(s, now, loss->from_ns > now->from_ns ? loss->from_ns : now->from_ns,
			   to_ns, true);
}

/* One state ends and another begins. */
static int enter(struct segments *s, struct segment_task *t, uint64_t ts, uint32_t state)
{
	int err;

	/* The clocks of two CPUs may differ a little. */
	if (ts < t->now.from_ns)
		ts = t->now.from_ns;
	err = segment_put(s, &t->now, ts);
	t->now.from_ns = ts;
	t->now.state = state;
	t->now.reason = SEGMENT_NO_REASON;
	t->now.how = SEGMENT_BY_NOBODY;
	t->now.by = 0;
	return err;
}

/* Whether its state is still known: nothing has been lost since that began. */
static bool is_known(const struct segments *s, const struct segment_task *t, uint64_t ts)
{
	const struct loss *loss = s->losses ? losses_after(s->losses, t->now.from_ns) : NULL;

	return !loss || loss->from_ns >= ts;
}

/* It is found in a state that it cannot have come to from the one that it was in. */
static void contradict(struct segment_task *t)
{
	if (t->now.state != SEGMENT_GONE)
		t->now.state = SEGMENT_UNKNOWN;
}

static void leaves_for(struct segment_task *t, const struct event *e, uint32_t *state,
		       uint32_t *reason)
{
	static const uint8_t states[OSCOPE_STATES] = {
		[OSCOPE_STATE_READY] = SEGMENT_PREEMPTED,
		[OSCOPE_STATE_BLOCKED] = SEGMENT_BLOCKED,
		[OSCOPE_STATE_STOPPED] = SEGMENT_STOPPED,
		[OSCOPE_STATE_ZOMBIE] = SEGMENT_GONE,
		[OSCOPE_STATE_DEAD] = SEGMENT_GONE,
	};
	uint32_t sleeps = t->sleeps;

	t->sleeps = 0;
	*reason = SEGMENT_NO_REASON;
	if (sleeps && OSCOPE_LEDGER_STATE(sleeps) < OSCOPE_STATES) {
		*state = states[OSCOPE_LEDGER_STATE(sleeps)];
		*reason = OSCOPE_LEDGER_REASON(sleeps);
	} else if (e->flags & OSCOPE_SWITCH_DEAD) {
		*state = SEGMENT_GONE;
	} else if ((e->flags & OSCOPE_SWITCH_VOLUNTARY) && !(e->flags & OSCOPE_SWITCH_READY)) {
		*state = SEGMENT_BLOCKED;
	} else {
		*state = SEGMENT_PREEMPTED;
	}
	if (*state != SEGMENT_BLOCKED)
		return;
	if (*reason == OSCOPE_REASON_AGAIN)
		*reason = t->again ? t->again - 1 : SEGMENT_NO_REASON;
	else if (*reason == OSCOPE_REASON_SLEEP || *reason == OSCOPE_REASON_POLL ||
		 *reason == OSCOPE_REASON_FUTEX)
		t->again = *reason + 1;
}

static int leaves(struct segments *s, const struct event *e)
{
	struct segment_task *t = task_get(s, e->w[0], e->ts);
	uint32_t state, reason;
	int err;

	if (!t)
		return -ENOMEM;
	leaves_for(t, e, &state, &reason);
	if (t->now.state != SEGMENT_RUNNING || t->now.cpu != e->cpu)
		contradict(t);
	t->now.cpu = e->cpu;
	err = enter(s, t, e->ts, state);
	t->now.reason = reason;
	return err;
}

/* Woken while it was on its way off the CPU: it slept for no time at all. */
static void comes_early(struct segment_task *t)
{
	if (t->now.state != SEGMENT_BLOCKED && t->now.state != SEGMENT_STOPPED)
		return;
	t->now.state = SEGMENT_WOKEN;
	t->now.reason = SEGMENT_NO_REASON;
	t->now.by = t->early.by;
	t->now.how = t->early.how;
}

static int comes(struct segments *s, const struct event *e)
{
	struct segment_task *t = task_get(s, e->w[1], e->ts);
	int err;

	if (!t)
		return -ENOMEM;
	if (t->early.ns)
		comes_early(t);
	/* Without its first wake-up it is new until it runs. */
	if (t->now.state != SEGMENT_WOKEN && t->now.state != SEGMENT_PREEMPTED &&
	    t->now.state != SEGMENT_NEW)
		contradict(t);
	memset(&t->early, 0, sizeof(t->early));
	t->now.cpu = t->now.cpu == SEGMENT_NO_CPU ? e->cpu : t->now.cpu;
	err = enter(s, t, e->ts, SEGMENT_RUNNING);
	t->now.cpu = e->cpu;
	return err;
}

static int on_switch(struct segments *s, const struct event *e)
{
	int err = 0;

	if (e->w[0] && !(e->flags & OSCOPE_SWITCH_ARRIVAL))
		err = leaves(s, e);
	if (!err && e->w[1] && (e->flags & OSCOPE_SWITCH_NEXT))
		err = comes(s, e);
	return err;
}

static uint32_t waking_how(const struct event *e)
{
	if (e->id == OSCOPE_REC_WAKING && (e->flags & OSCOPE_WAKE_HARDIRQ))
		return SEGMENT_BY_HARDIRQ;
	if (!e->w[1])
		return SEGMENT_BY_HARDIRQ;
	if (e->id == OSCOPE_REC_WAKING && (e->flags & OSCOPE_WAKE_SOFTIRQ))
		return SEGMENT_BY_SOFTIRQ;
	return SEGMENT_BY_TASK;
}

static int on_waking(struct segments *s, const struct event *e)
{
	bool spurious = e->id == OSCOPE_REC_WAKING && (e->flags & OSCOPE_WAKE_SPURIOUS);
	size_t by = task_place(s, e->w[1], e->ts);
	struct segment_task *t = task_get(s, e->w[0], e->ts);
	uint32_t how = waking_how(e);
	int err;

	if (!t || by == MAP_FULL)
		return -ENOMEM;
	if (how == SEGMENT_BY_HARDIRQ)
		by = 0;
	/* Whoever wakes itself has not gone to sleep. */
	if (e->w[0] == e->w[1] && e->id == OSCOPE_REC_WAKING)
		return 0;
	if (t->now.state == SEGMENT_RUNNING && is_known(s, t, e->ts)) {
		t->early.ns = e->ts;
		t->early.by = by;
		t->early.how = how;
		return 0;
	}
	if (spurious || t->now.state == SEGMENT_WOKEN || t->now.state == SEGMENT_PREEMPTED ||
	    t->now.state == SEGMENT_GONE)
		return 0;
	err = enter(s, t, e->ts, SEGMENT_WOKEN);
	t->now.by = by;
	t->now.how = how;
	return err;
}

static int on_newtask(struct segments *s, const struct event *e)
{
	size_t by = task_place(s, e->w[1], e->ts);
	struct segment_task *t = by == MAP_FULL ? NULL : task_get(s, e->w[0], e->ts);
	int err = 0;

	if (!t)
		return -ENOMEM;
	/* Who had the number before has gone, whether that was seen or not. */
	if (t->first_ns != e->ts) {
		err = enter(s, t, e->ts, SEGMENT_GONE);
		t = task_new(s, e->w[0], e->ts);
	}
	if (!t)
		return -ENOMEM;
	t->now.state = SEGMENT_NEW;
	t->now.by = by;
	t->now.how = SEGMENT_BY_MAKER;
	return err;
}

/* A thread that execs takes its leader's number, and goes on under that. */
static int on_exec(struct segments *s, const struct event *e)
{
	size_t old = task_place(s, e->w[1], e->ts);
	struct segment_task *t = old == MAP_FULL ? NULL : task_get(s, e->w[0], e->ts);
	int err;

	if (!t)
		return -ENOMEM;
	if (e->w[0] == e->w[1] || !old)
		return 0;
	err = enter(s, t, e->ts, SEGMENT_RUNNING);
	t->now.cpu = e->cpu;
	t->now.by = old;
	t->now.how = SEGMENT_BY_EXEC;
	/* Last: what takes segments may drop those of who is gone and whom no one comes from. */
	return err ? err : enter(s, &s->task[old - 1], e->ts, SEGMENT_GONE);
}

static int on_blocked(struct segments *s, const struct event *e)
{
	struct segment_task *t = task_get(s, e->w[0], e->ts);

	if (!t)
		return -ENOMEM;
	t->sleeps = OSCOPE_LEDGER_WORD(e->w[2] & 0xff, e->w[1] & 0xff);
	return 0;
}

static int on_end(struct segments *s, const struct event *e)
{
	struct segment_task *t = task_get(s, e->w[0], e->ts);

	if (!t)
		return -ENOMEM;
	t->exit_ns = e->ts;
	return 0;
}

int segments_event(struct segments *s, const struct event *e)
{
	static int (*const on[64])(struct segments *s, const struct event *e) = {
		[OSCOPE_REC_SWITCH] = on_switch,
		[OSCOPE_REC_WAKING] = on_waking,
		[OSCOPE_REC_WAKEUP_NEW] = on_waking,
		[OSCOPE_REC_NEWTASK] = on_newtask,
		[OSCOPE_REC_EXEC] = on_exec,
		[OSCOPE_REC_EXIT] = on_end,
		[OSCOPE_REC_BLOCKED] = on_blocked,
	};

	return e->id < ARRAY_SIZE(on) && on[e->id] ? on[e->id](s, e) : 0;
}

int segments_end(struct segments *s, uint64_t end_ns)
{
	size_t i;
	int err = 0;

	for (i = 0; !err && i < s->n; i++)
		err = s->task[i].named ? 0 : enter(s, &s->task[i], end_ns, SEGMENT_GONE);
	return err;
}

void segments_free(struct segments *s)
{
	map_free(&s->tids);
	free(s->current);
	free(s->task);
	memset(s, 0, sizeof(*s));
}
