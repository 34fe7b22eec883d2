// SPDX-License-Identifier: GPL-2.0
/* Two saved runs side by side: verdicts then and now, and the numbers that decided. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "notes/compare.h"
#include "notes/stats.h"
#include "report_read.h"
#include "util.h"

#define ROWS_MAX	1024U		/* of a side */

/* The number that decided, as a report has it. */
struct effect {
	struct interval i;
	const char *unit;
};

struct compare_row {
	const char *id, *verdict_a, *verdict_b, *unit, *only;
	struct interval a, b, ratio;
	bool compared;			/* both have a number, of one unit */
	bool changed, apart;
};

#define ROW(member)	OUT_FIELD(struct compare_row, member)

static bool get_changed(const void *row, struct out_value *v)
{
	const struct compare_row *r = row;

	v->yes = r->changed;
	v->tone = r->changed ? OUT_WARN : OUT_PLAIN;
	return !r->only;
}

static bool get_apart(const void *row, struct out_value *v)
{
	v->yes = ((const struct compare_row *)row)->apart;
	return ((const struct compare_row *)row)->compared;
}

static const struct out_column diff_columns[] = {
	{ "id", "ID", OUT_STR, "topic.claim", ROW(id), OUT_KEY },
	{ "verdict_a", "A", OUT_STR, "verdict in the first", ROW(verdict_a), OUT_OPTIONAL },
	{ "verdict_b", "B", OUT_STR, "... in the second", ROW(verdict_b), OUT_OPTIONAL },
	{ "changed", "CHANGED", OUT_BOOL, "whether they differ", .flags = OUT_OPTIONAL,
	  .get = get_changed },
	{ "effect_a.value", "EFFECT A", OUT_NUM, "the number that decided in the first",
	  ROW(a.value), OUT_OPTIONAL },
	{ "effect_a.lo", "LOW A", OUT_NUM, "... its 95 % interval, from", ROW(a.lo),
	  OUT_OPTIONAL | OUT_HIDDEN },
	{ "effect_a.hi", "HIGH A", OUT_NUM, "... to", ROW(a.hi), OUT_OPTIONAL | OUT_HIDDEN },
	{ "effect_b.value", "EFFECT B", OUT_NUM, "... in the second", ROW(b.value), OUT_OPTIONAL },
	{ "effect_b.lo", "LOW B", OUT_NUM, "... its 95 % interval, from", ROW(b.lo),
	  OUT_OPTIONAL | OUT_HIDDEN },
	{ "effect_b.hi", "HIGH B", OUT_NUM, "... to", ROW(b.hi), OUT_OPTIONAL | OUT_HIDDEN },
	{ "unit", "UNIT", OUT_STR, "of both", ROW(unit), OUT_OPTIONAL },
	{ "ratio", "B/A", OUT_NUM, "second by first", ROW(ratio.value), OUT_OPTIONAL },
	{ "ratio_low", "LOW", OUT_NUM, "least that both intervals allow, above 0", ROW(ratio.lo),
	  OUT_OPTIONAL },
	{ "ratio_high", "HIGH", OUT_NUM, "most that both intervals allow", ROW(ratio.hi),
	  OUT_OPTIONAL },
	{ "apart", "APART", OUT_BOOL, "the intervals have nothing in common",
	  .flags = OUT_OPTIONAL, .get = get_apart },
	{ "only", "ONLY", OUT_STR, "the one that has the claim, if the other has not",
	  ROW(only), OUT_OPTIONAL },
};

struct compare_totals {
	const char *file_a, *file_b, *kernel_a, *kernel_b, *cpu_a, *cpu_b, *virt_a, *virt_b;
	uint64_t both, changed, apart, only_a, only_b;
};

#define TOTAL(member)	OUT_FIELD(struct compare_totals, member)

static const struct out_column diff_totals[] = {
	{ "file_a", "A", OUT_STR, "the first", TOTAL(file_a) },
	{ "file_b", "B", OUT_STR, "the second", TOTAL(file_b) },
	{ "kernel_a", "kernel A", OUT_STR, "that the first is of", TOTAL(kernel_a),
	  OUT_OPTIONAL },
	{ "kernel_b", "kernel B", OUT_STR, "... the second", TOTAL(kernel_b), OUT_OPTIONAL },
	{ "cpu_model_a", "CPU A", OUT_STR, "what the first's CPUs say they are", TOTAL(cpu_a),
	  OUT_OPTIONAL },
	{ "cpu_model_b", "CPU B", OUT_STR, "... the second's", TOTAL(cpu_b), OUT_OPTIONAL },
	{ "virt_a", "hypervisor A", OUT_STR, "that the first ran under", TOTAL(virt_a),
	  OUT_OPTIONAL },
	{ "virt_b", "hypervisor B", OUT_STR, "... the second", TOTAL(virt_b), OUT_OPTIONAL },
	{ "both", "in both", OUT_U64, "claims that both have", TOTAL(both) },
	{ "changed", "changed", OUT_U64, "... with another verdict", TOTAL(changed) },
	{ "apart", "apart", OUT_U64, "... whose intervals have nothing in common",
	  TOTAL(apart) },
	{ "only_a", "only in A", OUT_U64, "claims that only the first has", TOTAL(only_a) },
	{ "only_b", "only in B", OUT_U64, "... only the second", TOTAL(only_b) },
};

const struct out_report notes_diff_report = {
	.command = "notes-diff",
	.totals = OUT_TABLE(diff_totals),
	.rows = OUT_TABLE(diff_columns),
};

/* NULL: none is there. */
static const char *text_of(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static struct effect effect_of(const json_t *row)
{
	const json_t *e = json_object_get(row, "effect");

	return (struct effect){
		{ member_number(e, "value"), member_number(e, "lo"), member_number(e, "hi") },
		text_of(e, "unit"),
	};
}

/* Ratios of numbers on both sides of 0 say nothing. */
static struct interval ratio_of(const struct interval *a, const struct interval *b)
{
	struct interval r = { NAN, NAN, NAN };

	if (a->value > 0 && b->value >= 0)
		r.value = b->value / a->value;
	if (a->lo > 0 && b->lo >= 0) {
		r.lo = b->lo / a->hi;
		r.hi = b->hi / a->lo;
	}
	return r;
}

static void row_compare(struct compare_row *to, const json_t *a, const json_t *b)
{
	const struct effect of_a = effect_of(a), of_b = effect_of(b);
	bool one_unit = of_a.unit && of_b.unit && !strcmp(of_a.unit, of_b.unit);

	*to = (struct compare_row){
		.id = text_of(a ? a : b, "id"),
		.verdict_a = text_of(a, "verdict"), .verdict_b = text_of(b, "verdict"),
		.a = of_a.i, .b = of_b.i, .ratio = { NAN, NAN, NAN },
		.unit = of_a.unit && of_b.unit && !one_unit ? NULL :
			of_a.unit ? of_a.unit : of_b.unit,
		.only = a && b ? NULL : a ? "A" : "B",
	};
	to->changed = to->verdict_a && to->verdict_b && strcmp(to->verdict_a, to->verdict_b);
	to->compared = one_unit && to->a.lo <= to->a.hi && to->b.lo <= to->b.hi;
	to->apart = to->compared && (to->a.hi < to->b.lo || to->b.hi < to->a.lo);
	if (one_unit)
		to->ratio = ratio_of(&to->a, &to->b);
}

/* The row of a claim; its first one, if a file has several. */
static const json_t *row_find(const struct compare_side *side, const char *id)
{
	const json_t *row;
	const char *has;
	size_t i;

	json_array_foreach(json_object_get(side->report, "rows"), i, row) {
		has = text_of(row, "id");
		if (has && !strcmp(has, id))
			return row;
	}
	return NULL;
}

static size_t rows_compare(struct compare_row *to, const struct compare_side *a,
			   const struct compare_side *b)
{
	const json_t *row;
	size_t i, n = 0;

	json_array_foreach(json_object_get(a->report, "rows"), i, row) {
		if (text_of(row, "id"))
			row_compare(&to[n++], row, row_find(b, text_of(row, "id")));
	}
	json_array_foreach(json_object_get(b->report, "rows"), i, row) {
		if (text_of(row, "id") && !row_find(a, text_of(row, "id")))
			row_compare(&to[n++], NULL, row);
	}
	return n;
}

static void totals_add(struct compare_totals *t, const struct compare_row *row)
{
	t->both += !row->only;
	t->only_a += row->only && row->only[0] == 'A';
	t->only_b += row->only && row->only[0] == 'B';
	t->changed += row->changed;
	t->apart += row->apart;
}

static size_t rows_of(const struct compare_side *side)
{
	return json_array_size(json_object_get(side->report, "rows"));
}

/* Each row is looked for among the other's: so many claims nobody has. */
static int side_check(const struct compare_side *side)
{
	if (rows_of(side) <= ROWS_MAX)
		return 0;
	return report_refuse(side->path, "it has more rows than there are claims");
}

int compare_print(struct out *out, const struct compare_side *a, const struct compare_side *b)
{
	struct compare_row *rows = NULL;
	struct compare_totals totals = {
		.file_a = a->path, .file_b = b->path,
		.kernel_a = text_of(a->report, "kernel"), .kernel_b = text_of(b->report, "kernel"),
		.cpu_a = text_of(json_object_get(a->report, "totals"), "cpu_model"),
		.cpu_b = text_of(json_object_get(b->report, "totals"), "cpu_model"),
		.virt_a = text_of(a->report, "virt"), .virt_b = text_of(b->report, "virt"),
	};
	struct out_data data = {
		.report = &notes_diff_report,
		.head = { .source = "file", .virt = "none", .own_cost_ns = NOT_CAPTURED },
		.totals = &totals,
		.stride = sizeof(*rows),
	};
	size_t i;
	int err;

	if (side_check(a) || side_check(b))
		return -EINVAL;
	rows = calloc(rows_of(a) + rows_of(b) + 1, sizeof(*rows));
	data.rows = rows;
	if (!rows)
		return err_sys(-ENOMEM, "comparing");
	data.n_rows = rows_compare(rows, a, b);
	for (i = 0; i < data.n_rows; i++)
		totals_add(&totals, &rows[i]);
	err = out_print(out, &data);
	free(rows);
	return err;
}
