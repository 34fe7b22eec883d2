// SPDX-License-Identifier: GPL-2.0
/* What a run's report has inside its rows: arms with their samples, and published figures. */
#include <math.h>

#include "notes/plausible.h"
#include "notes/report_arms.h"

#define ARM(member)	OUT_FIELD(struct arm_row, member)

static const struct out_column arm_columns[] = {
	{ "arm", "ARM", OUT_STR, "its name", ARM(name), OUT_KEY },
	{ "unit", "UNIT", OUT_STR, "of what a sample is", ARM(unit) },
	{ "line", "LINE", OUT_STR, "the line of a sweep that it is a point of", ARM(line),
	  OUT_OPTIONAL },
	{ "at", "AT", OUT_NUM, "... and where, along the row's along", ARM(at), OUT_OPTIONAL },
	{ "median", "MEDIAN", OUT_NUM, "of its samples", ARM(median) },
	{ "lo", "LOW", OUT_NUM, "lower end of its 95 % interval", ARM(lo), OUT_OPTIONAL },
	{ "hi", "HIGH", OUT_NUM, "upper end of its 95 % interval", ARM(hi), OUT_OPTIONAL },
	{ "p25", "P25", OUT_NUM, "a quarter is below", ARM(p25) },
	{ "p75", "P75", OUT_NUM, "a quarter is above", ARM(p75) },
	{ "p99", "P99", OUT_NUM, "one in a hundred is above", ARM(p99) },
	{ "max", "MAX", OUT_NUM, "the largest", ARM(max) },
	{ "outliers", "OUTLIERS", OUT_U64, "samples far from the others; none is left out",
	  ARM(outliers) },
	{ "not_flat", "NOT FLAT", OUT_U64, "samples whose warm-up did not settle", ARM(not_flat) },
	{ "negative", "NEGATIVE", OUT_U64, "batches shorter than the clock's own cost",
	  ARM(negative) },
	{ "counted", "COUNTED", OUT_NUM, "median with the probes on", ARM(counted), OUT_OPTIONAL },
	{ "counted_samples", "N COUNTED", OUT_U64, "samples with the probes on",
	  ARM(counted_samples) },
	{ "slowdown", "SLOWDOWN", OUT_NUM, "counted by timed", ARM(slowdown), OUT_OPTIONAL },
	{ "samples", "SAMPLES", OUT_NUMBERS, "each, in the order they were taken", ARM(samples) },
};

const struct out_table notes_arm_table = OUT_TABLE(arm_columns);

#define FIGURE_FIELD(member)	OUT_FIELD(struct plausible, member)

static const struct out_column plausible_columns[] = {
	{ "evidence", "EVIDENCE", OUT_STR, "its name", FIGURE_FIELD(evidence), OUT_KEY },
	{ "measured", "HERE", OUT_NUM, "as measured", FIGURE_FIELD(measured) },
	{ "published", "PUBLISHED", OUT_NUM, "as published", FIGURE_FIELD(published) },
	{ "hardware", "HARDWARE", OUT_STR, "that it was measured on", FIGURE_FIELD(hardware) },
	{ "source", "SOURCE", OUT_STR, "where it is published", FIGURE_FIELD(source) },
	{ "far", "FAR", OUT_BOOL, "ten times more or less", FIGURE_FIELD(far) },
};

const struct out_table notes_plausible_table = OUT_TABLE(plausible_columns);

static bool get_value(const void *check, struct out_value *v)
{
	v->str = ((const struct preflight_check *)check)->value;
	return v->str[0];
}

#define CHECK(member)	OUT_FIELD(struct preflight_check, member)

static const struct out_column check_columns[] = {
	{ "check", "CHECK", OUT_STR, "what was looked at", CHECK(name), OUT_KEY },
	{ "value", "VALUE", OUT_STR, "as it is", .flags = OUT_OPTIONAL, .get = get_value },
	{ "means", "MEANS", OUT_STR, "what comes of it", CHECK(means), OUT_OPTIONAL | OUT_WRAP },
	{ "forbids", "FORBIDS", OUT_BOOL, "no times decide anything here", CHECK(forbids) },
};

const struct out_table notes_check_table = OUT_TABLE(check_columns);

static void arm_fill(struct arm_row *row, const struct note *n, size_t a)
{
	const struct arm *arm = &n->claim->arm[a];
	const struct arm_timed *t = &n->timed[a];
	const struct arm_counted *c = &n->counted[a];

	*row = (struct arm_row){
		.name = arm->name,
		.unit = n->claim->value,
		.line = n->claim->along ? arm->line : NULL,
		.at = n->claim->along ? arm->at : NAN,
		.median = t->median.value, .lo = t->median.lo, .hi = t->median.hi,
		.p25 = stats_quantile(t->value, t->n, 0.25),
		.p75 = stats_quantile(t->value, t->n, 0.75),
		.p99 = stats_quantile(t->value, t->n, 0.99),
		.max = stats_max(t->value, t->n),
		.outliers = stats_outliers(t->value, t->n),
		.not_flat = t->not_flat,
		.negative = t->negative,
		.counted = c->n ? c->value : NAN,
		.counted_samples = c->n,
		.slowdown = c->n ? c->value / t->median.value : NAN,
		.samples = { t->value, t->n },
	};
}

size_t arm_rows(const struct note *n, struct arm_row to[NOTE_ARMS])
{
	size_t a, count = 0;

	for (a = 0; n->claim->value && a < claim_arms(n->claim); a++) {
		if (n->timed[a].n)
			arm_fill(&to[count++], n, a);
	}
	return count;
}
