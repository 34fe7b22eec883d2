// SPDX-License-Identifier: GPL-2.0
/* What a run's report has inside its rows by placement. */
#include <stdlib.h>
#include <string.h>

#include "notes/reasons.h"
#include "notes/report.h"
#include "notes/report_arms.h"
#include "util.h"

#define PLACED(member)	OUT_FIELD(struct placed_row, member)

static const struct out_table gate_table = OUT_TABLE(notes_gate_columns);

static bool get_why(const void *row, struct out_value *v)
{
	v->str = ((const struct placed_row *)row)->why;
	return v->str[0];
}

static bool get_parts(const void *row, struct out_value *v)
{
	const struct placed_row *r = row;

	v->map = (struct out_map){ r->parts, r->n_parts };
	return r->n_parts;
}

static bool get_gates(const void *row, struct out_value *v)
{
	const struct placed_row *r = row;

	v->list = (struct out_list){ r->gate, r->n_gates, sizeof(r->gate[0]) };
	return true;
}

static const struct out_column placed_columns[] = {
	{ "placement", "PLACEMENT", OUT_STR, "of two tasks", PLACED(place), OUT_KEY },
	{ "what", "WHAT", OUT_STR, "they do; none: no such placement here", PLACED(what),
	  OUT_KEY | OUT_OPTIONAL },
	{ "state", "STATE", OUT_STR, "hot, or after idle: each operation after 1 ms in which they "
	  "sleep", PLACED(state), OUT_KEY | OUT_OPTIONAL },
	{ "cpu", "CPU", OUT_NUM, "of the second task", PLACED(cpu), OUT_OPTIONAL },
	{ "median", "MEDIAN", OUT_NUM, "ns an operation", PLACED(median), OUT_OPTIONAL },
	{ "lo", "LOW", OUT_NUM, "lower end of its 95 % interval", PLACED(lo), OUT_OPTIONAL },
	{ "hi", "HIGH", OUT_NUM, "upper end of its 95 % interval", PLACED(hi), OUT_OPTIONAL },
	{ "p99", "P99", OUT_NUM, "one in a hundred is above", PLACED(p99),
	  OUT_OPTIONAL | OUT_HIDDEN },
	{ "max", "MAX", OUT_NUM, "the largest", PLACED(max), OUT_OPTIONAL | OUT_HIDDEN },
	{ "samples", "SAMPLES", OUT_U64, "timed", PLACED(samples) },
	{ "switches", "SWITCHES", OUT_NUM, "an operation", PLACED(switches), OUT_OPTIONAL },
	{ "idle_exits", "IDLE EXITS", OUT_NUM, "an operation", PLACED(idle_exits), OUT_OPTIONAL },
	{ "migrations", "MIGRATIONS", OUT_NUM, "an operation", PLACED(migrations), OUT_OPTIONAL },
	{ "ipis", "IPIS", OUT_NUM, "interrupts sent to other CPUs, an operation", PLACED(ipis),
	  OUT_OPTIONAL },
	{ "parts", "PARTS", OUT_MAP, "of a hand-over, half a round trip; unexplained_share: none "
	  "of them", .flags = OUT_HIDDEN | OUT_OPTIONAL, .get = get_parts },
	{ "ok", "OK", OUT_BOOL, "whether its gates pass", PLACED(ok) },
	{ "gates", "GATES", OUT_LIST, "counts that must be right, or it has no time",
	  .flags = OUT_HIDDEN, .get = get_gates, .sub = &gate_table },
	{ "why", "WHY", OUT_STR, "it has no time", .flags = OUT_OPTIONAL | OUT_WRAP,
	  .get = get_why },
};

const struct out_table notes_placed_table = OUT_TABLE(placed_columns);

/* A row, first, and why it has no time, in the reader's language. */
struct said_row {
	struct placed_row row;
	char why[REASON_TEXT];
};

static bool get_said(const void *row, struct out_value *v)
{
	v->str = ((const struct said_row *)row)->why;
	return v->str[0];
}

static void say(struct said_row *to, const struct placed_row *row, enum lang lang)
{
	char why[REASON_TEXT];

	to->row = *row;
	to->row.place = said(lang, row->place);
	to->row.state = row->state ? said(lang, row->state) : NULL;
	snprintf(to->why, sizeof(to->why), "%s", reason_said(lang, row->why, why));
}

int notes_print_placed(struct out *out, const struct note *n, enum lang lang)
{
	struct out_column columns[ARRAY_SIZE(placed_columns)];
	const struct out_table table = OUT_TABLE(columns);
	size_t i, rows = n->placed ? n->placed->n_rows : 0;
	struct said_row *said_rows = calloc(rows + 1, sizeof(*said_rows));
	int err;

	if (!said_rows)
		return err_sys(-ENOMEM, "report");
	memcpy(columns, placed_columns, sizeof(columns));
	columns[ARRAY_SIZE(columns) - 1].get = get_said;
	for (i = 0; i < rows; i++)
		say(&said_rows[i], &n->placed->row[i], lang);
	err = notes_table_print(out, &table, said_rows, rows, sizeof(*said_rows), lang);
	free(said_rows);
	return err;
}
