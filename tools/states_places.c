// SPDX-License-Identifier: GPL-2.0
/*
 * oscope states --placement: wake latency by where the woken task came to a CPU.
 */
#include <stdlib.h>

#include "hist.h"
#include "report.h"
#include "states_places.h"
#include "util.h"

struct place_row {
	const char *cpu, *was;
	uint64_t count, moved;
	double share;
	const struct oscope_hist *latency;
};

static const struct out_column columns[] = {
	{ "cpu", "CPU", OUT_STR, "where it ran: on the CPU that its waker was on, or on another",
	  OUT_FIELD(struct place_row, cpu), OUT_KEY },
	{ "was", "WAS", OUT_STR, "what that CPU was until then: idle or busy",
	  OUT_FIELD(struct place_row, was), OUT_KEY },
	{ "count", "COUNT", OUT_U64, "wake-ups", OUT_FIELD(struct place_row, count) },
	{ "share", "SHARE", OUT_SHARE, "of all wake-ups", OUT_FIELD(struct place_row, share) },
	{ "moved", "MOVED", OUT_U64, "of these: were queued elsewhere first",
	  OUT_FIELD(struct place_row, moved) },
	{ "wake_latency_ns", "WAKE LATENCY", OUT_HIST, "from the wake-up until it ran",
	  OUT_FIELD(struct place_row, latency) },
};

const struct out_table states_places_table = OUT_TABLE(columns);
const size_t states_places_stride = sizeof(struct place_row);

static const struct { const char *cpu, *was; } names[OSCOPE_PLACES] = {
	[OSCOPE_PLACE_SAME_IDLE] = { "same", "idle" },
	[OSCOPE_PLACE_SAME_BUSY] = { "same", "busy" },
	[OSCOPE_PLACE_OTHER_IDLE] = { "other", "idle" },
	[OSCOPE_PLACE_OTHER_BUSY] = { "other", "busy" },
};

void *states_places_rows(const struct snapshot *snap, const struct states_sum *sum, size_t n,
			 size_t *rows)
{
	struct place_row *row = calloc(OSCOPE_PLACES, sizeof(*row));
	uint64_t all = 0;
	int i;

	*rows = snap->features & OSCOPE_FEAT_PLACES ? OSCOPE_PLACES : 0;
	for (i = 0; row && i < OSCOPE_PLACES; i++) {
		row[i] = (struct place_row){
			.cpu = names[i].cpu,
			.was = names[i].was,
			.count = hist_count(&snap->sum->placed[i]),
			.moved = snap->sum->moved[i],
			.latency = &snap->sum->placed[i],
		};
		all += row[i].count;
	}
	for (i = 0; row && i < OSCOPE_PLACES; i++)
		row[i].share = all ? (double)row[i].count / all : 0;
	return row;
}
