// SPDX-License-Identifier: GPL-2.0
/*
 * The report of oscope diff. Rows that are one task's are found by tid and start, else by what
 * another run would have: the name, and the how-manieth of that name it is.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "diff_report.h"
#include "map.h"
#include "notes/stats.h"
#include "util.h"

#define SEED		1		/* the same intervals each time */
#define VALUES_MAX	65536U		/* that intervals are computed from: some seconds of it */

struct cell {
	const char *row, *column, *only;
	double a, b, ratio, low, high, difference;
	uint64_t count_a, count_b;
};

/* In text the interval has its place only where there is one. */
#define DIFF_COLUMNS(interval) { \
	{ "row", "ROW", OUT_STR, "what the number is of; totals; the report itself", \
	  OUT_FIELD(struct cell, row), OUT_KEY | OUT_TRUNC }, \
	{ "column", "COLUMN", OUT_STR, "its name there", OUT_FIELD(struct cell, column), \
	  OUT_KEY | OUT_TRUNC }, \
	{ "a", "A", OUT_NUM, "in the first; of several reports the median", \
	  OUT_FIELD(struct cell, a), OUT_OPTIONAL }, \
	{ "b", "B", OUT_NUM, "in the second", OUT_FIELD(struct cell, b), OUT_OPTIONAL }, \
	{ "ratio", "B/A", OUT_NUM, "second by first", OUT_FIELD(struct cell, ratio), \
	  OUT_OPTIONAL }, \
	{ "ratio_low", "LOW", OUT_NUM, "95 % interval of the ratio of medians, from ...", \
	  OUT_FIELD(struct cell, low), OUT_OPTIONAL | (interval) }, \
	{ "ratio_high", "HIGH", OUT_NUM, "... to: if there are several reports of each", \
	  OUT_FIELD(struct cell, high), OUT_OPTIONAL | (interval) }, \
	{ "difference", "B-A", OUT_NUM, "second without first", \
	  OUT_FIELD(struct cell, difference), OUT_OPTIONAL }, \
	{ "only", "ONLY", OUT_STR, "the one that has it, if the other has not", \
	  OUT_FIELD(struct cell, only), OUT_OPTIONAL }, \
	{ "count_a", "COUNT A", OUT_U64, "of a percentile: values behind it in the first", \
	  OUT_FIELD(struct cell, count_a), OUT_OPTIONAL | OUT_HIDDEN }, \
	{ "count_b", "COUNT B", OUT_U64, "... in the second", OUT_FIELD(struct cell, count_b), \
	  OUT_OPTIONAL | OUT_HIDDEN }, \
}

static const struct out_column single_columns[] = DIFF_COLUMNS(OUT_HIDDEN);
static const struct out_column several_columns[] = DIFF_COLUMNS(0);

struct totals {
	const char *compared, *file_a, *file_b, *kernel_a, *kernel_b;
	uint64_t reports_a, reports_b, rows, only_a, only_b;
};

static const struct out_column totals_columns[] = {
	{ "compared", "compared", OUT_STR, "the schema of both",
	  OUT_FIELD(struct totals, compared) },
	{ "file_a", "A", OUT_STR, "the first", OUT_FIELD(struct totals, file_a) },
	{ "file_b", "B", OUT_STR, "the second", OUT_FIELD(struct totals, file_b) },
	{ "kernel_a", "kernel A", OUT_STR, "that the first is of",
	  OUT_FIELD(struct totals, kernel_a), OUT_OPTIONAL },
	{ "kernel_b", "kernel B", OUT_STR, "... the second", OUT_FIELD(struct totals, kernel_b),
	  OUT_OPTIONAL },
	{ "reports_a", "reports A", OUT_U64, "reports in the first",
	  OUT_FIELD(struct totals, reports_a) },
	{ "reports_b", "reports B", OUT_U64, "... in the second",
	  OUT_FIELD(struct totals, reports_b) },
	{ "rows", "rows in both", OUT_U64, "rows that both have", OUT_FIELD(struct totals, rows) },
	{ "only_a", "only in A", OUT_U64, "rows that only the first has",
	  OUT_FIELD(struct totals, only_a) },
	{ "only_b", "only in B", OUT_U64, "... only the second", OUT_FIELD(struct totals, only_b) },
};

const struct out_report diff_report = {
	.command = "diff",
	.totals = OUT_TABLE(totals_columns),
	.rows = OUT_TABLE(single_columns),
};

static const struct out_report diff_report_several = {
	.command = "diff",
	.totals = OUT_TABLE(totals_columns),
	.rows = OUT_TABLE(several_columns),
};

/* What two rows have in common that are each other's counterpart. NULL without memory. */
static char *kind_name(const struct diff_row *row, size_t nth)
{
	char *name;

	return asprintf(&name, "%s #%zu", row->kind, nth) < 0 ? NULL : name;
}

/* The how-manieth of this kind it is; 0 without memory. */
static size_t kind_count(json_t *kinds, const char *kind)
{
	json_t *n = json_object_get(kinds, kind);

	if (!n)
		return json_object_set_new(kinds, kind, json_integer(1)) ? 0 : 1;
	json_integer_set(n, json_integer_value(n) + 1);
	return json_integer_value(n);
}

/*
 * Name the rows of a side that have no counterpart yet by what they are, and where there are
 * several of that, by which of them. 0 or -ENOMEM.
 */
static int rows_name(struct diff_side *side, json_t *places)
{
	json_t *kinds = json_object();
	size_t i, n;
	char *name;

	for (i = 0; kinds && i < side->n; i++) {
		struct diff_row *row = &side->row[i];

		if (row->other != DIFF_NONE)
			continue;
		n = kind_count(kinds, row->kind);
		name = n > 1 ? kind_name(row, n) : strdup(row->kind);
		if (!n || !name || json_object_set_new(places, name, json_integer(i))) {
			free(name);
			json_decref(kinds);
			return -ENOMEM;
		}
		free(row->kind);
		row->kind = name;
	}
	json_decref(kinds);
	return kinds ? 0 : -ENOMEM;
}

static void rows_match(struct diff_side *a, struct diff_side *b, const json_t *places, bool exactly)
{
	size_t i;

	for (i = 0; i < a->n; i++) {
		const char *name = exactly ? a->row[i].name : a->row[i].kind;
		const json_t *place = json_object_get(places, name);

		if (a->row[i].other != DIFF_NONE || !place)
			continue;
		a->row[i].other = json_integer_value(place);
		b->row[a->row[i].other].other = i;
	}
}

static int rows_pair(struct diff_side *a, struct diff_side *b)
{
	json_t *in_a = json_object(), *in_b = json_object();
	int err = in_a && in_b ? 0 : -ENOMEM;

	rows_match(a, b, b->places, true);
	if (!err)
		err = rows_name(a, in_a);
	if (!err)
		err = rows_name(b, in_b);
	if (!err)
		rows_match(a, b, in_b, false);
	json_decref(in_a);
	json_decref(in_b);
	return err;
}

struct cells {
	struct cell *at;
	size_t n, room;
	bool intervals;
};

static struct cell *cell_add(struct cells *to, const struct diff_row *row, const char *column)
{
	struct cell *c;

	if (array_room(&to->at, &to->room, to->n, sizeof(*to->at)))
		return NULL;
	c = &to->at[to->n++];
	*c = (struct cell){ row->kind, column, NULL, NAN, NAN, NAN, NAN, NAN, NAN,
			    NOT_CAPTURED, NOT_CAPTURED };
	return c;
}

/* Each side's own reports were taken at another time than the other's. */
static void interval_fill(struct cell *c, const struct diff_cell *a, const struct diff_cell *b)
{
	const struct stats_samples s = {
		.a = b->value, .b = a->value, .n = b->n, .n_b = a->n, .block = 1,
	};
	struct interval ratio = stats_ratio(&s, STATS_95, SEED);

	if (isfinite(ratio.lo) && isfinite(ratio.hi)) {
		c->low = ratio.lo;
		c->high = ratio.hi;
	}
}

/* At least one of them is there. */
static int cell_compare(struct cells *to, const struct diff_row *row, const char *column,
			struct diff_cell *a, struct diff_cell *b)
{
	struct cell *c = cell_add(to, row, column);

	if (!c)
		return -ENOMEM;
	if (a) {
		c->a = stats_median(a->value, a->n);
		c->count_a = a->count;
	}
	if (b) {
		c->b = stats_median(b->value, b->n);
		c->count_b = b->count;
		b->matched = true;
	}
	/* A median of something is a number, if there was memory for it. */
	if ((a && isnan(c->a)) || (b && isnan(c->b)))
		return -ENOMEM;
	if (!a || !b) {
		c->only = a ? "A" : "B";
		return 0;
	}
	c->difference = c->b - c->a;
	if (c->a != 0)
		c->ratio = c->b / c->a;
	if (to->intervals && a->n > 1 && b->n > 1 && c->a != 0)
		interval_fill(c, a, b);
	return 0;
}

static struct diff_cell *counterpart(struct diff_row *row, const char *column)
{
	size_t i;

	for (i = 0; row && i < row->n; i++) {
		if (!strcmp(row->cell[i].column, column))
			return &row->cell[i];
	}
	return NULL;
}

/* All numbers of a row of the first, and those that only its counterpart has. */
static int row_compare(struct cells *to, struct diff_row *a, struct diff_row *b)
{
	size_t i;
	int err = 0;

	for (i = 0; !err && a && i < a->n; i++)
		err = cell_compare(to, a, a->cell[i].column, &a->cell[i],
				   counterpart(b, a->cell[i].column));
	for (i = 0; !err && b && i < b->n; i++) {
		if (!b->cell[i].matched)
			err = cell_compare(to, a ? a : b, b->cell[i].column, NULL, &b->cell[i]);
	}
	return err;
}

static int sides_compare(struct cells *to, struct diff_side *a, struct diff_side *b,
			 struct totals *totals)
{
	size_t i;
	int err = 0;

	for (i = 0; !err && i < a->n; i++) {
		size_t other = a->row[i].other;

		totals->rows += other != DIFF_NONE;
		totals->only_a += other == DIFF_NONE;
		err = row_compare(to, &a->row[i], other == DIFF_NONE ? NULL : &b->row[other]);
	}
	for (i = 0; !err && i < b->n; i++) {
		if (b->row[i].other != DIFF_NONE)
			continue;
		totals->only_b++;
		err = row_compare(to, NULL, &b->row[i]);
	}
	return err;
}

static struct source_lost lost_sum(const struct diff_side *a, const struct diff_side *b)
{
	return (struct source_lost){
		.ring = a->lost.ring + b->lost.ring,
		.missed = a->lost.missed + b->lost.missed,
		.nested = a->lost.nested + b->lost.nested,
		.untracked = a->lost.untracked + b->lost.untracked,
		.total = a->lost.total + b->lost.total,
	};
}

/* Whether the two say the same in the same words. */
static int sides_check(const struct diff_side *a, const struct diff_side *b)
{
	if (strcmp(a->schema, b->schema))
		return err_msg(-EUSAGE, "%s is %s and %s is %s: only reports of one kind compare",
			       a->path, a->schema, b->path, b->schema);
	if (strcmp(a->keys, b->keys))
		return err_msg(-EUSAGE, "rows are by %s in %s and by %s in %s: give two that are "
			       "by the same", a->keys, a->path, b->keys, b->path);
	if (a->abi && b->abi && a->abi != b->abi)
		return err_msg(-EUSAGE, "%s was recorded with ABI %u and %s with ABI %u: record "
			       "both with one oscope", a->path, a->abi, b->path, b->abi);
	return 0;
}

int diff_print(struct out *out, struct diff_side *a, struct diff_side *b)
{
	bool several = a->reports > 1 && b->reports > 1;
	struct cells cells = { .intervals = several && a->values + b->values <= VALUES_MAX };
	struct totals totals = {
		a->schema, a->path, b->path, a->kernel, b->kernel, a->reports, b->reports, 0, 0, 0,
	};
	struct out_data data = {
		.report = several ? &diff_report_several : &diff_report,
		.head = { .source = "file", .lost = lost_sum(a, b), .own_cost_ns = NOT_CAPTURED },
		.totals = &totals,
		.stride = sizeof(*cells.at),
	};
	int err = sides_check(a, b);

	if (err)
		return err;
	err = rows_pair(a, b);
	if (!err)
		err = sides_compare(&cells, a, b, &totals);
	if (several && !cells.intervals)
		data.head.note = "no intervals: there are too many numbers";
	data.rows = cells.at;
	data.n_rows = cells.n;
	err = err ? err_sys(err, "comparing") : out_print(out, &data);
	free(cells.at);
	return err;
}
