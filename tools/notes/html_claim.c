// SPDX-License-Identifier: GPL-2.0
/* One claim on the page: verdict, figures, gates, evidence, and how to repeat it. */
#include <math.h>
#include <string.h>

#include "notes/about.h"
#include "notes/html_impl.h"

const char *html_tone(const char *verdict)
{
	if (!strcmp(verdict, "HOLDS"))
		return "good";
	return !strcmp(verdict, "FALSE") || !strcmp(verdict, "VOID") ? "bad" : "warn";
}

void html_verdict(struct html *h, const char *verdict)
{
	html_put(h, "<span class=\"verdict %s\">", html_tone(verdict));
	html_say(h, verdict);
	html_put(h, "</span>");
}

void html_effect(struct html *h, const json_t *row)
{
	const json_t *effect = json_object_get(row, "effect");
	const char *unit = member_text(effect, "unit");
	double value = member_number(effect, "value");
	char number[HTML_NUMBER];

	html_number(h, number, value, unit);
	html_text(h, number);
	if (isnan(value))
		return;
	html_put(h, " <span class=\"interval\">[");
	html_number(h, number, member_number(effect, "lo"), unit);
	html_text(h, number);
	html_put(h, " \xe2\x80\xa6 ");
	html_number(h, number, member_number(effect, "hi"), unit);
	html_text(h, number);
	html_put(h, "]</span>");
}

const char *html_reason(const struct html *h, const json_t *row, char to[REASON_TEXT])
{
	return reason_said(h->lang, member_text(row, "reason"), to);
}

static void arm_row(struct html *h, const json_t *arm)
{
	const char *unit = member_text(arm, "unit");

	html_row(h, member_text(arm, "arm"));
	html_number_cell(h, arm, "median", unit);
	html_number_cell(h, arm, "lo", unit);
	html_number_cell(h, arm, "hi", unit);
	html_number_cell(h, arm, "p99", unit);
	html_number_cell(h, arm, "max", unit);
	html_number_cell(h, arm, "outliers", "");
	html_number_cell(h, arm, "not_flat", "");
	html_number_cell(h, arm, "negative", "");
	html_number_cell(h, arm, "counted", unit);
	html_number_cell(h, arm, "slowdown", "x");
}

static void gate_row(struct html *h, const json_t *gate)
{
	bool ok = member_yes(gate, "ok");
	char count[REASON_TEXT];

	html_row(h, gate_said(h->lang, member_text(gate, "count"), count));
	html_number_cell(h, gate, "expected", "");
	html_number_cell(h, gate, "min", "");
	html_number_cell(h, gate, "max", "");
	html_number_cell(h, gate, "measured", "");
	html_cell(h, ok ? "td" : "td class=\"not\"", html_said(h, ok ? "passed" : "failed"));
}

static void figure_row(struct html *h, const json_t *f)
{
	const char *name = member_text(f, "evidence");
	size_t len = strlen(name);
	const char *unit = len > 3 && !strcmp(name + len - 3, "_ns") ? "ns" : "";

	html_row(h, name);
	html_number_cell(h, f, "measured", unit);
	html_number_cell(h, f, "published", unit);
	html_cell(h, "td class=\"t\"", html_said(h, member_text(f, "hardware")));
	html_cell(h, "td class=\"t\"", html_said(h, member_text(f, "source")));
	html_cell(h, "td class=\"t\"",
		  html_said(h, member_yes(f, "far") ? "far apart" : "plausible"));
}

/* A row that has no time says why; of one that the machine does not have there is nothing else. */
static void placed_row(struct html *h, const json_t *row)
{
	const char *why = member_text(row, "why");
	char said[REASON_TEXT];

	html_row(h, html_said(h, member_text(row, "placement")));
	html_cell(h, "td", html_said(h, member_text(row, "what")));
	html_cell(h, "td", html_said(h, member_text(row, "state")));
	html_number_cell(h, row, "median", "ns");
	html_number_cell(h, row, "lo", "ns");
	html_number_cell(h, row, "hi", "ns");
	html_number_cell(h, row, "switches", "");
	html_number_cell(h, row, "idle_exits", "");
	html_number_cell(h, row, "migrations", "");
	html_number_cell(h, row, "ipis", "");
	if (*why)
		html_cell(h, "td class=\"t not\"", reason_said(h->lang, why, said));
	else
		html_cell(h, "td", html_said(h, "passed"));
}

/* Of those rows that have parts. */
static void parts_row(struct html *h, const json_t *row)
{
	const json_t *parts = json_object_get(row, "parts");

	if (!json_object_size(parts))
		return;
	html_row(h, html_said(h, member_text(row, "placement")));
	html_cell(h, "td", html_said(h, member_text(row, "what")));
	html_number_cell(h, parts, "hand_over_ns", "ns");
	html_number_cell(h, parts, "calls_ns", "ns");
	html_number_cell(h, parts, "wakeup_ns", "ns");
	html_number_cell(h, parts, "idle_exit_ns", "ns");
	html_number_cell(h, parts, "switch_ns", "ns");
	html_number_cell(h, parts, "work_ns", "ns");
	html_number_cell(h, parts, "unexplained_share", "x");
}

static bool any_parts(const json_t *rows)
{
	const json_t *row;
	size_t i;

	json_array_foreach(rows, i, row) {
		if (json_object_size(json_object_get(row, "parts")))
			return true;
	}
	return false;
}

static const struct table {
	const char *caption, *headings[12];
	void (*row)(struct html *h, const json_t *row);
} arms_table = {
	"Times of each arm",
	{ "Arm", "Median", "95 % from", "to", "p99", "Max", "Outliers", "Not flat", "Negative",
	  "With probes", "Slow-down" },
	arm_row,
}, gates_table = {
	"Counts that must be right",
	{ "Count", "Expected", "Lowest", "Highest", "Seen", "Gate" },
	gate_row,
}, placed_table = {
	"By placement of two tasks",
	{ "Placement", "What", "State", "Median", "95 % from", "to", "Switches", "Idle exits",
	  "Migrations", "Interrupts sent", "Gate" },
	placed_row,
}, parts_table = {
	"What a hand-over is made of",
	{ "Placement", "What", "Whole", "Calls", "Wake-up", "Idle exit", "Switch", "Work",
	  "Unexplained, of the whole" },
	parts_row,
}, figures_table = {
	"Published figures",
	{ "Number", "Here", "Published", "Hardware", "Source", "Together" },
	figure_row,
};

/* Rows as a table that scrolls by itself, if there are any. */
static void table_put(struct html *h, const struct table *t, const json_t *rows)
{
	const json_t *row;
	size_t i;

	if (!json_array_size(rows))
		return;
	html_scroll(h, t->caption);
	html_put(h, "<table class=\"n\">");
	html_element(h, "caption", html_said(h, t->caption));
	html_headings(h, t->headings);
	json_array_foreach(rows, i, row)
		t->row(h, row);
	html_put(h, "</table></div>\n");
}

static void evidence_table(struct html *h, json_t *evidence)
{
	static const char *const headings[] = { "Name", "Value", NULL };
	const char *name;
	json_t *value;

	if (!json_object_size(evidence))
		return;
	html_put(h, "<details><summary>");
	html_say(h, "All that was measured");
	html_put(h, " (%zu)</summary>\n", json_object_size(evidence));
	html_scroll(h, "All that was measured");
	html_put(h, "<table class=\"n\">");
	html_headings(h, headings);
	json_object_foreach(evidence, name, value) {
		html_row(h, name);
		html_put(h, "<td>%.7g", json_number_value(value));
	}
	html_put(h, "</table></div></details>\n");
}

static void described(struct html *h, const char *english, const char *text)
{
	if (!*text)
		return;
	html_element(h, "dt", html_said(h, english));
	html_element(h, "dd", text);
}

/* A command line; what is in it is no shell's to run, but a reader's to copy. */
static void repeat(struct html *h, const json_t *row)
{
	double seed = member_number(row, "seed"), samples = member_number(row, "samples");

	html_element(h, "dt", html_said(h, "Repeat it"));
	html_put(h, "<dd><code>sudo oscope notes run ");
	html_text(h, member_text(row, "id"));
	if (isfinite(seed))
		html_put(h, " --seed %.0f", seed);
	if (samples >= 2)
		html_put(h, " --samples %.0f", samples);
	html_put(h, "</code></dd>\n");
	if (!*member_text(row, "live"))
		return;
	html_element(h, "dt", html_said(h, "See it live"));
	html_put(h, "<dd><code>");
	html_text(h, about_said(h->lang, member_text(row, "id"), member_text(row, "live")));
	html_put(h, "</code></dd>\n");
}

void html_claim(struct html *h, const json_t *row, unsigned int id)
{
	const char *zh = member_text(row, "claim_zh"), *en = member_text(row, "claim");
	const json_t *arms = json_object_get(row, "arms");
	const char *name = member_text(row, "id");
	char why[REASON_TEXT];

	html_put(h, "<article id=\"c%u\" aria-labelledby=\"h%u\">\n<h3 id=\"h%u\">", id, id, id);
	html_text(h, member_text(row, "id"));
	html_put(h, "</h3>\n<p class=\"claim\">");
	html_text(h, h->lang == LANG_ZH && *zh ? zh : en);
	html_put(h, "</p>\n<p>");
	html_verdict(h, member_text(row, "verdict"));
	html_put(h, " <strong class=\"effect\">");
	html_effect(h, row);
	html_put(h, "</strong></p>\n");
	html_element(h, "p class=\"why\"", html_reason(h, row, why));
	if (json_array_size(arms)) {
		html_sweep(h, row);
		html_distributions(h, row);
		table_put(h, &arms_table, arms);
	}
	html_timelines(h, row);
	html_cells(h, row);
	table_put(h, &placed_table, json_object_get(row, "placements"));
	if (any_parts(json_object_get(row, "placements")))
		table_put(h, &parts_table, json_object_get(row, "placements"));
	table_put(h, &gates_table, json_object_get(row, "gates"));
	table_put(h, &figures_table, json_object_get(row, "plausible"));
	html_put(h, "<dl>\n");
	described(h, "Experiment", about_said(h->lang, name, member_text(row, "experiment")));
	described(h, "Rule", about_said(h->lang, name, member_text(row, "rule")));
	described(h, "Placement", reason_said(h->lang, member_text(row, "placement"), why));
	repeat(h, row);
	html_put(h, "</dl>\n");
	evidence_table(h, json_object_get(row, "evidence"));
	html_put(h, "</article>\n");
}
