// SPDX-License-Identifier: GPL-2.0
/* A run for people: what the machine is, and a table a topic. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fmt.h"
#include "notes/plausible.h"
#include "notes/report.h"
#include "notes/reasons.h"
#include "notes/report_arms.h"
#include "util.h"

struct summary_row {
	const struct note *n;
	const char *verdict;
	char effect[64];
	char why[REASON_TEXT + NOTE_TEXT];
};

static bool get_id(const void *row, struct out_value *v)
{
	v->str = ((const struct summary_row *)row)->n->claim->id;
	return true;
}

static bool get_verdict(const void *row, struct out_value *v)
{
	const struct summary_row *r = row;

	v->str = r->verdict;
	v->tone = verdict_tone(r->n->verdict);
	return true;
}

static bool get_effect(const void *row, struct out_value *v)
{
	v->str = ((const struct summary_row *)row)->effect;
	return v->str[0];
}

static bool get_why(const void *row, struct out_value *v)
{
	v->str = ((const struct summary_row *)row)->why;
	return true;
}

static const struct out_column summary_columns[] = {
	{ "id", "ID", OUT_STR, "topic.claim", .flags = OUT_KEY, .get = get_id },
	{ "verdict", "VERDICT", OUT_STR, "what came of it", .get = get_verdict },
	{ "effect", "EFFECT", OUT_STR, "the number that decides", .flags = OUT_OPTIONAL,
	  .get = get_effect },
	{ "why", "WHY", OUT_STR, "why, or on which condition", .flags = OUT_WRAP, .get = get_why },
};

int notes_table_print(struct out *out, const struct out_table *table, const void *rows, size_t n,
		      size_t stride, enum lang lang)
{
	struct out_column *columns = calloc(table->n, sizeof(*columns));
	const struct out_report report = {
		.command = "notes-table",
		.rows = { columns, table->n },
	};
	const struct out_data data = {
		.report = &report,
		/* What is printed before it has said whose times these are. */
		.head = { .source = "none", .virt = "none", .own_cost_ns = NOT_CAPTURED },
		.rows = rows,
		.n_rows = n,
		.stride = stride,
	};
	size_t i;
	int err;

	if (!columns)
		return err_sys(-ENOMEM, "report");
	for (i = 0; i < table->n; i++) {
		columns[i] = table->column[i];
		columns[i].title = said(lang, columns[i].title);
	}
	err = n ? out_print(out, &data) : 0;
	free(columns);
	return err;
}

/* What is far from published figures is said beside the verdict. */
static void far_append(struct summary_row *row, enum lang lang)
{
	struct plausible figure[PLAUSIBLE_MOST];
	size_t i, n = plausible_of(row->n, figure), len;

	for (i = 0; i < n; i++) {
		if (!figure[i].far)
			continue;
		len = strlen(row->why);
		snprintf(row->why + len, sizeof(row->why) - len, "; %s %s",
			 figure[i].evidence, said(lang, "is far from published"));
	}
}

static void row_fill(struct summary_row *row, const struct note *n, enum lang lang)
{
	/* Where the locale has no Chinese, libsmartcols 2.38 finds no end in wrapping it. */
	enum lang shown = MB_CUR_MAX > 1 ? lang : LANG_EN;
	char why[REASON_TEXT];

	row->n = n;
	row->verdict = said(lang, verdict_name(n->verdict));
	if (!isnan(n->effect.value))
		snprintf(row->effect, sizeof(row->effect), "%.3g %s", n->effect.value,
			 said(lang, n->effect_unit));
	snprintf(row->why, sizeof(row->why), "%s", reason_said(shown, n->reason, why));
	far_append(row, shown);
}

static const char *topic_of(const struct notes_run *run, size_t i)
{
	return run->note[i]->claim->topic;
}

/* The topic that begins with claim first; *n: how many are of it. */
static int topic_print(struct out *out, const struct notes_run *run, size_t first, size_t *n,
		       enum lang lang)
{
	static const struct out_table table = OUT_TABLE(summary_columns);
	struct summary_row *rows = calloc(run->done, sizeof(*rows));
	int err;

	if (!rows)
		return err_sys(-ENOMEM, "report");
	for (*n = 0; first + *n < run->done; ++*n) {
		if (strcmp(topic_of(run, first + *n), topic_of(run, first)))
			break;
		row_fill(&rows[*n], run->note[first + *n], lang);
	}
	err = notes_table_print(out, &table, rows, *n, sizeof(*rows), lang);
	free(rows);
	return err;
}

/* A check, first, and what it forbids in the reader's language. */
struct check_row {
	struct preflight_check check;
	const char *forbids;
};

static bool get_forbids(const void *row, struct out_value *v)
{
	v->str = ((const struct check_row *)row)->forbids;
	return true;
}

static void check_fill(struct check_row *row, const struct preflight_check *check, enum lang lang)
{
	const size_t room = sizeof(row->check.value);
	char text[REASON_TEXT];
	const char *value = check_said(lang, check->value, text);

	row->check = *check;
	row->check.name = said(lang, check->name);
	if (check->means)
		row->check.means = said(lang, check->means);
	snprintf(row->check.value, room, "%.*s", (int)fmt_utf8_fit(value, room - 1), value);
	row->forbids = said(lang, check->forbids ? "yes" : "no");
}

int notes_print_machine(struct out *out, const struct preflight *machine, bool all, enum lang lang)
{
	struct check_row row[PREFLIGHT_CHECKS];
	struct out_column columns[8];
	const struct out_table table = { columns, notes_check_table.n };
	size_t i, n = 0;

	for (i = 0; i < table.n && i < ARRAY_SIZE(columns); i++) {
		columns[i] = notes_check_table.column[i];
		if (columns[i].type != OUT_BOOL)
			continue;
		columns[i].type = OUT_STR;
		columns[i].get = get_forbids;
	}
	for (i = 0; i < machine->n_checks; i++) {
		if (all || machine->check[i].means)
			check_fill(&row[n++], &machine->check[i], lang);
	}
	return notes_table_print(out, &table, row, n, sizeof(row[0]), lang);
}

int notes_print_summary(struct out *out, const struct notes_run *run, enum lang lang)
{
	size_t i, n = 0;
	int err = 0;

	for (i = 0; i < run->done && !err; i += n)
		err = topic_print(out, run, i, &n, lang);
	if (!err && run->left)
		fprintf(out_file(out), "\n%s: %llu\n", said(lang, "Claims left out"),
			(unsigned long long)run->left);
	return err;
}
