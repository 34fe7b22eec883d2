// SPDX-License-Identifier: GPL-2.0
/*
 * Reasons in another language. A format is a pattern, too: the one that a text was made by is found
 * again, numbers and words are taken out of it, and put into the Chinese one.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "notes/reasons.h"
#include "util.h"

#define DEPTH		6	/* a word may be made by a format, too, and a list's rest is */

extern const struct reasons *const __start_oscope_reasons[];
extern const struct reasons *const __stop_oscope_reasons[];

/* A part of a text. */
struct span {
	const char *at;
	size_t len;
};

const struct reason *reason_at(size_t i)
{
	const struct reasons *const *table;

	for (table = __start_oscope_reasons; table < __stop_oscope_reasons; table++) {
		if (i < (*table)->n)
			return &(*table)->reason[i];
		i -= (*table)->n;
	}
	return NULL;
}

bool conversion_next(const char *at, struct conversion *c)
{
	char *end;

	while ((at = strchr(at, '%')) && at[1] == '%')
		at += 2;
	if (!at)
		return false;
	c->begin = at++;
	c->place = strtoul(at, &end, 10);
	if (*end == '$')
		at = end + 1;
	else
		c->place = 0;
	at += strspn(at, "-+ #0123456789.lzhj");
	c->letter = *at;
	c->end = at + (*at != 0);
	return true;
}

/* How long the number is that a text begins with, as printf(3) prints them; 0: it is none. */
static size_t number_len(const char *text)
{
	size_t len = strspn(text, "+-"), digits;

	if (len > 1)
		return 0;
	if (!strncmp(text + len, "nan", 3) || !strncmp(text + len, "inf", 3))
		return len + 3;
	digits = strspn(text + len, "0123456789");
	if (!digits)
		return 0;
	len += digits;
	if (text[len] == '.' && isdigit((unsigned char)text[len + 1]))
		len += 1 + strspn(text + len + 1, "0123456789");
	if (text[len] == 'e' && text[len + 1] && strchr("+-", text[len + 1]) &&
	    isdigit((unsigned char)text[len + 2]))
		len += 2 + strspn(text + len + 2, "0123456789");
	return len;
}

/* Whether text is what a format makes, from here on; room for that many more arguments. */
static bool matches(const char *fmt, const char *text, struct span *arg, size_t room)
{
	struct conversion c;
	size_t len;

	for (; *fmt && (*fmt != '%' || fmt[1] == '%'); fmt++, text++) {
		if (*fmt != *text)
			return false;
		fmt += *fmt == '%';
	}
	if (!*fmt)
		return !*text;
	if (!room || !conversion_next(fmt, &c))
		return false;
	if (c.letter != 's') {
		len = number_len(text);
		*arg = (struct span){ text, len };
		return len && matches(c.end, text + len, arg + 1, room - 1);
	}
	for (len = 0;; len++) {
		*arg = (struct span){ text, len };
		if (matches(c.end, text + len, arg + 1, room - 1))
			return true;
		if (!text[len])
			return false;
	}
}

/*
 * Letters of a format that are its own; 0: they are not in the text one behind the other, so that
 * it was made by another one, which is told at once, where matches() would try all places of all
 * words.
 */
static size_t own_letters(const char *fmt, const char *text)
{
	char own[NOTE_TEXT];
	size_t n, sum = 0;
	struct conversion c = { .end = NULL };

	for (; *fmt; fmt = c.end) {
		bool any = conversion_next(fmt, &c);
		const char *end = any ? c.begin : fmt + strlen(fmt);

		for (n = 0; fmt < end && n < sizeof(own) - 1; fmt++) {
			own[n++] = *fmt;
			fmt += *fmt == '%';
		}
		own[n] = 0;
		text = strstr(text, own);
		if (!text)
			return 0;
		text += n;
		sum += n;
		if (!any)
			break;
	}
	return sum;
}

/* The format that made it: of several the one with most letters of its own. */
static const struct reason *maker_of(const char *text, struct span arg[REASON_ARGS])
{
	const struct reason *r, *best = NULL;
	size_t i, own, most = 0;

	for (i = 0; (r = reason_at(i)); i++) {
		own = own_letters(r->english, text);
		if (own <= most || !matches(r->english, text, arg, REASON_ARGS))
			continue;
		best = r;
		most = own;
	}
	if (best && !matches(best->english, text, arg, REASON_ARGS))
		return NULL;
	return best;
}

static void say(FILE *to, const char *text, unsigned int depth);

/* An argument; a word is looked up as a text is. */
static void arg_put(FILE *to, const struct conversion *c, const struct span *arg,
		    unsigned int depth)
{
	char word[REASON_TEXT];

	if (c->letter != 's') {
		fwrite(arg->at, 1, arg->len, to);
		return;
	}
	snprintf(word, sizeof(word), "%.*s", (int)arg->len, arg->at);
	say(to, word, depth + 1);
}

static void literal_put(FILE *to, const char *from, const char *end)
{
	for (; from < end; from++) {
		fputc(*from, to);
		from += *from == '%';
	}
}

static void say(FILE *to, const char *text, unsigned int depth)
{
	struct span arg[REASON_ARGS] = { 0 };
	const struct reason *r = depth < DEPTH && *text ? maker_of(text, arg) : NULL;
	struct conversion c;
	const char *at;
	size_t next = 0, i;

	if (!r) {
		fputs(said(LANG_ZH, text), to);
		return;
	}
	for (at = r->chinese; conversion_next(at, &c); at = c.end) {
		literal_put(to, at, c.begin);
		i = c.place ? c.place - 1 : next++;
		if (i < r->names)
			fwrite(arg[i].at, 1, arg[i].len, to);
		else if (i < REASON_ARGS && arg[i].at)
			arg_put(to, &c, &arg[i], depth);
	}
	literal_put(to, at, at + strlen(at));
}

const char *reason_said(enum lang lang, const char *text, char to[REASON_TEXT])
{
	FILE *f = lang == LANG_ZH && *text ? fmemopen(to, REASON_TEXT, "w") : NULL;

	if (!f)
		return text;
	/* No reason of ours is longer, and what somebody else has put there may take for ever. */
	if (strlen(text) >= NOTE_TEXT) {
		fclose(f);
		return text;
	}
	say(f, text, 0);
	/* What did not fit has no end: then the text as it was is better. */
	if (fclose(f) || strlen(to) >= REASON_TEXT - 1)
		return text;
	return to;
}

const char *gate_said(enum lang lang, const char *count, char to[REASON_TEXT])
{
	const char *what = NULL, *at;
	char word[REASON_TEXT];

	for (at = count; (at = strstr(at, ": ")); at++)
		what = at;
	if (lang != LANG_ZH || !what)
		return reason_said(lang, count, to);
	snprintf(to, REASON_TEXT, "%.*s\xef\xbc\x9a%s", (int)(what - count), count,
		 reason_said(lang, what + 2, word));
	return to;
}

const char *check_said(enum lang lang, const char *value, char to[REASON_TEXT])
{
	const char *word = said(lang, value);

	/* "none" is a word of reasons, too, and another one there. */
	return word != value ? word : reason_said(lang, value, to);
}
