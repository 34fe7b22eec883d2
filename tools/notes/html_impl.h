/* SPDX-License-Identifier: GPL-2.0 */
/* What the page's files share: text that is escaped, numbers with units, the parts of a page. */
#ifndef OSCOPE_NOTES_HTML_IMPL_H
#define OSCOPE_NOTES_HTML_IMPL_H

#include <stdbool.h>
#include <stddef.h>

#include "notes/html.h"
#include "notes/reasons.h"
#include "report_read.h"

#define HTML_NUMBER	128		/* bytes of a number with its unit */

struct html {
	FILE *to;
	enum lang lang;
	unsigned int ids;		/* given to elements so far */
};

/* Markup, as it is: no string of the report's may be among the arguments. */
void html_put(struct html *h, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Text of anybody's: escaped; control and direction characters are replaced. NULL: nothing. */
void html_text(struct html *h, const char *text);
/* A fixed text, in the reader's language. */
void html_say(struct html *h, const char *english);
/* The same, for what is printed with numbers. */
const char *html_said(const struct html *h, const char *english);
/* <name>escaped text</name> */
void html_element(struct html *h, const char *name, const char *text);
/*
 * Of tables, which are half of the page: rows and cells have no end tags, which the standard lets
 * out. Headings, NULL at the end, begin what goes on to </table>.
 */
void html_headings(struct html *h, const char *const *english);
void html_row(struct html *h, const char *name);
void html_cell(struct html *h, const char *tag, const char *text);
/* A region that scrolls by itself and can be reached by keyboard; end with </div>. */
void html_scroll(struct html *h, const char *english);

/* "12.3 us", "1.42 x", "97 % of samples", "3.1 ns/MiB": with the unit's own multiples. */
void html_number(const struct html *h, char to[HTML_NUMBER], double value, const char *unit);
/* The same as a cell; no value: a dash. */
void html_number_cell(struct html *h, const json_t *row, const char *key, const char *unit);

/* html_claim.c: how a verdict looks: good, warn, bad. */
const char *html_tone(const char *verdict);
void html_verdict(struct html *h, const char *verdict);
/* The number that decides, with its interval. */
void html_effect(struct html *h, const json_t *row);
/* Why it has that verdict; to: room for what is not in the report. */
const char *html_reason(const struct html *h, const json_t *row, char to[REASON_TEXT]);
/* All about a claim; id: of its element. */
void html_claim(struct html *h, const json_t *row, unsigned int id);

/* html_svg.c: what samples of each arm are; how arms go along a sweep. */
void html_distributions(struct html *h, const json_t *row);
void html_sweep(struct html *h, const json_t *row);

/* html_cells.c: the cells of a table, as figures and in figures. */
void html_cells(struct html *h, const json_t *row);

/* html_timeline.c: when tasks of an arm were on a CPU. */
void html_timelines(struct html *h, const json_t *row);

/* html_style.c */
extern const char html_style[];

#endif /* OSCOPE_NOTES_HTML_IMPL_H */
