// SPDX-License-Identifier: GPL-2.0
/*
 * What a hand-over of a row by placement is made of. On one CPU it ends with a switch from one side
 * to the other. On two the other CPU idles until the wake-up reaches it: from there to its switch
 * is a part of its own, which the probes measure as the wait after a wake-up, and the switch is one
 * from the idle task.
 */
#include <math.h>
#include <string.h>

#include "hist.h"
#include "notes/parts.h"
#include "notes/placed.h"

static const char *const names[PLACED_PARTS] = {
	[PLACED_WHOLE] = "hand_over_ns", [PLACED_CALLS] = "calls_ns",
	[PLACED_WAKEUP] = "wakeup_ns", [PLACED_IDLE_EXIT] = "idle_exit_ns",
	[PLACED_SWITCH] = "switch_ns", [PLACED_WORK] = "work_ns",
	[PLACED_REST] = "unexplained_share",
};

const char *placed_part_name(enum placed_part part)
{
	return names[part];
}

static double seen_mean(const struct arm_timed *t, enum part_seen what)
{
	return t->seen[what].n ? t->seen[what].sum / (double)t->seen[what].n : NAN;
}

/* The kind of switch that most of its events are, of those that a hand-over can end with. */
static enum oscope_kind kind_of(const struct oscope_counters *sum, bool apart)
{
	if (apart)
		return OSCOPE_KIND_FROM_IDLE;
	return sum->kind[OSCOPE_KIND_SAME_MM] > sum->kind[OSCOPE_KIND_CROSS_MM] ?
	       OSCOPE_KIND_SAME_MM : OSCOPE_KIND_CROSS_MM;
}

static double median_of(const struct oscope_hist *h)
{
	return hist_count(h) ? (double)hist_quantile(h, 0.5) : NAN;
}

void placed_parts(struct placed_row *row, const struct placed_raw *raw)
{
	const struct oscope_counters *sum = raw->counted.sum;
	bool apart = raw->place != PLACE_SAME_CPU;
	enum placed_part part;
	double rest;

	if (raw->idle || raw->place == PLACE_UNPINNED || isnan(row->median) ||
	    !raw->timed.seen[PART_CALLS].n)
		return;
	row->part[PLACED_WHOLE] = row->median / 2;
	row->part[PLACED_CALLS] = seen_mean(&raw->timed, PART_CALLS);
	row->part[PLACED_WAKEUP] = seen_mean(&raw->timed, PART_WAKEUP);
	row->part[PLACED_WORK] = seen_mean(&raw->timed, PART_WORK);
	row->part[PLACED_SWITCH] = median_of(&sum->direct[kind_of(sum, apart)]);
	if (apart)
		row->part[PLACED_IDLE_EXIT] = median_of(&sum->wait[OSCOPE_WAIT_WOKEN]);
	rest = row->part[PLACED_WHOLE];
	for (part = PLACED_CALLS; part < PLACED_REST; part++) {
		if (part != PLACED_IDLE_EXIT || apart)
			rest -= row->part[part];
	}
	/* A part that is not known leaves the rest unknown, too. */
	row->part[PLACED_REST] = rest / row->part[PLACED_WHOLE];
}

size_t placed_parts_of(const struct placed_row *row, struct out_pair to[PLACED_PARTS])
{
	enum placed_part part;
	size_t n = 0;

	for (part = 0; part < PLACED_PARTS; part++) {
		if (!isnan(row->part[part]))
			to[n++] = (struct out_pair){ names[part], row->part[part] };
	}
	return n;
}
