// SPDX-License-Identifier: GPL-2.0
/* What a run's report has inside its rows of a table: its cells. */
#include "notes/report_arms.h"
#include "notes/report.h"

#define CELL(member)	OUT_FIELD(struct cell_row, member)

const struct out_column notes_cell_columns[] = {
	{ "way", "WAY", OUT_STR, "of talking", CELL(way), OUT_KEY },
	{ "placement", "WHERE", OUT_STR, "same: one CPU; cross: a CPU each", CELL(placement) },
	{ "bytes", "BYTES", OUT_NUM, "of a message; 0: it carries none", CELL(bytes) },
	{ "rank", "RANK", OUT_NUM, "by the round trip, among all of this size and place",
	  CELL(rank) },
	{ "rt_ns", "ROUND TRIP", OUT_NUM, "ns there and one back, median", CELL(rt_ns) },
	{ "rt_lo", "FROM", OUT_NUM, "lower end of its 95 % interval", CELL(rt_lo), OUT_OPTIONAL },
	{ "rt_hi", "TO", OUT_NUM, "upper end of its 95 % interval", CELL(rt_hi), OUT_OPTIONAL },
	{ "one_ns", "ONE WAY", OUT_NUM, "ns a message of many, median", CELL(one_ns) },
	{ "one_lo", "ONE FROM", OUT_NUM, "lower end of its 95 % interval", CELL(one_lo),
	  OUT_OPTIONAL | OUT_HIDDEN },
	{ "one_hi", "ONE TO", OUT_NUM, "upper end of its 95 % interval", CELL(one_hi),
	  OUT_OPTIONAL | OUT_HIDDEN },
	{ "mb_per_s", "MB/S", OUT_NUM, "that this is", CELL(mb_per_s), OUT_OPTIONAL },
	{ "cpu_ns", "CPU", OUT_NUM, "ns of CPU time of both, a message of many", CELL(cpu_ns) },
	{ "switches", "SWITCHES", OUT_NUM, "of both, a round trip", CELL(switches) },
	{ "calls", "CALLS", OUT_NUM, "system calls of both, a round trip", CELL(calls),
	  OUT_OPTIONAL },
	{ "one_switches", "ONE SWITCHES", OUT_NUM, "a message of many", CELL(one_switches),
	  OUT_HIDDEN },
	{ "one_calls", "ONE CALLS", OUT_NUM, "system calls, a message of many", CELL(one_calls),
	  OUT_OPTIONAL | OUT_HIDDEN },
};

const struct out_table notes_cell_table = OUT_TABLE(notes_cell_columns);
