/* SPDX-License-Identifier: GPL-2.0 */
/* What a run's report has inside its rows: arms with their samples, gates, published figures. */
#ifndef OSCOPE_NOTES_REPORT_ARMS_H
#define OSCOPE_NOTES_REPORT_ARMS_H

#include "notes/placed.h"
#include "notes/words.h"
#include "out.h"

struct arm_row {
	const char *name, *unit, *line;
	double at, median, lo, hi, p25, p75, p99, max, counted, slowdown;
	uint64_t outliers, not_flat, negative, counted_samples;
	struct out_numbers samples;
};

extern const struct out_table notes_arm_table;		/* rows: struct arm_row */
extern const struct out_table notes_plausible_table;	/* rows: struct plausible */
extern const struct out_table notes_cell_table;		/* rows: struct cell_row */
extern const struct out_table notes_placed_table;	/* rows: struct placed_row */
extern const struct out_table notes_timeline_table;	/* rows: struct arm_timeline */
extern const struct out_table notes_check_table;	/* rows: struct preflight_check */

/* The timed arms of a note, for people and programs. How many. */
size_t arm_rows(const struct note *n, struct arm_row to[NOTE_ARMS]);

/* For people: the rows by placement, if there are any. 0 or -errno. */
int notes_print_placed(struct out *out, const struct note *n, enum lang lang);

#endif /* OSCOPE_NOTES_REPORT_ARMS_H */
