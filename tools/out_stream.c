// SPDX-License-Identifier: GPL-2.0
/*
 * Streams: rows that are printed one by one, as they come, each a line of its own.
 */
#include <stdlib.h>
#include <string.h>

#include "out_impl.h"

/* What would be taken for several words, for none, or for the mark of a cut. */
static bool needs_quotes(const char *word, size_t len)
{
	return !len || memchr(word, ' ', len) || memchr(word, '"', len) ||
	       (len == 3 && !memcmp(word, "...", 3));
}

static char *quoted(char *to, const char *word, size_t len)
{
	size_t i;

	*to++ = '"';
	for (i = 0; i < len; i++) {
		if (word[i] == '"')
			*to++ = '"';
		*to++ = word[i];
	}
	*to++ = '"';
	return to;
}

char *out_words_join(const struct out_words *w)
{
	/* A byte is two at most, and a word has quotes, a space and its 0. */
	char *words = malloc(4 * w->bytes + sizeof(" ...")), *to = words;
	size_t at, len;

	if (!words)
		return NULL;
	for (at = 0; at < w->bytes; at += len + 1) {
		len = strnlen(w->at + at, w->bytes - at);
		if (at)
			*to++ = ' ';
		if (needs_quotes(w->at + at, len))
			to = quoted(to, w->at + at, len);
		else
			to = mempcpy(to, w->at + at, len);
	}
	if (w->cut)
		to = mempcpy(to, at ? " ..." : "...", at ? 4 : 3);
	*to = 0;
	return words;
}

/* At its full length, whatever that is. */
static int put_words(struct out *out, const struct out_words *w)
{
	char *words = out_words_join(w), *safe;
	size_t bytes;

	if (!words)
		return -ENOMEM;
	bytes = 4 * strlen(words) + 1;
	safe = malloc(bytes);
	if (safe)
		fputs(fmt_escape(safe, bytes, words, bytes, out->ascii), out->f);
	free(words);
	free(safe);
	return safe ? 0 : -ENOMEM;
}

/* *gap: spaces that are due before something follows. */
static void put_padded(struct out *out, const struct out_column *c, const char *text, int *gap)
{
	int pad = (int)c->width - (int)strlen(text);

	pad = pad > 0 ? pad : 0;
	fprintf(out->f, "%*s%s", *gap + (out_right(c) ? pad : 0), "", text);
	*gap = 2 + (out_right(c) ? 0 : pad);
}

/* Columns of a fixed width come first; a stream has no end by which widths could be known. */
static void put_headings(struct out *out, const struct out_column **columns, size_t n)
{
	int gap = 0;
	size_t i;

	for (i = 0; i < n && columns[i]->width; i++)
		put_padded(out, columns[i], columns[i]->title, &gap);
	if (i)
		fputc('\n', out->f);
}

static int put_cell(struct out *out, const struct out_column *c, const void *row, int *gap)
{
	char text[OUT_CELL] = "-";
	struct out_value v;

	if (out_value(c, row, &v))
		out_value_text(out, c, &v, text);
	else if (!c->width)
		return 0;
	if (c->width) {
		put_padded(out, c, text, gap);
		return 0;
	}
	fprintf(out->f, "%*s%s%s", *gap, "", c->title, *c->title ? " " : "");
	*gap = 2;
	if (c->type == OUT_WORDS)
		return put_words(out, &v.words);
	fputs(text, out->f);
	return 0;
}

int out_text_row(struct out *out, const struct out_report *r, const void *row)
{
	const struct out_column *columns[OUT_COLUMNS_MAX];
	size_t n = out_choose(r, out->o, true, columns), i;
	int err = 0, gap = 0;

	if (!out->reports && !out->o->no_headings)
		put_headings(out, columns, n);
	for (i = 0; !err && i < n; i++)
		err = put_cell(out, columns[i], row, &gap);
	fputc('\n', out->f);
	return err ? err_sys(err, "report") : out_check(out);
}

int out_row(struct out *out, const struct out_report *report, const void *row)
{
	int err;

	switch (out->o->format) {
	case FORMAT_JSON:
		err = out_json_row(out, report, row);
		break;
	case FORMAT_CSV:
		err = out_csv_row(out, report, row);
		break;
	default:
		err = out_text_row(out, report, row);
		break;
	}
	out->reports++;
	return err;
}
