// SPDX-License-Identifier: GPL-2.0
/* A page for people: a field and its text a line, long text wrapped over several. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "notes/page.h"
#include "notes/reasons.h"
#include "util.h"

#define WIDTH	68		/* of the text, so that a line fits 80 columns */
#define LONGEST	(REASON_TEXT + 1)

static bool get_text(const void *line, struct out_value *v)
{
	v->str = ((const struct page_line *)line)->text;
	v->tone = ((const struct page_line *)line)->tone;
	return true;
}

/* Of the UTF-8 character that begins there, or of what claims to be one. */
static size_t character_bytes(const char *at)
{
	size_t n = 1;

	while (n < 4 && (at[n] & 0xc0) == 0x80)
		n++;
	return n;
}

/* Whether a mark is there that no line begins with. */
static bool closes(const char *at)
{
	static const char *const marks[] = {
		"，", "。", "；", "：", "、", "）", "”", "》",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(marks); i++) {
		if (!strncmp(at, marks[i], strlen(marks[i])))
			return true;
	}
	return false;
}

/*
 * Bytes of text that go on one line: up to the last blank, or behind the last Chinese character,
 * that fits; or a whole word, as far as there is room for it.
 */
static size_t line_length(const char *text)
{
	size_t at = 0, end = 0, columns = 0;

	while (text[at]) {
		size_t bytes = character_bytes(text + at);

		columns += bytes > 2 ? 2 : 1;
		if ((columns > WIDTH && end) || at + bytes >= PAGE_TEXT)
			return end ? end : at;
		if (text[at] == ' ')
			end = at;
		at += bytes;
		if (bytes > 2 && !closes(text + at))
			end = at;
	}
	return at;
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
