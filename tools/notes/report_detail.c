// SPDX-License-Identifier: GPL-2.0
/* One claim for people, as soon as it is done: verdict, reason, gates, all that was measured. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "notes/page.h"
#include "notes/plausible.h"
#include "notes/report.h"
#include "notes/reasons.h"
#include "notes/report_arms.h"
#include "util.h"

static bool get_name(const void *evidence, struct out_value *v)
{
	v->str = ((const struct evidence *)evidence)->name;
	return true;
}

static const struct out_column evidence_columns[] = {
	{ .name = "name", .title = "EVIDENCE", .type = OUT_STR, .help = "arm and what was measured",
	  .get = get_name, .flags = OUT_KEY },
	{ .name = "value", .title = "VALUE", .type = OUT_NUM, .help = "how much",
	  .offset = OUT_FIELD(struct evidence, value) },
};

/* A gate, first, and its words in the reader's language. */
struct gate_row {
	struct gate gate;
	char count[REASON_TEXT];
	const char *ok;
};

static bool get_count(const void *row, struct out_value *v)
{
	v->str = ((const struct gate_row *)row)->count;
	return true;
}

static bool get_ok(const void *row, struct out_value *v)
{
	v->str = ((const struct gate_row *)row)->ok;
	return true;
}

static int gates_print(struct out *out, const struct note *n, enum lang lang)
{
	struct out_column columns[ARRAY_SIZE(notes_gate_columns)];
	const struct out_table table = OUT_TABLE(columns);
	struct gate_row *rows = calloc(n->n_gates + 1, sizeof(*rows));
	char count[REASON_TEXT];
	size_t i;
	int err;

	if (!rows)
		return err_sys(-ENOMEM, "report");
	memcpy(columns, notes_gate_columns, sizeof(columns));
	columns[0].get = get_count;
	columns[5].type = OUT_STR;
	columns[5].get = get_ok;
	for (i = 0; i < n->n_gates; i++) {
		rows[i].gate = n->gate[i];
		rows[i].ok = said(lang, n->gate[i].ok ? "yes" : "no");
		snprintf(rows[i].count, sizeof(rows[i].count), "%s",
			 gate_said(lang, n->gate[i].count, count));
	}
	err = notes_table_print(out, &table, rows, n->n_gates, sizeof(*rows), lang);
	free(rows);
	return err;
}

static int cells_print(struct out *out, const struct note_cells *cells, enum lang lang)
{
	struct cell_row *rows = calloc(cells->n_rows + 1, sizeof(*rows));
	size_t i;
	int err;

	if (!rows)
		return err_sys(-ENOMEM, "report");
	memcpy(rows, cells->row, cells->n_rows * sizeof(*rows));
	for (i = 0; i < cells->n_rows; i++)
		rows[i].placement = said(lang, rows[i].placement);
	err = notes_table_print(out, &notes_cell_table, rows, cells->n_rows, sizeof(*rows), lang);
	free(rows);
	return err;
}

static const struct out_table evidence_table = OUT_TABLE(evidence_columns);

static void effect_add(struct page *p, const struct note *n, enum lang lang)
{
	const struct interval *e = &n->effect;
	const char *unit = n->effect_unit;

	if (isnan(e->value))
		return;
	page_add(p, said(lang, "effect"), OUT_PLAIN, "%.4g %s, %s %.4g %s %.4g", e->value,
		 said(lang, unit), said(lang, "95 % interval"), e->lo, said(lang, "to"), e->hi);
}

/* The slow-down between the passes, arm by arm. */
static void passes_add(struct page *p, const struct note *n, enum lang lang)
{
	size_t a;

	if (!n->timed[0].n)
		return;
	page_add(p, said(lang, "samples"), OUT_PLAIN, "%zu %s, %zu %s (%s %s), %.1f s",
		 n->timed[0].n, said(lang, "of each arm timed"), n->counted[0].n,
		 said(lang, "counted"), said(lang, "source"), n->source,
		 (double)n->duration_ns / 1e9);
	for (a = 0; a < claim_arms(n->claim); a++) {
		const struct arm_timed *t = &n->timed[a];
		const struct arm_counted *c = &n->counted[a];

		if (!t->n || !c->n || !n->claim->value)
			continue;
		page_add(p, a ? "" : said(lang, "passes"), OUT_PLAIN,
			 "%s: %.4g %s %s, %.4g %s: %.2f %s", n->claim->arm[a].name,
			 stats_median(t->value, t->n), said(lang, n->claim->value),
			 said(lang, "timed"),
			 c->value, said(lang, "with the probes on"),
			 c->value / stats_median(t->value, t->n), said(lang, "times"));
	}
}

/* What is known from elsewhere, and how far off this is. */
static void figures_add(struct page *p, const struct note *n, enum lang lang)
{
	struct plausible figure[PLAUSIBLE_MOST];
	size_t i, count = plausible_of(n, figure);

	for (i = 0; i < count; i++)
		page_add(p, i ? "" : said(lang, "figures"), figure[i].far ? OUT_WARN : OUT_PLAIN,
			 "%s: %.4g %s, %.4g %s: %s (%s, %s)", figure[i].evidence,
			 figure[i].measured, said(lang, "here"), figure[i].published,
			 said(lang, "published"),
			 said(lang, figure[i].far ? "far apart" : "plausible"),
			 said(lang, figure[i].hardware), said(lang, figure[i].source));
}

static struct page *detail_page(const struct note *n, enum lang lang)
{
	struct page *p = calloc(1, sizeof(*p));
	char why[REASON_TEXT];

	if (!p)
		return NULL;
	page_add(p, said(lang, "claim"), OUT_PLAIN, "%s", n->claim->id);
	page_add(p, "", OUT_PLAIN, "%s",
		 lang == LANG_ZH ? n->claim->claim_zh : n->claim->claim);
	page_add(p, said(lang, "verdict"), verdict_tone(n->verdict), "%s",
		 said(lang, verdict_name(n->verdict)));
	page_add(p, said(lang, "reason"), OUT_PLAIN, "%s",
		 reason_said(lang, n->reason, why));
	effect_add(p, n, lang);
	passes_add(p, n, lang);
	figures_add(p, n, lang);
	page_add(p, said(lang, "placement"), OUT_PLAIN, "%s, %s %llu",
		 reason_said(lang, n->placement, why), said(lang, "seed"),
		 (unsigned long long)n->seed);
	return p;
}

int notes_print_detail(struct out *out, const struct note *n, bool evidence, enum lang lang)
{
	struct page *p = detail_page(n, lang);
	int err;

	if (!p)
		return err_sys(-ENOMEM, "report");
	err = page_print(out, p);
	free(p);
	if (!err)
		err = gates_print(out, n, lang);
	if (!err && n->cells)
		err = cells_print(out, n->cells, lang);
	if (!err)
		err = notes_print_placed(out, n, lang);
	if (!err && evidence)
		err = notes_table_print(out, &evidence_table, n->evidence, n->n_evidence,
					sizeof(n->evidence[0]), lang);
	return err;
}
