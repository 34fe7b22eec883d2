// SPDX-License-Identifier: GPL-2.0
/* The page as a whole: what was run, the machine, a table a topic, and each claim. */
#include <math.h>
#include <string.h>

#include "notes/html_impl.h"
#include "notes/notes.h"

static void page_begin(struct html *h, const json_t *report)
{
	html_put(h, "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n"
		 "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		 "<meta name=\"color-scheme\" content=\"light dark\">\n"
		 "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		 "style-src 'unsafe-inline'; img-src data:\">\n"
		 "<link rel=\"icon\" href=\"data:,\">\n<title>oscope notes: ", lang_tags[h->lang]);
	html_text(h, member_text(report, "kernel"));
	html_put(h, "</title>\n<style>\n%s</style>\n</head>\n<body>\n", html_style);
}

static const json_t *rows_of(const json_t *report)
{
	return json_object_get(report, "rows");
}

/* How many claims have each verdict. */
static void verdicts(struct html *h, const json_t *report)
{
	const json_t *row;
	size_t i, n;
	int v;

	html_put(h, "<ul class=\"counts\" aria-label=\"");
	html_say(h, "Verdicts");
	html_put(h, "\">\n");
	for (v = 0; v < VERDICTS; v++) {
		n = 0;
		json_array_foreach(rows_of(report), i, row)
			n += !strcmp(member_text(row, "verdict"), verdict_name(v));
		if (!n)
			continue;
		html_put(h, "<li>");
		html_verdict(h, verdict_name(v));
		html_put(h, " %zu</li>\n", n);
	}
	html_put(h, "</ul>\n");
}

static void fact(struct html *h, const char *english, const char *value)
{
	if (!*value)
		return;
	html_put(h, "<div>");
	html_element(h, "dt", html_said(h, english));
	html_element(h, "dd", value);
	html_put(h, "</div>\n");
}

static void fact_number(struct html *h, const char *english, double value, const char *unit)
{
	char number[HTML_NUMBER];

	if (isnan(value))
		return;
	html_number(h, number, value, unit);
	fact(h, english, number);
}

static void check_row(struct html *h, const json_t *check)
{
	bool forbids = member_yes(check, "forbids");
	char value[REASON_TEXT];

	html_row(h, html_said(h, member_text(check, "check")));
	html_cell(h, "td", check_said(h->lang, member_text(check, "value"), value));
	html_put(h, "<td%s>", forbids ? " class=\"not\"" : "");
	html_say(h, member_text(check, "means"));
	if (forbids) {
		html_put(h, " \xe2\x80\x93 ");
		html_say(h, "forbids verdicts that rest on times");
	}
}

static void preflight(struct html *h, const json_t *checks)
{
	static const char *const headings[] = { "Check", "Here", "What comes of it", NULL };
	const json_t *check;
	size_t i;

	if (!json_array_size(checks))
		return;
	html_put(h, "<table class=\"stack\">");
	html_element(h, "caption", html_said(h, "Before anything was measured"));
	html_headings(h, headings);
	json_array_foreach(checks, i, check)
		check_row(h, check);
	html_put(h, "</table>\n");
}

static void machine_section(struct html *h, const json_t *report)
{
	const json_t *totals = json_object_get(report, "totals");
	const json_t *lost = json_object_get(report, "lost");

	html_put(h, "<section aria-labelledby=\"machine\">\n<h2 id=\"machine\">");
	html_say(h, "The machine");
	html_put(h, "</h2>\n<dl class=\"facts\">\n");
	fact(h, "Kernel", member_text(report, "kernel"));
	fact(h, "Processor", member_text(totals, "cpu_model"));
	fact_number(h, "CPUs", member_number(report, "cpus"), "");
	fact(h, "Hypervisor", member_text(report, "virt"));
	fact(h, "Counted by", member_text(report, "source"));
	fact(h, "Date", member_text(totals, "date"));
	fact_number(h, "Took", member_number(report, "duration_ns"), "ns");
	fact_number(h, "Events lost", member_number(lost, "total"), "");
	fact_number(h, "Claims left out", member_number(totals, "left"), "");
	fact_number(h, "Seed", member_number(totals, "seed"), "");
	fact(h, "oscope", member_text(report, "version"));
	html_put(h, "</dl>\n");
	preflight(h, json_object_get(totals, "preflight"));
	html_put(h, "</section>\n");
}

static void summary_row(struct html *h, const json_t *row, unsigned int id)
{
	const char *zh = member_text(row, "claim_zh"), *en = member_text(row, "claim");
	char why[REASON_TEXT];

	html_row(h, "");
	html_put(h, "<a href=\"#c%u\">", id);
	html_text(h, member_text(row, "id"));
	html_put(h, "</a><br>");
	html_text(h, h->lang == LANG_ZH && *zh ? zh : en);
	html_put(h, "<td>");
	html_verdict(h, member_text(row, "verdict"));
	html_put(h, "<td>");
	html_effect(h, row);
	html_cell(h, "td", html_reason(h, row, why));
}

/* Rows from first on that are of one topic: how many. */
static size_t topic_rows(const json_t *rows, size_t first)
{
	const char *topic = member_text(json_array_get(rows, first), "topic");
	size_t n = 1;

	while (first + n < json_array_size(rows) &&
	       !strcmp(member_text(json_array_get(rows, first + n), "topic"), topic))
		n++;
	return n;
}

static void topic(struct html *h, const json_t *rows, size_t first, size_t n)
{
	static const char *const headings[] = {
		"Claim", "Verdict", "The number that decides", "Why", NULL,
	};
	const char *name = member_text(json_array_get(rows, first), "topic");
	size_t i;

	html_put(h, "<section aria-labelledby=\"t%zu\">\n<h2 id=\"t%zu\">", first, first);
	html_say(h, name);
	html_put(h, "</h2>\n<table class=\"stack\">");
	html_element(h, "caption", html_said(h, "Claims and their verdicts"));
	html_headings(h, headings);
	for (i = first; i < first + n; i++)
		summary_row(h, json_array_get(rows, i), (unsigned int)i);
	html_put(h, "</table>\n");
	for (i = first; i < first + n; i++)
		html_claim(h, json_array_get(rows, i), (unsigned int)i);
	html_put(h, "</section>\n");
}

static void topics_nav(struct html *h, const json_t *rows)
{
	size_t i;

	html_put(h, "<nav aria-label=\"");
	html_say(h, "Topics");
	html_put(h, "\"><ul>\n");
	for (i = 0; i < json_array_size(rows); i += topic_rows(rows, i)) {
		html_put(h, "<li><a href=\"#t%zu\">", i);
		html_say(h, member_text(json_array_get(rows, i), "topic"));
		html_put(h, "</a></li>\n");
	}
	html_put(h, "</ul></nav>\n");
}

void html_write(FILE *to, const json_t *report, enum lang lang)
{
	struct html h = { .to = to, .lang = lang };
	const json_t *rows = rows_of(report);
	size_t i, n;

	page_begin(&h, report);
	html_put(&h, "<a class=\"skip\" href=\"#results\">");
	html_say(&h, "To the results");
	html_put(&h, "</a>\n<header>\n<h1>");
	html_say(&h, "Claims of operating system notes, tested here");
	html_put(&h, "</h1>\n");
	html_element(&h, "p", html_said(&h, "Each claim is an experiment, run twice: timed with "
					"nothing attached, then counted with probes. A count that "
					"is not as it must be voids the verdict."));
	verdicts(&h, report);
	topics_nav(&h, rows);
	html_put(&h, "</header>\n<main id=\"results\" tabindex=\"-1\">\n");
	machine_section(&h, report);
	for (i = 0; i < json_array_size(rows); i += n) {
		n = topic_rows(rows, i);
		topic(&h, rows, i, n);
	}
	html_put(&h, "</main>\n<footer>");
	html_element(&h, "p", html_said(&h, "Made by oscope notes. Medians with 95 % bootstrap "
					"intervals; nothing is left out, outliers are marked."));
	html_put(&h, "</footer>\n</body>\n</html>\n");
}
