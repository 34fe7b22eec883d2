// SPDX-License-Identifier: GPL-2.0
/* The report on a run of claims: verdict, effect, gates and evidence of each. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "notes/plausible.h"
#include "notes/report.h"
#include "notes/report_arms.h"
#include "notes/timelines.h"
#include "util.h"

static bool get_count(const void *gate, struct out_value *v)
{
	v->str = ((const struct gate *)gate)->count;
	return true;
}

const struct out_column notes_gate_columns[6] = {
	{ "count", "GATE", OUT_STR, "arm and what is counted", .flags = OUT_KEY,
	  .get = get_count },
	{ "expected", "EXPECTED", OUT_NUM, "what it must be", OUT_FIELD(struct gate, expected) },
	{ "min", "MIN", OUT_NUM, "lowest that passes", OUT_FIELD(struct gate, min), OUT_HIDDEN },
	{ "max", "MAX", OUT_NUM, "highest that passes", OUT_FIELD(struct gate, max), OUT_HIDDEN },
	{ "measured", "MEASURED", OUT_NUM, "what it was", OUT_FIELD(struct gate, measured) },
	{ "ok", "OK", OUT_BOOL, "whether it passes", OUT_FIELD(struct gate, ok) },
};

static const struct out_table gate_table = OUT_TABLE(notes_gate_columns);

/* A row of the report on a run: the note, and its lists in the printer's form. */
struct run_row {
	const struct note *n;
	uint64_t samples, took_ns;
	struct out_list gates, arms, cells, placed, timelines, plausible;
	struct out_map evidence;
	struct out_pair pair[NOTE_EVIDENCE];
	struct arm_row arm[NOTE_ARMS];
	struct plausible figure[PLAUSIBLE_MOST];
};

static const struct note *row_note(const void *row)
{
	return ((const struct run_row *)row)->n;
}

static bool get_id(const void *row, struct out_value *v)
{
	v->str = row_note(row)->claim->id;
	return true;
}

static bool get_topic(const void *row, struct out_value *v)
{
	v->str = row_note(row)->claim->topic;
	return true;
}

static bool get_claim(const void *row, struct out_value *v)
{
	v->str = row_note(row)->claim->claim;
	return true;
}

static bool get_claim_zh(const void *row, struct out_value *v)
{
	v->str = row_note(row)->claim->claim_zh;
	return true;
}

static bool get_how(const void *row, struct out_value *v)
{
	v->str = row_note(row)->claim->how;
	return true;
}

static bool get_rule(const void *row, struct out_value *v)
{
	v->str = row_note(row)->claim->rule;
	return true;
}

static bool get_live(const void *row, struct out_value *v)
{
	v->str = row_note(row)->claim->live;
	return true;
}

static bool get_along(const void *row, struct out_value *v)
{
	v->str = row_note(row)->claim->along;
	return v->str;
}

static bool get_seed(const void *row, struct out_value *v)
{
	v->natural = row_note(row)->seed;
	return true;
}

enum out_tone verdict_tone(enum verdict v)
{
	if (v == VERDICT_HOLDS)
		return OUT_GOOD;
	return v == VERDICT_FALSE || v == VERDICT_VOID ? OUT_BAD : OUT_WARN;
}

static bool get_verdict(const void *row, struct out_value *v)
{
	v->str = verdict_name(row_note(row)->verdict);
	v->tone = verdict_tone(row_note(row)->verdict);
	return true;
}

static bool get_reason(const void *row, struct out_value *v)
{
	v->str = row_note(row)->reason;
	return true;
}

static bool get_effect(const void *row, struct out_value *v)
{
	v->num = row_note(row)->effect.value;
	return !isnan(v->num);
}

static bool get_effect_lo(const void *row, struct out_value *v)
{
	v->num = row_note(row)->effect.lo;
	return !isnan(v->num);
}

static bool get_effect_hi(const void *row, struct out_value *v)
{
	v->num = row_note(row)->effect.hi;
	return !isnan(v->num);
}

static bool get_effect_unit(const void *row, struct out_value *v)
{
	v->str = row_note(row)->effect_unit;
	return !isnan(row_note(row)->effect.value);
}

static bool get_placement(const void *row, struct out_value *v)
{
	v->str = row_note(row)->placement;
	return true;
}

static const struct out_column run_columns[] = {
	{ "id", "ID", OUT_STR, "topic.claim", .flags = OUT_KEY, .get = get_id },
	{ "topic", "TOPIC", OUT_STR, "what it is about", .flags = OUT_HIDDEN, .get = get_topic },
	{ "claim", "CLAIM", OUT_STR, "what is claimed", .flags = OUT_HIDDEN | OUT_WRAP,
	  .get = get_claim },
	{ "claim_zh", "CHINESE", OUT_STR, "the same in Chinese", .flags = OUT_HIDDEN | OUT_WRAP,
	  .get = get_claim_zh },
	{ "verdict", "VERDICT", OUT_STR, "HOLDS, HOLDS IF, OUTDATED, FALSE, UNDEFINED, "
	  "INCONCLUSIVE HERE or VOID", .get = get_verdict },
	{ "reason", "REASON", OUT_STR, "why, or on which condition", .flags = OUT_HIDDEN | OUT_WRAP,
	  .get = get_reason },
	{ "effect.value", "EFFECT", OUT_NUM, "the number that decides", .flags = OUT_OPTIONAL,
	  .get = get_effect },
	{ "effect.lo", "LOW", OUT_NUM, "lower end of its 95 % interval", .flags = OUT_OPTIONAL,
	  .get = get_effect_lo },
	{ "effect.hi", "HIGH", OUT_NUM, "upper end of its 95 % interval", .flags = OUT_OPTIONAL,
	  .get = get_effect_hi },
	{ "effect.unit", "UNIT", OUT_STR, "its unit; x: a ratio", .flags = OUT_OPTIONAL,
	  .get = get_effect_unit },
	{ "gates", "GATES", OUT_LIST, "counts that must be right", OUT_FIELD(struct run_row, gates),
	  OUT_HIDDEN, .sub = &gate_table },
	{ "arms", "ARMS", OUT_LIST, "ways of doing it, with all samples",
	  OUT_FIELD(struct run_row, arms), OUT_HIDDEN, .sub = &notes_arm_table },
	{ "cells", "CELLS", OUT_LIST, "of a table of ways to talk; of others none",
	  OUT_FIELD(struct run_row, cells), OUT_HIDDEN, .sub = &notes_cell_table },
	{ "placements", "PLACEMENTS", OUT_LIST, "rows by where two tasks run; of others none",
	  OUT_FIELD(struct run_row, placed), OUT_HIDDEN, .sub = &notes_placed_table },
	{ "timelines", "TIMELINES", OUT_LIST, "when tasks of a sample ran; of others none",
	  OUT_FIELD(struct run_row, timelines), OUT_HIDDEN, .sub = &notes_timeline_table },
	{ "along", "ALONG", OUT_STR, "of a sweep: what there is more and more of",
	  .flags = OUT_HIDDEN | OUT_OPTIONAL, .get = get_along },
	{ "plausible", "FIGURES", OUT_LIST, "published figures beside those of here",
	  OUT_FIELD(struct run_row, plausible), OUT_HIDDEN, .sub = &notes_plausible_table },
	{ "experiment", "EXPERIMENT", OUT_STR, "what is done", .flags = OUT_HIDDEN | OUT_WRAP,
	  .get = get_how },
	{ "rule", "RULE", OUT_STR, "how the numbers decide", .flags = OUT_HIDDEN | OUT_WRAP,
	  .get = get_rule },
	{ "live", "LIVE", OUT_STR, "commands that show it", .flags = OUT_HIDDEN | OUT_WRAP,
	  .get = get_live },
	{ "seed", "SEED", OUT_U64, "of the random order of samples", .flags = OUT_HIDDEN,
	  .get = get_seed },
	{ "samples", "SAMPLES", OUT_U64, "timed samples of each arm",
	  OUT_FIELD(struct run_row, samples) },
	{ "placement", "PLACEMENT", OUT_STR, "where it ran", .flags = OUT_HIDDEN,
	  .get = get_placement },
	{ "took_ns", "TOOK", OUT_NS, "time for both passes", OUT_FIELD(struct run_row, took_ns) },
	{ "evidence", "EVIDENCE", OUT_MAP, "everything that was measured, by name",
	  OUT_FIELD(struct run_row, evidence), OUT_HIDDEN },
};

#define TOTAL(member)	OUT_FIELD(struct notes_run, member)

static bool get_cpu_model(const void *run, struct out_value *v)
{
	v->str = ((const struct notes_run *)run)->machine->cpu_model;
	return v->str[0];
}

static bool get_date(const void *run, struct out_value *v)
{
	v->str = ((const struct notes_run *)run)->date;
	return true;
}

static bool get_checks(const void *run, struct out_value *v)
{
	const struct preflight *p = ((const struct notes_run *)run)->machine;

	v->list = (struct out_list){ p->check, p->n_checks, sizeof(p->check[0]) };
	return true;
}

static const struct out_column run_totals[] = {
	{ "date", "", OUT_STR, "when it began, UTC", .flags = OUT_HIDDEN, .get = get_date },
	{ "cpu_model", "", OUT_STR, "what its CPUs say they are",
	  .flags = OUT_HIDDEN | OUT_OPTIONAL, .get = get_cpu_model },
	{ "claims", "claims", OUT_U64, "with a verdict", TOTAL(done) },
	{ "left", "left out", OUT_U64, "that were to be run, and were not", TOTAL(left) },
	{ "seed", "seed", OUT_U64, "of the random order of samples", TOTAL(seed) },
	{ "preflight", "", OUT_LIST, "the machine, before anything is measured",
	  .flags = OUT_HIDDEN, .get = get_checks, .sub = &notes_check_table },
};

const struct out_report notes_run_report = {
	.command = "notes",
	.totals = OUT_TABLE(run_totals),
	.rows = OUT_TABLE(run_columns),
};

static void row_fill(struct run_row *row, const struct note *n)
{
	size_t i;

	row->n = n;
	row->samples = n->timed[0].n;
	row->took_ns = n->duration_ns;
	for (i = 0; i < n->n_evidence; i++)
		row->pair[i] = (struct out_pair){ n->evidence[i].name, n->evidence[i].value };
	row->evidence = (struct out_map){ row->pair, n->n_evidence };
	row->gates = (struct out_list){ n->gate, n->n_gates, sizeof(n->gate[0]) };
	row->arms = (struct out_list){ row->arm, arm_rows(n, row->arm), sizeof(row->arm[0]) };
	if (n->cells)
		row->cells = (struct out_list){ n->cells->row, n->cells->n_rows,
						sizeof(n->cells->row[0]) };
	if (n->placed)
		row->placed = (struct out_list){ n->placed->row, n->placed->n_rows,
						 sizeof(n->placed->row[0]) };
	if (n->timelines)
		row->timelines = (struct out_list){ n->timelines->arm, n->timelines->n,
						    sizeof(n->timelines->arm[0]) };
	row->plausible = (struct out_list){ row->figure, plausible_of(n, row->figure),
					    sizeof(row->figure[0]) };
}

static struct source_lost lost_sum(const struct note *const *notes, size_t n)
{
	struct source_lost lost = { 0 };
	size_t i, a;

	for (i = 0; i < n; i++) {
		for (a = 0; a < NOTE_ARMS; a++)
			lost.total += notes[i]->counted[a].lost;
	}
	return lost;
}

int notes_print_run(struct out *out, const struct notes_run *run)
{
	struct run_row *rows = calloc(run->done ? run->done : 1, sizeof(*rows));
	struct out_data data = {
		.report = &notes_run_report,
		.head = {
			.source = run->done ? run->note[0]->source : "none",
			.start_ns = run->start_ns,
			.duration_ns = run->duration_ns,
			.lost = lost_sum((const struct note *const *)run->note, run->done),
			.own_cost_ns = NOT_CAPTURED,
		},
		.totals = run,
		.rows = rows,
		.n_rows = run->done,
		.stride = sizeof(*rows),
	};
	size_t i;
	int err;

	if (!rows)
		return err_sys(-ENOMEM, "report");
	for (i = 0; i < run->done; i++)
		row_fill(&rows[i], run->note[i]);
	err = out_print(out, &data);
	free(rows);
	return err;
}
