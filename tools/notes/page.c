// SPDX-License-Identifier: GPL-2.0
/* A page for people: a field and its text a line, long text wrapped over several. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "notes/page.h"
#include "util.h"

#define WIDTH	68		/* of the text, so that a line fits 80 columns */
#define LONGEST	1024

static bool get_text(const void *line, struct out_value *v)
{
	v->str = ((const struct page_line *)line)->text;
	v->tone = ((const struct page_line *)line)->tone;
	return true;
}

/* Bytes of text that go on one line: up to the last blank that fits, or a whole word. */
static size_t line_length(const char *text)
{
	size_t len = strlen(text), at, end = 0;

	if (len <= WIDTH)
		return len;
	for (at = 0; at <= len; at++) {
		if (text[at] && text[at] != ' ')
			continue;
		if (at > WIDTH && end)
			break;
		end = at;
	}
	return end;
}

void page_add(struct page *p, const char *field, enum out_tone tone, const char *fmt, ...)
{
	char all[LONGEST], *text = all;
	va_list ap;
	size_t len;

	va_start(ap, fmt);
	vsnprintf(all, sizeof(all), fmt, ap);
	va_end(ap);
	while (*text && p->n < PAGE_LINES) {
		struct page_line *line = &p->line[p->n++];

		len = line_length(text);
		line->field = field;
		line->tone = tone;
		snprintf(line->text, sizeof(line->text), "%.*s", (int)len, text);
		text += len;
		text += strspn(text, " ");
		field = "";
	}
}

int page_print(struct out *out, const struct page *p)
{
	/* The first line is the heading. */
	const struct out_column columns[] = {
		{ .name = "field", .title = p->line[0].field, .type = OUT_STR,
		  .help = "what the text is", .offset = OUT_FIELD(struct page_line, field),
		  .flags = OUT_KEY },
		{ .name = "text", .title = p->line[0].text, .type = OUT_STR, .help = "the text",
		  .get = get_text },
	};
	const struct out_report report = { .command = "notes-page", .rows = OUT_TABLE(columns) };
	struct out_data data = {
		.report = &report,
		.head = { .source = "none", .own_cost_ns = NOT_CAPTURED },
		.rows = p->line + 1,
		.n_rows = p->n - 1,
		.stride = sizeof(p->line[0]),
	};

	return out_print(out, &data);
}
