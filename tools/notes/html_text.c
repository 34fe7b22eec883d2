// SPDX-License-Identifier: GPL-2.0
/* Text and numbers of the page: whatever a report says, it stays text. */
#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "fmt.h"
#include "notes/html_impl.h"
#include "util.h"

#define REPLACED	"\xef\xbf\xbd"	/* U+FFFD */

void html_put(struct html *h, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vfprintf(h->to, fmt, ap);
	va_end(ap);
}

/* Characters that turn the direction of what follows: U+061C, U+200E-F, U+202A-E, U+2066-9. */
static bool turns(const unsigned char *s, size_t len)
{
	if (len == 2)
		return s[0] == 0xd8 && s[1] == 0x9c;
	if (len != 3 || s[0] != 0xe2)
		return false;
	if (s[1] == 0x80)
		return s[2] == 0x8e || s[2] == 0x8f || (s[2] >= 0xaa && s[2] <= 0xae);
	return s[1] == 0x81 && s[2] >= 0xa6 && s[2] <= 0xa9;
}

/* C0, DEL, C1. */
static bool controls(const unsigned char *s, size_t len)
{
	return (len == 1 && (s[0] < 0x20 || s[0] == 0x7f)) ||
	       (len == 2 && s[0] == 0xc2 && s[1] < 0xa0);
}

static const char *entity(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

void html_text(struct html *h, const char *text)
{
	size_t left = text ? strlen(text) : 0, len;

	for (; left; text += len, left -= len) {
		const unsigned char *s = (const unsigned char *)text;

		len = fmt_utf8_len(text, left);
		if (!len || controls(s, len) || turns(s, len)) {
			fputs(REPLACED, h->to);
			len = len ? len : 1;
		} else if (len == 1 && entity(*text)) {
			fputs(entity(*text), h->to);
		} else {
			fwrite(text, 1, len, h->to);
		}
	}
}

const char *html_said(const struct html *h, const char *english)
{
	return said(h->lang, english);
}

void html_say(struct html *h, const char *english)
{
	html_text(h, html_said(h, english));
}

void html_element(struct html *h, const char *name, const char *text)
{
	html_put(h, "<%s>", name);
	html_text(h, text);
	html_put(h, "</%.*s>\n", (int)strcspn(name, " "), name);
}

void html_headings(struct html *h, const char *const *english)
{
	html_put(h, "<thead><tr>");
	for (; *english; english++)
		html_cell(h, "th scope=col", html_said(h, *english));
	html_put(h, "</thead><tbody>");
}

void html_row(struct html *h, const char *name)
{
	html_put(h, "\n<tr>");
	html_cell(h, "th scope=row", name);
}

void html_cell(struct html *h, const char *tag, const char *text)
{
	html_put(h, "<%s>", tag);
	html_text(h, text);
}

void html_scroll(struct html *h, const char *english)
{
	html_put(h, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"");
	html_say(h, english);
	html_put(h, "\">");
}

/* Nanoseconds, and what is made of them: "ns/MiB". */
static void time_text(char to[HTML_NUMBER], double ns, const char *per)
{
	static const struct {
		const char *unit;
		double ns;
	} units[] = { { "s", 1e9 }, { "ms", 1e6 }, { "\xc2\xb5s", 1e3 }, { "ns", 1 } };
	size_t i = 0;

	/* What three digits round to 1000 of one is 1 of the next. */
	while (i < ARRAY_SIZE(units) - 1 && fabs(ns) < 0.9995 * units[i].ns)
		i++;
	snprintf(to, HTML_NUMBER, "%.3g %s%.60s", ns / units[i].ns, units[i].unit, per);
}

void html_number(const struct html *h, char to[HTML_NUMBER], double value, const char *unit)
{
	if (!isfinite(value))
		snprintf(to, HTML_NUMBER, "\xe2\x80\x93");
	else if (!strncmp(unit, "ns", 2) && (!unit[2] || unit[2] == '/'))
		time_text(to, value, unit + 2);
	else if (!strcmp(unit, "x"))
		snprintf(to, HTML_NUMBER, "%.3g \xc3\x97", value);
	else if (!strcmp(unit, "of samples"))
		snprintf(to, HTML_NUMBER, "%.3g %s", 100 * value, html_said(h, "% of samples"));
	else
		snprintf(to, HTML_NUMBER, "%.*g%s%.60s", value == floor(value) ? 15 : 4, value,
			 *unit ? " " : "", html_said(h, unit));
}

void html_number_cell(struct html *h, const json_t *row, const char *key, const char *unit)
{
	char number[HTML_NUMBER];

	html_number(h, number, member_number(row, key), unit);
	html_cell(h, "td", number);
}
