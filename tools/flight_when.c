// SPDX-License-Identifier: GPL-2.0
/*
 * What a flight recorder waits for, found in the records.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../kmod/core/ring.h"
#include "flight_when.h"
#include "parse.h"
#include "util.h"

#define YEAR_NS		(365ULL * 86400 * 1000000000)
#define BIT(id)		(1ULL << OSCOPE_REC_##id)

static const struct {
	const char *name;
	uint64_t records;
} triggers[OSCOPE_TRIGGERS] = {
	[OSCOPE_TRIGGER_END] = { "end", 0 },
	[OSCOPE_TRIGGER_SIGNAL] = { "signal", 0 },
	[OSCOPE_TRIGGER_WAIT] = { "wait", BIT(SWITCH) | BIT(WAKING) | BIT(WAKEUP_NEW) },
	[OSCOPE_TRIGGER_BLOCKED] = { "blocked", BIT(SWITCH) | BIT(WAKING) },
	[OSCOPE_TRIGGER_SWITCH] = { "switch", BIT(SWITCH) },
};

int flight_when_parse(const char *word, struct flight_when *when)
{
	size_t len = strcspn(word, ">");
	uint32_t i;

	for (i = OSCOPE_TRIGGER_WAIT; i < OSCOPE_TRIGGERS; i++) {
		if (strlen(triggers[i].name) == len && !memcmp(triggers[i].name, word, len))
			break;
	}
	if (i == OSCOPE_TRIGGERS || word[len] != '>')
		return -EINVAL;
	when->what = i;
	return parse_duration(word + len + 1, 1, YEAR_NS, &when->over_ns) ? -ERANGE : 0;
}

uint64_t flight_when_records(const struct flight_when *when)
{
	return triggers[when->what].records;
}

const char *flight_trigger_name(uint32_t trigger)
{
	return trigger < OSCOPE_TRIGGERS ? triggers[trigger].name : "unknown";
}

int flight_watch_open(struct flight_watch *w, const struct flight_when *when)
{
	memset(w, 0, sizeof(*w));
	w->when = *when;
	w->sums = calloc(1, sizeof(*w->sums));
	return w->sums ? 0 : err_sys(-ENOMEM, "watching tasks");
}

void flight_watch_close(struct flight_watch *w)
{
	map_free(&w->tids);
	free(w->task);
	free(w->sums);
	memset(w, 0, sizeof(*w));
}

/* The state of a tid; what was open before something was missed is not known. NULL: no memory. */
static struct flight_task *task_get(struct flight_watch *w, uint32_t tid, uint64_t ts)
{
	size_t place = map_place(&w->tids, tid);
	struct flight_task *t;

	if (place == MAP_FULL || array_room(&w->task, &w->room, place, sizeof(*w->task)))
		return NULL;
	t = &w->task[place];
	if (t->seen_ns < w->whole_ns)
		memset(t, 0, sizeof(*t));
	t->seen_ns = ts;
	return t;
}

static int no_memory(void)
{
	return err_sys(-ENOMEM, "watching tasks");
}

static int judge(struct flight_watch *w, uint32_t what, uint32_t tid, uint64_t ts, uint64_t took_ns,
		 struct flight_found *found)
{
	if (w->when.what != what || took_ns == ~0ULL || took_ns <= w->when.over_ns)
		return 0;
	w->found_n++;
	*found = (struct flight_found){ .at_ns = ts, .took_ns = took_ns, .tid = tid };
	return 1;
}

static int comes(struct flight_watch *w, const struct oscope_slot *slot, struct flight_found *found)
{
	struct flight_task *t = task_get(w, slot->w[1], slot->ts);

	if (!t)
		return no_memory();
	t->left_ns = 0;
	return judge(w, OSCOPE_TRIGGER_WAIT, slot->w[1], slot->ts,
		     oscope_task_comes(w->sums, &t->wait, slot->ts), found);
}

static int on_switch(struct flight_watch *w, const struct oscope_slot *slot,
		     struct flight_found *found)
{
	uint32_t flags = oscope_head_flags(slot->head);
	struct flight_task *t;
	int err = 0;

	/* The direct cost is that of the switch before, after which this one's task ran. */
	if (slot->w[2] != OSCOPE_NS_NONE)
		err = judge(w, OSCOPE_TRIGGER_SWITCH, slot->w[0], slot->ts, slot->w[2], found);
	if (!err && slot->w[0] && !(flags & OSCOPE_SWITCH_ARRIVAL)) {
		t = task_get(w, slot->w[0], slot->ts);
		if (!t)
			return no_memory();
		if (flags & OSCOPE_SWITCH_READY)
			oscope_task_leaves_ready(&t->wait, slot->ts);
		t->left_ns = flags & (OSCOPE_SWITCH_READY | OSCOPE_SWITCH_DEAD) ? 0 : slot->ts;
	}
	if (!err && slot->w[1] && flags & OSCOPE_SWITCH_NEXT)
		err = comes(w, slot, found);
	return err;
}

static int on_waking(struct flight_watch *w, const struct oscope_slot *slot, bool new,
		     struct flight_found *found)
{
	bool spurious = !new && oscope_head_flags(slot->head) & OSCOPE_WAKE_SPURIOUS;
	struct flight_task *t;
	uint64_t left_ns;

	if (!new && slot->w[0] == slot->w[1])
		return 0;	/* whoever wakes itself has not gone to sleep */
	t = task_get(w, slot->w[0], slot->ts);
	if (!t)
		return no_memory();
	oscope_task_woken(&t->wait, slot->ts, spurious);
	left_ns = new ? 0 : t->left_ns;
	t->left_ns = 0;
	if (!left_ns || slot->ts < left_ns)
		return 0;
	return judge(w, OSCOPE_TRIGGER_BLOCKED, slot->w[0], slot->ts, slot->ts - left_ns, found);
}

int flight_watch_record(struct flight_watch *w, const struct oscope_slot *slot, bool gap,
			struct flight_found *found)
{
	if (gap)
		w->whole_ns = slot->ts;
	switch (oscope_head_id(slot->head)) {
	case OSCOPE_REC_SWITCH:
		return on_switch(w, slot, found);
	case OSCOPE_REC_WAKING:
		return on_waking(w, slot, false, found);
	case OSCOPE_REC_WAKEUP_NEW:
		return on_waking(w, slot, true, found);
	default:
		return 0;
	}
}
