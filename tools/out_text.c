// SPDX-License-Identifier: GPL-2.0
/*
 * Reports as text: the totals in short lines, the rows as a table, histograms drawn.
 */
#include <libsmartcols/libsmartcols.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "draw.h"
#include "out_impl.h"
#include "virt.h"

#define WIDTH		80

static const struct {
	const char *name;
	bool median;			/* shown with OUT_MEDIAN too */
	size_t offset;
} percentiles[] = {
	{ "P50", true, offsetof(struct hist_stats, p50) },
	{ "P90", false, offsetof(struct hist_stats, p90) },
	{ "P99", true, offsetof(struct hist_stats, p99) },
	{ "MAX", false, offsetof(struct hist_stats, max) },
};

int out_width(const struct out *out)
{
	struct winsize w;

	if (out->terminal && !ioctl(fileno(out->f), TIOCGWINSZ, &w) && w.ws_col >= 40)
		return w.ws_col;
	return WIDTH;
}

static void rate_text(char *to, size_t bytes, double rate)
{
	char num[FMT_LEN];

	snprintf(to, bytes, "%s", fmt_num(num, rate));
}

static void task_text(char *to, size_t bytes, const struct out_task *t, bool ascii)
{
	char name[4 * OSCOPE_COMM_LEN + 1];

	fmt_escape(name, sizeof(name), t->comm, sizeof(t->comm), ascii);
	if (name[0])
		snprintf(to, bytes, "%s:%u", name, t->tid);
	else
		snprintf(to, bytes, "%u", t->tid);
}

static void words_text(const struct out *out, const struct out_words *w, char to[OUT_CELL])
{
	char *words = out_words_join(w);

	fmt_escape(to, OUT_CELL, words ? words : "", words ? strlen(words) : 0, out->ascii);
	free(words);
}

static void time_text(const struct out_column *c, uint64_t ns, char to[OUT_CELL])
{
	if (c->flags & OUT_SECONDS)
		snprintf(to, OUT_CELL, "%llu.%06llu", (unsigned long long)(ns / 1000000000),
			 (unsigned long long)(ns % 1000000000 / 1000));
	else
		fmt_ns(to, ns);
}

void out_value_text(const struct out *out, const struct out_column *c, const struct out_value *v,
		    char to[OUT_CELL])
{
	switch (c->type) {
	case OUT_STR:
		fmt_escape(to, OUT_CELL, v->str, strnlen(v->str, OUT_STRING), out->ascii);
		break;
	case OUT_U64:
		snprintf(to, OUT_CELL, "%llu", (unsigned long long)v->natural);
		break;
	case OUT_I64:
		snprintf(to, OUT_CELL, "%lld", (long long)v->integer);
		break;
	case OUT_NS:
		time_text(c, v->natural, to);
		break;
	case OUT_NUM:
		fmt_num(to, v->num);
		break;
	case OUT_SHARE:
		snprintf(to, OUT_CELL, "%.1f%%", 100 * v->num);
		break;
	case OUT_RATE:
		rate_text(to, OUT_CELL, v->num);
		break;
	case OUT_BOOL:
		snprintf(to, OUT_CELL, "%s", v->yes ? "yes" : "no");
		break;
	case OUT_TASK:
		task_text(to, OUT_CELL, &v->task, out->ascii);
		break;
	case OUT_LIST:
		snprintf(to, OUT_CELL, "%zu", v->list.n);
		break;
	case OUT_NUMBERS:
		snprintf(to, OUT_CELL, "%zu", v->numbers.n);
		break;
	case OUT_WORDS:
		words_text(out, &v->words, to);
		break;
	default:
		*to = 0;
		break;
	}
}

/* "name value" pairs, as many a line as fit. */
static void totals_text(struct out *out, const struct out_data *d)
{
	int width = out_width(out), at = 0, len;
	char value[OUT_CELL], pair[OUT_CELL + 64];
	struct out_value v;
	size_t i;

	for (i = 0; i < d->report->totals.n; i++) {
		const struct out_column *c = &d->report->totals.column[i];

		if (c->type == OUT_HIST || (c->flags & OUT_HIDDEN) ||
		    !out_value(c, d->totals, &v))
			continue;
		out_value_text(out, c, &v, value);
		len = snprintf(pair, sizeof(pair), "%s %s", c->title, value);
		if (at && at + 3 + len > width) {
			fputc('\n', out->f);
			at = 0;
		}
		fprintf(out->f, "%s%s", at ? "   " : "", pair);
		at += len + (at ? 3 : 0);
	}
	if (at)
		fputs(d->report->stream ? "\n" : "\n\n", out->f);
}

static void hists_draw(struct out *out, const struct out_data *d)
{
	struct out_value v;
	size_t i;

	for (i = 0; i < d->report->totals.n; i++) {
		const struct out_column *c = &d->report->totals.column[i];

		if (c->type != OUT_HIST || !(c->flags & OUT_DRAW) ||
		    !out_value(c, d->totals, &v) || !hist_count(v.hist))
			continue;
		fputc('\n', out->f);
		draw_hist(out->f, c->title, v.hist, out_width(out), out->ascii);
	}
}

bool out_right(const struct out_column *c)
{
	return c->type != OUT_STR && c->type != OUT_TASK && c->type != OUT_BOOL &&
	       c->type != OUT_WORDS;
}

static int column_flags(const struct out_column *c)
{
	int flags = 0;

	if (out_right(c))
		flags |= SCOLS_FL_RIGHT;
	if (c->flags & OUT_TRUNC)
		flags |= SCOLS_FL_TRUNC;
	if (c->flags & OUT_WRAP)
		flags |= SCOLS_FL_WRAP;
	return flags;
}

/* Break text into lines of at most limit columns, between words. */
static void wrap_words(char *text, int limit)
{
	char *space = NULL, *c;
	int at = 0;

	for (c = text; *c; c++, at++) {
		if (*c == ' ')
			space = c;
		if (at < limit || !space)
			continue;
		*space = '\n';
		at = c - space - 1;
		space = NULL;
	}
}

/* What is left of the line for each column that wraps, the others taking what they usually do. */
static int wrap_limit(const struct out *out, const struct out_column **columns, size_t n)
{
	int room = out_width(out), wraps = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		wraps += !!(columns[i]->flags & OUT_WRAP);
		room -= columns[i]->flags & OUT_WRAP ? 1 : columns[i]->flags & OUT_KEY ? 28 : 9;
	}
	return wraps && room / wraps > 16 ? room / wraps : 16;
}

static bool percentile_shown(const struct out_column *c, size_t i)
{
	return percentiles[i].median || !(c->flags & OUT_MEDIAN);
}

static int headings_add(struct libscols_table *t, const struct out_column *c)
{
	bool first = true;
	char title[64];
	size_t i;

	if (c->type != OUT_HIST) {
		struct libscols_column *column;

		column = scols_table_new_column(t, c->title, 0, column_flags(c));
		if (column && (c->flags & OUT_WRAP))
			scols_column_set_safechars(column, "\n");
		if (column && (c->flags & OUT_WRAP))
			scols_column_set_wrapfunc(column, scols_wrapnl_chunksize,
						  scols_wrapnl_nextchunk, NULL);
		return column ? 0 : -ENOMEM;
	}
	for (i = 0; i < ARRAY_SIZE(percentiles); i++) {
		if (!percentile_shown(c, i))
			continue;
		snprintf(title, sizeof(title), "%s%s%s", first ? c->title : "",
			 first && *c->title ? " " : "", percentiles[i].name);
		if (!scols_table_new_column(t, title, 0, SCOLS_FL_RIGHT))
			return -ENOMEM;
		first = false;
	}
	return 0;
}

static const char *const tones[] = {
	[OUT_GOOD] = "green", [OUT_WARN] = "brown", [OUT_BAD] = "red",
};

/* From *at on, which is moved on. */
static int hist_cells(struct libscols_line *line, size_t *at, const struct out_column *c,
		      const struct oscope_hist *h)
{
	struct hist_stats s = { 0 };
	const uint64_t *value;
	char text[FMT_LEN];
	size_t i;

	if (h)
		hist_stats(h, &s);
	for (i = 0; i < ARRAY_SIZE(percentiles); i++) {
		if (!percentile_shown(c, i))
			continue;
		value = (const uint64_t *)((const char *)&s + percentiles[i].offset);
		if (scols_line_set_data(line, (*at)++, s.count ? fmt_ns(text, *value) : "-"))
			return -ENOMEM;
	}
	return 0;
}

static int row_add(struct out *out, struct libscols_table *t, const struct out_column **columns,
		   size_t n, const void *row)
{
	struct libscols_line *line = scols_table_new_line(t, NULL);
	int limit = wrap_limit(out, columns, n);
	char text[OUT_CELL];
	struct out_value v;
	size_t i, at = 0;
	int err = line ? 0 : -ENOMEM;

	for (i = 0; i < n && !err; i++) {
		bool has = out_value(columns[i], row, &v);

		if (columns[i]->type == OUT_HIST) {
			err = hist_cells(line, &at, columns[i], has ? v.hist : NULL);
			continue;
		}
		if (has)
			out_value_text(out, columns[i], &v, text);
		else
			snprintf(text, sizeof(text), "-");
		if (columns[i]->flags & OUT_WRAP)
			wrap_words(text, limit);
		err = scols_line_set_data(line, at, text);
		if (!err && has && v.tone && out->color)
			scols_cell_set_color(scols_line_get_cell(line, at), tones[v.tone]);
		at++;
	}
	return err;
}

static int table_text(struct out *out, const struct out_data *d, const void **rows)
{
	const struct out_column *columns[OUT_COLUMNS_MAX];
	size_t n = out_choose(d->report, out->o, true, columns), i;
	struct libscols_table *t = scols_new_table();
	int err = t ? 0 : -ENOMEM;

	if (!d->n_rows || !n) {
		scols_unref_table(t);
		return 0;
	}
	for (i = 0; i < n && !err; i++)
		err = headings_add(t, columns[i]);
	for (i = 0; i < d->n_rows && !err; i++)
		err = row_add(out, t, columns, n, rows[i]);
	if (!err) {
		scols_table_set_stream(t, out->f);
		scols_table_set_termforce(t, SCOLS_TERMFORCE_ALWAYS);
		scols_table_set_termwidth(t, out_width(out));
		scols_table_enable_noheadings(t, out->o->no_headings);
		scols_table_enable_noencoding(t, 1);	/* cells are harmless already */
		scols_table_enable_colors(t, out->color);
		err = scols_print_table(t) ? -ENOMEM : 0;
	}
	scols_unref_table(t);
	return err ? err_sys(-ENOMEM, "report") : 0;
}

/* One more name of the line that says what was not captured. */
static void missing_name(struct out *out, const char *name, int *n)
{
	fprintf(out->f, "%s%s", (*n)++ ? ", " : "\nnot captured: ", name);
}

static bool missing_in_rows(const struct out_data *d, const struct out_column *c)
{
	struct out_value v;
	size_t i;

	if (c->flags & OUT_OPTIONAL)
		return false;
	for (i = 0; i < d->n_rows; i++) {
		if (out_value(c, (const char *)d->rows + i * d->stride, &v))
			return false;
	}
	return d->n_rows;
}

/* The names that JSON has in not_captured, of columns that are shown. */
static void missing_text(struct out *out, const struct out_data *d)
{
	const struct out_column *columns[OUT_COLUMNS_MAX], *c;
	const char *const *name;
	struct out_value v;
	int found = 0;
	size_t i, n;

	for (i = 0; d->totals && i < d->report->totals.n; i++) {
		c = &d->report->totals.column[i];
		if (!(c->flags & (OUT_HIDDEN | OUT_OPTIONAL)) && !out_value(c, d->totals, &v))
			missing_name(out, c->name, &found);
	}
	n = out_choose(d->report, out->o, true, columns);
	for (i = 0; i < n; i++) {
		if (missing_in_rows(d, columns[i]))
			missing_name(out, columns[i]->name, &found);
	}
	for (name = d->head.not_captured; name && *name; name++)
		missing_name(out, *name, &found);
	if (found)
		fputc('\n', out->f);
}

/* What must not be overlooked: loss, own cost, an emulator's times. */
static void foot_text(struct out *out, const struct out_data *d)
{
	const struct out_head *h = &d->head;
	const char *virt = h->virt ? h->virt : virt_name();
	char cost[FMT_LEN];

	if (h->note)
		fprintf(out->f, "\n%s\n", h->note);
	if (h->duration_ns)
		missing_text(out, d);
	if (virt_emulates(virt))
		fprintf(out->f, "\ntimes are those of an emulator (%s); counts are real\n", virt);
	if (!h->duration_ns)
		return;
	fprintf(out->f, "\nsource %s   %s traced   lost %llu", h->source ? h->source : "none",
		fmt_ns(cost, h->duration_ns), (unsigned long long)h->lost.total);
	if (h->lost.total)
		fprintf(out->f, " (ring %llu, missed %llu, nested %llu, untracked %llu)",
			(unsigned long long)h->lost.ring, (unsigned long long)h->lost.missed,
			(unsigned long long)h->lost.nested, (unsigned long long)h->lost.untracked);
	if (h->lost.overwritten)
		fprintf(out->f, "   not kept %llu", (unsigned long long)h->lost.overwritten);
	if (h->own_cost_ns != NOT_CAPTURED)
		fprintf(out->f, "   own cost %s", fmt_ns(cost, h->own_cost_ns));
	fputc('\n', out->f);
}

int out_text(struct out *out, const struct out_data *d, const void **rows)
{
	int err;

	if (out_live(out))
		fputs("\033[H\033[J", out->f);
	else if (out->reports)
		fputc('\n', out->f);
	if (d->totals)
		totals_text(out, d);
	err = table_text(out, d, rows);
	if (err)
		return err;
	if (d->totals)
		hists_draw(out, d);
	if (d->draw)
		d->draw(d->draw_arg, &(struct out_canvas){ out->f, out_width(out), out->color,
							   out->ascii });
	foot_text(out, d);
	return out_check(out);
}
